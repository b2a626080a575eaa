import { Client } from "pg";
import { UnknownShop } from "../errors.ts";
import { entryOf, lineOf, placementOf, saleOf, stockOf } from "../sql/rows.ts";
import type { BatchRow, JournalRow, LineRow, PlacementRow, SaleRow, StockRow } from "../sql/schema.ts";
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
        pages<LineRow>(connection, shop, linesAfter, ["", "", "", ""], (row) => [
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
  const journal = new JournalReader(
    pages<JournalRow>(connection, shop, journalAfter, [0], (row) => [row.seq]),
  );
  for await (const rows of pages<BatchRow>(connection, shop, batchesAfter, [0], (row) => [row.first_seq])) {
    for (const { first_seq: firstSeq, last_seq: lastSeq, at, hash } of rows) {
      yield { firstSeq, lastSeq, at, hash, entries: (await journal.upTo(lastSeq)).map(entryOf) };
    }
  }
  // Movements that are in no batch: they have no hash, so whoever checks finds them.
  const rest = await journal.upTo(Infinity);
  const firstSeq = rest[0]?.seq;
  if (firstSeq === undefined) return;
  yield { firstSeq, lastSeq: firstSeq + rest.length - 1, at: 0, hash: "", entries: rest.map(entryOf) };
}

/** Takes the journal's rows off in order, across its pages. */
class JournalReader {
  readonly #pages: AsyncGenerator<readonly JournalRow[], void>;
  #page: readonly JournalRow[] = [];
  #next = 0;

  constructor(journalPages: AsyncGenerator<readonly JournalRow[], void>) {
    this.#pages = journalPages;
  }

  async upTo(lastSeq: number): Promise<JournalRow[]> {
    const taken: JournalRow[] = [];
    for (;;) {
      const row = this.#page[this.#next];
      if (row === undefined) {
        const more = await this.#pages.next();
        if (more.done === true) return taken;
        this.#page = more.value;
        this.#next = 0;
        continue;
      }
      if (row.seq > lastSeq) return taken;
      taken.push(row);
      this.#next += 1;
    }
  }
}

async function* mapped<Row, T>(rows: AsyncIterable<readonly Row[]>, of: (row: Row) => T): AsyncIterable<T> {
  for await (const page of rows) for (const row of page) yield of(row);
}

type Key = readonly (string | number)[];

/** Every row in the order of its key, a page at a time. The next page is asked for before this one is given. */
async function* pages<Row extends object>(
  connection: Connection,
  shop: ShopId,
  statement: Statement,
  first: Key,
  keyOf: (row: Row) => Key,
): AsyncGenerator<readonly Row[], void> {
  let coming: Promise<Row[]> | null = connection.rows<Row>(statement, [shop, ...first]);
  while (coming !== null) {
    const page: Row[] = await coming;
    const last = page.at(-1);
    coming =
      last === undefined || page.length < pageRows
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
const batchesAfter = after("batch", ["first_seq", "last_seq", "at", "hash"], ["first_seq"]);
const journalAfter = after("journal", columnsOf.journal, ["seq"]);
const stocksAfter = after("stock", columnsOf.stock, ["sku", "warehouse"]);
const linesAfter = after("order_line", columnsOf.order_line, ["channel", "order_id", "line_id", "sku"]);
const placementsAfter = after("placement", columnsOf.placement, [
  "sku",
  "warehouse",
  "bin",
  "lot",
  "quality",
]);
const salesAfter = after("sale", columnsOf.sale, ["sku", "minute", "channel", "session"]);
