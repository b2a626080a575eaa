import { compareText } from "../../domain/text.ts";
import type { DayHead, Days, DaySkuRow } from "../days.ts";
import type { ShopId } from "../store.ts";

interface ShopDays {
  readonly heads: Map<string, DayHead>;
  readonly rows: Map<string, readonly DaySkuRow[]>;
}

/** Closed days over maps of a shop. `check` throws `UnknownShop`. */
export function memoryDays(check: (shop: ShopId) => unknown): Days {
  const shops = new Map<ShopId, ShopDays>();
  const of = (shop: ShopId): ShopDays => {
    check(shop);
    const days = shops.get(shop) ?? { heads: new Map(), rows: new Map() };
    shops.set(shop, days);
    return days;
  };
  const dates = (shop: ShopId): DayHead[] =>
    [...of(shop).heads.values()].toSorted((a, b) => compareText(a.date, b.date));
  return {
    close: async (shop, head, rows) => {
      const days = of(shop);
      if (days.heads.has(head.date)) return false;
      days.heads.set(head.date, head);
      days.rows.set(
        head.date,
        rows.toSorted((a, b) => compareText(a.sku, b.sku)),
      );
      return true;
    },
    head: async (shop, date) => of(shop).heads.get(date) ?? null,
    heads: async (shop, { from = "", to = "9999", limit }) =>
      dates(shop)
        .filter(({ date }) => date >= from && date <= to)
        .toReversed()
        .slice(0, limit),
    closings: async (shop) => dates(shop).map(({ date, to, seq }) => ({ date, to, seq })),
    rows: async (shop, date) => of(shop).rows.get(date) ?? [],
    latest: async (shop, until) => {
      const last = new Map<string, DaySkuRow>();
      for (const { date } of dates(shop))
        if (date <= until) for (const row of of(shop).rows.get(date) ?? []) last.set(row.sku, row);
      return [...last.values()].toSorted((a, b) => compareText(a.sku, b.sku));
    },
    figures: async (shop, { from, to, after, limit }) =>
      [...of(shop).rows.values()]
        .flat()
        .filter(({ date }) => date >= from && date <= to)
        .filter(
          ({ sku, date }) => after === null || sku > after.sku || (sku === after.sku && date > after.date),
        )
        .toSorted((a, b) => compareText(a.sku, b.sku) || compareText(a.date, b.date))
        .slice(0, limit)
        .map(({ body: _, ...figures }) => figures),
  };
}
