import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { minuteMs } from "../live/time.ts";
import { addressKey, markAddress } from "./address.ts";
import { buyerLimits, heldOrders, mergeCases, stepCase, totalsOfCase, type OddCase } from "./case.ts";
import { crowdsOf } from "./crowd.ts";
import { findOdd } from "./detect.ts";
import { evidenceSheet, sayHit } from "./evidence.ts";
import type { OddOrder } from "./order.ts";
import { oddPolicyDefault, oddRules, ruleWords, validateOddPolicy, type OddRule } from "./policy.ts";
import { previewPolicy } from "./preview.ts";

const t0 = 1_794_398_400_000;
const by = { by: "运营", at: t0 };

function orderOf(orderId: string, more: Partial<OddOrder> & { units?: number; sku?: string } = {}): OddOrder {
  const { units = 1, sku = "A", ...rest } = more;
  return {
    channel: "douyin",
    orderId,
    buyer: `buyer ${orderId}`,
    phone: `phone ${orderId}`,
    address: `address ${orderId}`,
    addressMarks: [],
    buyerSince: 0,
    placedAt: t0,
    paidAt: t0 + minuteMs,
    givenUpAt: null,
    refundedAt: null,
    lines: [{ sku, units, amount: 100 * units, listAmount: 100 * units }],
    ...rest,
  };
}

/** Forty honest orders of one unit each. */
const calm = Array.from({ length: 40 }, (_, index) => orderOf(`n${index}`));

function rulesOf(orders: readonly OddOrder[], orderId: string): readonly OddRule[] {
  const finding = findOdd([...calm, ...orders], oddPolicyDefault).find(
    ({ order }) => order.orderId === orderId,
  );
  return finding?.hits.map(({ rule }) => rule) ?? [];
}

function many(count: number, of: (index: number) => Partial<OddOrder>): readonly OddOrder[] {
  return Array.from({ length: count }, (_, index) => orderOf(`x${index}`, of(index)));
}

