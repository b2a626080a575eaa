import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { figureOf, newSite, ordersFile, owner, stockFile, Visitor, type Site } from "./site.ts";

/** From the link in the terminal to a stock page that adds up, as a newcomer goes. */
describe("first start", () => {
  let site: Site;
  let visitor: Visitor;
  let page: Page;
  const button = (name: string) => page.getByRole("button", { name, exact: true });

  before(async () => {
    site = await newSite();
    await site.start();
    visitor = await Visitor.arrive();
    page = await visitor.open(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("without the link nobody becomes the owner", async () => {
    await page.goto("/stock");
    await page.getByRole("heading", { name: "请打开终端里的链接" }).waitFor();
    assert.equal(await page.getByRole("textbox").count(), 0);
  });

  test("the link leads to the owner's form, and a slip in the password is noticed", async () => {
    await page.goto(site.setupLink ?? "");
    await page.getByLabel("姓名").fill(owner.name);
    await page.getByLabel("用户名").fill(owner.username);
    await page.getByLabel("新密码", { exact: true }).fill(owner.password);
    await page.getByLabel("再输入一次").fill(`${owner.password}!`);
    await button("创建并进入").click();
    await page.getByText("两次输入的密码不一样").waitFor();
    await page.getByLabel("再输入一次").fill(owner.password);
    await button("创建并进入").click();
    await page.getByRole("heading", { name: "您的店铺" }).waitFor();
  });

  test("the wizard asks for the shop", async () => {
    await button("下一步").click();
    await page.getByText("请填写店铺名称").waitFor();
    await page.getByLabel("店铺名称").fill("安娜家居");
    await button("下一步").click();
    await page.getByRole("heading", { name: "导入库存表" }).waitFor();
  });

  test("the stock list is recognised, tried and applied", async () => {
    await page.getByTestId("file").setInputFiles(stockFile);
    await page.getByText("GB18030").waitFor();
    await button("检查").click();
    await button("确认导入").waitFor();
    await page.getByText("164,165").first().waitFor();
    await button("确认导入").click();
    await page.getByText("导入完成").waitFor();
    await button("下一步").click();
  });

  test("the week of orders is recognised, tried and applied", async () => {
    await page.getByRole("heading", { name: "导入订单" }).waitFor();
    await page.getByTestId("file").setInputFiles(ordersFile);
    await button("检查").click();
    await button("确认导入").waitFor({ timeout: 240_000 });
    assert.match(await page.locator("main").innerText(), /未匹配/);
    await button("确认导入").click();
    await page.getByText("导入完成").waitFor({ timeout: 240_000 });
    await button("下一步").click();
    await page.getByText("账上有 2,210 个 SKU").waitFor();
    await button("打开库存").click();
  });

  test("the stock page shows 2,210 SKUs, and its cards add up", async () => {
    await page.getByText("2,210 个 SKU").waitFor();
    const summary = page.getByRole("region", { name: "库存合计" });
    await summary.getByText("在库实物").waitFor();
    const [onHand = 0, available = 0, committed = 0, quarantine = 0] = (
      await summary.locator(":scope > div").allInnerTexts()
    ).map(figureOf);
    assert.equal(onHand, available + committed + quarantine);
    assert.equal(onHand, 163_935);
    assert.equal(await page.getByRole("grid").getAttribute("aria-rowcount"), "2211");
  });

  test("the same file once more changes nothing, and the page says so", async () => {
    await page.goto("/import");
    await page.getByTestId("file").setInputFiles(stockFile);
    await button("检查").click();
    await page.getByText("这份文件的内容已经在账上了，没有任何变化。").waitFor();
    assert.equal(await button("确认导入").isDisabled(), true);
  });

  test("what is no table is refused in words", async () => {
    await page.goto("/import");
    await page
      .getByTestId("file")
      .setInputFiles({ name: "报表.csv", mimeType: "text/csv", buffer: Buffer.from([]) });
    const refusal = page.getByRole("alert");
    await refusal.waitFor();
    assert.match(await refusal.innerText(), /\p{Script=Han}/u);
  });

  test("nothing went wrong in the page meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});
