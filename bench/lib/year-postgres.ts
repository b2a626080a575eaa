import { Client } from "pg";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { openReader } from "../../src/store/sqlite/database.ts";

/** The rows of a year as SQLite has them, in PostgreSQL: both have the same tables. */

const tables = [
  "shop",
  "warehouse",
  "channel",
  "sku",
  "stock",
  "placement",
  "batch",
  "sku_batch",
  "sale",
  "report_day",
  "report_sku",
  "report_column",
] as const;
const bytesPerInsert = 4_000_000;

export async function copyToPostgres(file: string, url: string, tell: (text: string) => void): Promise<void> {
  const store = new PostgresStore({ url });
  await store.migrate();
  await store.close();
  const source = openReader(file);
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set synchronous_commit = off");
    for (const table of tables) {
      tell(`PostgreSQL: copying ${table}`);
      const insert = async (rows: string): Promise<void> => {
        if (rows !== "")
          await client.query(
            `insert into ${table} select * from json_populate_recordset(null::${table}, $1)`,
            [`[${rows}]`],
          );
      };
      let rows = "";
      for (const row of source.prepare(`select * from ${table}`).iterate()) {
        rows += `${rows === "" ? "" : ","}${JSON.stringify(row)}`;
        if (rows.length < bytesPerInsert) continue;
        await insert(rows);
        rows = "";
      }
      await insert(rows);
    }
    tell("PostgreSQL: vacuum analyze");
    await client.query("vacuum analyze");
  } finally {
    await client.end();
    source.close();
  }
}
