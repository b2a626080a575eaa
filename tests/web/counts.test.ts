import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { hearSounds, shoot, sounds } from "./gun.ts";
import { emptyShop, findBarriers, overflow, send, Visitor, type Look, type Site } from "./site.ts";

const products = [
  { code: "WJ-708", name: "羊毛围巾 · 雾蓝", price: 12_900, barcodes: ["6901234567892"] },
  { code: "MZ-031", name: "针织帽", price: 5_900, barcodes: ["4006381333931"] },
  { code: "BZ-100", name: "白色杯子", price: 3_900, barcodes: ["5901234123457"] },
];
const scarf = "6901234567892";
const hat = "4006381333931";
const cup = "5901234123457";
const counters = [
  { name: "小何", username: "xiaohe" },
  { name: "小李", username: "xiaoli" },
] as const;
/** Longer than this no step takes, on a busy machine either. */
const stepMsMax = 20_000;
const password = "a long enough one";

interface Entry {
  readonly cell: { readonly bin: string; readonly sku: string };
  readonly quantity: number;
}
interface Line {
  readonly cell: Entry["cell"];
  readonly status: string;
  readonly rounds: readonly { readonly quantity: number }[];
}

/** The page has read what the phone keeps, and hears the gun. */
const ready = (page: Page) => page.locator("[data-ready=true]").waitFor();

const total = (page: Page) => page.locator("[data-total]");
const scan = (page: Page, code: string) => shoot(page, `${code}\n`);
/** Scans, and waits until the page shows the quantity that follows. */
async function scanTo(page: Page, code: string, quantity: number): Promise<void> {
  await scan(page, code);
  await total(page).getByText(String(quantity), { exact: true }).waitFor();
}
const notice = (page: Page, text: string | RegExp) => page.getByRole("alert").getByText(text).waitFor();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const card = (page: Page, cell: string) => page.locator(`[data-cell="${cell}"]`);
const waiting = (page: Page, count: number) =>
  page.locator(`[data-waiting="${count}"]`).waitFor({ state: "attached" });

