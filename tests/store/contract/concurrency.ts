import assert from "node:assert/strict";
import { test } from "node:test";
import { reserveKey } from "../../../src/domain/reserve.ts";
import type { Store } from "../../../src/store/store.ts";
import { verify } from "../../../src/store/verify.ts";
import {
  codes,
  commitOne,
  dump,
  newShop,
  observe,
  pay,
  reserve,
  shopWithStock,
  startAt,
  stockCommands,
  stockOf,
  until,
  type Opened,
} from "../harness.ts";

const buyers = 40;

/** The store, and where there can be one a second store over the same data: commits go to them in turn. */
async function nodes({ store, openOther }: Opened): Promise<readonly Store[]> {
  return openOther === null ? [store] : [store, await openOther()];
}

export function concurrencyContract(opened: () => Opened): void {
  test("of many commits at once for the last piece exactly one wins", async () => {
    const stores = await nodes(opened());
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 1 });
    const outcomes = await Promise.all(
      Array.from({ length: buyers }, (_, index) => {
        const node = stores[index % stores.length] ?? store;
        return commitOne(node, shop, reserve(String(index), [["A", 1]]));
      }),
    );
    assert.equal(outcomes.filter((outcome) => outcome.code === "applied").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome.code === "insufficient_stock").length, buyers - 1);
    const stock = await stockOf(store, shop, "A");
    assert.deepEqual([stock.available, stock.held], [0, 1]);
    assert.equal((await verify(store, shop)).difference, null);
  });

  test("of many observed orders at once none is lost, and what no unit covers is owed", async () => {
    const stores = await nodes(opened());
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 15 });
    await Promise.all(
      Array.from({ length: buyers }, (_, index) => {
        const node = stores[index % stores.length] ?? store;
        return commitOne(node, shop, observe(String(index), [["A", 1]]));
      }),
    );
    const stock = await stockOf(store, shop, "A");
    assert.deepEqual([stock.available, stock.committed, stock.shortage], [0, 15, buyers - 15]);
    const { head, batches } = await dump(store, shop);
    assert.equal(batches.length, buyers + 1);
    assert.equal(batches.at(-1)?.lastSeq, head.seq);
    assert.equal((await verify(store, shop)).difference, null);
  });

  test("the same order sent to all at once is taken once", async () => {
    const stores = await nodes(opened());
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5 });
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        commitOne(stores[index % stores.length] ?? store, shop, reserve("1", [["A", 2]])),
      ),
    );
    assert.equal(outcomes.filter((outcome) => outcome.code === "applied").length, 1);
    assert.equal(outcomes.filter((outcome) => outcome.code === "duplicate").length, 9);
    assert.equal((await stockOf(store, shop, "A")).held, 2);
  });

  test("two shops are written at once and do not wait for each other's rows", async () => {
    const { store } = opened();
    const shops = await Promise.all([shopWithStock(store, { A: 20 }), shopWithStock(store, { A: 20 })]);
    await Promise.all(
      Array.from({ length: buyers }, (_, index) => {
        return commitOne(store, shops[index % 2] ?? 0, reserve(String(index), [["A", 1]]));
      }),
    );
    for (const shop of shops) {
      assert.equal((await stockOf(store, shop, "A")).held, 20);
      assert.equal((await verify(store, shop)).difference, null);
    }
  });

  test("a watcher is woken by a commit here, and no more once it has ended its watch", async () => {
    const { store } = opened();
    const shop = await newShop(store);
    let woken = 0;
    const unwatch = store.watch(shop, () => {
      woken += 1;
    });
    await store.commit(shop, stockCommands({ A: 1 }), startAt);
    await until(() => woken > 0, "woken by its own store");
    unwatch();
    const before = woken;
    await commitOne(store, shop, reserve("1", [["A", 1]]));
    assert.equal(woken, before);
  });

  test("a watcher is woken by a commit of another node", async (t) => {
    const { store, openOther } = opened();
    if (openOther === null) return t.skip("the data live in one process");
    const other = await openOther();
    const shop = await shopWithStock(store, { A: 1 });
    let woken = 0;
    const unwatch = store.watch(shop, () => {
      woken += 1;
    });
    try {
      // A watch that begins while the other commits may miss that one, so it is told again until it has heard.
      let order = 0;
      await until(async () => {
        await commitOne(other, shop, reserve(String((order += 1)), [["A", 1]]));
        await commitOne(other, shop, observe(String(order), [["A", 1]], { channel: "taobao" }));
        return woken > 0;
      }, "woken by the other node");
      assert.equal((await store.read.head(shop)).seq, (await other.read.head(shop)).seq);
    } finally {
      unwatch();
    }
  });

  test("a preview answers what a commit would, and writes nothing", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 3 });
    const before = await dump(store, shop);
    const preview = await store.openPreview(shop);
    try {
      assert.deepEqual(codes(await preview.commit([reserve("1", [["A", 2]])], startAt)), ["applied"]);
      // Later commands see earlier ones.
      const next = [reserve("2", [["A", 2]]), pay("1"), reserve("1", [["A", 2]])];
      assert.deepEqual(codes(await preview.commit(next, startAt)), [
        "insufficient_stock",
        "applied",
        "duplicate",
      ]);
      const broken = observe("broken", [], { lines: [{ lineId: "1", sku: "A", quantity: 1, shipped: 0.5 }] });
      await assert.rejects(preview.commit([reserve("3", [["A", 1]]), broken], startAt), {
        name: "InvariantError",
      });
      assert.deepEqual(codes(await preview.commit([reserve("3", [["A", 1]])], startAt)), ["applied"]);
      assert.equal((await preview.read.sku(shop, "a"))?.stocks[0]?.held, 1);
      assert.equal((await preview.read.sku(shop, "a"))?.stocks[0]?.committed, 2);
      assert.notEqual(await preview.read.record(shop, reserveKey({ channel: "douyin", orderId: "2" })), null);
      assert.deepEqual(await dump(store, shop), before);
      assert.equal(await store.read.record(shop, reserveKey({ channel: "douyin", orderId: "2" })), null);
    } finally {
      await preview.close();
      await preview.close();
    }
    assert.deepEqual(await dump(store, shop), before);
  });

  test("live commits go on beside previews, and none sees another", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 1 });
    const previews = [await store.openPreview(shop), await store.openPreview(shop)];
    try {
      assert.equal((await commitOne(store, shop, reserve("live", [["A", 1]]))).code, "applied");
      for (const preview of previews) {
        assert.deepEqual(codes(await preview.commit([reserve("1", [["A", 1]])], startAt)), ["applied"]);
        assert.deepEqual(codes(await preview.commit([pay("live")], startAt)), ["unknown_order"]);
      }
    } finally {
      for (const preview of previews) await preview.close();
    }
    assert.deepEqual(await store.read.order(shop, "douyin", "1"), []);
    assert.equal((await verify(store, shop)).difference, null);
  });
}
