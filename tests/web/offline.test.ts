import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import type { WaveSheet } from "../../src/api/outbound.ts";
import { hire } from "./crew.ts";
import { shoot } from "./gun.ts";
import { emptyShop, projectFolder, send, Visitor, type Site } from "./site.ts";

const scarf = "6901234567892";
const hat = "4006381333931";
const milk = "5901234123457";
const scarfCase = "16901234567899";
/** Longer than this no step takes, on a busy machine either. */
const stepMsMax = 60_000;
const publicFolder = path.join(projectFolder, "src", "web", "public");

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).first();
const scan = (page: Page, code: string) => shoot(page, `${code}\n`);
const total = (page: Page) => page.locator("[data-total]");
const waiting = (page: Page, count: number) =>
  page.locator(`[data-waiting="${count}"]`).first().waitFor({ state: "attached" });
/** Scans, and waits until the page shows how many are in the hands. */
async function scanTo(page: Page, code: string, units: number): Promise<void> {
  await scan(page, code);
  await total(page).getByText(String(units), { exact: true }).waitFor();
}

/** The page itself is on the phone, with the products, their cases and their lots. */
async function settled(page: Page): Promise<void> {
  const polling = 200;
  await page.waitForFunction(async () => (await caches.match("/phone")) !== undefined, undefined, {
    polling,
  });
  await page.waitForFunction(
    () =>
      new Promise<boolean>((resolve) => {
        const asked = indexedDB.open("zaiku");
        asked.addEventListener("success", () => {
          const database = asked.result;
          const all = database.transaction("goods").objectStore("goods").count();
          all.addEventListener("success", () => {
            database.close();
            resolve(all.result >= 3);
          });
        });
      }),
    undefined,
    { polling },
  );
}

/** The tab is killed; another one of the same phone opens the page. */
async function killTab(page: Page, where: string): Promise<Page> {
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  next.setDefaultTimeout(stepMsMax);
  await next.goto(where);
  return next;
}

