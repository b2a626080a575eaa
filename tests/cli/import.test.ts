import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { badFiles, wrongRows } from "../import/bad-files.ts";
import { countWeek, ordersFile, stockFile } from "../import/naive-week.ts";
import { createDatabase, type TestDatabase } from "../support/postgres.ts";
import { callZaiku, runZaiku, temporaryFolder, type Ended } from "../support/zaiku.ts";

const stockPath = fileURLToPath(stockFile);
const ordersPath = fileURLToPath(ordersFile);

interface Report {
  readonly dryRun: boolean;
  readonly profile: string;
  readonly rows: number;
  readonly summary: Readonly<Record<string, { readonly rows: number; readonly units: number }>>;
  readonly skus: readonly {
    readonly sku: string;
    readonly lost: number;
    readonly unmatched: number;
    readonly refused: number;
  }[];
  readonly problems: readonly {
    readonly line: number;
    readonly as: string;
    readonly sku: string | null;
    readonly reasons: readonly { readonly code: string; readonly zh: string; readonly en: string }[];
  }[];
  readonly problemsTotal: number;
}

interface StockReport {
  readonly items: readonly (Readonly<Record<string, number>> & { readonly sku: never })[];
}

/** The one object on stdout. */
function objectOf<T>(ended: Ended): T {
  assert.equal(ended.stdout.split("\n").length, 2, "one line and its end");
  return JSON.parse(ended.stdout) as T;
}

let folder = "";
let remove: () => Promise<void>;
before(async () => {
  ({ folder, remove } = await temporaryFolder());
});
after(() => remove());

