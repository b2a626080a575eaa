import type { Bench } from "../../domain/bench.ts";
import { lineKey } from "../../domain/queue.ts";
import { packEntries } from "../../domain/packed.ts";
import { batchText } from "../../domain/replay.ts";
import type { Instant, Placement } from "../../domain/rows.ts";
import { hashOf } from "../hash.ts";
import {
  channelRow,
  documentRow,
  listingRow,
  outboxRow,
  placementRow,
  recordRow,
  saleRow,
  skuRow,
  stockRow,
  sumSales,
} from "../sql/rows.ts";
import { lineRow } from "../sql/lines.ts";
import { movedLines, movementsBySku } from "../sql/movements.ts";
import type { LineRow, StockRow } from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { RowInsert, Statement } from "./statements.ts";
import { rowInserts, type RowInserts } from "./tables.ts";

type Send = <Row>(insert: RowInsert<Row>, rows: readonly Row[]) => void;

/** What a batch is written as, besides what is on its workbench. */
export interface BatchMark {
  readonly at: Instant;
  /** The last number that was given to a message of the shop. */
  readonly outboxId: number;
  /** Who writes, and the how manieth of its batches this is. */
  readonly writer: string;
  readonly mark: number;
}

/** Writes what a batch changed, inside its transaction. */
export class Writer {
  readonly #inserts = rowInserts();
  readonly #advance = advanceStatement(this.#inserts);

