import type { Kysely } from "kysely";
import { createIndex, createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** Notifications: one row a message and receiver, kept as a record of what became of it. */
export async function deliveries(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "delivery", {
    columns: {
      shop_id: "integer",
      message: "text",
      robot: "text",
      topic: "text",
      session: "text?",
      payload: "text",
      created_at: "bigint",
      state: "text",
      attempts: "integer",
      due_at: "bigint?",
      ended_at: "bigint?",
      error: "text?",
    },
    primaryKey: ["shop_id", "message", "robot"],
    checks: { state_known: "state in ('waiting', 'delivered', 'failed')" },
    clustered: true,
    fillfactor: 80,
  });
  await createIndex(db, "delivery", "delivery_due", "shop_id, due_at", "due_at is not null");
  await createIndex(db, "delivery", "delivery_latest", "shop_id, created_at");
}
