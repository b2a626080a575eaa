import type { DatabaseSync } from "node:sqlite";
import { transaction } from "./commit.ts";

/**
 * What the planner is told of each index: its rows, then how many of them share the first column, the first
 * two, and so on. They are those of one large shop and never those of the file at hand: without any, the planner
 * takes every index of a shop for equally good and reads the whole journal for the history of one SKU; measured
 * on a file that is still empty, it would learn the wrong thing. A plan is the same on every file.
 * Of a table without rowid, the index with the table's name is its primary key.
 */
const statistics: readonly (readonly [table: string, index: string, rows: readonly number[]])[] = [
  ["batch", "sqlite_autoindex_batch_1", [200_000, 200_000, 1]],
  ["sku_batch", "sku_batch", [2_000_000, 2_000_000, 800, 1]],
  ["buyer_sku", "buyer_sku", [100, 100, 1]],
  ["order_line", "sqlite_autoindex_order_line_1", [1_000_000, 1_000_000, 300_000, 2, 1, 1]],
  ["order_line", "order_line_fresh", [2_000, 2_000]],
  ["order_line", "order_line_deficit", [1_000, 1_000, 5, 1]],
  ["order_line", "order_line_waiting", [5_000, 5_000, 10, 8, 1]],
  ["order_line", "order_line_covered", [200_000, 200_000, 100, 80, 1, 1, 1, 1, 1]],
  ["order_line", "order_line_at_rest", [800_000, 800_000, 400, 1]],
  ["order_line", "order_line_due", [5_000, 5_000, 2]],
  ["order_line", "order_line_pending", [1_000, 1_000, 2]],
  ["order_line", "order_line_presale", [20_000, 20_000, 2]],
  ["order_line", "order_line_closed", [700_000, 700_000, 2]],
  ["order_line", "order_line_refund", [5_000, 5_000, 2]],
  ["order_line", "order_line_buyer", [100_000, 100_000, 4, 2]],
  ["order_line", "order_line_placed", [1_000_000, 1_000_000, 2]],
  ["stock", "stock", [4_000, 4_000, 2, 1]],
  ["stock", "stock_seq", [4_000, 4_000, 1]],
  ["placement", "placement", [6_000, 6_000, 3, 3, 1, 1, 1]],
  ["sku", "sku", [3_000, 3_000, 1]],
  ["channel", "channel", [10, 10, 1]],
  ["warehouse", "warehouse", [4, 4, 1]],
  ["listing", "listing", [10_000, 10_000, 2_000, 1]],
  ["sale", "sale", [500_000, 500_000, 20, 2, 1, 1]],
  ["sale", "sale_sku", [500_000, 500_000, 200, 2]],
  ["record", "sqlite_autoindex_record_1", [500_000, 500_000, 1]],
  ["document", "sqlite_autoindex_document_1", [200, 200, 20, 1]],
  ["outbox", "outbox", [1_000, 1_000, 1]],
  ["outbox", "outbox_due", [500, 500, 2]],
  ["delivery", "delivery", [50_000, 50_000, 3, 1]],
  ["delivery", "delivery_due", [200, 200, 2]],
  ["delivery", "delivery_latest", [50_000, 50_000, 3]],
  ["report_day", "report_day", [400, 400, 1]],
  ["report_sku", "report_sku", [1_000_000, 1_000_000, 3_000, 1]],
  ["report_sku", "report_sku_latest", [1_000_000, 1_000_000, 300, 1]],
  ["report_column", "sqlite_autoindex_report_column_1", [400, 400, 1]],
  ["lease", "lease", [10, 10, 1]],
  ["activity", "activity", [500_000, 500_000, 1_000, 1]],
  ["activity_head", "activity_head", [1_000, 1_000, 1]],
  ["room_sample", "room_sample", [1_000_000, 1_000_000, 300_000, 1]],
  ["work_event", "work_event", [500_000, 500_000, 250_000, 1_000, 1]],
  ["work_head", "work_head", [1_000, 1_000, 500, 1]],
  ["photo", "sqlite_autoindex_photo_1", [1_000, 1_000, 1]],
  ["order_side", "order_side", [500_000, 500_000, 100_000, 1]],
];

/**
 * Writes the statistics where they are not what the file has. Connections that are open read them again.
 * @param database in no transaction
 */
export function writeStatistics(database: DatabaseSync): void {
  transaction(database, () => {
    // The planner's table is made by the first analysis, whatever that is of.
    const made = database.prepare("select 1 from sqlite_schema where name = 'sqlite_stat1'").get();
    if (made === undefined) database.exec("analyze shop");
    const wanted = statistics.map(([table, index, rows]) => [table, index, rows.join(" ")]);
    const written = database.prepare("select tbl, idx, stat from sqlite_stat1").all();
    const known = new Set(written.map(({ tbl, idx, stat }) => JSON.stringify([tbl, idx, stat])));
    if (new Set(wanted.map((one) => JSON.stringify(one))).symmetricDifference(known).size === 0) return;
    database.exec("delete from sqlite_stat1");
    const insert = database.prepare("insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)");
    for (const one of wanted) insert.run(...one);
    // A change of the schema is what makes other connections look at them.
    database.exec("create table statistics_written (unused integer); drop table statistics_written");
  });
}
