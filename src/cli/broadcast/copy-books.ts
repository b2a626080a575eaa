import { existsSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Config } from "../../config.ts";
import { migrationNames } from "../../store/sql/migrations/migrate.ts";
import { SqliteStore } from "../../store/sqlite/store.ts";
import type { ShopId } from "../../store/store.ts";
import { CommandError } from "../failure.ts";
import { databaseFile } from "../open-store.ts";

/** The shop's books in a file of their own: what a rehearsal is played on. The original is only read. */

const connectMsMax = 10_000;

/**
 * The database alone: without the installation's secret the copy cannot reach anybody, and it is told of nobody.
 * @param folder an empty one
 * @throws CommandError where there is nothing to copy, or where the database is of another version
 */
export async function copyBooks(config: Config, folder: string): Promise<void> {
  const file = path.join(folder, "zaiku.db");
  await (config.databaseUrl === null ? copyFile(config, file) : copyPostgres(config.databaseUrl, file));
  const database = new DatabaseSync(file);
  try {
    database.exec("delete from outbox; delete from document where kind in ('robot', 'live-source', 'vapid')");
  } finally {
    database.close();
  }
}

async function copyFile(config: Config, file: string): Promise<void> {
  if (!existsSync(databaseFile(config))) throw nothingThere(config.dataDir);
  const store = new SqliteStore(databaseFile(config));
  try {
    await store.backup(file);
  } finally {
    await store.close();
  }
}

/** Both databases have the same tables and the same values in them: the shop is read out row by row. */
async function copyPostgres(url: string, file: string): Promise<void> {
  const { copyShop, migrationsOf } = await import("../../store/postgres/copy.ts");
  const source = { url, connectMsMax };
  const steps = await migrationsOf(source).catch((error: unknown) => {
    // No such table: nobody has started a server on it yet.
    if (error instanceof Error && "code" in error && error.code === "42P01") throw nothingThere("PostgreSQL");
    throw error;
  });
  if (steps.join() !== migrationNames.join()) {
    throw new CommandError(
      "other_version",
      "数据库和这个版本的表结构不一样：请先用这个版本启动一次服务，再演练",
      "The database has the tables of another version: start the server of this version once, then rehearse",
    );
  }
  const shop = await shopToCopy(url);
  const store = new SqliteStore(file);
  try {
    await store.migrate();
  } finally {
    await store.close();
  }
  const database = new DatabaseSync(file);
  try {
    database.exec("begin");
    const tables = tablesOf(database);
    const inserts = new Map(
      tables.map(({ name, columns }) => {
        const marks = columns.map(() => "?").join(", ");
        return [
          name,
          database.prepare(
            `insert into "${name}" (${columns.map((one) => `"${one}"`).join(", ")}) values (${marks})`,
          ),
        ];
      }),
    );
    await copyShop(source, shop, tables, ({ name }, rows) => {
      const insert = inserts.get(name);
      for (const row of rows) insert?.run(...row);
    });
    database.exec("commit");
  } finally {
    database.close();
  }
}

/** The first one, as of every command that is about a shop. */
async function shopToCopy(url: string): Promise<ShopId> {
  const { PostgresStore } = await import("../../store/postgres/store.ts");
  const store = new PostgresStore({ url });
  try {
    const [shop] = (await store.shops()).toSorted((a, b) => a.shop - b.shop);
    if (shop === undefined) throw nothingThere("PostgreSQL");
    return shop.shop;
  } finally {
    await store.close();
  }
}

/** Every table of a shop, as the new file has it. */
function tablesOf(database: DatabaseSync): { name: string; columns: string[] }[] {
  const names = database.prepare("select name from sqlite_schema where type = 'table' order by name").all();
  return names.flatMap(({ name }) => {
    const table = String(name);
    const columns = database
      .prepare("select name from pragma_table_info(?)")
      .all(table)
      .map((row) => String(row.name));
    return columns.includes("shop_id") ? [{ name: table, columns }] : [];
  });
}

function nothingThere(where: string): CommandError {
  return new CommandError(
    "nothing_there",
    `${where} 里还没有数据，没有什么可演练`,
    `There is nothing in ${where} to rehearse with`,
  );
}
