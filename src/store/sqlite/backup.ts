import { copyFile, open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { migrationNames, migrationTable } from "../sql/migrations/migrate.ts";

/** Pages copied between two looks at what else there is to do. */
const pagesPerStep = 1_024;

/** A file that is no sound backup of this or an earlier version of Zaiku; the message says what is wrong with it. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
}

/**
 * Copies what the connection sees into a file of its own: complete, checked, on the disk, without side files.
 * @param source a connection that nobody else uses; it is closed
 */
export async function backupTo(source: DatabaseSync, file: string): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await removeDatabase(partial);
    await copySnapshot(source, partial);
    await putInPlace(partial, file);
  } finally {
    await removeDatabase(partial);
  }
}

/**
 * Copies what the connection sees now, page by page, into a file that is not there yet. Commits go on.
 * @param source a connection that nobody else uses; it is closed
 */
export async function copySnapshot(source: DatabaseSync, file: string): Promise<void> {
  try {
    // An open read transaction pins one moment. Without it the copy would begin anew with every commit.
    source.exec("begin");
    source.prepare("select count(*) from shop").get();
    await backup(source, file, { rate: pagesPerStep });
  } finally {
    source.close();
  }
}

/**
 * Puts a backup where the store will open it.
 * @param file must not be there: a database is never written over
 * @throws BackupRefused, and the file system's errors
 */
export async function restoreFrom(backupFile: string, file: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) {
    if (await exists(file + suffix)) {
      throw new BackupRefused(
        `${file + suffix} is there already. Move it away before you restore into its place.`,
      );
    }
  }
  if (!(await exists(backupFile))) throw new BackupRefused(`There is no file ${backupFile}.`);
  const partial = `${file}.partial`;
  try {
    await removeDatabase(partial);
    await copyFile(backupFile, partial);
    await putInPlace(partial, file);
  } finally {
    await removeDatabase(partial);
  }
}

/** Checks the copy, flushes it to the disk and gives it its name. */
async function putInPlace(partial: string, file: string): Promise<void> {
  checkDatabase(partial);
  await flush(partial);
  await rename(partial, file);
  // The new name is on the disk once its folder is. Windows has no handle on a folder.
  if (process.platform !== "win32") await flush(path.dirname(file));
}

/**
 * Checks a database file from the first page to the last, and that this version understands its tables.
 * Leaves it as a single file, without a write-ahead log.
 * @throws BackupRefused
 */
function checkDatabase(file: string): void {
  const refuse = (why: string, cause?: unknown): BackupRefused =>
    new BackupRefused(`${path.basename(file, ".partial")} cannot be used: ${why}`, { cause });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec("pragma journal_mode = delete");
    const problems = database.prepare("pragma integrity_check").all();
    if (problems[0]?.integrity_check !== "ok")
      throw refuse(`it is damaged (${String(problems[0]?.integrity_check)}).`);
    const names = database.prepare(`select name from ${migrationTable} order by name`).all();
    const newer = names.find(({ name }) => !migrationNames.includes(String(name)));
    if (newer !== undefined)
      throw refuse(`it was written by a newer version of Zaiku (${String(newer.name)}). Update Zaiku first.`);
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    throw refuse("it is not a database of Zaiku.", error);
  } finally {
    database?.close();
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Removes the file and what SQLite puts beside it. */
export async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) await rm(file + suffix, { force: true });
}
