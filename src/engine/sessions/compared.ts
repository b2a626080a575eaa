import type { Compared } from "../../domain/live/precheck.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import { partOf, reconciliationKind, type KeptReconciliation } from "../after-live/reconciling.ts";

/** Each channel's last list of orders that was held against the books: when, and what of it is still open. */
export async function lastCompared(
  read: Pick<Reads, "documents" | "document">,
  shop: ShopId,
  channels: readonly string[],
): Promise<ReadonlyMap<string, Compared>> {
  const latest = new Map<string, KeptReconciliation>();
  for (const { body } of await read.documents(shop, reconciliationKind)) {
    const kept = body as KeptReconciliation;
    if (channels.includes(kept.channel) && kept.at > latestAt(latest, kept.channel))
      latest.set(kept.channel, kept);
  }
  const compared = new Map<string, Compared>();
  for (const [channel, kept] of latest)
    compared.set(channel, { at: kept.at, open: await openOf(read, shop, kept) });
  return compared;
}

function latestAt(latest: ReadonlyMap<string, KeptReconciliation>, channel: string): Instant {
  return latest.get(channel)?.at ?? Number.NEGATIVE_INFINITY;
}

/** Lines about which somebody still has to do something. */
async function openOf(
  read: Pick<Reads, "document">,
  shop: ShopId,
  kept: KeptReconciliation,
): Promise<number> {
  let seenTo = 0;
  for (let index = 0; kept.open > 0 && index < kept.parts; index += 1) {
    const lines = await partOf(read, shop, kept, index);
    seenTo += lines.filter(
      ({ differences, repairedAt }) => repairedAt !== null && differences.some(({ open }) => open),
    ).length;
  }
  return Math.max(0, kept.open - seenTo);
}
