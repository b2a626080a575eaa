import type { Activities } from "../../store/activities.ts";
import type { ShopId } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../errors.ts";

/** However often the shop's journal grows, the heads are read once in this time. */
const readEveryMs = 250;
/** A wake can be missed where a node dies between its write and telling the others. */
const pollMs = 5_000;

export interface FollowerOptions {
  readonly activities: Pick<Activities, "heads">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly log: Log;
  readonly watch: (wake: () => void) => () => void;
  /** A session has numbers that nobody here has seen. */
  readonly onChanged: (session: string) => Promise<void>;
}

/** Notices what other nodes append to the sessions of a shop. */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #seen = new Map<string, number>();
  #unwatch: (() => void) | null = null;
  #callOff: (() => void) | null = null;
  #reading = false;
  #resting = false;
  #wanted = false;
  #closed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Takes the heads as they are for seen: what is loaded is read up to its end anyway. */
  async start(): Promise<void> {
    if (this.#unwatch !== null || this.#closed) return;
    const { activities, shop, watch } = this.#options;
    this.#unwatch = watch(() => this.#wake());
    try {
      for (const [session, seq] of await activities.heads(shop)) this.saw(session, seq);
    } catch (error) {
      this.#unwatch();
      this.#unwatch = null;
      throw error;
    }
    this.#poll();
  }

  saw(session: string, seq: number): void {
    if ((this.#seen.get(session) ?? 0) < seq) this.#seen.set(session, seq);
  }

  close(): void {
    this.#closed = true;
    this.#unwatch?.();
    this.#callOff?.();
  }

  #poll(): void {
    if (this.#closed) return;
    this.#callOff = this.#options.clock.after(pollMs, () => {
      this.#wake();
      this.#poll();
    });
  }

  #wake(): void {
    this.#wanted = true;
    if (!this.#resting && !this.#reading && !this.#closed) void this.#read();
  }

  async #read(): Promise<void> {
    const { activities, shop, clock, log, onChanged } = this.#options;
    this.#reading = true;
    this.#wanted = false;
    this.#resting = true;
    clock.after(readEveryMs, () => {
      this.#resting = false;
      if (this.#wanted) this.#wake();
    });
    try {
      const heads = await activities.heads(shop);
      for (const [session, seq] of heads) {
        if (this.#closed) return;
        if ((this.#seen.get(session) ?? 0) >= seq) continue;
        await onChanged(session);
        this.saw(session, seq);
      }
    } catch (error) {
      // The next wake or look tries again.
      log.warn({ err: error, shop }, "the sessions of the shop could not be read");
    } finally {
      this.#reading = false;
      if (this.#wanted && !this.#resting) this.#wake();
    }
  }
}
