import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { commands } from "../../src/cli/help.ts";
import { scopes } from "../../src/api/shop.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { callZaiku, cleanEnv, mainFile, runZaiku, temporaryFolder } from "../support/zaiku.ts";

let folder = "";
let remove: () => Promise<void>;
before(async () => {
  ({ folder, remove } = await temporaryFolder());
  await writeFile(
    path.join(folder, "list.csv"),
    ["商家编码,商品名称,库存数量,库位", "a-1,红色长裙,5,A-01", "Ｂ２,Blue,3,A-02", "C,空,0,"].join("\n"),
  );
  const ended = await callZaiku(["import", "stock", "list.csv", "--data-dir", "shop"], { from: folder });
  assert.equal(ended.code, 0, ended.stderr);
});
after(() => remove());

const call = (...args: string[]) => callZaiku([...args, "--data-dir", "shop"], { from: folder });
const json = async <T>(...args: string[]): Promise<T> =>
  JSON.parse((await call(...args, "--json")).stdout) as T;

void suite("what a person types", () => {
  test("[F9] a misspelt flag or command is refused with the nearest one, and status 2", async () => {
    const flag = await runZaiku(["stock", "--jsn"]);
    assert.equal(flag.code, 2);
    assert.match(flag.stderr, /没有参数 --jsn，是不是 --json？/);
    assert.equal(flag.stdout, "");
    const command = await runZaiku(["verfy"], { env: { LANG: "en_GB.UTF-8" } });
    assert.equal(command.code, 2);
    assert.match(command.stderr, /There is no command verfy; did you mean verify\?/);
  });

  const wrong: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [["import", "stock"], /缺少 FILE/],
    [["import", "stok", "list.csv"], /要写 stock 或 orders，不是 stok/],
    [["import", "stock", "a", "b"], /多余的参数：b/],
    [["import", "stock", "list.csv", "--channel", "x"], /--channel 只用于订单/],
    [["import", "orders", "list.csv", "--channel", "X Y"], /--channel 只能用小写字母/],
    [["import", "orders", "list.csv", "--as-of", "2026-01-01"], /--as-of 只用于库存表/],
    [["import", "stock", "list.csv", "--as-of", "morgen"], /--as-of 要是过去的时间/],
    [["stock", "--sku"], /--sku 后面要有一个值/],
    [["stock", "--sku", "--json"], /--sku 后面要有一个值/],
    [["stock", "--json=1"], /--json 不带值/],
    [["stock", "--json", "--json"], /--json 写了两次/],
    [["journal", "--limit", "-1"], /--limit 要是 0 到/],
    [["journal", "--limit", "1e3"], /--limit 要是 0 到/],
    [["journal", "--after", "9007199254740993"], /--after 要是 0 到/],
    [["token", "x"], /缺少 --scopes/],
    [["token", "x", "--scopes", "stock:all"], /没有权限「stock:all」/],
    [["stock", "-x"], /没有参数 -x/],
  ];
  for (const [args, said] of wrong) {
    test(`${args.join(" ")}: status 2, and why`, async () => {
      const ended = await call(...args);
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, said);
    });
  }

  test("every command has help, and help changes nothing", async () => {
    for (const name of Object.keys(commands)) {
      const asked = await callZaiku(["help", name]);
      assert.equal(asked.code, 0);
      assert.match(asked.stdout, new RegExp(`npm run zaiku -- ${name}`));
      if (name === "help") continue;
      assert.equal((await callZaiku([name, "--help"])).stdout, asked.stdout);
    }
    const all = await callZaiku(["help"], { env: { LANG: "en" } });
    for (const name of Object.keys(commands)) assert.match(all.stdout, new RegExp(`^  ${name}\\b`, "m"));
  });
});

