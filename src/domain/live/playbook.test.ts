import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rankAlternates, rankPoints, reasonWords, type Candidate, type RankContext } from "./alternates.ts";
import {
  actionNames,
  hostTemplate,
  hostValues,
  hostWords,
  placeholders,
  playbooks,
  validateHostWords,
} from "./playbook.ts";
import { ruleNames, rules } from "./rule.ts";
import { fill, placeholdersOf } from "./words.ts";

test("[W10] every rule has its advice, its buttons and, where the audience should know, the host's words", () => {
  assert.deepEqual(Object.keys(playbooks).toSorted(), rules.toSorted());
  const used = new Set<string>();
  for (const rule of rules) {
    const { advice, actions, host } = playbooks[rule];
    assert.ok(actions.length > 0 && new Set(actions).size === actions.length, rule);
    for (const action of actions) used.add(action);
    for (const words of [advice, ruleNames[rule], ...(host === null ? [] : [host])]) {
      assert.match(words.zh, /\p{Script=Han}/u);
      assert.doesNotMatch(words.en, /\p{Script=Han}/u);
    }
    for (const template of [host?.zh ?? "", host?.en ?? ""])
      for (const name of placeholdersOf(template))
        assert.ok((placeholders as readonly string[]).includes(name), `${rule} {${name}}`);
    assert.deepEqual(validateHostWords({ [rule]: host ?? {} }), [], rule);
  }
  assert.deepEqual(
    Object.keys(actionNames).toSorted(),
    [...used].toSorted(),
    "every button belongs to a rule",
  );
});

test("[W10] words with a number that nobody knows are refused, never read out with a hole", () => {
  const values = hostValues({ evidence: { left: 30, minutes: 2.9 } }, "羊毛围巾", "加绒卫衣");
  assert.deepEqual(values, { product: "羊毛围巾", left: 30, minutes: 2, next: "加绒卫衣" });
  assert.deepEqual(hostWords("tier3", {}, "zh", values), {
    ok: true,
    text: "羊毛围巾还有最后 30 件，拍完就没有了，拍完我们看加绒卫衣",
  });
  assert.deepEqual(hostWords("tier3", {}, "en", { ...values, next: null }), { ok: false, missing: ["next"] });
  assert.deepEqual(hostWords("eta", {}, "zh", hostValues({ evidence: {} }, "A", null)), {
    ok: false,
    missing: ["minutes"],
  });
  assert.equal(hostWords("turnover", {}, "zh", values), null);
  assert.equal(hostValues({ evidence: { minutes: 0.4 } }, "A", null).minutes, 1);
  assert.deepEqual(fill("{constructor} {toString}", {}), { ok: false, missing: ["constructor", "toString"] });
  assert.deepEqual(fill("no names, {1} { left }", {}), { ok: true, text: "no names, {1} { left }" });
  // A product whose name looks like a placeholder, or like a replacement pattern, is left as it is.
  assert.deepEqual(fill("{product}!", { product: "$& {left}" }), { ok: true, text: "$& {left}!" });
});

test("[W10] a shop's own words take the place of the defaults, and unknown names in them are refused", () => {
  const own = { tier3: { zh: "最后 {left} 件！" }, turnover: { en: "Only today" }, tier1: { zh: "  " } };
  assert.equal(hostTemplate("tier3", own, "zh"), "最后 {left} 件！");
  assert.equal(hostTemplate("tier3", own, "en"), playbooks.tier3.host?.en);
  assert.equal(hostTemplate("turnover", own, "en"), "Only today");
  assert.equal(hostTemplate("turnover", own, "zh"), null);
  assert.equal(hostTemplate("tier1", own, "zh"), playbooks.tier1.host?.zh);
  assert.deepEqual(
    validateHostWords({ tier3: { zh: "{left} {price}", en: "x".repeat(121) } }).map(
      ({ code, path }) => `${code} ${path}`,
    ),
    ["unknown_placeholder tier3.zh", "too_long tier3.en"],
  );
});

const current = { sku: "NOW", category: "女装", price: 15_900 };
const context: RankContext = { planned: ["P1", "P2"], minutesNeeded: 10, expectedPerMinute: 20 };

