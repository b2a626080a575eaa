import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";
import { lastDays, stockNow, type Product, sumOf } from "./product.ts";
import { daysLeftInSeason, daysUntilExpiry, type Today } from "./season.ts";

export interface ReplenishPolicy {
  /** Days from one order at the supplier to the next. */
  readonly reviewDays: number;
  /** The share of such periods in which the shelf must not run empty, in per cent: 50 to 99. */
  readonly servicePercent: number;
  /** Where a product does not say. */
  readonly leadDaysDefault: number;
  /** Suppliers sell in packs of so many. */
  readonly packUnits: (sku: string) => number;
}

export interface Replenishment {
  readonly sku: string;
  /** Units to order: 0 where nothing is needed. */
  readonly units: number;
  readonly perDay: number;
  /** Days that what is here and on its way will last; null: nothing sells. */
  readonly coverDays: number | null;
  /** At or below this an order is due. */
  readonly reorderPoint: number;
  readonly safety: number;
  /** Free units here and on their way, less what is owed already. */
  readonly position: number;
  /** When the free units will be gone; null: nobody can say. */
  readonly outAt: Instant | null;
  /** Gone before an order of today could arrive. */
  readonly urgent: boolean;
  /** Why it is fewer than the formula says; null: it is not. */
  readonly cappedBy: "season" | "shelf_life" | null;
  /** Minor units at cost; null where the cost is unknown. */
  readonly cost: number | null;
}

const dayMs = 86_400_000;
/** A day weighs half of one that is so much later. */
const halfLifeDays = 14;
const historyDays = 60;

/** What to order, the soonest to run out first. Products that need nothing are not listed. */
export function replenish(
  products: readonly Product[],
  policy: ReplenishPolicy,
  today: Today,
): readonly Replenishment[] {
  return products
    .map((product) => replenishmentOf(product, policy, today))
    .filter(({ units }) => units > 0)
    .toSorted((a, b) => (a.coverDays ?? Infinity) - (b.coverDays ?? Infinity) || compareText(a.sku, b.sku));
}

/**
 * Order up to what sells until the order after this one has arrived, and what chance may add:
 * d × (lead + review) + z × σ × √(lead + review), less what is here and on its way, plus what is owed.
 */
export function replenishmentOf(product: Product, policy: ReplenishPolicy, today: Today): Replenishment {
  const { perDay, deviation } = demandOf(product);
  const lead = product.leadDays ?? policy.leadDaysDefault;
  const z = quantileOf(policy.servicePercent / 100);
  const safety = Math.ceil(z * deviation * Math.sqrt(lead + policy.reviewDays));
  const free = product.days.at(-1)?.sellable ?? 0;
  const position = free + product.incoming - product.presale - product.shortage;
  const reorderPoint = Math.ceil(perDay * lead) + safety;
  const target = Math.ceil(perDay * (lead + policy.reviewDays)) + safety;
  const wanted = position <= reorderPoint ? Math.max(0, target - position) : 0;
  const { most, cappedBy } = capOf(product, perDay, lead, position, today);
  const capped = wanted > most;
  const pack = Math.max(1, policy.packUnits(product.sku));
  // A pack more is ordered than is needed, but never one more than will be sold in time.
  const units = capped ? Math.floor(most / pack) * pack : Math.ceil(wanted / pack) * pack;
  const coverDays = perDay > 0 ? Math.max(0, position) / perDay : null;
  const outDays = perDay > 0 ? free / perDay : null;
  return {
    sku: product.sku,
    units,
    perDay,
    coverDays,
    reorderPoint,
    safety,
    position,
    outAt: outDays === null ? null : today.now + Math.round(outDays * dayMs),
    urgent: outDays !== null && outDays < lead,
    cappedBy: capped ? cappedBy : null,
    cost: product.cost === null ? null : units * product.cost,
  };
}

