import type { Kysely } from "kysely";
import { sql } from "kysely";
import { packFigures } from "../../day-columns.ts";
import type { DaySkuFigures } from "../../days.ts";
import { createIndex, createTable, type AnyTables, type Dialect } from "./dialect.ts";

/**
 * What all SKUs did on a closed day, once more as one row: analyses of a year read 365 rows and not a row for each SKU
 * and day. The index that they read until now held all figures; what is left of it finds a SKU's last row.
 */
export async function dayColumns(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "report_column", {
    columns: { shop_id: "integer", date: "text", body: "text" },
    primaryKey: ["shop_id", "date"],
  });
  await fill(db as unknown as Kysely<Filled>);
  await sql`drop index report_sku_figures`.execute(db);
  await createIndex(db, "report_sku", "report_sku_latest", "shop_id, sku, date");
}

/** The tables as they are at this step: later ones may change what the program knows of them. */
interface Filled {
  readonly shop: { readonly shop_id: number };
  readonly report_day: { readonly shop_id: number; readonly date: string };
  readonly report_sku: DaySkuFigures & { readonly shop_id: number };
  readonly report_column: { readonly shop_id: number; readonly date: string; readonly body: string };
}

async function fill(db: Kysely<Filled>): Promise<void> {
  for (const { shop_id } of await db.selectFrom("shop").selectAll().orderBy("shop_id").execute()) {
    const days = db.selectFrom("report_day").select("date").where("shop_id", "=", shop_id);
    for (const { date } of await days.orderBy("date").execute()) {
      const rows = await db
        .selectFrom("report_sku")
        .selectAll()
        .where("shop_id", "=", shop_id)
        .where("date", "=", date)
        .orderBy("sku")
        .execute();
      if (rows.length === 0) continue;
      await db
        .insertInto("report_column")
        .values({ shop_id, date, body: packFigures(rows) })
        .execute();
    }
  }
}
