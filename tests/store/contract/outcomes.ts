import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../../src/domain/command.ts";
import { outcomeCodes, type OutcomeCode } from "../../../src/domain/outcome.ts";
import { reserveKey } from "../../../src/domain/reserve.ts";
import { verify } from "../../../src/store/verify.ts";
import {
  actor,
  adjust,
  cancel,
  commitOne,
  expire,
  hourMs,
  newShop,
  observe,
  pay,
  receive,
  reserve,
  shopWithStock,
  skusCommand,
  startAt,
  stockOf,
  type Opened,
} from "../harness.ts";

/** What comes before, the command, and what it answers. Each row has a shop of its own: 5 of A, 3 of B. */
interface Row {
  readonly code: OutcomeCode;
  readonly name: string;
  readonly before?: readonly Command[];
  readonly command: Command;
  /** Fields of the outcome besides its code. */
  readonly says?: Readonly<Record<string, unknown>>;
}

const at = startAt;
const lines = [{ sku: "A", quantity: 1 }];

const rows: readonly Row[] = [
  { code: "applied", name: "a reservation that fits", command: reserve("1", [["A", 5]]) },
  {
    code: "shortage",
    name: "an observed order past the stock",
    command: observe("1", [["A", 7]]),
    says: { shortage: 2 },
  },
  {
    code: "unmatched",
    name: "a close that finds less than it names",
    before: [observe("1", [["A", 2]], { buyer: "b" })],
    command: {
      type: "closeMatching",
      actor,
      at,
      key: "c",
      channel: "douyin",
      buyer: "b",
      sku: "A",
      quantity: 3,
    },
    says: { closed: 2, unmatched: 1 },
  },
  {
    code: "duplicate",
    name: "the same order again",
    before: [reserve("1", [["A", 1]])],
    command: reserve("1", [["A", 1]]),
  },
  {
    code: "stale",
    name: "an event older than what is known",
    before: [observe("1", [["A", 1]], { updatedAt: at + 5 })],
    command: observe("1", [["A", 1]], { updatedAt: at + 2, stage: "created" }),
    says: { knownAt: at + 5 },
  },
  {
    code: "invalid_command",
    name: "a channel that sells from nowhere",
    command: { type: "putChannel", actor, at, channel: { channel: "x", warehouses: [] } },
    says: { path: "warehouses" },
  },
  {
    code: "key_conflict",
    name: "a key that meant something else",
    before: [receive({ key: "r", lines })],
    command: receive({ key: "r", lines: [{ sku: "A", quantity: 2 }] }),
    says: { field: "content" },
  },
  {
    code: "unknown_channel",
    name: "a channel that is not there",
    command: reserve("1", [["A", 1]], { channel: "x" }),
  },
  {
    code: "unknown_warehouse",
    name: "a warehouse that is not there",
    command: receive({ key: "r", warehouse: "x", lines }),
  },
  {
    code: "unknown_listing",
    name: "a listing without parts",
    command: reserve("1", [], { lines: [{ lineId: "1", listing: "L", quantity: 1 }] }),
    says: { listing: "L" },
  },
  {
    code: "unknown_sku",
    name: "a SKU that is not there",
    command: reserve("1", [["Z", 1]]),
    says: { sku: "Z" },
  },
  { code: "unknown_order", name: "paying an order that is not there", command: pay("1") },
  {
    code: "version_conflict",
    name: "a document that somebody else wrote",
    before: [{ type: "putDocument", actor, at, kind: "plan", id: "p", version: 0, body: { a: 1 } }],
    command: { type: "putDocument", actor, at, kind: "plan", id: "p", version: 0, body: { a: 2 } },
    says: { version: 1 },
  },
  {
    code: "order_conflict",
    name: "the same order with other content",
    before: [reserve("1", [["A", 1]])],
    command: reserve("1", [["A", 2]]),
    says: { field: "quantity" },
  },
  {
    code: "order_closed",
    name: "paying a cancelled order",
    before: [reserve("1", [["A", 1]]), cancel("1")],
    command: pay("1"),
  },
  {
    code: "already_shipped",
    name: "cancelling what was sent",
    before: [observe("1", [], { lines: [{ lineId: "1", sku: "A", quantity: 1, shipped: 1 }] })],
    command: cancel("1"),
    says: { shipped: 1 },
  },
  {
    code: "selling_stopped",
    name: "a SKU that was stopped",
    before: [skusCommand([{ code: "A", selling: false }])],
    command: reserve("1", [["A", 1]]),
  },
  {
    code: "hold_expired",
    name: "paying when the hold ran out and the units are gone",
    before: [reserve("1", [["A", 5]]), expire("1", at + hourMs), reserve("2", [["A", 5]])],
    command: pay("1", { at: at + hourMs }),
    says: { sku: "A" },
  },
  {
    code: "purchase_limit",
    name: "one more than a buyer may have",
    before: [skusCommand([{ code: "A", limitPerBuyer: 2 }]), reserve("1", [["A", 2]], { buyer: "b" })],
    command: reserve("2", [["A", 1]], { buyer: "b" }),
    says: { scope: "buyer", limit: 2, already: 2, requested: 1 },
  },
  {
    code: "presale_quota",
    name: "one more than may be presold",
    before: [skusCommand([{ code: "A", presaleQuota: 1 }])],
    command: reserve("1", [], { lines: [{ lineId: "1", sku: "A", quantity: 2, kind: "presale" }] }),
    says: { quota: 1, presold: 0, requested: 2 },
  },
  {
    code: "insufficient_stock",
    name: "one more than is sellable",
    before: [skusCommand([{ code: "A", bufferUnits: 2 }])],
    command: reserve("1", [["A", 4]]),
    says: { sku: "A", requested: 4, sellable: 3 },
  },
  {
    code: "insufficient_units",
    name: "writing off more than is free",
    before: [reserve("1", [["A", 4]])],
    command: adjust({ key: "w", sku: "A", quantity: 2 }),
    says: { place: "available", requested: 2, present: 1 },
  },
];

