import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Entry } from "../../domain/rows.ts";
import { UnknownShop } from "../errors.ts";
import { entryOf, lineOf, placementOf, saleOf, stockOf } from "../sql/rows.ts";
import type { BatchRow, JournalRow, Tables } from "../sql/schema.ts";
import type { AuditReads, ShopId, StoredBatch } from "../store.ts";

/** Rows read in one go: between two pieces whatever else waits in this process has its turn. */
const pieceRows = 4_096;

/**
 * Everything of a shop, row by row, as of one moment: a read transaction on a connection of its own, which sees
 * nothing that is written after it began.
 * @param database is closed by `close`, and where this throws
 * @throws UnknownShop
 */
export function auditOver(database: DatabaseSync, shop: ShopId): AuditReads {
  database.exec("begin");
  const head = database.prepare("select seq, hash from shop where shop_id = ?").get(shop);
  if (head === undefined) {
    database.close();
    throw new UnknownShop(shop);
  }
  return {
    head: { seq: Number(head.seq), hash: String(head.hash) },
    batches: () => batchesOf(database, shop),
    stocks: () => rowsOf(database, shop, "stock", stockOf),
    lines: () => rowsOf(database, shop, "order_line", lineOf),
    placements: () => rowsOf(database, shop, "placement", placementOf),
    sales: () => rowsOf(database, shop, "sale", saleOf),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

async function* rowsOf<Table extends keyof Tables, Row>(
  database: DatabaseSync,
  shop: ShopId,
  table: Table,
  map: (row: Tables[Table]) => Row,
): AsyncGenerator<Row> {
  let count = 0;
  for (const row of database.prepare(`select * from ${table} where shop_id = ?`).iterate(shop)) {
    yield map(row as unknown as Tables[Table]);
    count += 1;
    if (count % pieceRows === 0) await setImmediate();
  }
}

/** The batches in order, each with the movements that bear its numbers, however many there are. */
async function* batchesOf(database: DatabaseSync, shop: ShopId): AsyncGenerator<StoredBatch> {
  const batches = database.prepare("select * from batch where shop_id = ? order by first_seq").iterate(shop);
  const journal = database.prepare("select * from journal where shop_id = ? order by seq").iterate(shop);
  let next = journal.next();
  let read = 0;
  for (const row of batches) {
    const batch = row as unknown as BatchRow;
    const entries: Entry[] = [];
    for (; next.done !== true; next = journal.next()) {
      const entry = next.value as unknown as JournalRow;
      if (entry.seq > batch.last_seq) break;
      entries.push(entryOf(entry));
    }
    read += entries.length;
    yield { firstSeq: batch.first_seq, lastSeq: batch.last_seq, at: batch.at, hash: batch.hash, entries };
    if (read >= pieceRows) {
      read = 0;
      await setImmediate();
    }
  }
}
