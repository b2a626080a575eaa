import type { Activity } from "../live/activity.ts";
import { foldAll, type SessionState } from "../live/fold.ts";
import { evaluateForecast, type LeadReport, type SkuHistory } from "../live/forecast.ts";
import {
  amountsOf,
  channelSplit,
  sellThrough,
  type Amounts,
  type ChannelShare,
  type ChannelSum,
} from "../live/metric.ts";
import type { SessionPlan } from "../live/session.ts";
import { withAhead } from "../live/showings.ts";
import { minuteMs, minutesBetween } from "../live/time.ts";
import type { Instant, Sale } from "../rows.ts";
import { compareText } from "../text.ts";
import { answersOf, type Answers } from "./answers.ts";
import { groupBy } from "./group.ts";

/** What stood where when the session went live and when it ended, of one SKU. */
export interface SessionStock {
  readonly sku: string;
  readonly opening: number;
  /** Units that came in during the session. */
  readonly arrived: number;
  readonly closing: number;
  /** The most units that were sold and covered by none, and how many still are. */
  readonly shortageMost: number;
  readonly shortageOpen: number;
}

export interface SessionReportInput {
  readonly plan: SessionPlan;
  /** The whole timeline of the session, in order. */
  readonly activities: readonly Activity[];
  /** The rollups of the session, by minute, SKU and channel. */
  readonly sales: readonly Sale[];
  readonly stocks: readonly SessionStock[];
  /** Minute by minute from the moment it went live; SKUs without one have no sell-out and no forecast. */
  readonly histories: readonly SkuHistory[];
  readonly currency: string;
  /** The latest moment that the report knows of: the end of a session that was not ended. */
  readonly now: Instant;
}

export interface SessionTotals {
  readonly orders: number;
  readonly sold: number;
  readonly presold: number;
  readonly cancelled: number;
  readonly amounts: Amounts;
}

export interface TimelineStep {
  readonly at: Instant;
  readonly minutes: number;
  readonly orders: number;
  readonly sold: number;
  readonly amount: number;
  readonly cancelled: number;
}

export interface TimelineEvent {
  readonly at: Instant;
  readonly kind: Activity["kind"];
  readonly sku: string | null;
  readonly actor: string;
}

export interface SessionProduct {
  readonly sku: string;
  readonly target: number | null;
  readonly sold: number;
  readonly presold: number;
  readonly cancelled: number;
  readonly amount: number;
  readonly opening: number;
  readonly arrived: number;
  readonly closing: number;
  /** Per cent; null without stock or without a plan. */
  readonly sellThrough: number | null;
  readonly targetPercent: number | null;
  readonly soldOutAt: Instant | null;
  /** Minutes in which it was shown, and units sold for each of them; null where it never was. */
  readonly shownMinutes: number;
  readonly perShownMinute: number | null;
}

/** What an ETA alert said, and what happened. */
export interface ForecastOutcome {
  readonly sku: string;
  readonly at: Instant;
  readonly saidMinutes: number;
  /** Null: it was not sold out in the session. */
  readonly happenedMinutes: number | null;
}

export interface SessionReport {
  readonly kind: "session_report";
  readonly version: 1;
  readonly session: string;
  readonly title: string;
  readonly currency: string;
  readonly liveSince: Instant | null;
  readonly endedAt: Instant | null;
  readonly liveMinutes: number;
  /** Why it went live without a signed precheck; null where it was signed. */
  readonly unsignedReason: string | null;
  readonly totals: SessionTotals;
  readonly channels: readonly ChannelShare[];
  readonly timeline: readonly TimelineStep[];
  readonly events: readonly TimelineEvent[];
  readonly products: readonly SessionProduct[];
  /** SKUs, by amount; and by the share of their plan that they missed. */
  readonly best: readonly string[];
  readonly worst: readonly string[];
  readonly answers: Answers;
  readonly forecasts: readonly ForecastOutcome[];
  readonly leads: readonly LeadReport[];
  /** 0, or the list: units that were sold and covered by none. */
  readonly oversold: number;
  readonly oversells: readonly { readonly sku: string; readonly most: number; readonly open: number }[];
}

