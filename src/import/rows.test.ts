import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openTable } from "./file/table.ts";
import { loadProfiles, shippedProfilesDir } from "./profile-files.ts";
import { parseProfile } from "./profile.ts";
import type { Profile } from "./profile.ts";
import { readRecordBatches, readRecords, recordReader } from "./rows.ts";
import type { ImportRecord, OrderLineRecord, ReadProgress } from "./rows.ts";

const { profiles } = await loadProfiles([shippedProfilesDir]);

function shipped(name: string): Profile {
  const profile = profiles.get(name);
  assert.ok(profile !== undefined, name);
  return profile;
}

async function recordsOf(input: string | Uint8Array, profile: Profile): Promise<ImportRecord[]> {
  const records: ImportRecord[] = [];
  for await (const record of readRecords(await openTable(input), profile)) records.push(record);
  return records;
}

function csv(...rows: string[]): Buffer {
  return Buffer.from(rows.join("\n"));
}

function codes(records: readonly ImportRecord[]): (string | string[])[] {
  return records.map((record) =>
    record.as === "problem" ? record.problems.map((problem) => problem.code) : record.as,
  );
}

function lines(records: readonly ImportRecord[]): OrderLineRecord[] {
  return records.filter((record) => record.as === "orderLine");
}

test("the real week: 14,594 rows, 14,534 of them goods", async () => {
  const records = await recordsOf("examples/retail/retail-week.csv", shipped("retail-week"));
  const count: Record<string, number> = {};
  for (const record of records) count[record.as] = (count[record.as] ?? 0) + 1;
  assert.deepEqual(count, { orderLine: 14_323, closeMatching: 166, writeOff: 45, skip: 60 });
  assert.equal(records.length, 14_594);
  assert.deepEqual(
    records.map((record) => record.line),
    [...records.keys()].map((at) => at + 2),
  );
  // Numbers computed from the file by other means.
  assert.equal(
    lines(records).reduce((sum, { quantity }) => sum + quantity, 0),
    120_915,
  );
  assert.equal(
    lines(records).reduce((sum, { amountMinor }) => sum + (amountMinor ?? 0), 0),
    25_012_351,
  );
  assert.equal(
    records.reduce((sum, record) => sum + (record.as === "closeMatching" ? record.quantity : 0), 0),
    11_157,
  );
  assert.equal(
    records.reduce((sum, record) => sum + (record.as === "writeOff" ? record.quantity : 0), 0),
    1_897,
  );
});

test("the real week: one row of each kind", async () => {
  const records = await recordsOf("examples/retail/retail-week.csv", shipped("retail-week"));
  const first = records[0];
  assert.deepEqual(first, {
    as: "orderLine",
    line: 2,
    cells: [
      "536365",
      "85123A",
      "WHITE HANGING HEART T-LIGHT HOLDER",
      "6",
      "12/1/10 8:26",
      "2.55",
      "17850",
      "United Kingdom",
    ],
    orderId: "536365",
    lineId: "1",
    sku: "85123A",
    listing: null,
    name: "WHITE HANGING HEART T-LIGHT HOLDER",
    quantity: 6,
    amountMinor: 1_530,
    stage: "paid",
    status: null,
    rank: 20,
    closed: false,
    shipped: false,
    refund: null,
    kind: "spot",
    placedAt: Date.UTC(2010, 11, 1, 8, 26),
    paidAt: null,
    shippedAt: null,
    updatedAt: Date.UTC(2010, 11, 1, 8, 26),
    expectedShipAt: null,
    buyer: "17850",
    region: "United Kingdom",
    phone: null,
    address: null,
    warnings: [],
  });
  const cancelled = records.find((record) => record.as === "closeMatching");
  assert.ok(cancelled !== undefined);
  assert.deepEqual(
    [cancelled.orderId, cancelled.sku, cancelled.quantity, cancelled.buyer],
    ["C536383", "35004C", 1, "15311"],
  );
  assert.equal(cancelled.reason?.code, "cancellation");
  const lost = records.find((record) => record.as === "writeOff");
  assert.ok(lost !== undefined && lost.quantity > 0 && lost.reason?.code === "stock_write_off");
  const skipped = records.find((record) => record.as === "skip");
  assert.ok(skipped !== undefined);
  assert.equal(skipped.reason.code, "not_goods");
  assert.match(skipped.reason.zh, /不是商品/);
});