void suite("odd orders", () => {
  const cases: readonly (readonly [string, readonly OddOrder[], readonly OddRule[]])[] = [
    ["an order like all others", many(1, () => ({})), []],
    ["as many units as the product's own orders never take", [orderOf("x0", { units: 5 })], ["bulk"]],
    ["one unit fewer", [orderOf("x0", { units: 4 })], []],
    [
      "four orders of one buyer within the hour",
      many(4, (i) => ({ buyer: "b", placedAt: t0 + i * 20 * minuteMs })),
      ["many_by_buyer"],
    ],
    [
      "four orders of one buyer over the evening",
      many(4, (i) => ({ buyer: "b", placedAt: t0 + i * 21 * minuteMs })),
      [],
    ],
    ["three orders of one buyer", many(3, () => ({ buyer: "b" })), []],
    ["four orders to one phone", many(4, () => ({ phone: "t" })), ["many_by_phone"]],
    ["five orders to one address", many(5, () => ({ address: "a" })), []],
    ["six orders to one address", many(6, () => ({ address: "a" })), ["many_by_address"]],
    [
      "four new buyers at one address",
      many(4, () => ({ address: "a", buyerSince: t0 - minuteMs })),
      ["new_buyers_burst"],
    ],
    [
      "one new buyer with four orders at one address",
      many(4, () => ({ address: "a", buyer: "b", buyerSince: t0 })),
      ["many_by_buyer"],
    ],
    [
      "four holds that were not paid",
      many(4, (i) => ({ buyer: "b", paidAt: null, givenUpAt: t0 + 1, placedAt: t0 + i * 61 * minuteMs })),
      ["hoarding"],
    ],
    [
      "holds of somebody who mostly pays",
      many(6, (i) => ({
        buyer: "b",
        placedAt: t0 + i * 61 * minuteMs,
        ...(i < 4 ? { paidAt: null, givenUpAt: t0 + 1 } : {}),
      })),
      [],
    ],
    [
      "three refunds of three orders",
      many(3, (i) => ({ buyer: "b", placedAt: t0 + i * 61 * minuteMs, refundedAt: t0 + 90 * minuteMs })),
      ["repeat_refund"],
    ],
    ["money back after ten minutes", many(1, () => ({ refundedAt: t0 + 11 * minuteMs })), ["quick_refund"]],
    ["money back after eleven", many(1, () => ({ refundedAt: t0 + 12 * minuteMs })), []],
    [
      "no address at all",
      many(1, () => ({ addressMarks: ["short", "impossible"] })),
      ["address_impossible", "address_short"],
    ],
    ["a forwarder's address", many(1, () => ({ addressMarks: ["forwarding"] })), ["address_forwarding"]],
    [
      "sold for a third of its price",
      many(1, () => ({ lines: [{ sku: "A", units: 1, amount: 30, listAmount: 100 }] })),
      ["price_error"],
    ],
    ["a gift", many(1, () => ({ lines: [{ sku: "A", units: 1, amount: null, listAmount: 100 }] })), []],
  ];
  for (const [what, orders, expected] of cases)
    test(`[OD1] ${what}`, () => assert.deepEqual(rulesOf(orders, "x0"), expected));

  test("[OD1] each rule says what it found in both languages, with no hole in the sentence", () => {
    const said = new Set<OddRule>();
    for (const [, orders] of cases)
      for (const { hits } of findOdd([...calm, ...orders], oddPolicyDefault))
        for (const hit of hits) {
          said.add(hit.rule);
          for (const language of ["zh", "en"] as const) assert.doesNotMatch(sayHit(hit, language), /[{}]/);
        }
    assert.deepEqual(
      oddRules.filter((rule) => !said.has(rule)),
      [],
    );
    assert.equal(Object.keys(ruleWords).length, oddRules.length);
  });

  test("[OD4] addresses are judged from their text, and one place in other spellings is one", () => {
    const rows: readonly (readonly [string, readonly string[]])[] = [
      ["文三路 138 号东方通信大厦 7 楼", []],
      ["三村12", ["short"]],
      ["啊啊啊啊啊啊啊啊", ["impossible"]],
      ["asdfghjkl 12 号", ["impossible"]],
      ["不要发货请退款谢谢", ["impossible"]],
      ["嘉禾望岗集运仓 A1234 号库", ["forwarding"]],
      ["12 Freight Road, Unit 5", ["forwarding"]],
      ["", ["short", "impossible"]],
    ];
    for (const [text, marks] of rows) assert.deepEqual(markAddress(text), marks, text);
    assert.equal(addressKey("浙江 杭州", "文三路１３８号， 7楼"), addressKey("浙江杭州", "文三路138号7楼"));
    assert.notEqual(addressKey("浙江", "杭州路1号"), addressKey("浙江杭州", "路1号"));
  });

  const scalpers = many(6, (i) => ({ address: "a", buyerSince: t0, placedAt: t0 + i * minuteMs, units: 2 }));
  const opened = (): OddCase => {
    const [one, ...more] = mergeCases([], findOdd([...calm, ...scalpers], oddPolicyDefault), t0);
    assert.ok(one !== undefined);
    assert.deepEqual(more, []);
    return one;
  };

  test("[OD5] odd orders that share a buyer, phone or address are one case; new ones join it; what was cleared stays cleared", () => {
    const one = opened();
    assert.deepEqual(totalsOfCase(one), {
      orders: 6,
      buyers: 6,
      units: 12,
      amount: 1_200,
      rules: ["many_by_address", "new_buyers_burst"],
    });
    const again = mergeCases([one], findOdd([...calm, ...scalpers], oddPolicyDefault), t0 + 1);
    assert.deepEqual(again, [one], "looking again changes nothing");
    const late = orderOf("x9", { address: "a", buyerSince: t0, placedAt: t0 + 7 * minuteMs });
    const [grown] = mergeCases([one], findOdd([...calm, ...scalpers, late], oddPolicyDefault), t0 + 1);
    assert.equal(grown?.orders.length, 7);
    const cleared = stepCase(one, { step: "clear", reason: "公司团购" }, by);
    assert.ok(cleared.ok);
    const after = mergeCases([cleared.case], findOdd([...calm, ...scalpers, late], oddPolicyDefault), t0 + 1);
    assert.deepEqual(
      after.map(({ state, orders }) => [state, orders.length]),
      [
        ["cleared", 6],
        ["open", 1],
      ],
    );
  });

  test("[OD6] a case is open until somebody clears or confirms it with a reason; buyers are capped or blocked only then", () => {
    const one = opened();
    const codeOf = (odd: OddCase, step: Parameters<typeof stepCase>[1]): string => {
      const outcome = stepCase(odd, step, by);
      return outcome.ok ? (outcome.repeated ? "repeated" : outcome.case.state) : outcome.code;
    };
    assert.equal(codeOf(one, { step: "confirm", reason: " " }), "reason_needed");
    assert.equal(codeOf(one, { step: "reopen", reason: "再看看" }), "not_decided");
    assert.equal(codeOf(one, { step: "act", action: "block" }), "not_confirmed");
    const held = stepCase(one, { step: "act", action: "hold" }, by);
    assert.ok(held.ok);
    assert.equal(heldOrders([held.case]).size, 6);
    const confirmed = stepCase(held.case, { step: "confirm", reason: "黄牛" }, by);
    assert.ok(confirmed.ok);
    assert.equal(codeOf(confirmed.case, { step: "confirm", reason: "黄牛" }), "repeated");
    assert.equal(codeOf(confirmed.case, { step: "clear", reason: "误判" }), "already_decided");
    assert.equal(codeOf(confirmed.case, { step: "act", action: "cap", units: -1 }), "units_range");
    const capped = stepCase(confirmed.case, { step: "act", action: "cap", units: 1 }, by);
    assert.ok(capped.ok);
    const blocked = stepCase(capped.case, { step: "act", action: "block" }, by);
    assert.ok(blocked.ok);
    assert.deepEqual(buyerLimits([blocked.case]).caps.get("buyer x0"), 1);
    assert.equal(buyerLimits([blocked.case]).blocked.size, 6);
    const reopened = stepCase(blocked.case, { step: "reopen", reason: "买家来申诉" }, by);
    assert.ok(reopened.ok);
    assert.equal(buyerLimits([reopened.case]).blocked.size, 0);
    const cleared = stepCase(reopened.case, { step: "clear", reason: "误判" }, by);
    assert.ok(cleared.ok);
    assert.equal(heldOrders([cleared.case]).size, 0);
    assert.equal(codeOf(cleared.case, { step: "act", action: "hold" }), "cleared");
  });

  test("[OD7] the evidence names people by numbers of the file alone", () => {
    const { headers, rows } = evidenceSheet(opened(), "zh");
    assert.equal(rows.length, 6);
    for (const row of rows) assert.equal(row.length, headers.length);
    const text = JSON.stringify(rows);
    assert.doesNotMatch(text, /buyer x|phone x|address/);
    assert.match(text, /"A1"/);
    assert.match(text, /6 个新买家/);
  });

  test("[OD8] a changed threshold is tried on history: what it finds more, what it loses, and against what was decided", () => {
    const orders = [...calm, ...scalpers];
    const strict = {
      ...oddPolicyDefault,
      thresholds: { ...oddPolicyDefault.thresholds, newBuyers: 7, manyByAddressOrders: 7 },
    };
    const confirmed = stepCase(opened(), { step: "confirm", reason: "黄牛" }, by);
    assert.ok(confirmed.ok);
    const preview = previewPolicy(orders, oddPolicyDefault, strict, [confirmed.case]);
    assert.deepEqual(
      [preview.oddBefore, preview.oddAfter, preview.lost.length, preview.found.length],
      [6, 0, 6, 0],
    );
    assert.equal(preview.judged?.before.recall, 1);
    assert.equal(preview.judged?.after.recall, 0);
    assert.deepEqual(validateOddPolicy(oddPolicyDefault), []);
    const [wrong] = validateOddPolicy({
      ...strict,
      thresholds: { ...strict.thresholds, hoardSharePercent: 101 },
    });
    assert.equal(wrong?.path, "thresholds.hoardSharePercent");
  });

  test("[OD1] a crowd has exactly the orders that some window counts among enough others", () => {
    const windowMs = 10;
    const list = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 60 }), buyer: fc.integer({ min: 1, max: 4 }) }),
      {
        maxLength: 25,
      },
    );
    fc.assert(
      fc.property(
        list,
        fc.integer({ min: 2, max: 5 }),
        fc.constantFrom("orders", "buyers"),
        (placed, least, countOf) => {
          const orders = placed
            .toSorted((a, b) => a.at - b.at)
            .map(({ at, buyer }, index) => orderOf(`${index}`, { placedAt: at, buyer: String(buyer) }));
          const found = crowdsOf(orders, windowMs, least, countOf).flatMap((crowd) => crowd.orders);
          const expected = orders.filter((order) =>
            orders.some(({ placedAt: from }) => {
              const window = orders.filter((one) => one.placedAt >= from && one.placedAt <= from + windowMs);
              const count =
                countOf === "orders" ? window.length : new Set(window.map(({ buyer }) => buyer)).size;
              return window.includes(order) && count >= least;
            }),
          );
          assert.deepEqual(found, expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