const stepMinutes = 5;
const namedProducts = 5;

/** What one broadcast was, from what happened in it. The same input gives the same bytes. */
export function sessionReport(input: SessionReportInput): SessionReport {
  const { plan, activities, sales, stocks } = input;
  const state = foldAll(plan.id, activities);
  const from = state.liveSince ?? plan.startsAt;
  const to = state.endedAt ?? Math.max(from, input.now);
  const products = productsOf(input, state, from);
  const oversells = stocks
    .filter((stock) => stock.shortageMost > 0)
    .map(({ sku, shortageMost, shortageOpen }) => ({ sku, most: shortageMost, open: shortageOpen }))
    .toSorted((a, b) => b.most - a.most || compareText(a.sku, b.sku));
  return {
    kind: "session_report",
    version: 1,
    session: plan.id,
    title: plan.title,
    currency: input.currency,
    liveSince: state.liveSince,
    endedAt: state.endedAt,
    liveMinutes: state.liveSince === null ? 0 : minutesBetween(from, to),
    unsignedReason: state.unsignedReason,
    totals: totalsOf(sales),
    channels: channelSplit(channelSums(sales)),
    timeline: timelineOf(sales, from, to),
    events: eventsOf(activities),
    products,
    best: bestOf(products),
    worst: worstOf(products),
    answers: answersOf(activities),
    forecasts: forecastsOf(activities, products),
    leads: evaluateForecast(withAhead(input.histories, { plan, activities, from })),
    oversold: oversells.reduce((sum, { most }) => sum + most, 0),
    oversells,
  };
}

function totalsOf(sales: readonly Sale[]): SessionTotals {
  const sum = { orders: 0, sold: 0, presold: 0, cancelled: 0, soldAmount: 0, cancelledAmount: 0 };
  for (const sale of sales)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += sale[name];
  const { orders, sold, presold, cancelled } = sum;
  return { orders, sold, presold, cancelled, amounts: amountsOf(sum) };
}

function channelSums(sales: readonly Sale[]): readonly ChannelSum[] {
  const sums = new Map<string, { channel: string; orders: number; units: number; amount: number }>();
  for (const { channel, orders, sold, presold, soldAmount } of sales) {
    const sum = sums.get(channel) ?? { channel, orders: 0, units: 0, amount: 0 };
    sum.orders += orders;
    sum.units += sold + presold;
    sum.amount += soldAmount;
    sums.set(channel, sum);
  }
  return [...sums.values()];
}

/** Steps of five minutes from the first to the last, quiet ones too; what was paid after the end is in the last. */
function timelineOf(sales: readonly Sale[], from: Instant, to: Instant): readonly TimelineStep[] {
  const count = Math.max(1, Math.ceil(minutesBetween(from, to) / stepMinutes));
  const steps = Array.from({ length: count }, (_, index) => ({
    at: from + index * stepMinutes * minuteMs,
    minutes: stepMinutes,
    orders: 0,
    sold: 0,
    amount: 0,
    cancelled: 0,
  }));
  for (const sale of sales) {
    const index = Math.floor((sale.minute * minuteMs - from) / (stepMinutes * minuteMs));
    const step = steps[Math.min(count - 1, Math.max(0, index))];
    if (step === undefined) continue;
    step.orders += sale.orders;
    step.sold += sale.sold + sale.presold;
    step.amount += sale.soldAmount;
    step.cancelled += sale.cancelled;
  }
  return steps;
}

/** What a reader of the timeline wants to see beside the curve. */
const told: ReadonlySet<Activity["kind"]> = new Set([
  "life",
  "pointer",
  "alert_raised",
  "alert_acknowledged",
  "alert_resolved",
  "playbook_step",
  "supplier_asked",
  "supplier_answered",
  "tranche_released",
  "stop_sell",
  "stop_sell_lifted",
  "sampling",
  "note",
]);

