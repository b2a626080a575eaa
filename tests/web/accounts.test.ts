import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { owner, realShop, send, Visitor, type Site } from "./site.ts";

describe("people and programs", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let desk: Page;

  before(async () => {
    ({ site, key } = await realShop());
    visitor = await Visitor.arrive();
    desk = await visitor.signIn(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("a wrong password is said in words, the right one leads to where one was going", async () => {
    const page = await visitor.open(site);
    await page.goto("/orders?state=short");
    await page.getByLabel("用户名").fill(owner.username);
    await page.getByLabel("密码", { exact: true }).fill("wrong horse");
    await page.getByRole("button", { name: "登录" }).click();
    assert.match(await page.getByRole("alert").innerText(), /密码不正确/);
    await page.getByLabel("密码", { exact: true }).fill(owner.password);
    await page.getByRole("button", { name: "登录" }).click();
    await page.waitForURL(/\/orders\?state=short$/);
    await page.getByRole("heading", { name: "订单", exact: true }).waitFor();
    await page.context().close();
  });

  test("a new colleague gets a password once, must replace it, and sees what their role may", async () => {
    await desk.goto("/settings/users");
    await desk.getByRole("button", { name: "添加成员" }).click();
    const form = desk.getByRole("dialog");
    await form.getByLabel("姓名").fill("小美");
    await form.getByLabel("用户名").fill("xiaomei");
    await form.getByLabel("角色").click();
    await desk.getByTitle("主播").click();
    await form.getByRole("button", { name: "创建" }).click();
    await desk.getByText("小美 的一次性密码").waitFor();
    const password = await desk.locator("code").innerText();
    await desk.getByRole("button", { name: "已经记下" }).click();
    await desk.getByText("待改密码").waitFor();

    const page = await visitor.open(site);
    await page.goto("/");
    await page.getByLabel("用户名").fill("xiaomei");
    await page.getByLabel("密码", { exact: true }).fill(password);
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByRole("heading", { name: "设置自己的密码" }).waitFor();
    await page.getByLabel("一次性密码").fill(password);
    await page.getByLabel("新密码", { exact: true }).fill("still waters run");
    await page.getByLabel("再输入一次").fill("still waters run");
    await page.getByRole("button", { name: "保存并进入" }).click();
    await page.getByText("2,210 个 SKU").waitFor();
    const links = await page.getByRole("navigation", { name: "导航" }).getByRole("link").allInnerTexts();
    assert.deepEqual(
      links.filter((link) => /^(?:库存|收货与调整|导入|订单|渠道)$/.test(link)),
      ["库存", "订单", "渠道"],
    );
    await page.goto("/stock/85123A");
    await page.getByText("为什么是").waitFor();
    assert.equal(await page.getByRole("button", { name: "报损" }).count(), 0);
    await page.context().close();
  });

  test("a key for a program is shown once and can be revoked", async () => {
    await desk.goto("/settings/keys");
    await desk.getByRole("button", { name: "新建密钥" }).click();
    await desk.getByRole("dialog").getByLabel("名称").fill("小程序商城");
    await desk.getByRole("dialog").getByRole("button", { name: "创建" }).click();
    const secret = await desk.locator("code").innerText();
    await send(site, "GET", "/api/v1/stock?limit=1", { key: secret });
    await desk.getByRole("button", { name: "已经记下" }).click();
    const item = desk.getByRole("listitem").filter({ hasText: "小程序商城" });
    await item.getByText("看库存和订单").waitFor();
    assert.equal(await desk.getByText(secret).count(), 0);
    await item.getByRole("button", { name: "停用" }).click();
    await desk.getByRole("dialog").getByRole("button", { name: "停用" }).click();
    await item.waitFor({ state: "detached" });
    await assert.rejects(send(site, "GET", "/api/v1/stock?limit=1", { key: secret }), /401/);
  });

  test("goods are received by scanning, twice the same code is two", async () => {
    const before = await send<{ item: { onHand: number } }>(site, "GET", "/api/v1/stock/10002", { key });
    await desk.goto("/goods");
    const scan = desk.getByRole("combobox", { name: "扫条码，或输入编码、商品名" });
    for (const code of ["10002", "10002", "10120"]) {
      await scan.fill(code);
      await scan.press("Enter");
      await desk.waitForFunction(
        (field) => (field as HTMLInputElement).value === "",
        await scan.elementHandle(),
      );
    }
    await scan.fill("no-such-code");
    await scan.press("Enter");
    await desk.getByText("没有找到「no-such-code」").waitFor();
    await desk.getByRole("button", { name: "收货 3 件" }).click();
    await desk.getByText(/已收货 3 件，流水号/).waitFor();
    const now = await send<{ item: { onHand: number } }>(site, "GET", "/api/v1/stock/10002", { key });
    assert.equal(now.item.onHand, before.item.onHand + 2);
  });

  test("a bundle is mapped by hand and an order for it takes its parts", async () => {
    await desk.goto("/channels");
    await desk.getByRole("button", { name: "添加链接" }).click();
    const form = desk.getByRole("dialog");
    await form.getByLabel("链接或规格 ID").fill("bundle-1");
    await form.getByRole("combobox").fill("10002");
    await form.getByRole("spinbutton").fill("2");
    await form.getByRole("button", { name: "保存" }).click();
    await desk.getByText("10002 × 2").waitFor();
    const body = {
      channel: "retail",
      orderId: "by-bundle",
      stage: "paid",
      lines: [{ listing: "bundle-1", quantity: 3 }],
    };
    const answer = await send<{ lines: { sku: string; covered: number }[] }>(
      site,
      "POST",
      "/api/v1/reservations",
      { key, body },
    );
    assert.deepEqual(
      answer.lines.map(({ sku, covered }) => [sku, covered]),
      [["10002", 6]],
    );
    await desk.goto("/orders/retail/by-bundle");
    await desk.getByText("已售待发 6").waitFor();
  });

  test("signing out ends what the page shows", async () => {
    const page = await visitor.signIn(site);
    await page.goto("/settings");
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "退出登录" }).click()]);
    await page.getByRole("button", { name: "登录" }).waitFor();
    await page.goto("/stock");
    await page.waitForURL(/\/sign-in/);
    await page.context().close();
  });

  test("nothing went wrong in the pages meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});
