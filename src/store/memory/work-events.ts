import { pairKey } from "../../domain/text.ts";
import type { ShopId } from "../store.ts";
import type { WorkEvent, WorkEvents, WorkKind } from "../work-events.ts";

/**
 * Histories over maps of a shop. `check` throws `UnknownShop`.
 * @param wake tells the shop's watchers that something was written
 */
export function memoryWorkEvents(check: (shop: ShopId) => unknown, wake: (shop: ShopId) => void): WorkEvents {
  const shops = new Map<ShopId, Map<string, readonly WorkEvent[]>>();
  const of = (shop: ShopId): Map<string, readonly WorkEvent[]> => {
    check(shop);
    const papers = shops.get(shop) ?? new Map<string, readonly WorkEvent[]>();
    shops.set(shop, papers);
    return papers;
  };
  const prefix = (kind: WorkKind): string => pairKey(kind, "");
  return {
    append: async (shop, kind, id, events, expected) => {
      const papers = of(shop);
      const known = papers.get(pairKey(kind, id)) ?? [];
      if (known.length !== expected) return { ok: false, seq: known.length };
      // What is read later is what was written, whatever its writer does with the object.
      const items = events.map((event, index) => ({ ...structuredClone(event), seq: expected + index + 1 }));
      if (items.length === 0) return { ok: true, items };
      papers.set(pairKey(kind, id), [...known, ...items]);
      wake(shop);
      return { ok: true, items };
    },
    // The event with number n stands at n − 1.
    since: async (shop, kind, id, after, limit) =>
      (of(shop).get(pairKey(kind, id)) ?? []).slice(after, after + limit),
    heads: async (shop, kind) =>
      new Map(
        [...of(shop)]
          .filter(([key]) => key.startsWith(prefix(kind)))
          .map(([key, events]) => [key.slice(prefix(kind).length), events.length]),
      ),
  };
}