function eventsOf(activities: readonly Activity[]): readonly TimelineEvent[] {
  return activities
    .filter(({ kind }) => told.has(kind))
    .map(({ at, kind, sku, actor }) => ({ at, kind, sku: sku ?? null, actor }));
}

function productsOf(
  { plan, sales, stocks, histories }: SessionReportInput,
  state: SessionState,
  from: Instant,
): readonly SessionProduct[] {
  const bySku = groupBy(sales, (sale) => sale.sku);
  const stockOf = new Map(stocks.map((stock) => [stock.sku, stock]));
  const historyOf = new Map(histories.map((history) => [history.sku, history]));
  const skus = new Set([...plan.slots.map(({ sku }) => sku), ...bySku.keys()]);
  return [...skus]
    .map((sku) => {
      const { sold, presold, cancelled, amounts } = totalsOf(bySku.get(sku) ?? []);
      const stock = stockOf.get(sku);
      const slots = plan.slots.filter((slot) => slot.sku === sku);
      const target = slots.reduce<number | null>(
        (sum, slot) => (slot.target === null ? sum : (sum ?? 0) + slot.target),
        null,
      );
      const shownMs = slots.reduce((ms, { id }) => ms + (state.shown.get(id)?.ms ?? 0), 0);
      const closing = stock?.closing ?? 0;
      return {
        sku,
        target,
        sold,
        presold,
        cancelled,
        amount: amounts.sold,
        opening: stock?.opening ?? 0,
        arrived: stock?.arrived ?? 0,
        closing,
        sellThrough: sellThrough(sold, closing),
        targetPercent: target === null || target === 0 ? null : (100 * (sold + presold)) / target,
        soldOutAt: soldOutAt(historyOf.get(sku), from),
        shownMinutes: shownMs / minuteMs,
        perShownMinute: shownMs === 0 ? null : ((sold + presold) * minuteMs) / shownMs,
      };
    })
    .toSorted((a, b) => b.amount - a.amount || compareText(a.sku, b.sku));
}

/** The minute at which it was first sold out, having been in stock before. */
function soldOutAt(history: SkuHistory | undefined, from: Instant): Instant | null {
  const index =
    history?.minutes.findIndex(
      ({ lowest }, at) => lowest <= 0 && at > 0 && (history.minutes[at - 1]?.sellable ?? 0) > 0,
    ) ?? -1;
  return index < 0 ? null : from + index * minuteMs;
}

function bestOf(products: readonly SessionProduct[]): readonly string[] {
  return products
    .filter(({ amount }) => amount > 0)
    .slice(0, namedProducts)
    .map(({ sku }) => sku);
}

/** Those furthest below their plan; of those without one, those of whose stock the least was sold. */
function worstOf(products: readonly SessionProduct[]): readonly string[] {
  return products
    .map(({ sku, targetPercent, sellThrough: share }) => ({ sku, percent: targetPercent ?? share }))
    .filter((one): one is { sku: string; percent: number } => one.percent !== null && one.percent < 100)
    .toSorted((a, b) => a.percent - b.percent || compareText(a.sku, b.sku))
    .slice(0, namedProducts)
    .map(({ sku }) => sku);
}

function forecastsOf(
  activities: readonly Activity[],
  products: readonly SessionProduct[],
): readonly ForecastOutcome[] {
  const outAt = new Map(products.map(({ sku, soldOutAt: at }) => [sku, at]));
  return activities.flatMap((activity) => {
    if (activity.kind !== "alert_raised") return [];
    const { rule, sku, evidence, raisedAt } = activity.body.alert;
    const said = evidence["minutes"];
    if (rule !== "eta" || sku === null || typeof said !== "number") return [];
    const out = outAt.get(sku) ?? null;
    const happened = out === null || out < raisedAt ? null : minutesBetween(raisedAt, out);
    return [{ sku, at: raisedAt, saidMinutes: said, happenedMinutes: happened }];
  });
}