function candidate(sku: string, more: Partial<Candidate> = {}): Candidate {
  return {
    sku,
    category: "配饰",
    price: 40_000,
    sellable: 10,
    selling: true,
    unitsPerMinute: 0,
    shown: true,
    minutesUntilSlot: 0,
    ...more,
  };
}

test("[W11] what has nothing to sell, is stopped or is on already is no alternate", () => {
  const ranked = rankAlternates(
    current,
    [
      candidate("NOW", { sellable: 999 }),
      candidate("OUT", { sellable: 0 }),
      candidate("STOPPED", { selling: false }),
      candidate("OK"),
    ],
    context,
  );
  assert.deepEqual(
    ranked.map((one) => one.sku),
    ["OK"],
  );
});

test("[W11] each reason speaks for an alternate by as much as it is worth, and is named with its number", () => {
  const rows: [Partial<Candidate>, code: keyof typeof rankPoints, points: number, value: number | null][] = [
    [{ sku: "P1" }, "planned", 20, 1],
    [{ sku: "P2" }, "planned", 10, 2],
    [{ sellable: 100, unitsPerMinute: 10 }, "stock", 25, 10],
    [{ sellable: 50, unitsPerMinute: 10 }, "stock", 13, 5],
    [{ price: 15_900 }, "price", 15, 0],
    [{ price: 14_310 }, "price", 14, 10],
    [{ category: "女装" }, "category", 15, null],
    [{ unitsPerMinute: 10, sellable: 1 }, "rate", 5, 10],
    [{ shown: false, sellable: 1 }, "fresh", 5, null],
    [{ minutesUntilSlot: 30 }, "margin", 5, 30],
    [{ minutesUntilSlot: null }, "margin", 10, null],
  ];
  for (const [change, code, points, value] of rows) {
    const [ranked] = rankAlternates(current, [candidate("X", change)], context);
    assert.deepEqual(
      ranked?.reasons.find((reason) => reason.code === code),
      { code, points, value },
      `${code} ${points}`,
    );
    assert.match(reasonWords[code].zh, /\p{Script=Han}/u);
  }
  assert.equal(
    Object.values(rankPoints).reduce((a, b) => a + b, 0),
    100,
  );
});

test("[W11] the best of all is the plan's, alike in price and kind, with enough stock and time", () => {
  const ranked = rankAlternates(
    current,
    [
      candidate("P2", {
        category: "女装",
        price: 16_900,
        sellable: 900,
        shown: false,
        minutesUntilSlot: null,
      }),
      candidate("P1", {
        category: "女装",
        price: 15_900,
        sellable: 900,
        unitsPerMinute: 20,
        shown: false,
        minutesUntilSlot: null,
      }),
      candidate("FEW", {
        category: "女装",
        price: 15_900,
        sellable: 3,
        shown: false,
        minutesUntilSlot: null,
      }),
      candidate("ODD", { sellable: 9_000 }),
    ],
    context,
  );
  assert.deepEqual(
    ranked.map(({ sku }) => sku),
    ["P1", "P2", "FEW", "ODD"],
  );
  assert.equal(ranked[0]?.score, 100);
});

test("[W11] the ranking does not depend on the order of the candidates, and scores are what their reasons sum to", () => {
  const one = fc.record({
    sku: fc.constantFrom("A", "B", "C", "D", "P1", "P2"),
    category: fc.constantFrom("女装", ""),
    price: fc.nat(50_000),
    sellable: fc.nat(1_000),
    selling: fc.boolean(),
    unitsPerMinute: fc.double({ min: 0, max: 50, noNaN: true }),
    shown: fc.boolean(),
    minutesUntilSlot: fc.option(fc.nat(120)),
  });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: (each) => each.sku, maxLength: 6 }), (candidates) => {
      const ranked = rankAlternates(current, candidates, context);
      assert.deepEqual(rankAlternates(current, candidates.toReversed(), context), ranked);
      for (const { score, reasons } of ranked) {
        assert.equal(
          score,
          reasons.reduce((sum, { points }) => sum + points, 0),
        );
        assert.ok(score >= 0 && score <= 100);
      }
    }),
  );
});
