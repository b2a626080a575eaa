import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { findBarriers, overflow, realShop, Visitor, type Look, type Site } from "./site.ts";

/** Each page, and a text that is there once it is drawn, in Chinese and in English. */
const pages: readonly (readonly [where: string, zh: string, en: string])[] = [
  ["/stock", "INFLATABLE POLITICAL GLOBE", "INFLATABLE POLITICAL GLOBE"],
  ["/stock/85123A", "为什么是", "Why "],
  ["/orders", "537604", "537604"],
  ["/orders/retail/536365", "下单时间", "Ordered at"],
  ["/goods", "扫一件，记一件", "Scan one, book one"],
  ["/goods/adjust", "先扫或搜一个商品", "Scan or find a product first"],
  ["/import", "选择文件", "Choose a file"],
  ["/channels", "还没有链接", "No listings yet"],
  ["/sessions", "还没有场次", "No sessions yet"],
  ["/settings", "退出登录", "Sign out"],
  ["/settings/alerts", "剩余库存分级", "Tiers of what is left"],
  ["/settings/robots", "还没有接收方", "Nobody is told yet"],
  ["/settings/words", "主播话术", "The host's words"],
  ["/settings/sources", "还没有数据来源", "No live data yet"],
  ["/settings/warehouses", "新建仓库", "New warehouse"],
  ["/settings/shop", "营业日切换时间", "Business day ends at"],
  ["/settings/users", "添加成员", "Add user"],
  ["/settings/keys", "新建密钥", "New key"],
  ["/welcome", "您的店铺", "Your shop"],
  ["/no/such/page", "没有这个页面", "No such page"],
];

/** Both themes, both languages, every screen. axe takes longest, and sees colours and names: two of them are enough. */
const looks: readonly (Look & { readonly axe: boolean })[] = [
  { screen: "desk", theme: "light", language: "zh-CN", axe: true },
  { screen: "wall", theme: "dark", language: "en", axe: false },
  { screen: "phone", theme: "dark", language: "en", axe: true },
  { screen: "phone", theme: "light", language: "zh-CN", axe: false },
];

describe("every page", () => {
  let site: Site;
  let visitor: Visitor;

  before(async () => {
    ({ site } = await realShop());
    visitor = await Visitor.arrive();
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  for (const look of looks) {
    const name = `${look.screen}, ${look.theme}, ${look.language}`;
    test(`${look.axe ? "is free of barriers and " : ""}is no wider than its window: ${name}`, async () => {
      const page = await visitor.signIn(site, look);
      await page.goto("/");
      for (const [where, zh, en] of pages) {
        await goWithin(page, where);
        await page
          .getByText(look.language === "en" ? en : zh)
          .filter({ visible: true })
          .first()
          .waitFor();
        if (look.axe) assert.deepEqual(await findBarriers(page), [], where);
        assert.ok((await overflow(page)) <= 0, `${where} is wider than the window`);
        if (look.language === "en") assert.deepEqual(await chineseIn(page), [], where);
      }
      await page.context().close();
    });
  }

  test("before anybody has signed in it is free of barriers, too", async () => {
    const page = await visitor.open(site, { screen: "phone" });
    await page.goto("/orders");
    await page.getByRole("button", { name: "登录" }).waitFor();
    assert.deepEqual(await findBarriers(page), []);
    assert.ok((await overflow(page)) <= 0);
    await page.context().close();
  });

  test("the language is switched in the settings, for this page and the next", async () => {
    const page = await visitor.signIn(site);
    await page.goto("/settings");
    await page.getByText("English", { exact: true }).click();
    await page.getByRole("link", { name: "Receive and adjust" }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
    await page.goto("/stock");
    await page.getByRole("heading", { name: "Stock", exact: true }).waitFor();
    await page.goto("/settings");
    await page.getByText("中文", { exact: true }).click();
    await page.getByRole("link", { name: "收货与调整" }).waitFor();
    await page.context().close();
  });

  test("the theme is switched in the settings and is there before the next page is drawn", async () => {
    const page = await visitor.signIn(site);
    await page.goto("/settings");
    await page.getByText("深色", { exact: true }).click();
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.goto("/stock", { waitUntil: "commit" });
    await page.waitForSelector("#root", { state: "attached" });
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.context().close();
  });

  test("on a phone a SKU opens as a sheet over the page, and going back closes it", async () => {
    const page = await visitor.signIn(site, { screen: "phone" });
    await page.goto("/stock");
    await page.locator("tr[data-sku='10002']").click();
    const sheet = page.getByRole("dialog", { name: "商品详情" });
    await sheet.getByText("为什么是").waitFor();
    const box = await sheet.boundingBox();
    assert.deepEqual([box?.x, box?.y, box?.width, box?.height], [0, 0, 390, 844]);
    await page.goBack();
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "更多", exact: true }).click();
    await page.getByRole("link", { name: "渠道" }).click();
    await page.getByRole("heading", { name: "渠道", exact: true }).waitFor();
    await page.context().close();
  });

  test("nothing went wrong in the pages meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});

/** Goes to a page as a link does, without loading the program again. */
function goWithin(page: Page, where: string): Promise<void> {
  return page.evaluate((to) => {
    history.pushState(null, "", to);
    dispatchEvent(new PopStateEvent("popstate"));
  }, where);
}

/** Chinese that an English page shows: the product's name, the other language, and what people called things, aside. */
function chineseIn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const own = new Set(["在库", "中文", "阿青", "阿", "安娜家居", "主仓"]);
    return document.body.innerText
      .split(/\s+|·/)
      .filter((word) => /\p{Script=Han}/u.test(word) && !own.has(word.trim()));
  });
}
