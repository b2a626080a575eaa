import { Client } from "pg";
import { PostgresStore, type PostgresOptions } from "../../src/store/postgres/store.ts";
import { createDatabase } from "../support/postgres.ts";
import { sqlTamper, type Opened } from "./harness.ts";

/** A store on a database of its own. */
export async function openPostgres(
  options: Partial<PostgresOptions> = {},
): Promise<Opened & { readonly url: string }> {
  const database = await createDatabase();
  const stores: PostgresStore[] = [];
  const openStore = async (): Promise<PostgresStore> => {
    const store = new PostgresStore({ url: database.url, ...options });
    stores.push(store);
    await store.migrate();
    return store;
  };
  const store = await openStore();
  const rows = async (statement: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows;
    } finally {
      await client.end();
    }
  };
  const raw = async (statement: string): Promise<void> => {
    await rows(statement);
  };
  return {
    store,
    url: database.url,
    openOther: openStore,
    raw,
    tamper: sqlTamper({ run: raw, rows }),
    close: async () => {
      for (const one of stores) await one.close();
      await database.drop();
    },
  };
}
