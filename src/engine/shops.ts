import type { Instant } from "../domain/rows.ts";
import { UnknownShop } from "../store/errors.ts";
import type { Shop, ShopId, Store } from "../store/store.ts";
import { Analyser } from "./after-live/analysis.ts";
import type { AfterLive, MakeAfterLive } from "./after-live/reading.ts";
import { OddOrders } from "./after-live/odd-orders.ts";
import { OrderSideBook } from "./after-live/order-sides.ts";
import { DayReports } from "./after-live/reports.ts";
import { sessionAnswer } from "./after-live/kept-session.ts";
import { workOutScan } from "./after-live/slow-scans.ts";
import { Batcher, type BatcherHooks } from "./batcher.ts";
import { BurnDown } from "./burn-down.ts";
import type { Clock } from "./clock.ts";
import { businessDayOf, type BusinessDay } from "./day.ts";
import type { Log } from "./errors.ts";
import { Feed } from "./feed.ts";
import { LiveEngine } from "./live/live.ts";
import { Counts } from "./counts/counts.ts";
import { Explainer } from "./counts/explain.ts";
import { FloorPlan } from "./floor/floor-plan.ts";
import { Transfers } from "./floor/transfers.ts";
import { Inbound } from "./inbound/inbound.ts";
import { SkuNames } from "./names.ts";
import { Outbound } from "./outbound/outbound.ts";
import { Quarantine } from "./returns/quarantine.ts";
import { Returns } from "./returns/returns.ts";
import { Samples } from "./returns/samples.ts";
import { Sessions } from "./sessions/sessions.ts";

/** What a shop is before its owner has said anything else. */
const newShop = {
  name: "我的店铺",
  timeZone: "Asia/Shanghai",
  dayCutHour: 4,
  currency: "CNY",
} as const;

/**
 * The store's shop, created when it is empty: whichever command writes first, the server or an import before
 * anybody has signed in. Where two processes create one at the same moment, both go on with the first.
 */
export async function openShop(store: Store, clock: Clock): Promise<Shop> {
  const existing = lowest(await store.shops());
  if (existing !== undefined) return existing;
  const created = await store.createShop({ ...newShop, createdAt: clock.now() });
  return lowest(await store.shops()) ?? created;
}

function lowest(shops: readonly Shop[]): Shop | undefined {
  return shops.toSorted((a, b) => a.shop - b.shop)[0];
}

/** A shop with everything that runs for it in this process. */
export interface OpenShop {
  readonly id: ShopId;
  /** As it was read last. */
  readonly shop: Shop;
  readonly batcher: Batcher;
  readonly feed: Feed;
  readonly burnDown: BurnDown;
  readonly names: SkuNames;
  readonly sessions: Sessions;
  readonly live: LiveEngine;
  readonly counts: Counts;
  readonly inbound: Inbound;
  readonly explainer: Explainer;
  readonly floorPlan: FloorPlan;
  readonly transfers: Transfers;
  readonly outbound: Outbound;
  readonly returns: Returns;
  readonly samples: Samples;
  readonly quarantine: Quarantine;
  readonly reports: AfterLive["reports"];
  readonly odd: OddOrders;
  readonly sides: OrderSideBook;
  readonly analyser: Analyser;
  readonly afterLive: AfterLive;
  /** The business day that now belongs to. */
  day(): BusinessDay;
}

export interface ShopsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly hooks?: BatcherHooks & { onFeedCut?(): void };
  /** Makes reports beside this thread; absent: they are made in it. */
  readonly afterLive?: MakeAfterLive;
}

class RunningShop implements OpenShop {
  readonly id: ShopId;
  readonly batcher: Batcher;
  readonly feed: Feed;
  readonly burnDown: BurnDown;
  readonly names: SkuNames;
  readonly sessions: Sessions;
  readonly live: LiveEngine;
  readonly counts: Counts;
  readonly inbound: Inbound;
  readonly explainer: Explainer;
  readonly floorPlan: FloorPlan;
  readonly transfers: Transfers;
  readonly outbound: Outbound;
  readonly returns: Returns;
  readonly samples: Samples;
  readonly quarantine: Quarantine;
  readonly reports: AfterLive["reports"];
  readonly odd: OddOrders;
  readonly sides: OrderSideBook;
  readonly analyser: Analyser;
  readonly afterLive: AfterLive;
  readonly #clock: Clock;
  #shop: Shop;
  #day: BusinessDay | null = null;

