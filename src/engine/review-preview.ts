import { isSampling, type SamplingPolicy } from "../domain/live/review.ts";
import type { Sale } from "../domain/rows.ts";
import { usualFrom, usualMinutesLeast, usualTo } from "./live/look.ts";

/** What order review would have done with the sessions' orders: gone through once more, minute by minute. */
export interface ReviewPreview {
  /** In which orders would have been sampled. */
  readonly minutes: number;
  /** About as many would have been taken, were none left open for long. */
  readonly orders: number;
}

/**
 * What is usual is known from the orders alone: a session's first minutes, which go by its plan, count as calm.
 * @param sales rollups of any number of sessions; those without one are no part of it
 */
export function previewReviews(sales: readonly Sale[], policy: SamplingPolicy): ReviewPreview {
  let minutes = 0;
  let ordersSeen = 0;
  for (const [session, rows] of Map.groupBy(sales, (sale) => sale.session)) {
    if (session === "") continue;
    for (const orders of sampledMinutes(rows, policy)) {
      minutes += 1;
      ordersSeen += orders;
    }
  }
  return { minutes, orders: Math.round((ordersSeen * policy.samplePercent) / 100) };
}

/** The orders of each minute in which they would have been sampled. */
function sampledMinutes(rows: readonly Sale[], policy: SamplingPolicy): readonly number[] {
  const orders = new Map<number, number>();
  for (const { minute, orders: count } of rows) orders.set(minute, (orders.get(minute) ?? 0) + count);
  const known = [...orders.keys()];
  const first = Math.min(...known);
  const last = Math.max(...known);
  const sampled: number[] = [];
  let on = false;
  for (let minute = first; minute <= last; minute += 1) {
    const now = orders.get(minute) ?? 0;
    on = isSampling(on, now, usualAt(orders, first, minute), policy);
    if (on) sampled.push(now);
  }
  return sampled;
}

/** Orders a minute of the half hour before the last minutes, as the live session reckons it; null: too young. */
function usualAt(orders: ReadonlyMap<number, number>, first: number, minute: number): number | null {
  const to = minute - usualTo;
  const from = Math.max(first, minute - usualFrom);
  if (to - from < usualMinutesLeast) return null;
  let sum = 0;
  for (let one = from; one < to; one += 1) sum += orders.get(one) ?? 0;
  return sum / (to - from);
}
