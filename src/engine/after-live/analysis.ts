import { accuracyReport, type AccuracyReport } from "../../domain/analysis/accuracy.ts";
import {
  abcOf,
  ageing,
  figuresByCategory,
  figuresOfGroup,
  type AbcItem,
  type AgeBucket,
  type CategoryFigures,
  type GroupFigures,
} from "../../domain/analysis/figures.ts";
import type { Product } from "../../domain/analysis/product.ts";
import {
  expiringLots,
  replenish,
  type ExpiringLot,
  type Replenishment,
} from "../../domain/analysis/replenish.ts";
import { thresholdsOf } from "../../domain/analysis/season.ts";
import { slowMovers, type SlowMover } from "../../domain/analysis/slow.ts";
import { trends, type Trend } from "../../domain/analysis/trend.ts";
import type { Compensation } from "../../domain/after-live/settings.ts";
import type { Pack } from "../../domain/floor/pack.ts";
import { policyOf } from "../../domain/live/policy.ts";
import type { Instant } from "../../domain/rows.ts";
import type { DayHead } from "../../store/days.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { readPolicies } from "../live-settings.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { readPacks } from "../floor/packs.ts";
import { readIncoming } from "../inbound/expected.ts";
import { breathe } from "./breathe.ts";
import { CountedDays, type BinsOfDay } from "./counted-days.ts";
import { readExpiryBook, readShelvedLots, type ExpiryBook } from "./expiry-lots.ts";
import { bodyOfHead } from "./kept-day.ts";
import { shiftDate } from "./dates.ts";
import { readProducts, shownIn } from "./products.ts";
import { readAfterLive, readCompensations } from "./settings.ts";
import type { DayReports } from "./reports.ts";

export const analysisLimits = {
  daysMax: 366,
  /** However short the window, slow movers and orders look back so far. */
  lookBackDays: 90,
  sessionsMax: 400,
  reviewDays: 7,
  servicePercent: 95,
  leadDays: 7,
} as const;

/** Everything that the page of analyses shows, of closed days. */
export interface Analysis {
  /** The last closed day. */
  readonly through: string;
  readonly days: number;
  readonly all: GroupFigures;
  readonly categories: readonly CategoryFigures[];
  readonly abc: readonly AbcItem[];
  readonly ageing: readonly AgeBucket[];
  readonly slow: readonly SlowMover[];
  /** Lots that expire before they would be sold, the first to expire first. */
  readonly expiring: readonly ExpiringLot[];
  readonly trends: readonly Trend[];
  readonly replenish: readonly Replenishment[];
  readonly accuracy: AccuracyReport;
  readonly daily: readonly AnalysisDay[];
  readonly products: readonly Product[];
}

export interface AnalysisDay {
  readonly date: string;
  readonly closing: number;
  readonly sold: number;
  readonly amount: number;
  readonly returned: number;
  readonly shortage: number;
}

/** What people noted beside the closed days. */
interface Noted {
  /** Units that are ordered and not here, by SKU. */
  readonly incoming: ReadonlyMap<string, number>;
  readonly costs: OversellCosts;
  readonly expiry: ExpiryBook;
  readonly packs: ReadonlyMap<string, readonly Pack[]>;
}

export interface AnalyserOptions {
  readonly store: Pick<Store, "read" | "days" | "workEvents">;
  readonly shop: ShopId;
  readonly reports: Pick<DayReports, "closeDue" | "lastClosed" | "spanOf" | "dateOf">;
  readonly sessions: Pick<Sessions, "list">;
  readonly clock: { now(): Instant };
}

/**
 * The analyses of a shop. They change when a day is closed, or somebody says what a product costs, when it is wanted, or
 * that more is ordered; so each window is worked out once until then.
 */
export class Analyser {
  readonly #options: AnalyserOptions;
  readonly #counted: CountedDays;
  readonly #kept = new Map<number, { readonly hash: string; readonly analysis: Promise<Analysis> }>();

  constructor(options: AnalyserOptions) {
    this.#options = options;
    this.#counted = new CountedDays(options);
  }

