import type { InfiniteData } from "@tanstack/react-query";
import type { StockItem, StockPage } from "../../api/stock.ts";

/** Puts changed rows in their places; what did not change keeps its identity, so that its row is not drawn again. */
export function mergeItems(items: StockItem[], changed: ReadonlyMap<string, StockItem>): StockItem[] {
  let touched = false;
  const merged = items.map((item) => {
    const now = changed.get(item.sku);
    if (now === undefined || now.seq < item.seq || now === item) return item;
    touched = true;
    return now;
  });
  return touched ? merged : items;
}

export function mergePages(
  data: InfiniteData<StockPage> | undefined,
  changed: ReadonlyMap<string, StockItem>,
): InfiniteData<StockPage> | undefined {
  if (data === undefined) return undefined;
  let touched = false;
  const pages = data.pages.map((page) => {
    const items = mergeItems(page.items, changed);
    if (items === page.items) return page;
    touched = true;
    return { ...page, items };
  });
  return touched ? { ...data, pages } : data;
}
