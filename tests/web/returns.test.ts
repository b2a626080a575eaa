import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { shoot } from "./gun.ts";
import { emptyShop, findBarriers, overflow, send, Visitor, type Site } from "./site.ts";

const products = [
  { code: "WJ-708", name: "羊毛围巾 · 雾蓝", price: 12_900, barcodes: ["6901234567892"] },
  { code: "MZ-031", name: "针织帽", price: 5_900, barcodes: ["4006381333931"] },
];
/** Longer than this no step takes, on a busy machine either. */
const stepMsMax = 30_000;
const photoBytesMax = 512 * 1_024;

/** A picture as a phone's camera makes it: far larger than what is kept. */
async function cameraPicture(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2_400;
    canvas.height = 1_600;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    for (let y = 0; y < 1_600; y += 8)
      for (let x = 0; x < 2_400; x += 8) {
        context.fillStyle = `rgb(${(x * 7 + y) % 256} ${(y * 13) % 256} ${(x + y * 3) % 256})`;
        context.fillRect(x, y, 8, 8);
      }
    const url = canvas.toDataURL("image/png");
    return url.slice(url.indexOf(",") + 1);
  });
  return Buffer.from(base64, "base64");
}

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first();

describe("returns, samples and quarantine in the browser", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let desk: Page;
  let phone: Page;
  let picture: { name: string; mimeType: string; buffer: Buffer };
  const ask = <T>(method: string, where: string, body?: unknown) =>
    send<T>(site, method, `/api/v1${where}`, body === undefined ? { key } : { key, body });
  const stock = async (sku: string) =>
    (await ask<{ item: { available: number; quarantine: number; loaned: number } }>("GET", `/stock/${sku}`))
      .item;

  before(async () => {
    ({ site, key } = await emptyShop());
    await ask("PUT", "/channels/douyin", { platform: "douyin", name: "抖音" });
    await ask("PUT", "/skus", { items: products });
    const lines = products.map(({ code }) => ({ sku: code, quantity: 30, bin: "A-01" }));
    await ask("POST", "/receipts", { lines });
    const updatedAt = new Date().toISOString();
    const order = (orderId: string, sku: string, quantity: number, more: object = {}) => ({
      channel: "douyin",
      orderId,
      updatedAt,
      stage: "paid",
      lines: [{ sku, quantity, shipped: quantity, ...more }],
    });
    await ask("POST", "/order-events", [
      order("6941-1001", "WJ-708", 3, { refund: "requested" }),
      order("6941-1002", "MZ-031", 2, { refund: "refunded" }),
    ]);
    visitor = await Visitor.arrive();
    desk = await visitor.signIn(site);
    phone = await visitor.signIn(site, { screen: "phone" });
    for (const page of [desk, phone]) page.setDefaultTimeout(stepMsMax);
    await desk.goto("/returns");
    picture = { name: "破损.png", mimeType: "image/png", buffer: await cameraPicture(desk) };
    assert.ok(picture.buffer.length > 0);
  });
  after(async () => {
    assert.deepEqual(visitor?.problems, []);
    await visitor?.leave();
    await site?.close();
  });

  test("at the desk an order is scanned, its parcel received and inspected good and bad with a picture", async () => {
    const field = desk.getByRole("textbox", { name: /扫快递单号或订单号/ });
    await field.fill("6941-1001");
    await field.press("Enter");
    await desk.getByRole("textbox", { name: "快递单号", exact: true }).fill("SF-900");
    await button(desk, "登记收到 3 件").click();
    const panel = desk.getByRole("complementary", { name: "退货包裹" });
    await panel.getByText("申请退款").waitFor();
    assert.equal((await stock("WJ-708")).available, 27);
    await panel.getByRole("button", { name: "不良 加一" }).click();
    await panel.getByRole("button", { name: "不良品要选原因、拍照" }).waitFor();
    await panel.getByRole("button", { name: "破损", exact: true }).click();
    await panel.locator("input[type=file]").setInputFiles(picture);
    await panel.locator("[data-photos='1']").waitFor();
    assert.deepEqual(await findBarriers(desk), []);
    await panel.getByRole("button", { name: "确认：良品 2，不良 1" }).click();
    await panel.getByText("质检结果").waitFor();
    const { available, quarantine } = await stock("WJ-708");
    assert.deepEqual([available, quarantine], [29, 1]);
    // What was sent is small enough, and comes back as a picture.
    const source = await panel.getByRole("img", { name: /照片 1/ }).getAttribute("src");
    const kept = await desk.request.get(source ?? "");
    assert.equal(kept.headers()["content-type"], "image/jpeg");
    assert.ok((await kept.body()).length <= photoBytesMax);
    await button(desk, "已完成").click();
    await desk.getByRole("link", { name: "SF-900" }).waitFor();
    assert.equal(await overflow(desk), 0);
  });

  test("by phone a gun finds the order; the next parcel follows; one without a label is received too", async () => {
    await phone.goto("/phone");
    await phone.getByRole("link", { name: "退货质检" }).click();
    await phone.locator("[data-ready=true]").waitFor();
    await shoot(phone, "6941-1002\n");
    await button(phone, "登记收到 2 件").click();
    await button(phone, "确认：良品 2，不良 0").waitFor();
    assert.deepEqual(await findBarriers(phone), []);
    assert.equal(await overflow(phone), 0);
    await button(phone, "确认：良品 2，不良 0").click();
    await phone.getByText("检完了，下一个包裹").waitFor();
    assert.equal((await stock("MZ-031")).available, 30);
    // The same order again: everything is back.
    await phone.locator("[data-ready=true]").waitFor();
    await shoot(phone, "6941-1002\n");
    await phone.getByText("这个订单发出去的都已退回").waitFor();
    await button(phone, "取消").click();
    await button(phone, "没有面单").click();
    await phone.getByRole("combobox", { name: "添加包裹里的商品" }).fill("针织");
    await phone.getByTitle("MZ-031").or(phone.locator(".ant-select-item-option")).first().click();
    await button(phone, "登记收到 1 件").click();
    await phone.getByText("未知订单").waitFor();
    await button(phone, "确认：良品 1，不良 0").click();
    await phone.getByText("检完了，下一个包裹").waitFor();
    assert.equal((await stock("MZ-031")).available, 31);
  });

  test("samples are lent at the desk and come back with one tap", async () => {
    await desk.goto("/samples");
    await button(desk, "借出样品").click();
    const dialog = desk.getByRole("dialog");
    await dialog.getByRole("combobox", { name: /名称、编码或条码/ }).fill("WJ-708");
    await desk.locator(".ant-select-item-option").first().click();
    await dialog.getByRole("combobox", { name: "借用人" }).fill("主播 小林");
    await dialog.getByRole("button", { name: "件数 加一" }).click();
    await dialog.getByRole("button", { name: /^借\s?出$/ }).click();
    // The name stands in the form, too.
    await dialog.waitFor({ state: "detached" });
    await desk.getByText("主播 小林").first().waitFor();
    assert.equal((await stock("WJ-708")).loaned, 2);
    assert.deepEqual(await findBarriers(desk), []);
    await button(desk, "一键归还").click();
    await desk.getByText("已结清").waitFor();
    assert.equal((await stock("WJ-708")).loaned, 0);
    assert.equal(await overflow(desk), 0);
  });

  test("quarantine shows the picture and the cause; a repair and a second look make it good again", async () => {
    await desk.goto("/quarantine");
    const row = desk.locator("[data-item]").first();
    await row.getByText(/退货入库 · 破损/).waitFor();
    await row.getByRole("img", { name: /照片 1/ }).waitFor();
    assert.deepEqual(await findBarriers(desk), []);
    await row.getByRole("button", { name: /^维\s?修$/ }).click();
    await desk.getByRole("dialog").getByRole("textbox", { name: "原因" }).fill("补线");
    await desk.getByRole("dialog").getByRole("button", { name: "确认维修" }).click();
    await row.getByText("维修中 1").waitFor();
    await row.getByRole("button", { name: "复检合格，转良品" }).click();
    await desk.getByRole("dialog").getByRole("textbox", { name: "复检结果" }).fill("看过，没问题");
    await desk
      .getByRole("dialog")
      .getByRole("button", { name: /^确认复检合格/ })
      .click();
    await desk.getByText("没有不良品").waitFor();
    const { available, quarantine } = await stock("WJ-708");
    assert.deepEqual([available, quarantine], [30, 0]);
    await phone.goto("/quarantine");
    await phone.getByText("没有不良品").waitFor();
    assert.equal(await overflow(phone), 0);
  });
});