describe("the phone without a network", () => {
  let site: Site;
  let key: string;
  let visitor: Visitor;
  let phone: Page;
  let other: Page;
  const ask = <T>(method: string, where: string, body?: unknown) =>
    send<T>(site, method, `/api/v1${where}`, body === undefined ? { key } : { key, body });
  const shelves = async (sku: string): Promise<Record<string, number>> => {
    const found = await ask<{ placements: { bin: string; lot: string; quantity: number }[] }>(
      "GET",
      `/stock/${sku}`,
    );
    return Object.fromEntries(found.placements.map(({ bin, quantity }) => [bin, quantity]));
  };

  before(async () => {
    ({ site, key } = await emptyShop());
    await ask("PUT", "/channels/douyin", { platform: "douyin", name: "抖音旗舰店" });
    await ask("PUT", "/skus", {
      items: [
        { code: "WJ-708", name: "羊毛围巾", price: 12_900, barcodes: [scarf] },
        { code: "MZ-031", name: "针织帽", price: 5_900, barcodes: [hat] },
        { code: "NN-200", name: "牛奶 200ml", price: 600, barcodes: [milk] },
      ],
    });
    await ask("PUT", "/skus/WJ-708/packs", { packs: [{ code: scarfCase, units: 24 }] });
    await ask("PUT", "/counts/policy", {
      version: 0,
      picks: { main: "scanned" },
      tolerance: { units: 0, percent: null, valueMinor: null },
      levels: [{ role: "owner", valueMinorMax: null }],
      everyDays: { A: 7, B: 30, C: 90 },
      binsByWeekday: [40, 40, 40, 40, 40, 40, 40],
    });
    await ask("POST", "/receipts", {
      lines: [
        { sku: "WJ-708", quantity: 40, bin: "A-01" },
        { sku: "MZ-031", quantity: 10, bin: "A-02" },
        { sku: "NN-200", quantity: 12, bin: "B-01", lot: "N2609" },
      ],
    });
    visitor = await Visitor.arrive();
    const crew = { site, key, visitor };
    phone = await hire(crew, { name: "小何", username: "xiaohe" });
    other = await hire(crew, { name: "小林", username: "xiaolin" });
    for (const page of [phone, other]) page.setDefaultTimeout(stepMsMax);
  });
  after(async () => {
    await visitor?.leave();
    await site?.close();
  });

  test("[H14] moves: the network goes, the page is reloaded, the tab is killed, two phones; each move is made once", async () => {
    for (const page of [phone, other]) {
      const bins = page.waitForResponse((answer) => answer.url().includes("/api/v1/bins"));
      await page.goto("/phone/move");
      await bins;
      await settled(page);
    }
    for (const page of [phone, other]) await page.context().setOffline(true);
    await scan(phone, "A-01");
    await phone.locator('[data-from="A-01"]').waitFor();
    await scanTo(phone, scarfCase, 24);
    await scan(phone, "A-02");
    await waiting(phone, 1);
    await phone.reload();
    await waiting(phone, 1);
    // Half a move is in the hand when the tab is killed: it is still there.
    await scanTo(phone, scarf, 1);
    phone = await killTab(phone, "/phone/move");
    await total(phone).getByText("1", { exact: true }).waitFor();
    await scan(phone, "B-01");
    await waiting(phone, 2);
    // A lot's label, known without a network.
    await scan(other, "B-01");
    await other.locator('[data-from="B-01"]').waitFor();
    await scanTo(other, "N2609", 1);
    await scanTo(other, milk, 2);
    await scan(other, "A-02");
    await waiting(other, 1);
    assert.deepEqual(await shelves("WJ-708"), { "A-01": 40 });
    for (const page of [phone, other]) await page.context().setOffline(false);
    for (const page of [phone, other]) await waiting(page, 0);
    assert.deepEqual(await shelves("WJ-708"), { "A-01": 15, "A-02": 24, "B-01": 1 });
    assert.deepEqual(await shelves("NN-200"), { "A-02": 2, "B-01": 10 });
    phone = await killTab(phone, "/phone/move");
    await phone.locator('[data-move="sent"]').nth(1).waitFor();
    assert.deepEqual(await shelves("WJ-708"), { "A-01": 15, "A-02": 24, "B-01": 1 });
  });

  test("picks: two phones on one list away at once, a tab killed with units in the hand; each pick counts once", async () => {
    const sell = (orderId: string, sku: string, quantity: number) =>
      ask("POST", "/reservations", { channel: "douyin", orderId, stage: "paid", lines: [{ sku, quantity }] });
    await sell("O1", "WJ-708", 3);
    await sell("O2", "MZ-031", 2);
    const { wave } = await ask<{ wave: string }>("POST", "/outbound", {});
    const where = `/phone/pick/${wave}`;
    const sheet = () => ask<WaveSheet>("GET", `/outbound/${wave}`);
    const { tasks } = await sheet();
    const binOf = (sku: string) => tasks.find((one) => one.sku === sku)?.bin ?? "";
    for (const page of [phone, other]) {
      await page.goto(where);
      await page.locator("[data-ready=true]").waitFor();
      await page.context().setOffline(true);
    }
    await scan(phone, binOf("WJ-708"));
    await phone.locator("[data-at-bin=true]").waitFor();
    await scanTo(phone, scarf, 1);
    await scanTo(phone, scarf, 2);
    phone = await killTab(phone, where);
    await phone.locator("[data-ready=true]").waitFor();
    await total(phone).getByText("2", { exact: true }).waitFor();
    await scan(phone, scarf);
    await waiting(phone, 1);
    await scan(other, binOf("MZ-031"));
    await other.locator("[data-at-bin=true]").waitFor();
    await scanTo(other, hat, 1);
    await scan(other, hat);
    await waiting(other, 1);
    await other.reload();
    await waiting(other, 1);
    assert.equal((await sheet()).item.picked, 0);
    for (const page of [phone, other]) await page.context().setOffline(false);
    for (const page of [phone, other]) await waiting(page, 0);
    const done = await sheet();
    assert.deepEqual([done.item.picked, done.item.open], [5, 0]);
    const staged = Object.entries(await shelves("WJ-708")).filter(([bin]) => bin.startsWith("待发"));
    assert.deepEqual(
      staged.map(([, units]) => units),
      [3],
    );
  });

  test("a delivery: opened and signed by one phone, counted and signed by another, both away; it is booked once", async () => {
    const before = (await ask<{ item: { onHand: number } }>("GET", "/stock/WJ-708")).item.onHand;
    for (const page of [phone, other]) {
      await page.goto("/phone/receive");
      await button(page, "新到一批货").waitFor();
    }
    await phone.context().setOffline(true);
    await button(phone, "新到一批货").click();
    await phone.getByLabel("供应商").fill("杭州织造");
    await button(phone, "开始清点").click();
    await phone.getByText("扫商品码，把到的货全部点一遍").waitFor();
    const where = new URL(phone.url()).pathname;
    await scan(phone, scarfCase);
    await button(phone, "签字 24 件").waitFor();
    phone = await killTab(phone, where);
    await button(phone, "签字 24 件").waitFor();
    await scan(phone, scarf);
    await button(phone, "签字 25 件").click();
    await waiting(phone, 2);
    await phone.reload();
    await waiting(phone, 2);
    await phone.context().setOffline(false);
    await waiting(phone, 0);
    await other.goto("/phone/receive");
    await other.getByRole("link", { name: /杭州织造/ }).click();
    await other.getByText("扫商品码，把到的货全部点一遍").waitFor();
    await other.context().setOffline(true);
    await scan(other, scarfCase);
    await button(other, "签字 24 件").waitFor();
    await scan(other, scarf);
    await button(other, "签字 25 件").click();
    await waiting(other, 1);
    other = await killTab(other, where);
    await waiting(other, 1);
    await other.context().setOffline(false);
    await waiting(other, 0);
    await other.getByText(/两人一致，已入库/).waitFor();
    const { item } = await ask<{ item: { onHand: number } }>("GET", "/stock/WJ-708");
    assert.equal(item.onHand, before + 25);
    await site.run("verify");
  });

  test("[H15] a transfer is counted in away from the network, over a reload and a killed tab, and arrives once", async () => {
    await ask("PUT", "/warehouses/north", { name: "北仓" });
    const { transfer } = await ask<{ transfer: string }>("POST", "/transfers", {
      from: "main",
      to: "north",
      lines: [{ sku: "NN-200", quantity: 3 }],
    });
    const where = `/phone/transfers/${transfer}`;
    await phone.goto(where);
    await phone.locator('[data-line="NN-200"]').waitFor();
    await phone.context().setOffline(true);
    await scan(phone, milk);
    await button(phone, "点收 1 件").waitFor();
    await phone.reload();
    await button(phone, "点收 1 件").waitFor();
    await scan(phone, milk);
    await button(phone, "点收 2 件").waitFor();
    await phone.getByLabel("放到库位").fill("N-01");
    await button(phone, "点收 2 件").click();
    await phone
      .getByText(/已点 2 件，存在本机/)
      .last()
      .waitFor();
    phone = await killTab(phone, where);
    await waiting(phone, 1);
    assert.equal((await shelves("NN-200"))["N-01"], undefined);
    await phone.context().setOffline(false);
    await phone.getByText("/ 1").waitFor();
    assert.equal((await shelves("NN-200"))["N-01"], 2);
    await phone.reload();
    await phone.getByText("/ 1").waitFor();
    assert.equal((await shelves("NN-200"))["N-01"], 2);
  });

  test("what an older version of the page left on a phone is sent by the new one", async () => {
    const { sheet } = await ask<{ sheet: string }>("POST", "/counts", { kind: "cycle", bins: ["A-02"] });
    const old = await hire({ site, key, visitor }, { name: "小吴", username: "xiaowu" });
    old.setDefaultTimeout(stepMsMax);
    const me = (await (await old.request.get("/api/v1/me")).json()) as { user: { id: string } };
    // A page of the same origin without the product's scripts.
    await old.goto("/theme.js");
    await old.evaluate(keepOldRecord, { person: me.user.id, sheet });
    // Until the page has read what it kept, nothing seems to wait: the server's answer is what counts.
    const sent = old.waitForResponse(
      (answer) => answer.url().endsWith(`/counts/${sheet}/entries`) && answer.ok(),
    );
    await old.goto("/phone");
    await sent;
    await waiting(old, 0);
    await old.waitForFunction(
      async () => (await indexedDB.databases()).find(({ name }) => name === "zaiku")?.version !== 1,
    );
    const { lines } = await ask<{
      lines: { cell: { sku: string }; rounds: readonly { quantity: number }[] }[];
    }>("GET", `/counts/${sheet}/lines`);
    const hats = lines.find(({ cell }) => cell.sku === "MZ-031");
    assert.deepEqual(
      hats?.rounds.map(({ quantity }) => quantity),
      [7],
    );
    await old.context().close();
  });

  test("it can be installed: a manifest with icons of the sizes they say, and a worker for every page of the phone", async () => {
    await phone.goto("/phone");
    await settled(phone);
    await phone.locator('link[rel=manifest][href="/phone.webmanifest"]').waitFor({ state: "attached" });
    const answer = await phone.request.get("/phone.webmanifest");
    assert.match(answer.headers()["content-type"] ?? "", /manifest\+json|application\/json/);
    const manifest = (await answer.json()) as {
      start_url: string;
      scope: string;
      display: string;
      icons: readonly { src: string; sizes: string; type: string; purpose: string }[];
    };
    assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ["/phone", "/", "standalone"]);
    const pngs = manifest.icons.filter(({ type }) => type === "image/png");
    for (const { src, sizes } of pngs) {
      const icon = await phone.request.get(src);
      assert.equal(icon.status(), 200, src);
      const bytes = await icon.body();
      // Width and height stand in a PNG's first part.
      assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
    }
    assert.deepEqual([...new Set(pngs.map(({ purpose }) => purpose))].toSorted(), ["any", "maskable"]);
    assert.ok(["192x192", "512x512"].every((size) => pngs.some(({ sizes }) => sizes === size)));
    const worker = await phone.evaluate(async () => {
      const { scope, active } = await navigator.serviceWorker.ready;
      return [new URL(scope).pathname, active?.state];
    });
    assert.deepEqual(worker, ["/", "activated"]);
    const devtools = await phone.context().newCDPSession(phone);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    // A test's browser keeps nothing, so Chromium calls it a private window.
    const errors = installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito");
    assert.deepEqual(errors, []);
  });

  test("the camera reads what is before it; without https a photo does, and a gun always", async () => {
    const lens = await hire({ site, key, visitor }, { name: "小赵", username: "xiaozhao" });
    lens.setDefaultTimeout(stepMsMax);
    await lens.addInitScript(fakeLens, scarf);
    const bins = lens.waitForResponse((answer) => answer.url().includes("/api/v1/bins"));
    await lens.goto("/phone/move");
    await bins;
    await scan(lens, "A-01");
    await lens.locator('[data-from="A-01"]').waitFor();
    await button(lens, "扫码").click();
    await total(lens).getByText("1", { exact: true }).waitFor();
    await button(lens, "关闭摄像头").click();
    await button(lens, "放回去").click();
    await lens.addInitScript(() => {
      Object.defineProperty(globalThis, "isSecureContext", { configurable: true, get: () => false });
    });
    await lens.reload();
    await button(lens, "扫码").click();
    await lens.getByText(/不是 https/).waitFor();
    const photo = readFileSync(path.join(publicFolder, "icons", "192.png"));
    await lens
      .getByLabel("拍照识别")
      .setInputFiles({ name: "label.png", mimeType: "image/png", buffer: photo });
    await total(lens).getByText("1", { exact: true }).waitFor();
    await scanTo(lens, scarf, 2);
    await lens.context().close();
    assert.deepEqual(visitor.problems, []);
  });
});

