import type { StockStatus, ViewSku } from "../../api/session-view.ts";
import { incomingUnits } from "../../domain/live/fold.ts";
import { forecast } from "../../domain/live/forecast.ts";
import { sellThrough, tierOf, type Tier } from "../../domain/live/metric.ts";
import { minuteMs } from "../../domain/live/time.ts";
import type { Looked } from "../../engine/live/look.ts";
import type { SkuStock } from "../../engine/live/stock.ts";
import { isCapped, slotOfTerms } from "../../engine/live/terms.ts";

const sparkMinutes = 30;
const forecastMinutes = 60;

/** One product as the screens show it; null: the books do not know it. */
export function viewSku(looked: Looked, sku: string): ViewSku | null {
  const { open, stocks, sales, now } = looked;
  const stock = stocks.get(sku);
  const at = looked.skus.get(sku);
  const units = looked.units.get(sku);
  if (stock === undefined || at === undefined || units === undefined) return null;
  const totals = sales.bySku.totals(sku);
  const tier = tierNow(looked, sku);
  const sellable = units.cap.units;
  const slot = slotOfTerms(open.plan, open.state, sku);
  const isLive = open.state.life === "live";
  return {
    sku,
    code: stock.code,
    name: stock.name,
    category: stock.category,
    // Before it is live the terms are only planned; during it they are on the SKU.
    price: isLive ? stock.price : (slot?.price ?? stock.price),
    buyerLimit: isLive ? stock.limitPerBuyer : (slot?.buyerLimit ?? stock.limitPerBuyer),
    sellable,
    heldUnpaid: at.heldUnpaid,
    shortage: stock.shortage,
    presale: stock.presale,
    buffer: isCapped(open.plan, sku) ? (slot?.buffer ?? 0) : stock.bufferUnits,
    selling: stock.selling && !open.state.stops.has(sku),
    opening: at.opening,
    arrived: at.arrived,
    sold: totals.sold,
    soldAmount: totals.soldAmount,
    sellThroughPercent: round1(sellThrough(totals.sold, at.sellable)),
    etaMinutes: etaOf(at.etaMinutes, at.sellable, sellable),
    forecast: forecastOf(looked, stock),
    unitsPerMinute: Math.round(at.unitsPerMinute * 10) / 10,
    recentPerMinute: Math.round(at.recentPerMinute * 10) / 10,
    spark: sales.bySku.perMinute(sku, "sold", sparkMinutes, now),
    tier,
    status: statusOf(sellable, tier, at.etaMinutes, looked.policyOf(sku).etaMinutes),
    turnoverDays: round1(at.turnoverDays),
    incoming: incomingUnits(open.state, sku),
  };
}

/** Where a cap lets out less than there is, what is shown ends sooner. */
function etaOf(eta: number | null, remaining: number, sellable: number): number | null {
  if (eta === null || remaining <= 0) return eta;
  return round1(sellable === remaining ? eta : (eta * sellable) / remaining);
}

export function tierNow(looked: Looked, sku: string): Tier {
  const at = looked.skus.get(sku);
  if (at === undefined || looked.open.state.liveSince === null) return 0;
  return tierOf(at.sellable, at.opening, at.arrived, looked.policyOf(sku));
}

/** 充足 · 留意 · 准备下架 · 最后一批 · 已售罄 */
export function statusOf(
  sellable: number,
  tier: Tier,
  etaMinutes: number | null,
  etaThreshold: number,
): StockStatus {
  if (sellable <= 0) return "sold_out";
  if (tier === 3) return "last";
  if (tier === 2) return "prepare";
  return tier === 1 || (etaMinutes !== null && etaMinutes < etaThreshold) ? "watch" : "fine";
}

/** The burst-aware sell-out: what left sellable by the minute, the plan, and how unpaid orders have ended so far. */
function forecastOf(looked: Looked, stock: SkuStock): ViewSku["forecast"] {
  const { sales, now, channels, open } = looked;
  const at = looked.skus.get(stock.sku);
  if (at === undefined || open.state.liveSince === null) return null;
  const field = stock.deductAt === "order" ? "ordered" : "sold";
  const liveMinutes = Math.floor(now / minuteMs) - Math.floor(open.state.liveSince / minuteMs) + 1;
  const minutes = Math.min(forecastMinutes, Math.max(1, liveMinutes));
  const { ordered, sold } = sales.bySku.totals(stock.sku);
  const ended = Math.max(0, ordered - stock.held);
  const holds = channels
    .filter((channel) => open.plan.channels.includes(channel.channel))
    .map((channel) => channel.holdMinutes);
  const said = forecast({
    sellable: at.sellable,
    heldUnpaid: stock.deductAt === "order" ? at.heldUnpaid : 0,
    perMinute: sales.bySku.perMinute(stock.sku, field, minutes, now),
    lastFraction: Math.max(0.02, (now % minuteMs) / minuteMs),
    holds: { ended, expired: Math.max(0, ended - sold) },
    holdMinutes: stock.deductAt === "order" ? Math.max(0, ...holds) : 0,
    ahead: looked.ahead.get(stock.sku),
  });
  if (said === null) return null;
  const { p10, p50, p90 } = said;
  return { p10: Math.round(p10 * 10) / 10, p50: Math.round(p50 * 10) / 10, p90: Math.round(p90 * 10) / 10 };
}

export function round1(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
