import assert from "node:assert/strict";
import { test } from "node:test";
import type { StockItem } from "../../../api/stock.ts";
import { addScan, bodyOf } from "./receipt.ts";

const scarf = { sku: "WJ-708", code: "WJ-708", name: "羊毛围巾", bins: ["A-03-11"] } as StockItem;
const hat = { sku: "MZ-031", code: "MZ-031", name: "针织帽", bins: [] as string[] } as StockItem;

test("scanning the same code again adds one, and the latest stands on top", () => {
  const lines = [scarf, hat, scarf].reduce(addScan, []);
  assert.deepEqual(
    lines.map(({ sku, quantity, bin }) => [sku, quantity, bin]),
    [
      ["WJ-708", 2, "A-03-11"],
      ["MZ-031", 1, ""],
    ],
  );
});

test("nothing is sent while a line has no quantity, and empty fields are left out", () => {
  const lines = addScan([], hat);
  assert.deepEqual(bodyOf(lines, { warehouse: undefined, note: " " }), {
    lines: [{ sku: "MZ-031", quantity: 1, quality: "good" }],
  });
  assert.equal(
    bodyOf([{ ...lines[0], quantity: null } as (typeof lines)[number]], { warehouse: "main", note: "" }),
    null,
  );
  assert.equal(bodyOf([], { warehouse: undefined, note: "" }), null);
});
