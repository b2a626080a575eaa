import type { Product, ProductDay } from "./product.ts";
import type { Today } from "./season.ts";

export const dayMs = 86_400_000;
/** 2026-11-11T12:00:00Z, with nineteen days of November left. */
export const today: Today = { now: 1_794_398_400_000, month: 11, daysLeftInMonth: 19 };

/** So many days, all alike. */
export function daysOf(count: number, more: Partial<ProductDay> = {}): ProductDay[] {
  const day = { closing: 100, sellable: 100, sold: 0, amount: 0, returned: 0, shown: false, ...more };
  return Array.from({ length: count }, () => day);
}

/** A hundred units of something that sells ten a day at 50.00 and cost 30.00. */
export function productOf(sku: string, more: Partial<Product> = {}): Product {
  return {
    sku,
    name: sku,
    category: "零食",
    style: null,
    price: 5_000,
    cost: 3_000,
    days: daysOf(60, { sold: 10, amount: 50_000 }),
    lots: [{ arrivedAt: today.now - 10 * dayMs, units: 100, expiresAt: null }],
    leadDays: null,
    incoming: 0,
    presale: 0,
    shortage: 0,
    season: null,
    ...more,
  };
}
