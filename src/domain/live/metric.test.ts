import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  activeSkuRate,
  amountsOf,
  channelSplit,
  isSlowMover,
  leftAt,
  minutesObserved,
  sellOutEta,
  sellThrough,
  tierOf,
  turnoverDays,
} from "./metric.ts";
import { at, t0 } from "./live.testing.ts";
import { policyDefault } from "./policy.ts";

test("[E1] 500 units at 10 a minute over the last 30 minutes last 50 minutes", () => {
  assert.equal(sellOutEta(500, 300, 30), 50);
});

test("[E2] the plain ETA is sellable ÷ (units sold ÷ minutes observed), at most 30 of them", () => {
  const rows: [sellable: number, sold: number, observed: number, eta: number | null][] = [
    [500, 0, 30, null],
    [500, -2, 30, null],
    [0, 300, 30, 0],
    [-3, 300, 30, 0],
    [500, 100, 10, 50],
    [500, 300, 90, 50],
    [1, 3, 30, 10],
    [7, 3, 1, 7 / 3],
    [1_000_000_000, 1, 30, 30_000_000_000],
  ];
  for (const [sellable, sold, observed, eta] of rows)
    assert.equal(sellOutEta(sellable, sold, observed), eta, `${sellable} ${sold} ${observed}`);
  assert.deepEqual(
    [0, 0.2, 1, 12.5, 30, 31, 600].map((minutes) => minutesObserved(t0, at(minutes))),
    [1, 1, 1, 12.5, 30, 30, 30],
  );
  assert.equal(minutesObserved(t0, at(9), 5), 5);
});

test("[E3] sell-through, active-SKU rate, turnover days and slow movers are as defined", () => {
  assert.deepEqual(
    [sellThrough(4_302, 486), sellThrough(0, 10), sellThrough(10, 0), sellThrough(80, 20), sellThrough(0, 0)],
    [(100 * 4_302) / 4_788, 0, 100, 80, null],
  );
  assert.deepEqual(
    [activeSkuRate(3, 10), activeSkuRate(0, 10), activeSkuRate(0, 0), activeSkuRate(3, 2)],
    [30, 0, null, 100],
  );
  assert.equal(turnoverDays([900, 1_000, 1_100], [10, 20, 30]), 50);
  assert.equal(turnoverDays([900], [0]), null);
  assert.equal(turnoverDays([], []), null);
  assert.deepEqual(
    [isSlowMover(30, true, 30), isSlowMover(29, true, 30), isSlowMover(99, false, 30)],
    [true, false, false],
  );
  assert.deepEqual(
    [leftAt(600, 8, 60), leftAt(100, 8, 60), leftAt(100, -1, 60), leftAt(100, 8, -5)],
    [120, 0, 100, 100],
  );
});

test("[E4] exactly 20, 10 and 5 per cent of opening plus arrived count, and one unit more does not", () => {
  const rows: [remaining: number, opening: number, arrived: number, tier: number][] = [
    [201, 1_000, 0, 0],
    [200, 1_000, 0, 1],
    [101, 1_000, 0, 1],
    [100, 1_000, 0, 2],
    [51, 1_000, 0, 2],
    [50, 1_000, 0, 3],
    [0, 1_000, 0, 3],
    [200, 700, 300, 1],
    [200, 700, 299, 0],
    [0, 0, 0, 0],
    [10, 0, 0, 0],
    [1, 0, 5, 1],
  ];
  for (const [remaining, opening, arrived, tier] of rows)
    assert.equal(
      tierOf(remaining, opening, arrived, policyDefault),
      tier,
      `${remaining} of ${opening} + ${arrived}`,
    );
});

test("[E4] a tier's edge is exact for every stock up to a thousand million", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50_000_000 }), fc.constantFrom(20, 10, 5), (hundredth, percent) => {
      const base = hundredth * 20;
      const edge = (base * percent) / 100;
      const tier = { 20: 1, 10: 2, 5: 3 }[percent as 20];
      assert.equal(tierOf(edge, base, 0, policyDefault), tier);
      assert.equal(tierOf(edge + 1, base, 0, policyDefault) < tier, true);
    }),
  );
});

test("[E6] amounts and each channel's part sum to the whole", () => {
  assert.deepEqual(amountsOf({ soldAmount: 15_900, cancelledAmount: 900 }), {
    sold: 15_900,
    cancelled: 900,
    net: 15_000,
  });
  const split = channelSplit([
    { channel: "taobao", orders: 2, units: 24, amount: 2_400 },
    { channel: "douyin", orders: 9, units: 72, amount: 9_600 },
    { channel: "jd", orders: 1, units: 24, amount: 0 },
  ]);
  assert.deepEqual(
    split.map(({ channel, unitsPercent, amountPercent }) => [channel, unitsPercent, amountPercent]),
    [
      ["douyin", 60, 80],
      ["jd", 20, 0],
      ["taobao", 20, 20],
    ],
  );
  const nothing = channelSplit([{ channel: "douyin", orders: 0, units: 0, amount: 0 }]);
  assert.deepEqual([nothing[0]?.unitsPercent, nothing[0]?.amountPercent], [null, null]);
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 8 }), (units) => {
      const sums = units.map((one, index) => ({
        channel: `c${index}`,
        orders: 1,
        units: one,
        amount: one * 3,
      }));
      const total = channelSplit(sums).reduce((sum, { unitsPercent }) => sum + (unitsPercent ?? 0), 0);
      assert.ok(units.every((one) => one === 0) ? total === 0 : Math.abs(total - 100) < 1e-9);
    }),
  );
});
