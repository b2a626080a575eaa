import type { CloseBinsAnswer, CloseBinsBody, EntriesAnswer, EntriesBody } from "../../api/counts.ts";
import type { TransferItem, TransferReceiveBody } from "../../api/floor.ts";
import type { InboundBody, InboundItem, SignedCountBody } from "../../api/inbound.ts";
import type { OutboundAnswer, OutboundEntriesBody, ParcelsBody } from "../../api/outbound.ts";
import { ApiError } from "../api.ts";
import { Signal } from "../ui/signal.ts";
import { firstRun, offlineLimits, type CountRecord, type RecordStore, type Settled } from "./records.ts";

export interface Transport {
  entries(sheet: string, body: EntriesBody): Promise<EntriesAnswer>;
  closes(sheet: string, body: CloseBinsBody): Promise<CloseBinsAnswer>;
  picks(wave: string, body: OutboundEntriesBody): Promise<OutboundAnswer>;
  parcels(wave: string, body: ParcelsBody): Promise<OutboundAnswer>;
  opens(body: InboundBody): Promise<InboundItem>;
  /** @param key the count's own name: sent again it counts once */
  signs(receipt: string, body: SignedCountBody, key: string): Promise<InboundItem>;
  /** @param key sent again under it, it counts once */
  arrives(transfer: string, body: TransferReceiveBody, key: string): Promise<TransferItem>;
}

/** `serverAt` null: the answer says nothing of the server's clock. */
interface Answered {
  readonly results: EntriesAnswer["results"];
  readonly serverAt: string | null;
}

export interface Timers {
  /** Milliseconds by the phone's clock. */
  now(): number;
  /** Calls back once; the answer cancels it. */
  after(ms: number, act: () => void): () => void;
}

export type OutboxState = "idle" | "sending" | "offline" | "signed_out";

export interface OutboxOptions {
  readonly store: RecordStore;
  readonly transport: Transport;
  readonly timers: Timers;
  readonly person: string;
  /** Something was taken in or refused. */
  readonly onSettled: () => void;
}

/**
 * Sends what waits on the phone, in the order in which it was done. Nothing leaves the phone before the server has
 * answered for it; each has its own id, so that what is sent again after a lost answer counts once.
 */
export class Outbox {
  readonly state = new Signal<OutboxState>("idle");
  readonly #options: OutboxOptions;
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #cancel: (() => void) | null = null;
  #stopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Sends now what waits; a call while it is sending has it look once more. */
  kick = (): Promise<void> => {
    if (this.#stopped) return Promise.resolve();
    this.#again = true;
    this.#cancel?.();
    this.#cancel = null;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  };

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      const { store, person } = this.#options;
      const run = firstRun(await store.waiting(person));
      if (run.length === 0) {
        this.state.set("idle");
        return;
      }
      this.state.set("sending");
      if (!(await this.#send(run))) return;
      this.#again = true;
    }
  }

  /** @returns false when it must wait */
  async #send(run: readonly CountRecord[]): Promise<boolean> {
    const { store, onSettled } = this.#options;
    try {
      await store.settle(await this.#ask(run));
      this.#failures = 0;
      onSettled();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { status } = error;
      if (status === 401) {
        this.state.set("signed_out");
        return false;
      }
      const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
      if (!refused) {
        this.#wait();
        return false;
      }
      // One that the server will never take must not keep the others back.
      for (const one of run.length === 1 ? [] : run) if (!(await this.#send([one]))) return false;
      if (run.length === 1) {
        const zh = error.problem?.detailZh ?? error.message;
        const en = error.problem?.detail ?? error.message;
        await store.settle(run.map(({ number }) => ({ number, state: "refused", words: { zh, en } })));
        onSettled();
      }
      return true;
    }
  }

  async #ask(run: readonly CountRecord[]): Promise<readonly Settled[]> {
    const { store, timers } = this.#options;
    const [device, clock] = [await store.device(), [...(await store.samples())]];
    const sheet = run[0]?.sheet ?? "";
    const sentAt = timers.now();
    const answer = await this.#tell(sheet, run, { device, clock }, sentAt);
    const time = (at: number) => new Date(at).toISOString();
    const { serverAt } = answer;
    if (serverAt !== null)
      await store.addSample({ sentAt: time(sentAt), receivedAt: time(timers.now()), serverAt });
    return run.map(({ number }, index) => {
      const result = answer.results[index];
      const refused = result?.result === "refused";
      return { number, state: refused ? "refused" : "sent", words: refused ? (result.words ?? null) : null };
    });
  }

  /** All of a run are of one kind. */
  async #tell(
    sheet: string,
    run: readonly CountRecord[],
    from: Pick<EntriesBody, "device" | "clock">,
    now: number,
  ): Promise<Answered> {
    const { transport } = this.#options;
    const queued = (at: number) => now - at > offlineLimits.queuedMs;
    const [first] = run;
    switch (first?.kind) {
      case "open": {
        await transport.opens(first.open);
        return { results: [], serverAt: null };
      }
      case "sign": {
        await transport.signs(sheet, first.sign, first.key);
        return { results: [], serverAt: null };
      }
      case "arrive": {
        await transport.arrives(sheet, first.arrive, first.key);
        return { results: [], serverAt: null };
      }
      case "pick": {
        const entries = run.flatMap((one) =>
          one.kind === "pick" ? [{ ...one.pick, queued: queued(one.at) }] : [],
        );
        return transport.picks(sheet, { ...from, entries });
      }
      case "parcel": {
        const parcels = run.flatMap((one) =>
          one.kind === "parcel" ? [{ ...one.parcel, queued: queued(one.at) }] : [],
        );
        return transport.parcels(sheet, { ...from, parcels });
      }
      case "close": {
        const bins = run.flatMap((one) => (one.kind === "close" ? [one.close] : []));
        return transport.closes(sheet, { ...from, bins });
      }
      case "entry":
      case undefined:
      default: {
        const entries = run.flatMap((one) => (one.kind === "entry" ? [{ ...one.entry, queued: true }] : []));
        return transport.entries(sheet, { ...from, entries });
      }
    }
  }

  #wait(): void {
    const { timers } = this.#options;
    this.state.set("offline");
    const ms = Math.min(offlineLimits.retryMsMax, offlineLimits.retryMsMin * 2 ** this.#failures);
    this.#failures += 1;
    this.#cancel = timers.after(ms, () => void this.kick());
  }
}
