import type { Pool } from "pg";
import type { Activities, Appended, NewActivity } from "../activities.ts";
import { activityOf, activityRows, lastOfEach, sampleRow, type activityReads } from "../sql/activities.ts";
import type { ActivityRow, RoomSampleRow } from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import { Connection } from "./connection.ts";
import { asStoreError, CommitUnknown, isRefused } from "./errors.ts";
import { orReplace, RowInsert, type ColumnTypes, type Statement } from "./statements.ts";

const activityColumns: ColumnTypes<ActivityRow> = {
  session: "text",
  seq: "bigint",
  at: "bigint",
  actor: "text",
  kind: "text",
  sku: "text",
  body: "text",
};
const sampleColumns: ColumnTypes<RoomSampleRow> = {
  room: "text",
  at: "bigint",
  viewers: "bigint",
  likes: "bigint",
  amount: "bigint",
  gap: "text",
};

const insertActivities = new RowInsert<ActivityRow>("activity", activityColumns);
const putSamples = new RowInsert<RoomSampleRow>(
  "room_sample",
  sampleColumns,
  orReplace(["room", "at"], sampleColumns),
);

/** The first activity makes the head. Of two that are the first at once one finds it made: it does nothing. */
const makeHead: Statement = {
  name: "activity_head_make",
  text: `insert into activity_head (shop_id, session, seq) values ($1, $2, $3)
    on conflict (shop_id, session) do nothing returning seq`,
};
/** Waits for whoever holds the head, then looks at it again: only one of two with one expectation moves it. */
const moveHead: Statement = {
  name: "activity_head_move",
  text: "update activity_head set seq = $3 where shop_id = $1 and session = $2 and seq = $4 returning seq",
};
const readHead: Statement = {
  name: "activity_head_read",
  text: "select seq from activity_head where shop_id = $1 and session = $2",
};

/**
 * Timelines over the connections of batches, whose commits are on the disk when they are answered. A session's
 * head is the only lock: no append waits for a batch.
 * @param wake tells the shop's watchers, here and on other nodes, that something was written
 */
export function postgresActivities(
  pool: Pool,
  reads: ReturnType<typeof activityReads>,
  wake: (shop: ShopId) => void,
): Activities {
  return {
    ...reads,
    append: async (shop, session, entries, expected) => {
      const appended = await inTransaction(pool, (connection) =>
        append(connection, shop, session, entries, expected),
      );
      if (appended.ok && appended.items.length > 0) wake(shop);
      return appended;
    },
    putSamples: async (shop, samples) => {
      if (samples.length === 0) return;
      const rows = lastOfEach(samples).map((sample) => sampleRow(shop, sample));
      await inTransaction(pool, (connection) =>
        connection.run(putSamples.statement, [shop, ...putSamples.arrays(rows)]),
      );
      wake(shop);
    },
  };
}

async function append(
  connection: Connection,
  shop: ShopId,
  session: string,
  entries: readonly NewActivity[],
  expected: number,
): Promise<Appended> {
  const rows = activityRows(shop, session, entries, expected);
  if (rows.length > 0) {
    const next = [shop, session, expected + rows.length];
    const moved =
      expected === 0
        ? await connection.rows(makeHead, next)
        : await connection.rows(moveHead, [...next, expected]);
    if (moved.length > 0) {
      await connection.run(insertActivities.statement, [shop, ...insertActivities.arrays(rows)]);
      return { ok: true, items: rows.map(activityOf) };
    }
  }
  const [head] = await connection.rows<{ seq: number }>(readHead, [shop, session]);
  const seq = head?.seq ?? 0;
  return seq === expected ? { ok: true, items: [] } : { ok: false, seq };
}

/** @throws StoreUnavailable, CommitUnknown */
export async function inTransaction<T>(pool: Pool, run: (connection: Connection) => Promise<T>): Promise<T> {
  let committing = false;
  let broken = true;
  const client = await pool.connect().catch((error: unknown) => {
    throw asStoreError(error);
  });
  try {
    const connection = new Connection(client);
    await connection.text("begin isolation level read committed");
    try {
      const result = await run(connection);
      committing = true;
      await connection.text("commit");
      broken = false;
      return result;
    } catch (error) {
      if (!committing || isRefused(error)) {
        await connection.text("rollback");
        broken = false;
        committing = false;
      }
      throw error;
    }
  } catch (error) {
    if (committing) throw new CommitUnknown({ cause: error });
    throw asStoreError(error);
  } finally {
    client.release(broken);
  }
}
