import { existsSync } from "node:fs";
import { chmod, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import type { Config } from "../config.ts";
import { SqliteStore } from "../store/sqlite/store.ts";
import { databaseFile } from "./open-store.ts";

/**
 * One file with everything of an installation: the database itself, and in a table of it the other files of the data
 * folder that cannot be made again. So a backup can be opened by any SQLite, and checked like a database.
 */

const extraTable = "backup_file";
const profilesFolder = "profiles";
const secretFile = "secret";
const accountsFile = "accounts.db";
const ownerOnly = 0o600;
const busyTimeoutMs = 10_000;

/**
 * Copies the installation as of now, while it runs. An earlier file of that name is replaced at the very end.
 * @returns the names of the files beside the database
 */
export async function backupInstallation(config: Pick<Config, "dataDir">, file: string): Promise<string[]> {
  const unfinished = `${file}.unfinished`;
  try {
    const store = new SqliteStore(databaseFile(config));
    try {
      await store.backup(unfinished);
    } finally {
      await store.close();
    }
    const extras = await extraFiles(config.dataDir, unfinished);
    putExtras(unfinished, extras);
    await chmod(unfinished, ownerOnly);
    await flush(unfinished);
    await rename(unfinished, file);
    return extras.map(({ name }) => name);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Takes the other files out of a restored database, into the data folder. @returns their names */
export async function takeExtras(database: string, dataDir: string): Promise<string[]> {
  const opened = new DatabaseSync(database);
  try {
    const has = opened.prepare("select 1 from sqlite_schema where type = 'table' and name = ?");
    // A backup that is the bare database has none.
    if (has.get(extraTable) === undefined) return [];
    const names: string[] = [];
    for (const { name, bytes } of opened
      .prepare(`select name, bytes from ${extraTable} order by name`)
      .all()) {
      if (typeof name !== "string" || !(bytes instanceof Uint8Array) || !isExtraName(name)) continue;
      const file = path.join(dataDir, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes, { mode: ownerOnly, flush: true });
      names.push(name);
    }
    opened.exec(`drop table ${extraTable}; vacuum`);
    return names;
  } finally {
    opened.close();
  }
}

/** Only what a backup puts there: a file that was tampered with must not write elsewhere. */
function isExtraName(name: string): boolean {
  return (
    name === secretFile ||
    name === accountsFile ||
    (/^profiles\/[^/\\]+\.json$/.test(name) && !name.includes(".."))
  );
}

interface Extra {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function extraFiles(dataDir: string, beside: string): Promise<Extra[]> {
  const extras: Extra[] = [];
  const add = async (name: string, from = path.join(dataDir, name)): Promise<void> => {
    const bytes = await readFile(from).catch(absent);
    if (bytes !== null) extras.push({ name, bytes });
  };
  await add(secretFile);
  const accounts = path.join(dataDir, accountsFile);
  const copy = `${beside}.accounts`;
  try {
    if (await copyDatabase(accounts, copy)) await add(accountsFile, copy);
  } finally {
    await rm(copy, { force: true });
  }
  const names = await readdir(path.join(dataDir, profilesFolder)).catch(absent);
  for (const name of names ?? []) if (name.endsWith(".json")) await add(`${profilesFolder}/${name}`);
  return extras;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

/** False: there is none. */
async function copyDatabase(from: string, to: string): Promise<boolean> {
  await rm(to, { force: true });
  if (!existsSync(from)) return false;
  const source = new DatabaseSync(from, { readOnly: true, timeout: busyTimeoutMs });
  try {
    await backup(source, to);
  } finally {
    source.close();
  }
  return true;
}

function putExtras(database: string, extras: readonly Extra[]): void {
  const opened = new DatabaseSync(database);
  try {
    opened.exec(`create table ${extraTable} (name text primary key, bytes blob not null) strict`);
    const insert = opened.prepare(`insert into ${extraTable} (name, bytes) values (?, ?)`);
    for (const { name, bytes } of extras) insert.run(name, bytes);
  } finally {
    opened.close();
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
