import type { Activity } from "../../domain/live/activity.ts";
import { emptySession, foldSession, type SessionState } from "../../domain/live/fold.ts";
import { compareSessions, type SessionPlan } from "../../domain/live/session.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Words } from "../../domain/live/words.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import type { Document, Instant } from "../../domain/rows.ts";
import type { NewActivity } from "../../store/activities.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Clock } from "../clock.ts";
import { Busy, type Log } from "../errors.ts";
import { Follower } from "./follower.ts";
import { OnAir } from "./on-air.ts";

export const sessionKind = "session";

export const sessionsLimits = {
  /** Activities read at once. */
  pageActivitiesMax: 1_000,
  /** How often somebody else may be faster before the caller is told to come again. */
  attemptsMax: 8,
  busyRetryMs: 500,
  /** Sessions that ended longer ago are read when somebody asks for them. */
  startHours: 7 * 24,
} as const;

/** A session: its plan as it was saved last, and what its activities add up to. */
export interface OpenSession {
  readonly plan: SessionPlan;
  readonly version: number;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
  readonly state: SessionState;
}

/** Why something was not done. */
export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly words: Words;
}
export type Acted =
  | { readonly ok: true; readonly open: OpenSession; readonly appended: readonly Activity[] }
  | Refused;

/** What is to be appended to the session as it stands; nothing, where there is nothing to say. Pure: it may be asked again. */
export type Decide = (open: OpenSession) => readonly NewActivity[] | Refused;

/** Called after every change, with what was appended; nothing, where only the plan is another. */
export type SessionListener = (open: OpenSession, appended: readonly Activity[]) => void;

export interface Who {
  readonly actor: string;
  readonly at: Instant;
}

export interface SessionsOptions {
  readonly store: Pick<Store, "activities" | "read" | "watch">;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly log: Log;
  readonly batcher: Pick<Batcher, "submit">;
}

export const unknownSession: Refused = {
  ok: false,
  code: "unknown_session",
  words: { zh: "没有这个场次", en: "There is no such session" },
};

