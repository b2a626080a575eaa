import type { Bench } from "../../domain/bench.ts";
import { lineKey } from "../../domain/queue.ts";
import type { Entry } from "../../domain/rows.ts";

/** What a batch's movements are found by. */

/** How often each SKU was moved. */
export function movementsBySku(entries: readonly Entry[]): Map<string, number> {
  const counts = new Map<string, number>();
  let sku: string | null = null;
  let run = 0;
  for (const entry of entries) {
    if (entry.sku !== sku) {
      if (sku !== null) counts.set(sku, (counts.get(sku) ?? 0) + run);
      sku = entry.sku;
      run = 0;
    }
    run += 1;
  }
  if (sku !== null) counts.set(sku, (counts.get(sku) ?? 0) + run);
  return counts;
}

/** The lines that the batch's movements are booked under. */
export function movedLines(bench: Bench): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { channel, orderId, lineId, sku } of bench.entries) {
    if (channel !== null && orderId !== null && lineId !== null)
      keys.add(lineKey({ channel, orderId, lineId, sku }));
  }
  return keys;
}
