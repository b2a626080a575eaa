import assert from "node:assert/strict";
import { test } from "node:test";
import type { StockItem } from "../../../api/stock.ts";
import { exportText } from "./export.ts";
import { queryOf, readState, writeState } from "./list-query.ts";
import { tierOf } from "./tiers.ts";

const tiers: readonly (readonly [sellable: number, onHand: number, shortage: number, tier: string])[] = [
  [486, 5_006, 0, "tier2"],
  [38, 978, 0, "tier3"],
  [50, 1_000, 0, "tier3"],
  [51, 1_000, 0, "tier2"],
  [100, 1_000, 0, "tier2"],
  [200, 1_000, 0, "tier1"],
  [201, 1_000, 0, ""],
  [0, 1_044, 116, "tier3"],
  [0, 0, 0, "quiet"],
  [0, 0, 3, "tier3"],
];

test("a figure takes the colour of how near it is to nothing", () => {
  for (const [sellable, onHand, shortage, tier] of tiers) {
    assert.equal(tierOf({ sellable, onHand, shortage }), tier, `${sellable} of ${onHand}`);
  }
});

test("what the list shows stands in the address and comes back from it", () => {
  const state = { search: "羊毛 围巾", filter: "low5", category: "服饰", sort: "sold", desc: true } as const;
  assert.deepEqual(readState(new URLSearchParams(writeState(state).toString())), state);
  assert.equal(writeState(readState(new URLSearchParams())).toString(), "");
});

test("an address that makes no sense shows the whole list", () => {
  const state = readState(new URLSearchParams("filter=nonsense&sort=__proto__&desc=7"));
  assert.deepEqual(queryOf(state), {
    search: undefined,
    filter: "all",
    category: undefined,
    sort: "code",
    desc: undefined,
  });
});

test("an export has a head and one row a SKU, with prices in major units", () => {
  const item = { code: "WJ-708", name: "=cmd", price: 12_900, barcodes: ["1", "2"], bins: ["A-03-11"] };
  const [head, row] = exportText([item as unknown as StockItem], 100, (name) => name).split("\r\n");
  assert.match(head ?? "", /^\u{FEFF}code,name,/u);
  assert.match(row ?? "", /^WJ-708,'=cmd,.*1 2,129,/);
});
