import type { Instant } from "../rows.ts";
import type { Policy } from "./policy.ts";
import { minutesBetween } from "./time.ts";

/**
 * The shop's numbers, exactly as they are defined. Every layer's test repeats the worked example:
 * 500 units at 10 a minute last 50 minutes.
 */

/** The plain ETA looks back this far. */
export const etaWindowMinutes = 30;

/**
 * For how long sales have been observed, in minutes: at most the window, and at least one, since sales are
 * counted by the minute.
 */
export function minutesObserved(since: Instant, now: Instant, windowMinutes = etaWindowMinutes): number {
  return Math.min(windowMinutes, Math.max(1, minutesBetween(since, now)));
}

/**
 * 预计售罄: minutes until the last sellable unit is sold, if it goes on as in the last 30 minutes.
 * @param sold units sold in the last 30 minutes
 * @param observed minutes of them that were observed, at most 30
 * @returns null without sales: then nobody can say
 */
export function sellOutEta(sellable: number, sold: number, observed: number): number | null {
  if (sold <= 0) return null;
  // Multiplied before it is divided, so that whole numbers give whole answers.
  return (Math.max(0, sellable) * Math.min(observed, etaWindowMinutes)) / sold;
}

/** 售出率 in per cent: sold ÷ (sold + remaining); null where there was nothing to sell. */
export function sellThrough(sold: number, remaining: number): number | null {
  return percent(sold, sold + remaining);
}

/** 动销率 in per cent: SKUs with a sale in the window ÷ SKUs in stock; null where none is in stock. */
export function activeSkuRate(skusWithSale: number, skusInStock: number): number | null {
  // The last unit of a SKU may be sold in the window: it had a sale and is no longer in stock.
  const rate = percent(skusWithSale, skusInStock);
  return rate === null ? null : Math.min(100, rate);
}

/** 库存周转天数: average daily closing stock ÷ average daily units sold, over the same days; null without sales. */
export function turnoverDays(closingStocks: readonly number[], unitsSold: readonly number[]): number | null {
  const sold = average(unitsSold);
  return sold > 0 ? average(closingStocks) / sold : null;
}

/** How low a product is: 0 is none, 3 the lowest. */
export type Tier = 0 | 1 | 2 | 3;
export type TierPercents = Pick<Policy, "tier1Percent" | "tier2Percent" | "tier3Percent">;

/**
 * The tier of what is left of the opening stock and what arrived since. Exactly 20, 10 and 5 per cent count:
 * whole numbers are multiplied, nothing is divided.
 */
export function tierOf(remaining: number, opening: number, arrived: number, percents: TierPercents): Tier {
  const base = opening + arrived;
  if (base <= 0) return 0;
  const within = (limit: number): boolean => remaining * 100 <= limit * base;
  if (within(percents.tier3Percent)) return 3;
  if (within(percents.tier2Percent)) return 2;
  return within(percents.tier1Percent) ? 1 : 0;
}

/** Days in stock without a sale at which a SKU is slow. */
export function isSlowMover(daysWithoutSale: number, inStock: boolean, slowMoverDays: number): boolean {
  return inStock && daysWithoutSale >= slowMoverDays;
}

/** Units that will be left when a slot begins, if they go on selling at this rate; never below zero. */
export function leftAt(sellable: number, unitsPerMinute: number, minutesUntil: number): number {
  return Math.max(0, sellable - Math.max(0, unitsPerMinute) * Math.max(0, minutesUntil));
}

/** The last ten minutes against the best ten, in per cent; null before anything was sold. */
export function peakShare(last10: number, peak10: number): number | null {
  return percent(last10, peak10);
}

/** Money of a session, in minor units. */
export interface Amounts {
  /** 成交额: of all paid lines, whatever became of them later. */
  readonly sold: number;
  /** Of what was cancelled or refunded before it was sent. */
  readonly cancelled: number;
  readonly net: number;
}

export function amountsOf(totals: { soldAmount: number; cancelledAmount: number }): Amounts {
  const { soldAmount, cancelledAmount } = totals;
  return { sold: soldAmount, cancelled: cancelledAmount, net: soldAmount - cancelledAmount };
}

/** What one channel sold. Shares are per cent of the units and of the amount of all; null where all is zero. */
export interface ChannelShare {
  readonly channel: string;
  readonly orders: number;
  readonly units: number;
  readonly amount: number;
  readonly unitsPercent: number | null;
  readonly amountPercent: number | null;
}

export type ChannelSum = Pick<ChannelShare, "channel" | "orders" | "units" | "amount">;

/** Each channel's part of what was sold, most units first. */
export function channelSplit(sums: readonly ChannelSum[]): readonly ChannelShare[] {
  const units = total(sums.map((sum) => sum.units));
  const amount = total(sums.map((sum) => sum.amount));
  return sums
    .map((sum) => ({
      ...sum,
      unitsPercent: percent(sum.units, units),
      amountPercent: percent(sum.amount, amount),
    }))
    .toSorted((a, b) => b.units - a.units || (a.channel < b.channel ? -1 : 1));
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : total(values) / values.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
