import type { Kysely } from "kysely";
import { createIndex, createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** Closed business days, and what each SKU did on those on which it moved. */
export async function days(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "report_day", {
    columns: {
      shop_id: "integer",
      date: "text",
      from_at: "bigint",
      to_at: "bigint",
      seq: "bigint",
      next_seq: "bigint",
      closed_at: "bigint",
      hash: "text",
      balanced: "small",
      body: "text",
    },
    primaryKey: ["shop_id", "date"],
    clustered: true,
  });
  await createTable(db, dialect, "report_sku", {
    columns: {
      shop_id: "integer",
      date: "text",
      sku: "text",
      closing: "bigint",
      available: "bigint",
      received: "bigint",
      sold: "bigint",
      amount: "bigint",
      returned: "bigint",
      shortage: "bigint",
      body: "text",
    },
    primaryKey: ["shop_id", "date", "sku"],
    clustered: true,
  });
  // Everything that an analysis wants is in it: a year is read without its rows.
  await createIndex(
    db,
    "report_sku",
    "report_sku_figures",
    "shop_id, sku, date, closing, available, received, sold, amount, returned, shortage",
  );
}
