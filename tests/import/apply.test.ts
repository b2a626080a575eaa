import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import { parseProfile, type Profile } from "../../src/import/profile.ts";
import { readLots } from "../../src/engine/floor/lots.ts";
import { verify } from "../../src/store/verify.ts";
import { allStock, csv, importFile, shippedProfiles, stores, type Imported, type Opened } from "./fixture.ts";

const stockHeader = "商家编码,商品名称,类目,售价(元),库存数量,库位,批次,仓库,条码";

/** A profile of orders with every field that a test may want to fill. */
const orders: Profile = parseProfile({
  name: "test-orders",
  title: { zh: "试验", en: "Test" },
  kind: "orders",
  channel: "shopx",
  platform: "douyin",
  currency: "CNY",
  timeZone: "Asia/Shanghai",
  money: "major",
  dateFormats: ["yyyy-MM-dd HH:mm:ss"],
  columns: {
    orderId: { from: ["order"], required: true },
    sku: { from: ["sku"] },
    listing: { from: ["listing"] },
    quantity: { from: ["qty"], required: true },
    amount: { from: ["amount"] },
    placedAt: { from: ["placed"], required: true },
    status: { from: ["status"] },
    buyer: { from: ["buyer"] },
  },
  status: {
    unpaid: { stage: "created" },
    paid: { stage: "paid" },
    sent: { stage: "paid", shipped: true },
    closed: { stage: "created", closed: true },
  },
  lineNumber: "ordinal",
  rows: [
    { when: [{ field: "orderId", matches: "^C" }], as: "closeMatching" },
    { when: [{ field: "quantity", lessThan: 0 }], as: "writeOff" },
  ],
});
const ordersHeader = "order,sku,listing,qty,amount,placed,status,buyer";

let books: Opened;
beforeEach(async () => {
  books = await (stores.memory as () => Promise<Opened>)();
});

const stockList = (...rows: readonly string[]): Promise<Imported> =>
  importFile(books, csv(stockHeader, ...rows), { kind: "stock" });
const orderFile = (...rows: readonly string[]): Promise<Imported> =>
  importFile(books, csv(ordersHeader, ...rows), { profile: orders });

/** `[line, as, codes]` of what is listed. */
function listed({ listedRows }: Imported): unknown[] {
  return listedRows.map(({ line, as, reasons }) => [line, as, ...reasons.map(({ code }) => code)]);
}

async function available(): Promise<Record<string, number>> {
  return Object.fromEntries((await allStock(books)).map((item) => [item.sku, item.available]));
}

/** Names the parts of a summary that have rows: `received 2/15`. */
function tallies({ summary }: Imported): string[] {
  return Object.entries(summary)
    .filter(([, { rows }]) => rows > 0)
    .map(([name, { rows, units }]) => `${name} ${rows}/${units}`);
}

