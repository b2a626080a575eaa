import type { Kysely } from "kysely";
import { addColumns, createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** What a product costs and when it is wanted; what an order's parcel says, without saying whose it is. */
export async function odd(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await addColumns(db, dialect, "sku", {
    cost: "bigint?",
    season_first: "integer?",
    season_last: "integer?",
    shelf_life_days: "integer?",
    lead_days: "integer?",
    style: "text?",
  });
  await createTable(db, dialect, "order_side", {
    columns: {
      shop_id: "integer",
      channel: "text",
      order_id: "text",
      phone: "text?",
      address: "text?",
      address_chars: "integer?",
      marks: "text",
      province: "text?",
      city: "text?",
      paid_at: "bigint?",
    },
    primaryKey: ["shop_id", "channel", "order_id"],
    clustered: true,
  });
}