test("the real stock list: 2,210 SKUs, 164,165 units", async () => {
  const records = await recordsOf("examples/retail/retail-opening-stock.gbk.csv", shipped("stock-list"));
  assert.equal(records.length, 2_210);
  let units = 0;
  const skus = new Set<string>();
  for (const record of records) {
    assert.ok(record.as === "receipt");
    assert.ok(
      record.name !== null && record.category !== null && record.bin !== null && record.priceMinor !== null,
    );
    units += record.quantity;
    skus.add(record.sku);
  }
  assert.deepEqual([units, skus.size], [164_165, 2_210]);
  const receipt = records[0];
  assert.ok(receipt?.as === "receipt");
  assert.deepEqual(
    [
      receipt.sku,
      receipt.name,
      receipt.category,
      receipt.priceMinor,
      receipt.quantity,
      receipt.bin,
      receipt.lot,
    ],
    ["10002", "INFLATABLE POLITICAL GLOBE", "服饰", 85, 129, "D-12-07", null],
  );
});

test("a line's number counts all rows of its invoice, also skipped and bad ones", async () => {
  const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
  const row = (invoice: string, code: string, quantity = "1"): string =>
    `${invoice},${code},x,${quantity},12/1/10 8:26,1,1,UK`;
  const records = await recordsOf(
    csv(
      header,
      row("1", "10001"),
      row("1", "POST"),
      row("2", "10001"),
      row("1", "10002", "many"),
      "1,10003",
      row("1", "10004"),
      row("2", "10002"),
    ),
    shipped("retail-week"),
  );
  assert.deepEqual(codes(records), [
    "orderLine",
    "skip",
    "orderLine",
    ["not_number"],
    ["columns_too_few"],
    "orderLine",
    "orderLine",
  ]);
  assert.deepEqual(
    lines(records).map(({ orderId, lineId }) => `${orderId}/${lineId}`),
    ["1/1", "2/1", "1/5", "2/2"],
  );
});

test("rules are tried in their order: no goods before cancellations before write-offs", async () => {
  const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
  const rows: readonly (readonly [row: string, as: string | string[]])[] = [
    ["C1,D,Discount,-1,12/1/10 8:26,27.5,14527,UK", "skip"],
    ["C1,10001,x,-1,12/1/10 8:26,27.5,14527,UK", "closeMatching"],
    ["C1,10001,x,-1,12/1/10 8:26,27.5,,UK", "closeMatching"],
    ["C1,10001,x,1,12/1/10 8:26,27.5,1,UK", ["not_negative"]],
    ["1,10001,damages,-10,12/1/10 8:26,0,,UK", "writeOff"],
    ["1,10001a,x,1,12/1/10 8:26,0,,UK", "orderLine"],
    ["1,１０００１Ａ,x,1,12/1/10 8:26,0,,UK", "skip"],
    ["1,10001ABC,x,1,12/1/10 8:26,0,,UK", "skip"],
    ["1,10001,x,0,12/1/10 8:26,1,1,UK", ["not_positive"]],
    ["1,10001,x,1,12/1/10 8:26,-1,1,UK", ["negative"]],
    ["1,10001,x,1,30/1/10 8:26,1,1,UK", ["not_date"]],
    ["1,10001,x,1,,1,1,UK", ["required_empty"]],
    [",10001,x,1,12/1/10 8:26,1,1,UK", ["required_empty"]],
    ["1,10001,x,1.5,yesterday,free,1,UK", ["not_integer", "not_date", "not_number"]],
    ["1,10001,x,9007199254740993,12/1/10 8:26,1,1,UK", ["too_large"]],
    ["1,10001,x,1000000001,12/1/10 8:26,1,1,UK", ["too_large"]],
    ["1,10001,x,1000000000,12/1/10 8:26,99999999,1,UK", ["too_large"]],
    [`${"9".repeat(200)},10001,x,1,12/1/10 8:26,1,1,UK`, ["id_too_long"]],
    ["5.36E+17,10001,x,1,12/1/10 8:26,1,1,UK", ["id_mangled"]],
    ["1\u00012,10001,x,1,12/1/10 8:26,1,1,UK", ["id_invalid"]],
    [`${"\ufdfa".repeat(100)},10001,x,1,12/1/10 8:26,1,1,UK`, ["id_too_long"]],
  ];
  const records = await recordsOf(csv(header, ...rows.map(([row]) => row)), shipped("retail-week"));
  assert.deepEqual(
    codes(records),
    rows.map(([, as]) => as),
  );
});

