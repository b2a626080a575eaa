import assert from "node:assert/strict";
import { test } from "node:test";
import { clean, places } from "./places.testing.ts";
import { World, reserveOf } from "./world.testing.ts";

test("[R1] all lines or none, and a SKU is summed over the order first", () => {
  const world = new World();
  world.sku("A", 3);
  world.sku("B", 3);
  const refused = world.run(
    reserveOf("1", [
      ["A", 2],
      ["a ", 2],
    ]),
  );
  assert.deepEqual(refused, {
    code: "insufficient_stock",
    path: "lines[0]",
    sku: "A",
    requested: 4,
    sellable: 3,
  });
  assert.equal(
    world.run(
      reserveOf("2", [
        ["B", 1],
        ["A", 4],
      ]),
    ).code,
    "insufficient_stock",
  );
  assert.equal(places(world, "A") + places(world, "B"), "available 3available 3");
  assert.equal(
    world.run(
      reserveOf("3", [
        ["A", 2],
        ["B", 3],
      ]),
    ).code,
    "applied",
  );
  assert.equal(places(world, "A"), "available 1 held 2");
  clean(world);
});

test("[R2] strict selling leaves the buffer alone, observed selling may use it", () => {
  const world = new World();
  world.sku("A", 10, { bufferUnits: 4 });
  assert.equal(world.reserve("1", "A", 7).code, "insufficient_stock");
  assert.equal(world.reserve("2", "A", 6).code, "applied");
  assert.equal(world.observe("3", "A", 4).code, "applied");
  assert.equal(places(world, "A"), "held 6 committed 4");
  clean(world);
});

test("[R3] the larger of the two buffers counts", () => {
  const world = new World();
  world.sku("A", 100, { bufferUnits: 4, bufferPercent: 10 });
  const refused = world.reserve("1", "A", 91);
  assert.equal(refused.code === "insufficient_stock" && refused.sellable, 90);
  world.run({ type: "putSkus", items: [{ code: "A", bufferUnits: 30 }], ...world.by() });
  const again = world.reserve("2", "A", 71);
  assert.equal(again.code === "insufficient_stock" && again.sellable, 70);
});

test("[R4] the first refusal in the order of precedence is the answer", () => {
  const world = new World();
  const all = { selling: false, limitPerOrder: 1, presaleQuota: 0 };
  world.sku("A", 1, all);
  const ask = (id: string) =>
    world.run({
      ...reserveOf(id, []),
      lines: [
        { lineId: "1", sku: "A", quantity: 2 },
        { lineId: "2", sku: "A", quantity: 1, kind: "presale" },
      ],
    });
  const relax: [string, Record<string, unknown>][] = [
    ["selling_stopped", { selling: true }],
    ["purchase_limit", { limitPerOrder: null }],
    ["presale_quota", { presaleQuota: null }],
    ["insufficient_stock", {}],
  ];
  for (const [index, [code, change]] of relax.entries()) {
    assert.equal(ask(String(index)).code, code);
    world.run({ type: "putSkus", items: [{ code: "A", ...change }], ...world.by() });
  }
});

test("[R5] limits count over lines, orders and channels, without what was closed or has expired", () => {
  const world = new World();
  world.sku("A", 100, { limitPerOrder: 5, limitPerBuyer: 6, limitHours: 1 });
  const buyer = "hmac-1";
  assert.equal(
    world.run(
      reserveOf(
        "1",
        [
          ["A", 3],
          ["A", 3],
        ],
        { buyer },
      ),
    ).code,
    "purchase_limit",
  );
  assert.equal(world.reserve("2", "A", 4, { buyer }).code, "applied");
  const refused = world.reserve("3", "A", 3, { buyer, channel: "taobao" });
  assert.deepEqual(refused, {
    code: "purchase_limit",
    path: "lines[0]",
    sku: "A",
    scope: "buyer",
    limit: 6,
    already: 4,
    requested: 3,
  });
  assert.equal(world.reserve("4", "A", 3, { buyer: "hmac-2", channel: "taobao" }).code, "applied");
  world.run({ type: "cancel", channel: "douyin", orderId: "2", ...world.by() });
  assert.equal(world.reserve("5", "A", 5, { buyer }).code, "applied", "closed units do not count");
  world.now += 15 * 60_000;
  world.run({ type: "expire", channel: "douyin", orderId: "5", ...world.by() });
  assert.equal(
    world.reserve("6", "A", 5, { buyer, at: world.now }).code,
    "applied",
    "expired holds do not count",
  );
  world.now += 3_600_000;
  assert.equal(world.reserve("7", "A", 5, { buyer, at: world.now }).code, "applied", "the period is over");
  clean(world);
});

test("[R6] a repeated reservation answers the first result, and names the field that differs", () => {
  const world = new World();
  world.sku("A", 5);
  assert.equal(world.reserve("1", "A", 5).code, "applied");
  assert.equal(world.reserve("1", "A", 5).code, "duplicate");
  const other = world.reserve("1", "A", 4);
  assert.equal(other.code === "order_conflict" && other.field, "quantity");
  assert.equal(world.reserve("2", "A", 1).code, "insufficient_stock");
  world.receive("A", 10);
  const late = world.reserve("2", "A", 1);
  assert.equal(
    late.code === "duplicate" && late.first?.code,
    "insufficient_stock",
    "a refusal stays a refusal",
  );
  assert.equal(world.reserve("2", "A", 2).code, "key_conflict");
  assert.equal(places(world, "A"), "available 10 held 5");
});

test("[R7] presale takes no spot unit and stops at its quota", () => {
  const world = new World();
  world.sku("A", 2, { presaleQuota: 5 });
  const presale = (id: string, quantity: number) =>
    world.run({
      ...reserveOf(id, []),
      stage: "paid",
      lines: [{ lineId: "1", sku: "A", quantity, kind: "presale" }],
    });
  assert.equal(presale("1", 4).code, "applied");
  assert.equal(places(world, "A"), "available 2 presale 4");
  assert.deepEqual(presale("2", 2), {
    code: "presale_quota",
    path: "lines[0]",
    sku: "A",
    quota: 5,
    presold: 4,
    requested: 2,
  });
  clean(world);
});

test("[R8] a bundle takes each of its SKUs, gifts too, and its amount is shared to the last cent", () => {
  const world = new World();
  world.sku("A", 10, { price: 300 });
  world.sku("B", 10, { price: 100 });
  world.sku("G", 1);
  const parts = [
    { sku: "A", units: 1, gift: false },
    { sku: "B", units: 2, gift: false },
    { sku: "G", units: 1, gift: true },
  ];
  world.run({ type: "putListings", channel: "douyin", items: [{ listing: "set", parts }], ...world.by() });
  const buy = (orderId: string, quantity: number) =>
    world.run({
      ...reserveOf(orderId, []),
      stage: "paid",
      lines: [{ lineId: "1", listing: "set", quantity, amount: 1001 }],
    });
  assert.equal(buy("1", 2).code, "insufficient_stock", "the gift is part of it");
  const sold = buy("2", 1);
  assert.deepEqual(
    sold.code === "applied" && sold.lines?.map((line) => [line.sku, line.quantity, line.amount]),
    [
      ["A", 1, 601],
      ["B", 2, 400],
      ["G", 1, 0],
    ],
  );
  assert.equal(places(world, "B"), "available 8 committed 2");
  clean(world);
});
