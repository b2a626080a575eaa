import type { DayReport } from "../../domain/report/day-report.ts";
import type { SkuGap } from "../../domain/reconcile/summary.ts";
import { closeNight, type NightClose, type ShelfCount } from "../../domain/reconcile/three-way.ts";
import type { KeptReconciliation } from "./reconciling.ts";

/**
 * Shelves, books and channels of one day: the books as the day's report closes, the day's counts, and of each
 * channel the latest list that was compared.
 */
export function nightOf(report: DayReport, lists: readonly KeptReconciliation[]): NightClose {
  const counts = new Map<string, ShelfCount>();
  for (const { sku, counted, variance, columns } of report.rows) {
    if (counted === null) continue;
    const expected = counted - (variance ?? 0);
    counts.set(sku, { sku, counted, expected, booked: columns.found - columns.lost });
  }
  const books = report.rows.map(({ sku, closing, closingBalance: at }) => ({
    sku,
    onHand: closing,
    owed: at.held + at.committed + at.shortage + at.presale,
  }));
  return closeNight(books, counts, gapsOf(latestOfEach(lists)));
}

/** The latest list of each channel. */
export function latestOfEach(lists: readonly KeptReconciliation[]): readonly KeptReconciliation[] {
  const latest = new Map<string, KeptReconciliation>();
  for (const one of lists) {
    const known = latest.get(one.channel);
    if (known === undefined || one.at >= known.at) latest.set(one.channel, one);
  }
  return [...latest.values()];
}

function gapsOf(lists: readonly KeptReconciliation[]): ReadonlyMap<string, SkuGap> {
  const gaps = new Map<string, SkuGap>();
  for (const { skus } of lists) {
    for (const gap of skus) {
      const known = gaps.get(gap.sku);
      gaps.set(
        gap.sku,
        known === undefined
          ? gap
          : {
              sku: gap.sku,
              live: known.live + gap.live,
              shipped: known.shipped + gap.shipped,
              causes: [...known.causes, ...gap.causes],
            },
      );
    }
  }
  return gaps;
}
