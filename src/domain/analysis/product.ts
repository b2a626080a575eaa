import type { Instant } from "../rows.ts";

/** One business day of one SKU. */
export interface ProductDay {
  /** Units on the shelves at the end of the day. */
  readonly closing: number;
  /** Units that could still be sold at the end of the day. */
  readonly sellable: number;
  /** Paid units of the day. */
  readonly sold: number;
  /** Minor units, of `sold`. */
  readonly amount: number;
  readonly returned: number;
  /** It was on in a session. */
  readonly shown: boolean;
}

/** Units of one delivery that are still here. */
export interface ProductLot {
  readonly arrivedAt: Instant;
  readonly units: number;
  /** Null: it does not expire. */
  readonly expiresAt: Instant | null;
  /** Its name, where its own date is known; absent: it is reckoned from deliveries and the shelf life. */
  readonly lot?: string;
}

/** What the analyses know of one SKU. `days` has no gap, ends with the last closed day, the oldest first. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  /** Products of one style in several sizes or colours share it; null: it stands alone. */
  readonly style: string | null;
  /** Minor units. */
  readonly price: number;
  /** Minor units that one unit cost; null where the shop does not say. */
  readonly cost: number | null;
  readonly days: readonly ProductDay[];
  readonly lots: readonly ProductLot[];
  /** Days from the order at the supplier to the shelf; null: unknown. */
  readonly leadDays: number | null;
  /** Units that are ordered and not here. */
  readonly incoming: number;
  /** Units sold in advance that no goods cover. */
  readonly presale: number;
  readonly shortage: number;
  /** Months of its season, 1 to 12, the first to the last (10 to 2 is a winter); null: all year. */
  readonly season: { readonly first: number; readonly last: number } | null;
}

/** A product's last days in sums. */
export interface Totals {
  readonly sold: number;
  readonly amount: number;
  readonly returned: number;
  /** Units on the shelves at the end of each day, added up. */
  readonly stockDays: number;
}

/** Each window is summed once: a year of thousands of products is looked at by every analysis. */
const summed = new WeakMap<Product, Map<number, Totals>>();

export function totalsIn(product: Product, days: number): Totals {
  const windows = summed.get(product) ?? new Map<number, Totals>();
  summed.set(product, windows);
  const known = windows.get(days);
  if (known !== undefined) return known;
  const all = product.days;
  const totals = { sold: 0, amount: 0, returned: 0, stockDays: 0 };
  for (let index = Math.max(0, all.length - Math.max(0, days)); index < all.length; index += 1) {
    const day = all[index];
    if (day === undefined) continue;
    totals.sold += day.sold;
    totals.amount += day.amount;
    totals.returned += day.returned;
    totals.stockDays += day.closing;
  }
  windows.set(days, totals);
  return totals;
}

export function soldIn(product: Product, days: number): number {
  return totalsIn(product, days).sold;
}

export function amountIn(product: Product, days: number): number {
  return totalsIn(product, days).amount;
}

export function lastDays(product: Product, days: number): readonly ProductDay[] {
  return days <= 0 ? [] : product.days.slice(-days);
}

export function stockNow(product: Product): number {
  return product.days.at(-1)?.closing ?? 0;
}

/** Days in stock since the last sale; days on which nothing was there to sell do not count. */
export function daysWithoutSale({ days }: Product): number {
  let count = 0;
  for (let index = days.length - 1; index >= 0; index -= 1) {
    const day = days[index];
    if (day === undefined || day.sold > 0) break;
    if (day.closing > 0) count += 1;
  }
  return count;
}

export function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  let sum = 0;
  for (const item of items) sum += of(item);
  return sum;
}
