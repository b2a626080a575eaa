import path from "node:path";
import { ensureDataDir, type Config } from "../config.ts";
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
  const store = await openBooks(config);
  try {
    await store.migrate();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * Opens the store whose tables are of this version already. Only the one that is used is loaded.
 * @param thread false: the caller is a thread of its own, and writes in it
 * @throws StoreUnavailable
 */
export async function openBooks(
  config: Pick<Config, "dataDir" | "databaseUrl">,
  { thread = true } = {},
): Promise<Store> {
  if (config.databaseUrl === null) {
    const { SqliteStore } = await import("../store/sqlite/store.ts");
    return new SqliteStore(databaseFile(config), { thread });
  }
  const { PostgresStore } = await import("../store/postgres/store.ts");
  return new PostgresStore({ url: config.databaseUrl });
}
