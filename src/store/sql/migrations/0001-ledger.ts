import type { Kysely } from "kysely";
import { createIndex, createTable, type AnyTables, type Dialect } from "./dialect.ts";

/** The first schema: the shop, its journal, and every row that the journal's batches write. */
export async function ledger(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createShop(db, dialect);
  await createJournal(db, dialect);
  await createLines(db, dialect);
  await createStock(db, dialect);
  await createCatalog(db, dialect);
  await createSales(db, dialect);
  await createWork(db, dialect);
  if (dialect === "postgres") await createCommitMarks(db, dialect);
}

async function createShop(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "shop", {
    columns: {
      shop_id: "integer",
      name: "text",
      time_zone: "text",
      day_cut_hour: "small",
      currency: "text",
      created_at: "bigint",
      seq: "bigint",
      hash: "text",
      outbox_id: "bigint",
      version: "bigint",
      folded_seq: "bigint",
    },
    primaryKey: ["shop_id"],
    checks: { seq_min: "seq >= 0", day_cut_hour_range: "day_cut_hour between 0 and 23" },
    // One row that every batch updates: room for many versions of it on its page.
    fillfactor: 10,
  });
}

async function createJournal(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "batch", {
    columns: {
      shop_id: "integer",
      first_seq: "bigint",
      last_seq: "bigint",
      at: "bigint",
      hash: "text",
      entries: "text",
    },
    primaryKey: ["shop_id", "first_seq"],
    checks: { range: "first_seq >= 1 and last_seq >= first_seq" },
  });
  await createTable(db, dialect, "sku_batch", {
    columns: { shop_id: "integer", sku: "text", first_seq: "bigint", movements: "integer" },
    primaryKey: ["shop_id", "sku", "first_seq"],
    clustered: true,
  });
  await createTable(db, dialect, "buyer_sku", {
    columns: { shop_id: "integer", sku: "text" },
    primaryKey: ["shop_id", "sku"],
    clustered: true,
  });
}

async function createLines(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "order_line", {
    columns: {
      shop_id: "integer",
      channel: "text",
      order_id: "text",
      line_id: "text",
      sku: "text",
      buyer: "text?",
      by_buyer: "small",
      folded: "small",
      kind: "text",
      stage: "text",
      refund: "text",
      live: "bigint",
      covered: "bigint",
      backlog: "bigint",
      deficit: "bigint",
      placed_at: "bigint",
      due_at: "bigint?",
      facts: "text",
      batches: "text",
    },
    primaryKey: ["shop_id", "channel", "order_id", "line_id", "sku"],
    checks: { units_min: "live >= 0 and covered >= 0 and backlog >= 0 and deficit >= 0" },
  });
  await createLineIndexes(db);
}

/**
 * A line is in the index of the queue that it stands in, and in `at_rest` when it stands in none: so it costs one
 * of them, and all lines of a SKU are found through the five. Until it is folded it is in `fresh` instead: new lines
 * of many SKUs belong on many pages, and go there many at a time.
 */
async function createLineIndexes(db: Kysely<AnyTables>): Promise<void> {
  const index = (name: string, columns: string, where?: string): Promise<void> =>
    createIndex(db, "order_line", `order_line_${name}`, columns, where);
  await index("fresh", "shop_id", "folded = 0");
  await index("deficit", "shop_id, sku, placed_at", "folded = 1 and deficit > 0");
  await index("waiting", "shop_id, sku, kind, placed_at", "folded = 1 and backlog > 0");
  // The last four are for the sums of who holds a SKU's units, which must not fetch each line.
  await index(
    "covered",
    "shop_id, sku, (case when stage = 'paid' then 1 else 0 end), placed_at desc, channel, stage, covered, due_at",
    "folded = 1 and covered > 0",
  );
  await index(
    "at_rest",
    "shop_id, sku, placed_at",
    "folded = 1 and covered = 0 and backlog = 0 and deficit = 0",
  );
  await index("due", "shop_id, due_at", "due_at is not null");
  await index("pending", "shop_id, placed_at", "stage = 'pending' and live > 0");
  await index("presale", "shop_id, placed_at", "kind = 'presale'");
  await index("closed", "shop_id, placed_at", "live = 0");
  await index("refund", "shop_id, placed_at", "refund in ('requested', 'agreed', 'refunding')");
  await index("buyer", "shop_id, buyer, sku", "by_buyer = 1");
  await index("placed", "shop_id, placed_at");
}

