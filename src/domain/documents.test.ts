import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, places } from "./places.testing.ts";
import { World } from "./world.testing.ts";

test("[D1][D4][D5] receipts reach a shelf; putting away moves no balance; a named shelf must have the units", () => {
  const world = new World();
  world.sku("A");
  world.receive("A", 5, { bin: "A-1", lot: "L1" });
  world.receive("A", 2, { quality: "bad" });
  assert.equal(places(world, "A"), "available 5 quarantine 2");
  world.observe("1", "A", 4);
  assert.equal(world.adjust("put_away", "A", 5, { bin: "A-1", toBin: "B-2" }).code, "applied");
  assert.equal(places(world, "A"), "available 1 committed 4 quarantine 2");
  const none = world.adjust("write_off", "A", 1, { bin: "A-1" });
  assert.deepEqual(none, {
    code: "insufficient_units",
    path: "quantity",
    sku: "A",
    place: "shelf",
    requested: 1,
    present: 0,
  });
  world.observe("1", "A", 4, { updatedAt: 2_000_000, shipped: 4 });
  assert.equal(world.bench.entries.at(-1)?.fromBin, "B-2");
  clean(world);
});

test("[D2] deliberate movements take free units only", () => {
  const rows: [string, Record<string, unknown>, string][] = [
    ["write_off", {}, "available 3 quarantine 4 loaned 4"],
    ["quarantine", {}, "available 3 quarantine 6 loaned 4"],
    ["supplier_return", {}, "available 3 quarantine 4 loaned 4"],
    ["supplier_return", { quality: "bad" }, "available 5 quarantine 2 loaned 4"],
    ["release", {}, "available 7 quarantine 2 loaned 4"],
    ["destroy", {}, "available 5 quarantine 2 loaned 4"],
    ["loan", {}, "available 3 quarantine 4 loaned 6"],
    ["loan_return", {}, "available 7 quarantine 4 loaned 2"],
    ["loan_return_bad", {}, "available 5 quarantine 6 loaned 2"],
    ["loan_lost", {}, "available 5 quarantine 4 loaned 2"],
  ];
  for (const [action, more, after] of rows) {
    const world = new World();
    world.sku("A", 14);
    world.observe("1", "A", 1);
    world.adjust("quarantine", "A", 4);
    world.adjust("loan", "A", 4);
    assert.equal(world.adjust(action, "A", 2, more).code, "applied");
    assert.equal(places(world, "A").replace(" committed 1", ""), after, action);
    assert.equal(world.adjust(action, "A", 9, more).code, "insufficient_units", action);
    clean(world);
  }
});

test("[D3] a counted loss takes promised units too, and whoever gives way is owed", () => {
  const world = new World();
  world.sku("A", 5);
  world.observe("1", "A", 3, { updatedAt: 1 });
  world.observe("2", "A", 1, { updatedAt: 2, stage: "created" });
  assert.equal(world.adjust("count_loss", "A", 3).code, "applied");
  assert.equal(places(world, "A"), "committed 2 shortage 2");
  assert.equal(world.adjust("count_loss", "A", 3).code, "insufficient_units");
  clean(world);
});

test("[K1][K2] a key answers once and for ever, a refusal too", () => {
  const world = new World();
  world.sku("A");
  assert.equal(world.receive("A", 5, { key: "k1" }).code, "applied");
  assert.equal(world.receive("A", 5, { key: "k1" }).code, "duplicate");
  assert.equal(world.receive("A", 6, { key: "k1" }).code, "key_conflict");
  assert.equal(world.adjust("write_off", "A", 9, { key: "k2" }).code, "insufficient_units");
  world.receive("A", 9, { key: "k3" });
  const again = world.adjust("write_off", "A", 9, { key: "k2" });
  assert.equal(again.code === "duplicate" && again.first?.code, "insufficient_units");
  assert.equal(places(world, "A"), "available 14");
});

test("[K3] a document is written only over the version that was read", () => {
  const world = new World();
  const put = (version: number, body: unknown) =>
    world.run({ type: "putDocument", kind: "profile", id: "p", version, body, ...world.by() });
  assert.deepEqual(put(0, { a: 1 }), { code: "applied", seq: world.bench.seq, version: 1 });
  assert.equal(put(0, { a: 2 }).code, "version_conflict");
  assert.equal(put(0, { a: 1 }).code, "duplicate");
  assert.equal(put(1, { a: 2 }).code, "applied");
});

test("[C1][C2][C3] one SKU whatever its spelling; a change names what it changes and is in the history", () => {
  const world = new World();
  world.sku(" ８５１２３ａ", 0, { name: "烛台" });
  const before = world.bench.seq;
  assert.equal(
    world.run({ type: "putSkus", items: [{ code: "85123A", price: 100 }], ...world.by() }).code,
    "duplicate",
  );
  assert.equal(
    world.run({ type: "putSkus", items: [{ code: "85123a", bufferUnits: 2 }], ...world.by() }).code,
    "applied",
  );
  const sku = world.bench.sku("85123A");
  assert.deepEqual([sku?.code, sku?.name, sku?.bufferUnits], ["８５１２３ａ", "烛台", 2]);
  const note = world.bench.entries.at(-1);
  assert.deepEqual([world.bench.seq - before, note?.reason, note?.quantity], [1, "policy", 0]);
});

test("[C4] a listing with one SKU twice is that SKU with the sum of its units", () => {
  const world = new World();
  world.sku("A", 9);
  const parts = [
    { sku: "a", units: 1, gift: false },
    { sku: "A", units: 1, gift: true },
  ];
  world.run({ type: "putListings", channel: "douyin", items: [{ listing: "1+1", parts }], ...world.by() });
  world.observe("1", "", 3, { listing: "1+1" });
  assert.equal(places(world, "A"), "available 3 committed 6");
});
