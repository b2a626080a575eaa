import type { DatabaseSync, StatementSync } from "node:sqlite";
import { workEventOf, workEventRows, type workEventReads } from "../sql/work-events.ts";
import type { ShopId } from "../store.ts";
import type { WorkEvents } from "../work-events.ts";
import { transaction } from "./commit.ts";
import { inserting, upserting, type RowWriter } from "./row-writer.ts";
import type { Turns } from "./turns.ts";

interface Statements {
  readonly head: StatementSync;
  readonly event: RowWriter<"work_event">;
  readonly newHead: RowWriter<"work_head">;
}

/**
 * Papers' histories over a connection that writes in turn with the batches: an append is a transaction between two of
 * theirs.
 * @param wake tells the shop's watchers that something was written
 */
export function sqliteWorkEvents(
  writer: DatabaseSync,
  turns: Turns,
  reads: ReturnType<typeof workEventReads>,
  wake: (shop: ShopId) => void,
): WorkEvents {
  let prepared: Statements | undefined;
  // Prepared when the first one comes: the tables are there by then.
  const statements = (): Statements =>
    (prepared ??= {
      head: writer.prepare("select seq from work_head where shop_id = ? and kind = ? and id = ?"),
      event: inserting(writer, "work_event"),
      newHead: upserting(writer, "work_head", ["shop_id", "kind", "id"]),
    });
  return {
    ...reads,
    append: async (shop, kind, id, events, expected) => {
      const rows = workEventRows(shop, kind, id, events, expected);
      const seq = await turns.run(() =>
        transaction(writer, () => {
          const { head, event, newHead } = statements();
          const last = Number(head.get(shop, kind, id)?.seq ?? 0);
          if (last !== expected || rows.length === 0) return last;
          for (const row of rows) event.write(row);
          newHead.write({ shop_id: shop, kind, id, seq: last + rows.length });
          return last;
        }),
      );
      if (seq !== expected) return { ok: false, seq };
      if (rows.length > 0) wake(shop);
      return { ok: true, items: rows.map(workEventOf) };
    },
  };
}
