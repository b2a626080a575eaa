import assert from "node:assert/strict";
import { test } from "node:test";
import {
  categoryPresets,
  policyDefault,
  policyOf,
  presetOf,
  shopPolicyOf,
  validatePolicies,
  type PolicyBook,
  type PolicyField,
} from "./policy.ts";

test("[E11] the nearest level wins, field by field, and says where the number comes from", () => {
  const book: PolicyBook = {
    shop: { etaMinutes: 50, turnoverDays: 40, tier1Percent: 25 },
    categories: { 女装: { turnoverDays: 80, tier1Percent: 30 } },
    skus: { A: { tier1Percent: 15 } },
  };
  const rows: [category: string, sku: string, want: Record<string, [number, string]>][] = [
    [
      "女装",
      "A",
      {
        etaMinutes: [50, "shop"],
        turnoverDays: [80, "category"],
        tier1Percent: [15, "sku"],
        slowMoverDays: [45, "preset"],
        sellThroughPercent: [80, "default"],
      },
    ],
    ["女装", "B", { turnoverDays: [80, "category"], tier1Percent: [30, "category"] }],
    ["零食", "B", { turnoverDays: [40, "shop"], tier1Percent: [25, "shop"], slowMoverDays: [10, "preset"] }],
    ["", "A", { tier1Percent: [15, "sku"], slowMoverDays: [30, "default"] }],
    ["constructor", "toString", { tier1Percent: [25, "shop"] }],
  ];
  for (const [category, sku, want] of rows) {
    const { policy, from } = policyOf(book, category, sku);
    for (const [field, [value, source]] of Object.entries(want) as [PolicyField, [number, string]][])
      assert.deepEqual([policy[field], from[field]], [value, source], `${category} ${sku} ${field}`);
  }
  assert.equal(shopPolicyOf(book).etaMinutes, 50);
});

test("[E12] the defaults are the shop's numbers, and apparel turns slower and food faster", () => {
  const { etaMinutes, sellThroughPercent, activeRatePercent, turnoverDays, slowMoverDays, patrolMinutes } =
    policyDefault;
  assert.deepEqual(
    [etaMinutes, sellThroughPercent, activeRatePercent, turnoverDays, slowMoverDays, patrolMinutes],
    [60, 80, 30, 45, 30, 15],
  );
  assert.deepEqual(
    [policyDefault.tier1Percent, policyDefault.tier2Percent, policyDefault.tier3Percent],
    [20, 10, 5],
  );
  const none: PolicyBook = { shop: {}, categories: {}, skus: {} };
  const days = (category: string): number => policyOf(none, category, "X").policy.turnoverDays;
  assert.ok(days("女装/外套") > 45 && days("Apparel") > 45);
  assert.ok(days("休闲零食") < 45 && days("Fresh FOOD") < 45);
  assert.equal(days("图书"), 45);
  assert.equal(presetOf(""), null);
  for (const preset of categoryPresets) {
    const book: PolicyBook = { ...none, categories: { [preset.zh]: preset.part } };
    assert.deepEqual(
      validatePolicies(book, () => ""),
      [],
      `${preset.id} is a valid policy`,
    );
  }
});

test("[E12] a threshold that cannot be is named with its place and its range", () => {
  const rows: [book: Partial<PolicyBook>, want: string[]][] = [
    [{ shop: { etaMinutes: 0 } }, ["out_of_range shop.etaMinutes"]],
    [{ shop: { etaMinutes: 12.5 } }, ["out_of_range shop.etaMinutes"]],
    [{ shop: { patrolMinutes: 10, etaMinutes: 1, tier1Percent: 99 } }, []],
    [{ shop: { patrolMinutes: 20, etaMinutes: 1_440, tier3Percent: 1 } }, []],
    [{ shop: { patrolMinutes: 9 } }, ["out_of_range shop.patrolMinutes"]],
    [{ shop: { patrolMinutes: 21 } }, ["out_of_range shop.patrolMinutes"]],
    [{ shop: { nope: 1 } as never }, ["unknown_field shop.nope"]],
    [{ shop: { constructor: 1 } as never }, ["unknown_field shop.constructor"]],
    [{ categories: { 女装: { activeRatePercent: 20 } } }, ["shop_only categories.女装.activeRatePercent"]],
    [{ shop: { tier2Percent: 20 } }, ["tier_order shop.tier1Percent"]],
    // Valid alone, not below the shop's.
    [{ shop: { tier3Percent: 8 }, skus: { A: { tier2Percent: 8 } } }, ["tier_order skus.A.tier1Percent"]],
    [
      { categories: { 女装: { tier2Percent: 6 } }, skus: { A: { tier3Percent: 7 } } },
      ["tier_order skus.A.tier1Percent"],
    ],
  ];
  for (const [book, want] of rows) {
    const problems = validatePolicies({ shop: {}, categories: {}, skus: {}, ...book }, () => "女装");
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path}`),
      want,
    );
    for (const { zh, en } of problems) assert.doesNotMatch(zh + en, /[{}]/);
  }
});
