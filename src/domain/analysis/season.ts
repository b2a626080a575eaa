import type { Policy } from "../live/policy.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import type { Product } from "./product.ts";

const dayMs = 86_400_000;

/** Where the analyses stand: the moment, and the month on the shop's calendar (1 to 12). */
export interface Today {
  readonly now: Instant;
  readonly month: number;
  /** Days until the first of next month. */
  readonly daysLeftInMonth: number;
}

export type ThresholdReason = "policy" | "season_ending" | "out_of_season" | "before_season" | "shelf_life";

export const thresholdWords: Readonly<Record<ThresholdReason, Words>> = {
  policy: { zh: "店铺设置", en: "as the shop has set it" },
  season_ending: { zh: "快过季了，阈值收紧", en: "its season is ending: sooner" },
  out_of_season: { zh: "已过季，阈值收紧", en: "its season is over: sooner" },
  before_season: { zh: "还没到季，不算滞销", en: "its season has not begun: not yet" },
  shelf_life: { zh: "保质期短，阈值收紧", en: "it expires: sooner" },
};

/** The days after which a product counts as slow or as turning too slowly, and why they are what they are. */
export interface Thresholds {
  /** Null: it is not called slow now. */
  readonly slowMoverDays: number | null;
  readonly turnoverDays: number;
  readonly reason: ThresholdReason;
}

/** A season that ends within so many days is ending. */
export const seasonEndsDays = 30;
/** Before a season begins nobody expects sales; so long before it the product is early, not late. */
const beforeSeasonMonths = 3;
/** A product must be sold within this share of the life that is left to it. */
const shelfLifeShare = 1 / 3;

/** Months from one to another on the calendar, 0 to 11. */
function monthsUntil(from: number, to: number): number {
  return (to - from + 12) % 12;
}

export function isInSeason(season: Product["season"], month: number): boolean {
  if (season === null) return true;
  return monthsUntil(season.first, month) <= monthsUntil(season.first, season.last);
}

/** Days until the season ends; null where there is none, or it is not in it. */
export function daysLeftInSeason({ season }: Pick<Product, "season">, today: Today): number | null {
  if (season === null || !isInSeason(season, today.month)) return null;
  // Whole months are thirty days here: nobody clears a season to the day.
  return today.daysLeftInMonth + 30 * monthsUntil(today.month, season.last);
}

/** The earliest day on which units of it expire, in days from now; null where none does. */
export function daysUntilExpiry({ lots }: Pick<Product, "lots">, now: Instant): number | null {
  const times = lots.flatMap(({ units, expiresAt }) => (units > 0 && expiresAt !== null ? [expiresAt] : []));
  return times.length === 0 ? null : (Math.min(...times) - now) / dayMs;
}

/** What a policy says, made sooner by the end of a season or of a shelf life, and later before a season. */
export function thresholdsOf(
  product: Product,
  policy: Pick<Policy, "slowMoverDays" | "turnoverDays">,
  today: Today,
): Thresholds {
  const { slowMoverDays, turnoverDays } = policy;
  const expires = daysUntilExpiry(product, today.now);
  if (expires !== null) {
    const days = Math.max(1, Math.floor(Math.max(0, expires) * shelfLifeShare));
    if (days < slowMoverDays)
      return { slowMoverDays: days, turnoverDays: Math.min(turnoverDays, 2 * days), reason: "shelf_life" };
  }
  const { season } = product;
  if (season === null) return { slowMoverDays, turnoverDays, reason: "policy" };
  const left = daysLeftInSeason(product, today);
  if (left === null) {
    const early = monthsUntil(today.month, season.first) <= beforeSeasonMonths;
    if (early) return { slowMoverDays: null, turnoverDays, reason: "before_season" };
    return {
      slowMoverDays: Math.ceil(slowMoverDays / 3),
      turnoverDays: Math.ceil(turnoverDays / 3),
      reason: "out_of_season",
    };
  }
  if (left > seasonEndsDays) return { slowMoverDays, turnoverDays, reason: "policy" };
  return {
    slowMoverDays: Math.ceil(slowMoverDays / 2),
    turnoverDays: Math.max(1, Math.min(turnoverDays, left)),
    reason: "season_ending",
  };
}
