import assert from "node:assert/strict";
import { test } from "node:test";
import type { PoliciesAnswer, PolicyFieldItem } from "../../../api/policies.ts";
import { inheritedOf, partOf, sectionsOf, withValue } from "./policies.ts";

const days: PolicyFieldItem = {
  field: "turnoverDays",
  zh: "周转",
  en: "Turnover",
  default: 45,
  least: 1,
  most: 3_650,
  scope: "sku",
};
const answer: PoliciesAnswer = {
  version: 0,
  book: { shop: {}, categories: {}, skus: {} },
  fields: [days],
  presets: [{ id: "food", zh: "食品", en: "Food", part: { turnoverDays: 20 } }],
  categories: [{ category: "零食", preset: "food" }],
};
const shop = { kind: "shop" } as const;
const category = { kind: "category", category: "零食" } as const;
const sku = { kind: "sku", sku: "A1", category: "零食" } as const;

test("what is not said at a level comes from the nearest one beyond it", () => {
  assert.deepEqual(inheritedOf(answer, days, shop), { value: 45, from: "default" });
  assert.deepEqual(inheritedOf(answer, days, category), { value: 20, from: "preset" });
  const withShop = { ...answer, book: withValue(answer.book, shop, "turnoverDays", 40) };
  assert.deepEqual(inheritedOf(withShop, days, category), { value: 40, from: "shop" });
  const both = { ...withShop, book: withValue(withShop.book, category, "turnoverDays", 15) };
  assert.deepEqual(inheritedOf(both, days, sku), { value: 15, from: "category" });
  assert.deepEqual(inheritedOf(both, days, category), { value: 40, from: "shop" });
});

test("a number that is taken out leaves no empty entry behind", () => {
  const book = withValue(answer.book, sku, "turnoverDays", 9);
  assert.deepEqual(partOf(book, sku), { turnoverDays: 9 });
  assert.deepEqual(withValue(book, sku, "turnoverDays", null), answer.book);
  // A category may be called like anything that every object has.
  assert.deepEqual(partOf(answer.book, { kind: "category", category: "constructor" }), {});
});

test("every field is shown once", () => {
  const fields = ["tier1Percent", "etaMinutes", "patrolMinutes"].map(
    (field) => ({ ...days, field }) as PolicyFieldItem,
  );
  const shown = sectionsOf(fields).flatMap(([, list]) => list.map((one) => one.field));
  assert.deepEqual(shown, ["tier1Percent", "etaMinutes", "patrolMinutes"]);
});
