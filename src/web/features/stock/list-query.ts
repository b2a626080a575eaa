import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { StockItem, StockQuery } from "../../../api/stock.ts";
import { api } from "../../api.ts";
import { keys } from "../../feed/apply.ts";

export type Filter = NonNullable<StockQuery["filter"]>;
export type Sort = NonNullable<StockQuery["sort"]>;

/** What of the stock list is shown, as it stands in the page's address. */
export interface ListState {
  readonly search: string;
  readonly filter: Filter;
  readonly category: string;
  readonly sort: Sort;
  readonly desc: boolean;
}

export const filters = ["all", "short", "low5", "low20", "held", "quarantine", "idle", "stopped"] as const;
const sorts = [
  "code",
  "name",
  "sellable",
  "held",
  "committed",
  "quarantine",
  "onHand",
  "shortage",
  "sold",
] as const;

export function readState(params: URLSearchParams): ListState {
  return {
    search: params.get("search") ?? "",
    filter: filters.find((one) => one === params.get("filter")) ?? "all",
    category: params.get("category") ?? "",
    sort: sorts.find((one) => one === params.get("sort")) ?? "code",
    desc: params.get("desc") === "1",
  };
}

/** The address of a state; what is usual is left out. */
export function writeState(state: ListState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.search !== "") params.set("search", state.search);
  if (state.filter !== "all") params.set("filter", state.filter);
  if (state.category !== "") params.set("category", state.category);
  if (state.sort !== "code") params.set("sort", state.sort);
  if (state.desc) params.set("desc", "1");
  return params;
}

export function queryOf(state: ListState) {
  return {
    search: state.search.trim() === "" ? undefined : state.search.trim(),
    filter: state.filter,
    category: state.category === "" ? undefined : state.category,
    sort: state.sort,
    desc: state.desc ? true : undefined,
  };
}

const pageRows = 200;

/** The rows of a state, page by page. The stream keeps those that are loaded true. */
export function useStockList(state: ListState) {
  const query = queryOf(state);
  const list = useInfiniteQuery({
    queryKey: [...keys.stockLists, query],
    queryFn: ({ pageParam, signal }) => api.stock({ ...query, cursor: pageParam, limit: pageRows }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    staleTime: 60_000,
  });
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { ...list, items };
}

/** Sums over the whole shop, whatever the list shows. The stream keeps them true. */
export function useTotals() {
  return useQuery({
    queryKey: keys.stockTotals,
    queryFn: async ({ signal }) => (await api.stock({ limit: 1 }, signal)).totals ?? null,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

const exportRows = 1_000;

/** Every row of a state, for an export. */
export async function readAll(state: ListState, onRows: (count: number) => void): Promise<StockItem[]> {
  const items: StockItem[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: StockItem[]; next: string | null } = await api.stock({
      ...queryOf(state),
      cursor,
      limit: exportRows,
    });
    items.push(...page.items);
    onRows(items.length);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}
