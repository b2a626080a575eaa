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
  const raw = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    store,
    url: database.url,
    openOther: openStore,
    raw,
    tamper: sqlTamper(raw),
    close: async () => {
      for (const one of stores) await one.close();
      await database.drop();
    },
  };
}
