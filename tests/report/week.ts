import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import type { Line } from "../../src/domain/rows.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { importFile, stores, type Opened } from "../import/fixture.ts";
import { ordersFile, stockFile } from "../import/naive-week.ts";

/** The stock list of the example week is taken before its first order. */
export const stockAt = Date.parse("2010-12-01T06:00:00Z");

/** The example week's books, with the stock list and all orders in them. Close them. */
export async function openWeek(): Promise<Opened> {
  const open = stores["memory"];
  assert.ok(open !== undefined);
  const books = await open();
  await importFile(books, fileURLToPath(stockFile), { kind: "stock", asOf: stockAt });
  await importFile(books, fileURLToPath(ordersFile), { kind: "orders" });
  return books;
}

export async function linesOf({ store, shop }: Opened): Promise<Line[]> {
  const lines: Line[] = [];
  const audit = await store.read.audit(shop);
  try {
    for await (const line of audit.lines()) lines.push(line);
  } finally {
    await audit.close();
  }
  return lines;
}

export function pricesOf({ store, shop }: Opened): ReadonlyMap<string, number> {
  assert.ok(store instanceof MemoryStore);
  return new Map([...store.state(shop).skus.values()].map(({ sku, price }) => [sku, price]));
}
