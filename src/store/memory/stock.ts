import { bufferOf, onHand, sellable, type Instant, type Placement, type Sku } from "../../domain/rows.ts";
import { compareText } from "../../domain/text.ts";
import { searchText } from "../sql/rows.ts";
import {
  stockFilters,
  type Page,
  type StockFilter,
  type StockItem,
  type StockQuery,
  type StockSort,
  type StockTotals,
} from "../store.ts";
import { pageAfter } from "./page.ts";
import type { ShopState } from "./state.ts";

/** The stock page: every SKU with its sums, in the model's plain way: make all, filter, sort, cut. */

const binsShownMax = 3;
const minuteMs = 60_000;

function stockItem(state: ShopState, sku: Sku, sold: number): StockItem {
  const stocks = state.stocks.get(sku.sku) ?? [];
  const sums = { available: 0, held: 0, committed: 0, quarantine: 0, loaned: 0, shortage: 0, presale: 0 };
  let seq = 0;
  for (const stock of stocks) {
    for (const place of Object.keys(sums) as (keyof typeof sums)[]) sums[place] += stock[place];
    seq = Math.max(seq, stock.seq);
  }
  const buffer = bufferOf(sku, onHand(sums));
  const { createdAt: _, cost: _c, season: _s, shelfLifeDays: _d, leadDays: _l, style: _t, ...shown } = sku;
  return {
    ...shown,
    ...sums,
    onHand: onHand(sums),
    buffer,
    sellable: sellable(sums.available, buffer),
    sold,
    bins: fullestBins(state.placements.get(sku.sku) ?? []),
    seq,
  };
}

/** Units sold of each SKU since then. */
function soldUnits(state: ShopState, since: Instant): ReadonlyMap<string, number> {
  const units = new Map<string, number>();
  for (const { sku, minute, sold } of state.sales.values()) {
    if (minute * minuteMs >= since) units.set(sku, (units.get(sku) ?? 0) + sold);
  }
  return units;
}

function fullestBins(placements: readonly Placement[]): readonly string[] {
  const units = new Map<string, number>();
  for (const { quality, bin, quantity } of placements) {
    if (quality === "good" && bin !== "") units.set(bin, (units.get(bin) ?? 0) + quantity);
  }
  return [...units]
    .toSorted((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
    .slice(0, binsShownMax)
    .map(([bin]) => bin);
}

function allItems(state: ShopState, soldSince: Instant | null): StockItem[] {
  const sold = soldSince === null ? new Map<string, number>() : soldUnits(state, soldSince);
  return [...state.skus.values()].map((sku) => stockItem(state, sku, sold.get(sku.sku) ?? 0));
}

export function stockPage(state: ShopState, query: StockQuery): Page<StockItem> {
  const sort = query.sort ?? "code";
  const direction = query.descending === true ? -1 : 1;
  const search = searchText(query.search ?? "");
  const items = allItems(state, query.soldSince)
    .filter((item) => passes(item, query.filter ?? "all"))
    .filter((item) => query.category === undefined || item.category === query.category)
    .filter((item) => search === "" || isFound(state, item, search))
    .toSorted((a, b) => direction * compareBy(sort, a, b) || compareText(a.sku, b.sku));
  return pageAfter(
    items,
    query,
    [sort === "code" || sort === "name" ? "string" : "number", "string"],
    (item) => [item[sort], item.sku],
    (item, [value, sku]) => {
      const order = direction * compareValues(item[sort], value);
      return order > 0 || (order === 0 && compareText(item.sku, String(sku)) > 0);
    },
  );
}

function passes(item: StockItem, filter: StockFilter): boolean {
  switch (filter) {
    case "all":
      return true;
    case "short":
      return item.shortage > 0;
    case "low5":
      return item.onHand > 0 && item.sellable * 100 <= item.onHand * 5;
    case "low20":
      return item.onHand > 0 && item.sellable * 100 <= item.onHand * 20;
    case "held":
      return item.held > 0;
    case "quarantine":
      return item.quarantine > 0;
    case "idle":
      return item.onHand > 0 && item.sold === 0;
    case "stopped":
      return !item.selling;
  }
}

function isFound(state: ShopState, item: StockItem, search: string): boolean {
  const texts = [item.code, item.name, ...item.barcodes];
  const bins = (state.placements.get(item.sku) ?? []).map((placement) => placement.bin);
  return [...texts, ...bins].some((text) => searchText(text).includes(search));
}

function compareBy(sort: StockSort, a: StockItem, b: StockItem): number {
  return compareValues(a[sort], b[sort]);
}

function compareValues(a: unknown, b: unknown): number {
  return typeof a === "number" && typeof b === "number" ? a - b : compareText(String(a), String(b));
}

export function stockTotals(state: ShopState, soldSince: Instant): StockTotals {
  const items = allItems(state, soldSince);
  const sum = (
    field: "onHand" | "available" | "held" | "committed" | "quarantine" | "loaned" | "shortage" | "presale",
  ) => items.reduce((units, item) => units + item[field], 0);
  const count = (filter: StockFilter): number => items.filter((item) => passes(item, filter)).length;
  return {
    onHand: sum("onHand"),
    available: sum("available"),
    held: sum("held"),
    committed: sum("committed"),
    quarantine: sum("quarantine"),
    loaned: sum("loaned"),
    shortage: sum("shortage"),
    presale: sum("presale"),
    skus: items.length,
    counts: Object.fromEntries(stockFilters.map((filter) => [filter, count(filter)])) as Record<
      StockFilter,
      number
    >,
    seq: state.seq,
  };
}

/** In the order of their last change. When there are more, the number is that of the last one given. */
export function changesSince(
  state: ShopState,
  seq: number,
  soldSince: Instant,
  limit: number,
): { seq: number; items: readonly StockItem[]; more: boolean } {
  const changed = allItems(state, soldSince)
    .filter((item) => item.seq > seq)
    .toSorted((a, b) => a.seq - b.seq);
  const items = changed.slice(0, limit);
  const more = changed.length > limit;
  return { seq: more ? (items.at(-1)?.seq ?? seq) : state.seq, items, more };
}
