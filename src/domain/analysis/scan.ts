import { compareText } from "../text.ts";
import { soldIn, stockNow, type Product } from "./product.ts";
import type { SlowMover } from "./slow.ts";

/** The weekly scan for slow movers: who is slow, who is new among them, and who is no longer. */

/** Why a product is no slow mover any more. `gone`: it is in no closed day. */
export const leftReasons = ["sold", "no_stock", "threshold", "gone"] as const;
export type LeftReason = (typeof leftReasons)[number];

export interface ScannedSku {
  readonly sku: string;
  readonly name: string;
  /** Days in stock without a sale. */
  readonly days: number;
  readonly units: number;
  /** Minor units that stand in it. */
  readonly value: number;
}

export interface SlowScan {
  /** The Monday of its week, as a business day of the shop. */
  readonly week: string;
  /** The last closed day that it knows. */
  readonly through: string;
  /** The week of the scan before; null: this is the first. */
  readonly before: string | null;
  /** The most money first. */
  readonly items: readonly ScannedSku[];
  /** SKUs that were none at the scan before; empty at the first. */
  readonly fresh: readonly string[];
  readonly left: readonly { readonly sku: string; readonly name: string; readonly reason: LeftReason }[];
  readonly units: number;
  /** Minor units. */
  readonly value: number;
}

/** @param before the scan of an earlier week; null: there is none */
export function slowScan(
  week: string,
  through: string,
  { products, slow }: { readonly products: readonly Product[]; readonly slow: readonly SlowMover[] },
  before: Pick<SlowScan, "week" | "items"> | null,
): SlowScan {
  const bySku = new Map(products.map((product) => [product.sku, product]));
  const items = slow.map(({ sku, days, units, value }) => {
    const name = bySku.get(sku)?.name ?? "";
    return { sku, name, days, units, value };
  });
  const now = new Set(items.map(({ sku }) => sku));
  const earlier = new Set(before?.items.map(({ sku }) => sku));
  const left = (before?.items ?? []).filter(({ sku }) => !now.has(sku));
  return {
    week,
    through,
    before: before?.week ?? null,
    items,
    fresh: before === null ? [] : items.filter(({ sku }) => !earlier.has(sku)).map(({ sku }) => sku),
    left: left
      .map(({ sku, name }) => ({ sku, name, reason: reasonOf(bySku.get(sku)) }))
      .toSorted(
        (a, b) => leftReasons.indexOf(a.reason) - leftReasons.indexOf(b.reason) || compareText(a.sku, b.sku),
      ),
    units: items.reduce((sum, one) => sum + one.units, 0),
    value: items.reduce((sum, one) => sum + one.value, 0),
  };
}

const weekDays = 7;

/** What happened to it since: somebody bought it, or nothing is left of it; else what is called slow is another. */
function reasonOf(product: Product | undefined): LeftReason {
  if (product === undefined) return "gone";
  if (soldIn(product, weekDays) > 0) return "sold";
  return stockNow(product) <= 0 ? "no_stock" : "threshold";
}
