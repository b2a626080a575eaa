import { slowScan, type SlowScan } from "../../domain/analysis/scan.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Analyser } from "./analysis.ts";
import { shiftDate, weekOf } from "./dates.ts";

export const slowScanKind = "slow_scan";

/** Scans stand on the analysis of so many days; slow movers look back further by themselves. */
const scanDays = 30;

/** The scans of a shop, the latest first. */
export async function readScans(
  read: Pick<Reads, "documents">,
  shop: ShopId,
  limit: number,
): Promise<readonly SlowScan[]> {
  const documents = await read.documents(shop, slowScanKind);
  return documents
    .map(({ body }) => body as SlowScan)
    .toSorted((a, b) => (a.week < b.week ? 1 : -1))
    .slice(0, limit);
}

/**
 * The scan of a week, as it is kept or worked out now.
 * @param week its Monday
 * @returns null while the day before is not closed, or no day is
 */
export async function workOutScan(
  analyser: Pick<Analyser, "analyse">,
  read: Pick<Reads, "documents">,
  shop: ShopId,
  week: string,
): Promise<SlowScan | null> {
  const analysis = await analyser.analyse(scanDays);
  if (analysis === null || analysis.through < shiftDate(week, -1)) return null;
  const earlier = (await readScans(read, shop, Number.MAX_SAFE_INTEGER)).find((one) => one.week < week);
  return slowScan(week, analysis.through, analysis, earlier ?? null);
}

export interface ScanOptions {
  readonly read: Pick<Reads, "document">;
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
  /** Works a week's scan out, on whichever thread. */
  readonly scan: (week: string) => Promise<SlowScan | null>;
}

/**
 * Makes the scan of the week of a business day, once: on its Monday, or on the first later day on which the shop runs.
 * @returns the scan of the week, and whether this call made it; null while it cannot be made yet
 */
export async function scanWeek(
  { read, shop, batcher, scan }: ScanOptions,
  date: string,
  by: { readonly actor: string; readonly at: Instant },
): Promise<{ readonly scan: SlowScan; readonly isNew: boolean } | null> {
  const week = weekOf(date);
  const kept = await read.document(shop, slowScanKind, week);
  if (kept !== null) return { scan: kept.body as SlowScan, isNew: false };
  const made = await scan(week);
  if (made === null) return null;
  const outcome = await batcher.submit({
    type: "putDocument",
    kind: slowScanKind,
    id: week,
    version: 0,
    body: made,
    ...by,
  });
  // Another node was faster: what it wrote is the scan.
  if (outcome.code === "applied") return { scan: made, isNew: true };
  const other = await read.document(shop, slowScanKind, week);
  return other === null ? null : { scan: other.body as SlowScan, isNew: false };
}
