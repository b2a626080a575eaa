import { isRefused, type Refused } from "./refused.ts";
import type { Instant } from "../domain/rows.ts";
import type { ShopId, Store } from "../store/store.ts";
import type { NewWorkEvent, WorkEvent, WorkKind } from "../store/work-events.ts";
import { Busy } from "./errors.ts";

export const papersLimits = {
  /** Events read at once. */
  pageEventsMax: 1_000,
  /** Acts on one paper that are written together. */
  actsPerAppendMax: 200,
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
  /**
   * The paper after more of its events; null before the first that makes it. It may write into the state that it is
   * given: whoever was given that one sees more in it then, and never less.
   */
  readonly fold: (id: string, state: State | null, events: readonly WorkEvent[]) => State | null;
}

export interface Who {
  readonly actor: string;
  readonly at: Instant;
}

/** What is to be appended to a paper as it stands. Pure: it may be asked again. */
export type DecidePaper<State, Fact> = (state: State | null) => readonly Fact[] | Refused;

export type PaperActed<State> = { readonly ok: true; readonly state: State } | Refused;

/** Somebody who waits for a paper to be written. `fresh`: it was read again for this one. */
interface Act<State, Fact> {
  readonly decide: DecidePaper<State, Fact>;
  readonly who: Who;
  readonly touches: ReadonlySet<string> | null;
  readonly resolve: (acted: PaperActed<State>) => void;
  readonly reject: (error: unknown) => void;
  readonly fresh: boolean;
}

interface Refusing<State, Fact> {
  readonly act: Act<State, Fact>;
  readonly decision: Refused;
}

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
  /** By paper, while it is being written: who waits to be written next. */
  readonly #waiting = new Map<string, Act<State, Fact>[]>();

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
   * Appends what `decide` says of the paper as it stands; where somebody was faster, asks again. Those who come while
   * the paper is being written are written together, in one transaction, as far as they do not touch the same.
   * @param touches what of the paper `decide` looks at and changes; absent: all of it
   * @throws Busy after `attemptsMax` times; StoreUnavailable
   */
  act(
    id: string,
    decide: DecidePaper<State, Fact>,
    who: Who,
    touches: ReadonlySet<string> | null = null,
  ): Promise<PaperActed<State>> {
    const { promise, resolve, reject } = Promise.withResolvers<PaperActed<State>>();
    const act: Act<State, Fact> = { decide, who, touches, resolve, reject, fresh: false };
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      this.#waiting.set(id, [act]);
      void this.#work(id);
    } else waiting.push(act);
    return promise;
  }

  /** Writes whoever waits at a paper until nobody does. */
  async #work(id: string): Promise<void> {
    for (;;) {
      const acts = takeTogether(this.#waiting.get(id) ?? []);
      if (acts.length === 0) break;
      try {
        await this.#appendAll(id, acts);
      } catch (error) {
        for (const act of acts) act.reject(error);
      }
    }
    this.#waiting.delete(id);
  }

  async #appendAll(id: string, acts: readonly Act<State, Fact>[]): Promise<void> {
    const { store, shop, kind } = this.#options;
    for (let attempt = 1; attempt <= papersLimits.attemptsMax; attempt += 1) {
      const known = this.#kept.get(id) ?? (await this.#catchUp(id));
      const { events, accepted, refused } = decideAll(known.state, acts);
      let now = known;
      if (events.length > 0) {
        const appended = await store.workEvents.append(shop, kind, id, events, known.seq);
        if (!appended.ok) {
          await this.#catchUp(id);
          continue;
        }
        now = this.#take(id, known, appended.items);
      }
      for (const act of accepted) {
        if (now.state !== null) act.resolve({ ok: true, state: now.state });
        else act.reject(new Error(`The paper ${id} was not opened by its first event.`));
      }
      await this.#refuse(id, known.seq + events.length, refused);
      return;
    }
    for (const act of acts) act.reject(new Busy(papersLimits.busyRetryMs));
  }

  /** Another node may have gone on: what is refused is refused of the paper as it is now. */
  async #refuse(id: string, seq: number, refused: readonly Refusing<State, Fact>[]): Promise<void> {
    const first = refused.filter(({ act }) => !act.fresh);
    const now = first.length === 0 ? seq : (await this.#catchUp(id)).seq;
    for (const { act, decision } of refused) {
      if (act.fresh || now === seq) act.resolve(decision);
      else this.#waiting.get(id)?.push({ ...act, fresh: true });
    }
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
    return this.#keep(id, { seq: last.seq, state: this.#options.fold(id, known.state, fresh) });
  }

  #keep(id: string, kept: Kept<State>): Kept<State> {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= papersLimits.keptMax) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }
}

/** Takes the first who waits, and those after it who touch nothing that one before them does. */
function takeTogether<State, Fact>(waiting: Act<State, Fact>[]): readonly Act<State, Fact>[] {
  const touched = new Set<string>();
  let count = 0;
  for (const { touches } of waiting) {
    if (count >= papersLimits.actsPerAppendMax) break;
    if (count > 0 && (touches === null || !touches.isDisjointFrom(touched))) break;
    count += 1;
    if (touches === null) break;
    for (const one of touches) touched.add(one);
  }
  return waiting.splice(0, count);
}

/** What each of the acts says of the same paper. */
function decideAll<State, Fact>(state: State | null, acts: readonly Act<State, Fact>[]) {
  const events: NewWorkEvent[] = [];
  const accepted: Act<State, Fact>[] = [];
  const refused: Refusing<State, Fact>[] = [];
  for (const act of acts) {
    const { actor, at } = act.who;
    let decision: readonly Fact[] | Refused;
    try {
      decision = act.decide(state);
    } catch (error) {
      act.reject(error);
      continue;
    }
    if (isRefused(decision)) refused.push({ act, decision });
    else {
      accepted.push(act);
      for (const body of decision) events.push({ at, actor, body });
    }
  }
  return { events, accepted, refused };
}
