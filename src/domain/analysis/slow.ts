import { isSlowMover } from "../live/metric.ts";
import type { Policy } from "../live/policy.ts";
import type { Words } from "../live/words.ts";
import { groupBy } from "../report/group.ts";
import { medianOf } from "../report/answers.ts";
import { compareText } from "../text.ts";
import { daysWithoutSale, lastDays, soldIn, stockNow, sumOf, type Product } from "./product.ts";
import { daysUntilExpiry, isInSeason, thresholdsOf, type Thresholds, type Today } from "./season.ts";

/** Why a product may not sell, the likeliest first. */
export const slowCauses = [
  "never_shown",
  "dear",
  "out_of_season",
  "better_sibling",
  "sizes_broken",
  "expiring",
] as const;
export type SlowCause = (typeof slowCauses)[number];

export const slowCauseWords: Readonly<Record<SlowCause, Words>> = {
  never_shown: { zh: "近 {days} 天没有上过直播", en: "It was in no session for {days} days" },
  dear: { zh: "比同类目中位价贵 {percent}%", en: "It is {percent} % dearer than half of its category" },
  out_of_season: { zh: "已过季", en: "Its season is over" },
  better_sibling: { zh: "同款 {sku} 卖得好（{sold} 件）", en: "Its sibling {sku} sells ({sold} units)" },
  sizes_broken: {
    zh: "断码：同款 {missing} 个规格已无货",
    en: "Sizes are broken: {missing} of its style are gone",
  },
  expiring: { zh: "{days} 天后到期", en: "It expires in {days} days" },
};

/** What to do about it. Each can be turned into a plan. */
export const slowActions = ["price_cut", "bundle", "show", "clearance", "supplier_return"] as const;
export type SlowAction = (typeof slowActions)[number];

export const slowActionWords: Readonly<Record<SlowAction, Words>> = {
  price_cut: { zh: "降价 {percent}%", en: "Cut the price by {percent} %" },
  bundle: { zh: "和热卖的 {sku} 组合", en: "Bundle it with {sku}, which sells" },
  show: { zh: "排进下一场讲解", en: "Give it a slot in the next session" },
  clearance: { zh: "清仓专场，价格 {percent}%", en: "A clearance session at {percent} % of its price" },
  supplier_return: { zh: "退供应商", en: "Send it back to the supplier" },
};

export interface SlowReason {
  readonly cause: SlowCause;
  readonly evidence: Readonly<Record<string, number | string>>;
}

/** An action and what may come of it over the horizon. An estimate, with what it stands on. */
export interface SlowProposal {
  readonly action: SlowAction;
  readonly values: Readonly<Record<string, number | string>>;
  readonly units: number;
  /** Minor units that come in. */
  readonly amount: number;
  /** Minor units: what comes in, less what the units cost; null where the cost is unknown. */
  readonly margin: number | null;
  /** `own`: its own sales when it last sold. `category`: products like it that were shown. `rule`: a rule of thumb. */
  readonly basis: "own" | "category" | "rule";
}

export interface SlowMover {
  readonly sku: string;
  readonly days: number;
  readonly thresholds: Thresholds;
  readonly units: number;
  /** Minor units at cost, or at price where the cost is unknown. */
  readonly value: number;
  readonly reasons: readonly SlowReason[];
  /** The most money first. */
  readonly proposals: readonly SlowProposal[];
}

/** The horizon of the proposals' effects. */
export const proposalDays = 14;
/** How far back a product's own sales and its siblings' are looked at. */
const lookBackDays = 60;
const dearPercent = 20;
/**
 * Rules of thumb until the shop has its own: one per cent off brings so many per cent more units; a bundle
 * goes with so many per cent of its partner's units; a clearance sells so many per cent of the stock.
 */
export const effectDefaults = {
  cutPercent: 20,
  elasticity: 2,
  bundleSharePercent: 15,
  /** In a bundle it costs so many per cent of its price. */
  bundlePercent: 90,
  clearancePercent: 50,
  clearanceSellPercent: 60,
} as const;

type PolicyOf = (product: Product) => Pick<Policy, "slowMoverDays" | "turnoverDays">;

/** The products in stock that nobody buys, the most money first, with why and what to do. */
export function slowMovers(
  products: readonly Product[],
  policyOf: PolicyOf,
  today: Today,
): readonly SlowMover[] {
  const market = marketOf(products);
  return products
    .flatMap((product) => {
      const thresholds = thresholdsOf(product, policyOf(product), today);
      const days = daysWithoutSale(product);
      const units = stockNow(product);
      if (thresholds.slowMoverDays === null || !isSlowMover(days, units > 0, thresholds.slowMoverDays))
        return [];
      return [
        {
          sku: product.sku,
          days,
          thresholds,
          units,
          value: units * (product.cost ?? product.price),
          reasons: reasonsOf(product, market, today),
          proposals: proposalsOf(product, market),
        },
      ];
    })
    .toSorted((a, b) => b.value - a.value || compareText(a.sku, b.sku));
}

/** What a product is compared with. */
interface Market {
  readonly categories: ReadonlyMap<string, readonly Product[]>;
  readonly styles: ReadonlyMap<string, readonly Product[]>;
  readonly medianPrice: ReadonlyMap<string, number>;
}

