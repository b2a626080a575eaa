import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { at, defaults, t0 } from "./live.testing.ts";
import {
  decideReview,
  isSampling,
  mayShip,
  nextSampling,
  orderKey,
  overdueReviews,
  sampleOrders,
  samplingOf,
  type Review,
  type ReviewAnswer,
  type Sampling,
} from "./review.ts";

const samplingDefault = samplingOf(defaults());

test("[V7] k, p and n are the shop's thresholds, and the floor is that of the order spike", () => {
  assert.deepEqual(samplingDefault, {
    spikePercent: 300,
    floorPerMinute: 30,
    samplePercent: 5,
    openMax: 20,
    answerMinutes: 15,
  });
  const shop = {
    reviewSpikePercent: 200,
    orderSpikeFloor: 10,
    reviewSamplePercent: 50,
    reviewOpenMax: 3,
    reviewAnswerMinutes: 4,
  };
  assert.deepEqual(samplingOf({ ...defaults(), ...shop }), {
    spikePercent: 200,
    floorPerMinute: 10,
    samplePercent: 50,
    openMax: 3,
    answerMinutes: 4,
  });
});

test("[V7] sampling begins at k × the expected orders a minute, and ends a fifth below", () => {
  const rows: [before: boolean, orders: number, expected: number | null, want: boolean][] = [
    [false, 299, 100, false],
    [false, 300, 100, true],
    [true, 240, 100, true],
    [true, 239, 100, false],
    [false, 29, 1, false],
    [false, 30, 1, true],
    [false, 9_999, null, false],
    [true, 9_999, null, false],
  ];
  for (const [before, orders, expected, want] of rows)
    assert.equal(
      isSampling(before, orders, expected, samplingDefault),
      want,
      `${before} ${orders} ${expected}`,
    );
});

test("[V7] what a person switched stays: the rule takes over when the orders have calmed down", () => {
  const rule = (on: boolean) => ({ on, by: "rule" }) as const;
  const hand = (on: boolean) => ({ on, by: "hand" }) as const;
  const rows: [before: Sampling, orders: number, expected: number | null, want: Sampling | null][] = [
    [rule(false), 299, 100, null],
    [rule(false), 300, 100, rule(true)],
    [rule(true), 240, 100, null],
    [rule(true), 239, 100, rule(false)],
    [hand(true), 0, 100, null],
    [hand(true), 300, 100, null],
    [hand(false), 300, 100, null],
    [hand(false), 240, 100, null],
    [hand(false), 239, 100, rule(false)],
    [hand(false), 0, null, null],
    [rule(true), 0, null, null],
  ];
  for (const [before, orders, expected, want] of rows)
    assert.deepEqual(nextSampling(before, orders, expected, samplingDefault), want, `${orders} ${expected}`);
});

/** Stands in for a keyed hash: the number that an order's id ends with, in hundredths, and half a one to be clear of the bounds. */
const byId = (key: string): number => (Number(/\d+$/.exec(key)?.[0] ?? 0) + 0.5) / 100;
const order = (id: number, channel = "douyin") => ({ channel, orderId: `o${id}` });

test("[V7] an order is taken by its hash, up to what may be open, and never twice", () => {
  const policy = { ...samplingDefault, samplePercent: 5, openMax: 3 };
  const orders = [order(7), order(4), order(5), order(0), order(4), order(1), order(2)];
  assert.deepEqual(sampleOrders(orders, new Set(), policy, byId), [order(4), order(0), order(1)]);
  assert.deepEqual(sampleOrders(orders, new Set([orderKey(order(4))]), policy, byId), [order(0), order(1)]);
  assert.deepEqual(sampleOrders(orders, new Set(["a", "b", "c"]), policy, byId), []);
  assert.deepEqual(sampleOrders(orders, new Set(), { ...policy, samplePercent: 0 }, byId), []);
  assert.deepEqual(sampleOrders([order(4), order(4, "taobao")], new Set(), policy, byId).length, 2);
});

test("[V7] with room for all, which orders are taken depends on nothing but their ids", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99), { maxLength: 60 }), fc.nat(100), (ids, samplePercent) => {
      const policy = { ...samplingDefault, samplePercent, openMax: 1_000 };
      const keys = (orders: readonly { channel: string; orderId: string }[]) =>
        orders.map(orderKey).toSorted();
      const orders = ids.map((id) => order(id));
      const taken = keys(sampleOrders(orders, new Set(), policy, byId));
      assert.deepEqual(keys(sampleOrders(orders.toReversed(), new Set(), policy, byId)), taken);
      assert.equal(taken.length, new Set(ids.filter((id) => id < samplePercent)).size);
      // Taken in two parts, the second knows what the first took.
      const first = sampleOrders(orders.slice(0, 20), new Set(), policy, byId);
      const second = sampleOrders(orders.slice(20), new Set(first.map(orderKey)), policy, byId);
      assert.deepEqual(keys([...first, ...second]), taken);
    }),
  );
});

const open: Review = {
  channel: "douyin",
  orderId: "o1",
  takenAt: t0,
  lines: [
    { lineId: "1", sku: "A", units: 2 },
    { lineId: "2", sku: "B", units: 1 },
  ],
  decided: null,
};
const by = { by: "小林", at: at(3) };

test("[V8] nothing of a reviewed order ships before a person, with the goods in hand, confirms it", () => {
  const rows: [ReviewAnswer, want: string, ships: boolean][] = [
    [{ decision: "confirmed", inHand: { 1: 2, 2: 1 } }, "ok", true],
    [{ decision: "confirmed", inHand: { 1: 1, 2: 1 } }, "units_missing", false],
    [{ decision: "confirmed", inHand: { 1: 2 } }, "units_missing", false],
    [{ decision: "refused", reason: "同一地址 14 单" }, "ok", false],
    [{ decision: "refused", reason: " " }, "reason_needed", false],
    [{ decision: "withdrawn" }, "ok", false],
  ];
  assert.equal(mayShip(open), false);
  for (const [answer, want, ships] of rows) {
    const outcome = decideReview(open, answer, by);
    assert.equal(outcome.ok ? "ok" : outcome.code, want, JSON.stringify(answer));
    assert.equal(outcome.ok && mayShip(outcome.review), ships);
    if (!outcome.ok) assert.match(outcome.words.zh, /\p{Script=Han}/u);
  }
});

test("[V8] a decision stands: the same again is a repetition, another one is refused", () => {
  const answer: ReviewAnswer = { decision: "confirmed", inHand: { 1: 2, 2: 1 } };
  const first = decideReview(open, answer, by);
  assert.ok(first.ok && !first.repeated);
  const again = decideReview(first.review, { decision: "confirmed", inHand: {} }, { by: "阿杰", at: at(9) });
  assert.deepEqual(again, { ok: true, review: first.review, repeated: true });
  for (const other of [{ decision: "refused", reason: "x" }, { decision: "withdrawn" }] as const) {
    const outcome = decideReview(first.review, other, by);
    assert.equal(!outcome.ok && outcome.code, "already_decided");
  }
});

test("[V8] what waits too long is told, the oldest first, and is never released by time", () => {
  const late = (orderId: string, minutes: number): Review => ({ ...open, orderId, takenAt: at(minutes) });
  const done: Review = { ...late("d", 0), decided: { decision: "withdrawn", ...by } };
  const waiting = [late("c", 16), late("b", 5), late("a", 5), late("z", 0), done];
  assert.deepEqual(
    overdueReviews(waiting, samplingDefault, at(20)).map((one) => one.orderId),
    ["z", "a", "b"],
  );
  assert.ok(waiting.every((review) => !mayShip(review)));
});
