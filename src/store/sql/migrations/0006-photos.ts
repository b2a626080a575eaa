import type { Kysely } from "kysely";
import { createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** Pictures of returned and damaged goods. */
export async function photos(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "photo", {
    columns: {
      shop_id: "integer",
      photo_id: "text",
      media_type: "text",
      bytes: "bytes",
      sha256: "text",
      created_at: "bigint",
      created_by: "text",
    },
    primaryKey: ["shop_id", "photo_id"],
  });
}
