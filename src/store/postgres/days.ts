import type { Kysely } from "kysely";
import type { Days } from "../days.ts";
import { dayColumnRow, dayHeadRow, daySkuRow, type dayReads } from "../sql/days.ts";
import type { Tables } from "../sql/schema.ts";

const rowsPerInsertMax = 1_000;

/** Closed days. Of nodes that close the same day at once, one does: the key of its row decides. */
export function postgresDays(db: Kysely<Tables>, reads: ReturnType<typeof dayReads>): Days {
  return {
    ...reads,
    close: (shop, head, rows) =>
      db.transaction().execute(async (transaction) => {
        const written = await transaction
          .insertInto("report_day")
          .values(dayHeadRow(shop, head))
          .onConflict((conflict) => conflict.columns(["shop_id", "date"]).doNothing())
          .executeTakeFirst();
        if (Number(written.numInsertedOrUpdatedRows ?? 0) === 0) return false;
        for (let start = 0; start < rows.length; start += rowsPerInsertMax) {
          const values = rows.slice(start, start + rowsPerInsertMax).map((row) => daySkuRow(shop, row));
          await transaction.insertInto("report_sku").values(values).execute();
        }
        if (rows.length > 0)
          await transaction
            .insertInto("report_column")
            .values(dayColumnRow(shop, head.date, rows))
            .execute();
        return true;
      }),
  };
}
