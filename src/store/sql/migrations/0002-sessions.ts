import type { Kysely } from "kysely";
import { createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** The timelines of sessions, and what their rooms showed. They are apart from the books: no unit is in them. */
export async function sessions(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "activity", {
    columns: {
      shop_id: "integer",
      session: "text",
      seq: "bigint",
      at: "bigint",
      actor: "text",
      kind: "text",
      sku: "text?",
      body: "text",
    },
    primaryKey: ["shop_id", "session", "seq"],
    clustered: true,
  });
  await createTable(db, dialect, "activity_head", {
    columns: { shop_id: "integer", session: "text", seq: "bigint" },
    primaryKey: ["shop_id", "session"],
    clustered: true,
    fillfactor: 50,
  });
  await createTable(db, dialect, "room_sample", {
    columns: {
      shop_id: "integer",
      room: "text",
      at: "bigint",
      viewers: "bigint?",
      likes: "bigint?",
      amount: "bigint?",
      gap: "text?",
    },
    primaryKey: ["shop_id", "room", "at"],
    clustered: true,
  });
}
