import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { shoot as fire } from "./gun.ts";
import { emptyShop, findBarriers, overflow, send, Visitor, type Look, type Site } from "./site.ts";

const scarf = "6901234567892";
const hat = "4006381333931";
const products = [
  { code: "WJ-708", name: "羊毛围巾 · 雾蓝", category: "服饰", price: 12_900, barcodes: [scarf] },
  { code: "MZ-031", name: "针织帽", category: "服饰", price: 5_900, barcodes: [hat] },
  { code: "NN-250", name: "纯牛奶 250ml×12", category: "食品", price: 4_900, barcodes: ["5901234123457"] },
];
/** Longer than this no step takes, on a busy machine either. */
const stepMsMax = 30_000;
const password = "a long enough one";

const shoot = (page: Page, code: string): Promise<void> => fire(page, `${code}\n`);
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name }).first();
const alert = (page: Page, text: string | RegExp) =>
  page.getByRole("alert").getByText(text).first().waitFor();
const waiting = (page: Page, count: number) =>
  page.locator(`[data-waiting="${count}"]`).first().waitFor({ state: "attached" });

interface Placement {
  readonly warehouse: string;
  readonly bin: string;
  readonly quantity: number;
}

describe("zones, bins, lots and transfers in the browser", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let desk: Page;
  let phone: Page;
  const ask = <T>(method: string, where: string, body?: unknown) =>
    send<T>(site, method, `/api/v1${where}`, body === undefined ? { key } : { key, body });
  const unitsIn = async (sku: string, bin: string) => {
    const { placements } = await ask<{ placements: readonly Placement[] }>("GET", `/stock/${sku}`);
    return placements.reduce((sum, one) => sum + (one.bin === bin ? one.quantity : 0), 0);
  };

  const enter = async (name: string, username: string, look: Look): Promise<Page> => {
    const made = await ask<{ oneTimePassword: string }>("POST", "/users", {
      name,
      username,
      role: "warehouse",
    });
    const page = await visitor.open(site, look);
    const headers = { origin: site.url };
    const first = { username, password: made.oneTimePassword };
    await page.request.post("/api/auth/sign-in/username", { data: first, headers });
    const change = { currentPassword: made.oneTimePassword, newPassword: password };
    const changed = await page.request.post("/api/auth/change-password", { data: change, headers });
    assert.equal(changed.ok(), true, await changed.text());
    const again = await page.request.post("/api/auth/sign-in/username", {
      data: { username, password },
      headers,
    });
    assert.equal(again.ok(), true, await again.text());
    return page;
  };

  before(async () => {
    ({ site, key } = await emptyShop());
    await ask("PUT", "/skus", { items: products });
    await ask("PUT", "/warehouses/north", { name: "北仓" });
    const lines = [
      { sku: "WJ-708", quantity: 40, bin: "A-01" },
      { sku: "MZ-031", quantity: 10, bin: "A-02" },
      { sku: "NN-250", quantity: 24, bin: "收货区", lot: "N2609", expiresOn: "2026-12-20" },
    ];
    await ask("POST", "/receipts", { supplier: "蒙牛华东", lines });
    visitor = await Visitor.arrive();
    desk = await visitor.signIn(site, { screen: "wall" });
    phone = await enter("小何", "xiaohe", { screen: "phone" });
    for (const page of [desk, phone]) page.setDefaultTimeout(stepMsMax);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("zones are made on the desk, bins come from a file, and a rule says where goods go instead", async () => {
    await desk.goto("/floor");
    await button(desk, "新建库区").click();
    await desk.getByLabel("库区编码").fill("冷");
    await desk.getByLabel("名称").fill("冷藏");
    await desk.getByLabel("只放这些类目").fill("食品");
    await desk.keyboard.press("Enter");
    await desk.keyboard.press("Escape");
    await desk.getByText("这些类目只能放在这里").click();
    await button(desk, "保存").click();
    await desk.getByRole("button", { name: "冷 冷藏" }).waitFor();
    await button(desk, "导入库位表").click();
    const csv = "库位,库区,容量\nA-03,,60\n冷-01,冷,200\n冷-02,冷,\n";
    await desk
      .getByTestId("file")
      .setInputFiles({ name: "bins.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await desk.getByText("读到 3 个库位，其中新增 3 个").waitFor();
    await button(desk, "导入 3 个库位").click();
    await desk.getByRole("cell", { name: "冷-01", exact: true }).waitFor();
    assert.deepEqual(await findBarriers(desk), []);

    await desk.goto("/floor/move");
    await desk.getByRole("combobox", { name: "扫条码，或输入名称、编码" }).fill("5901234123457");
    await desk.keyboard.press("Enter");
    await desk.getByLabel("放到").fill("A-03");
    await button(desk, "移 24 件").click();
    await alert(desk, /专用库区.*可以放：冷-01/);
    await desk.getByRole("button", { name: "冷-01", exact: true }).click();
    await button(desk, "移 24 件").click();
    await desk.getByText("24 件 纯牛奶 250ml×12 已从 收货区 移到 冷-01").waitFor();
    assert.equal(await unitsIn("NN-250", "冷-01"), 24);
  });

  test("lots show what expires first", async () => {
    await desk.goto("/floor/lots");
    await desk.getByRole("cell", { name: "N2609", exact: true }).waitFor();
    await desk.getByRole("cell", { name: "2026-12-20" }).waitFor();
    await desk.getByText("蒙牛华东").waitFor();
    await button(desk, "修改批次 N2609").click();
    await desk.getByLabel("到期日", { exact: true }).fill("2026-12-10");
    await button(desk, "保存").click();
    await desk.getByRole("cell", { name: "2026-12-10" }).waitFor();
    await button(desk, "打印标签").click();
    await desk.getByRole("list", { name: "打印标签" }).getByText("N2609").waitFor();
  });

  test("goods are moved by phone with a gun, also without a network, each move once", async () => {
    await phone.goto("/phone");
    await phone.getByRole("link", { name: "上架移库" }).click();
    await phone.getByText("扫货现在在哪个库位").waitFor();
    // The catalogue and the bins are on the phone before the network goes.
    await phone
      .waitForResponse((answer) => answer.url().includes("/api/v1/bins"), { timeout: 5_000 })
      .catch(() => null);
    await shoot(phone, scarf);
    await alert(phone, "先扫货在哪个库位");
    await shoot(phone, "a-01");
    await phone.locator('[data-from="A-01"]').waitFor();
    for (const quantity of [1, 2]) {
      await shoot(phone, scarf);
      await phone.locator("[data-total]").getByText(String(quantity), { exact: true }).waitFor();
    }
    await shoot(phone, hat);
    await alert(phone, /手里是别的商品/);
    await shoot(phone, "A-01");
    await alert(phone, /本来就在这个库位/);
    await phone.context().setOffline(true);
    await shoot(phone, "A-03");
    await phone.getByText("离线中 · 1 条已存在手机里").waitFor();
    await waiting(phone, 1);
    assert.equal(await unitsIn("WJ-708", "A-03"), 0);
    // Another one while it is away; the second product from another bin.
    await button(phone, "换库位").click();
    await shoot(phone, "A-02");
    await phone.locator('[data-from="A-02"]').waitFor();
    await shoot(phone, hat);
    await phone.locator("[data-total]").getByText("1", { exact: true }).waitFor();
    await shoot(phone, "A-03");
    await waiting(phone, 2);
    assert.equal(await overflow(phone), 0);
    await phone.context().setOffline(false);
    await waiting(phone, 0);
    await phone.locator('[data-move="sent"]').nth(1).waitFor();
    assert.deepEqual([await unitsIn("WJ-708", "A-03"), await unitsIn("MZ-031", "A-03")], [2, 1]);
    assert.equal(await unitsIn("WJ-708", "A-01"), 38);
    await phone.reload();
    await phone.locator('[data-move="sent"]').nth(1).waitFor();
    assert.equal(await unitsIn("WJ-708", "A-03"), 2);
    assert.deepEqual(await findBarriers(phone), []);
  });

  test("a transfer is sent at the desk, counted in by another person's phone, and closed with what is missing", async () => {
    await desk.goto("/floor/transfers");
    await button(desk, "新建调拨").click();
    const dialog = desk.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "扫条码加一行，再填数量" }).fill(scarf);
    await desk.keyboard.press("Enter");
    await dialog.getByLabel("WJ-708 的数量").fill("5");
    await button(desk, "发出 5 件").click();
    await desk.getByRole("heading", { name: /→ 北仓/ }).waitFor();
    await desk.getByText("这张调拨是您发出的").waitFor();
    const { item } = await ask<{ item: { sellable: number } }>("GET", "/stock/WJ-708");
    assert.equal(item.sellable, 35);
    await phone.goto("/phone");
    await phone.getByRole("link", { name: "调拨收货" }).click();
    await phone.getByRole("link", { name: /→ 北仓/ }).click();
    await phone.locator('[data-line="WJ-708"]').waitFor();
    await shoot(phone, hat);
    await alert(phone, /没有/);
    for (const units of [1, 2, 3, 4]) {
      await shoot(phone, scarf);
      await button(phone, `点收 ${units} 件`).waitFor();
    }
    await phone.getByLabel("放到库位").fill("N-01");
    assert.deepEqual([await findBarriers(phone), await overflow(phone)], [[], 0]);
    await button(phone, "点收 4 件").click();
    await phone.getByText("/ 1").waitFor();
    assert.equal(await unitsIn("WJ-708", "N-01"), 4);
    await desk.reload();
    await button(desk, "不再到货，结束调拨").click();
    const close = desk.getByRole("dialog");
    await close.getByLabel("原因").fill("路上丢了一件");
    await close.getByRole("button", { name: "不再到货，结束调拨" }).click();
    await desk.getByText("已结束：路上丢了一件").waitFor();
    assert.deepEqual(await findBarriers(desk), []);
    const after = await ask<{ item: { sellable: number; loaned: number } }>("GET", "/stock/WJ-708");
    assert.deepEqual([after.item.sellable, after.item.loaned], [39, 0]);
    assert.deepEqual(visitor.problems, []);
  });
});
