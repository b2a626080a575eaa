import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { findBarriers, overflow, realShop, send, Visitor, type Look, type Site } from "./site.ts";

/** A run-of-show as a team keeps it in a spreadsheet: a column of its own, and a code that the shop does not have. */
const runOfShow = [
  "商家编码,讲解时长,计划销量,直播价,限购,负责人",
  "85123A,10,600,15.9,2,小美",
  "84879,15,300,12,,小美",
  "22423,20,,99,,阿青",
  "NO-SUCH-CODE,5,,,,阿青",
].join("\n");

interface Line {
  readonly id: string;
  readonly result: string;
}
interface Precheck {
  readonly lines: readonly Line[];
  readonly signatureState: string;
}
interface Session {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly life: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly channels: readonly string[];
  readonly slots: readonly {
    readonly sku: string;
    readonly target: number | null;
    readonly price: number | null;
  }[];
}

const rows = (page: Page) => page.locator("[data-slot]");
const namesOf = (page: Page) =>
  rows(page)
    .locator("b")
    .filter({ hasText: /[A-Z]{3}/ })
    .allInnerTexts();

/** Picks a row up with the keyboard and puts it down so many rows further. */
async function moveDown(page: Page, row: number, by: number): Promise<void> {
  await rows(page).nth(row).getByRole("button", { name: /^移动/ }).focus();
  await page.keyboard.press("Space");
  await page.getByText(/拿起了/).waitFor({ state: "attached" });
  for (let step = 0; step < by; step += 1) {
    await page.keyboard.press("ArrowDown");
    await page.getByText(new RegExp(`移到第 ${row + step + 2} 个`)).waitFor({ state: "attached" });
  }
  await page.keyboard.press("Space");
  await page.getByText(/放在第/).waitFor({ state: "attached" });
}

