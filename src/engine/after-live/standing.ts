import type { SkuGap } from "../../domain/reconcile/summary.ts";
import { pairKey } from "../../domain/text.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import { isRepairable, partOf, type KeptLine, type KeptReconciliation } from "./reconciling.ts";

/**
 * A comparison as it stands now: what somebody put right or acknowledged since is no longer open, and what the
 * repairs booked no longer lies between the two sides.
 */
export async function standingNow(
  read: Pick<Reads, "document">,
  shop: ShopId,
  kept: KeptReconciliation,
): Promise<KeptReconciliation> {
  const done: KeptLine[] = [];
  for (let index = 0; index < kept.parts; index += 1)
    for (const line of await partOf(read, shop, kept, index)) if (line.repairedAt !== null) done.push(line);
  if (done.length === 0) return kept;
  const closed = new Map<string, number>();
  for (const { kind, cause, open } of done.flatMap(({ differences }) => differences))
    if (open) closed.set(pairKey(kind, cause), (closed.get(pairKey(kind, cause)) ?? 0) + 1);
  return {
    ...kept,
    open: kept.open - done.filter(({ differences }) => differences.some(({ open }) => open)).length,
    causes: kept.causes.map((sum) => ({
      ...sum,
      open: sum.open - (closed.get(pairKey(sum.kind, sum.cause)) ?? 0),
    })),
    skus: lessBooked(kept.skus, done),
  };
}

/** Only what a repair books is gone from the gap; what somebody has merely seen still is one, under its cause. */
function lessBooked(skus: readonly SkuGap[], done: readonly KeptLine[]): readonly SkuGap[] {
  const booked = { live: new Map<string, number>(), shipped: new Map<string, number>() };
  for (const difference of done.flatMap(({ differences }) => differences)) {
    if (!isRepairable(difference)) continue;
    for (const side of ["live", "shipped"] as const)
      for (const { sku, units } of difference[side] ?? []) {
        const key = pairKey(sku, difference.cause);
        booked[side].set(key, (booked[side].get(key) ?? 0) + units);
      }
  }
  const left = skus.map(({ sku, live, shipped, causes }) => {
    const gap = { sku, live, shipped, causes: [] as SkuGap["causes"][number][] };
    for (const one of causes) {
      const key = pairKey(sku, one.cause);
      const [less, lessShipped] = [booked.live.get(key) ?? 0, booked.shipped.get(key) ?? 0];
      gap.live -= less;
      gap.shipped -= lessShipped;
      const part = { cause: one.cause, live: one.live - less, shipped: one.shipped - lessShipped };
      if (part.live !== 0 || part.shipped !== 0) gap.causes.push(part);
    }
    return gap;
  });
  return left.filter(({ live, shipped, causes }) => live !== 0 || shipped !== 0 || causes.length > 0);
}