describe("a count by phone", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let sheet: string;
  let phone: Page;
  let second: Page;
  let desk: Page;
  const ask = <T>(method: string, where: string, body?: unknown) =>
    send<T>(site, method, `/api/v1${where}`, body === undefined ? { key } : { key, body });
  const linesOf = async () => (await ask<{ lines: Line[] }>("GET", `/counts/${sheet}/lines`)).lines;
  const entries = async () =>
    (await ask<{ items: { entries: number }[] }>("GET", "/counts")).items[0]?.entries;

  const enter = async (who: (typeof counters)[number], look: Look): Promise<Page> => {
    const page = await visitor.open(site, look);
    const headers = { origin: site.url };
    const data = { username: who.username, password };
    const answer = await page.request.post("/api/auth/sign-in/username", { data, headers });
    assert.equal(answer.ok(), true, await answer.text());
    page.setDefaultTimeout(stepMsMax);
    return page;
  };

  /** Everybody replaces the password that was made for them. */
  const hire = async ({ name, username }: (typeof counters)[number]) => {
    const made = await ask<{ oneTimePassword: string }>("POST", "/users", {
      name,
      username,
      role: "warehouse",
    });
    const page = await visitor.open(site);
    const headers = { origin: site.url };
    const first = { username, password: made.oneTimePassword };
    await page.request.post("/api/auth/sign-in/username", { data: first, headers });
    const change = { currentPassword: made.oneTimePassword, newPassword: password };
    const changed = await page.request.post("/api/auth/change-password", { data: change, headers });
    assert.equal(changed.ok(), true, await changed.text());
    await page.context().close();
  };

  before(async () => {
    ({ site, key } = await emptyShop());
    await ask("PUT", "/skus", { items: products });
    const lines = [
      { sku: "WJ-708", quantity: 40, bin: "A-01" },
      { sku: "MZ-031", quantity: 10, bin: "A-01" },
      { sku: "BZ-100", quantity: 20, bin: "A-02" },
    ];
    await ask("POST", "/receipts", { lines });
    const made = await ask<{ sheet: string }>("POST", "/counts", {
      kind: "cycle",
      bins: ["A-01", "A-02"],
      purpose: "开播前抽盘 · A 区",
    });
    ({ sheet } = made);
    visitor = await Visitor.arrive();
    await Promise.all(counters.map(hire));
    phone = await enter(counters[0], { screen: "phone" });
    second = await enter(counters[1], { screen: "phone", theme: "dark" });
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("a gun opens the bin and counts, whatever has the focus; bad scans say why and change nothing", async () => {
    await phone.goto("/phone");
    await phone.getByRole("link", { name: /开播前抽盘/ }).click();
    await ready(phone);
    await hearSounds(phone);
    await scan(phone, scarf);
    await notice(phone, /请先扫库位/);
    await scan(phone, "a-01");
    await button(phone, "本库位数完").waitFor();
    await scanTo(phone, scarf, 1);
    await scanTo(phone, scarf, 2);
    for (const [typed, word] of [
      ["NO-SUCH\n", /不认识/],
      ["6901234567891\n", /校验位不对/],
      ["A-02\n", /是库位码/],
      [`${scarf}\n${hat}\n`, /两个码/],
      [`${scarf}${hat}\n`, /两个码/],
    ] as const) {
      const heard = await sounds(phone);
      await shoot(phone, typed);
      // A bad scan sounds twice, a good one once.
      await phone.locator(`body[data-tones="${heard + 2}"]`).waitFor();
      await notice(phone, word);
      assert.equal(await total(phone).innerText(), "2", typed);
    }
    assert.equal(await entries(), 0);
  });

  test("a quantity is typed on the pad or multiplied; a barcode in it is refused", async () => {
    await button(phone, "输入数量").click();
    for (const digit of ["1", "0", "0", "0", "0"]) await button(phone, digit).click();
    await notice(phone, /9999/);
    await scan(phone, hat);
    await notice(phone, /数量还没确定/);
    await button(phone, "箱数 × 箱规").click();
    await button(phone, "3").click();
    await phone.getByRole("button", { name: /^每箱件数/ }).click();
    for (const digit of ["1", "2"]) await button(phone, digit).click();
    await phone.getByRole("button", { name: /^散件/ }).click();
    await button(phone, "2").click();
    await phone.getByText("= 38").waitFor();
    await button(phone, "确定").click();
    await total(phone).getByText("38", { exact: true }).waitFor();
  });

  test("in aeroplane mode it goes on, over a reload and a tab that was killed; then all of it is sent, once", async () => {
    const context: BrowserContext = phone.context();
    await phone.waitForFunction(async () => (await caches.match("/phone")) !== undefined, undefined, {
      polling: 200,
    });
    await context.setOffline(true);
    await scanTo(phone, hat, 1);
    await waiting(phone, 1);
    await phone.getByText(/离线中 · 1 条已存在手机里/).waitFor();
    await scanTo(phone, hat, 2);
    await phone.reload();
    await total(phone).getByText("2", { exact: true }).waitFor();
    await card(phone, "A-01 WJ-708").getByText("待上传").waitFor();
    await scanTo(phone, hat, 3);
    const address = phone.url();
    await phone.close();
    phone = await context.newPage();
    phone.setDefaultTimeout(stepMsMax);
    await phone.goto(address);
    await total(phone).getByText("3", { exact: true }).waitFor();
    for (let at = 4; at <= 10; at += 1) await scanTo(phone, hat, at);
    await button(phone, "本库位数完").click();
    await waiting(phone, 3);
    assert.equal(await entries(), 0);
    await context.setOffline(false);
    await waiting(phone, 0);
    await card(phone, "A-01 MZ-031").getByText("已记").waitFor();
    const lines = await linesOf();
    const found = (sku: string) =>
      lines.find(({ cell }) => cell.sku === sku)?.rounds.map(({ quantity }) => quantity);
    assert.deepEqual([found("WJ-708"), found("MZ-031"), await entries()], [[38], [10], 2]);
  });

  test("a second phone counts another bin of the sheet, and is asked to look again at what differs", async () => {
    await second.goto(`/phone/counts/${sheet}`);
    await second.getByText("1 / 2 个库位").waitFor();
    await ready(second);
    await scan(second, "A-02");
    await button(second, "本库位数完").waitFor();
    await scanTo(second, cup, 1);
    await button(second, "输入数量").click();
    for (const digit of ["2", "0"]) await button(second, digit).click();
    await button(second, "确定").click();
    await total(second).getByText("20", { exact: true }).waitFor();
    await button(second, "本库位数完").click();
    await waiting(second, 0);
    await second.getByText("2 / 2 个库位").waitFor();
    assert.equal(await phone.getByText("请复盘").count(), 0, "who counted it is not the one who looks again");
    await card(second, "A-01 WJ-708").getByText("请复盘").waitFor();
    await card(second, "A-01 WJ-708").click();
    await total(second).getByText("0", { exact: true }).waitFor();
    await button(second, "输入数量").click();
    for (const digit of ["3", "8"]) await button(second, digit).click();
    await button(second, "确定").click();
    await total(second).getByText("38", { exact: true }).waitFor();
    await button(second, "记下").click();
    await waiting(second, 0);
    await card(second, "A-01 WJ-708").getByText("已记").waitFor();
    assert.equal((await linesOf()).find(({ cell }) => cell.sku === "WJ-708")?.status, "confirmed");
  });

  test("who may approve does so, and the stock page shows the difference", async () => {
    const desk = await visitor.signIn(site);
    desk.setDefaultTimeout(stepMsMax);
    await desk.goto("/counts");
    await desk.getByRole("link", { name: /开播前抽盘/ }).click();
    const line = desk.locator('[data-sku="WJ-708"]');
    await line.getByText("−2").waitFor();
    await line.getByRole("checkbox").check();
    await desk.getByRole("combobox", { name: "统一填原因" }).click();
    await desk.getByTitle("原因不明").click();
    await desk.getByRole("button", { name: "审核通过 1 行" }).click();
    await desk.getByText("已入账：盘盈 0，盘亏 2").waitFor();
    await desk.getByRole("button", { name: "完成盘点" }).click();
    await desk.getByText("已完成", { exact: true }).waitFor();
    await desk.goto("/stock/WJ-708");
    await desk.getByRole("complementary", { name: "商品详情" }).getByText("盘亏").first().waitFor();
    const { item } = await ask<{ item: { onHand: number } }>("GET", "/stock/WJ-708");
    assert.equal(item.onHand, 38);
    await site.run("verify");
    await desk.goto("/counts/accuracy");
    await desk.getByRole("region", { name: "汇总" }).getByText("50.0%").waitFor();
  });

  test("two people receive a delivery: the first may not be the second, equal counts are booked", async () => {
    await phone.goto("/phone/receive");
    await button(phone, "新到一批货").click();
    await phone.getByLabel("供应商").fill("杭州织造");
    await button(phone, "开始清点").click();
    await phone.getByText("扫商品码，把到的货全部点一遍").waitFor();
    await scan(phone, cup);
    await phone.locator('[data-line="BZ-100"]').waitFor();
    await button(phone, "签字 1 件").click();
    await phone.getByText(/请另一位同事/).waitFor();
    await second.goto("/phone/receive");
    await second.getByRole("link", { name: /杭州织造/ }).click();
    await second.getByText("扫商品码，把到的货全部点一遍").waitFor();
    assert.equal(await second.locator('[data-line="BZ-100"]').count(), 0, "the second person counts blind");
    await scan(second, cup);
    await button(second, "签字 1 件").click();
    await second.getByText(/两人一致，已入库/).waitFor();
    const { item } = await ask<{ item: { onHand: number } }>("GET", "/stock/BZ-100");
    assert.equal(item.onHand, 21);
  });

  test("two phones count one bin of one sheet at the same moment, one of them without a network; both counts stand", async () => {
    const both = await ask<{ sheet: string }>("POST", "/counts", { kind: "cycle", bins: ["A-02"] });
    const pages = [phone, second];
    await Promise.all(
      pages.map(async (page) => {
        await page.goto(`/phone/counts/${both.sheet}`);
        await ready(page);
        await scan(page, "A-02");
        await button(page, "本库位数完").waitFor();
      }),
    );
    await phone.context().setOffline(true);
    await Promise.all(pages.map((page) => scanTo(page, cup, 1)));
    await Promise.all(pages.map((page) => scanTo(page, cup, 2)));
    await Promise.all(pages.map((page) => button(page, "本库位数完").click()));
    await waiting(second, 0);
    await phone.context().setOffline(false);
    await waiting(phone, 0);
    const { lines } = await ask<{ lines: Line[] }>("GET", `/counts/${both.sheet}/lines`);
    const cups = lines.find(({ cell }) => cell.sku === "BZ-100");
    assert.deepEqual(
      cups?.rounds.map(({ quantity }) => quantity),
      [2, 2],
    );
    assert.equal(cups?.status, "confirmed");
    await ask("POST", `/counts/${both.sheet}/cancel`, { reason: "试" });
  });

  test("a cause stands beside the difference, and one tap settles it; rules show today's plan before they are saved", async () => {
    const made = await ask<{ sheet: string }>("POST", "/counts", {
      kind: "cycle",
      bins: ["A-01", "A-02"],
      purpose: "查原因",
      anyway: true,
    });
    const entry = (bin: string, sku: string, quantity: number) => ({
      id: `${bin}${sku}`,
      bin,
      sku,
      quantity,
    });
    await ask("POST", `/counts/${made.sheet}/entries`, {
      entries: [
        entry("A-01", "WJ-708", 35),
        entry("A-01", "MZ-031", 10),
        entry("A-02", "WJ-708", 3),
        entry("A-02", "BZ-100", 20),
      ],
    });
    await ask("POST", `/counts/${made.sheet}/bins/close`, { bins: [{ bin: "A-01" }, { bin: "A-02" }] });
    desk = await visitor.signIn(site);
    desk.setDefaultTimeout(stepMsMax);
    await desk.goto(`/counts/${made.sheet}`);
    await desk
      .getByText(/挪了没扫码/)
      .first()
      .waitFor();
    if (process.env.ZAIKU_SHOTS !== undefined)
      await desk.screenshot({ path: `${process.env.ZAIKU_SHOTS}/clues.png`, fullPage: true });
    await desk
      .getByRole("button", { name: /补登移库：3 件 A-01 → A-02/ })
      .first()
      .click();
    await desk.getByText("已处理，差异已重新计算").waitFor();
    const settled = await ask<{ lines: Line[] }>("GET", `/counts/${made.sheet}/lines`);
    assert.ok(
      settled.lines.every(({ status }) => status === "matched"),
      JSON.stringify(settled.lines),
    );
    await ask("POST", `/counts/${made.sheet}/close`, {});
    await desk.goto("/counts/policy");
    await desk
      .locator("[data-preview]")
      .getByText(/今天盘/)
      .waitFor();
    await desk.getByRole("textbox", { name: "A 类多少天盘一次" }).fill("3");
    await desk.getByRole("button", { name: "保存规则" }).click();
    await desk.getByText("已保存").waitFor();
    const { everyDays } = await ask<{ everyDays: { A: number } }>("GET", "/counts/policy");
    assert.equal(everyDays.A, 3);
  });

  test("the pages fit, have no barriers, and nothing went wrong in them", async () => {
    for (const where of ["/counts/policy", "/inbound", "/counts/accuracy"]) {
      await desk.goto(where);
      await desk.getByRole("heading").first().waitFor();
      assert.deepEqual(await findBarriers(desk), [], where);
      assert.ok((await overflow(desk)) <= 0, where);
    }
    for (const where of ["/phone", `/phone/counts/${sheet}`, "/phone/lookup"]) {
      await second.goto(where);
      await second.getByRole("heading").first().waitFor();
      assert.deepEqual(await findBarriers(second), [], where);
      assert.ok((await overflow(second)) <= 0, where);
    }
    const ours = visitor.problems.filter(
      (problem) => !/ERR_(?:CONNECTION|INTERNET|INCOMPLETE|EMPTY)/.test(problem),
    );
    assert.deepEqual(ours, []);
  });
});
