import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { figureOf, realShop, send, Visitor, type Site } from "./site.ts";

/**
 * That a page is told of a change within a second and notices its loss within three is held by src/web/feed/live.test.ts
 * on a clock of its own. Here the whole way is gone, on a machine that may be busy with other tests: the times are told.
 */
const soonMsMax = 30_000;

describe("the stock page", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let page: Page;
  const grid = () => page.getByRole("grid");
  const row = (sku: string) => grid().locator(`tr[data-sku="${sku}"]`);
  const panel = () => page.getByRole("complementary", { name: "商品详情" });

  before(async () => {
    ({ site, key } = await realShop());
    visitor = await Visitor.arrive();
    page = await visitor.signIn(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  const openStock = async (query = "") => {
    await page.goto(`/stock${query}`);
    await grid().waitFor();
    await page.getByText("已连接").waitFor();
  };
  const buy = (orderId: string, sku: string, quantity: number, stage: "created" | "paid") => {
    const lines = [{ sku, quantity }];
    return send(site, "POST", "/api/v1/reservations", {
      key,
      body: { channel: "retail", orderId, stage, lines },
    });
  };

  test("each SKU's panel adds up to the figure of its row", async () => {
    await buy("adds-up-1", "85123A", 3, "created");
    await buy("adds-up-2", "85123A", 2, "paid");
    const body = { action: "quarantine", sku: "85123A", quantity: 4 };
    await send(site, "POST", "/api/v1/adjustments", { key, body });
    await send(site, "PATCH", "/api/v1/skus/85123A", { key, body: { bufferUnits: 7 } });
    for (const sku of ["85123A", "10002", "22423", "17084R"]) {
      await page.goto(`/stock/${sku}`);
      await page.getByRole("heading", { name: /^为什么是/ }).waitFor();
      const lines = await panel().locator("section").first().locator("ul").first().locator("li").all();
      const parts = await Promise.all(lines.map((line) => unitsOf(line)));
      const [onHand = 0, committed = 0, held = 0, quarantine = 0, buffer = 0, sellable = 0] = parts;
      assert.equal(parts.length, 6, sku);
      assert.equal(sellable, onHand - committed - held - quarantine - buffer, sku);
      const shown = await send<{ item: Record<string, number> }>(site, "GET", `/api/v1/stock/${sku}`, {
        key,
      });
      const { item } = shown;
      assert.deepEqual(parts.slice(0, 4), [item.onHand, item.committed, item.held, item.quarantine], sku);
      assert.equal(sellable, item.sellable, sku);
    }
  });

  test("it says who holds the units and until when", async () => {
    await page.goto("/stock/85123A");
    const why = panel().locator("section").first();
    await why.getByText("待付款 3").waitFor();
    assert.match(await why.innerText(), /零售 [\d,]+/);
    assert.match(await why.innerText(), /最早 \d+ 分 \d+ 秒后释放/);
    await panel().getByText("零售订单 adds-up-2 下单").waitFor();
  });

  test("search, filters and order of rows ask the server and stay in the address", async () => {
    await openStock();
    await page.keyboard.press("/");
    await page.keyboard.type("hanging heart");
    await page.waitForURL(/search=hanging/);
    await row("85123A").waitFor();
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.search.includes("search"));
    await page
      .getByRole("button", { name: /^欠货 \d/ })
      .first()
      .click();
    await page.waitForURL(/filter=short/);
    const first = grid().locator("tbody tr[data-index='0']");
    await page.getByRole("columnheader", { name: "欠货" }).getByRole("button").click();
    await page.waitForURL(/sort=shortage&desc=1/);
    await page
      .getByRole("columnheader", { name: "欠货" })
      .and(page.locator("[aria-sort=descending]"))
      .waitFor();
    // The rows of the new order replace the old ones when the server has answered.
    await first.locator("td").nth(6).filter({ hasText: /[1-9]/ }).waitFor();
    await page.goto("/stock?search=nothing-of-this-name");
    await page.getByText("没有符合条件的商品").waitFor();
    await page.getByRole("button", { name: "清除筛选" }).click();
    await row("10002").waitFor();
  });

  test("rows are reached by key: arrows move, Enter opens, Esc closes and leads back", async () => {
    await openStock();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const third = grid().locator("tr[data-index='2']");
    assert.equal(await third.evaluate((element) => element === document.activeElement), true);
    await page.keyboard.press("Enter");
    await panel().waitFor();
    assert.match(page.url(), /\/stock\/10123C$/);
    await page.keyboard.press("ArrowDown");
    await page.waitForURL(/\/stock\/10124A$/);
    await page.keyboard.press("Escape");
    await page.waitForURL(/\/stock$/);
    await grid().locator("tr[data-index='3']:focus").waitFor();
    await page.keyboard.press("End");
    await grid().locator("tr[data-index='199']:focus").waitFor();
    assert.ok((await grid().locator("tr[data-index]").count()) < 120, "only the rows on screen are drawn");
  });

  test("a change shows in its place", async (t) => {
    await openStock();
    const figure = row("10002").locator("td").nth(1);
    const before = figureOf(await figure.innerText());
    await send(site, "POST", "/api/v1/receipts", { key, body: { lines: [{ sku: "10002", quantity: 11 }] } });
    const answeredAt = Date.now();
    await figure.getByText(String(before + 11), { exact: true }).waitFor({ timeout: soonMsMax });
    t.diagnostic(`a change was on the page ${Date.now() - answeredAt} ms after its answer`);
  });

  test("a person moves units from the panel, and the journal says who", async () => {
    await page.goto("/stock/22423");
    await panel().getByRole("button", { name: "转不良" }).click();
    await panel().getByLabel(/^数量/).fill("2");
    await panel().getByLabel("原因").fill("包装破损");
    await panel().locator("form").getByRole("button", { name: "转不良" }).click();
    await page.getByText(/转不良完成，流水号/).waitFor();
    await panel().getByText("转不良 · 阿青").waitFor();
    await panel().getByText("可用 → 不良 2").waitFor();
    // More than there is: the server's own sentence stands beside the form.
    await panel().getByRole("button", { name: "报损" }).click();
    await panel().getByLabel(/^数量/).fill("999999");
    await panel().getByLabel("原因").fill("试一试");
    await panel().locator("form").getByRole("button", { name: "报损" }).click();
    assert.match(await panel().getByRole("alert").innerText(), /只有 \d+ 件/);
  });

  test("the policy is edited in the panel and takes effect at once", async () => {
    await page.goto("/stock/10120");
    await panel()
      .getByRole("button", { name: /^销售策略/ })
      .click();
    await panel().getByLabel("安全预留").fill("4");
    await panel().getByRole("button", { name: "保存" }).click();
    await page.getByText("策略已保存").waitFor();
    await panel().getByRole("heading", { name: "为什么是 2" }).waitFor();
  });

  test("the list is exported as it is filtered", async () => {
    await openStock("?filter=short");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "导出" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^库存-安娜家居-\d{4}-\d\d-\d\d\.csv$/);
    const text = await readFile(await download.path(), "utf8");
    const rows = text.trimEnd().split("\r\n");
    const totals = await send<{ totals: { counts: { short: number } } }>(
      site,
      "GET",
      "/api/v1/stock?limit=1",
      { key },
    );
    assert.equal(rows.length - 1, totals.totals.counts.short);
    assert.match(rows[0] ?? "", /^\u{FEFF}商家编码,商品名称/u);
  });

  test("a page that loses the server says so, and is right again when it returns", async (t) => {
    await openStock();
    const figure = row("10133").locator("td").nth(1);
    const before = figureOf(await figure.innerText());
    const stoppedAt = Date.now();
    await site.stop("SIGKILL");
    await page.getByText("连接中断，数字可能不是最新的").waitFor({ timeout: soonMsMax });
    t.diagnostic(`the loss was on the page after ${Date.now() - stoppedAt} ms`);
    await site.start();
    await send(site, "POST", "/api/v1/receipts", { key, body: { lines: [{ sku: "10133", quantity: 5 }] } });
    const answeredAt = Date.now();
    await figure.getByText(String(before + 5), { exact: true }).waitFor({ timeout: soonMsMax });
    t.diagnostic(`the page was right ${Date.now() - answeredAt} ms after the answer`);
    await page.getByText("已连接").waitFor();
    assert.equal(await page.getByText("连接中断").count(), 0);
  });

  test("nothing went wrong in the page meanwhile", () => {
    const ours = visitor.problems.filter((problem) => !/ERR_(?:CONNECTION|INCOMPLETE|EMPTY)/.test(problem));
    assert.deepEqual(ours, []);
  });
});

/** The figure at the end of a line of the legend. */
async function unitsOf(line: Locator): Promise<number> {
  return figureOf(await line.locator("b").innerText());
}
