import { countLimits } from "../../domain/count/act.ts";
import { touchedBins, zeroBins } from "../../domain/count/plan.ts";
import type { SheetKind, SheetSpec } from "../../domain/count/sheet.ts";
import type { Floor } from "../../domain/floor/floor.ts";
import type { Cell, Standing } from "../../domain/floor/shelf.ts";
import { momentOf, type When } from "../../domain/floor/when.ts";
import { isStaging } from "../../domain/place.ts";
import type { Instant } from "../../domain/rows.ts";
import { compareText, skuKey } from "../../domain/text.ts";
import type { FloorNow } from "./floor-book.ts";

/** What a new sheet is to look at. */

export interface WhatToCount {
  readonly kind: SheetKind;
  readonly warehouse: string;
  readonly bins?: readonly string[];
  readonly skus?: readonly string[];
}

interface Sources {
  /** The floor by bins, with everything of today one by one. */
  readonly now: FloorNow;
  readonly unscanned: boolean;
  /** Today's cycle plan. */
  readonly planned: readonly string[];
  /** When each bin was last counted. */
  readonly counted: ReadonlyMap<string, Instant>;
  /** The bins in use, also those in which nothing ever stood by the books. */
  readonly listed: readonly string[];
  readonly today: { readonly from: Instant; readonly at: Instant };
}

type Asked = Pick<SheetSpec, "bins" | "cells">;

export function selectCells(what: WhatToCount, sources: Sources): Asked {
  const standing = sources.now.floor.standing().filter((one) => one.warehouse === what.warehouse);
  const { skus } = what;
  if (skus !== undefined && skus.length > 0) {
    const wanted = [...new Set(skus.map(skuKey))];
    return sources.unscanned ? pooledSkus(what.warehouse, wanted, standing) : cellsOf(what, wanted, standing);
  }
  const bins =
    what.bins === undefined || what.bins.length === 0 ? binsOf(what, standing, sources) : what.bins;
  const chosen = [...new Set(bins)].sort(compareText);
  if (!sources.unscanned || what.kind === "full") return { bins: chosen, cells: [] };
  // Goods that cannot be followed from bin to bin are counted wherever they stand.
  const inside = new Set(chosen);
  const there = standing.filter((one) => inside.has(one.bin) && one.quantity !== 0).map(({ sku }) => sku);
  const asked = pooledSkus(what.warehouse, [...new Set(there)], standing);
  return { ...asked, bins: [...new Set([...asked.bins, ...chosen])].sort(compareText) };
}

/** Each cell where a product stands by the books; one that stands nowhere is looked for among what is not put away. */
function cellsOf(
  { warehouse, bins }: WhatToCount,
  skus: readonly string[],
  standing: readonly Standing[],
): Asked {
  const inside = bins === undefined || bins.length === 0 ? null : new Set(bins);
  const cells = skus.flatMap((sku): readonly Cell[] => {
    const own = standing.filter(
      (one) => one.sku === sku && one.quantity !== 0 && (inside === null || inside.has(one.bin)),
    );
    if (own.length === 0) return [{ warehouse, bin: bins?.[0] ?? "", sku, lot: "", quality: "good" }];
    return own.map(({ quantity: _, ...cell }) => cell);
  });
  return { bins: [], cells };
}

function pooledSkus(warehouse: string, skus: readonly string[], standing: readonly Standing[]): Asked {
  const wanted = new Set(skus);
  const there = standing.filter((one) => wanted.has(one.sku) && one.quantity !== 0 && !isStaging(one.bin));
  const bins = [...new Set(there.map((one) => one.bin))].sort(compareText);
  return {
    bins: bins.length === 0 ? [""] : bins,
    cells: skus.map((sku) => ({ warehouse, bin: "", sku, lot: "", quality: "good" })),
  };
}

function binsOf(
  { kind, warehouse }: WhatToCount,
  standing: readonly Standing[],
  { now, planned, counted, listed, today, unscanned }: Sources,
): readonly string[] {
  if (kind === "cycle") return planned;
  if (kind === "touched") return touchedBins(now.floor, warehouse, spanOf(today.from, today.at));
  const shelves = listed.filter((bin) => !isStaging(bin));
  if (kind === "zero") return emptyBins(now, warehouse, standing, counted, shelves);
  const bins = [...standing.filter((one) => one.quantity !== 0).map((one) => one.bin), ...shelves];
  return unscanned ? bins.filter((bin) => !isStaging(bin)) : bins;
}

function emptyBins(
  now: FloorNow,
  warehouse: string,
  standing: readonly Standing[],
  counted: ReadonlyMap<string, Instant>,
  listed: readonly string[],
): readonly string[] {
  const emptied = new Map<string, When>();
  for (const [key, at] of now.lastOut) {
    const [where = "", bin = ""] = key.split("\u0000");
    if (where === warehouse) emptied.set(bin, momentOf(at));
  }
  const looked = new Map(Array.from(counted, ([bin, at]) => [bin, momentOf(at)]));
  // What one sheet has no room for is asked for by the next: what was looked at is not among it then.
  return zeroBins(standing, emptied, looked, listed).slice(0, countLimits.binsPerSheetMax);
}

function spanOf(from: Instant, to: Instant): When {
  return { from, to, device: null, first: 0, last: 0 };
}

/** What stands in each bin of a warehouse by the books. */
export function skusByBin(floor: Floor, warehouse: string): ReadonlyMap<string, readonly string[]> {
  const bins = new Map<string, string[]>();
  for (const one of floor.standing()) {
    if (one.warehouse !== warehouse || one.quantity === 0) continue;
    const skus = bins.get(one.bin);
    if (skus === undefined) bins.set(one.bin, [one.sku]);
    else skus.push(one.sku);
  }
  return bins;
}
