import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { unpackEntries } from "../../domain/packed.ts";
import { UnknownShop } from "../errors.ts";
import { lineColumns } from "../sql/lines.ts";
import type { BatchRow } from "../sql/schema.ts";
import type { AuditReads, ShopId, StoredBatch } from "../store.ts";
import {
  lineFrom,
  placementColumns,
  placementFrom,
  saleColumns,
  saleFrom,
  stockColumns,
  stockFrom,
} from "./values.ts";

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
    stocks: () => rowsOf(database, shop, "stock", stockColumns, stockFrom),
    lines: () => rowsOf(database, shop, "order_line", lineColumns, lineFrom),
    placements: () => rowsOf(database, shop, "placement", placementColumns, placementFrom),
    sales: () => rowsOf(database, shop, "sale", saleColumns, saleFrom),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

/** From the first page to the last: fetching each row through an index would be many times slower. */
async function* rowsOf<Values, Row>(
  database: DatabaseSync,
  shop: ShopId,
  table: string,
  columns: readonly string[],
  rowFrom: (values: Values) => Row,
): AsyncGenerator<Row> {
  let read = 0;
  const select = `select ${columns.join(", ")} from ${table} not indexed where shop_id = ?`;
  for (const values of arrays<Values>(database, select, shop)) {
    yield rowFrom(values);
    read += 1;
    if (read % pieceRows === 0) await setImmediate();
  }
}

function arrays<Values>(database: DatabaseSync, select: string, shop: ShopId): IterableIterator<Values> {
  const statement = database.prepare(select);
  statement.setReturnArrays(true);
  return statement.iterate(shop) as unknown as IterableIterator<Values>;
}

/** The batches in order. */
async function* batchesOf(database: DatabaseSync, shop: ShopId): AsyncGenerator<StoredBatch> {
  const batches = database.prepare("select * from batch where shop_id = ? order by first_seq").iterate(shop);
  let read = 0;
  for (const row of batches) {
    const { first_seq: firstSeq, last_seq: lastSeq, at, hash, entries: packed } = row as unknown as BatchRow;
    const entries = unpackEntries(packed);
    yield { firstSeq, lastSeq, at, hash, entries };
    read += entries.length;
    if (read < pieceRows) continue;
    read = 0;
    await setImmediate();
  }
}