export function outcomesContract(opened: () => Opened): void {
  test("there is a row for every outcome", () => {
    assert.deepEqual(new Set(rows.map((row) => row.code)), new Set(outcomeCodes));
  });

  for (const { code, name, before = [], command, says = {} } of rows) {
    test(`${code}: ${name}`, async () => {
      const { store } = opened();
      const shop = await shopWithStock(store, { A: 5, B: 3 });
      if (before.length > 0) await store.commit(shop, before, at);
      const outcome = await commitOne(store, shop, command);
      assert.equal(outcome.code, code);
      for (const [field, value] of Object.entries(says)) {
        assert.deepEqual((outcome as unknown as Record<string, unknown>)[field], value, field);
      }
      assert.equal((await verify(store, shop)).difference, null);
    });

    test(`${code}: ${name}, in one batch with what came before`, async () => {
      const { store } = opened();
      const shop = await shopWithStock(store, { A: 5, B: 3 });
      const outcomes = await store.commit(shop, [...before, command], at);
      assert.equal(outcomes.at(-1)?.code, code);
      assert.equal((await verify(store, shop)).difference, null);
    });
  }

  test("two lines of 2 do not pass against 3, in one order or in one batch", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5, B: 3 });
    const twice = reserve("1", [
      ["B", 2],
      ["B", 2],
    ]);
    assert.equal((await commitOne(store, shop, twice)).code, "insufficient_stock");
    const outcomes = await store.commit(shop, [reserve("2", [["B", 2]]), reserve("3", [["B", 2]])], at);
    assert.deepEqual(
      outcomes.map((outcome) => outcome.code),
      ["applied", "insufficient_stock"],
    );
    assert.equal((await stockOf(store, shop, "B")).held, 2);
  });

  test("an order is taken whole or not at all", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5, B: 3 });
    const tooMuch = reserve("1", [
      ["A", 5],
      ["B", 4],
    ]);
    assert.equal((await commitOne(store, shop, tooMuch)).code, "insufficient_stock");
    assert.equal((await stockOf(store, shop, "A")).held, 0);
    assert.deepEqual(await store.read.order(shop, "douyin", "1"), []);
  });

  test("a refusal is remembered: the same command answers the same, whatever arrived since", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5 });
    const command = reserve("1", [["A", 6]]);
    const refused = await commitOne(store, shop, command);
    await commitOne(store, shop, receive({ key: "more", lines: [{ sku: "A", quantity: 10 }] }));
    const again = await commitOne(store, shop, command);
    assert.deepEqual(again, { code: "duplicate", first: refused });
    const record = await store.read.record(shop, reserveKey({ channel: "douyin", orderId: "1" }));
    assert.deepEqual(JSON.parse(record?.outcome ?? "null"), refused);
  });

  test("an empty batch answers nothing and writes nothing", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    assert.deepEqual(await store.commit(shop, [], at), []);
    assert.equal((await store.read.head(shop)).seq, 0);
  });

  test("a shop that is not there is an error", async () => {
    const { store } = opened();
    const missing = { name: "UnknownShop" };
    await assert.rejects(store.commit(987_654, [], at), missing);
    await assert.rejects(store.read.head(987_654), missing);
    await assert.rejects(store.updateShop(987_654, { name: "x" }), missing);
    await assert.rejects(store.openPreview(987_654), missing);
    await assert.rejects(store.read.audit(987_654), missing);
  });

  test("a shop's settings are changed one by one", async () => {
    const { store } = opened();
    const shop = await newShop(store, "一号店");
    const changed = await store.updateShop(shop, { name: "二号店", dayCutHour: 0 });
    const expected = {
      shop,
      name: "二号店",
      timeZone: "Asia/Shanghai",
      dayCutHour: 0,
      currency: "CNY",
      createdAt: startAt,
    };
    assert.deepEqual(changed, expected);
    assert.deepEqual(
      (await store.shops()).find((one) => one.shop === shop),
      expected,
    );
    assert.deepEqual(await store.read.warehouses(shop), [{ warehouse: "main", name: "主仓" }]);
  });
}
