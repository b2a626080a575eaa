import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, places } from "./places.testing.ts";
import { World } from "./world.testing.ts";

test("[O1][O2] an observed order is never refused for want of stock; the rest is backlog", () => {
  const world = new World();
  world.sku("A", 3, { bufferUnits: 2, limitPerOrder: 1 });
  const outcome = world.observe("1", "A", 5);
  assert.equal(outcome.code === "shortage" && outcome.shortage, 2);
  assert.equal(places(world, "A"), "committed 3 shortage 2");
  world.observe("2", "A", 4, { kind: "presale" });
  assert.equal(places(world, "A"), "committed 3 shortage 2 presale 4");
  clean(world);
});

test("[O3] duplicates and stale events move nothing", () => {
  const world = new World();
  world.sku("A", 5);
  world.observe("1", "A", 2, { updatedAt: 2_000, stage: "paid" });
  const seq = world.bench.seq;
  assert.equal(world.observe("1", "A", 2, { updatedAt: 2_000, stage: "paid" }).code, "duplicate");
  assert.equal(world.observe("1", "A", 2, { updatedAt: 1_000, stage: "created" }).code, "stale");
  assert.equal(world.bench.seq, seq);
});

test("[O4] a line keeps the parts that it was first seen with", () => {
  const world = new World();
  world.sku("A", 9);
  world.sku("B", 9);
  const map = (sku: string) =>
    world.run({
      type: "putListings",
      channel: "douyin",
      items: [{ listing: "x", parts: [{ sku, units: 2, gift: false }] }],
      ...world.by(),
    });
  map("A");
  world.observe("1", "", 1, { listing: "x", stage: "created", updatedAt: 1 });
  map("B");
  world.observe("1", "", 1, { listing: "x", stage: "paid", updatedAt: 2 });
  world.observe("2", "", 1, { listing: "x", stage: "paid", updatedAt: 2 });
  assert.equal(places(world, "A"), "available 7 committed 2");
  assert.equal(places(world, "B"), "available 7 committed 2");
});

test("[L3] a line holds when created or pending, commits when paid, and goes back", () => {
  const world = new World();
  world.sku("A", 5);
  const rows: [number, "created" | "pending" | "paid", string][] = [
    [1, "created", "available 3 held 2"],
    [2, "pending", "available 3 held 2"],
    [3, "paid", "available 3 committed 2"],
    [4, "pending", "available 3 held 2"],
  ];
  for (const [updatedAt, stage, after] of rows) {
    world.observe("1", "A", 2, { updatedAt, stage });
    assert.equal(places(world, "A"), after);
  }
  clean(world);
});

test("[L4] a refund moves nothing until it is done before shipping", () => {
  const world = new World();
  world.sku("A", 5);
  for (const [index, refund] of (["requested", "agreed", "refunding"] as const).entries()) {
    world.observe("1", "A", 2, { updatedAt: index + 1, refund });
    assert.equal(places(world, "A"), "available 3 committed 2");
  }
  world.observe("1", "A", 2, { updatedAt: 9, refund: "refunded" });
  assert.equal(places(world, "A"), "available 5");
  clean(world);
});

test("[L5] returns come back by inspection, never by money", () => {
  const world = new World();
  world.sku("A", 5);
  world.observe("1", "A", 3, { updatedAt: 1, shipped: 3 });
  world.observe("1", "A", 3, { updatedAt: 2, shipped: 3, refund: "refunded" });
  assert.equal(places(world, "A"), "available 2");
  world.observe("1", "A", 3, { updatedAt: 3, shipped: 3, returnedGood: 1, returnedBad: 2 });
  assert.equal(places(world, "A"), "available 3 quarantine 2");
  clean(world);
});

test("[L6] an unknown status keeps the units, holds on first sight, and says so", () => {
  const world = new World();
  world.sku("A", 5);
  assert.equal(world.observe("1", "A", 2, { updatedAt: 5, status: "风控中" }).code, "applied");
  assert.equal(places(world, "A"), "available 3 held 2");
  assert.equal(world.bench.outbox[0]?.topic, "unknown_status");
  world.observe("1", "A", 2, { updatedAt: 1, stage: "paid" });
  world.observe("1", "A", 2, { updatedAt: 9, status: "???" });
  assert.equal(places(world, "A"), "available 3 committed 2");
});

test("[L7] with deduction at payment an unpaid line holds nothing", () => {
  const world = new World();
  world.sku("A", 3, { deductAt: "payment" });
  assert.equal(world.reserve("1", "A", 3).code, "applied");
  assert.equal(world.reserve("2", "A", 3).code, "applied");
  assert.equal(places(world, "A"), "available 3");
  const pay = (orderId: string) => world.run({ type: "pay", channel: "douyin", orderId, ...world.by() });
  assert.equal(pay("2").code, "applied");
  assert.equal(pay("1").code, "insufficient_stock");
  assert.equal(places(world, "A"), "committed 3");
  clean(world);
});

test("[L8] what was sent is gone: free units, then other lines', unpaid first and latest first; the rest is owed", () => {
  const world = new World();
  world.sku("A", 6);
  world.observe("paid", "A", 3, { updatedAt: 1 });
  world.observe("unpaid", "A", 3, { updatedAt: 2, stage: "created" });
  world.observe("sent", "A", 4, { updatedAt: 3, shipped: 4 });
  assert.equal(places(world, "A"), "committed 2 shortage 4");
  world.observe("more", "A", 9, { updatedAt: 4, shipped: 9 });
  assert.equal(places(world, "A"), "shortage 13");
  world.receive("A", 8);
  assert.equal(
    places(world, "A"),
    "committed 1 shortage 5",
    "the seven that are gone first, then the oldest order",
  );
  clean(world);
});

test("[L9] an amount that comes late is taken once", () => {
  const world = new World();
  world.sku("A", 5);
  world.observe("1", "A", 1, { updatedAt: 1, stage: "created" });
  world.observe("1", "A", 1, { updatedAt: 2, stage: "paid", amount: 500 });
  world.observe("1", "A", 1, { updatedAt: 2, stage: "paid", amount: 700 });
  assert.equal(
    world.bench.sales.reduce((sum, sale) => sum + sale.soldAmount, 0),
    500,
  );
});
