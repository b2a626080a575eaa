import { Client } from "pg";
import { migrationTable } from "../sql/migrations/migrate.ts";
import type { ShopId } from "../store.ts";
import { configOf, Connection, type ConnectionOptions } from "./connection.ts";

/** One table of a shop to be read out, with its columns in the order in which they are wanted. */
export interface CopiedTable {
  readonly name: string;
  readonly columns: readonly string[];
}

export type CopiedValue = string | number | Uint8Array | null;

/** Rows on their way at once: what is held in memory. */
const pageRows = 2_000;

/** The steps of the schema that the database has been brought to, oldest first. */
export async function migrationsOf(options: ConnectionOptions): Promise<readonly string[]> {
  return readOnly(options, async (connection) => {
    const { rows } = await connection.text<{ name: string }>(
      `select name from ${migrationTable} order by name`,
    );
    return rows.map(({ name }) => name);
  });
}

/**
 * Reads a shop out, table after table, as of one moment. It writes nothing and holds nobody up.
 * @param take is called with the rows of a table as arrays of values, some thousand at a time
 */
export async function copyShop(
  options: ConnectionOptions,
  shop: ShopId,
  tables: readonly CopiedTable[],
  take: (table: CopiedTable, rows: readonly (readonly CopiedValue[])[]) => void,
): Promise<void> {
  await readOnly(options, async (connection) => {
    for (const table of tables) {
      const columns = table.columns.map(quoted).join(", ");
      // A cursor takes no parameters; a shop's id is a number of our own.
      await connection.text(
        `declare copied no scroll cursor for select ${columns} from ${quoted(table.name)} where shop_id = ${Number(shop)}`,
      );
      for (;;) {
        const { rows } = await connection.text<Record<string, CopiedValue>>(`fetch ${pageRows} from copied`);
        take(
          table,
          rows.map((row) => table.columns.map((column) => row[column] ?? null)),
        );
        if (rows.length < pageRows) break;
      }
      await connection.text("close copied");
    }
  });
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function readOnly<T>(
  options: ConnectionOptions,
  run: (connection: Connection) => Promise<T>,
): Promise<T> {
  const client = new Client(configOf(options, "audit"));
  client.on("error", () => undefined);
  await client.connect();
  try {
    const connection = new Connection(client);
    await connection.text("begin isolation level repeatable read, read only");
    return await run(connection);
  } finally {
    await client.end();
  }
}
