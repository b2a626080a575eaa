import type { StockItem } from "../../../api/stock.ts";

export type Tier = "tier1" | "tier2" | "tier3" | "quiet" | "";

/** Shares of on hand at or below which a figure takes a colour, the worst first. */
const shares = [
  { tier: "tier3", share: 0.05 },
  { tier: "tier2", share: 0.1 },
  { tier: "tier1", share: 0.2 },
] as const;

/** How near a SKU is to selling out. One without a unit in the building is quiet, unless somebody waits for it. */
export function tierOf(item: Pick<StockItem, "sellable" | "onHand" | "shortage">): Tier {
  if (item.onHand === 0) return item.shortage > 0 ? "tier3" : "quiet";
  const share = item.sellable / item.onHand;
  return shares.find((one) => share <= one.share)?.tier ?? "";
}

/** The colour of a tier as a CSS value. */
export function tierColor(tier: Tier): string {
  if (tier === "quiet") return "var(--faint)";
  return tier === "" ? "var(--ok)" : `var(--${tier})`;
}
