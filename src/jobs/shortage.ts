import { createHash } from "node:crypto";
import { tell, type Notice } from "../engine/notify/notice.ts";
import type { ShopId, StockItem, Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

export const shortageLimits = {
  everyMs: 5_000,
  /** SKUs that are looked at: those that owe most. */
  skusMax: 200,
  /** SKUs that one message names. */
  namedMax: 10,
} as const;

type Short = Pick<StockItem, "sku" | "code" | "name" | "shortage">;

/**
 * The oversell alarm outside a broadcast, too: one message whenever another SKU begins to owe units, with those
 * that are new named first. A message is named by the day and the SKUs that it speaks of, so a restart tells
 * nothing twice and what became short meanwhile is told.
 */
export function shortageJob(store: Store): Job {
  const known = new Map<ShopId, ReadonlySet<string>>();
  return {
    name: "shortage",
    everyMs: shortageLimits.everyMs,
    run: async ({ shop, now }) => {
      const day = shop.day();
      const { items } = await store.read.stock(shop.id, {
        filter: "short",
        sort: "shortage",
        descending: true,
        soldSince: day.from,
        limit: shortageLimits.skusMax,
      });
      const before = known.get(shop.id);
      known.set(shop.id, new Set(items.map((item) => item.sku)));
      const fresh = items.filter((item) => before?.has(item.sku) !== true);
      if (fresh.length === 0) return { told: 0 };
      return { told: await tell(store, shop.id, noticeOf(fresh, items, day.date, now)) };
    },
  };
}

function noticeOf(fresh: readonly Short[], all: readonly Short[], date: string, at: number): Notice {
  const skus = all.map((item) => item.sku).toSorted();
  const digest = createHash("sha256").update(skus.join("\n")).digest("hex").slice(0, 16);
  const named = fresh.slice(0, shortageLimits.namedMax);
  const rest = all.length - named.length;
  const [first] = named;
  const single = all.length === 1 && first !== undefined;
  const lines = (word: (item: Short) => string): string => named.map((item) => `- ${word(item)}`).join("\n");
  const listZh = lines((item) => `**${item.name || item.code}**（${item.code}）欠 **${item.shortage}** 件`);
  const listEn = lines((item) => `**${item.name || item.code}** (${item.code}) owes **${item.shortage}**`);
  return {
    key: `shortage/${date}/${digest}`,
    topic: "shortage",
    session: null,
    severity: 3,
    title: single
      ? { zh: `超卖：${first.name || first.code}`, en: `Oversold: ${first.name || first.code}` }
      : { zh: `超卖：${all.length} 款商品欠货`, en: `Oversold: ${all.length} products owe units` },
    text: {
      zh: `${listZh}${rest > 0 ? `\n- 另有 ${rest} 款` : ""}\n\n先在各渠道下架，再补货或联系买家。`,
      en: `${listEn}${rest > 0 ? `\n- and ${rest} more` : ""}\n\nTake them down on every channel, then restock or speak to the buyers.`,
    },
    link: single ? `/stock/${encodeURIComponent(first.sku)}` : "/stock?filter=short",
    at,
  };
}
