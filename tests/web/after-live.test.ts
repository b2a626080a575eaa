import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { figureOf, findBarriers, overflow, realShop, send, Visitor, type Site } from "./site.ts";

const day = "2010-12-02";

interface DayReport {
  readonly balanced: boolean;
  readonly rows: readonly unknown[];
  readonly totals: { readonly opening: number; readonly closing: number; readonly sold: number };
}
interface Order {
  readonly lines: readonly { readonly stage: string; readonly quantity: number }[];
}

/** A moment before now as Douyin's export writes it: local time of the shop, without a zone. */
function douyinTime(minutesAgo: number): string {
  const shifted = Date.now() + (8 * 60 - minutesAgo) * 60_000;
  return new Date(shifted).toISOString().slice(0, 19).replace("T", " ");
}

/** What Douyin exports: an order as the books have it, and one that was paid meanwhile. */
function douyinList(): Buffer {
  const lines = [
    "主订单编号,子订单编号,商家编码,商品数量,订单应付金额,订单提交时间,订单状态",
    `D-1,1,84879,2,198.00,${douyinTime(2)},待发货`,
    `D-2,1,84879,3,297.00,${douyinTime(20)},待发货`,
  ];
  return Buffer.from(`\u{FEFF}${lines.join("\n")}\n`);
}

describe("after the live", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    ({ site, key } = await realShop());
    visitor = await Visitor.arrive();
    page = await visitor.signIn(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("[RP1] the report of a day of the real week balances on the page as it does in the books", async () => {
    await page.goto("/reports");
    await page.getByRole("link", { name: /12月2日/ }).click();
    const verdict = page.getByTestId("verdict");
    await verdict.getByText(/账平：/).waitFor();
    const report = await send<DayReport>(site, "GET", `/api/v1/reports/days/${day}`, { key });
    assert.equal(report.balanced, true);
    const text = await verdict.innerText();
    assert.equal(figureOf(text), report.rows.length);
    const [opening, , closing] = (/期初[\s\S]*$/.exec(text)?.[0] ?? "").match(/[\d,]+/g) ?? [];
    assert.deepEqual(
      [opening, closing].map((figure) => Number((figure ?? "").replaceAll(",", ""))),
      [report.totals.opening, report.totals.closing],
    );
    await page.getByRole("link", { name: "Excel" }).waitFor();
    const table = page.getByRole("region", { name: "逐个商品" });
    assert.match((await table.locator("tbody tr").first().innerText()) ?? "", /WORLD WAR 2 GLIDERS/);
    assert.ok((await overflow(page)) <= 0);
    assert.deepEqual(await findBarriers(page), []);
  });

  test("an order list is compared with the books, and one difference is put right with a tap", async () => {
    await send(site, "PUT", "/api/v1/channels/douyin", { key, body: { name: "抖音旗舰店" } });
    const updatedAt = new Date(Date.now() - 30 * 60_000).toISOString();
    const lines = [{ lineId: "1", sku: "84879", quantity: 2, amount: 19_800 }];
    const waiting = [{ lineId: "1", sku: "84879", quantity: 3, amount: 29_700 }];
    const events = [
      { channel: "douyin", orderId: "D-1", stage: "paid", updatedAt, lines },
      { channel: "douyin", orderId: "D-2", stage: "pending", updatedAt, lines: waiting },
    ];
    await send(site, "POST", "/api/v1/order-events", { key, body: events });

    await page.goto("/reconcile?channel=douyin");
    await page.getByText("抖音旗舰店").waitFor();
    const file = { name: "订单.csv", mimeType: "text/csv", buffer: douyinList() };
    await page.getByTestId("file").setInputFiles(file);
    const missing = page.getByRole("heading", { name: "渠道已付款，账上还没有" });
    await missing.waitFor();
    assert.deepEqual(await findBarriers(page), []);
    const card = page.locator("section").filter({ has: missing });
    await card.getByText("D-2").waitFor();
    await card.locator("[data-difference]").getByRole("button", { name: "按渠道入账" }).click();
    await card.getByText("已处理", { exact: true }).waitFor();
    const order = await send<Order>(site, "GET", "/api/v1/orders/douyin/D-2", { key });
    assert.deepEqual(
      order.lines.map(({ stage, quantity }) => [stage, quantity]),
      [["paid", 3]],
    );
  });

  test("a review is begun, a step is finished with a reason, and another visit finds it there", async () => {
    await page.goto(`/reviews/day/${day}`);
    await page.getByRole("button", { name: "开始复盘" }).click();
    await page.getByRole("textbox", { name: /写明原因/ }).fill("平台还没处理");
    await page.getByRole("button", { name: "这一步做完了" }).click();
    await page.getByRole("heading", { name: /待确认付款/ }).waitFor();
    await page.goto("/reviews");
    await page.getByRole("link", { name: /12月2日/ }).click();
    await page.getByRole("button", { name: /对订单/ }).click();
    await page.getByText(/平台还没处理/).waitFor();
    assert.deepEqual(await findBarriers(page), []);
  });

  test("every page after the live fits a phone in the dark and is free of barriers", async () => {
    const phone = await visitor.signIn(site, { screen: "phone", theme: "dark", language: "en" });
    const pages = [
      [`/reports/days/${day}`, "Balanced:"],
      ["/reports", "Amount by day"],
      ["/reconcile", "Three-way close"],
      [`/reviews/day/${day}`, "left"],
      ["/odd", "Check orders"],
      ["/odd/rules", "Points that make a case"],
      ["/analysis", "Slow movers"],
    ] as const;
    for (const [where, words] of pages) {
      await phone.goto(where);
      await phone.getByText(words).filter({ visible: true }).first().waitFor();
      assert.ok((await overflow(phone)) <= 0, `${where} is wider than the window`);
      assert.deepEqual(await findBarriers(phone), [], where);
    }
    await phone.context().close();
  });

  test("nothing went wrong in the pages meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});