/** Units a day and their deviation; the last days weigh most, and days without stock say nothing. */
export function demandOf(product: Product): { readonly perDay: number; readonly deviation: number } {
  const days = lastDays(product, historyDays);
  let weights = 0;
  let sum = 0;
  let squares = 0;
  for (const [index, { sold, sellable, closing }] of days.entries()) {
    if (sold === 0 && sellable <= 0 && closing <= 0) continue;
    const weight = 0.5 ** ((days.length - 1 - index) / halfLifeDays);
    weights += weight;
    sum += weight * sold;
    squares += weight * sold * sold;
  }
  if (weights === 0) return { perDay: 0, deviation: 0 };
  const perDay = sum / weights;
  const variance = Math.max(0, squares / weights - perDay ** 2);
  return { perDay: toMillionths(perDay), deviation: toMillionths(Math.sqrt(variance)) };
}

/** A steady ten a day is ten, not 9.999…: or one unit fewer would be ordered. Deviations below it are none. */
function toMillionths(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6;
  return rounded < 1e-5 ? 0 : rounded;
}

/** The most that can be sold, or is owed, before the season or the shelf life is over. */
function capOf(
  product: Product,
  perDay: number,
  lead: number,
  position: number,
  today: Today,
): { most: number; cappedBy: Replenishment["cappedBy"] } {
  const season = product.season === null ? Infinity : (daysLeftInSeason(product, today) ?? 0);
  const [lot] = product.lots.toSorted((a, b) => b.arrivedAt - a.arrivedAt);
  // New goods keep as long as the last ones did when they came.
  const life =
    lot === undefined || lot.expiresAt === null ? Infinity : (lot.expiresAt - lot.arrivedAt) / dayMs;
  const sellDays = Math.min(season, lead + life);
  if (sellDays === Infinity) return { most: Infinity, cappedBy: null };
  const most = Math.max(0, Math.floor(perDay * sellDays) - position);
  return { most, cappedBy: season <= lead + life ? "season" : "shelf_life" };
}

/** A lot that expires before it would be sold. */
export interface ExpiringLot {
  readonly sku: string;
  /** Null: it is reckoned from a delivery and the shelf life. */
  readonly lot: string | null;
  readonly units: number;
  readonly expiresAt: Instant;
  /** Units of it that nobody buys in time at the pace of now; whoever packs takes the first to expire. */
  readonly unsold: number;
  /** Minor units at cost, or at price where the cost is unknown. */
  readonly value: number;
}

/** The lots of a product that expire before they would be sold, the first to expire first. */
export function expiringLots(product: Product, now: Instant): readonly ExpiringLot[] {
  const { perDay } = demandOf(product);
  const found: ExpiringLot[] = [];
  let before = 0;
  for (const { units, expiresAt, lot } of product.lots.toSorted(
    (a, b) => (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity),
  )) {
    if (expiresAt === null) break;
    const sold = Math.max(0, (perDay * Math.max(0, expiresAt - now)) / dayMs - before);
    const unsold = Math.max(0, units - Math.floor(sold));
    before += units - unsold;
    const value = unsold * (product.cost ?? product.price);
    if (unsold > 0) found.push({ sku: product.sku, lot: lot ?? null, units, expiresAt, unsold, value });
  }
  return found;
}

/** Units that will expire unsold at this pace; the oldest are sold first. */
export function unitsExpiring(product: Product, now: Instant): number {
  return sumOf(expiringLots(product, now), ({ unsold }) => unsold);
}

/** The normal distribution's quantile, by its usual rational approximation; p from 0.5 to 0.99. */
function quantileOf(p: number): number {
  if (p <= 0.5) return 0;
  const t = Math.sqrt(-2 * Math.log(1 - Math.min(p, 0.999)));
  return (
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3)
  );
}

/** Whether goods on the shelves run out of life before they are sold. */
export function isExpiryAtRisk(product: Product, now: Instant): boolean {
  return daysUntilExpiry(product, now) !== null && stockNow(product) > 0 && unitsExpiring(product, now) > 0;
}
