import { Client } from "pg";
import { UnknownShop } from "../errors.ts";
import { unpackEntries } from "../../domain/packed.ts";
import { lineColumns, lineOf, type LineColumns } from "../sql/lines.ts";
import { placementOf, saleOf, stockOf } from "../sql/rows.ts";
import type { BatchRow, PlacementRow, SaleRow, StockRow } from "../sql/schema.ts";
import type { AuditReads, ShopId, StoredBatch } from "../store.ts";
import { configOf, Connection, type ConnectionOptions } from "./connection.ts";
import type { Statement } from "./statements.ts";
import { columnsOf } from "./tables.ts";

/** Rows read at a time: the next ones are on their way while these are looked at. */
const pageRows = 5_000;

/**
 * Everything of a shop, as of one moment: one transaction that sees one snapshot, on a connection of its own.
 * @throws UnknownShop
 */
export async function openAudit(options: ConnectionOptions, shop: ShopId): Promise<AuditReads> {
  const client = new Client({ ...configOf(options, "audit"), pipeline: true });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const connection = new Connection(client);
    await connection.text("begin isolation level repeatable read, read only");
    const heads = await connection.rows<{ seq: number; hash: string }>(readHead, [shop]);
    const head = heads[0];
    if (head === undefined) throw new UnknownShop(shop);
    return readsOver(client, shop, head);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function readsOver(client: Client, shop: ShopId, head: { seq: number; hash: string }): AuditReads {
  const connection = new Connection(client);
  return {
    head,
    batches: () => batches(connection, shop),
    stocks: () =>
      mapped(
        pages<StockRow>(connection, shop, stocksAfter, ["", ""], (row) => [row.sku, row.warehouse]),
        stockOf,
      ),
    lines: () =>
      mapped(
        pages<LineColumns>(connection, shop, linesAfter, ["", "", "", ""], (row) => [
          row.channel,
          row.order_id,
          row.line_id,
          row.sku,
        ]),
        lineOf,
      ),
    placements: () =>
      mapped(
        pages<PlacementRow>(connection, shop, placementsAfter, ["", "", "", "", ""], (row) => [
          row.sku,
          row.warehouse,
          row.bin,
          row.lot,
          row.quality,
        ]),
        placementOf,
      ),
    sales: () =>
      mapped(
        pages<SaleRow>(connection, shop, salesAfter, ["", -1, "", ""], (row) => [
          row.sku,
          row.minute,
          row.channel,
          row.session,
        ]),
        saleOf,
      ),
    close: () => client.end(),
  };
}

async function* batches(connection: Connection, shop: ShopId): AsyncIterable<StoredBatch> {
  for await (const rows of pages<BatchRow>(
    connection,
    shop,
    batchesAfter,
    [0],
    (row) => [row.first_seq],
    1,
  )) {
    for (const { first_seq: firstSeq, last_seq: lastSeq, at, hash, entries } of rows)
      yield { firstSeq, lastSeq, at, hash, entries: unpackEntries(entries) };
  }
}

async function* mapped<Row, T>(rows: AsyncIterable<readonly Row[]>, of: (row: Row) => T): AsyncIterable<T> {
  for await (const page of rows) for (const row of page) yield of(row);
}

type Key = readonly (string | number)[];

/**
 * Every row in the order of its key, a page at a time. The next page is asked for before this one is given.
 * @param fullPageRows a page of fewer rows is the last one
 */
async function* pages<Row extends object>(
  connection: Connection,
  shop: ShopId,
  statement: Statement,
  first: Key,
  keyOf: (row: Row) => Key,
  fullPageRows = pageRows,
): AsyncGenerator<readonly Row[], void> {
  let coming: Promise<Row[]> | null = connection.rows<Row>(statement, [shop, ...first]);
  while (coming !== null) {
    const page: Row[] = await coming;
    const last = page.at(-1);
    coming =
      last === undefined || page.length < fullPageRows
        ? null
        : connection.rows<Row>(statement, [shop, ...keyOf(last)]);
    coming?.catch(() => undefined);
    if (page.length > 0) yield page;
  }
}

function after(table: string, columns: readonly string[], key: readonly string[]): Statement {
  const keys = key.join(", ");
  const values = key.map((_, index) => `$${index + 2}`).join(", ");
  return {
    name: `audit_${table}`,
    text: `select ${columns.join(", ")} from ${table} where shop_id = $1 and (${keys}) > (${values})
      order by ${keys} limit ${pageRows}`,
  };
}

const readHead: Statement = { name: "audit_head", text: "select seq, hash from shop where shop_id = $1" };
/** Batches that hold so many movements together, or a single one. */
const pageMovements = 20_000;
const batchesAfter: Statement = {
  name: "audit_batch",
  text: `select first_seq, last_seq, at, hash, entries from batch where shop_id = $1 and first_seq > $2
    and first_seq < (select min(first_seq) from batch where shop_id = $1 and first_seq > $2) + ${pageMovements}
    order by first_seq`,
};
const stocksAfter = after("stock", columnsOf.stock, ["sku", "warehouse"]);
const linesAfter = after("order_line", lineColumns, ["channel", "order_id", "line_id", "sku"]);
const placementsAfter = after("placement", columnsOf.placement, [
  "sku",
  "warehouse",
  "bin",
  "lot",
  "quality",
]);
const salesAfter = after("sale", columnsOf.sale, ["sku", "minute", "channel", "session"]);
