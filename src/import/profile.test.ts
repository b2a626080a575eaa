import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { loadProfiles, readProfile, saveProfile, shippedProfilesDir } from "./profile-files.ts";
import { compilePattern, patternInputCharsMax } from "./profile-pattern.ts";
import { mapColumns, recogniseProfile, recogniseProfiles } from "./profile-recognise.ts";
import { draftProfile, suggestMapping } from "./profile-suggest.ts";
import { parseProfile, ProfileError } from "./profile.ts";
import type { Profile } from "./profile.ts";

const folder = await mkdtemp(join(tmpdir(), "zaiku-profile-test-"));
after(() => rm(folder, { recursive: true, force: true }));

const shipped = await loadProfiles([shippedProfilesDir]);

function orders(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: "my-orders",
    title: { zh: "我的订单", en: "My orders" },
    kind: "orders",
    channel: "manual",
    currency: "CNY",
    timeZone: "Asia/Shanghai",
    money: "major",
    dateFormats: ["yyyy-MM-dd HH:mm:ss"],
    columns: {
      orderId: { from: ["单号"], required: true },
      sku: { from: ["编码"], required: true },
      quantity: { from: ["数量"], required: true },
    },
    lineNumber: "ordinal",
    ...changes,
  };
}

function issuesOf(value: unknown): string[] {
  try {
    parseProfile(value);
    return [];
  } catch (error) {
    assert.ok(error instanceof ProfileError);
    for (const issue of error.issues) assert.match(issue.zh, /[\u4e00-\u9fff]/);
    return error.issues.map((issue) => issue.path);
  }
}

test("the shipped profiles are valid and named like their files", async () => {
  assert.deepEqual(shipped.errors, []);
  const names = (await readdir(shippedProfilesDir)).map((name) => name.replace(".json", "")).toSorted();
  assert.deepEqual([...shipped.profiles.keys()].toSorted(), names);
  assert.deepEqual(names, [
    "douyin-orders",
    "pinduoduo-orders",
    "retail-week",
    "stock-list",
    "taobao-orders",
  ]);
});

test("a profile that cannot be used says where and what", () => {
  const rule = (when: unknown): unknown => orders({ rows: [{ when: [when], as: "skip" }] });
  const columns = orders()["columns"];
  assert.ok(typeof columns === "object");
  const rows: readonly (readonly [value: unknown, paths: string[]])[] = [
    [orders(), []],
    [orders({ timeZone: "Asia/Peking" }), ["/timeZone"]],
    [orders({ dateFormats: ["yyyy-MM-dd", "EEE"] }), ["/dateFormats/1"]],
    [orders({ name: "../evil" }), ["/name"]],
    [orders({ name: "A" }), ["/name"]],
    [orders({ channel: undefined }), ["/channel"]],
    [orders({ lineNumber: "column" }), ["/columns/lineId"]],
    [orders({ columns: { ...columns, bin: { from: ["库位"] } } }), ["/columns/bin"]],
    [orders({ columns: { ...columns, status: { from: ["状态"] } } }), ["/status"]],
    [orders({ kind: "stock" }), ["/columns/orderId"]],
    [rule({ field: "sku", matches: "^A" }), []],
    [rule({ field: "sku", matches: "(a+)+$" }), ["/rows/0/when/0/matches"]],
    [rule({ field: "sku", matches: "(" }), ["/rows/0/when/0/matches"]],
    [rule({ field: "sku", column: "编码", equals: "A" }), ["/rows/0/when/0"]],
    [rule({ matches: "^A" }), ["/rows/0/when/0"]],
    [rule({ field: "sku" }), ["/rows/0/when/0"]],
    [rule({ field: "sku", equals: "A", empty: true }), ["/rows/0/when/0"]],
  ];
  for (const [value, paths] of rows) assert.deepEqual(issuesOf(value), paths, JSON.stringify(value));
  assert.ok(issuesOf(null).length > 0);
  assert.ok(issuesOf([]).length > 0);
  assert.ok(issuesOf(orders({ extra: 1 })).length > 0);
  assert.ok(issuesOf(orders({ columns: { ...columns, quantity: { from: [], required: true } } })).length > 0);
});

