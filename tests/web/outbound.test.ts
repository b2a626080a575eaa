import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { WaveSheet } from "../../src/api/outbound.ts";
import { hearSounds, shoot, sounds } from "./gun.ts";
import { emptyShop, findBarriers, overflow, owner, send, Visitor, type Site } from "./site.ts";

const products = [
  { code: "WJ-708", name: "羊毛围巾 · 雾蓝", price: 12_900, barcodes: ["6901234567892"] },
  { code: "MZ-031", name: "针织帽", price: 5_900, barcodes: ["4006381333931"] },
  { code: "NN-200", name: "牛奶 200ml", price: 600, barcodes: ["5901234123457"] },
];
const scarf = "6901234567892";
const hat = "4006381333931";
const milk = "5901234123457";
/** Longer than this no step takes, on a busy machine either. */
const stepMsMax = 60_000;

const ready = (page: Page) => page.locator("[data-ready=true]").waitFor();
const total = (page: Page) => page.locator("[data-total]");
const scan = (page: Page, code: string) => shoot(page, `${code}\n`);
const notice = (page: Page, text: string | RegExp) => page.getByRole("alert").getByText(text).waitFor();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const row = (page: Page, task: string) => page.locator(`[data-row="${task}"]`);
const waiting = (page: Page, count: number) =>
  page.locator(`[data-waiting="${count}"]`).waitFor({ state: "attached" });
/** Scans, and waits until the page shows how many are in the hands. */
async function scanTo(page: Page, code: string, units: number): Promise<void> {
  await scan(page, code);
  await total(page).getByText(String(units), { exact: true }).waitFor();
}