async function createStock(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  const places = [
    "available",
    "held",
    "committed",
    "quarantine",
    "loaned",
    "supplier",
    "customer",
    "lost",
  ] as const;
  const inside = ["available", "held", "committed", "quarantine", "loaned"] as const;
  await createTable(db, dialect, "stock", {
    columns: {
      shop_id: "integer",
      sku: "text",
      warehouse: "text",
      ...Object.fromEntries(places.map((place) => [place, "bigint" as const])),
      shortage: "bigint",
      presale: "bigint",
      seq: "bigint",
    },
    primaryKey: ["shop_id", "sku", "warehouse"],
    checks: {
      ...Object.fromEntries(inside.map((place) => [`${place}_min`, `${place} >= 0`])),
      shortage_min: "shortage >= 0",
      presale_min: "presale >= 0",
      conserved: `${places.join(" + ")} = 0`,
    },
    clustered: true,
    fillfactor: 50,
  });
  await createIndex(db, "stock", "stock_seq", "shop_id, seq");
  await createTable(db, dialect, "placement", {
    columns: {
      shop_id: "integer",
      sku: "text",
      warehouse: "text",
      bin: "text",
      lot: "text",
      quality: "text",
      quantity: "bigint",
      search: "text",
    },
    primaryKey: ["shop_id", "sku", "warehouse", "bin", "lot", "quality"],
    checks: { quantity_min: "quantity >= 0" },
    clustered: true,
    fillfactor: 80,
  });
}

async function createCatalog(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "sku", {
    columns: {
      shop_id: "integer",
      sku: "text",
      code: "text",
      name: "text",
      category: "text",
      barcodes: "text",
      price: "bigint",
      deduct_at: "text",
      buffer_units: "bigint",
      buffer_percent: "integer",
      limit_per_order: "bigint?",
      limit_per_buyer: "bigint?",
      limit_hours: "integer",
      presale_quota: "bigint?",
      selling: "small",
      created_at: "bigint",
      search: "text",
    },
    primaryKey: ["shop_id", "sku"],
    clustered: true,
  });
  await createTable(db, dialect, "channel", {
    columns: {
      shop_id: "integer",
      channel: "text",
      platform: "text",
      name: "text",
      hold_minutes: "integer",
      warehouses: "text",
      active: "small",
    },
    primaryKey: ["shop_id", "channel"],
    clustered: true,
  });
  await createTable(db, dialect, "warehouse", {
    columns: { shop_id: "integer", warehouse: "text", name: "text" },
    primaryKey: ["shop_id", "warehouse"],
    clustered: true,
  });
  await createTable(db, dialect, "listing", {
    columns: {
      shop_id: "integer",
      channel: "text",
      listing: "text",
      title: "text",
      parts: "text",
      search: "text",
    },
    primaryKey: ["shop_id", "channel", "listing"],
    clustered: true,
  });
}

async function createSales(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "sale", {
    columns: {
      shop_id: "integer",
      minute: "bigint",
      sku: "text",
      channel: "text",
      session: "text",
      orders: "bigint",
      ordered: "bigint",
      sold: "bigint",
      sold_amount: "bigint",
      presold: "bigint",
      cancelled: "bigint",
      cancelled_amount: "bigint",
      shipped: "bigint",
      returned: "bigint",
    },
    // The minute first: the rows that a burst adds to stand together.
    primaryKey: ["shop_id", "minute", "sku", "channel", "session"],
    clustered: true,
    fillfactor: 70,
  });
  await createIndex(db, "sale", "sale_sku", "shop_id, sku, minute");
}

async function createWork(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "record", {
    columns: {
      shop_id: "integer",
      key: "text",
      kind: "text",
      at: "bigint",
      actor: "text",
      content: "text",
      outcome: "text",
    },
    primaryKey: ["shop_id", "key"],
  });
  await createTable(db, dialect, "document", {
    columns: {
      shop_id: "integer",
      kind: "text",
      id: "text",
      version: "bigint",
      body: "text",
      updated_at: "bigint",
      updated_by: "text",
    },
    primaryKey: ["shop_id", "kind", "id"],
  });
  await createTable(db, dialect, "outbox", {
    columns: {
      shop_id: "integer",
      id: "bigint",
      topic: "text",
      key: "text",
      payload: "text",
      created_at: "bigint",
      due_at: "bigint?",
      attempts: "integer",
      error: "text?",
    },
    primaryKey: ["shop_id", "id"],
    clustered: true,
    fillfactor: 80,
  });
  await createIndex(db, "outbox", "outbox_due", "shop_id, due_at", "due_at is not null");
  await createTable(db, dialect, "lease", {
    columns: { shop_id: "integer", job: "text", owner: "text", until: "bigint" },
    primaryKey: ["shop_id", "job"],
    clustered: true,
    fillfactor: 50,
  });
}

async function createCommitMarks(db: Kysely<AnyTables>, dialect: Dialect): Promise<void> {
  await createTable(db, dialect, "commit_mark", {
    columns: { shop_id: "integer", writer: "text", mark: "bigint", at: "bigint" },
    primaryKey: ["shop_id", "writer"],
    fillfactor: 20,
  });
}
