import type { Alert } from "../../domain/live/alert.ts";
import type { Instant } from "../../domain/rows.ts";
import { BurnDown } from "../burn-down.ts";
import { Arrivals } from "./arrivals.ts";
import { Curves, curvePointsMax, type Curve } from "./curves.ts";
import { PlannedStock, RoomSamples, SlowFacts } from "./facts.ts";
import type { LiveOptions } from "./live.ts";
import { lookAt, type Heard, type Looked, type ScreenInfo } from "./look.ts";
import { skuOnAir } from "./names.ts";
import { Turnover } from "./turnover.ts";
import { SessionSales, lateEveryMs } from "./sales.ts";

export const runtimeLimits = {
  /** Between two looks that watchers are told of, and between a change and its look. */
  frameMs: 100,
  /** Time passes: what depends on it is looked at again. */
  lookEveryMs: 10_000,
} as const;

/** What the runtimes of a shop share. */
export interface RuntimeEnv extends LiveOptions {
  heard(sales: SessionSales, channels: readonly string[]): ReadonlyMap<string, Heard>;
  screens(session: string): Promise<readonly ScreenInfo[]>;
}

export type Watcher = (looked: Looked) => void;

/**
 * One session that somebody looks at: the books, the sales and the timeline are followed, looked at once after
 * every change, and whoever watches is told of the same look.
 */
export class LiveRuntime {
  readonly session: string;
  readonly #env: RuntimeEnv;
  readonly #stock = new PlannedStock();
  readonly #sales = new SessionSales();
  readonly #arrivals = new Arrivals();
  readonly #slow = new SlowFacts();
  readonly #rooms = new RoomSamples();
  readonly #curves = new Curves();
  readonly #burnDown: BurnDown;
  readonly #turnover: Turnover;
  readonly #watchers = new Set<Watcher>();
  readonly #unlisten: () => void;
  #refreshing: Promise<Looked | null> | null = null;
  #queued: Promise<Looked | null> | null = null;
  #frame: { readonly dueAt: number; readonly callOff: () => void } | null = null;
  #frameAt = Number.NEGATIVE_INFINITY;
  #framing = false;
  #wokenWhileFraming = false;
  #alerts: readonly Alert[] = [];
  #usedAt: number;
  #closed = false;

  constructor(session: string, env: RuntimeEnv) {
    this.session = session;
    this.#env = env;
    this.#burnDown = new BurnDown(env.store.read, env.shop.id);
    this.#turnover = new Turnover(env.store.read, env.shop.id);
    this.#usedAt = env.clock.elapsedMs();
    this.#unlisten = env.shop.sessions.onChange(session, () => this.wake());
  }

  /** Nobody has looked for so long, in milliseconds. */
  get idleMs(): number {
    return this.#watchers.size > 0 ? 0 : this.#env.clock.elapsedMs() - this.#usedAt;
  }

