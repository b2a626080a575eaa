import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Bench } from "../../domain/bench.ts";
import { packEntries } from "../../domain/packed.ts";
import { batchText } from "../../domain/replay.ts";
import { isReserveKey } from "../../domain/text.ts";
import type { Instant } from "../../domain/rows.ts";
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
import type { ShopId } from "../store.ts";
import { movementsBySku } from "../sql/movements.ts";
import type { Kept } from "./kept.ts";
import type { HeadRow } from "./load.ts";
import { LineWriter } from "./line-writer.ts";
import { inserting, upserting } from "./row-writer.ts";

const saleKeys = ["shop_id", "minute", "sku", "channel", "session"] as const;

/** Writes what a batch changed, inside its transaction. */
export class Writer {
  readonly #batch;
  readonly #lines;
  readonly #stock;
  readonly #placement;
  readonly #sku;
  readonly #channel;
  readonly #warehouse;
  readonly #listing;
  readonly #record;
  readonly #document;
  readonly #sale;
  readonly #outbox;
  readonly #emptyShelf: StatementSync;
  readonly #head: StatementSync;

  constructor(database: DatabaseSync) {
    this.#batch = inserting(database, "batch");
    this.#lines = new LineWriter(database);
    this.#stock = upserting(database, "stock", ["shop_id", "sku", "warehouse"]);
    this.#placement = upserting(database, "placement", [
      "shop_id",
      "sku",
      "warehouse",
      "bin",
      "lot",
      "quality",
    ]);
    this.#sku = upserting(database, "sku", ["shop_id", "sku"]);
    this.#channel = upserting(database, "channel", ["shop_id", "channel"]);
    this.#warehouse = upserting(database, "warehouse", ["shop_id", "warehouse"]);
    this.#listing = upserting(database, "listing", ["shop_id", "channel", "listing"]);
    this.#record = inserting(database, "record");
    this.#document = upserting(database, "document", ["shop_id", "kind", "id"]);
    this.#sale = upserting(database, "sale", saleKeys, (column) => `sale.${column} + excluded.${column}`);
    this.#outbox = inserting(database, "outbox");
    this.#emptyShelf = database.prepare(
      "delete from placement where shop_id = ? and sku = ? and warehouse = ? and bin = ? and lot = ? and quality = ?",
    );
    this.#head = database.prepare(
      "update shop set seq = ?, hash = ?, outbox_id = ?, version = version + 1 where shop_id = ?",
    );
  }

  write(shop: ShopId, bench: Bench, at: Instant, head: HeadRow, kept: Kept): void {
    const hash = this.#writeJournal(shop, bench, at, kept);
    kept.freshLines += this.#lines.write(shop, bench, kept.buyerSkus);
    this.#writeStock(shop, bench);
    this.#writeCatalog(shop, bench);
    for (const sale of sumSales(bench.sales)) this.#sale.write(saleRow(shop, sale));
    for (const record of changedRows(bench, bench.records)) {
      this.#record.write(recordRow(shop, record));
      kept.hasRefusals ||= isReserveKey(record.key);
    }
    let lastId = head.outbox_id;
    for (const message of bench.outbox) {
      lastId += 1;
      this.#outbox.write(outboxRow(shop, lastId, message, at));
    }
    this.#head.run(bench.seq, hash, lastId, shop);
    kept.version = head.version + 1;
  }

  /** Returns the hash of the shop's last batch: this one's, unless it moved nothing. */
  #writeJournal(shop: ShopId, bench: Bench, at: Instant, kept: Kept): string {
    if (bench.entries.length === 0) return bench.head.hash;
    const firstSeq = bench.head.seq + 1;
    const entries = packEntries(bench.entries);
    const hash = hashOf(batchText(bench.head.hash, at, firstSeq, entries));
    this.#batch.write({ shop_id: shop, first_seq: firstSeq, last_seq: bench.seq, at, hash, entries });
    kept.tail.push({ firstSeq, movements: movementsBySku(bench.entries) });
    kept.tailMovements += bench.entries.length;
    return hash;
  }

  #writeStock(shop: ShopId, bench: Bench): void {
    for (const stocks of changedRows(bench, bench.stocks)) {
      for (const stock of stocks) if (stock.seq > bench.head.seq) this.#stock.write(stockRow(shop, stock));
    }
    for (const placements of changedRows(bench, bench.placements)) {
      for (const placement of placements) {
        const { sku, warehouse, bin, lot, quality } = placement;
        if (placement.quantity > 0) this.#placement.write(placementRow(shop, placement));
        else this.#emptyShelf.run(shop, sku, warehouse, bin, lot, quality);
      }
    }
  }

  #writeCatalog(shop: ShopId, bench: Bench): void {
    for (const sku of changedRows(bench, bench.skus)) this.#sku.write(skuRow(shop, sku));
    for (const channel of changedRows(bench, bench.channels)) this.#channel.write(channelRow(shop, channel));
    for (const { warehouse, name } of changedRows(bench, bench.warehouses)) {
      this.#warehouse.write({ shop_id: shop, warehouse, name });
    }
    for (const listing of changedRows(bench, bench.listings)) this.#listing.write(listingRow(shop, listing));
    for (const document of changedRows(bench, bench.documents))
      this.#document.write(documentRow(shop, document));
  }
}

function* changedRows<V>(bench: Bench, rows: Map<string, V | null>): Generator<V> {
  for (const key of bench.changed.get(rows) ?? []) {
    const row = rows.get(key);
    if (row !== undefined && row !== null) yield row;
  }
}
