import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, places } from "./places.testing.ts";
import { World, observeOf, reserveOf } from "./world.testing.ts";

test("[B1] units that come free cover waiting lines at once, oldest order first", () => {
  const world = new World();
  world.sku("A", 2);
  world.observe("first", "A", 2, { updatedAt: 1 });
  world.observe("third", "A", 2, { updatedAt: 3 });
  world.observe("second", "A", 2, { updatedAt: 2 });
  const covered = (orderId: string) =>
    world.bench.orderLines("douyin", orderId)[0]?.covers.reduce((sum, one) => sum + one.units, 0);
  world.receive("A", 1);
  assert.deepEqual([covered("second"), covered("third")], [1, 0]);
  world.run({ type: "cancel", channel: "douyin", orderId: "first", ...world.by() });
  assert.deepEqual([covered("second"), covered("third")], [2, 1]);
  world.adjust("count_gain", "A", 3);
  assert.equal(places(world, "A"), "available 2 committed 4");
  clean(world);
});

test("[B2] a partly covered line gives up its backlog first", () => {
  const world = new World();
  world.sku("A", 6);
  world.observe("1", "A", 10, { updatedAt: 1 });
  world.observe("1", "A", 10, { updatedAt: 2, closed: 3 });
  assert.equal(places(world, "A"), "committed 6 shortage 1");
  world.observe("1", "A", 10, { updatedAt: 3, closed: 5 });
  assert.equal(places(world, "A"), "available 1 committed 5");
  clean(world);
});

test("[B3] presale lines are covered only by goods that arrive for presale", () => {
  const world = new World();
  world.sku("A", 5);
  world.observe("1", "A", 4, { updatedAt: 1, kind: "presale" });
  world.observe("2", "A", 4, { updatedAt: 2, kind: "presale" });
  world.receive("A", 3);
  assert.equal(places(world, "A"), "available 8 presale 8");
  world.receive("A", 6, { presale: true });
  assert.equal(places(world, "A"), "available 8 committed 6 presale 2");
  world.receive("A", 6, { presale: true });
  assert.equal(places(world, "A"), "available 12 committed 8");
  clean(world);
});

test("[B4] a line is covered from the first warehouse that has it whole, else split in order", () => {
  const world = new World();
  world.run({ type: "putWarehouse", warehouse: "east", name: "East", ...world.by() });
  world.run({
    type: "putChannel",
    channel: { channel: "douyin", warehouses: ["main", "east"] },
    ...world.by(),
  });
  world.sku("A", 3);
  world.receive("A", 5, { warehouse: "east" });
  world.observe("1", "A", 4, { updatedAt: 1 });
  assert.deepEqual(world.bench.orderLines("douyin", "1")[0]?.covers, [{ warehouse: "east", units: 4 }]);
  world.observe("2", "A", 4, { updatedAt: 2 });
  assert.deepEqual(world.bench.orderLines("douyin", "2")[0]?.covers, [
    { warehouse: "main", units: 3 },
    { warehouse: "east", units: 1 },
  ]);
  world.observe("3", "A", 2, { updatedAt: 3, channel: "taobao" });
  world.receive("A", 1, { warehouse: "east" });
  assert.equal(world.stock("A", "east").available, 1, "taobao does not sell from there");
  world.receive("A", 1, { warehouse: "main" });
  assert.equal(world.stock("A", "main").shortage, 1);
  clean(world);
});

test("[P1][P4] pay once, cancel what was not sent", () => {
  const world = new World();
  world.sku("A", 5);
  world.reserve("1", "A", 3);
  const pay = () => world.run({ type: "pay", channel: "douyin", orderId: "1", ...world.by() });
  assert.equal(pay().code, "applied");
  assert.equal(pay().code, "duplicate");
  assert.equal(places(world, "A"), "available 2 committed 3");
  world.observe("1", "A", 3, { updatedAt: world.now + 1, shipped: 1 });
  const cancel = () => world.run({ type: "cancel", channel: "douyin", orderId: "1", ...world.by() });
  assert.equal(cancel().code, "applied");
  assert.equal(cancel().code, "duplicate");
  assert.equal(places(world, "A"), "available 4");
  world.observe("2", "A", 1, { shipped: 1 });
  const sent = world.run({ type: "cancel", channel: "douyin", orderId: "2", ...world.by() });
  assert.deepEqual(sent, { code: "already_shipped", path: "orderId", shipped: 1 });
  assert.equal(
    world.run({ type: "pay", channel: "douyin", orderId: "none", ...world.by() }).code,
    "unknown_order",
  );
  clean(world);
});

test("[P2][P3] an unpaid hold ends on time; paying late needs a unit that is still there", () => {
  const world = new World();
  world.sku("A", 5);
  world.reserve("1", "A", 5, { expiresAt: world.now + 10 });
  world.observe("2", "A", 1, { stage: "pending" });
  const expire = (orderId: string, at: number) =>
    world.run({ type: "expire", channel: "douyin", orderId, actor: "job", at });
  assert.equal(expire("1", world.now + 9).code, "duplicate");
  assert.equal(expire("2", world.now + 9_999_999).code, "duplicate", "a pending one never ends by itself");
  assert.equal(places(world, "A"), "held 5 shortage 1");
  assert.equal(expire("1", world.now + 10).code, "applied");
  assert.equal(places(world, "A"), "available 4 held 1");
  const pay = () =>
    world.run({ type: "pay", channel: "douyin", orderId: "1", actor: "test", at: world.now + 20 });
  assert.equal(pay().code, "hold_expired");
  assert.equal(places(world, "A"), "available 4 held 1");
  world.receive("A", 1);
  assert.equal(pay().code, "applied");
  assert.equal(places(world, "A"), "held 1 committed 5");
  clean(world);
});

test("[P5] a close by buyer and SKU takes the latest open line first and says what was unmatched", () => {
  const world = new World();
  world.sku("A", 10);
  const buyer = "b";
  world.observe("9", "A", 3, { buyer, updatedAt: 1 });
  world.observe("10", "A", 2, { buyer, updatedAt: 1 });
  const close = (key: string, quantity: number, who: string | null = buyer) =>
    world.run({
      type: "closeMatching",
      key,
      channel: "douyin",
      buyer: who,
      sku: "a",
      quantity,
      ...world.by(),
    });
  assert.deepEqual(close("c1", 3), { code: "applied", seq: world.bench.seq, closed: 3 });
  assert.deepEqual(
    ["9", "10"].map((id) => world.bench.orderLines("douyin", id)[0]?.closed),
    [1, 2],
  );
  assert.equal(close("c1", 3).code, "duplicate");
  assert.deepEqual(close("c2", 5), { code: "unmatched", seq: world.bench.seq, closed: 2, unmatched: 3 });
  assert.deepEqual(close("c3", 1, null), {
    code: "unmatched",
    seq: world.bench.seq,
    closed: 0,
    unmatched: 1,
  });
  assert.equal(places(world, "A"), "available 10");
  clean(world);
});

test("[T1] the second command of a batch sees what the first took", () => {
  const world = new World();
  world.sku("A", 3);
  const outcomes = world.runAll([
    reserveOf("1", [["A", 2]]),
    reserveOf("2", [["A", 2]]),
    observeOf("3", "A", 2),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.code),
    ["applied", "insufficient_stock", "shortage"],
  );
  assert.equal(places(world, "A"), "held 2 committed 1 shortage 1");
  clean(world);
});
