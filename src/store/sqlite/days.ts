import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Days } from "../days.ts";
import { dayHeadRow, daySkuRow, type dayReads } from "../sql/days.ts";
import { transaction } from "./commit.ts";
import { inserting, type RowWriter } from "./row-writer.ts";
import type { Turns } from "./turns.ts";

interface Statements {
  readonly known: StatementSync;
  readonly head: RowWriter<"report_day">;
  readonly sku: RowWriter<"report_sku">;
}

/** Closed days over a connection that writes in turn with the batches: closing one is a transaction between two of theirs. */
export function sqliteDays(writer: DatabaseSync, turns: Turns, reads: ReturnType<typeof dayReads>): Days {
  let prepared: Statements | undefined;
  // Prepared when the first day is closed: the tables are there by then.
  const statements = (): Statements =>
    (prepared ??= {
      known: writer.prepare("select 1 from report_day where shop_id = ? and date = ?"),
      head: inserting(writer, "report_day"),
      sku: inserting(writer, "report_sku"),
    });
  return {
    ...reads,
    close: async (shop, head, rows) =>
      turns.run(() =>
        transaction(writer, () => {
          const { known, head: heads, sku } = statements();
          if (known.get(shop, head.date) !== undefined) return false;
          heads.write(dayHeadRow(shop, head));
          for (const row of rows) sku.write(daySkuRow(shop, row));
          return true;
        }),
      ),
  };
}
