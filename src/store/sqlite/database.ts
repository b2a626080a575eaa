import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from "kysely";
import { StoreUnavailable } from "../errors.ts";
import type { Tables } from "../sql/schema.ts";
import type { FileWriter } from "./file-writer.ts";
import type { Turns } from "./turns.ts";

/** How long a connection waits for another process that is writing. */
export const busyTimeoutMsDefault = 5_000;
const cacheKib = 65_536;
/** Pages in the write-ahead log after which they are moved into the file, by whoever commits. */
const checkpointPages = 8_000;
/** What is kept of the log's file once it has been moved over. */
const logBytesKept = 67_108_864;
/** Prepared statements that a Kysely connection keeps. */
const statementsKeptMax = 256;

/**
 * Opens the file for writing, and makes it when there is none. Every commit is on the disk before it returns
 * (`synchronous = full`), and readers see the last one without waiting (`journal_mode = wal`).
 */
export function openWriter(file: string, busyTimeoutMs = busyTimeoutMsDefault): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = ${checkpointPages};
    pragma journal_size_limit = ${logBytesKept};
    pragma cache_size = -${cacheKib};
    pragma temp_store = memory;
    pragma trusted_schema = off;
  `);
  return database;
}

/**
 * Opens a private copy that is deleted after use: what is written to it need not last. A batch that fails is
 * still undone whole.
 */
export function openScratch(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = memory;
    pragma synchronous = off;
    pragma locking_mode = exclusive;
    pragma cache_size = -${cacheKib};
    pragma temp_store = memory;
    pragma trusted_schema = off;
  `);
  return database;
}

/** Opens the file for reading only. It must have been opened for writing before. */
export function openReader(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMsDefault, readOnly: true });
  database.exec(`
    pragma cache_size = -${cacheKib};
    pragma temp_store = memory;
    pragma trusted_schema = off;
  `);
  return database;
}

/**
 * Kysely over an open connection. Destroying it closes the connection.
 * @param begin how its transactions begin: one that begins as a reader and then writes fails where another
 *   process wrote in between, so a writer takes its turn at once
 */
export function kyselyOver(database: DatabaseSync, begin: "begin" | "begin immediate"): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new OpenDialect(new KyselyConnection(database, begin)) });
}

/** Kysely for what is written beside the batches: a query or a transaction is one turn of the writer. */
export function kyselyOverWriter(writer: Pick<FileWriter, "query">, turns: Turns): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new WriterDialect(writer, turns) });
}

/** SQLite undoes a change of its schema like any other change. Kysely does not count on that by itself. */
class OpenDialect extends SqliteDialect {
  constructor(database: SqliteDatabase) {
    super({ database });
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

/** All connections are one. */
const noDatabase: SqliteDatabase = {
  prepare: () => {
    throw new Error("The writer prepares its own statements.");
  },
  close: () => {},
};

class WriterDialect extends OpenDialect {
  readonly #writer: Pick<FileWriter, "query">;
  readonly #turns: Turns;

  constructor(writer: Pick<FileWriter, "query">, turns: Turns) {
    super(noDatabase);
    this.#writer = writer;
    this.#turns = turns;
  }

  override createDriver(): Driver {
    return new WriterDriver(this.#writer, this.#turns);
  }
}

class WriterDriver extends SqliteDriver {
  readonly #connection: DatabaseConnection;
  readonly #turns: Turns;
  #end: (() => void) | undefined;

  constructor(writer: Pick<FileWriter, "query">, turns: Turns) {
    super({ database: noDatabase });
    this.#turns = turns;
    this.#connection = {
      executeQuery: async ({ sql, parameters }) => {
        const { rows, changes } = await writer.query(sql, parameters);
        return { rows: rows as never[], numAffectedRows: BigInt(changes) };
      },
      streamQuery: () => {
        throw new Error("The writer streams nothing: read on a connection that reads.");
      },
    };
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#end = await this.#turns.take();
    return this.#connection;
  }

  override async releaseConnection(): Promise<void> {
    this.#end?.();
    this.#end = undefined;
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** What Kysely's dialect asks of a connection, which it knows from better-sqlite3. */
export class KyselyConnection implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #begin: string;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: DatabaseSync, begin: string) {
    this.#database = database;
    this.#begin = begin;
  }

  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = new KyselyStatement(this.#database.prepare(sql === "begin" ? this.#begin : sql));
    if (this.#statements.size >= statementsKeptMax) this.#statements.clear();
    this.#statements.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

class KyselyStatement implements SqliteStatement {
  readonly reader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
    this.reader = statement.columns().length > 0;
    statement.setReturnArrays(true);
  }

  all(parameters: readonly unknown[]): unknown[] {
    return Array.from(this.iterate(parameters));
  }

  run(parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint } {
    return this.#statement.run(...(parameters as SQLInputValue[]));
  }

  /** Rows as plain objects. The database's own have no prototype, and are slower to read than to make anew. */
  *iterate(parameters: readonly unknown[]): IterableIterator<unknown> {
    const rows = this.#statement.iterate(...(parameters as SQLInputValue[])) as unknown as Iterable<
      unknown[]
    >;
    let names: readonly string[] = [];
    for (const values of rows) {
      if (names.length === 0) names = this.#statement.columns().map((column) => column.name);
      const row: Record<string, unknown> = {};
      for (let index = 0; index < names.length; index += 1) row[names[index] ?? ""] = values[index];
      yield row;
    }
  }
}

/** The primary result codes of SQLite after which trying again later may work. */
const unavailableCodes = new Map([
  [5, "another process is writing to it"],
  [6, "another connection is writing to it"],
  [8, "it can only be read"],
  [10, "the disk reports an error"],
  [13, "the disk is full"],
  [14, "it cannot be opened"],
]);

/** The error as the port names it: one that is the database's own passing trouble becomes `StoreUnavailable`. */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const why = unavailableCodes.get(error.errcode & 0xff);
  if (why === undefined) return error;
  return new StoreUnavailable(`The database file is not available: ${why} (${error.message}).`, {
    cause: error,
  });
}