test("a stock list with everything, and all that can be wrong with it", async () => {
  const header = "商家编码,商品名称,售价,库存,库位,库区,批次,条码,有效期,仓库";
  const rows: readonly (readonly [row: string, as: string | string[]])[] = [
    ["A1,裙,¥1299.00,'12,A-1,A,L1,6901234567892,2025-06-30,主仓", "receipt"],
    ["A1,裙,-,0,-,,,,,", "receipt"],
    [",裙,1,1,,,,,,", ["required_empty"]],
    ["A1,裙,1,,,,,,,", ["required_empty"]],
    ["A1,裙,1,-1,,,,,,", ["negative"]],
    ["A1,裙,-1,1,,,,,,", ["negative"]],
    ["A1,裙,1.999,1,,,,,,", ["too_precise"]],
    ["A1,裙,1,1.5,,,,,,", ["not_integer"]],
    ["#N/A,裙,1,#REF!,,,,,,", ["cell_error", "cell_error"]],
    ["A1,裙,1,1,,,,6.9E+12,,", ["id_mangled"]],
    ["A1,裙,1,1,,,,,30.6.2025,", ["not_date"]],
    [`${"A".repeat(65)},裙,1,1,,,,,,`, ["id_too_long"]],
  ];
  const records = await recordsOf(csv(header, ...rows.map(([row]) => row)), shipped("stock-list"));
  assert.deepEqual(
    codes(records),
    rows.map(([, as]) => as),
  );
  const [full, bare] = records;
  assert.ok(full?.as === "receipt" && bare?.as === "receipt");
  const { line: _line, cells: _cells, ...fields } = full;
  assert.deepEqual(fields, {
    as: "receipt",
    sku: "A1",
    name: "裙",
    category: null,
    priceMinor: 129_900,
    costMinor: null,
    season: null,
    shelfLife: null,
    leadTime: null,
    style: null,
    quantity: 12,
    bin: "A-1",
    zone: "A",
    lot: "L1",
    barcode: "6901234567892",
    expiry: Date.UTC(2025, 5, 29, 16),
    warehouse: "主仓",
  });
  assert.deepEqual([bare.priceMinor, bare.bin, bare.quantity], [null, null, 0]);
});

test("Douyin: ids behind tabs, stages, refunds, presale", async () => {
  const header =
    "主订单编号,子订单编号,选购商品,商品数量,商品ID,商家编码,商品单价,订单应付金额,订单提交时间,支付完成时间,订单状态,售后状态,订单类型";
  const row = (status: string, paid: string, refund: string, kind = "普通"): string =>
    `\t6918365123456789012,\t6918365123456789013,裙,2,\t3600000000000000001,A1,600.00,"1,200.00",2024-11-11 20:00:00,${paid},${status},${refund},${kind}`;
  const paidAt = "2024-11-11 20:01:00";
  const records = lines(
    await recordsOf(
      csv(
        header,
        row("待支付", "", "-"),
        row("待发货", paidAt, "无售后"),
        row("已发货", paidAt, "退款成功"),
        row("已关闭", "", "-"),
        row("已关闭", paidAt, "退款成功"),
        row("风控中", paidAt, "极速退"),
        row("待发货", paidAt, "", "预售订单"),
      ),
      shipped("douyin-orders"),
    ),
  );
  assert.deepEqual(
    records.map(({ stage, rank, closed, shipped: sent, refund, kind }) => [
      stage,
      rank,
      closed,
      sent,
      refund,
      kind,
    ]),
    [
      ["created", 10, false, false, "none", "spot"],
      ["paid", 20, false, false, "none", "spot"],
      ["paid", 30, false, true, "refunded", "spot"],
      ["created", 90, true, false, "none", "spot"],
      ["paid", 90, true, false, "refunded", "spot"],
      [null, 0, false, false, null, "spot"],
      ["paid", 20, false, false, null, "presale"],
    ],
  );
  const unknown = records[5];
  assert.deepEqual(
    unknown?.warnings.map((warning) => warning.code),
    ["status_unknown", "refund_unknown"],
  );
  assert.equal(unknown?.status, "风控中");
  const paid = records[1];
  assert.deepEqual(
    [paid?.orderId, paid?.lineId, paid?.listing, paid?.amountMinor, paid?.updatedAt],
    [
      "6918365123456789012",
      "6918365123456789013",
      "3600000000000000001",
      120_000,
      Date.UTC(2024, 10, 11, 12, 1),
    ],
  );
});

