import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { hire } from "./crew.ts";
import { hearSounds, shoot, sounds } from "./gun.ts";
import { emptyShop, send, Visitor, type Site } from "./site.ts";

const scarf = "6901234567892";
const hat = "4006381333931";
const halfScarf = "6901234567899";
const scarfCase = "16901234567899";
/** Longer than this no step takes, on a busy machine either. */
const stepMsMax = 60_000;

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).first();
const notice = (page: Page, text: string | RegExp) =>
  page.getByRole("alert").getByText(text).first().waitFor();
const total = (page: Page) => page.locator("[data-total]");
const scan = (page: Page, code: string) => shoot(page, `${code}\n`);

/** What is shot gets its word and the sound of what is bad, and `before` is as it was. */
async function refused(
  page: Page,
  bad: readonly (readonly [typed: string, word: RegExp])[],
  asBefore: () => Promise<void>,
): Promise<void> {
  for (const [typed, word] of bad) {
    const heard = await sounds(page);
    await shoot(page, typed);
    // A bad scan sounds twice, a good one once.
    await page.locator(`body[data-tones="${heard + 2}"]`).waitFor();
    await notice(page, word);
    await asBefore();
  }
}

describe("bad scans while goods are moved, received and counted in", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let phone: Page;
  const ask = <T>(method: string, where: string, body?: unknown) =>
    send<T>(site, method, `/api/v1${where}`, body === undefined ? { key } : { key, body });
  const journal = async () =>
    (await ask<{ items: readonly { seq: number }[] }>("GET", "/journal?limit=1")).items[0]?.seq;

  before(async () => {
    ({ site, key } = await emptyShop());
    await ask("PUT", "/skus", {
      items: [
        { code: "WJ-708", name: "羊毛围巾", price: 12_900, barcodes: [scarf] },
        { code: "MZ-031", name: "针织帽", price: 5_900, barcodes: [hat] },
      ],
    });
    await ask("PUT", "/skus/WJ-708/packs", { packs: [{ code: scarfCase, units: 24 }] });
    await ask("PUT", "/warehouses/north", { name: "北仓" });
    await ask("POST", "/receipts", {
      lines: [
        { sku: "WJ-708", quantity: 60, bin: "A-01" },
        { sku: "MZ-031", quantity: 10, bin: "A-02" },
      ],
    });
    visitor = await Visitor.arrive();
    phone = await hire({ site, key, visitor }, { name: "小何", username: "xiaohe" });
    phone.setDefaultTimeout(stepMsMax);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("moving: a word and a sound, and what is in hand stays", async () => {
    const bins = phone.waitForResponse((answer) => answer.url().includes("/api/v1/bins"));
    await phone.goto("/phone/move");
    await bins;
    await phone.getByText("扫货现在在哪个库位").waitFor();
    await hearSounds(phone);
    const nothing = async () => assert.equal(await phone.locator("[data-from]").count(), 0);
    await refused(
      phone,
      [
        [`${scarf}\n`, /先扫货在哪个库位/],
        ["Z-99-99\n", /不认识/],
        [`${halfScarf}\n`, /校验位不对/],
        ["A-01\nA-02\n", /两个码/],
      ],
      nothing,
    );
    await scan(phone, "A-01");
    await phone.locator('[data-from="A-01"]').waitFor();
    // A case is its units.
    await scan(phone, scarfCase);
    await total(phone).getByText("24", { exact: true }).waitFor();
    const inHand = async () => assert.equal(await total(phone).innerText(), "24");
    await refused(
      phone,
      [
        [`${hat}\n`, /手里是别的商品/],
        ["A-01\n", /本来就在这个库位/],
        [`${halfScarf}\n`, /校验位不对/],
        [`${scarf}\n${hat}\n`, /两个码/],
        ["nobody-knows\n", /不认识/],
      ],
      inHand,
    );
    await button(phone, "输入数量").click();
    for (const digit of ["1", "0", "0", "0", "0"]) await button(phone, digit).click();
    await notice(phone, /9999/);
    await button(phone, "箱数 × 箱规").click();
    // The case's size is there already.
    await button(phone, /^每箱件数\s*24$/).waitFor();
    await button(phone, "取消").click();
    await inHand();
    // Typed by hand: a product's code and half a barcode are no bins.
    for (const [typed, word] of [
      ["WJ-708", /是商品码/],
      [halfScarf, /校验位不对/],
    ] as const) {
      await phone.getByLabel("或输入库位").fill(typed);
      await button(phone, "放这里").click();
      await notice(phone, word);
      await inHand();
    }
    await scan(phone, "A-02");
    await phone.locator('[data-move="sent"]').waitFor();
    const { placements } = await ask<{ placements: { bin: string; quantity: number }[] }>(
      "GET",
      "/stock/WJ-708",
    );
    assert.deepEqual(Object.fromEntries(placements.map(({ bin, quantity }) => [bin, quantity])), {
      "A-01": 36,
      "A-02": 24,
    });
  });

  test("receiving: a word and a sound, and no line changes", async () => {
    await phone.goto("/phone/receive");
    await button(phone, "新到一批货").click();
    await phone.getByLabel("供应商").fill("杭州织造");
    await button(phone, "开始清点").click();
    await phone.getByText("扫商品码，把到的货全部点一遍").waitFor();
    await hearSounds(phone);
    await scan(phone, scarf);
    const line = phone.locator('[data-line="WJ-708"]');
    await line.waitFor();
    const one = async () => {
      assert.equal(await phone.locator("[data-line]").count(), 1);
      assert.match(await line.innerText(), /\b1\b/);
    };
    await refused(
      phone,
      [
        ["A-01\n", /是库位码/],
        [`${halfScarf}\n`, /校验位不对/],
        [`${scarf}\n${hat}\n`, /两个码/],
        ["nobody-knows\n", /不认识/],
        ["(10)L-9(99)x\n", /不认识/],
      ],
      one,
    );
    await line.getByRole("button", { name: "输入数量" }).click();
    for (const digit of ["1", "0", "0", "0", "0"]) await button(phone, digit).click();
    await notice(phone, /9999/);
    await scan(phone, scarf);
    await notice(phone, /数量还没确定/);
    await button(phone, "取消").click();
    await one();
    await scan(phone, scarfCase);
    await button(phone, "签字 25 件").waitFor();
  });

  test("a transfer is counted in: a word and a sound, and no line changes", async () => {
    const sent = await ask<{ transfer: string }>("POST", "/transfers", {
      from: "main",
      to: "north",
      lines: [{ sku: "WJ-708", quantity: 30 }],
    });
    const before = await journal();
    await phone.goto(`/phone/transfers/${sent.transfer}`);
    await phone.locator('[data-line="WJ-708"]').waitFor();
    await hearSounds(phone);
    await scan(phone, scarfCase);
    await button(phone, "点收 24 件").waitFor();
    const still = () => button(phone, "点收 24 件").waitFor();
    await refused(
      phone,
      [
        [`${scarfCase}\n`, /最多还能点 6 件/],
        [`${hat}\n`, /没有/],
        [`${halfScarf}\n`, /校验位不对/],
        [`${scarf}\n${hat}\n`, /两个码/],
        ["nobody-knows\n", /没有/],
      ],
      still,
    );
    await phone.getByLabel(/WJ-708/).fill("10000");
    await notice(phone, /最多还能点 30 件/);
    await still();
    assert.equal(await journal(), before, "nothing is in the books that was not");
    assert.deepEqual(visitor.problems, []);
  });
});