void suite("a stock list", () => {
  test("names SKUs and books their units onto shelves", async () => {
    const done = await importFile(
      books,
      csv(stockHeader, "a-1,红裙,服饰,¥19.90,１２,A-01,L1,,'6901234567890 6901234567891", "b2,,,,3,,,,"),
      { kind: "stock", asOf: Date.UTC(2026, 0, 2) },
    );
    assert.deepEqual(tallies(done), ["skus 2/0", "received 2/15"]);
    const found = await books.store.read.sku(books.shop, "A-1");
    assert.partialDeepStrictEqual(found?.sku, {
      code: "a-1",
      name: "红裙",
      category: "服饰",
      price: 1_990,
      barcodes: ["6901234567890", "6901234567891"],
    });
    assert.deepEqual(
      found?.placements.map(({ bin, lot, quantity }) => [bin, lot, quantity]),
      [["A-01", "L1", 12]],
    );
    const [entry] = (await books.store.read.journal(books.shop, { sku: "a-1", limit: 1 })) ?? [];
    assert.partialDeepStrictEqual(entry, { reason: "opening", at: Date.UTC(2026, 0, 2), actor: "tester" });
  });

  test("[F5] imported again with other numbers moves nothing, and says which", async () => {
    await stockList("A,,,,5,B-1,,,", "B,,,,0,B-2,,,");
    const again = await stockList("A,,,,7,B-1,,,", "B,,,,2,B-2,,,");
    assert.deepEqual(listed(again), [[2, "problem", "opening_differs"]]);
    assert.match(again.listedRows[0]?.reasons[0]?.zh ?? "", /已入账 5 件，这一行是 7 件/);
    assert.deepEqual(await available(), { A: 5, B: 2 }, "what had no unit before is booked now");
    const less = await stockList("A,,,,0,B-1,,,");
    assert.deepEqual(listed(less), [[2, "problem", "opening_differs"]]);
    assert.deepEqual(await available(), { A: 5, B: 2 });
  });

  test("[H11] an expiry is kept with its lot; without a lot it is the lot, and what was known stays", async () => {
    const header = "商家编码,库存数量,库位,批次,有效期至";
    const rows = ["A,5,B-1,L1,2026-12-31", "A,3,B-1,,2027-01-31", "A,2,B-2,,"];
    await importFile(books, csv(header, ...rows), { kind: "stock" });
    const found = await books.store.read.sku(books.shop, "A");
    assert.deepEqual(found?.placements.map(({ bin, lot, quantity }) => [bin, lot, quantity]).toSorted(), [
      ["B-1", "EXP2027-01-31", 3],
      ["B-1", "L1", 5],
      ["B-2", "", 2],
    ]);
    const expiries = async () =>
      Array.from(
        await readLots(books.store.read, books.shop),
        ([, { lot, expiresAt }]) => [lot, expiresAt] as const,
      ).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const known = [
      ["EXP2027-01-31", Date.parse("2027-02-01T00:00:00+08:00")],
      ["L1", Date.parse("2027-01-01T00:00:00+08:00")],
    ];
    assert.deepEqual(await expiries(), known);
    const again = await importFile(books, csv(header, ...rows), { kind: "stock" });
    assert.deepEqual(tallies(again), ["duplicates 3/10"]);
    assert.deepEqual(await expiries(), known);
  });

  test("[F1] two equal rows of one SKU are two piles, once", async () => {
    const rows = ["A,,,,5,B-1,,,", "a,,,,5,B-1,,,", "A,,,,5,B-1,,,"];
    assert.deepEqual(tallies(await stockList(...rows)), ["skus 1/0", "received 3/15"]);
    assert.deepEqual(tallies(await stockList(...rows)), ["duplicates 3/15"]);
    assert.deepEqual(await available(), { A: 15 });
  });

  test("a row in another bin of a SKU that was imported before is booked, and pointed at", async () => {
    await stockList("A,,,,5,B-1,,,", "B,,,,1,B-1,,,");
    const moved = await stockList("A,,,,5,B-9,,,", "C,,,,1,B-9,,,", "C,,,,2,B-8,,,");
    assert.deepEqual(listed(moved), [[2, "warning", "opening_added"]]);
    const tried = await importFile(books, csv(stockHeader, "A,,,,5,B-7,,,"), { kind: "stock", dryRun: true });
    assert.deepEqual(listed(tried), [[2, "warning", "opening_added"]]);
    assert.match(tried.listedRows[0]?.reasons[0]?.en ?? "", /^10 units/);
  });

  test("the first row of a SKU names it; a later one that differs is pointed at", async () => {
    const rows = ["A,Red,,1.00,1,B-1,,,111", "A,Rot,,1.00,1,B-2,,,222", "A,,,,1,B-3,,,"];
    const done = await stockList(...rows);
    assert.deepEqual(listed(done), [[3, "warning", "sku_differs"]]);
    assert.match(done.listedRows[0]?.reasons[0]?.zh ?? "", /第 2 行的名称、条码不同/);
    const seq = (await books.store.read.head(books.shop)).seq;
    assert.deepEqual(tallies(await stockList(...rows)), ["duplicates 3/3", "warnings 1/0"]);
    assert.equal((await books.store.read.head(books.shop)).seq, seq);
  });

  test("warehouses are made on first use, under an id that is safe", async () => {
    const done = await stockList("A,,,,5,,,杭州 1 仓,", "A,,,,6,,,,", "B,,,,1,,,***,");
    assert.deepEqual(done.newWarehouses, ["杭州-1-仓"]);
    assert.deepEqual(listed(done), [[4, "problem", "warehouse_invalid"]]);
    const warehouses = await books.store.read.warehouses(books.shop);
    assert.ok(warehouses.some(({ warehouse, name }) => warehouse === "杭州-1-仓" && name === "杭州 1 仓"));
    await orderFile("1,A,,8,80,2026-01-02 10:00:00,paid,x");
    const channel = (await books.store.read.channels(books.shop)).find((one) => one.channel === "shopx");
    assert.deepEqual(channel?.warehouses, ["main", "杭州-1-仓"], "a new channel sells from all of them");
    assert.equal(channel?.platform, "douyin");
    assert.deepEqual(await available(), { A: 3 });
  });

  test("[F3] rows that are wrong are listed and keep nobody else from being booked", async () => {
    const done = await stockList(
      "A,,,,-3,,,,",
      "B,,,,9007199254740993,,,,",
      "C,,,,1.5,,,,",
      ",,,,1,,,,",
      "D,,,x,1,,,,",
      "E,,,,4,,,,",
      "F,,,",
    );
    assert.deepEqual(listed(done), [
      [2, "problem", "negative"],
      [3, "problem", "too_large"],
      [4, "problem", "not_integer"],
      [5, "problem", "required_empty"],
      [6, "problem", "not_number"],
      [8, "problem", "columns_too_few"],
    ]);
    assert.deepEqual(await available(), { E: 4 });
  });
});