  /** @returns null where no day was closed yet */
  async analyse(days: number): Promise<Analysis | null> {
    await this.#options.reports.closeDue();
    const last = await this.#options.reports.lastClosed();
    if (last === null) return null;
    const policies = await readPolicies(this.#options.store, this.#options.shop);
    const { store, shop } = this.#options;
    const [traits, incoming] = [await store.read.skuTraits(shop), await readIncoming(store.read, shop)];
    const settings = await readAfterLive(store.read, shop);
    const compensations = await readCompensations(store.read, shop);
    const expiry = await readExpiryBook(store.read, shop);
    const packs = await readPacks(store.read, shop);
    const noted = [[...traits], [...incoming], settings.version, compensations, expiry.print, [...packs]];
    const known = JSON.stringify(noted);
    const hash = `${last.date} ${last.hash} ${policies.version} ${known}`;
    const kept = this.#kept.get(days);
    if (kept?.hash === hash) return kept.analysis;
    const costs = new OversellCosts(settings.value.oversellCost, compensations, (at) =>
      this.#options.reports.dateOf(at),
    );
    const analysis = this.#work(days, last, { incoming, costs, expiry, packs });
    this.#kept.set(days, { hash, analysis });
    // One that failed is tried again.
    analysis.catch(() => this.#kept.delete(days));
    return analysis;
  }

  async #work(days: number, last: DayHead, { incoming, costs, expiry, packs }: Noted): Promise<Analysis> {
    const { store, shop, reports, sessions } = this.#options;
    const through = last.date;
    const from = shiftDate(through, 1 - Math.max(days, analysisLimits.lookBackDays));
    const shown = shownIn(await sessions.list(analysisLimits.sessionsMax), (at) => reports.dateOf(at));
    const began = new Map<string, Instant>();
    const beganAt = (date: string): Instant => {
      const known = began.get(date) ?? reports.spanOf(date).from;
      began.set(date, known);
      return known;
    };
    const products = await readProducts({
      store,
      shop,
      from,
      through,
      shown,
      incoming,
      shelved: await readShelvedLots(store.read, shop, expiry),
      beganAt,
    });
    const { value: book } = await readPolicies(store, shop);
    const today = todayOf(through, last.to);
    const first = shiftDate(through, 1 - days);
    const heads = await store.days.heads(shop, { from: first, limit: days });
    const bins = await this.#counted.since(reports.spanOf(first).from, (at) => reports.dateOf(at));
    const policy = ({ category, sku }: Product) => policyOf(book, category, sku).policy;
    const all = figuresOfGroup(products, days);
    await breathe();
    const categories = figuresByCategory(products, days, (product) =>
      thresholdsOf(product, policy(product), today),
    );
    await breathe();
    const slow = slowMovers(products, policy, today);
    await breathe();
    const [abc, ages] = [abcOf(products, days), ageing(products, last.to)];
    await breathe();
    return {
      through,
      days,
      all,
      categories,
      abc,
      ageing: ages,
      slow,
      expiring: products
        .flatMap((product) => expiringLots(product, last.to))
        .toSorted((a, b) => a.expiresAt - b.expiresAt || b.value - a.value),
      trends: trends(products),
      replenish: replenish(products, { ...replenishPolicy, packUnits: usualCase(packs) }, today),
      accuracy: accuracyReport(heads.toReversed().map((head) => periodOf(head, bins.get(head.date), costs))),
      daily: heads.toReversed().map(dayOf),
      products,
    };
  }
}

const replenishPolicy = {
  reviewDays: analysisLimits.reviewDays,
  servicePercent: analysisLimits.servicePercent,
  leadDaysDefault: analysisLimits.leadDays,
};

/** What is ordered comes in the SKU's usual case. */
function usualCase(packs: Noted["packs"]): (sku: string) => number {
  return (sku) => packs.get(sku)?.[0]?.units ?? 1;
}

function todayOf(date: string, now: Instant): { now: Instant; month: number; daysLeftInMonth: number } {
  const [year = 1970, month = 1, day = 1] = date.split("-").map(Number);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { now, month, daysLeftInMonth: daysInMonth - day + 1 };
}

/** What being oversold cost a day: what the shop says that a unit costs, and what buyers were given. */
class OversellCosts {
  readonly #perUnit: number;
  readonly #given = new Map<string, number>();

  constructor(perUnit: number, compensations: readonly Compensation[], dateOf: (at: Instant) => string) {
    this.#perUnit = perUnit;
    for (const { at, amount } of compensations) {
      const date = dateOf(at);
      this.#given.set(date, (this.#given.get(date) ?? 0) + amount);
    }
  }

  of(date: string, units: number): number {
    return units * this.#perUnit + (this.#given.get(date) ?? 0);
  }
}

interface Counted {
  readonly closing: number;
  readonly returned: number;
  readonly counted: number | null;
  readonly variance: number | null;
}

function dayOf(head: DayHead): AnalysisDay {
  const { figures, sales, shortage } = bodyOfHead(head).totals;
  const { closing, returned } = figures as Counted;
  const { sold, amount } = sales;
  return { date: head.date, closing, sold, amount, returned, shortage };
}

/** Closed days keep what was counted in units; bins are what the count sheets say. */
function periodOf(head: DayHead, counted: BinsOfDay | undefined, costs: OversellCosts) {
  const { figures, sales, oversold } = bodyOfHead(head).totals;
  const { counted: units, variance } = figures as Counted;
  return {
    date: head.date,
    ordered: sales.ordered,
    oversold,
    bins: counted?.bins ?? 0,
    binsRight: counted?.binsRight ?? 0,
    varianceUnits: Math.abs(variance ?? 0),
    countedUnits: units ?? 0,
    oversellCost: costs.of(head.date, oversold),
  };
}
