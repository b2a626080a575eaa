import { compareText } from "../text.ts";
import { lastDays, sumOf, type Product } from "./product.ts";

/** A product whose last days differ from those before by more than chance. */
export interface Trend {
  readonly sku: string;
  readonly direction: "rising" | "falling";
  /** Units a day, before and now, over the days on which there was something to sell. */
  readonly before: number;
  readonly now: number;
  /** Per cent of change; null where nothing was sold before. */
  readonly changePercent: number | null;
  /** How far it is from chance, in standard deviations of a count. */
  readonly score: number;
}

export const trendDaysDefault = 7;
/** Under so many units in both windows together nothing can be said. */
const unitsMin = 10;
/** Sales come in bursts: their variance is taken as so many times their mean. */
const dispersion = 3;
const scoreMin = 2;

/**
 * Products that rise or fall: the last days against as many before, the furthest from chance first. Days on
 * which it was sold out say nothing about what people wanted, so they count on neither side.
 */
export function trends(products: readonly Product[], days: number = trendDaysDefault): readonly Trend[] {
  return products
    .flatMap((product) => {
      const trend = trendOf(product, days);
      return trend === null ? [] : [trend];
    })
    .toSorted((a, b) => Math.abs(b.score) - Math.abs(a.score) || compareText(a.sku, b.sku));
}

function trendOf(product: Product, days: number): Trend | null {
  const both = lastDays(product, 2 * days);
  const sides = [both.slice(0, -days), both.slice(-days)].map((side) =>
    side.filter((day) => day.closing > 0 || day.sold > 0),
  );
  const [old = [], recent = []] = sides;
  if (old.length === 0 || recent.length === 0) return null;
  const [soldBefore, soldNow] = [sumOf(old, ({ sold }) => sold), sumOf(recent, ({ sold }) => sold)];
  if (soldBefore + soldNow < unitsMin) return null;
  const [before, now] = [soldBefore / old.length, soldNow / recent.length];
  // What both windows say together, as the variance of the difference of their means.
  const pooled = (soldBefore + soldNow) / (old.length + recent.length);
  const variance = dispersion * pooled * (1 / old.length + 1 / recent.length);
  const score = (now - before) / Math.sqrt(variance);
  if (Math.abs(score) < scoreMin) return null;
  return {
    sku: product.sku,
    direction: score > 0 ? "rising" : "falling",
    before,
    now,
    changePercent: before === 0 ? null : (100 * (now - before)) / before,
    score,
  };
}
