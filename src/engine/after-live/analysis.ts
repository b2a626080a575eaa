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
import { replenish, type Replenishment } from "../../domain/analysis/replenish.ts";
import { thresholdsOf } from "../../domain/analysis/season.ts";
import { slowMovers, type SlowMover } from "../../domain/analysis/slow.ts";
import { trends, type Trend } from "../../domain/analysis/trend.ts";
import { policyOf } from "../../domain/live/policy.ts";
import type { Instant } from "../../domain/rows.ts";
import type { DayHead } from "../../store/days.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { readPolicies } from "../live-settings.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { readIncoming } from "../inbound/expected.ts";
import { breathe } from "./breathe.ts";
import { CountedDays, type BinsOfDay } from "./counted-days.ts";
import { bodyOfHead } from "./kept-day.ts";
import { shiftDate } from "./dates.ts";
import { readProducts, shownIn } from "./products.ts";
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
    const known = JSON.stringify([[...traits], [...incoming]]);
    const hash = `${last.date} ${last.hash} ${policies.version} ${known}`;
    const kept = this.#kept.get(days);
    if (kept?.hash === hash) return kept.analysis;
    const analysis = this.#work(days, last, incoming);
    this.#kept.set(days, { hash, analysis });
    // One that failed is tried again.
    analysis.catch(() => this.#kept.delete(days));
    return analysis;
  }

  async #work(days: number, last: DayHead, incoming: ReadonlyMap<string, number>): Promise<Analysis> {
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
    const products = await readProducts({ store, shop, from, through, shown, incoming, beganAt });
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
      trends: trends(products),
      replenish: replenish(products, replenishPolicy, today),
      accuracy: accuracyReport(heads.toReversed().map((head) => periodOf(head, bins.get(head.date)))),
      daily: heads.toReversed().map(dayOf),
      products,
    };
  }
}

const replenishPolicy = {
  reviewDays: analysisLimits.reviewDays,
  servicePercent: analysisLimits.servicePercent,
  leadDaysDefault: analysisLimits.leadDays,
  packUnits: () => 1,
};

function todayOf(date: string, now: Instant): { now: Instant; month: number; daysLeftInMonth: number } {
  const [year = 1970, month = 1, day = 1] = date.split("-").map(Number);
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { now, month, daysLeftInMonth: daysInMonth - day + 1 };
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
function periodOf(head: DayHead, counted: BinsOfDay | undefined) {
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
    oversellCost: 0,
  };
}