void suite("orders", () => {
  beforeEach(async () => {
    await stockList("A,,,,10,B-1,,,", "B,,,,2,B-1,,,");
  });

  test("[F7] stages hold, commit, ship and close", async () => {
    const done = await orderFile(
      "1,A,,1,10,2026-01-02 10:00:00,unpaid,x",
      "2,A,,2,20,2026-01-02 10:00:00,paid,x",
      "3,A,,3,30,2026-01-02 10:00:00,sent,x",
      "4,A,,1,10,2026-01-02 10:00:00,closed,x",
      "5,B,,5,50,2026-01-02 10:00:00,paid,x",
      "6,A,,1,10,2026-01-02 10:00:00,weird,x",
    );
    assert.deepEqual(tallies(done), [
      "lines 6/13",
      "held 2/2",
      "committed 2/4",
      "shipped 1/3",
      "shortage 1/3",
      "closed 1/1",
      "warnings 1/0",
    ]);
    assert.deepEqual(listed(done), [[7, "warning", "status_unknown"]]);
    const [a] = await allStock(books);
    assert.partialDeepStrictEqual(a, { available: 3, held: 2, committed: 2, onHand: 7 });
    const line = (await books.store.read.order(books.shop, "shopx", "1"))[0];
    assert.equal(line?.buyer, "hash-of-x", "the buyer's own text is stored nowhere");
    assert.equal(line?.amount, 1_000);
    assert.equal((await verify(books.store, books.shop)).difference, null);
  });

  test("a later export of the same orders says only what is new", async () => {
    await orderFile("1,A,,2,20,2026-01-02 10:00:00,unpaid,x", "2,A,,1,10,2026-01-02 10:00:00,paid,x");
    const later = await orderFile(
      "1,A,,2,20,2026-01-02 10:00:00,sent,x",
      "2,A,,1,10,2026-01-02 10:00:00,paid,x",
    );
    assert.deepEqual(tallies(later), ["lines 1/2", "shipped 1/2", "duplicates 1/1"]);
    const older = await orderFile("1,A,,2,20,2026-01-02 10:00:00,unpaid,x");
    assert.deepEqual(tallies(older), ["duplicates 1/2"], "an older export takes nothing back");
  });

  test("an unknown SKU is listed; once it is there the same file books that row alone", async () => {
    const rows = ["1,A,,1,10,2026-01-02 10:00:00,paid,x", "1,NEW,,1,10,2026-01-02 10:00:00,paid,x"];
    const first = await orderFile(...rows);
    assert.deepEqual(listed(first), [[3, "problem", "unknown_sku"]]);
    await stockList("new,,,,1,,,,");
    const second = await orderFile(...rows);
    assert.deepEqual(listed(second), []);
    assert.deepEqual(tallies(second), ["lines 1/1", "committed 1/1", "duplicates 1/1"]);
  });

  test("a listing that is not mapped is listed; a mapped one takes its SKUs", async () => {
    await orderFile("0,A,,1,10,2026-01-02 10:00:00,paid,x");
    const unmapped = await orderFile("1,,L1,1,10,2026-01-02 10:00:00,paid,x");
    assert.deepEqual(listed(unmapped), [[2, "problem", "unknown_listing"]]);
    const part = (sku: string, units: number) => ({ sku, units, gift: false });
    const items = [{ listing: "L1", parts: [part("A", 2), part("B", 1)] }];
    await books.store.commit(
      books.shop,
      [{ type: "putListings", channel: "shopx", items, actor: "t", at: 1 }],
      1,
    );
    const mapped = await orderFile("1,,L1,2,10,2026-01-02 10:00:00,paid,x");
    assert.deepEqual(tallies(mapped), ["lines 1/2", "committed 1/6"]);
    assert.deepEqual(await available(), { A: 5, B: 0 });
  });

  test("cancellations close the customer's latest open lines; the rest moves nothing and is listed", async () => {
    const done = await orderFile(
      "1,A,,3,30,2026-01-02 10:00:00,paid,x",
      "2,A,,2,20,2026-01-02 11:00:00,paid,x",
      "3,A,,1,10,2026-01-02 12:00:00,paid,y",
      "C4,A,,-4,0,2026-01-02 13:00:00,,x",
      "C5,A,,-4,0,2026-01-02 14:00:00,,x",
      "C6,A,,-1,0,2026-01-02 14:00:00,,",
    );
    assert.deepEqual(tallies(done), ["lines 3/6", "committed 3/6", "closed 2/5", "unmatched 2/4"]);
    assert.deepEqual(listed(done), [
      [6, "unmatched", "unmatched"],
      [7, "unmatched", "unmatched"],
    ]);
    assert.deepEqual(
      done.listedRows.map(({ units, orderId }) => [orderId, units]),
      [
        ["C5", 3],
        ["C6", 1],
      ],
    );
    const first = (await books.store.read.order(books.shop, "shopx", "1"))[0];
    const second = (await books.store.read.order(books.shop, "shopx", "2"))[0];
    assert.deepEqual([first?.closed, second?.closed], [3, 2]);
    assert.deepEqual(await available(), { A: 9, B: 2 });
  });

  test("write-offs take available units, or are refused and listed", async () => {
    const rows = ["W1,A,,-4,0,2026-01-02 13:00:00,,", "W2,A,,-7,0,2026-01-02 13:00:00,,"];
    const done = await orderFile(...rows);
    assert.deepEqual(tallies(done), ["lost 1/4", "refused 1/7"]);
    assert.deepEqual(listed(done), [[3, "refused", "insufficient_units"]]);
    await stockList("A,,,,90,B-2,,,");
    const again = await orderFile(...rows);
    assert.deepEqual(tallies(again), ["refused 1/7", "duplicates 2/11"], "a refusal is remembered");
    assert.deepEqual(await available(), { A: 96, B: 2 });
  });

  test("a line under a number that another product has is pointed at", async () => {
    await orderFile("1,A,,1,10,2026-01-02 10:00:00,paid,x", "1,B,,1,10,2026-01-02 10:00:00,paid,x");
    const alone = await orderFile("1,B,,1,10,2026-01-02 10:00:00,paid,x");
    assert.deepEqual(listed(alone), [[2, "problem", "line_differs"]]);
  });

  test("a time that lies ahead would win over every true event: it is refused", async () => {
    const done = await orderFile("1,A,,1,10,2099-01-02 10:00:00,paid,x");
    assert.deepEqual(listed(done), [[2, "problem", "in_future"]]);
    assert.deepEqual(await available(), { A: 10, B: 2 });
  });
});

