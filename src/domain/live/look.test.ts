import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activity } from "./activity.ts";
import { emptySession, foldAll } from "./fold.ts";
import { at, planOf, slotOf, t0 } from "./live.testing.ts";
import { lookAtPlan, lookAtSession, lookAtSku, observedOf, timesNow, type SkuBooks } from "./look.ts";
import { minuteOf, SalesWindow } from "./window.ts";

function liveSince(minute: number, pointer?: readonly [slot: string, minute: number]) {
  const base = { session: "s1", actor: "小林" };
  const log = [
    {
      ...base,
      seq: 1,
      at: at(minute),
      kind: "life",
      body: { step: "go_live", from: "draft", to: "live", reason: "x" },
    },
    ...(pointer === undefined
      ? []
      : [{ ...base, seq: 2, at: at(pointer[1]), kind: "pointer", body: { slot: pointer[0], by: "tap" } }]),
  ] as Activity[];
  return foldAll("s1", log);
}

function sell(sales: SalesWindow, sku: string, minute: number, sold: number): void {
  const day = minuteOf(t0) + minute;
  sales.add(
    sku,
    { minute: day, orders: sold, ordered: sold, sold, soldAmount: 0, cancelledAmount: 0 },
    at(Math.max(minute, 0)),
  );
}

function booksOf(sku: string, more: Partial<SkuBooks> = {}): SkuBooks {
  return {
    sku,
    sellable: 500,
    heldUnpaid: 0,
    shortage: 0,
    opening: 800,
    arrived: 0,
    turnoverDays: null,
    ...more,
  };
}

test("[E1] a product with 500 units left that sold 10 a minute for 30 minutes shows 50 minutes", () => {
  const sales = new SalesWindow();
  for (let minute = 0; minute < 30; minute += 1) sell(sales, "A", minute, 10);
  const look = { plan: planOf(), state: liveSince(0), sales, now: at(30) };
  const now = lookAtSku(look, booksOf("A"));
  assert.deepEqual(
    [now.etaMinutes, now.unitsPerMinute, now.recentPerMinute, now.sold, now.peak10, now.last10],
    [50, 10, 10, 300, 100, 100],
  );
});

test("[E2] sales are observed since the session went live, or since the first of them that is counted", () => {
  const sales = new SalesWindow();
  sell(sales, "A", 0, 300);
  sell(sales, "B", 29, 60);
  sell(sales, "C", 24, 60);
  const at29 = { plan: planOf(), state: liveSince(27), sales, now: at(29.5) };
  const observed = (sku: string): number => observedOf(at29, sku, 30);
  assert.deepEqual([observed("B"), observed("A"), observed("C"), observed("NONE")], [2.5, 30, 6, 2.5]);
  assert.equal(lookAtSku(at29, booksOf("A")).etaMinutes, 50);
});

test("[N4] the current slot counts down, and the coming one is where the run-of-show now has it", () => {
  const sales = new SalesWindow();
  sell(sales, "A", 2, 100);
  sell(sales, "A", 5, 60);
  sell(sales, "A", 6, 30);
  const slots = [slotOf("1", "A", { target: 300 }), slotOf("2", "B"), slotOf("3", "A", { target: 50 })];
  const plan = planOf({ slots });
  const look = { plan, state: liveSince(0, ["1", 5]), sales, now: at(7) };
  const a = lookAtSku(look, booksOf("A"));
  assert.deepEqual(a.current, { slot: "1", target: 300, minutesLeft: 8, sold: 90 });
  assert.deepEqual(a.coming, { slot: "3", target: 50, minutesLeft: 18, sold: 0 });
  // Since it is on: 90 in two minutes, whatever sold before.
  assert.equal(a.recentPerMinute, 45);
  const b = lookAtSku(look, booksOf("B"));
  assert.deepEqual([b.current, b.coming?.minutesLeft], [null, 8]);
  const over = lookAtSku({ ...look, now: at(40) }, booksOf("B"));
  assert.equal(over.coming?.minutesLeft, 0, "the slot that is on runs over");
  // Nothing is on yet: by the plan's own times, without those that are past.
  const before = { ...look, state: liveSince(0) };
  assert.deepEqual(
    timesNow({ ...before, now: at(12) }).map((time) => time.slot),
    ["2", "3"],
  );
  assert.equal(lookAtSku({ ...before, now: at(-10) }, booksOf("B")).coming?.minutesLeft, 20);
  // The slot that is on was taken out of the plan.
  const gone = { ...look, state: liveSince(0, ["9", 5]) };
  assert.equal(lookAtSku(gone, booksOf("A")).current, null);
});

test("[E3] the session's active-SKU rate and orders a minute are counted over its own products", () => {
  const sales = new SalesWindow();
  const all = { sales: new SalesWindow(), key: "" };
  sell(sales, "A", 50, 5);
  sell(sales, "B", 10, 5);
  sell(sales, "FOREIGN", 50, 5);
  sell(all.sales, "", 59, 120);
  sell(all.sales, "", 58, 999);
  const look = { plan: planOf(), state: liveSince(0), sales, now: at(60) };
  const books = new Map(["A", "B"].map((sku) => [sku, booksOf(sku)]));
  assert.deepEqual(lookAtSession(look, books, all, 30, 40), {
    minutesLive: 60,
    skusWithSale: 1,
    skusInStock: 2,
    ordersPerMinute: 120,
    expectedOrdersPerMinute: 40,
  });
  assert.equal(lookAtSession({ ...look, state: emptySession("s1") }, books, all, 30, null).minutesLive, 0);
  assert.deepEqual(
    lookAtPlan(look, books).map((one) => one.sku),
    ["A", "B"],
    "C is unknown to the books",
  );
});
