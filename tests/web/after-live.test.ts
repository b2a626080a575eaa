import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { figureOf, findBarriers, overflow, realShop, send, Visitor, type Site } from "./site.ts";

const day = "2010-12-02";

interface DayReport {
  readonly balanced: boolean;
  readonly rows: readonly { readonly name: string; readonly code: string; readonly category: string }[];
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

  test("[RP21] on paper a report is light, whole and without what is only for the screen", async () => {
    const dark = await visitor.signIn(site, { theme: "dark" });
    await dark.goto(`/reports/days/${day}`);
    await dark.getByTestId("verdict").waitFor();
    const table = dark.getByRole("region", { name: "逐个商品" });
    const report = await send<DayReport>(site, "GET", `/api/v1/reports/days/${day}`, { key });
    // Some hundred of them: more than fit on a screen, and few enough for a page or two of paper.
    await dark.getByRole("button", { name: /^全部/ }).click();
    await dark.getByRole("textbox", { name: /搜商品/ }).fill("bag");
    const wanted = report.rows.filter(({ name, code, category }) =>
      [name, code, category].some((text) => text.toLowerCase().includes("bag")),
    ).length;
    await dark.getByRole("row", { name: /BAG/ }).first().waitFor();
    const onScreen = await table.locator("tbody tr:not([aria-hidden])").count();
    assert.ok(onScreen < wanted, `${onScreen} of ${wanted} rows are on screen`);
    // What the browser does before it prints, from its menu or by the button.
    await dark.emulateMedia({ media: "print" });
    await dark.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await dark.waitForFunction(
      (rows) =>
        document.querySelectorAll("[aria-label=逐个商品] tbody tr:not([aria-hidden])").length === rows,
      wanted,
    );
    const paper = await dark.evaluate(() => ({
      theme: document.documentElement.dataset["theme"],
      background: getComputedStyle(document.body).backgroundColor,
    }));
    assert.deepEqual(paper, { theme: "light", background: "rgb(255, 255, 255)" });
    for (const name of ["Excel", "CSV"])
      assert.equal(await dark.getByRole("link", { name, exact: true }).isVisible(), false, name);
    assert.equal(await dark.getByRole("navigation").first().isVisible(), false);
    await dark.evaluate(() => dispatchEvent(new Event("afterprint")));
    await dark.emulateMedia({ media: "screen" });
    assert.equal(await dark.evaluate(() => document.documentElement.dataset["theme"]), "dark");
    // The file that a browser makes of it: text on several pages, no picture of a page.
    const pdf = (await dark.pdf({ format: "A4", landscape: true })).toString("latin1");
    assert.ok(Array.from(pdf.matchAll(/\/Type\s*\/Page\b/gu)).length > 1);
    await dark.context().close();
  });

  test("[RP20] a figure of the day opens into its orders, and the filters say of what", async () => {
    await page.goto(`/reports/days/${day}`);
    await page.getByRole("link", { name: /售出件数/ }).click();
    await page.waitForURL(/\/orders\?.*fromDay=2010-12-02/);
    await page.getByRole("button", { name: /12月2日.* ×/ }).waitFor();
    const chip = page.getByRole("button", { name: "已成交" });
    assert.equal(await chip.getAttribute("aria-pressed"), "true");
    const first = await page.locator("tbody tr").first().innerText();
    assert.match(first, /2010-12-0[23]/);
    await page.getByRole("button", { name: /12月2日.* ×/ }).click();
    await page.waitForURL((url) => !url.search.includes("fromDay"));
    assert.deepEqual(await findBarriers(page), []);
  });

  test("[RP19] the session's report is saved as a workbook from its page", async () => {
    const now = Date.now();
    const plan = {
      id: "web-1",
      title: "晚场",
      startsAt: new Date(now - 60_000).toISOString(),
      endsAt: new Date(now + 3_600_000).toISOString(),
      channels: ["douyin"],
      slots: [{ id: "a", sku: "84879", target: 5 }],
    };
    await send(site, "POST", "/api/v1/sessions", { key, body: plan });
    await page.goto("/reports/sessions/web-1");
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByTestId("session-xlsx").click(),
    ]);
    assert.equal(file.suggestedFilename(), "场次报表 晚场.xlsx");
    assert.deepEqual(await findBarriers(page), []);
  });

  test("[RV11] what is doubtful becomes a count sheet with a tap, and the shop's deadlines are set under the reviews", async () => {
    await page.goto("/reviews");
    const hours = page.getByRole("textbox", { name: "抖音旗舰店 发货" });
    await hours.fill("24");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("已保存，时限从现在起按新的算").waitFor();
    assert.deepEqual(await findBarriers(page), []);
    await page.goto(`/reviews/day/${day}?step=count`);
    await page.getByRole("button", { name: /开盘点单/ }).click();
    await page.waitForURL(/\/counts\/.+/);
    await page
      .getByText(/复盘存疑/)
      .first()
      .waitFor();
  });

  test("nothing went wrong in the pages meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});
