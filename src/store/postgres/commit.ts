import { setTimeout as sleep } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";
import { assert } from "../../domain/assert.ts";
import { Bench, type KeptRows } from "../../domain/bench.ts";
import type { Command } from "../../domain/command.ts";
import { decideBatch } from "../../domain/decide.ts";
import type { Outcome } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import { isReserveKey } from "../../domain/text.ts";
import { UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import { Connection } from "./connection.ts";
import { asStoreError, CommitUnknown, isPassing, isRefused } from "./errors.ts";
import { load } from "./load.ts";
import type { Statement } from "./statements.ts";
import { isUnchanged } from "../unchanged.ts";
import { Writer } from "./write.ts";

/** How often a batch that surely was not written is tried again, and how long to wait before the first time. */
const attemptsMax = 3;
const retryMs = 20;
/** How often the fate of a commit is asked for; the wait grows up to a second: about 40 s in all. */
const fateAttemptsMax = 45;
const fateWaitMsMax = 1_000;
/** Movements up to which all statements of a batch go out in one piece. */
const sentAtOnceEntriesMax = 256;
/** A commit's fate is asked for within a minute; marks are kept for a week. */
const marksKeptMs = 7 * 24 * 3_600_000;

interface HeadRow {
  readonly seq: number;
  readonly hash: string;
  readonly outbox_id: number;
  readonly version: number;
}

/** What is known of a shop from one batch to the next, as long as its version is the one that this process wrote. */
interface Kept {
  readonly version: number;
  /** The journal's last number then: a batch that needs nothing loaded is decided before the lock is given. */
  readonly seq: number;
  readonly rows: KeptRows;
  readonly hasRefusals: boolean;
}

/** Rows kept for one shop. Past this they are dropped and read again as they are needed. */
const keptRowsMax = 50_000;

/** What became of a batch: its answers, or that it surely was not written, and why. */
type Fate = { readonly outcomes: readonly Outcome[]; readonly moved: boolean } | { readonly failed: unknown };

/** The commit's answer was lost. */
class FateUnknown extends Error {
  readonly mark: number;
  readonly done: Fate;
  constructor(mark: number, done: Fate, cause: unknown) {
    super("The answer to a commit was lost.", { cause });
    this.mark = mark;
    this.done = done;
  }
}

/** Writes batches. One at a time a shop in this process; between processes the shop's row lock decides. */
export class Committer {
  readonly #pool: Pool;
  readonly #writer = new Writer();
  /** Who this process is in `commit_mark`. */
  readonly #name: string;
  #lastMark = 0;
  /** Shops of which the marks of processes long gone were removed. */
  readonly #cleared = new Set<ShopId>();
  readonly #kept = new Map<ShopId, Kept>();
  readonly #turns = new Map<ShopId, Promise<unknown>>();

  constructor(pool: Pool, name: string) {
    this.#pool = pool;
    this.#name = name;
  }

  /** @returns the answers, and whether the journal has grown */
  async commit(
    shop: ShopId,
    commands: readonly Command[],
    at: Instant,
  ): Promise<{ readonly outcomes: readonly Outcome[]; readonly moved: boolean }> {
    const before = this.#turns.get(shop);
    const turn = (before ?? Promise.resolve()).then(() => this.#commitInTurn(shop, commands, at));
    const settled = turn.catch(() => undefined);
    this.#turns.set(shop, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(shop) === settled) this.#turns.delete(shop);
    }
  }

  async #commitInTurn(
    shop: ShopId,
    commands: readonly Command[],
    at: Instant,
  ): Promise<{ outcomes: readonly Outcome[]; moved: boolean }> {
    for (let attempt = 1; ; attempt += 1) {
      const fate = await this.#fateOf(shop, commands, at);
      if ("outcomes" in fate) return fate;
      if (attempt === attemptsMax || !isPassing(fate.failed)) throw asStoreError(fate.failed);
      await sleep(retryMs * attempt);
    }
  }

  async #fateOf(shop: ShopId, commands: readonly Command[], at: Instant): Promise<Fate> {
    try {
      return await this.#attempt(shop, commands, at);
    } catch (error) {
      if (!(error instanceof FateUnknown)) return { failed: error };
      const written = await this.#wasWritten(shop, error);
      return written ? error.done : { failed: error.cause };
    }
  }

  /**
   * One transaction. Each of its statements sees what was committed before it began, which is after the lock was
   * given: it is read committed.
   * @throws FateUnknown, or any error where it is sure that nothing was written
   */
  async #attempt(shop: ShopId, commands: readonly Command[], at: Instant): Promise<Fate> {
    const client = await this.#pool.connect();
    const connection = new Connection(client);
    const kept = this.#kept.get(shop);
    // Kept again once it is sure that the batch was written.
    this.#kept.delete(shop);
    let broken = true;
    try {
      const { row, bench, outcomes } = await decideLocked(connection, shop, commands, kept);
      const fate = { outcomes, moved: bench.entries.length > 0 };
      const isWritten = !isUnchanged(bench);
      if (isWritten) await this.#write(connection, shop, bench, at, row.outbox_id, fate);
      else await connection.text("rollback");
      this.#keep(shop, bench, row.version + (isWritten ? 1 : 0));
      broken = false;
      return fate;
    } catch (error) {
      if (!(error instanceof FateUnknown)) broken = !(await rolledBack(connection));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  #keep(shop: ShopId, bench: Bench, version: number): void {
    const { rows } = bench;
    if (rows.size > keptRowsMax) return;
    let hasRefusals = !bench.neverRefused;
    for (const key of bench.changed.get(bench.records) ?? []) hasRefusals ||= isReserveKey(key);
    this.#kept.set(shop, { version, seq: bench.seq, rows, hasRefusals });
  }

  async #write(
    connection: Connection,
    shop: ShopId,
    bench: Bench,
    at: Instant,
    outboxId: number,
    fate: Fate,
  ): Promise<void> {
    if (!this.#cleared.has(shop)) {
      void connection.run(clearMarks, [shop, at - marksKeptMs]);
      this.#cleared.add(shop);
    }
    this.#lastMark += 1;
    const mark = this.#lastMark;
    const write = () => {
      const sent = this.#writer.write(connection, shop, bench, { at, outboxId, writer: this.#name, mark });
      return { sent, committing: connection.text("commit") };
    };
    // Of a large batch, the first statements are under way while the last are put together.
    const isLarge = bench.entries.length > sentAtOnceEntriesMax;
    const { sent, committing } = isLarge ? write() : connection.together(write);
    const [commit, ...written] = await Promise.allSettled([committing, ...sent]);
    if (commit.status === "fulfilled") {
      // The server answers ROLLBACK to the commit of a transaction in which a statement failed.
      if (commit.value.command === "COMMIT") return;
      throw (
        written.find((one) => one.status === "rejected")?.reason ??
        new Error("PostgreSQL rolled the batch back.")
      );
    }
    if (isRefused(commit.reason)) throw commit.reason;
    throw new FateUnknown(mark, fate, commit.reason);
  }

  /**
   * Whether the commit with this mark was written. The shop's lock says when the lost transaction is over; its
   * mark says how it ended. Nobody else writes this process's marks, and this shop has its turn with this batch.
   */
  async #wasWritten(shop: ShopId, lost: FateUnknown): Promise<boolean> {
    let last: unknown = lost;
    for (let attempt = 1; attempt <= fateAttemptsMax; attempt += 1) {
      await sleep(Math.min(retryMs * attempt, fateWaitMsMax));
      let client: PoolClient | undefined;
      let broken = true;
      try {
        client = await this.#pool.connect();
        const connection = new Connection(client);
        await lockHead(connection, shop);
        const marks = await connection.rows<{ mark: number }>(readMark, [shop, this.#name]);
        await connection.text("rollback");
        broken = false;
        return (marks[0]?.mark ?? 0) >= lost.mark;
      } catch (error) {
        last = error;
      } finally {
        client?.release(broken);
      }
    }
    throw new CommitUnknown({ cause: last });
  }
}

