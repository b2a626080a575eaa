import type { DatabaseSync } from "node:sqlite";
import type { Command } from "../../domain/command.ts";
import type { Instant } from "../../domain/rows.ts";
import type { ShopId } from "../store.ts";
import { Committer, type Batch } from "./commit.ts";
import { asStoreError, KyselyConnection } from "./database.ts";
import { createSideWrites, type SideWrites } from "./side-writes.ts";

/** What a statement did: its rows, or how many it changed. */
export interface SqlAnswer {
  readonly rows: unknown[];
  readonly changes: number;
}

type Beside = <Name extends keyof SideWrites>(
  name: Name,
  ...args: Parameters<SideWrites[Name]>
) => Promise<ReturnType<SideWrites[Name]>>;

/**
 * Everything that a process writes to the file, in this thread or on one of its own. Callers take turns: one thing is under
 * way at a time.
 */
export interface FileWriter {
  /** @throws what `Committer.commit` throws */
  commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<Batch>;
  readonly beside: Beside;
  /** One statement of a query builder. */
  query(sql: string, parameters: readonly unknown[]): Promise<SqlAnswer>;
  close(): Promise<void>;
}

/** Writes in this thread. The connection belongs to whoever opened it. */
export class LocalWriter implements FileWriter {
  readonly #committer: Committer;
  readonly #beside: SideWrites;
  readonly #statements: KyselyConnection;

  constructor(database: DatabaseSync) {
    this.#committer = new Committer(database);
    this.#beside = createSideWrites(database);
    this.#statements = new KyselyConnection(database, "begin immediate");
  }

  async commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<Batch> {
    return this.#committer.commit(shop, commands, at);
  }

  readonly beside: Beside = async (name, ...args) => {
    const write = this.#beside[name] as (...given: unknown[]) => never;
    return write(...args);
  };

  async query(sql: string, parameters: readonly unknown[]): Promise<SqlAnswer> {
    try {
      const statement = this.#statements.prepare(sql);
      if (statement.reader) return { rows: statement.all(parameters), changes: 0 };
      return { rows: [], changes: Number(statement.run(parameters).changes) };
    } catch (error) {
      throw asStoreError(error);
    }
  }

  async close(): Promise<void> {}
}
