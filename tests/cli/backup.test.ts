import assert from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { ordersFile, stockFile } from "../import/naive-week.ts";
import { callZaiku, runZaiku, temporaryFolder } from "../support/zaiku.ts";

let folder = "";
let remove: () => Promise<void>;
const backupFile = (): string => path.join(folder, "one.zaiku");

before(async () => {
  ({ folder, remove } = await temporaryFolder());
  const shop = path.join(folder, "shop");
  await call("shop", "import", "stock", fileURLToPath(stockFile));
  await call("shop", "token", "box", "--scopes", "stock:read");
  await mkdir(path.join(shop, "profiles"));
  await copyFile(
    new URL("../../profiles/stock-list.json", import.meta.url),
    path.join(shop, "profiles", "own.json"),
  );
  assert.equal((await call("shop", "backup", backupFile())).code, 0);
});
after(() => remove());

const call = (dataDir: string, ...args: string[]) =>
  callZaiku([...args, "--data-dir", dataDir], { from: folder });

async function stockOf(dataDir: string): Promise<string> {
  return (await call(dataDir, "stock", "--json")).stdout;
}

void suite("zaiku backup and restore", () => {
  test("[F8] a backup is one file for its owner's eyes; restored, everything is as it was", async () => {
    const { mode } = await stat(backupFile());
    if (process.platform !== "win32") assert.equal(mode & 0o777, 0o600);
    const restored = await call("new", "restore", backupFile());
    assert.equal(restored.code, 0, restored.stderr);
    assert.equal(await stockOf("new"), await stockOf("shop"));
    const files = await readdir(path.join(folder, "new"));
    for (const name of ["accounts.db", "profiles", "secret", "zaiku.db"])
      assert.ok(files.includes(name), name);
    const of = (dataDir: string) => readFile(path.join(folder, dataDir, "secret"), "utf8");
    assert.equal(await of("new"), await of("shop"), "buyers keep their keys");
    const again = await call("new", "import", "stock", fileURLToPath(stockFile), "--json");
    assert.equal(
      (JSON.parse(again.stdout) as { summary: { duplicates: { rows: number } } }).summary.duplicates.rows,
      2_210,
    );
  });

  test("[F8] it is taken while others write, and is one moment of the books", async () => {
    const running = runZaiku([
      "import",
      "orders",
      fileURLToPath(ordersFile),
      "--data-dir",
      path.join(folder, "shop"),
    ]);
    let done = false;
    void running.finally(() => (done = true));
    let taken = 0;
    while (!done) {
      const file = path.join(folder, `busy-${taken}.zaiku`);
      assert.equal((await call("shop", "backup", file)).code, 0);
      taken += 1;
    }
    assert.equal((await running).code, 0);
    const last = path.join(folder, `busy-${Math.floor((taken - 1) / 2)}.zaiku`);
    const restored = await call("busy", "restore", last, "--json");
    assert.equal(restored.code, 0, restored.stderr);
    const verified = await call("busy", "verify", "--json");
    assert.partialDeepStrictEqual(JSON.parse(verified.stdout), { ok: true });
  });

  test("[F8] books that are there are not replaced, unless it is said; then they are moved aside", async () => {
    const refused = await call("shop", "restore", backupFile(), "--json");
    assert.equal(refused.code, 1);
    assert.partialDeepStrictEqual(JSON.parse(refused.stdout), { error: { code: "database_there" } });
    const before = await stockOf("new");
    const forced = await call("new", "restore", backupFile(), "--force", "--json");
    assert.equal(forced.code, 0, forced.stderr);
    const { movedAside } = JSON.parse(forced.stdout) as { movedAside: string };
    assert.ok((await readdir(movedAside)).includes("zaiku.db"));
    assert.equal(await stockOf("new"), before);
    assert.deepEqual(
      (await readdir(path.join(folder, "new"))).filter((name) => name.startsWith("restore-")),
      [],
    );
  });

  test("books that are in use are not replaced", async () => {
    const open = new SqliteStore(path.join(folder, "new", "zaiku.db"));
    try {
      await open.shops();
      const ended = await call("new", "restore", backupFile(), "--force", "--json");
      assert.equal(ended.code, 1);
      assert.partialDeepStrictEqual(JSON.parse(ended.stdout), { error: { code: "in_use" } });
    } finally {
      await open.close();
    }
  });

  test("[F8] a backup that was tampered with, damaged, or is none, is refused and nothing is left behind", async () => {
    const tampered = path.join(folder, "tampered.zaiku");
    await copyFile(backupFile(), tampered);
    const database = new DatabaseSync(tampered);
    database.exec("update batch set at = at + 1 where first_seq = 1");
    database.exec(
      "insert into backup_file (name, bytes) values ('../escape', x'00'), ('profiles/../../x.json', x'00')",
    );
    database.close();
    const damaged = path.join(folder, "damaged.zaiku");
    const bytes = await readFile(backupFile());
    bytes.fill(0xff, 20_000, 60_000);
    await writeFile(damaged, bytes);
    const text = path.join(folder, "text.zaiku");
    await writeFile(text, "this is no database");
    for (const [file, code] of [
      [tampered, "backup_differs"],
      [damaged, "backup_refused"],
      [text, "backup_refused"],
      [path.join(folder, "none.zaiku"), "backup_refused"],
    ] as const) {
      const ended = await call("target", "restore", file, "--json");
      assert.equal(ended.code, 1, file);
      assert.partialDeepStrictEqual(JSON.parse(ended.stdout), { error: { code } });
      assert.deepEqual(await readdir(path.join(folder, "target")), []);
    }
    assert.ok(!(await readdir(folder)).includes("escape") && !(await readdir(folder)).includes("x.json"));
  });

  test("where there is nothing there is nothing to back up", async () => {
    const ended = await call("nothing", "backup", path.join(folder, "no.zaiku"), "--json");
    assert.equal(ended.code, 1);
    assert.partialDeepStrictEqual(JSON.parse(ended.stdout), { error: { code: "nothing_there" } });
  });
});