void suite("a dry run", () => {
  test("[F4] writes nothing and shows each SKU before and after", async () => {
    await stockList("A,甲,,,10,B-1,,,");
    const head = await books.store.read.head(books.shop);
    const tried = await importFile(
      books,
      csv(
        ordersHeader,
        "1,A,,12,10,2026-01-02 10:00:00,paid,x",
        "C2,A,,-1,0,2026-01-02 11:00:00,,x",
        "W3,A,,-1,0,2026-01-02 11:00:00,,x",
      ),
      { profile: orders, dryRun: true },
    );
    assert.ok("changes" in tried);
    assert.partialDeepStrictEqual(tried.changes, [
      {
        sku: "A",
        name: "甲",
        before: { available: 10, committed: 0, shortage: 0, onHand: 10 },
        after: { available: 0, committed: 10, shortage: 1, onHand: 10 },
      },
    ]);
    assert.deepEqual(tallies(tried), [
      "lines 1/12",
      "committed 1/10",
      "shortage 1/2",
      "closed 1/1",
      "refused 1/1",
    ]);
    assert.deepEqual(await books.store.read.head(books.shop), head);
    assert.deepEqual(await books.store.read.channels(books.shop), []);
    assert.deepEqual(await books.store.read.order(books.shop, "shopx", "1"), []);
  });
});