/** In the browser: the first version's store, with one entry that was never sent. */
function keepOldRecord({ person, sheet }: { person: string; sheet: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("zaiku", 1);
    asked.addEventListener("error", () => reject(new Error(asked.error?.message)));
    asked.addEventListener("upgradeneeded", () => {
      const database = asked.result;
      const records = database.createObjectStore("records", { keyPath: "number" });
      records.createIndex("state", "state");
      records.createIndex("sheet", "sheet");
      for (const name of ["drafts", "sheets", "meta"]) database.createObjectStore(name);
      database.createObjectStore("goods", { keyPath: "sku" });
    });
    asked.addEventListener("success", () => {
      const database = asked.result;
      const entry = { id: "old-1", bin: "A-02", sku: "MZ-031", quantity: 7, mode: "first" };
      const said = { code: "MZ-031", name: "针织帽", at: Date.now(), words: null };
      const write = database.transaction(["records", "meta"], "readwrite");
      write
        .objectStore("records")
        .add({ number: 5, kind: "entry", person, sheet, state: "waiting", entry, ...said });
      write.objectStore("meta").put(5, "number");
      write.addEventListener("complete", () => {
        database.close();
        resolve();
      });
    });
  });
}

/** In the browser: a camera that shows a grey picture, and a reader that sees one code in what it is shown first. */
function fakeLens(code: string): void {
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 48;
  const devices = {
    getUserMedia: () => {
      const pen = canvas.getContext("2d");
      setInterval(() => pen?.fillRect(0, 0, Math.random() * 64, 48), 40);
      return Promise.resolve(canvas.captureStream(25));
    },
  };
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: devices });
  class Reader {
    #looks = 0;
    detect(): Promise<readonly { rawValue: string }[]> {
      this.#looks += 1;
      return Promise.resolve(this.#looks === 1 ? [{ rawValue: code }] : []);
    }
  }
  Object.defineProperty(globalThis, "BarcodeDetector", { configurable: true, value: Reader });
}
