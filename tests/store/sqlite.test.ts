import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { after, before, describe, test } from "node:test";
import { migrationTable } from "../../src/store/sql/migrations/migrate.ts";
import { restoreFrom } from "../../src/store/sqlite/backup.ts";
import { openWriter } from "../../src/store/sqlite/database.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { verify } from "../../src/store/verify.ts";
import { storeContract } from "./contract.ts";
import { codes, commitOne, dump, observe, reserve, shopWithStock, startAt, stockOf } from "./harness.ts";
import { openSqlite, openSqliteThread, type OpenedSqlite } from "./sqlite-harness.ts";

storeContract("sqlite", openSqlite, 50);
storeContract("sqlite on a thread of its own", openSqliteThread, 10);

const processScript = fileURLToPath(new URL("./sqlite-process.ts", import.meta.url));

/** Runs a task in a process of its own and returns what it printed. */
async function otherProcess(...args: string[]): Promise<Record<string, number>> {
  const { stdout } = await promisify(execFile)(process.execPath, [processScript, ...args]);
  return JSON.parse(stdout) as Record<string, number>;
}

describe("sqlite: the file", () => {
  let opened: OpenedSqlite;
  before(async () => {
    opened = await openSqlite();
  });
  after(() => opened.close());
  const beside = (name: string): string => path.join(path.dirname(opened.file), name);

  test("a commit is on the disk when it returns: full synchronisation, write-ahead log", () => {
    const database = openWriter(opened.file);
    assert.equal(database.prepare("pragma synchronous").get()?.synchronous, 2);
    assert.equal(database.prepare("pragma journal_mode").get()?.journal_mode, "wal");
    database.close();
  });

  test("two processes write at once: no order is lost, none is sold twice, the journal has no hole", async () => {
    const { store, file } = opened;
    const shop = await shopWithStock(store, { A: 300 });
    const run = (name: string) => otherProcess("reserve", file, String(shop), name, "200");
    const [first, second] = await Promise.all([run("one"), run("two")]);
    assert.equal((first?.applied ?? 0) + (second?.applied ?? 0), 300);
    assert.equal((first?.refused ?? 0) + (second?.refused ?? 0), 100);
    const stock = await stockOf(store, shop, "A");
    assert.deepEqual([stock.available, stock.held], [0, 300]);
    const verification = await verify(store, shop);
    assert.equal(verification.difference, null);
    assert.equal(verification.lines, 300);
  });

  test("several processes bring a new file to the schema at once", async () => {
    const file = beside("new.db");
    const found = await Promise.all(Array.from({ length: 3 }, () => otherProcess("migrate", file)));
    assert.deepEqual(found, [{ shops: 0 }, { shops: 0 }, { shops: 0 }]);
  });

  test("a commit that waits too long for another writer is refused, and nothing of it happens", async () => {
    const { store, file } = opened;
    const shop = await shopWithStock(store, { A: 1 });
    const impatient = new SqliteStore(file, { busyTimeoutMs: 1 });
    const writing = new DatabaseSync(file);
    writing.exec("begin immediate");
    await assert.rejects(impatient.commit(shop, [reserve("1", [["A", 1]])], startAt), {
      name: "StoreUnavailable",
    });
    await assert.rejects(
      impatient.createShop({ name: "", timeZone: "UTC", dayCutHour: 0, currency: "CNY", createdAt: 0 }),
      {
        name: "StoreUnavailable",
      },
    );
    writing.exec("rollback");
    assert.deepEqual(codes(await impatient.commit(shop, [reserve("1", [["A", 1]])], startAt)), ["applied"]);
    writing.close();
    await impatient.close();
  });

  test("a store whose commits have a thread: refusals come back as they are, and writers of this process take turns", async () => {
    const { file } = opened;
    const store = new SqliteStore(file, { busyTimeoutMs: 1, thread: true });
    const shop = await shopWithStock(store, { A: 1_000 });
    const writing = new DatabaseSync(file);
    writing.exec("begin immediate");
    await assert.rejects(store.commit(shop, [reserve("1", [["A", 1]])], startAt), {
      name: "StoreUnavailable",
    });
    writing.exec("rollback");
    writing.close();
    await assert.rejects(store.commit(9_999, [reserve("1", [["A", 1]])], startAt), { name: "UnknownShop" });
    // With no patience at all any two writers that met would fail.
    const batches = Array.from({ length: 50 }, (_, batch) =>
      store.commit(
        shop,
        Array.from({ length: 20 }, (_one, index) => reserve(`${batch}-${index}`, [["A", 1]])),
        startAt,
      ),
    );
    const leases = Array.from({ length: 50 }, (_, turn) =>
      store.work.lease(shop, "job", "me", 1_000, startAt + turn),
    );
    const samples = Array.from({ length: 50 }, (_, turn) =>
      store.activities.putSamples(shop, [
        { room: "room", at: startAt + turn, viewers: turn, likes: null, amount: null, gap: null },
      ]),
    );
    await Promise.all([...batches, ...leases, ...samples]);
    assert.equal((await stockOf(store, shop, "A")).held, 1_000);
    assert.equal((await verify(store, shop)).difference, null);
    await store.close();
  });

  test("a file that cannot be opened is said so", () => {
    assert.throws(() => new SqliteStore(beside("nowhere/zaiku.db")), { name: "StoreUnavailable" });
  });

  test("a backup taken while commits go on is whole, and as of one moment", async () => {
    const { store } = opened;
    const shop = await shopWithStock(store, { A: 100_000 });
    let order = 0;
    const write = async (): Promise<void> => {
      const batch = Array.from({ length: 50 }, () => observe(String((order += 1)), [["A", 1]]));
      await store.commit(shop, batch, startAt + order);
    };
    for (let batches = 0; batches < 40; batches += 1) await write();
    const copy = beside("copy.db");
    let done = false;
    const backup = store.backup(copy).finally(() => (done = true));
    const atStart = order;
    // Yields to the copying between two commits.
    while (!done) {
      await write();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await backup;
    assert(order > atStart, "commits went on while the copy was made");

    const copied = new SqliteStore(copy);
    const verification = await verify(copied, shop);
    assert.equal(verification.difference, null);
    assert(verification.lines >= atStart && verification.lines <= order);
    assert.equal(verification.lines % 50, 0);
    await copied.close();
    assert.equal((await verify(store, shop)).difference, null);
  });

  test("[Y6] a backup is one file, pictures and all, and takes the place of an earlier one", async () => {
    const { store } = opened;
    const copy = beside("again.db");
    await store.backup(copy);
    const shop = await shopWithStock(store, { A: 1 });
    const photo = { photo: "p1", mediaType: "image/png", sha256: "0".repeat(64) } as const;
    const bytes = new Uint8Array([0, 255, 7]);
    await store.photos.put(shop, { ...photo, bytes, createdAt: startAt, createdBy: "u1/小王" });
    await store.backup(copy);
    const names = (await readdir(path.dirname(copy))).filter((name) => name.startsWith("again.db"));
    assert.deepEqual(names, ["again.db"]);
    const copied = new SqliteStore(copy);
    assert.equal((await stockOf(copied, shop, "A")).available, 1);
    assert.deepEqual([...((await copied.photos.get(shop, "p1"))?.bytes ?? [])], [...bytes]);
    await copied.close();
  });

  test("a backup that fails leaves the earlier one as it was", async () => {
    const copy = beside("kept.db");
    await writeFile(copy, "precious");
    const { raw, store } = opened;
    await raw?.(`insert into ${migrationTable} values ('9999-from-the-future', '')`);
    try {
      await assert.rejects(store.backup(copy), { name: "BackupRefused" });
    } finally {
      await raw?.(`delete from ${migrationTable} where name like '9999%'`);
    }
    assert.equal(await readFile(copy, "utf8"), "precious");
    const names = (await readdir(path.dirname(copy))).filter((name) => name.startsWith("kept.db"));
    assert.deepEqual(names, ["kept.db"]);
  });

  test("a restored file is the shop as it was backed up", async () => {
    const { store } = opened;
    const shop = await shopWithStock(store, { A: 5 });
    await commitOne(store, shop, reserve("1", [["A", 2]]));
    const [copy, file] = [beside("to-restore.db"), beside("restored.db")];
    await store.backup(copy);
    await restoreFrom(copy, file);
    const restored = new SqliteStore(file);
    await restored.migrate();
    assert.deepEqual(await dump(restored, shop), await dump(store, shop));
    assert.deepEqual(codes(await restored.commit(shop, [reserve("2", [["A", 3]])], startAt)), ["applied"]);
    await restored.close();
  });

  test("what is no sound backup is refused, and nothing is written over", async () => {
    const { store, file } = opened;
    const copy = beside("sound.db");
    await store.backup(copy);
    const refuses = (from: string, to: string, message: RegExp) =>
      assert.rejects(restoreFrom(from, to), { name: "BackupRefused", message });
    await refuses(copy, file, /is there already/);
    await refuses(beside("missing.db"), beside("r1.db"), /There is no file/);

    await writeFile(beside("text.db"), "a text is not a database".repeat(1_000));
    await refuses(beside("text.db"), beside("r2.db"), /not a database of Zaiku/);
    await writeFile(beside("empty.db"), "");
    await refuses(beside("empty.db"), beside("r3.db"), /not a database of Zaiku/);

    const bytes = await readFile(copy);
    // Four pages in the middle of the file are lost.
    bytes.fill(0xff, 8 * 4_096, 12 * 4_096);
    await writeFile(beside("damaged.db"), bytes);
    await refuses(beside("damaged.db"), beside("r4.db"), /damaged|not a database/);

    const newer = new DatabaseSync(copy);
    newer.exec(`insert into ${migrationTable} values ('9999-from-the-future', '')`);
    newer.close();
    await refuses(copy, beside("r5.db"), /newer version of Zaiku \(9999-from-the-future\)/);
    const names = (await readdir(path.dirname(copy))).filter((name) => /^r\d|partial/.test(name));
    assert.deepEqual(names, []);
  });

  test("a preview's file is removed with it; what a killed process left behind, at the next start", async () => {
    const { store, file } = opened;
    const shop = await shopWithStock(store, { A: 1 });
    const previews = async (): Promise<string[]> =>
      (await readdir(path.dirname(file))).filter((name) => name.includes(".preview-"));
    const preview = await store.openPreview(shop);
    assert.equal((await previews()).length, 1);
    // The number of a process that has ended, and of one that runs.
    const ended = await promisify(execFile)(process.execPath, ["-p", "process.pid"]);
    const [left, kept] = [`${file}.preview-${ended.stdout.trim()}-1`, `${file}.preview-${process.ppid}-1`];
    await writeFile(left, "");
    await writeFile(kept, "");
    await store.migrate();
    assert.equal((await previews()).length, 2);
    await preview.close();
    assert.deepEqual(await previews(), [path.basename(kept)]);
  });
});