  constructor(shop: Shop, { store, clock, log, hooks, afterLive }: ShopsOptions) {
    this.id = shop.shop;
    this.#shop = shop;
    this.#clock = clock;
    this.batcher = new Batcher({
      store,
      shop: shop.shop,
      clock,
      log,
      ...(hooks === undefined ? {} : { hooks }),
    });
    const soldSince = (): Instant => this.day().from;
    const onCut = (): void => hooks?.onFeedCut?.();
    this.feed = new Feed({ store, shop: shop.shop, clock, log, soldSince, onCut });
    this.burnDown = new BurnDown(store.read, shop.shop);
    this.names = new SkuNames(store.read, shop.shop, clock);
    this.sessions = new Sessions({ store, shop: shop.shop, clock, log, batcher: this.batcher });
    this.live = new LiveEngine({ store, shop: this, clock, log });
    const { batcher } = this;
    this.counts = new Counts({
      store,
      shop: shop.shop,
      clock,
      batcher,
      day: () => this.day(),
      binsInUse: async (warehouse) =>
        [...(await this.floorPlan.bins(warehouse)).values()].flatMap((one) => (one.active ? [one.bin] : [])),
    });
    this.floorPlan = new FloorPlan({ store, shop: shop.shop, clock, batcher, counts: this.counts });
    const putLots: FloorPlan["putLots"] = (lots, who) => this.floorPlan.putLots(lots, who);
    const timeZone = (): string => this.shop.timeZone;
    this.inbound = new Inbound({ store, shop: shop.shop, clock, batcher, putLots, timeZone });
    this.transfers = new Transfers({ store, shop: shop.shop, batcher });
    const { counts, floorPlan: floor, sessions } = this;
    this.outbound = new Outbound({ store, shop: shop.shop, clock, batcher, counts, floor, sessions });
    const books = { store, shop: shop.shop, batcher };
    const papers = { returns: new Returns(books, clock), samples: new Samples(books, clock) };
    this.returns = papers.returns;
    this.samples = papers.samples;
    this.quarantine = new Quarantine(books, clock, papers);
    this.explainer = new Explainer({ ...books, counts, inbound: this.inbound, ...papers });
    this.odd = new OddOrders({ store, shop: shop.shop, batcher: this.batcher, clock });
    this.sides = new OrderSideBook({ store, shop: shop.shop, clock });
    const reports = new DayReports({ store, shop: this, clock });
    this.analyser = new Analyser({ store, shop: shop.shop, reports, sessions, clock });
    this.afterLive = afterLive?.(this) ?? {
      reports,
      sessionReport: async (id) => {
        const open = await sessions.get(id);
        if (open === null) return null;
        return sessionAnswer({ store, shop: this, sessions, names: this.names }, open, clock.now());
      },
      prepare: async (days) => void (await this.analyser.analyse(days)),
      slowScan: (week) => workOutScan(this.analyser, store.read, shop.shop, week),
    };
    this.reports = this.afterLive.reports;
  }

  get shop(): Shop {
    return this.#shop;
  }

  set shop(shop: Shop) {
    this.#shop = shop;
    this.#day = null;
  }

  day(): BusinessDay {
    const now = this.#clock.now();
    if (this.#day === null || now >= this.#day.to || now < this.#day.from) {
      this.#day = businessDayOf(now, this.#shop);
    }
    return this.#day;
  }
}

/** The shops that this process works for. Each is opened when it is first asked for. */
export class Shops {
  readonly #options: ShopsOptions;
  readonly #open = new Map<ShopId, RunningShop>();
  #closed = false;

  constructor(options: ShopsOptions) {
    this.#options = options;
  }

  /** The shop if it is open: no promise on the way of an order. */
  get(shop: ShopId): OpenShop | undefined {
    return this.#open.get(shop);
  }

  /** @throws UnknownShop */
  async open(shop: ShopId): Promise<OpenShop> {
    const known = this.#open.get(shop);
    if (known !== undefined) return known;
    const row = (await this.#options.store.shops()).find((one) => one.shop === shop);
    if (row === undefined || this.#closed) throw new UnknownShop(shop);
    // Another call may have opened it meanwhile; two batchers of one shop would compete.
    const opened = this.#open.get(shop) ?? new RunningShop(row, this.#options);
    this.#open.set(shop, opened);
    // Orders are stamped with the session that is live: better before the first one than after.
    await opened.sessions.start().catch((error: unknown) => {
      this.#options.log.warn({ err: error, shop }, "the sessions of the shop could not be read yet");
    });
    return opened;
  }

  /** Opens every shop of the store, and takes over what another node changed of them. */
  async refresh(): Promise<readonly OpenShop[]> {
    const opened: OpenShop[] = [];
    for (const row of await this.#options.store.shops()) {
      const known = this.#open.get(row.shop);
      if (known === undefined) opened.push(await this.open(row.shop));
      else {
        known.shop = row;
        opened.push(known);
      }
    }
    return opened;
  }

  all(): readonly OpenShop[] {
    return [...this.#open.values()];
  }

  /** Ends the live streams: what is written from now on reaches nobody, so nobody should think it does. */
  closeFeeds(): void {
    for (const { feed, live } of this.#open.values()) {
      feed.close();
      live.close();
    }
  }

  /** Takes no more commands, and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.closeFeeds();
    await Promise.all(this.all().map((shop) => shop.batcher.close()));
    for (const { sessions } of this.all()) sessions.close();
  }
}
