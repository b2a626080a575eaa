import { activeSkuRate, sellThrough, turnoverDays } from "../live/metric.ts";
import { groupBy } from "../report/group.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";
import type { Thresholds } from "./season.ts";
import { amountIn, soldIn, stockNow, sumOf, totalsIn, type Product } from "./product.ts";

const dayMs = 86_400_000;

/** The numbers of a group of products over its last days. Null where they say nothing. */
export interface GroupFigures {
  readonly skus: number;
  readonly inStock: number;
  readonly sold: number;
  readonly amount: number;
  /** Units on the shelves now, and minor units at cost; null where a cost is missing. */
  readonly stock: number;
  readonly stockCost: number | null;
  /** Products in stock or sold whose cost nobody has said. */
  readonly costMissing: number;
  readonly activeRate: number | null;
  readonly turnoverDays: number | null;
  readonly sellThrough: number | null;
  /** Gross margin ÷ average stock at cost, over a year at this pace; null where a cost is missing. */
  readonly gmroi: number | null;
  readonly returnPercent: number | null;
}

/** @param days how many of the last days are looked at */
export function figuresOfGroup(products: readonly Product[], days: number): GroupFigures {
  const inStock = products.filter((product) => totalsIn(product, days).stockDays > 0);
  const active = products.filter((product) => soldIn(product, days) > 0);
  const sold = sumOf(products, (product) => soldIn(product, days));
  const stock = sumOf(products, stockNow);
  const returned = sumOf(products, (product) => totalsIn(product, days).returned);
  const daily = dailySums(products, days);
  return {
    skus: products.length,
    inStock: inStock.length,
    sold,
    amount: sumOf(products, (product) => amountIn(product, days)),
    stock,
    stockCost: costOf(products, stockNow),
    costMissing: products.filter((product) => product.cost === null && isTraded(product, days)).length,
    // A product that sold out within the window was in stock and active: both sides count it.
    activeRate: activeSkuRate(active.length, new Set([...inStock, ...active]).size),
    turnoverDays: turnoverDays(daily.closing, daily.sold),
    sellThrough: sellThrough(sold, stock),
    gmroi: gmroiOf(products, days),
    returnPercent: sold === 0 ? null : (100 * returned) / sold,
  };
}

export interface CategoryFigures extends GroupFigures {
  readonly category: string;
  /** Turnover above it is slow, for the product in the middle of the category, and why it is what it is. */
  readonly limit: Pick<Thresholds, "turnoverDays" | "reason">;
}

function isTraded(product: Product, days: number): boolean {
  const { stockDays, sold } = totalsIn(product, days);
  return stockDays > 0 || sold > 0;
}

/** What holds for the product in the middle: half of the category must turn faster, half may be slower. */
function middleLimit(
  group: readonly Product[],
  of: (product: Product) => Thresholds,
): CategoryFigures["limit"] {
  const sorted = group.map(of).toSorted((a, b) => a.turnoverDays - b.turnoverDays);
  const { turnoverDays, reason } = sorted[Math.floor((sorted.length - 1) / 2)] ?? {
    turnoverDays: 0,
    reason: "policy" as const,
  };
  return { turnoverDays, reason };
}

/** The same numbers by category, the most money first. */
export function figuresByCategory(
  products: readonly Product[],
  days: number,
  thresholds: (product: Product) => Thresholds,
): readonly CategoryFigures[] {
  return [...groupBy(products, ({ category }) => category)]
    .map(([category, group]) => ({
      category,
      ...figuresOfGroup(group, days),
      limit: middleLimit(group, thresholds),
    }))
    .toSorted((a, b) => b.amount - a.amount || compareText(a.category, b.category));
}

/** Closing stock and units sold of a group, day by day, aligned at the last day. */
function dailySums(products: readonly Product[], days: number): { closing: number[]; sold: number[] } {
  const length = Math.min(days, Math.max(0, ...products.map((product) => product.days.length)));
  const closing = Array.from({ length }, () => 0);
  const sold = Array.from({ length }, () => 0);
  for (const product of products) {
    const skipped = product.days.length - length;
    for (let place = Math.max(0, -skipped); place < length; place += 1) {
      const day = product.days[skipped + place];
      closing[place] = (closing[place] ?? 0) + (day?.closing ?? 0);
      sold[place] = (sold[place] ?? 0) + (day?.sold ?? 0);
    }
  }
  return { closing, sold };
}

function costOf(products: readonly Product[], unitsOf: (product: Product) => number): number | null {
  let sum = 0;
  for (const product of products) {
    const units = unitsOf(product);
    if (units !== 0 && product.cost === null) return null;
    sum += units * (product.cost ?? 0);
  }
  return sum;
}

function gmroiOf(products: readonly Product[], days: number): number | null {
  const costs = costOf(products, (product) => soldIn(product, days));
  const length = Math.min(days, Math.max(0, ...products.map((product) => product.days.length)));
  const stockDays = costOf(products, (product) => totalsIn(product, length).stockDays);
  if (costs === null || stockDays === null || stockDays === 0 || length === 0) return null;
  const margin = sumOf(products, (product) => amountIn(product, days)) - costs;
  return (margin * (365 / length)) / (stockDays / length);
}

export type AbcClass = "A" | "B" | "C";

export interface AbcItem {
  readonly sku: string;
  readonly amount: number;
  /** Per cent of all, and of all down to this product. */
  readonly percent: number;
  readonly cumulativePercent: number;
  readonly class: AbcClass;
}

/** The products that bring the first 80 % of the money are A, the next 15 % B, the rest C. */
export const abcPercents = { a: 80, b: 95 } as const;

/** ABC by money: a product is in the class in which its share begins. Without a sale it is C. */
export function abcOf(products: readonly Product[], days: number): readonly AbcItem[] {
  const amounts = products
    .map((product) => ({ sku: product.sku, amount: Math.max(0, amountIn(product, days)) }))
    .toSorted((a, b) => b.amount - a.amount || compareText(a.sku, b.sku));
  const all = sumOf(amounts, ({ amount }) => amount);
  let before = 0;
  return amounts.map(({ sku, amount }) => {
    const began = all === 0 ? 100 : (100 * before) / all;
    before += amount;
    return {
      sku,
      amount,
      percent: all === 0 ? 0 : (100 * amount) / all,
      cumulativePercent: all === 0 ? 0 : (100 * before) / all,
      class: amount === 0 || began >= abcPercents.b ? "C" : began >= abcPercents.a ? "B" : "A",
    };
  });
}

export interface AgeBucket {
  /** Days since it arrived: from, up to and with `to`; null: older. */
  readonly from: number;
  readonly to: number | null;
  readonly units: number;
  /** Minor units at cost; null where a cost is missing. */
  readonly cost: number | null;
  readonly skus: number;
}

const ageLimits: readonly (readonly [number, number | null])[] = [
  [0, 30],
  [31, 60],
  [61, 90],
  [91, 180],
  [181, null],
];

/** How long the units on the shelves have been there. */
export function ageing(products: readonly Product[], now: Instant): readonly AgeBucket[] {
  return ageLimits.map(([from, to]) => {
    const isIn = (arrivedAt: Instant): boolean => {
      const days = Math.max(0, Math.floor((now - arrivedAt) / dayMs));
      return days >= from && (to === null || days <= to);
    };
    const unitsIn = (product: Product): number =>
      sumOf(product.lots, (lot) => (isIn(lot.arrivedAt) ? lot.units : 0));
    return {
      from,
      to,
      units: sumOf(products, unitsIn),
      cost: costOf(products, unitsIn),
      skus: products.filter((product) => unitsIn(product) > 0).length,
    };
  });
}
