import type { Duplex } from "node:stream";
import { Pool, types, type ClientBase, type PoolConfig, type QueryResult } from "pg";
import type { Statement } from "./statements.ts";

/** Connections, what is set on them, and how numbers come back. */

type Parameters = readonly (string | number)[];

/** A connection in use. Statements may be sent before the one ahead is answered; they run in their order. */
export class Connection {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** Whatever `send` sends goes out in one piece: each piece costs the system about as much as a small statement. */
  together<T>(send: () => T): T {
    const { stream } = (this.#client as unknown as { readonly connection: { readonly stream: Duplex } })
      .connection;
    stream.cork();
    try {
      return send();
    } finally {
      stream.uncork();
    }
  }

  /** The rows of a prepared statement. */
  async rows<Row extends object>(statement: Statement, parameters: Parameters): Promise<Row[]> {
    const result = await this.run<Row>(statement, parameters);
    return result.rows;
  }

  run<Row extends object>(statement: Statement, parameters: Parameters): Promise<QueryResult<Row>> {
    const { name, text } = statement;
    return handled(this.#client.query<Row>({ name, text, values: [...parameters] }));
  }

  /** One statement or several, without parameters. The result is the last one's. */
  async text<Row extends object>(text: string): Promise<QueryResult<Row>> {
    // Of several statements the driver gives several results, which its types do not say.
    const results: QueryResult<Row> | QueryResult<Row>[] = await handled(this.#client.query<Row>(text));
    const last = Array.isArray(results) ? results.at(-1) : results;
    if (last === undefined) throw new Error("PostgreSQL answered nothing.");
    return last;
  }
}

/**
 * Marks the promise as looked after: of several statements under way only the first failure is awaited, and the
 * others must not end the process.
 */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database?…`, as libpq has it. */
  readonly url: string;
  /** How long to wait for a connection. */
  readonly connectMsMax: number;
}

/**
 * Batches' plans are made once and must not depend on how much the tables held then: nothing but index scans and
 * nested loops is left to the planner.
 */
const planSettings = [
  "set plan_cache_mode = force_generic_plan",
  "set enable_seqscan = off",
  "set enable_bitmapscan = off",
  "set enable_hashjoin = off",
  "set enable_mergejoin = off",
  "set jit = off",
];
/** Whoever stops in the middle of a batch loses the shop's lock. */
const commitSettings = [
  ...planSettings,
  "set lock_timeout = '20s'",
  "set statement_timeout = '60s'",
  "set idle_in_transaction_session_timeout = '15s'",
  // A server may default to answering before the disk has it. A commit here is answered after.
  "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
].join("; ");

/** A preview waits for the file that it is fed from, and nobody waits for it. */
export const previewSettings = [...planSettings, "set temp_buffers = '64MB'"].join("; ");

const readSettings = ["set jit = off", "set statement_timeout = '60s'"].join("; ");

/** @param max connections at most, one a shop that is being written */
export function openCommitPool(options: ConnectionOptions, max: number): Pool {
  return openPool({
    ...configOf(options, "commit"),
    max,
    pipeline: true,
    onConnect: settingUp(commitSettings),
  });
}

export function openReadPool(options: ConnectionOptions, max: number): Pool {
  return openPool({ ...configOf(options, "read"), max, onConnect: settingUp(readSettings) });
}

/** What every connection is opened with. Its purpose is what `pg_stat_activity` shows. */
export function configOf(
  options: ConnectionOptions,
  purpose: "commit" | "read" | "audit" | "preview" | "listen",
): PoolConfig {
  return {
    connectionString: options.url,
    connectionTimeoutMillis: options.connectMsMax,
    application_name: `zaiku ${purpose}`,
    keepAlive: true,
    types: { getTypeParser },
  };
}

function settingUp(settings: string): PoolConfig["onConnect"] {
  const setUp = async (client: ClientBase): Promise<void> => {
    // A connection may break while nobody asks anything of it: its next user learns of that from its query.
    client.on("error", () => undefined);
    await client.query(settings);
  };
  // The pool waits for it, which its types do not say.
  return setUp as unknown as PoolConfig["onConnect"];
}

function openPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  pool.on("error", () => undefined);
  return pool;
}

/** Of this store's connections alone: the driver's own default is for whoever else is in the process. */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  return oid === types.builtins.INT8 && format !== "binary" ? parseInteger : types.getTypeParser(oid, "text");
}

/** @throws RangeError past 2^53 − 1: a number that cannot be held must not be rounded */
export function parseInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`PostgreSQL answered ${text}, which is past 2^53 - 1.`);
  return value;
}