/** A batch that is decided, and the shop's head, whose lock the transaction holds. */
interface Decided {
  readonly row: HeadRow;
  readonly bench: Bench;
  readonly outcomes: readonly Outcome[];
}

/**
 * Locks the shop, loads and decides. The lock goes out together with the first questions, which are asked in the
 * hope that what is kept still stands; where another node wrote meanwhile, everything is asked again.
 */
async function decideLocked(
  connection: Connection,
  shop: ShopId,
  commands: readonly Command[],
  kept: Kept | undefined,
): Promise<Decided> {
  const head = { seq: kept?.seq ?? 0, hash: "" };
  const bench = new Bench(head, kept?.rows);
  bench.neverRefused = kept?.hasRefusals === false;
  const run = decideBatch(bench, commands);
  let step = run.next();
  const first = step.done === true ? null : step.value;
  const [locking, firstLoad] = connection.together(() => [
    lockHead(connection, shop),
    first === null ? null : load(connection, shop, first),
  ]);
  let loading = firstLoad;
  // Where the lock fails, this does too, and nobody waits for it.
  loading?.catch(() => undefined);
  const row = await locking;
  if (kept !== undefined && kept.version !== row.version) {
    await loading;
    return decideAfresh(connection, shop, commands, row);
  }
  head.seq = row.seq;
  head.hash = row.hash;
  while (step.done !== true) {
    const fill = await (loading ?? load(connection, shop, step.value));
    loading = null;
    fill(bench);
    step = run.next();
  }
  if (kept === undefined) bench.neverRefused = await neverRefused(connection, shop);
  return { row, bench, outcomes: step.value };
}