test("profiles of a user are kept as files, replace shipped ones, and a bad file spoils nothing", async () => {
  await saveProfile(folder, orders());
  await saveProfile(folder, { ...shipped.profiles.get("stock-list"), currency: "USD" });
  await assert.rejects(saveProfile(folder, orders({ name: "a/b" })), ProfileError);
  await writeFile(join(folder, "broken.json"), "{");
  await writeFile(join(folder, "other.json"), JSON.stringify({ name: "other" }));
  await writeFile(join(folder, "notes.txt"), "not a profile");
  const shelf = await loadProfiles([shippedProfilesDir, folder, join(folder, "missing")]);
  assert.equal(shelf.profiles.size, 6);
  assert.equal(shelf.profiles.get("stock-list")?.currency, "USD");
  assert.deepEqual(
    shelf.errors.map(
      (error) => error.message.includes("broken.json") || error.message.includes("other.json"),
    ),
    [true, true],
  );
  assert.deepEqual(await readProfile(join(folder, "my-orders.json")), orders());
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith(".new")),
    [],
  );
  assert.match(await readFile(join(folder, "my-orders.json"), "utf8"), /\n$/);
});

const headersOf: Readonly<Record<string, string>> = {
  "stock-list": "商家编码,商品名称,类目,售价(元),库存数量,库位",
  "retail-week": "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
  "douyin-orders":
    "主订单编号,子订单编号,选购商品,商品规格,商品数量,商品ID,商家编码,商品单价,订单应付金额,订单提交时间,支付完成时间,订单状态,售后状态,商家备注,流量渠道",
  "taobao-orders":
    "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,备注,订单状态,商家编码,支付单号,买家应付货款,买家实际支付金额,退款状态,退款金额,订单创建时间,订单付款时间",
  "pinduoduo-orders":
    "商品,订单号,订单状态,商品总价(元),邮费(元),店铺优惠折扣(元),平台优惠折扣(元),多多支付立减金额(元),用户实付金额(元),商家实收金额(元),商品数量(件),订单成交时间,支付时间,发货时间,确认收货时间,商品id,商品规格,样式ID,商家编码-规格维度,商家编码-商品维度,商家备注,售后状态,快递单号,快递公司",
};

test("each export is recognised by its header, in any order, width and case", () => {
  for (const [name, line] of Object.entries(headersOf)) {
    const headers = line.split(",");
    assert.equal(recogniseProfile(headers, shipped.profiles.values())?.name, name);
    assert.equal(recogniseProfile(headers.toReversed(), shipped.profiles.values())?.name, name);
    const dressed = headers.map(
      (header) => ` ${header.replace("(", "（").replace(")", "）").toUpperCase()}\u200b`,
    );
    assert.equal(recogniseProfile(dressed, shipped.profiles.values())?.name, name);
  }
});

test("a file that fits nothing is not guessed at, and what is missing is said", () => {
  const headers = "主订单编号,选购商品,商品数量,订单提交时间,订单状态".split(",");
  assert.equal(recogniseProfile(headers, shipped.profiles.values()), null);
  const douyin = recogniseProfiles(headers, shipped.profiles.values()).find(
    ({ profile }) => profile.name === "douyin-orders",
  );
  assert.deepEqual(douyin?.missing, ["子订单编号"]);
  assert.equal(recogniseProfile(["a", "b"], shipped.profiles.values()), null);
  assert.equal(recogniseProfile([], shipped.profiles.values()), null);
});

test("the first of several columns counts, or the first that the row fills", () => {
  const profile = shipped.profiles.get("pinduoduo-orders");
  assert.ok(profile !== undefined);
  const { index } = mapColumns(["商家编码-商品维度", "订单号", "商家编码-规格维度", "订单号"], profile);
  assert.deepEqual(index.get("sku"), [2, 0]);
  assert.deepEqual(index.get("orderId"), [1]);
});