void suite("zaiku import", () => {
  test("[F1][F9] a newcomer's week: stock list, orders, stock, verify, each as one object", async () => {
    const env = { ZAIKU_DATA_DIR: path.join(folder, "week") };
    const run = async <T>(...args: string[]): Promise<T> => {
      // One in a process of its own, as a person runs it; the others are quicker in this one.
      const ended = await (args[1] === "orders" ? runZaiku : callZaiku)([...args, "--json"], { env });
      assert.equal(ended.code, 0, ended.stderr);
      return objectOf<T>(ended);
    };
    const tried = await run<Report>("import", "stock", stockPath, "--dry-run");
    assert.equal(tried.dryRun, true);
    assert.deepEqual(await run("stock"), { items: [] });
    const stock = await run<Report>("import", "stock", stockPath);
    assert.deepEqual(stock.summary, tried.summary);
    const orders = await run<Report>("import", "orders", ordersPath);
    const again = objectOf<Report>(await callZaiku(["import", "orders", ordersPath, "--json"], { env }));
    assert.equal(orders.profile, "retail-week");
    assert.equal(orders.problemsTotal, 231);
    assert.deepEqual(again.problems, orders.problems);
    assert.equal(again.summary.lines?.rows, 0);

    const counts = countWeek();
    const { items } = await run<StockReport>("stock");
    assert.equal(items.length, counts.size);
    const effects = new Map(orders.skus.map((one) => [one.sku.toUpperCase(), one]));
    for (const item of items) {
      const expected = counts.get(item.sku);
      const { available = -1, committed = -1, shortage = -1, onHand = -1 } = item;
      const { lost = 0, unmatched = 0, refused = 0 } = effects.get(item.sku) ?? {};
      assert.deepEqual({ available, committed, shortage, lost, unmatched, refused }, expected);
      assert.equal(onHand, available + committed);
    }
    assert.deepEqual(Object.keys(items[0] ?? {}), [
      "sku",
      "onHand",
      "available",
      "held",
      "committed",
      "quarantine",
      "loaned",
      "buffer",
      "sellable",
      "shortage",
      "presale",
    ]);
    assert.partialDeepStrictEqual(await run("verify"), { ok: true, difference: null, lines: 14_323 });
  });

  test("tells a person what happened, in Chinese or English, and which rows to look at", async () => {
    const list = path.join(folder, "list.csv");
    await writeFile(list, "商家编码,商品名称,库存数量,库位\nA-1,红裙,5,A-01\nA-2,蓝裙,x,A-02\n");
    const zh = await callZaiku(
      ["import", "stock", "list.csv", "--data-dir", "own", "--problems", "bad.csv"],
      {
        from: folder,
      },
    );
    assert.equal(zh.code, 0, zh.stderr);
    assert.match(zh.stdout, /list\.csv：UTF-8，方案 stock-list，2 行/);
    assert.match(zh.stdout, /期初入库 +1 +5\n/);
    assert.match(zh.stdout, /3 +有问题 +「库存数量」不是数字：x/);
    assert.equal(
      await readFile(path.join(folder, "bad.csv"), "utf8"),
      '\ufeff商家编码,商品名称,库存数量,库位,原因 reason\r\nA-2,蓝裙,x,A-02,"「库存数量」不是数字：x / Not a number in ""库存数量"": x"\r\n',
    );
    const en = await callZaiku(["import", "stock", "list.csv", "--data-dir", "own"], {
      from: folder,
      env: { LANG: "en_US.UTF-8" },
    });
    assert.match(en.stdout, /This file was imported before: nothing changed/);
    assert.match(en.stdout, /Imported before +1 +5\n/);
  });

  test("--as-of, --channel and --profile say what the file does not", async () => {
    const from = folder;
    const common = ["--data-dir", "flags", "--json"];
    await writeFile(path.join(folder, "a.csv"), "商家编码,库存数量\nA,5\n");
    await callZaiku(["import", "stock", "a.csv", "--as-of", "2026-01-02 08:00", ...common], { from });
    const journal = await callZaiku(["journal", "--sku", "a", "--after", "0", ...common], { from });
    const { items } = objectOf<{ items: { at: string; reason: string }[] }>(journal);
    assert.equal(items.find(({ reason }) => reason === "opening")?.at, "2026-01-02T00:00:00.000Z");
    await writeFile(
      path.join(folder, "o.csv"),
      "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice\n1,12345,1,12/1/10 8:26,2.50\n",
    );
    const flags = ["--profile", "retail-week", "--channel", "shop-2", ...common];
    const orders = objectOf<Report & { channel: string }>(
      await callZaiku(["import", "orders", "o.csv", ...flags], { from }),
    );
    assert.equal(orders.channel, "shop-2");
    assert.deepEqual(
      orders.problems.map(({ line, reasons }) => [line, reasons[0]?.code]),
      [[2, "unknown_sku"]],
    );
    const future = await callZaiku(["import", "stock", "a.csv", "--as-of", "2999-01-02", ...common], {
      from,
    });
    assert.equal(future.code, 2);
  });

  test("[F3][F9] a file that cannot be read is told why; nothing is written and the answer is one object", async () => {
    const dataDir = path.join(folder, "bad");
    for (const { name, bytes, code } of badFiles) {
      const file = path.join(folder, name);
      await writeFile(file, bytes);
      const ended = await callZaiku(["import", "stock", file, "--data-dir", dataDir, "--json"]);
      assert.equal(ended.code, 1, name);
      const { error } = objectOf<{ error: { code: string; message: string; messageZh: string } }>(ended);
      assert.equal(error.code, code, name);
      assert.match(error.messageZh, /[\u4e00-\u9fff]/);
      assert.match(ended.stderr, /出错了：/);
    }
    const none = await callZaiku(["import", "stock", path.join(folder, "none.csv"), "--data-dir", dataDir]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /找不到文件/);
    const { items } = objectOf<StockReport>(await callZaiku(["stock", "--json", "--data-dir", dataDir]));
    assert.deepEqual(items, []);
  });

  test("a profile that does not fit is told, and which would", async () => {
    const dataDir = path.join(folder, "profiles-of");
    const failed = async (...args: string[]): Promise<string> => {
      const ended = await callZaiku([...args, "--json", "--data-dir", dataDir]);
      assert.equal(ended.code, 1, ended.stderr);
      return objectOf<{ error: { code: string } }>(ended).error.code;
    };
    assert.equal(await failed("import", "orders", stockPath), "other_kind");
    assert.equal(
      await failed("import", "orders", ordersPath, "--profile", "douyin-orders"),
      "profile_mismatch",
    );
    assert.equal(await failed("import", "orders", ordersPath, "--profile", "stock-list"), "profile_kind");
    assert.equal(await failed("import", "orders", ordersPath, "--profile", "none"), "profile_missing");
    const unknown = path.join(folder, "unknown.csv");
    await writeFile(unknown, "一,二\n1,2\n");
    assert.equal(await failed("import", "stock", unknown), "profile_unknown");
  });

  test("rows that are wrong are listed, and the others booked", async () => {
    const file = path.join(folder, "wrong.csv");
    await writeFile(file, wrongRows);
    const dataDir = path.join(folder, "wrong");
    const report = objectOf<Report>(
      await callZaiku(["import", "stock", file, "--json", "--data-dir", dataDir]),
    );
    assert.deepEqual(
      report.problems.map(({ line, as, reasons }) => [line, as, reasons[0]?.code]),
      [
        [2, "problem", "too_large"],
        [3, "problem", "negative"],
        [4, "problem", "not_integer"],
        [5, "problem", "id_invalid"],
        [6, "problem", "cell_too_long"],
      ],
    );
  });
});

void suite("zaiku on PostgreSQL", () => {
  let database: TestDatabase;
  before(async () => {
    database = await createDatabase();
  });
  after(() => database.drop());

  test("the same commands work on a database elsewhere", async () => {
    const env = { DATABASE_URL: database.url, ZAIKU_DATA_DIR: path.join(folder, "pg") };
    const stock = await runZaiku(["import", "stock", stockPath, "--json"], { env });
    assert.equal(objectOf<Report>(stock).summary.received?.units, 164_165);
    assert.partialDeepStrictEqual(objectOf(await runZaiku(["verify", "--json"], { env })), {
      ok: true,
      skus: 2_210,
    });
    const backup = await callZaiku(["backup", path.join(folder, "pg.zaiku")], { env });
    assert.equal(backup.code, 1);
    assert.match(backup.stderr, /pg_dump/);
  });
});
