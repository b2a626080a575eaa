import type { DatabaseSync } from "node:sqlite";
import { Bench } from "../../domain/bench.ts";
import type { Command } from "../../domain/command.ts";
import { decideBatch } from "../../domain/decide.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import { isUnchanged } from "../unchanged.ts";
import { asStoreError } from "./database.ts";
import { Folder } from "./fold.ts";
import { isUsable, readKept, type Kept } from "./kept.ts";
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

/** What became of each command of a batch, and whether units moved. */
export interface Batch {
  readonly outcomes: readonly Outcome[];
  readonly moved: boolean;
}

/** The one write: begin, load, decide, write, commit. */
export class Committer {
  readonly #database: DatabaseSync;
  readonly #kept = new Map<ShopId, Kept>();
  /** Prepared when the first batch comes: the tables are there by then. */
  #statements: Statements | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * @throws UnknownShop, StoreUnavailable; InvariantError of the domain. Nothing is written then.
   */
  commit(shop: ShopId, commands: readonly Command[], at: Instant): Batch {
    try {
      return transaction(this.#database, () => this.#decideAndWrite(shop, commands, at));
    } catch (error) {
      // What is kept was changed by a batch that was not written.
      this.#kept.delete(shop);
      throw error;
    }
  }

  #decideAndWrite(shop: ShopId, commands: readonly Command[], at: Instant): Batch {
    this.#statements ??= prepare(this.#database);
    const { loader, writer, folder } = this.#statements;
    const head = loader.head(shop);
    if (head === undefined) throw new UnknownShop(shop);
    const known = this.#kept.get(shop);
    const kept = isUsable(known, head.version) ? known : readKept(this.#database, shop, head.version);
    this.#kept.set(shop, kept);
    const bench = new Bench({ seq: head.seq, hash: head.hash }, kept.rows);
    bench.neverRefused = !kept.hasRefusals;
    const run = decideBatch(bench, commands);
    let step = run.next();
    for (; step.done !== true; step = run.next()) loader.load(shop, bench, step.value, kept);
    const moved = bench.entries.length > 0;
    if (isUnchanged(bench)) return { outcomes: step.value, moved };
    writer.write(shop, bench, at, head, kept);
    folder.foldWhereMany(shop, kept);
    return { outcomes: step.value, moved };
  }
}

interface Statements {
  readonly loader: Loader;
  readonly writer: Writer;
  readonly folder: Folder;
}

function prepare(database: DatabaseSync): Statements {
  const folder = new Folder(database);
  return { folder, loader: new Loader(database, folder), writer: new Writer(database) };
}
