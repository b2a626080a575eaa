import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ensureDataDir, type Config } from "../config.ts";
import { systemClock } from "../engine/clock.ts";
import { restoreFrom } from "../store/sqlite/backup.ts";
import { SqliteStore } from "../store/sqlite/store.ts";
import { verify } from "../store/verify.ts";
import { takeExtras } from "./backup-file.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { databaseFile } from "./open-store.ts";
import { configOf, filePath } from "./workspace.ts";

/**
 * `restore FILE [--force]`: puts a backup into an empty data folder. It is checked and recomputed first; with
 * `--force` what was there is moved aside, never deleted.
 */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("restore", argv, io, async () => {
    const flags = parseFlags(argv, { flags: { force: "switch" }, words: ["FILE"] });
    const config = configOf(flags, io);
    if (config.databaseUrl !== null) {
      throw new CommandError(
        "not_embedded",
        "用 PostgreSQL 时请用 pg_restore 还原",
        "With PostgreSQL, restore with pg_restore",
      );
    }
    ensureDataDir(config);
    if (existsSync(databaseFile(config))) checkReplace(config, flags.has("force"));
    const staged = path.join(config.dataDir, `restore-${process.pid}`);
    try {
      await mkdir(staged);
      const summary = await stage(filePath(flags.words[0] ?? "", io), staged);
      const aside = await putInPlace(staged, config);
      report({ ...summary, aside, json: flags.has("json") }, io);
    } finally {
      await rm(staged, { recursive: true, force: true });
    }
    return exitOk;
  });
}

/** @throws CommandError where there is a database and nobody said to replace it, or a server has it open */
function checkReplace(config: Config, force: boolean): void {
  if (!force) {
    throw new CommandError(
      "database_there",
      `${config.dataDir} 里已有数据，不会覆盖。换一个 --data-dir，或加 --force（原有数据会移到一旁，不删除）`,
      `There are books in ${config.dataDir}. Name another --data-dir, or add --force: what is there is moved aside, not deleted`,
    );
  }
  if (!isFree(databaseFile(config))) {
    throw new CommandError(
      "in_use",
      `${config.dataDir} 正被另一个程序使用：先停下服务，再还原`,
      `${config.dataDir} is in use: stop the server first`,
    );
  }
}

/** In exclusive mode SQLite opens the file only where no other process has it open. */
function isFree(file: string): boolean {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("pragma locking_mode = exclusive; begin immediate; rollback");
    return true;
  } catch (error) {
    const busy = error instanceof Error && "errcode" in error && error.errcode === 5;
    // A damaged file is nobody's, and a reason to restore.
    return !busy;
  } finally {
    database.close();
  }
}

interface Staged {
  readonly shops: number;
  readonly entries: number;
  readonly files: readonly string[];
}

/** Copies and checks the backup, and recomputes the books of every shop. Nothing of the old data is touched yet. */
async function stage(backupFile: string, folder: string): Promise<Staged> {
  const database = databaseFile({ dataDir: folder });
  await restoreFrom(backupFile, database);
  const files = await takeExtras(database, folder);
  const store = new SqliteStore(database);
  let entries = 0;
  try {
    await store.migrate();
    const shops = await store.shops();
    for (const { shop, name } of shops) {
      const found = await verify(store, shop);
      entries += found.entries;
      if (found.difference === null) continue;
      const { invariant, message } = found.difference;
      throw new CommandError(
        "backup_differs",
        `备份里「${name}」的账目有差异，违反第 ${invariant} 条：${message}。没有还原`,
        `The books of ${name} in the backup differ, against invariant ${invariant}: ${message}. Nothing was restored`,
      );
    }
    return { shops: shops.length, entries, files };
  } finally {
    await store.close();
  }
}

/** @returns the folder that what was there before is in now, or null */
async function putInPlace(staged: string, config: Config): Promise<string | null> {
  const { dataDir } = config;
  const names = await readdir(staged);
  const time = new Date(systemClock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const aside = path.join(dataDir, `before-restore-${time}`);
  let moved = false;
  const sideFiles = ["zaiku.db-wal", "zaiku.db-shm", "accounts.db-wal", "accounts.db-shm"];
  for (const name of [...names, ...sideFiles]) {
    if (!existsSync(path.join(dataDir, name))) continue;
    if (!moved) await mkdir(aside);
    moved = true;
    await rename(path.join(dataDir, name), path.join(aside, name));
  }
  for (const name of names) await rename(path.join(staged, name), path.join(dataDir, name));
  return moved ? aside : null;
}

function report(done: Staged & { aside: string | null; json: boolean }, io: Io): void {
  const { shops, entries, files, aside, json } = done;
  if (json) {
    io.out(JSON.stringify({ shops, entries, files, movedAside: aside }));
    return;
  }
  io.out(
    say(
      io,
      `已还原：${shops} 个店铺，${entries} 条流水，重算一致`,
      `Restored: ${shops} shops, ${entries} movements, recomputed and true`,
    ),
  );
  if (aside !== null) io.out(say(io, `原有数据移到了 ${aside}`, `What was there is now in ${aside}`));
}