test("Taobao: wrapped ids, 元, both kinds of comma in a status", async () => {
  const header =
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,订单状态,商家编码,买家实际支付金额,退款状态,订单创建时间,订单付款时间";
  const records = await recordsOf(
    csv(
      header,
      '"=""3001""","=""3000""",裙,99元,1,,"买家已付款,等待卖家发货",A1,99.00元,没有申请退款,2016/5/23 22:02,2016/5/23 22:03',
      '"=""3002""","=""3000""",裙,99元,1,B2,买家已付款，等待卖家发货,,,没有申请退款,2019-05-15 16:50:00,2019-05-15 16:51:00',
      '"=""3003""","=""3000""",裙,99元,2,,交易关闭,B3,,退款成功,2019-05-15 16:50:00,',
      '"=""3004""","=""3000""",裙,99元,1,,等待买家付款,,,没有申请退款,2019-05-15 16:50:00,',
    ),
    shipped("taobao-orders"),
  );
  assert.deepEqual(codes(records), ["orderLine", "orderLine", "orderLine", ["required_empty"]]);
  assert.deepEqual(
    lines(records).map(({ orderId, lineId, sku, amountMinor, stage, closed }) => [
      orderId,
      lineId,
      sku,
      amountMinor,
      stage,
      closed,
    ]),
    [
      ["3000", "3001", "A1", 9_900, "paid", false],
      ["3000", "3002", "B2", 9_900, "paid", false],
      ["3000", "3003", "B3", 19_800, "created", true],
    ],
  );
});

test("Pinduoduo: the day from the order number, closed after shipping, codes of either dimension", async () => {
  const header =
    "商品,订单号,订单状态,商家实收金额(元),商品数量(件),订单成交时间,支付时间,发货时间,商品id,样式ID,商家编码-规格维度,商家编码-商品维度,售后状态";
  const records = await recordsOf(
    csv(
      header,
      "裙,241111-123456789012345,待发货,99,1,,,,1,2,A1,A,无售后或售后取消",
      "裙,241111-2,已取消,99,1,2024-11-11 20:00:00,2024-11-11 20:00:01,2024-11-12 09:00:00,1,2,,A,退款成功",
      "裙,241111-3,已取消,99,1,2024-11-11 20:00:00,,,1,2,,,",
      "裙,X-4,待发货,99,1,,,,1,,,,",
      "裙,241111-5,待发货,99,1,,,,,,,,",
    ),
    shipped("pinduoduo-orders"),
  );
  assert.deepEqual(codes(records), [
    "orderLine",
    "orderLine",
    "orderLine",
    ["time_missing"],
    ["sku_missing"],
  ]);
  assert.deepEqual(
    lines(records).map(({ lineId, sku, listing, placedAt, closed, shipped: sent, stage }) => [
      lineId,
      sku,
      listing,
      placedAt,
      closed,
      sent,
      stage,
    ]),
    [
      ["1", "A1", "2", Date.UTC(2024, 10, 10, 16), false, false, "paid"],
      ["1", "A", "2", Date.UTC(2024, 10, 11, 12), false, true, "paid"],
      ["1", null, "2", Date.UTC(2024, 10, 11, 12), true, false, "created"],
    ],
  );
});

