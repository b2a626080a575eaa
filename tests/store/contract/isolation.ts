import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ShopId, Store } from "../../../src/store/store.ts";
import { verify } from "../../../src/store/verify.ts";
import {
  adjust,
  cancel,
  dump,
  expire,
  hourMs,
  observe,
  pay,
  receive,
  reserve,
  startAt,
  type Opened,
} from "../harness.ts";
import { richShop } from "../rich-shop.ts";

/** Stands in every text of the other shop. */
const mark = "别家的秘密";
const all = { soldSince: 0, limit: 1_000 };

/** Two shops with the same ids everywhere, but for the mark in one of them. */
export function isolationContract(opened: () => Opened): void {
  let shop: ShopId;
  let other: ShopId;

  before(async () => {
    shop = await richShop(opened().store);
    other = await richShop(opened().store, mark);
  });

  test("[I10] no read of one shop returns a byte of another's", async () => {
    const { store } = opened();
    for (const [name, read] of Object.entries(everyRead)) {
      const own = JSON.stringify(await read(store, shop));
      assert(!own.includes(mark), `${name} of one shop shows the other's`);
    }
    // The mark is in what can be read of the other shop: the reads above would have shown it.
    const shown = await Promise.all(Object.values(everyRead).map((read) => read(store, other)));
    assert(shown.filter((answer) => JSON.stringify(answer).includes(mark)).length > 10);
  });

  test("[I10] asking one shop for what only the other has finds nothing", async () => {
    const { read, work } = opened().store;
    assert.deepEqual((await read.stock(shop, { ...all, search: mark })).items, []);
    assert.deepEqual((await read.stock(shop, { ...all, category: `数码${mark}` })).items, []);
    assert.deepEqual((await read.listings(shop, { search: mark, limit: 10 })).items, []);
    assert.deepEqual(await read.sales(shop, { from: 0, to: startAt * 2, session: `s1${mark}` }), []);
    assert.equal(await read.document(shop, "plan", `p1${mark}`), null);
    assert.equal(await read.record(shop, `presale${mark}`), null);
    assert.notEqual(await read.record(other, `presale${mark}`), null);
    assert((await work.expired(other, startAt * 2, 100)).length > 0);
  });

  test("[I10] whatever is done in one shop, not a row of the other changes", async () => {
    const { store } = opened();
    const before_ = await dump(store, shop);
    const channels = await store.read.channels(shop);
    const at = startAt + 9 * hourMs;
    await store.commit(
      other,
      [
        reserve("69410001", [["AB-1", 1]], { at }),
        reserve("new", [["AB-1", 1]], { at }),
        observe("T-2", [["GH7", 9]], { channel: "taobao", at, updatedAt: at }),
        pay("69410004", { at }),
        cancel("69410005", { at }),
        expire("T-4", at, "taobao"),
        receive({ key: "opening", lines: [{ sku: "AB-1", quantity: 1 }], at }),
        receive({ key: "gh7", lines: [{ sku: "GH7", quantity: 50, bin: "Z" }], at }),
        adjust({ key: "x", sku: "AB-1", quantity: 1, at }),
        { type: "putChannel", actor: "x", at, channel: { channel: "douyin", name: "x", active: false } },
      ],
      at,
    );
    await store.work.takeOutbox(other, at, 1_000, 100);
    assert.deepEqual(await dump(store, shop), before_);
    assert.deepEqual(await store.read.channels(shop), channels);
    const due = await store.work.takeOutbox(shop, at, 1_000, 100);
    assert(due.length > 0);
    assert(!JSON.stringify(due).includes(mark));
    for (const one of [shop, other]) assert.equal((await verify(store, one)).difference, null);
  });
}

