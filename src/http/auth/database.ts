import { chmodSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { BetterAuthOptions } from "better-auth";
import type { FastifyBaseLogger } from "fastify";
import { PostgresDialect } from "kysely";
import { Pool } from "pg";
import type { PoolClient } from "pg";

/**
 * Where accounts live. With SQLite they have a file of their own beside the shop's: a sign-in then never waits
 * for the writer of the journal, nor the journal for a sign-in, the file of hashes can have tighter rights, and
 * the better-auth library may change its tables without touching the ledger's migrations. With PostgreSQL they
 * have a schema of their own, for the same reason; its tables are few and small and are not distributed.
 */
export type AccountsDatabase =
  | { readonly kind: "memory" }
  | { readonly kind: "sqlite"; readonly file: string }
  | { readonly kind: "postgres"; readonly url: string }
  /** The pool stays its giver's: closing accounts does not end it. */
  | { readonly kind: "postgres"; readonly pool: Pool };

export interface OpenDatabase {
  readonly option: NonNullable<BetterAuthOptions["database"]>;
  /** Runs one piece of work at a time, on all nodes, so that what it counted still holds when it writes. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Runs the migrations alone: nodes may start at the same moment. */
  migrate(run: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const busyMsMax = 5_000;
const postgresSchema = "zaiku_accounts";
const postgresConnectionsMax = 4;
/** Any number that nothing else on the database locks: the ASCII of "zaikuacc". */
const advisoryLock = "8818445455619875683";

/** One after the other, in the order of asking. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

function openSqlite(file: string): OpenDatabase {
  const database = new DatabaseSync(file, { timeout: busyMsMax });
  if (file !== ":memory:") chmodSync(file, 0o600);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  const exclusively = createQueue();
  return {
    option: database,
    exclusively,
    // SQLite's write lock keeps a second process out, and a failed migration leaves nothing behind.
    migrate: (run) =>
      exclusively(async () => {
        database.exec("BEGIN IMMEDIATE");
        try {
          await run();
          database.exec("COMMIT");
        } catch (error) {
          database.exec("ROLLBACK");
          throw error;
        }
      }),
    close: async () => {
      database.close();
    },
  };
}

/** Holds the lock on a connection of its own; it goes with the transaction, also when this process dies. */
async function withAdvisoryLock<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const client: PoolClient = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock($1::bigint)", [advisoryLock]);
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection with an open transaction is thrown away rather than given back.
    client.release(broken);
  }
}

function openPostgres(pool: Pool, close: () => Promise<void>): OpenDatabase {
  const queue = createQueue();
  // The queue first: else many waiters would hold all connections and the one that works would get none.
  const exclusively = <T>(work: () => Promise<T>) => queue(() => withAdvisoryLock(pool, work));
  return {
    option: {
      dialect: new PostgresDialect({ pool }),
      type: "postgres",
      schemaName: postgresSchema,
      transaction: true,
    },
    exclusively,
    migrate: exclusively,
    close,
  };
}

/** Opens, and creates where there is none. */
export function openDatabase(database: AccountsDatabase, log: FastifyBaseLogger): OpenDatabase {
  if (database.kind === "memory") return openSqlite(":memory:");
  if (database.kind === "sqlite") return openSqlite(database.file);
  if ("pool" in database) return openPostgres(database.pool, async () => undefined);
  const pool = new Pool({ connectionString: database.url, max: postgresConnectionsMax });
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on("error", (error) => log.warn({ err: error }, "accounts: a connection to PostgreSQL broke"));
  return openPostgres(pool, () => pool.end());
}
