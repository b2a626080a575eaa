import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { emptyShop, findBarriers, overflow, send, Visitor, type Site } from "./site.ts";

/** A list as no platform writes it: nobody can guess these columns. */
const list = (rows: readonly string[]) => ({
  name: "仓库周报.csv",
  mimeType: "text/csv",
  buffer: Buffer.from(["甲,乙,丙,丁", ...rows, ""].join("\n")),
});
const good = ["WJ-708,羊毛围巾,40,A-01", "MZ-031,针织帽,10,A-02"];
const bad = ["NN-200,牛奶,十二,B-01", ",没有编码,5,B-02"];
const fields = { sku: "甲", name: "乙", quantity: "丙", bin: "丁" } as const;
/** Enough that the check takes some seconds: how far it is can be seen. */
const longRows = 30_000;
const checkMsMax = 240_000;

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function choose(page: Page, field: string, header: string): Promise<void> {
  await page.locator(`#map-${field}`).fill(header);
  await page.locator(`#map-${field}`).press("Enter");
}

describe("a file that nobody has seen before", () => {
  let site: Site;
  let visitor: Visitor;
  let page: Page;
  let key: string;
  const stockOf = () =>
    send<{ items: { sku: string; onHand: number }[] }>(site, "GET", "/api/v1/stock", { key });

  before(async () => {
    ({ site, key } = await emptyShop());
    visitor = await Visitor.arrive();
    page = await visitor.signIn(site);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("[F1] its columns are mapped by hand; what is still missing is said", async () => {
    await page.goto("/import");
    await page.getByTestId("file").setInputFiles(list([...good, ...bad]));
    await page.getByText("没见过的表").waitFor();
    await page.getByText("库存表", { exact: true }).last().click();
    await page.getByText(/^还缺：/).waitFor();
    assert.equal(await button(page, "检查").isDisabled(), true);
    for (const [field, header] of Object.entries(fields)) await choose(page, field, header);
    // Each choice shows what stands in that column.
    await page.getByText("WJ-708 · MZ-031 · NN-200").waitFor();
    await page.locator("#profile-name").fill("仓库周报");
    assert.deepEqual(await findBarriers(page), []);
    await button(page, "检查").click();
    await page.getByText("检查完成，导入后会是这样").waitFor({ timeout: checkMsMax });
  });

  test("[F3][F4] the check has written nothing, and lists each bad row with its reason", async () => {
    assert.deepEqual((await stockOf()).items, []);
    await page.getByText("2 行需要看一眼").waitFor();
    await page.getByText("第 4 行").waitFor();
    await page.getByText("第 5 行").waitFor();
    const started = page.waitForEvent("download");
    await page.getByText("下载这些行").click();
    const text = await readFile(await (await started).path(), "utf8");
    const rows = text.trim().split(/\r?\n/);
    assert.equal(rows.length, 3);
    assert.match(rows[0] ?? "", /甲/);
    assert.match(rows[1] ?? "", /十二.*\p{Script=Han}{3}/u);
    assert.match(rows[2] ?? "", /没有编码/);
  });

  test("[F1] the good rows are booked, the bad ones are not", async () => {
    await button(page, "确认导入").click();
    await page.getByText("导入完成").waitFor({ timeout: checkMsMax });
    const { items } = await stockOf();
    assert.deepEqual(Object.fromEntries(items.map(({ sku, onHand }) => [sku, onHand])), {
      "MZ-031": 10,
      "WJ-708": 40,
    });
  });

  test("[F5] the next week's file is known by its columns, and the same rows change nothing", async () => {
    await page.goto("/import");
    await page.getByTestId("file").setInputFiles(list(good));
    await page.getByText("识别为：仓库周报").waitFor();
    await button(page, "检查").click();
    await page.getByText("这份文件的内容已经在账上了，没有任何变化。").waitFor({ timeout: checkMsMax });
  });

  test("a long one says how far it is, how fast, and how long it still takes", async () => {
    await page.goto("/import");
    const rows = Array.from({ length: longRows }, (_, n) => `L-${n},商品 ${n},1,C-01`);
    await page.getByTestId("file").setInputFiles(list(rows));
    await page.getByText("识别为：仓库周报").waitFor({ timeout: checkMsMax });
    await button(page, "检查").click();
    await page.getByText(/^已处理 [\d,]+ 行$/).waitFor();
    await page.getByText(/^每秒 [\d,]+ 行$/).waitFor();
    await page.getByText(/^还需 \d+ 分 \d+ 秒$/).waitFor();
    await page.getByText("检查完成，导入后会是这样").waitFor({ timeout: checkMsMax });
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok((await overflow(page)) <= 0);
  });

  test("nothing went wrong in the page meanwhile", () => {
    assert.deepEqual(visitor.problems, []);
  });
});
