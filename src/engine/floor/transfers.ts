import {
  inTransit,
  receiveProblem,
  transferKind,
  transferWords,
  type MissingFate,
  type ReceivedLine,
  type Transfer,
} from "../../domain/floor/transfer.ts";
import type { SentLine, TransferStep } from "../../domain/command.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import { skuKey } from "../../domain/text.ts";
import { hashOf } from "../../store/hash.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import { Busy } from "../errors.ts";
import type { Who } from "../papers.ts";
import { refuse, type Refused } from "../refused.ts";

export const transferLimits = {
  /** How often somebody else may be faster before the caller is told to come again. */
  attemptsMax: 5,
  busyRetryMs: 500,
  idCharsMax: 11,
} as const;

export interface TransfersOptions {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
}

export interface SendRequest {
  readonly from: string;
  readonly to: string;
  readonly note: string;
  readonly lines: readonly SentLine[];
}

/** What came of a step: the transfer as it is now, or a refusal of a person's judgement or of the ledger. */
export type TransferActed =
  | { readonly ok: true; readonly state: Transfer; readonly repeated: boolean }
  | { readonly ok: false; readonly refused: Refused }
  | { readonly ok: false; readonly outcome: Outcome };

/** The ledger's key of a step. @param key of the caller's request */
export function transferKey(id: string, key: string): string {
  return `transfer:${id}:${key}`;
}

/** Goods on their way between the shop's warehouses. */
export class Transfers {
  readonly #options: TransfersOptions;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  async get(id: string): Promise<Transfer | null> {
    return (await this.#read(id)).state;
  }

  /** Open ones first, then the latest. */
  async list(limit: number): Promise<readonly Transfer[]> {
    const { store, shop } = this.#options;
    const all = (await store.read.documents(shop, transferKind)).flatMap(({ body }) =>
      body === null ? [] : [body as Transfer],
    );
    const rank = ({ closedAt }: Transfer): number => (closedAt === null ? 0 : 1);
    return all.toSorted((a, b) => rank(a) - rank(b) || b.sentAt - a.sentAt).slice(0, limit);
  }

  /** @param key of the caller: the same key is the same transfer */
  async send(request: SendRequest, key: string, who: Who): Promise<TransferActed> {
    const id = `T${hashOf(key)
      .slice(0, transferLimits.idCharsMax - 1)
      .toUpperCase()}`;
    if (request.from === request.to)
      return { ok: false, refused: refuse("same_warehouse", transferWords.same_warehouse) };
    return this.#step(id, `send:${key}`, who, () => ({ kind: "send", ...request }));
  }

  async receive(id: string, lines: readonly ReceivedLine[], key: string, who: Who): Promise<TransferActed> {
    const counted = lines.map((line) => ({ ...line, sku: skuKey(line.sku) }));
    return this.#step(id, key, who, (state) => {
      const problem = receiveProblem(state, counted, who.actor);
      return problem === null ? { kind: "receive", lines: counted } : refuse(problem, transferWords[problem]);
    });
  }

  async close(
    id: string,
    { fate, reason }: { readonly fate: MissingFate; readonly reason: string },
    key: string,
    who: Who,
  ): Promise<TransferActed> {
    return this.#step(id, key, who, (state) => {
      const problem = receiveProblem(state, [], state?.sentBy === who.actor ? "" : who.actor);
      return problem === null ? { kind: "close", fate, reason } : refuse(problem, transferWords[problem]);
    });
  }

  async #step(
    id: string,
    key: string,
    { actor, at }: Who,
    decide: (state: Transfer | null) => TransferStep["step"] | Refused,
  ): Promise<TransferActed> {
    const { store, shop, batcher } = this.#options;
    const named = transferKey(id, key);
    for (let attempt = 1; attempt <= transferLimits.attemptsMax; attempt += 1) {
      const { state, version } = await this.#read(id);
      const step = decide(state);
      if ("ok" in step) {
        // Said before and done: what was done then is no reason to refuse it now.
        const known = state === null ? null : await store.read.record(shop, named);
        const done = known !== null && !isRefusal(JSON.parse(known.outcome) as Outcome);
        return done && state !== null ? { ok: true, state, repeated: true } : { ok: false, refused: step };
      }
      const outcome = await batcher.submit({
        type: "transfer",
        key: named,
        transfer: id,
        version,
        step,
        actor,
        at,
      });
      const first = outcome.code === "duplicate" ? outcome.first : outcome;
      if (first !== null && isRefusal(first)) {
        if (first.code === "version_conflict") continue;
        return { ok: false, outcome: first };
      }
      const now = await this.#read(id);
      if (now.state === null) throw new Error(`The transfer ${id} was not written by its first step.`);
      return { ok: true, state: now.state, repeated: outcome.code === "duplicate" };
    }
    throw new Busy(transferLimits.busyRetryMs);
  }

  async #read(id: string): Promise<{ readonly state: Transfer | null; readonly version: number }> {
    const { store, shop } = this.#options;
    const document = await store.read.document(shop, transferKind, id);
    return { state: (document?.body ?? null) as Transfer | null, version: document?.version ?? 0 };
  }
}

/** Units that are on their way, over all open transfers. */
export function unitsOnTheWay(transfer: Transfer): number {
  if (transfer.closedAt !== null) return 0;
  return inTransit(transfer).reduce((sum, { quantity }) => sum + quantity, 0);
}
