import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import type { DayReport } from "../../src/domain/report/day-report.ts";
import { daySheets } from "../../src/engine/after-live/day-sheets.ts";
import { DayReports } from "../../src/engine/after-live/reports.ts";
import { evidenceFile } from "../../src/http/reports/evidence.ts";
import { makePage } from "../../src/http/reports/pages.ts";
import { xlsxOf } from "../../src/import/sheet-file.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { endedSession } from "./ended-session.ts";
import { hourMs, observe, shopWithStock, skusCommand, startAt } from "../store/harness.ts";

/** Workbooks as LibreOffice reads them, where that is installed (`apt-get install libreoffice-calc-nogui`). */

const convertMsMax = 400_000;
const hasOffice = spawnSync("soffice", ["--version"], { encoding: "utf8", timeout: 60_000 }).status === 0;

interface Cell {
  /** `string`, `float`, `currency` …; empty: nothing is in it. */
  readonly type: string;
  readonly formula: string | null;
  /** As it is stored, and as it is shown. */
  readonly value: string;
  readonly text: string;
}

/** The sheets of a flat OpenDocument file: what LibreOffice understood, with the types that it gave. */
function sheetsOf(flat: string): ReadonlyMap<string, readonly (readonly Cell[])[]> {
  const sheets = new Map<string, Cell[][]>();
  for (const [, name = "", table = ""] of flat.matchAll(
    /<table:table table:name="([^"]*)"[^>]*>(.*?)<\/table:table>/gsu,
  )) {
    const rows = Array.from(
      table.matchAll(/<table:table-row[^>]*>(.*?)<\/table:table-row>/gsu),
      ([, row = ""]) =>
        Array.from(
          row.matchAll(/<table:table-cell([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gsu),
          cellsOf,
        ).flat(),
    );
    sheets.set(unescaped(name), rows);
  }
  return sheets;
}

function cellsOf([, attributes = "", inside = ""]: RegExpMatchArray): Cell[] {
  const of = (name: string): string | null =>
    new RegExp(`${name}="([^"]*)"`, "u").exec(attributes)?.[1] ?? null;
  const text = unescaped(/<text:p>(.*?)<\/text:p>/su.exec(inside)?.[1]?.replaceAll(/<[^>]*>/gu, "") ?? "");
  const repeated = Number(of("table:number-columns-repeated") ?? 1);
  const cell = {
    type: of("office:value-type") ?? "",
    formula: of("table:formula"),
    value: of("office:value") ?? text,
    text,
  };
  // The rest of a row is one cell thousands of times.
  return Array.from({ length: cell.type === "" ? Math.min(repeated, 30) : repeated }, () => cell);
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

const names = ['=HYPERLINK("http://x","点我")', "+86 138", "-1 件装", "@SUM(A1)", "真丝连衣裙"];

async function dayOfNames(): Promise<DayReport> {
  const store = new MemoryStore();
  const codes = ["A1", "A2", "A3", "A4", "A5"];
  const shop = await shopWithStock(store, Object.fromEntries(codes.map((code) => [code, 20])));
  const items = codes.map((code, index) => ({
    code,
    name: names[index] ?? "",
    category: index < 4 ? "=1+1" : "女装",
  }));
  await store.commit(shop, [skusCommand(items)], startAt);
  const sold = codes.map((code, index) => observe(String(index), [[code, index + 1]], { stage: "paid" }));
  await store.commit(shop, sold, startAt + hourMs);
  const [row] = await store.shops();
  assert.ok(row !== undefined);
  const reports = new DayReports({
    store,
    shop: { id: shop, shop: row },
    clock: { now: () => startAt + hourMs },
  });
  const day = await reports.day("2026-01-05");
  assert.ok(day !== null);
  return day.report;
}

const skip = hasOffice ? false : "LibreOffice is not installed: apt-get install libreoffice-calc-nogui";

/** What LibreOffice makes of a workbook, without a repair that it would ask about. */
async function openedInOffice(
  t: TestContext,
  workbook: Uint8Array,
): Promise<ReadonlyMap<string, readonly (readonly Cell[])[]>> {
  const folder = await mkdtemp(path.join(tmpdir(), "zaiku-office-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, "book.xlsx");
  await writeFile(file, workbook);
  const profile = `-env:UserInstallation=${pathToFileURL(path.join(folder, "profile")).href}`;
  const args = [profile, "--headless", "--convert-to", "fods", "--outdir", folder, file];
  const ran = spawnSync("soffice", args, { encoding: "utf8", timeout: convertMsMax });
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`);
  const sheets = sheetsOf(await readFile(path.join(folder, "book.fods"), "utf8"));
  for (const [name, cells] of sheets)
    for (const cell of cells.flat())
      assert.ok(!/^(?:Err:|#[A-Z]+[!?])/u.test(cell.text), `${name} shows ${cell.text}`);
  return sheets;
}

test(
  "[RP16] LibreOffice opens the day's workbook: Chinese headers, numbers that are numbers, sums that are sums, no name that is a formula",
  { skip },
  async (t) => {
    const sheets = await openedInOffice(t, await xlsxOf(daySheets(await dayOfNames(), "zh"), 2));
    assert.deepEqual([...sheets.keys()], ["进销存日报 2026-01-05", "按渠道", "按类目", "按库区"]);

    const [header = [], ...rows] = sheets.get("进销存日报 2026-01-05") ?? [];
    const titles = header.map(({ text }) => text).filter((text) => text !== "");
    assert.deepEqual([titles[0], titles[3], titles.at(-1)], ["商品编码", "期初", "平衡校验（应为 0）"]);
    const at = (title: string): number => titles.indexOf(title);
    for (const [index, name] of names.entries()) {
      const row = rows[index] ?? [];
      const [code, named, category] = row;
      assert.deepEqual([code?.type, named?.type, category?.type], ["string", "string", "string"]);
      assert.deepEqual([named?.text, named?.formula, category?.formula], [name, null, null]);
      const [closing, sold, amount, balance] = ["期末", "成交件数", "成交金额", "平衡校验（应为 0）"].map(
        (title) => row[at(title)],
      );
      assert.deepEqual([closing?.type, closing?.value], ["float", "20"]);
      assert.deepEqual([sold?.type, sold?.value], ["float", String(index + 1)]);
      assert.deepEqual([amount?.type, Math.round(100 * Number(amount?.value))], ["float", 990 * (index + 1)]);
      assert.equal(balance?.type, "float");
      assert.match(balance?.formula ?? "", /\[\.D\d\]\+\[\.E\d\]/u);
      assert.equal(balance?.value, "0");
    }
    const total = rows[names.length] ?? [];
    assert.equal(total[0]?.text, "合计");
    assert.match(total[at("成交件数")]?.formula ?? "", /SUM\(\[\.L2:\.L6\]\)/u);
    assert.deepEqual([total[at("成交件数")]?.value, total[at("期末")]?.value], ["15", "100"]);
  },
);

test(
  "[RP16][RP19] LibreOffice opens a session's workbook: numbers, sums and times, no name that is a formula",
  { skip },
  async (t) => {
    const { shop, shops } = await endedSession(names[0]);
    t.after(() => shops.close());
    const { names: of, analyser } = shop;
    const desk = { ...shop.afterLive, names: of, analyser, timeZone: () => shop.shop.timeZone };
    const page = await makePage(desk, { page: "session_file", session: "s1", kind: "xlsx", language: "zh" });
    assert.ok(page !== null);
    const sheets = await openedInOffice(t, page.bytes);
    assert.deepEqual([...sheets.keys()], ["场次报表 秋冬上新", "按渠道", "时间线", "超卖"]);
    const [header = [], first = [], second = [], total = []] = sheets.get("场次报表 秋冬上新") ?? [];
    const at = (title: string): number => header.findIndex(({ text }) => text === title);
    assert.deepEqual(
      [first[0]?.text, first[1]?.type, first[1]?.text, first[1]?.formula],
      ["A", "string", names[0], null],
    );
    assert.deepEqual([first[at("目标件数")]?.type, first[at("目标件数")]?.value], ["float", "10"]);
    assert.deepEqual([first[at("成交金额")]?.type, first[at("成交金额")]?.value], ["float", "29.7"]);
    assert.equal(second[at("成交件数")]?.value, "1");
    assert.match(total[at("成交件数")]?.formula ?? "", /SUM\(\[\.F2:\.F3\]\)/u);
    assert.equal(total[at("成交件数")]?.value, "4");
    const oversold = sheets.get("超卖") ?? [];
    assert.deepEqual([oversold[1]?.[0]?.text, oversold[1]?.[2]?.value], ["B", "1"]);
  },
);

test(
  "[RP16][OD7] LibreOffice opens the evidence of a case: order numbers are texts, units and amounts numbers",
  { skip },
  async (t) => {
    const hits = [{ rule: "bulk", evidence: { units: 40, usual: 2 }, points: 60 }];
    const order = (orderId: string, buyer: string) => ({
      channel: "douyin",
      orderId,
      placedAt: startAt,
      units: 40,
      amount: 396_000,
      buyer,
      phone: null,
      address: null,
      skus: ["=A1", "B"],
      hits: hits as never,
      points: 60,
    });
    // So long a number loses its last digits where it is taken for one.
    const long = "6941234567890123456";
    const odd = {
      id: "c1",
      openedAt: startAt,
      state: "confirmed",
      orders: [order(long, "h1"), order("=1+1", "h1")],
      decided: null,
      measures: [],
    } as const;
    const sheets = await openedInOffice(t, await xlsxOf([evidenceFile(odd, "zh")], 2));
    const [header = [], first = [], second = []] = [...sheets.values()][0] ?? [];
    assert.ok(header.some(({ text }) => /\p{Script=Han}/u.test(text)));
    assert.deepEqual([first[1]?.type, first[1]?.text], ["string", long]);
    assert.deepEqual([second[1]?.type, second[1]?.text, second[1]?.formula], ["string", "=1+1", null]);
    assert.deepEqual([first[3]?.text, first[3]?.formula], ["=A1 B", null]);
    assert.deepEqual(
      [first[4]?.type, first[4]?.value, first[5]?.type, first[5]?.value],
      ["float", "40", "float", "396000"],
    );
    assert.deepEqual([first[6]?.text, second[6]?.text], ["B1", "B1"]);
  },
);
