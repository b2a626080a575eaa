import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SqliteStore, type SqliteStoreOptions } from "../../src/store/sqlite/store.ts";
import { sqlTamper, type Opened } from "./harness.ts";

/** A store on a file of its own in a new folder. */
export interface OpenedSqlite extends Opened {
  readonly store: SqliteStore;
  readonly file: string;
}

/** Batches are committed on a thread of their own, as in the server. */
export function openSqliteThread(): Promise<OpenedSqlite> {
  return openSqlite({ thread: true });
}

export async function openSqlite(options: SqliteStoreOptions = {}): Promise<OpenedSqlite> {
  const folder = await mkdtemp(path.join(tmpdir(), "zaiku-store-"));
  const file = path.join(folder, "zaiku.db");
  const store = new SqliteStore(file, options);
  await store.migrate();
  const others: SqliteStore[] = [];
  const raw = async (statement: string): Promise<void> => {
    const database = new DatabaseSync(file);
    try {
      database.exec(statement);
    } finally {
      database.close();
    }
  };
  return {
    store,
    file,
    openOther: async () => {
      const other = new SqliteStore(file, options);
      others.push(other);
      return other;
    },
    raw,
    tamper: sqlTamper({
      run: raw,
      rows: async (query) => {
        const database = new DatabaseSync(file);
        try {
          return database.prepare(query).all();
        } finally {
          database.close();
        }
      },
    }),
    close: async () => {
      for (const one of [store, ...others]) await one.close();
      await rm(folder, { recursive: true });
    },
  };
}