function marketOf(products: readonly Product[]): Market {
  const categories = groupBy(products, ({ category }) => category);
  const styled = products.filter(({ style }) => style !== null);
  return {
    categories,
    styles: groupBy(styled, ({ style }) => style ?? ""),
    medianPrice: new Map(
      [...categories].map(([category, group]) => [
        category,
        medianOf(group.filter((one) => soldIn(one, lookBackDays) > 0).map(({ price }) => price)) ?? 0,
      ]),
    ),
  };
}

function reasonsOf(product: Product, market: Market, today: Today): readonly SlowReason[] {
  const found: SlowReason[] = [];
  const shown = product.days.findLastIndex((day) => day.shown);
  const unseen = product.days.length - 1 - shown;
  if (shown < 0 || unseen >= daysWithoutSale(product))
    found.push({ cause: "never_shown", evidence: { days: shown < 0 ? product.days.length : unseen } });
  const median = market.medianPrice.get(product.category) ?? 0;
  const percent = median === 0 ? 0 : Math.round((100 * (product.price - median)) / median);
  if (percent >= dearPercent) found.push({ cause: "dear", evidence: { percent, median } });
  if (!isInSeason(product.season, today.month)) found.push({ cause: "out_of_season", evidence: {} });
  const siblings = siblingsOf(product, market);
  const best = bestOf(siblings);
  if (best !== null)
    found.push({ cause: "better_sibling", evidence: { sku: best.sku, sold: soldIn(best, lookBackDays) } });
  const missing = siblings.filter((one) => stockNow(one) === 0).length;
  if (missing > 0 && missing * 2 >= siblings.length)
    found.push({ cause: "sizes_broken", evidence: { missing } });
  const expires = daysUntilExpiry(product, today.now);
  if (expires !== null && expires <= 2 * lookBackDays)
    found.push({ cause: "expiring", evidence: { days: Math.max(0, Math.floor(expires)) } });
  return found.toSorted((a, b) => slowCauses.indexOf(a.cause) - slowCauses.indexOf(b.cause));
}

function siblingsOf(product: Product, { styles }: Market): readonly Product[] {
  return (styles.get(product.style ?? "") ?? []).filter((one) => one.sku !== product.sku);
}

function bestOf(products: readonly Product[]): Product | null {
  const [best] = products
    .filter((one) => soldIn(one, lookBackDays) > 0)
    .toSorted((a, b) => soldIn(b, lookBackDays) - soldIn(a, lookBackDays) || compareText(a.sku, b.sku));
  return best ?? null;
}

function proposalsOf(product: Product, market: Market): readonly SlowProposal[] {
  const {
    cutPercent,
    elasticity,
    bundleSharePercent,
    bundlePercent,
    clearancePercent,
    clearanceSellPercent,
  } = effectDefaults;
  const stock = stockNow(product);
  const { perDay, basis } = paceOf(product, market);
  const found: SlowProposal[] = [];
  const propose = (
    action: SlowAction,
    units: number,
    price: number,
    from: SlowProposal["basis"],
    values: SlowProposal["values"] = {},
  ): void => {
    const sold = Math.min(stock, Math.round(units));
    if (sold <= 0) return;
    const amount = Math.round(sold * price);
    const margin = product.cost === null ? null : amount - sold * product.cost;
    found.push({ action, values, units: sold, amount, margin, basis: from });
  };
  const more = 1 + (cutPercent * elasticity) / 100;
  propose("price_cut", perDay * proposalDays * more, (product.price * (100 - cutPercent)) / 100, basis, {
    percent: cutPercent,
  });
  propose("show", shownPace(product, market), product.price, "category");
  const partner = bestOf(
    (market.categories.get(product.category) ?? []).filter((one) => one.sku !== product.sku),
  );
  if (partner !== null) {
    const partnerUnits = (soldIn(partner, lookBackDays) / lookBackDays) * proposalDays;
    const price = Math.round((product.price * bundlePercent) / 100);
    propose("bundle", (partnerUnits * bundleSharePercent) / 100, price, "rule", {
      sku: partner.sku,
      price: price + partner.price,
    });
  }
  const clearance = { percent: clearancePercent };
  propose(
    "clearance",
    (stock * clearanceSellPercent) / 100,
    (product.price * clearancePercent) / 100,
    "rule",
    clearance,
  );
  if (product.cost !== null) propose("supplier_return", stock, product.cost, "rule");
  return found.toSorted(
    (a, b) => b.amount - a.amount || slowActions.indexOf(a.action) - slowActions.indexOf(b.action),
  );
}

/** Units a day: its own when it last sold, else half of what its category's products sell. */
function paceOf(product: Product, { categories }: Market): { perDay: number; basis: SlowProposal["basis"] } {
  const days = product.days.filter(({ sold }) => sold > 0);
  const own = days.length === 0 ? 0 : sumOf(days, ({ sold }) => sold) / Math.max(1, product.days.length);
  if (own > 0) return { perDay: own, basis: "own" };
  const others = (categories.get(product.category) ?? []).filter((one) => soldIn(one, lookBackDays) > 0);
  const median = medianOf(
    others.map((one) => soldIn(one, lookBackDays) / lastDays(one, lookBackDays).length),
  );
  return { perDay: (median ?? 0) / 2, basis: "category" };
}

/** Units that a product of its category sells on a day on which it is shown; the middle one. */
function shownPace(product: Product, { categories }: Market): number {
  const sold = (categories.get(product.category) ?? []).flatMap((one) =>
    lastDays(one, lookBackDays)
      .filter((day) => day.shown)
      .map((day) => day.sold),
  );
  return medianOf(sold) ?? 0;
}