  /** Calls `watcher` with a look after every change, at most once a frame, and every ten seconds. */
  watch(watcher: Watcher): () => void {
    const entry: Watcher = (looked) => watcher(looked);
    this.#watchers.add(entry);
    this.wake();
    return () => {
      this.#watchers.delete(entry);
      if (this.#watchers.size > 0) return;
      this.#frame?.callOff();
      this.#frame = null;
    };
  }

  /** Something may have changed: watchers hear of it within a frame. */
  wake(): void {
    if (this.#watchers.size === 0 || this.#closed) return;
    if (this.#framing) this.#wokenWhileFraming = true;
    else this.#frameIn(this.#frameAt + runtimeLimits.frameMs - this.#env.clock.elapsedMs());
  }

  /** Figures of a room came. */
  touchRooms(): void {
    this.#rooms.touch();
    this.wake();
  }

  /** An event came late: the minute that it belongs to is read again. */
  late(happenedAt: Instant): void {
    this.#sales.late(happenedAt);
  }

  /** How a product's sellable units went, as far as this process knows; empty before it was on. */
  curve(sku: string): Curve {
    return this.#curves.of(sku);
  }

  /**
   * The session as it is now: reads what changed, and looks. Callers at the same time share one look that
   * began after each of them asked. Null: there is no such session.
   */
  look(): Promise<Looked | null> {
    this.#usedAt = this.#env.clock.elapsedMs();
    if (this.#refreshing === null) return this.#begin();
    this.#queued ??= this.#refreshing
      .catch(() => null)
      .then(() => {
        this.#queued = null;
        return this.#refreshing ?? this.#begin();
      });
    return this.#queued;
  }

  close(): void {
    this.#closed = true;
    this.#unlisten();
    this.#frame?.callOff();
    this.#watchers.clear();
  }

  #begin(): Promise<Looked | null> {
    const refreshing = this.#refresh().finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = null;
    });
    this.#refreshing = refreshing;
    return refreshing;
  }

  async #refresh(): Promise<Looked | null> {
    const { store, shop, clock } = this.#env;
    const open = shop.sessions.known(this.session) ?? (await shop.sessions.get(this.session));
    if (open === null) return null;
    const now = clock.now();
    const { plan, state } = open;
    await this.#stock.follow(store, shop.id, plan, now);
    const begins = Math.min(plan.startsAt, state.liveSince ?? now);
    const stocks = this.#stock.stocks;
    await Promise.all([
      this.#sales.follow(store.read, shop.id, this.session, now, begins),
      this.#arrivals.refresh(store.read, shop.id, stocks.values(), state.opening, now),
      this.#slow.refresh(store, shop.id, stocks.values(), now),
      this.#rooms.refresh(store, shop.id, plan, now),
    ]);
    const screens = await this.#env.screens(this.session);
    // Things went on while it was read: the timeline is taken as it is now, so that no action seems undone.
    const latest = shop.sessions.known(this.session) ?? open;
    const looked = lookAt(
      {
        open: latest,
        now,
        currency: shop.shop.currency,
        seq: this.#stock.seq,
        stocks: new Map(stocks),
        sales: this.#sales,
        arrived: (sku) => this.#arrivals.of(sku),
        pending: (sku) => this.#slow.pending(sku),
        turnoverDays: (sku) => this.#turnover.of(sku),
        policies: this.#slow.policies,
        words: this.#slow.words,
        channels: this.#slow.channels,
        heard: this.#env.heard(this.#sales, plan.channels),
        screens,
        samples: this.#rooms.samples,
        settings: this.#slow.version,
      },
      this.#alerts,
    );
    this.#alerts = looked.alerts;
    if (latest.state.life === "live")
      for (const [sku, units] of looked.units) this.#curves.note(sku, units.cap.units, now);
    await this.#drawPast(looked);
    if (latest.state.life === "live") this.#readTurnover(looked);
    return looked;
  }

  /** Beside the look: it reads days of a product's history. */
  #readTurnover({ stocks, now }: Looked): void {
    const { shop, log } = this.#env;
    this.#turnover.refresh(stocks.values(), shop.shop, now).catch((error: unknown) => {
      if (!this.#closed) log.warn({ err: error, session: this.session }, "the turnover could not be read");
    });
  }

  /** What the product that is on had before this process looked: once, from the journal. */
  async #drawPast(looked: Looked): Promise<void> {
    const sku = skuOnAir(looked);
    const { liveSince } = looked.open.state;
    const stock = sku === null ? undefined : looked.stocks.get(sku);
    if (sku === null || liveSince === null || stock === undefined || !this.#curves.wantsPast(sku)) return;
    const { available } = stock;
    const buffer = Math.max(0, available - (looked.units.get(sku)?.remaining ?? available));
    const now = { at: looked.now, available, buffer };
    this.#curves.past(sku, await this.#burnDown.points(sku, liveSince, now, curvePointsMax));
  }

  #frameIn(delayMs: number): void {
    const { clock } = this.#env;
    const dueAt = clock.elapsedMs() + Math.max(0, delayMs);
    if (this.#frame !== null && this.#frame.dueAt <= dueAt) return;
    this.#frame?.callOff();
    const callOff = clock.after(dueAt - clock.elapsedMs(), () => {
      this.#frame = null;
      void this.#tellFrame();
    });
    this.#frame = { dueAt, callOff };
  }

  async #tellFrame(): Promise<void> {
    const { clock, log } = this.#env;
    if (this.#closed || this.#watchers.size === 0) return;
    this.#framing = true;
    this.#wokenWhileFraming = false;
    this.#frameAt = clock.elapsedMs();
    try {
      const looked = await this.look();
      if (looked !== null) for (const watcher of this.#watchers) watcher(looked);
    } catch (error) {
      log.error({ err: error, session: this.session }, "the live session could not be read");
    }
    this.#framing = false;
    if (this.#closed || this.#watchers.size === 0) return;
    if (this.#wokenWhileFraming) this.wake();
    else this.#frameIn(this.#sales.lateWaits ? lateEveryMs : runtimeLimits.lookEveryMs);
  }
}
