import { evaluate } from "../domain/live/alert.ts";
import type { SkuNow } from "../domain/live/inputs.ts";
import { etaWindowMinutes, minutesObserved, sellOutEta } from "../domain/live/metric.ts";
import { policyOf, type PolicyBook } from "../domain/live/policy.ts";
import { skuRules, type Evidence, type Rule } from "../domain/live/rule.ts";
import { minuteMs } from "../domain/live/time.ts";
import { SalesWindow, peakMinutes } from "../domain/live/window.ts";
import type { Instant, Sale } from "../domain/rows.ts";
import type { StockItem } from "../store/store.ts";

/** Which rules a book of thresholds would have raised today: the day's sales are gone through once more, minute by minute. */

export interface PreviewInput {
  readonly items: readonly StockItem[];
  /** The business day's rollups, oldest first. */
  readonly sales: readonly Sale[];
  readonly from: Instant;
  readonly now: Instant;
}

export interface PreviewFire {
  readonly sku: string;
  readonly firstAt: Instant;
  readonly evidence: Evidence;
}

/** By rule, the SKUs in the order in which it would have been raised. */
export type PreviewFires = ReadonlyMap<Rule, readonly PreviewFire[]>;

export function previewPolicies(input: PreviewInput, book: PolicyBook): PreviewFires {
  const bySku = Map.groupBy(input.sales, (sale) => sale.sku);
  const fires = new Map<Rule, PreviewFire[]>(
    (Object.keys(skuRules) as (keyof typeof skuRules)[]).map((rule) => [rule, []]),
  );
  for (const item of input.items) {
    for (const [rule, fire] of firesOf(item, bySku.get(item.sku) ?? [], input, book))
      fires.get(rule)?.push(fire);
  }
  for (const list of fires.values()) list.sort((a, b) => a.firstAt - b.firstAt);
  return fires;
}

function firesOf(
  item: StockItem,
  sales: readonly Sale[],
  { from, now }: PreviewInput,
  book: PolicyBook,
): ReadonlyMap<Rule, PreviewFire> {
  const { policy } = policyOf(book, item.category, item.sku);
  const found = new Map<Rule, PreviewFire>();
  const window = new SalesWindow();
  // What was sellable when the day began: what left since comes back on top of what is there now.
  const left = sales.reduce((units, sale) => units + sale.ordered - sale.cancelled, 0);
  const opening = item.sellable + Math.max(0, left);
  const minutes = [...Map.groupBy(sales, (sale) => sale.minute)].toSorted(([a], [b]) => a - b);
  let sellable = opening;
  const look = (at: Instant, last: boolean): void => {
    const sku = skuAt(item, window, { sellable, opening, from, at, last });
    const planned = new Set([item.sku]);
    const inputs = {
      session: "preview",
      live: true,
      planned,
      skus: [sku],
      now: null,
      channels: [],
      screens: [],
    };
    for (const { rule, evidence } of evaluate(inputs, [], [], () => policy, at).raise)
      if (!found.has(rule)) found.set(rule, { sku: item.sku, firstAt: at, evidence });
  };
  for (const [minute, deltas] of minutes) {
    const at = Math.min(now, (minute + 1) * minuteMs);
    for (const sale of deltas) {
      window.add(item.sku, sale, at);
      sellable = Math.max(0, sellable - sale.ordered + sale.cancelled);
    }
    look(at, false);
  }
  sellable = item.sellable;
  look(now, true);
  return found;
}

/** What stands in the books only as of now (holds, shortage) is looked at once, at the end. */
function skuAt(
  item: StockItem,
  window: SalesWindow,
  at: { sellable: number; opening: number; from: Instant; at: Instant; last: boolean },
): SkuNow {
  const { sku } = item;
  const observed = minutesObserved(at.from, at.at);
  const sold30 = window.last(sku, "sold", etaWindowMinutes, at.at);
  return {
    sku,
    sellable: at.sellable,
    heldUnpaid: at.last ? item.held : 0,
    shortage: at.last ? item.shortage : 0,
    opening: at.opening,
    arrived: 0,
    sold: window.totals(sku).sold,
    etaMinutes: sellOutEta(at.sellable, sold30, observed),
    unitsPerMinute: sold30 / observed,
    recentPerMinute: window.last(sku, "sold", 5, at.at) / minutesObserved(at.from, at.at, 5),
    peak10: window.peak(sku),
    last10: window.last(sku, "sold", peakMinutes, at.at),
    turnoverDays: null,
    current: null,
    coming: null,
  };
}
