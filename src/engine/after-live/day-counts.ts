import type { ApprovedLine, CountFact } from "../../domain/count/sheet.ts";
import { cellKey } from "../../domain/floor/shelf.ts";
import type { CountSeen } from "../../domain/report/fold.ts";
import type { Instant } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { WorkEvent } from "../../store/work-events.ts";
import { sheetIdParts } from "../counts/sheet-id.ts";

/** What people counted on a day, out of the count sheets: the lines that somebody signed for. */

export const dayCountLimits = {
  pageEvents: 1_000,
  /** A sheet that was opened longer ago is not looked into: nobody counts for so long. */
  openDaysMax: 60,
} as const;

const dayMs = 86_400_000;

export interface CountsInput {
  readonly store: Pick<Store, "workEvents">;
  readonly shop: ShopId;
  /** What was approved from then on and before. */
  readonly from: Instant;
  readonly until: Instant;
  readonly dateOf: (at: Instant) => string;
}

/**
 * A count belongs to the day on which it was approved: then the books take its difference. Of a shelf that was
 * counted twice on a day the last count stands.
 */
export async function countsOf({
  store,
  shop,
  from,
  until,
  dateOf,
}: CountsInput): Promise<readonly CountSeen[]> {
  const { workEvents } = store;
  const standing = new Map<string, CountSeen>();
  for (const id of (await workEvents.heads(shop, "count")).keys()) {
    const openedAt = sheetIdParts(id)?.openedAt ?? 0;
    if (openedAt >= until || openedAt < from - dayCountLimits.openDaysMax * dayMs) continue;
    for (let after = 0; ;) {
      const page = await workEvents.since(shop, "count", id, after, dayCountLimits.pageEvents);
      for (const event of page) {
        if (event.at < from || event.at >= until) continue;
        for (const { cell, quantity, variance } of linesOf(event)) {
          const seen = { at: event.at, sku: cell.sku, counted: quantity, expected: quantity - variance };
          const key = `${dateOf(event.at)} ${cellKey(cell)}`;
          if ((standing.get(key)?.at ?? -Infinity) <= event.at) standing.set(key, seen);
        }
      }
      const last = page.at(-1);
      if (last === undefined || page.length < dayCountLimits.pageEvents) break;
      after = last.seq;
    }
  }
  return [...standing.values()];
}

/** Differences that were approved, and what was right when the sheet was closed. */
function linesOf({ body }: WorkEvent): readonly ApprovedLine[] {
  const fact = body as CountFact;
  if (fact.kind === "approved") return fact.body.lines;
  return fact.kind === "closed" ? fact.body.proof : [];
}