  /**
   * Sends the statements one after the other without waiting: the server works on one while the next is put
   * together here. What it returns is to be awaited together with the commit.
   */
  write(connection: Connection, shop: ShopId, bench: Bench, batch: BatchMark): Promise<unknown>[] {
    const sent: Promise<unknown>[] = [];
    const send = sender(connection, shop, sent);
    const { at, outboxId } = batch;
    const firstSeq = bench.head.seq + 1;
    sendLines(send, this.#inserts, shop, bench);
    send(
      this.#inserts.skuBatch,
      Array.from(movementsBySku(bench.entries), ([sku, movements]) => ({
        shop_id: shop,
        sku,
        first_seq: firstSeq,
        movements,
      })),
    );
    send(
      this.#inserts.outbox,
      bench.outbox.map((message, index) => outboxRow(shop, outboxId + 1 + index, message, at)),
    );
    const shelves = changedRows(bench, bench.placements).flat();
    sendShelves(
      send,
      this.#inserts,
      shop,
      shelves.filter((shelf) => shelf.quantity > 0),
    );
    for (const { sku, warehouse, bin, lot, quality, quantity } of shelves) {
      if (quantity === 0) sent.push(connection.run(removeShelf, [shop, sku, warehouse, bin, lot, quality]));
    }
    sendCatalog(send, this.#inserts, shop, bench);
    sent.push(connection.run(this.#advance, this.#advanceParameters(shop, bench, batch)));
    return sent;
  }

  #advanceParameters(
    shop: ShopId,
    bench: Bench,
    { at, outboxId, writer, mark }: BatchMark,
  ): (string | number)[] {
    const { head, entries, outbox } = bench;
    const packed = packEntries(entries);
    const hash = entries.length === 0 ? head.hash : hashOf(batchText(head.hash, at, head.seq + 1, packed));
    return [
      shop,
      head.seq,
      bench.seq,
      at,
      hash,
      outboxId + outbox.length,
      writer,
      mark,
      packed,
      ...this.#inserts.stock.arrays(bookedStock(shop, bench)),
      ...this.#inserts.sale.arrays(sumSales(bench.sales).map((sale) => saleRow(shop, sale))),
    ];
  }
}

/**
 * What nearly every batch writes a little of, in one statement: balances, rollups, the batch's own row where it
 * has movements, the writer's mark, and the head.
 */
function advanceStatement({ stock, sale }: RowInserts): Statement {
  const stockFirst = 10;
  return {
    name: "advance",
    text: `with
      balances as (${stock.text(stockFirst)}),
      rollups as (${sale.text(stockFirst + stock.width)}),
      batch_row as (
        insert into batch (shop_id, first_seq, last_seq, at, hash, entries)
        select $1::integer, $2::bigint + 1, $3::bigint, $4::bigint, $5::text, $9::text where $3::bigint > $2::bigint
      ),
      mark_row as (
        insert into commit_mark (shop_id, writer, mark, at) values ($1::integer, $7::text, $8::bigint, $4::bigint)
        on conflict (shop_id, writer) do update set mark = excluded.mark, at = excluded.at
      )
      update shop set seq = $3::bigint, hash = $5::text, outbox_id = $6::bigint, version = version + 1, folded_seq = $3::bigint
      where shop_id = $1::integer and seq = $2::bigint`,
  };
}

/** Writes what later decisions of a preview read, beside the stored tables. */
export class PreviewWriter {
  readonly #inserts: RowInserts;

  /** @param table the name of the table that is written in the place of this one */
  constructor(table: (name: string) => string) {
    this.#inserts = rowInserts(table);
  }

  write(connection: Connection, shop: ShopId, bench: Bench): Promise<unknown>[] {
    const sent: Promise<unknown>[] = [];
    const send = sender(connection, shop, sent);
    sendLines(send, this.#inserts, shop, bench);
    send(this.#inserts.stock, bookedStock(shop, bench));
    // An empty shelf is written as one: removed, it would show the stored one again.
    sendShelves(send, this.#inserts, shop, changedRows(bench, bench.placements).flat());
    sendCatalog(send, this.#inserts, shop, bench);
    return sent;
  }
}

function sender(connection: Connection, shop: ShopId, sent: Promise<unknown>[]): Send {
  return (insert, rows) => {
    if (rows.length > 0) sent.push(connection.run(insert.statement, [shop, ...insert.arrays(rows)]));
  };
}

/** The rows that are as usual by the shorter statement, the others by the full one. */
function sendUsual<Row>(send: Send, usual: RowInsert<Row>, full: RowInsert<Row>, rows: readonly Row[]): void {
  const others = rows.filter((row) => !usual.isUsual(row));
  send(usual, others.length === 0 ? rows : rows.filter((row) => usual.isUsual(row)));
  send(full, others);
}

function sendLines(send: Send, to: RowInserts, shop: ShopId, bench: Bench): void {
  const fresh: LineRow[] = [];
  const changed: LineRow[] = [];
  const batch = bench.entries.length === 0 ? "" : `,${bench.head.seq + 1}`;
  let moved: ReadonlySet<string> | undefined;
  for (const { line, isStored } of bench.changedLines) {
    if (isStored) moved ??= movedLines(bench);
    const batches = !isStored || moved?.has(lineKey(line)) === true ? batch : "";
    (isStored ? changed : fresh).push(lineRow(shop, line, { folded: 1, byBuyer: 1, batches }));
  }
  sendUsual(send, to.usualNewLine, to.newLine, fresh);
  send(to.changedLine, changed);
}

/** Of a SKU's rows, those that this batch booked on. */
function bookedStock(shop: ShopId, bench: Bench): StockRow[] {
  return changedRows(bench, bench.stocks)
    .flat()
    .filter((stock) => stock.seq > bench.head.seq)
    .map((stock) => stockRow(shop, stock));
}

function sendShelves(send: Send, to: RowInserts, shop: ShopId, shelves: readonly Placement[]): void {
  send(
    to.placement,
    shelves.map((shelf) => placementRow(shop, shelf)),
  );
}

function sendCatalog(send: Send, to: RowInserts, shop: ShopId, bench: Bench): void {
  const rows = <V, Row>(map: Map<string, V | null>, rowOf: (shop: ShopId, value: V) => Row): Row[] =>
    changedRows(bench, map).map((value) => rowOf(shop, value));
  send(to.record, rows(bench.records, recordRow));
  send(to.sku, rows(bench.skus, skuRow));
  send(to.channel, rows(bench.channels, channelRow));
  send(
    to.warehouse,
    rows(bench.warehouses, (shop_id, { warehouse, name }) => ({ shop_id, warehouse, name })),
  );
  send(to.listing, rows(bench.listings, listingRow));
  send(to.document, rows(bench.documents, documentRow));
}

/** One at a time: there are few, and a join would be planned by how much the table held. */
const removeShelf: Statement = {
  name: "placement_remove",
  text: `delete from placement where shop_id = $1 and sku = $2 and warehouse = $3 and bin = $4 and lot = $5
    and quality = $6`,
};

function changedRows<V>(bench: Bench, rows: Map<string, V | null>): V[] {
  const changed: V[] = [];
  for (const key of bench.changed.get(rows) ?? []) {
    const row = rows.get(key);
    if (row !== undefined && row !== null) changed.push(row);
  }
  return changed;
}
