import assert from "node:assert/strict";
import { before, test } from "node:test";
import { reserveKey } from "../../../src/domain/reserve.ts";
import { MemoryStore } from "../../../src/store/memory/store.ts";
import {
  stockFilters,
  stockSorts,
  type OrderQuery,
  type Page,
  type Reads,
  type ShopId,
  type StockQuery,
} from "../../../src/store/store.ts";
import {
  commitOne,
  hourMs,
  minuteMs,
  observe,
  receive,
  reserve,
  shopWithStock,
  skusCommand,
  startAt,
  type Opened,
} from "../harness.ts";
import { richShop } from "../rich-shop.ts";

const soldSince = startAt + 2 * hourMs;
const skus = ["AB-1", "ab-2", "cd3", "DE 4", "EF5", "FG6", "GH7"];

/** The same shop in the store and in the model: every read of one must answer what the other answers. */
export function readsContract(opened: () => Opened): void {
  let shop: ShopId;
  let modelShop: ShopId;
  const model = new MemoryStore();

  before(async () => {
    shop = await richShop(opened().store);
    modelShop = await richShop(model);
  });

  const same = async <T>(read: (reads: Reads, shop: ShopId) => Promise<T>, what: string): Promise<T> => {
    const answer = await read(opened().store.read, shop);
    assert.deepEqual(answer, await read(model.read, modelShop), what);
    return answer;
  };

  test("stock: every filter in every order, page by page, as the model has it", async () => {
    for (const filter of stockFilters) {
      for (const sort of stockSorts) {
        for (const descending of [false, true]) {
          const query: StockQuery = { filter, sort, descending, soldSince, limit: 2 };
          const read = async (reads: Reads, of: ShopId) =>
            everyPage((cursor) => reads.stock(of, { ...query, cursor }));
          const items = await same(read, `${filter} by ${sort}`);
          const whole = await opened().store.read.stock(shop, { ...query, limit: 1_000 });
          assert.deepEqual(whole, { items, next: null });
        }
      }
    }
  });

  test("stock: where nobody asks what was sold, nothing is, and the rest is the same", async () => {
    const of = (since: number | null) =>
      same((reads, own) => reads.stock(own, { soldSince: since, limit: 1_000 }), `since ${since}`);
    const [asked, unasked] = [await of(0), await of(null)];
    assert.ok(asked.items.some(({ sold }) => sold > 0));
    assert.deepEqual(
      unasked.items,
      asked.items.map((item) => ({ ...item, sold: 0 })),
    );
  });

  test("stock: found by part of a code, name, barcode or bin, whatever the width and case", async () => {
    const found = async (search: string, more: Partial<StockQuery> = {}): Promise<string[]> => {
      const query = { search, soldSince, limit: 100, ...more };
      const { items } = await same((reads, of) => reads.stock(of, query), search);
      return items.map((item) => item.sku);
    };
    assert.deepEqual(await found("AB"), ["AB-1", "AB-2"]);
    assert.deepEqual(await found("ａｂ－１"), ["AB-1"]);
    assert.deepEqual(await found("cd"), ["CD3"]);
    assert.deepEqual(await found("蓝牙耳机 pro"), ["AB-1"]);
    assert.deepEqual(await found("1234567"), ["AB-1"]);
    assert.deepEqual(await found("A-02"), ["AB-2"]);
    assert.deepEqual(await found("ｂ-07"), ["CD3"]);
    assert.deepEqual(await found("袜"), ["FG6", "GH7"]);
    assert.deepEqual(await found("  袜 "), ["FG6", "GH7"]);
    assert.deepEqual(await found("100%_"), ["AB-2"]);
    assert.deepEqual(await found("_"), ["AB-2"]);
    assert.deepEqual(await found("\\"), []);
    assert.deepEqual(await found("'; drop table sku; --"), []);
    assert.deepEqual(await found(" ", { category: "家居" }), ["DE 4", "CD3"]);
    assert.deepEqual(await found("c", { category: "家居" }), ["CD3"]);
    assert.deepEqual(await found("", { category: "没有" }), []);
  });

  test("stock: a page goes on where it stopped, whatever changed in between", async () => {
    const { store } = opened();
    const own = await shopWithStock(store, { A: 1, B: 2, C: 3, D: 4 });
    const query = { soldSince, limit: 2 };
    const first = await store.read.stock(own, query);
    await store.commit(
      own,
      [skusCommand([{ code: "AA" }, { code: "CC" }]), reserve("1", [["B", 1]])],
      startAt,
    );
    const second = await store.read.stock(own, { ...query, limit: 10, cursor: first.next });
    assert.deepEqual(
      [...first.items, ...second.items].map((item) => item.sku),
      ["A", "B", "C", "CC", "D"],
    );
  });

  test("a cursor that no list gave is refused", async () => {
    const { read } = opened().store;
    for (const cursor of [
      "",
      "x",
      "eyJhIjoxfQ",
      Buffer.from("[1]").toString("base64url"),
      "%00",
      "a".repeat(10_000),
    ]) {
      const refused = { name: "InvalidCursor" };
      await assert.rejects(read.stock(shop, { soldSince, limit: 2, cursor }), refused, cursor);
      await assert.rejects(read.orders(shop, { limit: 2, cursor }), refused, cursor);
      await assert.rejects(read.listings(shop, { limit: 2, cursor }), refused, cursor);
    }
  });

  test("stock totals and changes, as the model has them", async () => {
    for (const since of [0, startAt, soldSince + minuteMs, startAt + 48 * hourMs]) {
      await same((reads, of) => reads.stockTotals(of, since), `totals since ${since}`);
    }
    const { seq } = await opened().store.read.head(shop);
    for (let after = 0; after <= seq; after += 1) {
      for (const limit of [1, 3, 100])
        await same((reads, of) => reads.changesSince(of, after, soldSince, limit), `after ${after}`);
    }
    const all = await opened().store.read.changesSince(shop, 0, soldSince, 100);
    assert.equal(all.seq, seq);
    assert.deepEqual(
      all.items.map((item) => item.sku).toSorted(),
      skus.map((sku) => sku.toUpperCase()).toSorted(),
    );
  });

  test("changes read a few at a time miss nothing", async () => {
    const { store } = opened();
    const seen = new Map<string, number>();
    let after = 0;
    for (let more = true; more;) {
      const step = await store.read.changesSince(shop, after, soldSince, 2);
      for (const item of step.items) seen.set(item.sku, item.seq);
      assert(step.seq > after);
      ({ seq: after, more } = step);
    }
    assert.equal(seen.size, skus.length);
    assert.equal(after, (await store.read.head(shop)).seq);
    assert.deepEqual((await store.read.changesSince(shop, after, soldSince, 2)).items, []);
  });

  test("one SKU: its rows and who holds its units, as the model has them", async () => {
    for (const sku of [...skus, "ＡＢ－１", " ef5 ", "nothing"]) {
      await same((reads, of) => reads.sku(of, sku), sku);
      for (const limit of [1, 3, 100])
        await same((reads, of) => reads.holders(of, sku, limit), `${sku} ${limit}`);
    }
    const { byChannel, waiting } = await opened().store.read.holders(shop, "gh7", 10);
    assert.deepEqual(byChannel, []);
    assert.deepEqual(waiting, [{ channel: "taobao", kind: "spot", units: 4, lines: 2 }]);
  });

  test("the journal by SKU, by order, forwards and backwards, as the model has it", async () => {
    const { seq } = await opened().store.read.head(shop);
    for (const of of [
      {},
      { sku: "ab-1" },
      { orderId: "T-1" },
      { sku: "GH7", orderId: "T-3" },
      { sku: "nothing" },
    ]) {
      for (const limit of [1, 4, 1_000]) {
        await same((reads, one) => reads.journal(one, { ...of, limit }), "the latest");
        for (const edge of [0, 1, Math.floor(seq / 2), seq, seq + 1]) {
          await same((reads, one) => reads.journal(one, { ...of, after: edge, limit }), `after ${edge}`);
          await same((reads, one) => reads.journal(one, { ...of, before: edge, limit }), `before ${edge}`);
        }
      }
    }
    const [latest] = await opened().store.read.journal(shop, { limit: 1 });
    assert.equal(latest?.seq, seq);
    assert.equal(latest?.recordedAt, startAt + 4 * hourMs);
  });

  test("orders: one, and lists in every state, page by page, as the model has them", async () => {
    for (const orderId of ["69410001", "69410002", "69410003", "T-1", "T-3", "none"]) {
      for (const channel of ["douyin", "taobao"])
        await same((reads, of) => reads.order(of, channel, orderId), orderId);
    }
    const states: OrderQuery["state"][] = [
      "unpaid",
      "pending",
      "paid",
      "short",
      "presale",
      "refund",
      "closed",
      "sold",
      undefined,
    ];
    for (const state of states) {
      for (const channel of [undefined, "douyin", "taobao", "none"]) {
        for (const sku of [undefined, "ab-1", "GH7"]) {
          const query = { state, channel, sku, limit: 2 };
          const read = (reads: Reads, of: ShopId) =>
            everyPage((cursor) => reads.orders(of, { ...query, cursor }));
          const lines = await same(read, JSON.stringify(query));
          const whole = await opened().store.read.orders(shop, { ...query, limit: 1_000 });
          assert.deepEqual(whole, { items: lines, next: null });
        }
      }
    }
  });

  test("orders: placed in a stretch of time, and of a category", async () => {
    for (const [from, to] of [
      [startAt, startAt + hourMs],
      [startAt + hourMs, undefined],
      [undefined, startAt + 1],
      [startAt + 48 * hourMs, undefined],
    ] as const) {
      for (const category of [undefined, "", "none"]) {
        for (const sku of [undefined, "ab-1"]) {
          const query = { from, to, category, sku, limit: 2 };
          const read = (reads: Reads, of: ShopId) =>
            everyPage((cursor) => reads.orders(of, { ...query, cursor }));
          const lines = await same(read, JSON.stringify(query));
          assert.ok(lines.every(({ placedAt }) => placedAt >= (from ?? 0) && placedAt < (to ?? Infinity)));
        }
      }
    }
    const { read } = opened().store;
    const { items } = await read.orders(shop, { limit: 1_000 });
    const byCategory = new Map<string, number>();
    for (const { sku } of items) {
      const category = (await read.sku(shop, sku))?.sku.category ?? "";
      byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
    }
    for (const [category, lines] of byCategory)
      assert.equal((await read.orders(shop, { category, limit: 1_000 })).items.length, lines, category);
  });

  test("orders: found by the beginning of their id", async () => {
    for (const search of ["6941", "69410", "T-", "t-", "9410", "%", "_", ""]) {
      for (const channel of [undefined, "douyin"]) {
        const read = (reads: Reads, of: ShopId) => reads.orders(of, { search, channel, limit: 100 });
        await same(read, search);
      }
    }
    const { items } = await opened().store.read.orders(shop, { search: "T-3", limit: 10 });
    assert.deepEqual(new Set(items.map((line) => line.orderId)), new Set(["T-3"]));
  });

  test("sales by time, SKU and session, as the model has them", async () => {
    for (const [from, to] of [
      [0, startAt + 48 * hourMs],
      [startAt + 2 * hourMs + minuteMs, startAt + 2 * hourMs + 3 * minuteMs],
      [startAt + 2 * hourMs + minuteMs + 1, startAt + 2 * hourMs + 3 * minuteMs + 1],
      [startAt, startAt],
    ] as const) {
      for (const of of [
        {},
        { sku: "ab-1" },
        { session: "s1" },
        { session: "" },
        { sku: "GH7", session: "s2" },
      ]) {
        await same((reads, one) => reads.sales(one, { from, to, ...of }), JSON.stringify([from, to, of]));
      }
    }
  });

  test("catalog, documents and records, as the model has them", async () => {
    await same((reads, of) => reads.channels(of), "channels");
    await same((reads, of) => reads.warehouses(of), "warehouses");
    assert.deepEqual(await same((reads, of) => reads.categories(of), "categories"), ["家居", "数码"]);
    for (const query of [
      {},
      { channel: "douyin" },
      { sku: "ab-1" },
      { sku: "B-1" },
      { search: "耳机" },
      { search: "SINGLE" },
      { search: "%" },
    ]) {
      const read = (reads: Reads, of: ShopId) =>
        everyPage((cursor) => reads.listings(of, { ...query, cursor, limit: 1 }));
      const listings = await same(read, JSON.stringify(query));
      const whole = await opened().store.read.listings(shop, { ...query, limit: 100 });
      assert.deepEqual(whole, { items: listings, next: null });
    }
    for (const kind of ["plan", "profile", "none"]) {
      await same((reads, of) => reads.documents(of, kind), kind);
      for (const id of ["p1", "p2", "p3"])
        await same((reads, of) => reads.document(of, kind, id), `${kind} ${id}`);
    }
    for (const key of ["opening", "close", reserveKey({ channel: "douyin", orderId: "69410005" }), "none"]) {
      await same((reads, of) => reads.record(of, key), key);
    }
  });

  test("a deleted document is gone for readers; its next version follows the last", async () => {
    const { store } = opened();
    assert.equal(await store.read.document(shop, "plan", "p2"), null);
    const put = (version: number) =>
      ({
        type: "putDocument",
        actor: "t",
        at: startAt,
        kind: "plan",
        id: "p2",
        version,
        body: "again",
      }) as const;
    assert.deepEqual(await commitOne(store, shop, put(0)), {
      code: "version_conflict",
      path: "version",
      version: 2,
    });
    const written = await commitOne(store, shop, put(2));
    assert.equal(written.code === "applied" && written.version, 3);
  });

  test("numbers up to 2^53 − 1 and every kind of text come back as they were written", async () => {
    const { store } = opened();
    const own = await shopWithStock(store, { A: 0 });
    const texts = ["１２３", 'it\'s "quoted" \\ 100%', "换\n行", "𠮷野家 🧦", "ﬀ", "a\tb", " blank "];
    for (const [index, text] of texts.entries()) {
      const units = Number.MAX_SAFE_INTEGER;
      const event = observe(text, [["A", 1]], { buyer: text, region: text, session: text });
      const [line] = event.lines;
      assert(line !== undefined);
      await store.commit(
        own,
        [{ ...event, lines: [{ ...line, lineId: text, amount: units }] }],
        startAt + index,
      );
      const [read] = await store.read.order(own, "douyin", text);
      assert.deepEqual(
        [read?.orderId, read?.lineId, read?.buyer, read?.region, read?.session, read?.amount],
        [text, text, text, text, text, units],
      );
      await commitOne(
        store,
        own,
        receive({ key: text, lines: [{ sku: "A", quantity: 1, bin: text, lot: text }] }),
      );
    }
    const placements = (await store.read.sku(own, "A"))?.placements ?? [];
    assert.deepEqual(
      new Set(placements.map((one) => JSON.stringify([one.bin, one.lot]))),
      new Set(texts.map((text) => JSON.stringify([text, text]))),
    );
  });
}

async function everyPage<T>(read: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read(cursor);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}
