import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "./limits.ts";
import { observeOf, reserveOf, World } from "./world.testing.ts";

test("[O5] a known line named with another SKU is a conflict, and moves nothing", () => {
  const world = new World();
  world.sku("A", 5);
  world.sku("B", 5);
  assert.equal(world.observe("1", "A", 2).code, "applied");
  const refused = world.observe("1", "B", 3, { updatedAt: 2_000_000 });
  assert.deepEqual(refused, { code: "order_conflict", path: "lines[0].sku", field: "sku" });
  assert.equal(world.stock("A").committed, 2);
  assert.equal(world.stock("B").committed, 0);
  // One line id may stand for several SKUs, as long as the event that brings it names them all.
  const both = observeOf("2", "A", 1);
  const lines = [
    { lineId: "1", sku: "A", quantity: 1 },
    { lineId: "1", sku: "B", quantity: 2 },
  ];
  assert.equal(world.run({ ...both, lines }).code, "applied");
  const later = [{ lineId: "1", sku: "B", quantity: 2, shipped: 2 }];
  assert.equal(world.run({ ...both, updatedAt: 2_000_000, lines: later }).code, "applied");
  assert.equal(world.stock("A").committed, 3);
  assert.equal(world.stock("B").customer, 2);
  assert.equal(world.verify(), null);
});

test("[O5] the same line twice in one order is refused, as a bundle too", () => {
  const world = new World();
  world.sku("A", 5);
  const twice = [
    { lineId: "1", sku: "A", quantity: 1 },
    { lineId: "1", sku: " a", quantity: 1 },
  ];
  for (const command of [
    { ...reserveOf("1", []), lines: twice },
    { ...observeOf("1", "A", 1), lines: twice },
  ]) {
    const outcome = world.run(command);
    assert.equal(outcome.code, "invalid_command");
    assert.equal("path" in outcome && outcome.path, "lines[1].lineId");
  }
  const parts = [{ sku: "A", units: 1, gift: false }];
  world.run({ type: "putListings", channel: "douyin", items: [{ listing: "L", parts }], ...world.by() });
  const bundle = [
    { lineId: "1", sku: "A", quantity: 1 },
    { lineId: "1", listing: "L", quantity: 1 },
  ];
  assert.equal(world.run({ ...reserveOf("1", []), lines: bundle }).code, "invalid_command");
  assert.equal(world.stock("A").available, 5);
});

test("[O5] a quantity is whole and above 0 in every command", () => {
  const world = new World();
  world.sku("A", 5);
  for (const quantity of [0, -1, 1.5, Number.NaN, limits.quantityMax + 1]) {
    assert.equal(world.reserve("1", "A", quantity).code, "invalid_command");
    assert.equal(world.observe("1", "A", quantity).code, "invalid_command");
    assert.equal(world.receive("A", quantity, { key: `r${quantity}` }).code, "invalid_command");
    assert.equal(world.adjust("write_off", "A", quantity).code, "invalid_command");
    const close = {
      type: "closeMatching",
      key: `c${quantity}`,
      channel: "douyin",
      buyer: "b",
      sku: "A",
    } as const;
    assert.equal(world.run({ ...close, quantity, ...world.by() }).code, "invalid_command");
  }
  assert.equal(world.stock("A").available, 5);
});
