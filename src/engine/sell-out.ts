import type { Instant, Sale } from "../domain/rows.ts";

const minuteMs = 60_000;
const windowMinutes = 30;

export interface SellOut {
  /** Units sold in the last 30 minutes. */
  readonly sold30: number;
  /** Since the day's first sale, at most 30. */
  readonly minutesObserved: number;
  /** Minutes until nothing is sellable; null without sales. */
  readonly etaMinutes: number | null;
}

/**
 * How long the sellable units last at the rate of the last 30 minutes: 500 units at 10 a minute last 50.
 * @param sales of one SKU since the business day began
 */
export function sellOutOf(
  sales: readonly Pick<Sale, "minute" | "sold">[],
  sellable: number,
  now: Instant,
): SellOut {
  const thisMinute = Math.floor(now / minuteMs);
  let sold30 = 0;
  let firstMinute = Number.POSITIVE_INFINITY;
  for (const { minute, sold } of sales) {
    if (sold <= 0) continue;
    firstMinute = Math.min(firstMinute, minute);
    if (minute > thisMinute - windowMinutes && minute <= thisMinute) sold30 += sold;
  }
  const minutesObserved = Number.isFinite(firstMinute)
    ? Math.min(windowMinutes, Math.max(1, thisMinute - firstMinute + 1))
    : 0;
  return {
    sold30,
    minutesObserved,
    etaMinutes: sold30 === 0 ? null : Math.round((sellable / (sold30 / minutesObserved)) * 10) / 10,
  };
}