/** With the lock held and nothing kept. */
async function decideAfresh(
  connection: Connection,
  shop: ShopId,
  commands: readonly Command[],
  row: HeadRow,
): Promise<Decided> {
  const bench = new Bench({ seq: row.seq, hash: row.hash });
  const run = decideBatch(bench, commands);
  let step = run.next();
  for (; step.done !== true; step = run.next()) (await load(connection, shop, step.value))(bench);
  bench.neverRefused = await neverRefused(connection, shop);
  return { row, bench, outcomes: step.value };
}

/** Whether no reservation was ever refused, before this batch. */
async function neverRefused(connection: Connection, shop: ShopId): Promise<boolean> {
  return (await connection.rows(readRefusal, [shop])).length === 0;
}

/** @throws UnknownShop */
async function lockHead(connection: Connection, shop: ShopId): Promise<HeadRow> {
  assert(Number.isSafeInteger(shop), "a shop has a whole number");
  const head = await connection.text<HeadRow>(
    `begin isolation level read committed; select seq, hash, outbox_id, version from shop where shop_id = ${shop} for update`,
  );
  const row = head.rows[0];
  if (row === undefined) throw new UnknownShop(shop);
  return row;
}

/** Ends a transaction in which something failed. False: the connection is of no more use. */
async function rolledBack(connection: Connection): Promise<boolean> {
  try {
    await connection.text("rollback");
    return true;
  } catch {
    return false;
  }
}

const clearMarks: Statement = {
  name: "clear_marks",
  text: "delete from commit_mark where shop_id = $1 and at < $2",
};

/** Records of refused reservations have this prefix: `reserveKey` of the domain. */
const readRefusal: Statement = {
  name: "read_refusal",
  text: "select 1 from record where shop_id = $1 and key >= 'reserve:' and key < 'reserve;' limit 1",
};

const readMark: Statement = {
  name: "read_mark",
  text: "select mark from commit_mark where shop_id = $1 and writer = $2",
};
