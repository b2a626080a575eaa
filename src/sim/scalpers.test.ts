import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { findOdd, orderKeyOf } from "../domain/odd/detect.ts";
import type { OddOrder } from "../domain/odd/order.ts";
import { oddPolicyDefault } from "../domain/odd/policy.ts";
import { evaluateOdd, heldOutSeed } from "./odd-evaluation.ts";
import { broadcastOf, chanceOf } from "./scalpers.ts";

void suite("odd orders of simulated broadcasts", () => {
  test("[OD2] the order of the orders does not matter, and a rule with no points is off", () => {
    const { orders } = broadcastOf(3, 400);
    const keys = (list: readonly OddOrder[]): unknown =>
      findOdd(list, oddPolicyDefault).map(({ order, points, hits }) => [
        orderKeyOf(order),
        points,
        hits.length,
      ]);
    const chance = chanceOf(7);
    const mixed = orders.map((order) => ({ order, place: chance() })).toSorted((a, b) => a.place - b.place);
    assert.deepEqual(keys(mixed.map(({ order }) => order)), keys(orders));
    const off = { ...oddPolicyDefault, points: { ...oddPolicyDefault.points, bulk: 0 } };
    assert.ok(findOdd(orders, off).every(({ hits }) => hits.every(({ rule }) => rule !== "bulk")));
  });

  test("[OD3] planted scalpers are found on seeds that tuned nothing: precision and recall at least 0.9", () => {
    const { all, tactics, rules } = evaluateOdd({ firstSeed: heldOutSeed, seeds: 6 }, oddPolicyDefault);
    assert.ok((all.precision ?? 0) >= 0.9 && (all.recall ?? 0) >= 0.9, JSON.stringify(all));
    for (const { tactic, planted, found } of tactics)
      assert.ok(found >= 0.7 * planted, `${tactic}: ${found} of ${planted}`);
    // A rule that says little by itself (an address, a quick refund) is not right by itself either.
    const bulk = rules.find(({ rule }) => rule === "many_by_phone");
    assert.ok(bulk !== undefined && (bulk.precision ?? 0) >= 0.9, JSON.stringify(bulk));
  });

  test("[OD2] every hit has the numbers behind it and names the order among its own, whatever the broadcast", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (seed) => {
        for (const { order, hits, points } of findOdd(broadcastOf(seed, 150).orders, oddPolicyDefault)) {
          assert.equal(
            points,
            hits.reduce((sum, hit) => sum + hit.points, 0),
          );
          assert.equal(new Set(hits.map(({ rule }) => rule)).size, hits.length);
          for (const { related } of hits) assert.ok(related.length > 0 && order.orderId !== "");
        }
      }),
      { numRuns: 25 },
    );
  });
});
