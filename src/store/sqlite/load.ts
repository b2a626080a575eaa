import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Bench, Needs, QueueName } from "../../domain/bench.ts";
import type { Line } from "../../domain/rows.ts";
import { channelOf, documentOf, listingOf, placementOf, recordOf, skuOf } from "../sql/rows.ts";
import type {
  ChannelRow,
  DocumentRow,
  ListingRow,
  PlacementRow,
  RecordRow,
  SkuRow,
  WarehouseRow,
} from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import { lineColumns, lineFrom, stockColumns, stockFrom } from "./values.ts";

const lines = `select ${lineColumns.join(", ")} from order_line where shop_id = ?`;
const ofSku = `${lines} and sku = ?`;
const oldestFirst = "order by placed_at, channel, order_id, line_id, sku";

/** Each is answered from an index, however many rows there are. */
export const loadStatements = {
  head: "select seq, hash, outbox_id from shop where shop_id = ?",
  channel: "select * from channel where shop_id = ? and channel = ?",
  warehouse: "select * from warehouse where shop_id = ? and warehouse = ?",
  listing: "select * from listing where shop_id = ? and channel = ? and listing = ?",
  sku: "select * from sku where shop_id = ? and sku = ?",
  stocks: `select ${stockColumns.join(", ")} from stock where shop_id = ? and sku = ? order by warehouse`,
  placements: "select * from placement where shop_id = ? and sku = ? order by warehouse, bin, lot, quality",
  record: "select * from record where shop_id = ? and key = ?",
  document: "select * from document where shop_id = ? and kind = ? and id = ?",
  order: `${lines} and channel = ? and order_id = ? order by line_id, sku`,
  buyer: `${lines} and buyer = ? and sku = ?`,
  deficit: `${ofSku} and deficit > 0 ${oldestFirst} limit ?`,
  spot: `${ofSku} and kind = 'spot' and backlog > 0 ${oldestFirst} limit ?`,
  presale: `${ofSku} and kind = 'presale' and backlog > 0 ${oldestFirst} limit ?`,
  covered: `${ofSku} and covered > 0
    order by (case when stage = 'paid' then 1 else 0 end), placed_at desc, channel desc, order_id desc, line_id desc, sku desc limit ?`,
} as const;

type StatementName = keyof typeof loadStatements;

/** Those that give arrays of values, for `lineFrom` and `stockFrom`. */
const arrayStatements: readonly StatementName[] = [
  "stocks",
  "order",
  "buyer",
  "deficit",
  "spot",
  "presale",
  "covered",
];

/** Reads what a batch needs, inside its transaction. Nothing is kept: another process may write between two batches. */
export class Loader {
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;

  constructor(database: DatabaseSync) {
    const prepared = Object.entries(loadStatements).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared) as Record<StatementName, StatementSync>;
    for (const name of arrayStatements) this.#statements[name].setReturnArrays(true);
  }

  /** The head of the shop's journal, or undefined when there is no such shop. */
  head(shop: ShopId): { seq: number; hash: string; outbox_id: number } | undefined {
    return this.#statements.head.get(shop) as { seq: number; hash: string; outbox_id: number } | undefined;
  }

  /** Puts on the workbench whatever the batch needs; null or nothing where there is no row. */
  load(shop: ShopId, bench: Bench, needs: Needs): void {
    this.#loadCatalog(shop, bench, needs);
    for (const key of needs.records) {
      const row = this.#statements.record.get(shop, key) as RecordRow | undefined;
      bench.records.set(key, row === undefined ? null : recordOf(row));
    }
    for (const sku of needs.placements) {
      const rows = this.#statements.placements.all(shop, sku) as unknown as PlacementRow[];
      bench.placements.set(sku, rows.map(placementOf));
    }
    for (const order of needs.orders)
      bench.fillOrder(order, linesOf(this.#statements.order, shop, ...pairOf(order)));
    for (const buyerSku of needs.buyers) {
      bench.fillBuyer(buyerSku, linesOf(this.#statements.buyer, shop, ...pairOf(buyerSku)));
    }
    for (const [queue, limit] of needs.queues) {
      const [name, sku] = pairOf(queue);
      bench.fillQueue(queue, limit, linesOf(this.#statements[name as QueueName], shop, sku, limit));
    }
  }

  #loadCatalog(shop: ShopId, bench: Bench, needs: Needs): void {
    for (const sku of needs.skus) {
      const row = this.#statements.sku.get(shop, sku) as SkuRow | undefined;
      bench.skus.set(sku, row === undefined ? null : skuOf(row));
      const stocks = this.#statements.stocks.all(shop, sku) as unknown as Parameters<typeof stockFrom>[0][];
      bench.stocks.set(sku, stocks.map(stockFrom));
    }
    for (const id of needs.channels) {
      const row = this.#statements.channel.get(shop, id) as ChannelRow | undefined;
      bench.channels.set(id, row === undefined ? null : channelOf(row));
    }
    for (const id of needs.warehouses) {
      const row = this.#statements.warehouse.get(shop, id) as WarehouseRow | undefined;
      bench.warehouses.set(id, row === undefined ? null : { warehouse: row.warehouse, name: row.name });
    }
    for (const key of needs.listings) {
      const row = this.#statements.listing.get(shop, ...pairOf(key)) as ListingRow | undefined;
      bench.listings.set(key, row === undefined ? null : listingOf(row));
    }
    for (const key of needs.documents) {
      const row = this.#statements.document.get(shop, ...pairOf(key)) as DocumentRow | undefined;
      bench.documents.set(key, row === undefined ? null : documentOf(row));
    }
  }
}

function linesOf(statement: StatementSync, ...parameters: (string | number)[]): Line[] {
  return (statement.all(...parameters) as unknown as Parameters<typeof lineFrom>[0][]).map(lineFrom);
}

/** The two ids that `pairKey` joined. */
function pairOf(key: string): [string, string] {
  const end = key.indexOf("\u0000");
  return [key.slice(0, end), key.slice(end + 1)];
}
