import {
  addSaleSums,
  emptySaleSums,
  saleSumsOf,
  type Mutable,
  type SaleSums,
  type SoldSums,
} from "../../domain/report/fold.ts";
import { compareText, pairKey } from "../../domain/text.ts";
import { packFigures } from "../day-columns.ts";
import type { DayHead, Days, DaySkuRow } from "../days.ts";
import type { ShopId } from "../store.ts";
import type { ShopState } from "./state.ts";

interface ShopDays {
  readonly heads: Map<string, DayHead>;
  readonly rows: Map<string, readonly DaySkuRow[]>;
}

/** Closed days over maps of a shop, beside the shop's own. `stateOf` throws `UnknownShop`. */
export function memoryDays(stateOf: (shop: ShopId) => Pick<ShopState, "sales">): Days {
  const shops = new Map<ShopId, ShopDays>();
  const of = (shop: ShopId): ShopDays => {
    stateOf(shop);
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
    columns: async (shop, { from, to }) =>
      dates(shop)
        .filter(({ date }) => date >= from && date <= to)
        .flatMap(({ date }) => {
          const rows = of(shop).rows.get(date) ?? [];
          return rows.length === 0 ? [] : [{ date, body: packFigures(rows) }];
        }),
    firstSold: async (shop) => {
      let first = Infinity;
      for (const { minute } of stateOf(shop).sales.values()) first = Math.min(first, minute);
      return first === Infinity ? null : first * minuteMs;
    },
    sold: async (shop, { from, to }) => {
      const sums = new Map<string, Omit<SoldSums, "sales"> & { readonly sales: Mutable<SaleSums> }>();
      for (const sale of stateOf(shop).sales.values()) {
        if (sale.minute < Math.floor(from / minuteMs) || sale.minute * minuteMs >= to) continue;
        const key = pairKey(sale.sku, sale.channel);
        const known = sums.get(key) ?? { sku: sale.sku, channel: sale.channel, sales: emptySaleSums() };
        sums.set(key, known);
        addSaleSums(known.sales, saleSumsOf(sale));
      }
      for (const { sales } of sums.values()) sales.presaleAmount = sales.presold === 0 ? 0 : null;
      return [...sums.values()].toSorted(
        (a, b) => compareText(a.sku, b.sku) || compareText(a.channel, b.channel),
      );
    },
  };
}

const minuteMs = 60_000;
