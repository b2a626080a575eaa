import type { DatabaseSync } from "node:sqlite";
import { Bench } from "../../domain/bench.ts";
import type { Command } from "../../domain/command.ts";
import { decideBatch } from "../../domain/decide.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import { asStoreError } from "./database.ts";
import { Loader } from "./load.ts";
import { Writer } from "./write.ts";

/**
 * Runs `run` in a transaction: all of it or nothing. Synchronous, so that nobody else in this process comes in
 * between; another process waits its turn.
 */
export function transaction<T>(database: DatabaseSync, run: () => T): T {
  try {
    database.exec("begin immediate");
    const result = run();
    database.exec("commit");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("rollback");
    throw asStoreError(error);
  }
}

/** The one write: begin, load, decide, write, commit. */
export class Committer {
  readonly #database: DatabaseSync;
  /** Prepared when the first batch comes: the tables are there by then. */
  #statements: { readonly loader: Loader; readonly writer: Writer } | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * @returns what became of each command, and whether units moved
   * @throws UnknownShop, StoreUnavailable; InvariantError of the domain. Nothing is written then.
   */
  commit(
    shop: ShopId,
    commands: readonly Command[],
    at: Instant,
  ): { readonly outcomes: readonly Outcome[]; readonly moved: boolean } {
    return transaction(this.#database, () => {
      this.#statements ??= { loader: new Loader(this.#database), writer: new Writer(this.#database) };
      const { loader, writer } = this.#statements;
      const head = loader.head(shop);
      if (head === undefined) throw new UnknownShop(shop);
      const bench = new Bench({ seq: head.seq, hash: head.hash });
      const run = decideBatch(bench, commands);
      let step = run.next();
      for (; step.done !== true; step = run.next()) loader.load(shop, bench, step.value);
      writer.write(shop, bench, at, head.outbox_id);
      return { outcomes: step.value, moved: bench.entries.length > 0 };
    });
  }
}
