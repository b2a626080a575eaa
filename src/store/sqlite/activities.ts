import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Activities } from "../activities.ts";
import { activityOf, activityRows, sampleRow, type activityReads } from "../sql/activities.ts";
import type { ShopId } from "../store.ts";
import { transaction } from "./commit.ts";
import { inserting, upserting, type RowWriter } from "./row-writer.ts";
import type { Turns } from "./turns.ts";

interface Statements {
  readonly head: StatementSync;
  readonly activity: RowWriter<"activity">;
  readonly newHead: RowWriter<"activity_head">;
  readonly sample: RowWriter<"room_sample">;
}

/**
 * Timelines over a connection that writes in turn with the batches: an append is a transaction of its own between two
 * of theirs.
 * @param wake tells the shop's watchers that something was written
 */
export function sqliteActivities(
  writer: DatabaseSync,
  turns: Turns,
  reads: ReturnType<typeof activityReads>,
  wake: (shop: ShopId) => void,
): Activities {
  let prepared: Statements | undefined;
  // Prepared when the first one comes: the tables are there by then.
  const statements = (): Statements =>
    (prepared ??= {
      head: writer.prepare("select seq from activity_head where shop_id = ? and session = ?"),
      activity: inserting(writer, "activity"),
      newHead: upserting(writer, "activity_head", ["shop_id", "session"]),
      sample: upserting(writer, "room_sample", ["shop_id", "room", "at"]),
    });
  return {
    ...reads,
    append: async (shop, session, entries, expected) => {
      const rows = activityRows(shop, session, entries, expected);
      const seq = await turns.run(() =>
        transaction(writer, () => {
          const { head, activity, newHead } = statements();
          const last = Number(head.get(shop, session)?.seq ?? 0);
          if (last !== expected || rows.length === 0) return last;
          for (const row of rows) activity.write(row);
          newHead.write({ shop_id: shop, session, seq: last + rows.length });
          return last;
        }),
      );
      if (seq !== expected) return { ok: false, seq };
      if (rows.length > 0) wake(shop);
      return { ok: true, items: rows.map(activityOf) };
    },
    putSamples: async (shop, samples) => {
      if (samples.length === 0) return;
      await turns.run(() =>
        transaction(writer, () => {
          const { sample } = statements();
          for (const one of samples) sample.write(sampleRow(shop, one));
        }),
      );
      wake(shop);
    },
  };
}
