import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cancel,
  commitOne,
  expire,
  hourMs,
  minuteMs,
  newShop,
  observe,
  pay,
  reserve,
  shopWithStock,
  skusCommand,
  startAt,
  stockOf,
  type Opened,
} from "../harness.ts";

const at = startAt;

export function workContract(opened: () => Opened): void {
  test("a lease has one owner, who may renew it; it passes on when it ran out or was given back", async () => {
    const { store } = opened();
    const [shop, otherShop] = [await newShop(store), await newShop(store)];
    const { work } = store;
    assert.equal(await work.lease(shop, "expiry", "node-1", 1_000, at), true);
    assert.equal(await work.lease(shop, "expiry", "node-2", 1_000, at + 999), false);
    assert.equal(await work.lease(shop, "expiry", "node-1", 1_000, at + 999), true);
    assert.equal(await work.lease(shop, "expiry", "node-2", 1_000, at + 1_500), false);
    assert.equal(await work.lease(shop, "expiry", "node-2", 1_000, at + 1_999), true);
    assert.equal(await work.lease(shop, "outbox", "node-1", 1_000, at), true);
    assert.equal(await work.lease(otherShop, "expiry", "node-1", 1_000, at + 1_999), true);
    await work.release(shop, "expiry", "node-1");
    assert.equal(await work.lease(shop, "expiry", "node-1", 1_000, at + 2_000), false);
    await work.release(shop, "expiry", "node-2");
    assert.equal(await work.lease(shop, "expiry", "node-1", 1_000, at + 2_000), true);
  });

  test("of many nodes that ask for a lease at once one gets it", async () => {
    const { store, openOther } = opened();
    const shop = await newShop(store);
    const other = openOther === null ? store : await openOther();
    const asked = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? store : other).work.lease(shop, "job", `node-${index}`, 1_000, at),
    );
    assert.equal((await Promise.all(asked)).filter(Boolean).length, 1);
  });

  test("expired gives the orders whose unpaid hold ran out, earliest first", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 50, B: 50 });
    const until = (minutes: number): number => at + minutes * minuteMs;
    await store.commit(
      shop,
      [
        reserve("late", [["A", 1]], { expiresAt: until(9) }),
        // Two lines, one order.
        reserve(
          "early",
          [
            ["A", 1],
            ["B", 1],
          ],
          { expiresAt: until(2) },
        ),
        reserve("same time", [["A", 1]], { expiresAt: until(2) }),
        reserve("paid", [["A", 1]], { expiresAt: until(1) }),
        reserve("cancelled", [["A", 1]], { expiresAt: until(1) }),
        reserve("pending", [["A", 1]], { stage: "pending", expiresAt: until(1) }),
        reserve("no limit", [["A", 1]], { expiresAt: null }),
        observe("seen", [["A", 1]], { channel: "taobao", stage: "created", expiresAt: until(3) }),
        pay("paid"),
        cancel("cancelled"),
      ],
      at,
    );
    const { work } = store;
    const order = (orderId: string, channel = "douyin") => ({ channel, orderId });
    assert.deepEqual(await work.expired(shop, until(2) - 1, 10), []);
    assert.deepEqual(await work.expired(shop, until(2), 10), [order("early"), order("same time")]);
    const all = [order("early"), order("same time"), order("seen", "taobao"), order("late")];
    assert.deepEqual(await work.expired(shop, until(60), 10), all);
    assert.deepEqual(await work.expired(shop, until(60), 2), all.slice(0, 2));
    await store.commit(shop, [expire("early", until(60)), expire("seen", until(60), "taobao")], until(60));
    assert.deepEqual(await work.expired(shop, until(60), 10), [order("same time"), order("late")]);
  });

  test("an unpaid line that holds nothing still runs out", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5 });
    await store.commit(
      shop,
      [skusCommand([{ code: "A", deductAt: "payment" }]), reserve("1", [["A", 2]])],
      at,
    );
    assert.equal((await stockOf(store, shop, "A")).held, 0);
    assert.deepEqual(await store.work.expired(shop, at + hourMs, 10), [{ channel: "douyin", orderId: "1" }]);
    await commitOne(store, shop, expire("1", at + hourMs));
    assert.deepEqual(await store.work.expired(shop, at + hourMs, 10), []);
  });

  test("an outbox message is written with what caused it, taken, hidden, due again, and settled", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5 });
    const strange = (orderId: string) =>
      observe(orderId, [["A", 1]], { stage: undefined, status: "ON_THE_MOON", updatedAt: at });
    await store.commit(shop, [strange("1"), strange("2")], at);
    await store.commit(shop, [strange("3")], at + 1);
    const { work } = store;

    assert.deepEqual(await work.takeOutbox(shop, at - 1, 1_000, 10), []);
    const first = await work.takeOutbox(shop, at + 1, 1_000, 2);
    assert.deepEqual(first, [
      {
        id: 1,
        topic: "unknown_status",
        key: "douyin:1",
        payload: { channel: "douyin", orderId: "1", status: "ON_THE_MOON" },
        createdAt: at,
        attempts: 1,
      },
      {
        id: 2,
        topic: "unknown_status",
        key: "douyin:2",
        payload: { channel: "douyin", orderId: "2", status: "ON_THE_MOON" },
        createdAt: at,
        attempts: 1,
      },
    ]);
    assert.deepEqual(
      (await work.takeOutbox(shop, at + 1, 1_000, 10)).map((one) => one.id),
      [3],
    );
    await work.settleOutbox(shop, 1, { delivered: true });
    await work.settleOutbox(shop, 2, { delivered: false, retryAt: at + 5_000, error: "HTTP 500" });
    await work.settleOutbox(shop, 3, { delivered: false, error: "HTTP 410" });

    // Hidden until its time; what was delivered or given up never comes again.
    assert.deepEqual(await work.takeOutbox(shop, at + 4_999, 1_000, 10), []);
    const again = await work.takeOutbox(shop, at + 5_000, 1_000, 10);
    assert.deepEqual(
      again.map((one) => [one.id, one.attempts]),
      [[2, 2]],
    );
    // Not settled at all: due again when it was hidden long enough.
    assert.deepEqual(await work.takeOutbox(shop, at + 5_999, 1_000, 10), []);
    assert.deepEqual(
      (await work.takeOutbox(shop, at + 6_000, 1_000, 10)).map((one) => one.attempts),
      [3],
    );
    await work.settleOutbox(shop, 2, { delivered: true });
    await work.settleOutbox(shop, 99, { delivered: true });

    // Numbers go on where they were.
    await store.commit(shop, [strange("4")], at + 9_000);
    assert.deepEqual(
      (await work.takeOutbox(shop, at + 9_000, 1_000, 10)).map((one) => one.id),
      [4],
    );
  });

  test("of many nodes that take messages at once each message goes to one", async () => {
    const { store, openOther } = opened();
    const shop = await shopWithStock(store, { A: 50 });
    const other = openOther === null ? store : await openOther();
    const events = Array.from({ length: 30 }, (_, index) =>
      observe(String(index), [["A", 1]], { stage: undefined, status: "?" }),
    );
    await store.commit(shop, events, at);
    const taken = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 === 0 ? store : other).work.takeOutbox(shop, at, 1_000, 4),
      ),
    );
    const ids = taken.flat().map((one) => one.id);
    assert.equal(new Set(ids).size, ids.length);
    // Whoever came too late may have found fewer: the rest is still due.
    const rest = await store.work.takeOutbox(shop, at, 1_000, 100);
    assert.equal(ids.length + rest.length, 30);
  });
}