const everyRead: Readonly<Record<string, (store: Store, shop: ShopId) => Promise<unknown>>> = {
  head: ({ read }, shop) => read.head(shop),
  stock: ({ read }, shop) => read.stock(shop, all),
  "stock search": ({ read }, shop) => read.stock(shop, { ...all, search: "耳机" }),
  "stock category": ({ read }, shop) => read.stock(shop, { ...all, category: "数码" }),
  stockTotals: ({ read }, shop) => read.stockTotals(shop, 0),
  changesSince: ({ read }, shop) => read.changesSince(shop, 0, 0, 1_000),
  sku: ({ read }, shop) => read.sku(shop, "AB-1"),
  holders: ({ read }, shop) => read.holders(shop, "AB-1", 1_000),
  journal: ({ read }, shop) => read.journal(shop, { limit: 1_000 }),
  "journal of a SKU": ({ read }, shop) => read.journal(shop, { sku: "AB-1", limit: 1_000 }),
  "journal of an order": ({ read }, shop) => read.journal(shop, { orderId: "T-1", limit: 1_000 }),
  order: ({ read }, shop) => read.order(shop, "douyin", "69410001"),
  orders: ({ read }, shop) => read.orders(shop, { limit: 1_000 }),
  "orders search": ({ read }, shop) => read.orders(shop, { search: "694", limit: 1_000 }),
  "orders of a SKU": ({ read }, shop) => read.orders(shop, { sku: "AB-1", limit: 1_000 }),
  "orders refund": ({ read }, shop) => read.orders(shop, { state: "refund", limit: 1_000 }),
  sales: ({ read }, shop) => read.sales(shop, { from: 0, to: startAt * 2 }),
  "sales of a SKU": ({ read }, shop) => read.sales(shop, { from: 0, to: startAt * 2, sku: "AB-1" }),
  channels: ({ read }, shop) => read.channels(shop),
  warehouses: ({ read }, shop) => read.warehouses(shop),
  categories: ({ read }, shop) => read.categories(shop),
  listings: ({ read }, shop) => read.listings(shop, { limit: 1_000 }),
  "listings of a SKU": ({ read }, shop) => read.listings(shop, { sku: "AB-1", limit: 1_000 }),
  documents: ({ read }, shop) => read.documents(shop, "plan"),
  document: ({ read }, shop) => read.document(shop, "profile", "p1"),
  record: ({ read }, shop) => read.record(shop, "opening"),
  activities: ({ activities }, shop) => activities.since(shop, "s1", 0, 1_000),
  "heads of sessions": async ({ activities }, shop) => [...(await activities.heads(shop))],
  samples: ({ activities }, shop) =>
    activities.samples(shop, { rooms: ["r1"], from: 0, to: startAt * 2, limit: 1_000 }),
  papers: ({ workEvents }, shop) => workEvents.since(shop, "count", "c1", 0, 1_000),
  photo: ({ photos }, shop) => photos.get(shop, "p1"),
  "traits of SKUs": async ({ read }, shop) => [...(await read.skuTraits(shop))],
  "orders' sides": ({ orderSides }, shop) => orderSides.of(shop, "douyin", ["s1"]),
  "heads of papers": async ({ workEvents }, shop) => [...(await workEvents.heads(shop, "count"))],
  deliveries: ({ deliveries }, shop) => deliveries.list(shop, { limit: 1_000 }),
  days: ({ days }, shop) => days.heads(shop, { limit: 1_000 }),
  "a day": ({ days }, shop) => days.head(shop, "2026-01-05"),
  "closings of days": ({ days }, shop) => days.closings(shop),
  "rows of a day": ({ days }, shop) => days.rows(shop, "2026-01-05"),
  "latest rows": ({ days }, shop) => days.latest(shop, "2026-01-05"),
  "figures of days": ({ days }, shop) => days.columns(shop, { from: "2026-01-05", to: "2026-01-05" }),
  "sold on a day": ({ days }, shop) => days.sold(shop, { from: 0, to: startAt * 2 }),
  audit: (store, shop) => dump(store, shop),
  preview: async (store, shop) => {
    const preview = await store.openPreview(shop);
    try {
      return await preview.commit(
        [pay("69410004"), observe("T-1", [["AB-1", 20]], { channel: "taobao" })],
        startAt,
      );
    } finally {
      await preview.close();
    }
  },
  expired: ({ work }, shop) => work.expired(shop, startAt * 2, 1_000),
  "a repeated order": (store, shop) => store.commit(shop, [reserve("69410001", [["AB-1", 2]])], startAt),
};
