import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { findBarriers, overflow, realShop, send, Visitor, type Site } from "./site.ts";

const sku = "84879";

describe("odd orders and what products cost, in the browser", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    ({ site, key } = await realShop());
    const events = [1, 2, 3, 4, 5].map((n) => ({
      channel: "retail",
      orderId: `T-${n}`,
      stage: "paid",
      updatedAt: new Date(Date.now() - n * 60_000).toISOString(),
      buyer: `b${n}`,
      phone: "139 1234 5678",
      address: `广东省深圳市宝安区福永街道集运仓${n}号`,
      lines: [{ sku, quantity: 1, amount: 9_900 }],
    }));
    await send(site, "POST", "/api/v1/order-events", { key, body: events });
    visitor = await Visitor.arrive();
    page = await visitor.signIn(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("[OD6] a case is found, held back, and seen on its order, which leads back to it", async () => {
    await page.goto("/odd");
    await page.getByRole("button", { name: "检查今天" }).click();
    await page.getByRole("link", { name: /同一电话多单/ }).click();
    await page
      .getByText(/5 单同款，5 个买家/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "先不发货" }).click();
    await page
      .getByText(/阿青 ·/)
      .first()
      .waitFor();
    await page.goto("/orders/retail/T-1");
    const hold = page.getByRole("status").filter({ hasText: "先不发货" });
    await hold.getByText(/阿青 于 .* 因异常扣住这一单/).waitFor();
    await hold.getByRole("link", { name: "看案件" }).click();
    await page.waitForURL(/\/odd\/cases\//);
  });

  test("[OD10] the shop's own list of forwarders is kept", async () => {
    await page.goto("/odd/rules");
    const list = page.getByRole("textbox", { name: "转运地址名单" });
    await list.fill("港口大道 8 号 B 仓\n福永街道");
    await page.getByRole("button", { name: /保\s*存/ }).click();
    await page.getByText("规则已保存").waitFor();
    await page.reload();
    await list.waitFor();
    assert.equal(await list.inputValue(), "港口大道 8 号 B 仓\n福永街道");
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await findBarriers(page), []);
  });

  test("[AN1] missing costs are counted, lead to the import, and are said in a product's panel", async () => {
    await page.goto("/analysis");
    const missing = page.getByRole("link", { name: /缺 [\d,]+ 个成本/ });
    await missing.waitFor();
    assert.equal(await missing.getAttribute("href"), "/import");
    await page.goto(`/stock/${sku}`);
    await page.getByRole("button", { name: "成本与季节" }).click();
    await page.getByLabel("成本价").fill("12.5");
    await page.getByLabel("到货天数").fill("9");
    await page.getByLabel("款式").fill("小鸟");
    await page.getByRole("button", { name: /保\s*存/ }).click();
    await page.getByText("已保存，分析会用上").waitFor();
    const { sku: saved } = await send<{ sku: { cost: number; leadDays: number; style: string } }>(
      site,
      "GET",
      `/api/v1/skus/${sku}`,
      { key },
    );
    assert.deepEqual([saved.cost, saved.leadDays, saved.style], [1_250, 9, "小鸟"]);
    assert.deepEqual(visitor.problems, []);
  });
});