/** The sessions of a shop, kept as they stand, whichever node changes them. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #open = new Map<string, OpenSession>();
  readonly #listeners = new Map<string, Set<SessionListener>>();
  /** One turn after the other on each session: callers in one process need not compete. */
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #onAir = new OnAir();
  readonly #follower: Follower;
  #starting: Promise<void> | null = null;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { store, shop, clock, log } = options;
    this.#follower = new Follower({
      activities: store.activities,
      shop,
      clock,
      log,
      watch: (wake) => store.watch(shop, wake),
      onChanged: async (session) => {
        await this.#catchUp(session, false);
      },
    });
  }

  /** Reads what may be live, and follows it from then on. Safe to call again; after a failure it tries again. */
  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error: unknown) => {
      this.#starting = null;
      throw error;
    });
    return this.#starting;
  }

  async #start(): Promise<void> {
    const { store, shop, clock } = this.#options;
    await this.#follower.start();
    const since = clock.now() - sessionsLimits.startHours * hourMs;
    for (const document of await store.read.documents(shop, sessionKind)) {
      const plan = planOf(document);
      if (plan !== null && plan.endsAt >= since) await this.#load(document, plan);
    }
  }

  /** The session with its plan as it is stored now; null: there is none. */
  async get(session: string): Promise<OpenSession | null> {
    await this.start();
    return this.#catchUp(session, true);
  }

  /** As it was heard of last, without a promise. */
  known(session: string): OpenSession | undefined {
    return this.#open.get(session);
  }

  /** Every session, the next one first and past ones last. @param limit of them at most */
  async list(limit = Number.POSITIVE_INFINITY): Promise<readonly OpenSession[]> {
    await this.start();
    const { store, shop, clock } = this.#options;
    const order = compareSessions(clock.now());
    const plans = (await store.read.documents(shop, sessionKind))
      .flatMap((document) => {
        const plan = planOf(document);
        return plan === null ? [] : [{ document, plan }];
      })
      .toSorted((a, b) => order(a.plan, b.plan))
      .slice(0, limit);
    const heads = await store.activities.heads(shop);
    const listed: OpenSession[] = [];
    for (const { document, plan } of plans) {
      const known = this.#open.get(plan.id);
      // Of most sessions nothing is new, and one look at the heads says so.
      const isNew =
        known === undefined ||
        known.version < document.version ||
        known.state.seq < (heads.get(plan.id) ?? 0);
      listed.push(isNew ? await this.#load(document, plan) : known);
    }
    return listed;
  }

  /** Those that are live, as they were heard of last. */
  live(): readonly OpenSession[] {
    return [...this.#open.values()].filter(({ state }) => state.life === "live");
  }

  /**
   * The session whose sale it is: the one that was live on the channel at that moment; of several, the one that
   * went live last. Null: none.
   */
  liveOn(channel: string, at: Instant = this.#options.clock.now()): string | null {
    return this.#onAir.sessionOn(channel, at);
  }

  /** The timeline after a number, oldest first. */
  activities(session: string, after: number, limit: number): Promise<readonly Activity[]> {
    const { store, shop } = this.#options;
    return store.activities.since(shop, session, after, limit);
  }

  /**
   * Appends what `decide` says of the session as it stands; where somebody was faster, asks again.
   * @throws Busy after `attemptsMax` times; StoreUnavailable
   */
  async act(session: string, decide: Decide): Promise<Acted> {
    await this.start();
    return this.#inTurn(session, () => this.#act(session, decide));
  }

  async #act(session: string, decide: Decide): Promise<Acted> {
    const { store, shop } = this.#options;
    let open = this.#open.get(session) ?? (await this.#catchUp(session, true));
    for (let attempt = 1; attempt <= sessionsLimits.attemptsMax; attempt += 1) {
      if (open === null) return unknownSession;
      const decision = decide(open);
      if (isRefused(decision)) {
        // Another node may have gone on: what is refused is refused of the session as it is now.
        const now: OpenSession | null = attempt === 1 ? await this.#catchUp(session, true) : null;
        if (now === null || now === open) return decision;
        open = now;
        continue;
      }
      if (decision.length === 0) return { ok: true, open, appended: [] };
      const appended = await store.activities.append(shop, session, decision, open.state.seq);
      if (appended.ok) return { ok: true, open: this.#take(open, appended.items), appended: appended.items };
      open = await this.#catchUp(session, true);
    }
    throw new Busy(sessionsLimits.busyRetryMs);
  }

  /** Saves a new session. Refused (`version_conflict`) where its id is taken. */
  async create(plan: SessionPlan, who: Who): Promise<Acted> {
    await this.start();
    return this.#inTurn(plan.id, () => this.#save(plan, 0, who));
  }

  /** Saves the plan where `version` is still the stored one. Refused (`version_conflict`) where it is not. */
  async save(plan: SessionPlan, version: number, who: Who): Promise<Acted> {
    await this.start();
    return this.#inTurn(plan.id, () => this.#save(plan, version, who));
  }

  /** Changes the plan as it stands, whoever else saves it meanwhile. @param change pure: it may be asked again */
  async changePlan(
    session: string,
    change: (open: OpenSession) => SessionPlan | Refused,
    actor: string,
  ): Promise<Acted> {
    await this.start();
    const who = { actor, at: this.#options.clock.now() };
    return this.#inTurn(session, async () => {
      for (let attempt = 1; attempt <= sessionsLimits.attemptsMax; attempt += 1) {
        const open = await this.#catchUp(session, true);
        if (open === null) return unknownSession;
        const plan = change(open);
        if (isRefused(plan)) return plan;
        if (plan === open.plan) return { ok: true, open, appended: [] };
        const saved = await this.#save(plan, open.version, who);
        if (saved.ok || saved.code !== "version_conflict") return saved;
      }
      throw new Busy(sessionsLimits.busyRetryMs);
    });
  }

  async #save(plan: SessionPlan, version: number, { actor, at }: Who): Promise<Acted> {
    const outcome = await this.#options.batcher.submit({
      type: "putDocument",
      actor,
      at,
      kind: sessionKind,
      id: plan.id,
      version,
      body: plan,
    });
    if (isRefusal(outcome)) return refusedBy(outcome);
    const saved = await this.#catchUp(plan.id, true);
    if (saved === null) return unknownSession;
    // It was saved like this before: nobody need look again.
    if (outcome.code === "duplicate" && saved.state.seq > 0) return { ok: true, open: saved, appended: [] };
    // Read by other nodes, which then read the plan again.
    const body = { version: saved.version };
    return this.#act(plan.id, () => [{ at, actor, kind: "plan_changed", body }]);
  }

  /** @returns what ends it */
  onChange(session: string, listener: SessionListener): () => void {
    const entry: SessionListener = (open, appended) => listener(open, appended);
    const listening = this.#listeners.get(session) ?? new Set();
    this.#listeners.set(session, listening.add(entry));
    return () => {
      listening.delete(entry);
      if (listening.size === 0 && this.#listeners.get(session) === listening) this.#listeners.delete(session);
    };
  }

  close(): void {
    this.#follower.close();
    this.#listeners.clear();
  }

  async #load(document: Document, plan: SessionPlan): Promise<OpenSession> {
    this.#putPlan(document, plan);
    const loaded = await this.#catchUp(document.id, false);
    if (loaded === null) throw new Error(`The session ${document.id} was there a moment ago.`);
    return loaded;
  }

  /** Reads what was appended since, and the plan where it is wanted, unknown, or said to be another. */
  async #catchUp(session: string, wantsPlan: boolean): Promise<OpenSession | null> {
    if (wantsPlan || !this.#open.has(session)) await this.#readPlan(session);
    for (;;) {
      const open = this.#open.get(session);
      if (open === undefined) return null;
      const limit = sessionsLimits.pageActivitiesMax;
      const items = await this.activities(session, open.state.seq, limit);
      if (items.length > 0) this.#take(this.#open.get(session) ?? open, items);
      const changed = items.findLast((item) => item.kind === "plan_changed");
      if (changed?.kind === "plan_changed" && changed.body.version > (this.#open.get(session)?.version ?? 0))
        await this.#readPlan(session);
      if (items.length < limit) return this.#open.get(session) ?? null;
    }
  }

  async #readPlan(session: string): Promise<void> {
    const { store, shop } = this.#options;
    const document = await store.read.document(shop, sessionKind, session);
    const plan = document === null ? null : planOf(document);
    if (document === null || plan === null) this.#open.delete(session);
    else this.#putPlan(document, plan);
  }

  /** An older version than what is known was overtaken while it was read. */
  #putPlan({ id, version, updatedAt, updatedBy }: Document, plan: SessionPlan): void {
    const known = this.#open.get(id);
    if (known !== undefined && known.version >= version) return;
    const state = known?.state ?? emptySession(id);
    this.#set({ plan, version, updatedAt, updatedBy, state }, []);
  }

  /**
   * Folds what was read or written on top of what is known by now: others may have folded some of it meanwhile,
   * and what is folded already changes nothing. Items begin right after a state that was known, so none is missed.
   */
  #take(open: OpenSession, items: readonly Activity[]): OpenSession {
    const known = this.#open.get(open.plan.id) ?? open;
    const state = items.reduce(foldSession, known.state);
    if (state === known.state) return known;
    const taken: OpenSession = { ...known, state };
    this.#set(
      taken,
      items.filter((item) => item.seq > known.state.seq),
    );
    return taken;
  }

  #set(open: OpenSession, appended: readonly Activity[]): void {
    const { id } = open.plan;
    this.#open.set(id, open);
    this.#follower.saw(id, open.state.seq);
    this.#onAir.set(open.plan, open.state);
    for (const listener of this.#listeners.get(id) ?? []) {
      try {
        listener(open, appended);
      } catch (error) {
        this.#options.log.error({ err: error, session: id }, "a listener of a session failed");
      }
    }
  }

  async #inTurn<T>(session: string, run: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(session) ?? Promise.resolve();
    const turn = before.then(run, run);
    this.#turns.set(session, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(session) === turn) this.#turns.delete(session);
    }
  }
}

/** A decision that is none, or a plan that is none. */
function isRefused(value: object): value is Refused {
  return "ok" in value && value.ok === false;
}

/** The plan in a document; null: it was deleted. */
function planOf({ body }: Document): SessionPlan | null {
  return body === null ? null : (body as SessionPlan);
}

function refusedBy(outcome: Outcome): Refused {
  const words = { zh: "别人已先保存，请重新载入", en: "Somebody else saved it meanwhile: load it again" };
  return { ok: false, code: outcome.code, words };
}
