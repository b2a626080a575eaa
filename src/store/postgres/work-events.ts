import type { Pool } from "pg";
import { workEventOf, workEventRows, type workEventReads } from "../sql/work-events.ts";
import type { WorkEventRow } from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import type { WorkAppended, WorkEvents } from "../work-events.ts";
import { inTransaction } from "./activities.ts";
import type { Connection } from "./connection.ts";
import { RowInsert, type Statement } from "./statements.ts";

const insertEvents = new RowInsert<WorkEventRow>("work_event", {
  kind: "text",
  id: "text",
  seq: "bigint",
  at: "bigint",
  actor: "text",
  body: "text",
});

/** The first event makes the head. Of two that are the first at once one finds it made: it does nothing. */
const makeHead: Statement = {
  name: "work_head_make",
  text: `insert into work_head (shop_id, kind, id, seq) values ($1, $2, $3, $4)
    on conflict (shop_id, kind, id) do nothing returning seq`,
};
/** Waits for whoever holds the head, then looks at it again: only one of two with one expectation moves it. */
const moveHead: Statement = {
  name: "work_head_move",
  text: `update work_head set seq = $4 where shop_id = $1 and kind = $2 and id = $3 and seq = $5
    returning seq`,
};
const readHead: Statement = {
  name: "work_head_read",
  text: "select seq from work_head where shop_id = $1 and kind = $2 and id = $3",
};

/**
 * Papers' histories over the connections of batches. A paper's head is the only lock: no append waits for a batch.
 * @param wake tells the shop's watchers, here and on other nodes, that something was written
 */
export function postgresWorkEvents(
  pool: Pool,
  reads: ReturnType<typeof workEventReads>,
  wake: (shop: ShopId) => void,
): WorkEvents {
  return {
    ...reads,
    append: async (shop, kind, id, events, expected) => {
      const rows = workEventRows(shop, kind, id, events, expected);
      const key = [shop, kind, id];
      const appended = await inTransaction(pool, (connection) => append(connection, key, rows, expected));
      if (appended.ok && appended.items.length > 0) wake(shop);
      return appended;
    },
  };
}

async function append(
  connection: Connection,
  key: readonly (string | number)[],
  rows: readonly WorkEventRow[],
  expected: number,
): Promise<WorkAppended> {
  const [first] = rows;
  if (first !== undefined) {
    const next = [...key, expected + rows.length];
    const moved =
      expected === 0
        ? await connection.rows(makeHead, next)
        : await connection.rows(moveHead, [...next, expected]);
    if (moved.length > 0) {
      await connection.run(insertEvents.statement, [first.shop_id, ...insertEvents.arrays(rows)]);
      return { ok: true, items: rows.map(workEventOf) };
    }
  }
  const [head] = await connection.rows<{ seq: number }>(readHead, [...key]);
  const seq = head?.seq ?? 0;
  return seq === expected ? { ok: true, items: [] } : { ok: false, seq };
}
