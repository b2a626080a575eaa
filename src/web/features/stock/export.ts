import type { StockItem } from "../../../api/stock.ts";
import { csvOf, type Cell } from "../../ui/csv.ts";

export const exportColumns = [
  "code",
  "name",
  "category",
  "barcodes",
  "price",
  "sellable",
  "available",
  "held",
  "committed",
  "quarantine",
  "loaned",
  "onHand",
  "buffer",
  "shortage",
  "presale",
  "sold",
  "bins",
] as const;
export type ExportColumn = (typeof exportColumns)[number];

function cellOf(item: StockItem, column: ExportColumn, moneyScale: number): Cell {
  if (column === "barcodes" || column === "bins") return item[column].join(" ");
  return column === "price" ? item.price / moneyScale : item[column];
}

/** The stock list as a file. `moneyScale` is how many minor units make a major one. */
export function exportText(
  items: readonly StockItem[],
  moneyScale: number,
  nameOf: (column: ExportColumn) => string,
): string {
  const rows = items.map((item) => exportColumns.map((column) => cellOf(item, column, moneyScale)));
  return csvOf([exportColumns.map(nameOf), ...rows]);
}
