import type { Kysely } from "kysely";
import { createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** The histories of count sheets and of receipts that two people sign. No unit is in them. */
export async function work(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "work_event", {
    columns: {
      shop_id: "integer",
      kind: "text",
      id: "text",
      seq: "bigint",
      at: "bigint",
      actor: "text",
      body: "text",
    },
    primaryKey: ["shop_id", "kind", "id", "seq"],
    clustered: true,
  });
  await createTable(db, dialect, "work_head", {
    columns: { shop_id: "integer", kind: "text", id: "text", seq: "bigint" },
    primaryKey: ["shop_id", "kind", "id"],
    clustered: true,
    fillfactor: 50,
  });
}
