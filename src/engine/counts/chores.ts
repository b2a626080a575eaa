import type { CountLine } from "../../domain/count/line.ts";
import type { Sheet } from "../../domain/count/sheet.ts";
import { noTolerance } from "../../domain/count/tolerance.ts";
import { groupBy } from "../../domain/floor/group.ts";
import type { Document, Instant } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import { countRequestKind, spotCountKind } from "../sessions/precheck.ts";
import { isUnscanned, type Counts } from "./counts.ts";

/** What counting needs done by the clock, or after a step. */

export interface CountChores {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
  readonly counts: Counts;
}

interface CountRequest {
  readonly session: string;
  readonly sku: string;
  readonly state: string;
  readonly askedBy: string;
}

/** Makes a spot sheet of each count that a precheck asks for. Returns how many. */
export async function openRequested(chores: CountChores, now: Instant): Promise<number> {
  const { store, shop, batcher, counts } = chores;
  let opened = 0;
  for (const document of await store.read.documents(shop, countRequestKind)) {
    const request = requestOf(document);
    if (request?.state !== "open") continue;
    const warehouses = await warehousesOf(chores, request.sku);
    const sheets: string[] = [];
    for (const warehouse of warehouses) {
      const made = await counts.open(
        {
          kind: "spot",
          warehouse,
          skus: [request.sku],
          blind: true,
          tolerance: noTolerance,
          purpose: `precheck ${request.session}`,
          anyway: true,
        },
        { actor: request.askedBy, at: now },
      );
      if (made.ok) sheets.push(made.state.spec.sheet);
    }
    opened += sheets.length;
    const { kind, id, version } = document;
    const body = { ...request, state: "sheet", sheets };
    await batcher.submit({ type: "putDocument", actor: request.askedBy, at: now, kind, id, version, body });
  }
  return opened;
}

function requestOf({ body }: Document): CountRequest | null {
  if (typeof body !== "object" || body === null || !("sku" in body) || !("state" in body)) return null;
  return body as CountRequest;
}

async function warehousesOf({ store, shop }: CountChores, sku: string): Promise<readonly string[]> {
  const placements = (await store.read.sku(shop, sku))?.placements ?? [];
  const found = new Set(placements.filter((one) => one.quantity !== 0).map((one) => one.warehouse));
  return found.size === 0 ? ["main"] : [...found].toSorted();
}

/**
 * Writes down what a spot count has come to, SKU by SKU, where a precheck looks for it: when, and by how many
 * units shelves and books still differ. What was approved is booked and differs no more.
 */
export async function tellSpot(chores: CountChores, sheet: Sheet): Promise<number> {
  if (sheet.spec.kind !== "spot" || sheet.status === "cancelled") return 0;
  const { store, shop, batcher, counts } = chores;
  const { lines } = await counts.judge(sheet);
  let told = 0;
  for (const [sku, own] of groupBy(lines, (line) => line.cell.sku)) {
    const result = resultOf(own);
    if (result === null) continue;
    const known = await store.read.document(shop, spotCountKind, sku);
    const before = (known?.body ?? null) as { at?: number; variance?: number } | null;
    const isOld = (before?.at ?? 0) > result.at;
    if (isOld || (before?.at === result.at && before.variance === result.variance)) continue;
    const body = { ...result, sheet: sheet.spec.sheet, unscanned: isUnscanned(sheet) };
    await batcher.submit({
      type: "putDocument",
      actor: sheet.openedBy,
      at: result.at,
      kind: spotCountKind,
      id: sku,
      version: known?.version ?? 0,
      body,
    });
    told += 1;
  }
  return told;
}

/** Null: some of it is not settled. */
function resultOf(lines: readonly CountLine[]): { readonly at: Instant; readonly variance: number } | null {
  let at = 0;
  let variance = 0;
  for (const { settled, status } of lines) {
    if (settled === null) return null;
    at = Math.max(at, settled.when.to);
    if (status !== "approved") variance += settled.variance;
  }
  return { at, variance };
}
