import path from "node:path";
import { ensureDataDir, type Config } from "../config.ts";
import { PostgresStore } from "../store/postgres/store.ts";
import { SqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";

/** Where the books stand when they are a file. */
export function databaseFile({ dataDir }: Pick<Config, "dataDir">): string {
  return path.join(dataDir, "zaiku.db");
}

/**
 * Opens the store that the settings name, and brings its tables to this version. Creates the data folder.
 * @throws ConfigError, StoreUnavailable
 */
export async function openStore(config: Pick<Config, "dataDir" | "databaseUrl">): Promise<Store> {
  ensureDataDir(config);
  const store =
    config.databaseUrl === null
      ? new SqliteStore(databaseFile(config))
      : new PostgresStore({ url: config.databaseUrl });
  try {
    await store.migrate();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