describe("a session, from its plan to the moment it goes live", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let page: Page;
  let path: string;

  const idOf = () => path.split("/").at(-1) ?? "";
  const read = () => send<Session>(site, "GET", `/api/v1${path}`, { key });
  const precheck = () => send<Precheck>(site, "GET", `/api/v1${path}/precheck`, { key });

  before(async () => {
    ({ site, key } = await realShop());
    visitor = await Visitor.arrive();
    page = await visitor.signIn(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("it is planned in a form, and its run-of-show is imported", async () => {
    await page.goto("/sessions");
    await page.getByRole("button", { name: "新建场次" }).first().click();
    const form = page.getByRole("dialog");
    await form.getByLabel("标题").fill("秋冬上新专场");
    await form.getByRole("combobox").click();
    await page.locator(".ant-select-item-option").first().click();
    await page.keyboard.press("Escape");
    await form.getByRole("button", { name: "创建" }).click();
    await page.getByText("还没有排品。").waitFor();
    path = new URL(page.url()).pathname;

    await page.getByRole("button", { name: "批量加入" }).click();
    const file = { name: "排品.csv", mimeType: "text/csv", buffer: Buffer.from(runOfShow) };
    await page.getByTestId("run-of-show-file").setInputFiles(file);
    const dialog = page.getByRole("dialog");
    await dialog.getByText("识别出 3 个商品").waitFor();
    await dialog.getByText("NO-SUCH-CODE").waitFor();
    await dialog.getByText("负责人").waitFor();
    await dialog.getByRole("button", { name: "加入 3 个" }).click();
    await page.getByText("可售 422，比计划少 178").waitFor();
    assert.deepEqual(await namesOf(page), [
      "WHITE HANGING HEART T-LIGHT HOLDER",
      "ASSORTED COLOUR BIRD ORNAMENT",
      "REGENCY CAKESTAND 3 TIER",
    ]);
  });

  test("it is put into another order by keyboard, and its times follow", async () => {
    await moveDown(page, 0, 2);
    assert.deepEqual(await namesOf(page), [
      "ASSORTED COLOUR BIRD ORNAMENT",
      "REGENCY CAKESTAND 3 TIER",
      "WHITE HANGING HEART T-LIGHT HOLDER",
    ]);
    assert.match(await rows(page).nth(2).innerText(), /03\s+20:35\s+–20:45/);
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await page.getByText("排品已保存").waitFor();
    const { slots } = await read();
    assert.deepEqual(
      slots.map(({ sku, target, price }) => [sku, target, price]),
      [
        ["84879", 300, 1_200],
        ["22423", null, 9_900],
        ["85123A", 600, 1_590],
      ],
    );
  });

  test("what cannot be is said at its field, and nothing is saved", async () => {
    const row = rows(page).nth(2);
    await row.getByRole("button", { name: /更多设置/ }).click();
    await row.getByLabel(/的专享库存/).fill("50");
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await row.getByText(/专享库存却只有 50 件/).waitFor();
    assert.equal((await read()).version, 2);
    await row.getByLabel(/的专享库存/).fill("");
    await page.getByRole("button", { name: "放弃更改" }).click();
    await page.getByRole("button", { name: "开播前检查" }).and(page.locator(":enabled")).waitFor();
  });

  test("a change survives a look at another page, and a conflict is told in words", async () => {
    await page.getByLabel("标题").fill("我的标题");
    await page.getByRole("link", { name: "渠道" }).click();
    await page.getByRole("heading", { name: "渠道", exact: true }).waitFor();
    await page.goBack();
    assert.equal(await page.getByLabel("标题").inputValue(), "我的标题");

    const { version, channels, startsAt, endsAt, slots } = await read();
    const body = { version, title: "别人的标题", channels, startsAt, endsAt, slots: slots.map(plain) };
    await send(site, "PUT", `/api/v1${path}`, { key, body });
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await page.getByText(/刚刚保存了这场的另一个版本/).waitFor();
    await page.getByRole("button", { name: "用我的版本" }).click();
    // A message of an earlier save may still be on the page: the answer itself is waited for.
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === "PUT" && response.ok()),
      page.getByRole("button", { name: "覆盖", exact: true }).click(),
    ]);
    assert.equal((await read()).title, "我的标题");
  });

  test("the precheck shows what is open, and one tap mends it", async () => {
    await page.getByRole("button", { name: "开播前检查" }).click();
    const stock = page.locator("[data-line='stock:85123A']");
    await stock.getByText("可售 422，计划 600").waitFor();
    assert.equal(await stock.getAttribute("data-result"), "warn");
    await stock.getByRole("button", { name: "计划改成 422" }).click();
    await stock.waitFor({ state: "detached" });
    const planned = (await read()).slots.find(({ sku }) => sku === "85123A");
    assert.equal(planned?.target, 422);
    const line = (await precheck()).lines.find(({ id }) => id === "stock:85123A");
    assert.equal(line?.result, "pass");
  });

  test("what moves units asks first, and then moves them", async () => {
    const line = page.locator("[data-line='set_aside:84879']");
    await line.getByRole("button").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "取消" }).click();
    await dialog.waitFor({ state: "detached" });
    assert.ok(await line.isVisible());
    await line.getByRole("button").click();
    await page.getByRole("dialog").getByRole("button", { name: "分开放置" }).click();
    await line.waitFor({ state: "detached" });
  });

  test("what many products need alike is asked for all of them by one tap", async () => {
    const open = (await precheck()).lines.filter(
      ({ id, result }) => id.startsWith("counted:") && result !== "pass",
    );
    assert.ok(open.length > 1);
    let mended = 0;
    page.on("response", (response) => {
      if (new URL(response.url()).pathname.endsWith("/precheck/fixes") && response.ok()) mended += 1;
    });
    await page.getByRole("button", { name: `开抽盘单 × ${open.length}`, exact: true }).click();
    await page.getByText(`已处理：开抽盘单 × ${open.length}`).waitFor();
    assert.equal(mended, open.length);
  });

  test("a supplier answers on a link without a log-in", async () => {
    const line = page.locator("[data-result]").filter({ hasText: "库存充足" });
    assert.equal(await line.count(), 0, "the plan asks for no more than there is");
    const body = { action: "ask_supplier", sku: "85123A", supplier: "义乌阿强", units: 178 };
    const { url } = await send<{ url: string }>(site, "POST", `/api/v1${path}/actions`, { key, body });
    const phone = await visitor.open(site, { screen: "phone" });
    await phone.goto(new URL(url, site.url).pathname);
    await phone.getByText("WHITE HANGING HEART T-LIGHT HOLDER").waitFor();
    assert.deepEqual(await findBarriers(phone), []);
    assert.ok((await overflow(phone)) <= 0);
    await phone.getByLabel("能补多少件").fill("150");
    await phone.getByRole("button", { name: "明天" }).click();
    await phone.getByRole("button", { name: "提交" }).click();
    await phone.getByText("已收到").waitFor();
    const view = await send<{ requests: { answer: { units: number } | null }[] }>(
      site,
      "GET",
      `/api/v1${path}/view`,
      { key },
    );
    assert.equal(view.requests[0]?.answer?.units, 150);
    await phone.context().close();
  });

  for (const look of [
    { screen: "desk", theme: "light" },
    { screen: "phone", theme: "dark" },
  ] as const satisfies readonly Look[]) {
    test(`its pages are free of barriers and fit: ${look.screen}, ${look.theme}`, async () => {
      const other = await visitor.signIn(site, look);
      for (const [where, text] of [
        ["/sessions", "即将开始"],
        [path, "BIRD ORNAMENT"],
        [`${path}/precheck`, "重新检查"],
      ] as const) {
        await other.goto(where);
        await other.getByText(text).filter({ visible: true }).first().waitFor();
        assert.deepEqual(await findBarriers(other), [], where);
        assert.ok((await overflow(other)) <= 0, `${where} is wider than the window`);
      }
      await other.context().close();
    });
  }

  test("somebody signs, and it goes live", async () => {
    await page.goto(`${path}/precheck`);
    const note = page.getByLabel("签字备注");
    await page.getByRole("button", { name: "签字" }).waitFor();
    if (await note.isVisible()) await note.fill("先开播，边播边补");
    await page.getByRole("button", { name: "签字" }).click();
    await page.getByText(/阿青 于 .* 签字/).waitFor();
    assert.equal((await precheck()).signatureState, "current");
    await page.getByRole("button", { name: "开播" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "开播" }).click();
    await page.waitForURL((url) => url.pathname === `/live/${idOf()}`);
    assert.equal((await read()).life, "live");
  });

  test("nothing went wrong in the pages meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});

/** A slot as it is sent: without the times, which follow from the plan. */
function plain(slot: object): Record<string, unknown> {
  const { startsAt: _, endsAt: __, ...rest } = slot as Record<string, unknown>;
  return rest;
}