void suite("every shipped profile", () => {
  let own: Opened;
  before(async () => {
    own = await (stores.memory as () => Promise<Opened>)();
  });
  after(() => own.close());

  test("is one that orders or stock can be imported by", () => {
    for (const profile of shippedProfiles.values())
      assert.ok(profile.kind === "stock" || profile.channel !== undefined, profile.name);
    assert.equal(shippedProfiles.size, 5);
  });

  test("Douyin's export: shipped, refunded, closed and waiting lines stand where they belong", async () => {
    await importFile(own, csv(stockHeader, "DY-1,,,,20,B-1,,,"), { kind: "stock" });
    const header =
      "主订单编号,子订单编号,选购商品,商品ID,商家编码,商品数量,订单应付金额,订单提交时间,支付完成时间,发货时间,订单状态,售后状态";
    const day = "2026-01-02 20:00:0";
    const done = await importFile(
      own,
      csv(
        header,
        `6941000000000000001,6941000000000000011,裙,1,DY-1,1,10.00,${day}1,,,待支付,-`,
        `6941000000000000002,6941000000000000021,裙,1,DY-1,2,20.00,${day}2,${day}3,,待发货,-`,
        `6941000000000000003,6941000000000000031,裙,1,DY-1,3,30.00,${day}2,${day}3,${day}4,已发货,-`,
        `6941000000000000004,6941000000000000041,裙,1,DY-1,4,40.00,${day}2,${day}3,,已关闭,退款成功`,
        `6941000000000000005,6941000000000000051,裙,1,DY-1,5,50.00,${day}2,${day}3,,待发货,待商家处理`,
      ),
      { kind: "orders" },
    );
    assert.equal(done.profile, "douyin-orders");
    assert.deepEqual(done.newChannels, ["douyin"]);
    assert.deepEqual(listed(done), []);
    const [item] = await allStock(own);
    assert.partialDeepStrictEqual(item, { available: 9, held: 1, committed: 7, onHand: 17, shortage: 0 });
  });
});