describe("picking and shipping by phone", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let desk: Page;
  let phone: Page;
  let wave: string;
  const ask = <T>(method: string, where: string, body?: unknown) =>
    send<T>(site, method, `/api/v1${where}`, body === undefined ? { key } : { key, body });
  const sheet = () => ask<WaveSheet>("GET", `/outbound/${wave}`);
  const sell = (orderId: string, lines: Readonly<Record<string, number>>) =>
    ask("POST", "/reservations", {
      channel: "douyin",
      orderId,
      stage: "paid",
      lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })),
    });

  before(async () => {
    ({ site, key } = await emptyShop());
    await ask("PUT", "/channels/douyin", { platform: "douyin", name: "抖音旗舰店" });
    await ask("PUT", "/skus", { items: products });
    await ask("POST", "/receipts", {
      lines: [
        { sku: "WJ-708", quantity: 40, bin: "A-01" },
        { sku: "MZ-031", quantity: 10, bin: "A-02" },
        { sku: "NN-200", quantity: 12, bin: "B-01", lot: "EXP20990601" },
        { sku: "NN-200", quantity: 12, bin: "B-02", lot: "EXP20981231" },
      ],
    });
    await sell("DY-1001", { "WJ-708": 2, "NN-200": 1 });
    await sell("DY-1002", { "WJ-708": 1, "MZ-031": 2 });
    await sell("DY-1003", { "MZ-031": 1 });
    await sell("DY-1004", { "MZ-031": 2 });
    visitor = await Visitor.arrive();
    desk = await visitor.signIn(site, { screen: "wall" });
    phone = await visitor.signIn(site, { screen: "phone" });
    for (const page of [desk, phone]) page.setDefaultTimeout(stepMsMax);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("a wave is seen before it is one: how many orders, and past which bins", async () => {
    await desk.goto("/outbound");
    await desk.getByRole("main").getByRole("button", { name: "新建拣货单" }).first().click();
    await desk.locator('[data-preview="9"]').waitFor();
    await desk.getByText("A-01 · 3 件").waitFor();
    // What expires first, though it came last.
    await desk.getByText("B-02 · 1 件").waitFor();
    await desk.getByLabel("用途").fill("上午第一波");
    await desk.getByRole("button", { name: "开始拣货" }).click();
    await desk.getByRole("heading", { name: "上午第一波" }).waitFor();
    wave = decodeURIComponent(new URL(desk.url()).pathname.split("/").at(-1) ?? "");
    const { item } = await sheet();
    assert.deepEqual([item.orders, item.open, item.stage], [4, 9, "picking"]);
  });

  test("a gun picks; whatever is wrong gets a word and a sound, and changes nothing", async () => {
    await phone.goto("/phone/pick");
    await phone.getByRole("link", { name: /上午第一波/ }).click();
    await ready(phone);
    await phone.getByText("请扫库位码").waitFor();
    await hearSounds(phone);
    for (const [typed, word] of [
      [`${scarf}\n`, /请先扫库位码/],
      ["Z-99\n", /不认识/],
      ["B-01\n", /走错库位/],
    ] as const) {
      const heard = await sounds(phone);
      await shoot(phone, typed);
      // A bad scan sounds twice, a good one once.
      await phone.locator(`body[data-tones="${heard + 2}"]`).waitFor();
      await notice(phone, word);
    }
    await scan(phone, "a-01");
    await phone.locator("[data-at-bin=true]").waitFor();
    await scanTo(phone, scarf, 1);
    for (const [typed, word] of [
      [`${hat}\n`, /拿错商品/],
      ["6901234567891\n", /校验位不对/],
      ["A-01\n", /是库位码/],
      [`${scarf}\n${hat}\n`, /两个码/],
    ] as const) {
      const heard = await sounds(phone);
      await shoot(phone, typed);
      await phone.locator(`body[data-tones="${heard + 2}"]`).waitFor();
      await notice(phone, word);
      assert.equal(await total(phone).innerText(), "1", typed);
    }
    await phone.getByRole("button", { name: /输入数量/ }).click();
    for (const digit of ["1", "0", "0", "0", "0"]) await button(phone, digit).click();
    await notice(phone, /9999/);
    await button(phone, "确定").click();
    await notice(phone, /超过要拣的数量/);
    await button(phone, "取消").click();
    await scan(phone, scarf);
    await total(phone).getByText("2", { exact: true }).waitFor();
    await scan(phone, scarf);
    await row(phone, "1").getByText("已拣").waitFor();
    await waiting(phone, 0);
    assert.equal((await sheet()).tasks[0]?.picked, 3);
  });

  test("in aeroplane mode it goes on, over a reload; then all of it is sent, once", async () => {
    const context = phone.context();
    await phone.waitForFunction(async () => (await caches.match("/phone")) !== undefined, undefined, {
      polling: 200,
    });
    await context.setOffline(true);
    await scan(phone, "A-02");
    await phone.locator("[data-at-bin=true]").waitFor();
    await scanTo(phone, hat, 1);
    await scanTo(phone, hat, 2);
    await phone.reload();
    await ready(phone);
    await total(phone).getByText("2", { exact: true }).waitFor();
    await scanTo(phone, hat, 3);
    await scanTo(phone, hat, 4);
    await scan(phone, hat);
    await row(phone, "2").getByText("待上传").waitFor();
    await waiting(phone, 1);
    await phone.getByText(/离线中 · 1 条已存在手机里/).waitFor();
    // A lot's own label, which the list knows without a network.
    await scan(phone, "B-02");
    await phone.getByText("请扫批次码").waitFor();
    await scan(phone, milk);
    await notice(phone, /请扫批次码/);
    await scan(phone, "EXP20981231");
    await phone.getByText("都拣完了").waitFor();
    await waiting(phone, 2);
    assert.equal((await sheet()).item.picked, 3);
    await context.setOffline(false);
    await waiting(phone, 0);
    await row(phone, "2").getByText("已拣").waitFor();
    const { item, tasks } = await sheet();
    assert.deepEqual([item.picked, item.open, item.stage], [9, 0, "shipping"]);
    assert.deepEqual(
      tasks.map(({ picked }) => picked),
      [3, 5, 1],
    );
  });

  test("a scanned waybill sends an order; a cancelled one goes back to its shelf", async () => {
    await ask("POST", "/reservations/douyin/DY-1004/cancel", {});
    await phone.getByText("这些订单不发了，请把货放回货架").waitFor();
    await button(phone, "已放回 A-02").click();
    await waiting(phone, 0);
    await phone.getByRole("link", { name: "去发货" }).click();
    await phone.locator('[data-order="DY-1001"]').waitFor();
    await scan(phone, scarf);
    await notice(phone, /是商品码/);
    await phone.getByLabel("快递公司").fill("顺丰");
    await scan(phone, "SF1000001");
    await phone.locator('[data-parcel="SF1000001"]').getByText("已发").waitFor();
    await scan(phone, "SF1000001");
    await notice(phone, /已经用过/);
    // An order's own number chooses it.
    await scan(phone, "DY-1003");
    await phone.locator('[data-order="DY-1003"]').waitFor();
    const context = phone.context();
    await context.setOffline(true);
    await scan(phone, "SF1000003");
    await phone.locator('[data-parcel="SF1000003"]').getByText("待上传").waitFor();
    await phone.reload();
    await phone.locator('[data-parcel="SF1000003"]').getByText("待上传").waitFor();
    await context.setOffline(false);
    await phone.locator('[data-parcel="SF1000003"]').getByText("已发").waitFor();
    await phone.getByLabel("运单号").fill("SF1000002");
    await button(phone, "发货").click();
    await phone.getByText("没有待发的订单").waitFor();
    await waiting(phone, 0);
    const { item } = await sheet();
    assert.deepEqual([item.stage, item.sent, item.parcels, item.back], ["done", 7, 3, 0]);
    const { item: stock } = await ask<{ item: { onHand: number; committed: number } }>(
      "GET",
      "/stock/MZ-031",
    );
    assert.deepEqual([stock.onHand, stock.committed], [7, 0]);
  });

  test("every unit is traced from the desk, and the wave shows how it went", async () => {
    await desk.goto("/outbound/trace");
    await desk.getByText("运单号", { exact: true }).first().click();
    await desk.getByRole("textbox", { name: "运单号" }).fill("SF1000001");
    await desk.getByRole("button", { name: "查询" }).click();
    const found = desk.getByRole("region", { name: "查去向" });
    await found.getByText("EXP20981231").waitFor();
    await found.getByText("A-01", { exact: true }).waitFor();
    assert.equal(await found.getByText(owner.name).count(), 4);
    await desk.goto(`/outbound/${wave}`);
    await desk.getByRole("button", { name: /^包裹/ }).click();
    await desk.getByText("SF1000002").waitFor();
    await site.run("verify");
  });

  test("the pages fit, have no barriers, and nothing went wrong in them", async () => {
    await sell("DY-2001", { "WJ-708": 2 });
    const opened = await ask<{ wave: string }>("POST", "/outbound", { purpose: "第二波" });
    for (const where of ["/phone/pick", `/phone/pick/${opened.wave}`, `/phone/ship/${wave}`]) {
      await phone.goto(where);
      await phone.getByRole("heading").first().waitFor();
      assert.deepEqual(await findBarriers(phone), [], where);
      assert.ok((await overflow(phone)) <= 0, where);
    }
    for (const where of ["/outbound", `/outbound/${wave}`, "/outbound/trace?sku=WJ-708"]) {
      await desk.goto(where);
      await desk.getByRole("heading").first().waitFor();
      assert.deepEqual(await findBarriers(desk), [], where);
      assert.ok((await overflow(desk)) <= 0, where);
    }
    const ours = visitor.problems.filter(
      (problem) => !/ERR_(?:CONNECTION|INTERNET|INCOMPLETE|EMPTY)/.test(problem),
    );
    assert.deepEqual(ours, []);
  });
});
