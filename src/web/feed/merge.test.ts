import assert from "node:assert/strict";
import { test } from "node:test";
import type { StockItem } from "../../api/stock.ts";
import { mergeItems, mergePages } from "./merge.ts";

function item(sku: string, seq: number, sellable = 0): StockItem {
  return { sku, seq, sellable } as StockItem;
}

test("a changed row is replaced in its place, and the others stay the very same", () => {
  const items = [item("A", 1), item("B", 1), item("C", 1)];
  const merged = mergeItems(items, new Map([["B", item("B", 2, 5)]]));
  assert.equal(merged[0], items[0]);
  assert.equal(merged[1]?.sellable, 5);
  assert.equal(merged[2], items[2]);
});

test("what is older than the row on screen changes nothing", () => {
  const items = [item("A", 9, 3)];
  assert.equal(mergeItems(items, new Map([["A", item("A", 8, 7)]])), items);
});

test("pages without a change keep their identity", () => {
  const pages = ["A", "B"].map((sku) => ({ items: [item(sku, 1)], next: null, seq: 1 }));
  const data = { pages, pageParams: [null, "x"] };
  const merged = mergePages(data, new Map([["B", item("B", 2, 1)]]));
  assert.equal(merged?.pages[0], pages[0]);
  assert.notEqual(merged?.pages[1], pages[1]);
  assert.equal(mergePages(data, new Map([["Z", item("Z", 2)]])), data);
});