test("unknown headers get a suggestion that becomes a valid profile", () => {
  const stock = suggestMapping(["条码", "货号", "品名规格", "销售价(元)", "实际库存数", "货架"]);
  assert.equal(stock.kind, "stock");
  assert.deepEqual(stock.columns, {
    barcode: "条码",
    sku: "货号",
    name: "品名规格",
    price: "销售价(元)",
    quantity: "实际库存数",
  });
  assert.deepEqual(stock.unused, ["货架"]);
  const kuaishou = suggestMapping([
    "订单编号",
    "商品名称",
    "SKU编码",
    "成交数量",
    "实付款金额",
    "下单时间",
    "付款时间",
    "订单状态",
    "省份",
  ]);
  assert.equal(kuaishou.kind, "orders");
  assert.deepEqual(kuaishou.columns, {
    orderId: "订单编号",
    name: "商品名称",
    sku: "SKU编码",
    quantity: "成交数量",
    amount: "实付款金额",
    placedAt: "下单时间",
    paidAt: "付款时间",
    status: "订单状态",
    region: "省份",
  });
  const english = suggestMapping([
    "Order ID",
    "Line item ID",
    "Merchant code",
    "Qty",
    "Unit price",
    "Created at",
  ]);
  assert.deepEqual(english.columns, {
    orderId: "Order ID",
    lineId: "Line item ID",
    sku: "Merchant code",
    quantity: "Qty",
    unitPrice: "Unit price",
    placedAt: "Created at",
  });
  for (const suggestion of [stock, kuaishou, english]) {
    const draft: Profile = draftProfile("my-file", "我的文件", suggestion);
    assert.deepEqual(parseProfile(structuredClone(draft)), draft);
  }
  assert.deepEqual(suggestMapping(["foo", ""]), { kind: "stock", columns: {}, unused: ["foo"] });
});

test("patterns that could hang the process are refused", () => {
  const fine = [
    "^\\d{5}[A-Za-z]{0,2}$",
    "^C",
    "赠品|样品",
    "^(?:A|B)-\\d+$",
    "^[^-]*-.*$",
    "\\p{Script=Han}{2,4}",
    "^(\\d{3}-){3}x$",
    "a?b",
    "^\\[x\\]$",
  ];
  for (const source of fine) assert.ok("test" in compilePattern(source), source);
  const refused = [
    "(a+)+$",
    "(a|a)*b",
    "(a|aa)+$",
    "^(\\d+)*$",
    "(?=a)b",
    "(a)\\1",
    "(?<x>a)",
    ".*.*x",
    ".*a.*b.*c",
    "^.*.*.*$",
    "a{1000}",
    "(a?){11}",
    "^(a?){30}$",
    "^(([a-z]{0,30}){10}){10}$",
    "x".repeat(201),
    "(",
    "[",
    "\\",
    "a**",
  ];
  for (const source of refused) {
    const result = compilePattern(source);
    assert.ok(!("test" in result), source);
    assert.match(result.zh, /正则/);
  }
});

test("whatever pattern is allowed is quick on the worst text", () => {
  const atom = fc.constantFrom("a", "-", ".", "[a-]", "\\w", "x");
  const repeat = fc.constantFrom("", "", "*", "+", "?", "{2}", "{0,9}", "*?");
  const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
    part: fc.oneof(
      { maxDepth: 4 },
      fc.tuple(atom, repeat).map((both) => both.join("")),
      fc
        .tuple(tie("pattern"), fc.constantFrom("", "?", "{3}", "{9}", "*"))
        .map(([inner, end]) => `(?:${inner})${end}`),
    ),
    pattern: fc
      .tuple(fc.array(tie("part"), { minLength: 1, maxLength: 4 }), fc.option(tie("part"), { nil: null }))
      .map(([parts, other]) => parts.join("") + (other === null ? "" : `|${other}`)),
  }));
  const texts = ["-".repeat(1_000), "a".repeat(1_000), "a-".repeat(500)];
  let allowed = 0;
  fc.assert(
    fc.property(pattern, fc.boolean(), (source, anchored) => {
      const compiled = compilePattern(`${anchored ? "^" : ""}(?:${source})y$`);
      if (!("test" in compiled)) return;
      allowed += 1;
      const started = performance.now();
      for (const text of texts) assert.equal(compiled.test(text), false);
      assert.ok(performance.now() - started < 1_000);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(allowed > 200);
});

test("a long text is matched by its beginning", () => {
  const pattern = compilePattern("x$");
  assert.ok("test" in pattern);
  assert.equal(pattern.test(`${"y".repeat(patternInputCharsMax - 1)}x and more`), true);
});