void suite("zaiku stock, journal, verify", () => {
  test("stock shows every SKU by the code it was first written with, in columns", async () => {
    const { items } = await json<{ items: { sku: string; onHand: number; sellable: number }[] }>("stock");
    assert.deepEqual(
      items.map(({ sku, onHand, sellable }) => [sku, onHand, sellable]),
      [
        ["C", 0, 0],
        ["a-1", 5, 5],
        ["Ｂ２", 3, 3],
      ],
    );
    const table = await call("stock");
    assert.match(table.stdout, /^SKU +名称 +可售/);
    assert.match(table.stdout, /^a-1 +红色长裙 +5 +5 +0 +0 +0 +5 +0 +A-01$/m);
    assert.match(table.stderr, /共 3 个 SKU，在库 8 件/);
  });

  test("stock --sku takes any spelling of one SKU, and refuses one that is not there", async () => {
    const one = await json<{ items: { sku: string }[] }>("stock", "--sku", "b2");
    assert.deepEqual(
      one.items.map(({ sku }) => sku),
      ["Ｂ２"],
    );
    const none = await call("stock", "--sku", "B", "--json");
    assert.equal(none.code, 1);
    assert.partialDeepStrictEqual(JSON.parse(none.stdout), { error: { code: "unknown_sku" } });
  });

  test("journal reads on from a number, and shows the latest without one", async () => {
    const first = await json<{ items: { seq: number }[]; next: number }>(
      "journal",
      "--after",
      "0",
      "--limit",
      "2",
    );
    assert.deepEqual(
      first.items.map(({ seq }) => seq),
      [1, 2],
    );
    assert.equal(first.next, 2);
    const rest = await json<{ items: { seq: number; reason: string }[] }>("journal", "--after", "2");
    assert.equal(rest.items[0]?.seq, 3);
    const latest = await json<{ items: { seq: number }[] }>("journal", "--limit", "2");
    assert.deepEqual(latest.items, rest.items.slice(-2));
    const table = await call("journal", "--sku", "A-1");
    assert.match(table.stdout, /供应商 +可用 +5 +期初 +opening:main:A-1:A-01::1 +cli/);
  });

  test("verify says that the books are true, and names the difference where they are not", async () => {
    assert.match((await call("verify")).stdout, /账目一致/);
    const store = new SqliteStore(path.join(folder, "shop", "zaiku.db"));
    await store.close();
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(path.join(folder, "shop", "zaiku.db"));
    const change = (units: number): void => {
      database.exec(
        `update stock set available = available + ${units}, supplier = supplier - ${units} where sku = 'A-1'`,
      );
    };
    change(1);
    try {
      const ended = await call("verify", "--json");
      assert.equal(ended.code, 1);
      const found = JSON.parse(ended.stdout) as { ok: boolean; difference: { message: string } };
      assert.equal(found.ok, false);
      assert.match(found.difference.message, /A-1/);
      const said = await call("verify");
      assert.equal(said.code, 1);
      assert.match(said.stdout, /发现差异，违反第 1 条：/);
    } finally {
      change(-1);
      database.close();
    }
  });

  test("where nothing was ever written they read nothing and make nothing", async () => {
    for (const [name, answer] of [
      ["stock", { items: [] }],
      ["journal", { items: [], next: 0 }],
      ["verify", { ok: true, entries: 0 }],
    ] as const) {
      const ended = await callZaiku([name, "--json", "--data-dir", path.join(folder, "nowhere")]);
      assert.equal(ended.code, 0);
      assert.partialDeepStrictEqual(JSON.parse(ended.stdout), answer);
      assert.match(ended.stderr, /还没有数据/);
    }
    const { existsSync } = await import("node:fs");
    assert.ok(!existsSync(path.join(folder, "nowhere")));
  });

  test("a reader that leaves early is no error", async () => {
    const child = spawn(
      process.execPath,
      [mainFile, "journal", "--after", "0", "--data-dir", path.join(folder, "shop")],
      {
        env: cleanEnv(),
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    child.stdout.destroy();
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 0, stderr);
    assert.equal(stderr, "");
  });
});

void suite("zaiku token", () => {
  test("prints a key alone on stdout, which then has those scopes", async () => {
    const plain = await call("token", "货架秤", "--scopes", "stock:read, stock:write");
    assert.equal(plain.code, 0, plain.stderr);
    assert.match(plain.stdout, /^\S{20,}\n$/);
    const made = await json<{ name: string; scopes: string[]; key: string }>(
      "token",
      "all",
      "--scopes",
      scopes.join(","),
    );
    assert.deepEqual(made.scopes, [...scopes]);
    assert.notEqual(made.key, plain.stdout.trim());
  });
});
