import { isRefused, type Refused } from "./refused.ts";
import type { Instant } from "../domain/rows.ts";
import type { ShopId, Store } from "../store/store.ts";
import type { WorkEvent, WorkKind } from "../store/work-events.ts";
import { Busy } from "./errors.ts";

export const papersLimits = {
  /** Events read at once. */
  pageEventsMax: 1_000,
  /** How often somebody else may be faster before the caller is told to come again. */
  attemptsMax: 8,
  busyRetryMs: 500,
  /** Papers that are kept folded; more are read again when they are asked for. */
  keptMax: 400,
} as const;

export interface PapersOptions<State> {
  readonly store: Pick<Store, "workEvents">;
  readonly shop: ShopId;
  readonly kind: WorkKind;
  /** The paper after more of its events; null before the first that makes it. Pure. */
  readonly fold: (id: string, state: State | null, events: readonly WorkEvent[]) => State | null;
}

export interface Who {
  readonly actor: string;
  readonly at: Instant;
}

/** What is to be appended to a paper as it stands. Pure: it may be asked again. */
export type DecidePaper<State, Fact> = (state: State | null) => readonly Fact[] | Refused;

export type PaperActed<State> = { readonly ok: true; readonly state: State } | Refused;

interface Kept<State> {
  readonly seq: number;
  readonly state: State | null;
}

/**
 * Papers that people work on: each is its events, folded. Whoever writes says the last number that they know; if
 * somebody was faster they read, fold and decide again.
 */
export class Papers<State, Fact> {
  readonly #options: PapersOptions<State>;
  readonly #kept = new Map<string, Kept<State>>();
  /** One turn after the other on each paper: callers in one process need not compete. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: PapersOptions<State>) {
    this.#options = options;
  }

  /** The last number of every paper. */
  heads(): Promise<ReadonlyMap<string, number>> {
    const { store, shop, kind } = this.#options;
    return store.workEvents.heads(shop, kind);
  }

  /** The paper as it is stored now; null: there is none. */
  async get(id: string): Promise<State | null> {
    return (await this.#catchUp(id)).state;
  }

  /** As it is at a number at least, without a read where that is known. @param seq of `heads` */
  async at(id: string, seq: number): Promise<State | null> {
    const kept = this.#kept.get(id);
    return kept !== undefined && kept.seq >= seq ? kept.state : this.get(id);
  }

  /**
   * Appends what `decide` says of the paper as it stands; where somebody was faster, asks again.
   * @throws Busy after `attemptsMax` times; StoreUnavailable
   */
  async act(id: string, decide: DecidePaper<State, Fact>, who: Who): Promise<PaperActed<State>> {
    const before = this.#turns.get(id) ?? Promise.resolve();
    const run = (): Promise<PaperActed<State>> => this.#act(id, decide, who);
    const turn = before.then(run, run);
    this.#turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  async #act(id: string, decide: DecidePaper<State, Fact>, { actor, at }: Who): Promise<PaperActed<State>> {
    const { store, shop, kind } = this.#options;
    let known = this.#kept.get(id) ?? (await this.#catchUp(id));
    for (let attempt = 1; attempt <= papersLimits.attemptsMax; attempt += 1) {
      const decision = decide(known.state);
      if (isRefused(decision)) {
        // Another node may have gone on: what is refused is refused of the paper as it is now.
        const now = attempt === 1 ? await this.#catchUp(id) : known;
        if (now.seq === known.seq) return decision;
        known = now;
        continue;
      }
      if (decision.length > 0) {
        const events = decision.map((body) => ({ at, actor, body }));
        const appended = await store.workEvents.append(shop, kind, id, events, known.seq);
        if (!appended.ok) {
          known = await this.#catchUp(id);
          continue;
        }
        known = this.#take(id, known, appended.items);
      }
      if (known.state === null) throw new Error(`The paper ${id} was not opened by its first event.`);
      return { ok: true, state: known.state };
    }
    throw new Busy(papersLimits.busyRetryMs);
  }

  async #catchUp(id: string): Promise<Kept<State>> {
    const { store, shop, kind } = this.#options;
    let known = this.#kept.get(id) ?? { seq: 0, state: null };
    for (;;) {
      const limit = papersLimits.pageEventsMax;
      const items = await store.workEvents.since(shop, kind, id, known.seq, limit);
      known = this.#take(id, known, items);
      if (items.length < limit) return known;
    }
  }

  /** Folds what was read or written on top of what is known by now: some of it may be in there already. */
  #take(id: string, read: Kept<State>, items: readonly WorkEvent[]): Kept<State> {
    const known = this.#kept.get(id) ?? read;
    const fresh = items.filter((item) => item.seq > known.seq);
    const last = fresh.at(-1);
    if (last === undefined) return known;
    const taken = { seq: last.seq, state: this.#options.fold(id, known.state, fresh) };
    this.#kept.delete(id);
    this.#kept.set(id, taken);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= papersLimits.keptMax) break;
      this.#kept.delete(oldest);
    }
    return taken;
  }
}