test("conditions of a user's own rules", () => {
  const rule = (when: unknown, as = "skip"): unknown => ({ when: [when].flat(), as });
  const profile = (...rows: unknown[]): Profile =>
    parseProfile({
      ...shipped("stock-list"),
      name: "mine",
      rows,
    });
  const headers = ["商家编码", "库存数量", "类目", "备注"];
  const cases: readonly (readonly [rule: unknown, skipped: number[]])[] = [
    [rule({ field: "sku", equals: "ａ1" }), [0]],
    [rule({ column: "备注", in: ["赠品", "样品"] }), [1]],
    [rule({ column: "备注", matches: "品$" }), [1]],
    [rule({ column: "备注", empty: true }), [0, 2]],
    [rule({ column: "备注", empty: false }), [1]],
    [rule({ column: "没有这列", empty: true }), [0, 1, 2]],
    [rule({ field: "quantity", lessThan: 1 }), [2]],
    [rule({ field: "quantity", lessThan: 1, not: true }), [0, 1]],
    [
      rule([
        { field: "quantity", lessThan: 100 },
        { field: "category", equals: "女装" },
      ]),
      [1],
    ],
    [rule({ field: "sku", matches: "^A", not: true }), [1, 2]],
  ];
  const rows = [
    ["A1", "100", "女装", ""],
    ["B1", "5", "女装", "赠品"],
    ["C1", "0", "男装", " "],
  ];
  for (const [one, skipped] of cases) {
    const read = recordReader(headers, profile(one));
    const found = rows.flatMap((cells, at) => (read({ line: at + 2, cells }).as === "skip" ? [at] : []));
    assert.deepEqual(found, skipped, JSON.stringify(one));
  }
  // The first rule that fits decides, also one that keeps the row.
  const read = recordReader(
    headers,
    profile(rule({ field: "sku", equals: "A1" }, "line"), rule({ field: "sku", matches: "1$" })),
  );
  assert.deepEqual(
    rows.map((cells) => read({ line: 1, cells }).as),
    ["receipt", "skip", "skip"],
  );
});

test("a file that is not of the profile is refused before the first row", async () => {
  const table = await openTable(csv("商家编码,数量", "A1,1"));
  await assert.rejects(readRecords(table, shipped("retail-week")).next(), (error: unknown) => {
    assert.ok(error instanceof Error && "code" in error && "zh" in error);
    assert.equal(error.code, "profile_mismatch");
    assert.match(String(error.zh), /InvoiceNo、StockCode、Quantity/);
    return true;
  });
  await table.close();
});

test("progress is told as it goes, the last time with everything", async () => {
  const seen: ReadProgress[] = [];
  const table = await openTable("examples/retail/retail-week.csv");
  let records = 0;
  for await (const batch of readRecordBatches(table, shipped("retail-week"), {
    onProgress: (progress) => seen.push(progress),
  })) {
    records += batch.length;
    assert.equal(seen.at(-1)?.rows, records);
  }
  assert.ok(seen.length > 2);
  assert.deepEqual(seen.at(-1), { rows: 14_594, bytesRead: 1_183_421, bytesTotal: 1_183_421 });
  for (const [at, progress] of seen.entries())
    assert.ok(progress.bytesRead >= (seen[at - 1]?.bytesRead ?? 0));
});

test("whatever stands in the cells, each row gives one record and nothing throws", () => {
  const cell = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("1", "A1", "-1", "2024-11-11", "=1", "NaN", "1e9", "0"),
  );
  for (const profile of profiles.values()) {
    const headers = Object.values(profile.columns).map((column) => column?.from[0] ?? "");
    const read = recordReader(headers, profile);
    fc.assert(
      fc.property(fc.array(cell, { minLength: 0, maxLength: headers.length + 2 }), (cells) => {
        const record = read({ line: 7, cells });
        assert.equal(record.line, 7);
        assert.equal(record.cells, cells);
        if (record.as === "problem") assert.ok(record.problems.length > 0);
        if ("quantity" in record) assert.ok(Number.isSafeInteger(record.quantity) && record.quantity >= 0);
        if (record.as === "orderLine") {
          assert.ok(record.quantity > 0 && record.orderId !== "" && record.lineId !== "");
          assert.ok(record.sku !== null || record.listing !== null);
          assert.ok(
            record.amountMinor === null ||
              (Number.isSafeInteger(record.amountMinor) && record.amountMinor >= 0),
          );
        }
      }),
      { numRuns: 500 },
    );
  }
});
