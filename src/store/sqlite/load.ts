import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Bench, Needs } from "../../domain/bench.ts";
import type { QueueName } from "../../domain/queue.ts";
import type { Line } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
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
import { lineColumns } from "../sql/lines.ts";
import type { Folder } from "./fold.ts";
import type { Kept } from "./kept.ts";
import { lineFrom, stockColumns, stockFrom } from "./values.ts";

const lines = `select ${lineColumns.join(", ")} from order_line where shop_id = ?`;
const ofSku = `${lines} and sku = ?`;
const oldestFirst = "order by placed_at, channel, order_id, line_id, sku";

/** Each is answered from an index, however many rows there are. */
export const loadStatements = {
  head: "select seq, hash, outbox_id, version from shop where shop_id = ?",
  channel: "select * from channel where shop_id = ? and channel = ?",
  warehouse: "select * from warehouse where shop_id = ? and warehouse = ?",
  listing: "select * from listing where shop_id = ? and channel = ? and listing = ?",
  sku: "select * from sku where shop_id = ? and sku = ?",
  stocks: `select ${stockColumns.join(", ")} from stock where shop_id = ? and sku = ? order by warehouse`,
  placements: "select * from placement where shop_id = ? and sku = ? order by warehouse, bin, lot, quality",
  document: "select * from document where shop_id = ? and kind = ? and id = ?",
  order: `${lines} and channel = ? and order_id = ? order by line_id, sku`,
  // The ids as a JSON array: one statement for all of a batch is a third of the price of one for each.
  orders: `select ${lineColumns.join(", ")} from json_each(?3) as wanted cross join order_line
    where shop_id = ?1 and channel = ?2 and order_id = wanted.value order by order_id, line_id, sku`,
  records: `select record.* from json_each(?2) as wanted cross join record
    where shop_id = ?1 and record.key = wanted.value`,
  buyer: `${lines} and by_buyer = 1 and buyer = ? and sku = ?`,
  deficit: `${ofSku} and folded = 1 and deficit > 0 ${oldestFirst} limit ?`,
  spot: `${ofSku} and kind = 'spot' and folded = 1 and backlog > 0 ${oldestFirst} limit ?`,
  presale: `${ofSku} and kind = 'presale' and folded = 1 and backlog > 0 ${oldestFirst} limit ?`,
  covered: `${ofSku} and folded = 1 and covered > 0
    order by (case when stage = 'paid' then 1 else 0 end), placed_at desc, channel desc, order_id desc, line_id desc, sku desc limit ?`,
} as const;

type StatementName = keyof typeof loadStatements;

/** Those that give arrays of values, for `lineFrom` and `stockFrom`. */
const arrayStatements: readonly StatementName[] = [
  "stocks",
  "order",
  "orders",
  "buyer",
  "deficit",
  "spot",
  "presale",
  "covered",
];

/** Orders of a channel up to which each is asked for by itself. */
const singleOrdersMax = 4;

/** Reads what a batch needs, inside its transaction. What is kept of the shop is not read again. */
export class Loader {
  readonly #statements: Readonly<Record<StatementName, StatementSync>>;
  readonly #folder: Folder;

  constructor(database: DatabaseSync, folder: Folder) {
    const prepared = Object.entries(loadStatements).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared) as Record<StatementName, StatementSync>;
    for (const name of arrayStatements) this.#statements[name].setReturnArrays(true);
    this.#folder = folder;
  }

  /** The head of the shop's journal, or undefined when there is no such shop. */
  head(shop: ShopId): HeadRow | undefined {
    return this.#statements.head.get(shop) as HeadRow | undefined;
  }

  /** Puts on the workbench whatever the batch needs; null or nothing where there is no row. */
  load(shop: ShopId, bench: Bench, needs: Needs, kept: Kept): void {
    this.#loadCatalog(shop, bench, needs);
    if (needs.orders.size > 0) this.#loadOrders(shop, bench, needs.orders);
    if (needs.records.size > 0) this.#loadRecords(shop, bench, needs.records);
    for (const sku of needs.placements) {
      const rows = this.#statements.placements.all(shop, sku) as unknown as PlacementRow[];
      bench.placements.set(sku, rows.map(placementOf));
    }
    for (const buyerSku of needs.buyers) {
      const [buyer, sku] = pairOf(buyerSku);
      this.#folder.byBuyer(shop, sku, kept);
      bench.fillBuyer(buyerSku, linesOf(this.#statements.buyer, shop, buyer, sku));
    }
    if (needs.queues.size > 0) this.#folder.lines(shop, kept);
    for (const [queue, limit] of needs.queues) {
      const [name, sku] = pairOf(queue);
      bench.fillQueue(queue, limit, linesOf(this.#statements[name as QueueName], shop, sku, limit));
    }
  }

  #loadOrders(shop: ShopId, bench: Bench, orders: ReadonlySet<string>): void {
    const byChannel = new Map<string, string[]>();
    for (const key of orders) {
      const [channel, orderId] = pairOf(key);
      const ids = byChannel.get(channel);
      if (ids === undefined) byChannel.set(channel, [orderId]);
      else ids.push(orderId);
    }
    for (const [channel, ids] of byChannel) {
      if (ids.length <= singleOrdersMax) {
        for (const id of ids)
          bench.fillOrder(pairKey(channel, id), linesOf(this.#statements.order, shop, channel, id));
        continue;
      }
      const found = linesOf(this.#statements.orders, shop, channel, JSON.stringify(ids));
      const byOrder = Map.groupBy(found, (line) => pairKey(channel, line.orderId));
      for (const [order, lines_] of byOrder) bench.fillOrder(order, lines_);
    }
    for (const key of orders) if (!bench.hasOrder(key)) bench.fillOrder(key, noLines);
  }

  #loadRecords(shop: ShopId, bench: Bench, keys: ReadonlySet<string>): void {
    const wanted: string[] = [];
    for (const key of keys) {
      bench.records.set(key, null);
      wanted.push(key);
    }
    const rows = this.#statements.records.all(shop, JSON.stringify(wanted)) as unknown as RecordRow[];
    for (const row of rows) bench.records.set(row.key, recordOf(row));
  }

  #loadCatalog(shop: ShopId, bench: Bench, needs: Needs): void {
    for (const sku of needs.skus) {
      if (bench.skus.has(sku)) continue;
      const row = this.#statements.sku.get(shop, sku) as SkuRow | undefined;
      bench.skus.set(sku, row === undefined ? null : skuOf(row));
      const stocks = this.#statements.stocks.all(shop, sku) as unknown as Parameters<typeof stockFrom>[0][];
      bench.stocks.set(sku, stocks.map(stockFrom));
    }
    for (const id of needs.channels) {
      if (bench.channels.has(id)) continue;
      const row = this.#statements.channel.get(shop, id) as ChannelRow | undefined;
      bench.channels.set(id, row === undefined ? null : channelOf(row));
    }
    for (const id of needs.warehouses) {
      const row = this.#statements.warehouse.get(shop, id) as WarehouseRow | undefined;
      bench.warehouses.set(id, row === undefined ? null : { warehouse: row.warehouse, name: row.name });
    }
    for (const key of needs.listings) {
      if (bench.listings.has(key)) continue;
      const row = this.#statements.listing.get(shop, ...pairOf(key)) as ListingRow | undefined;
      bench.listings.set(key, row === undefined ? null : listingOf(row));
    }
    for (const key of needs.documents) {
      const row = this.#statements.document.get(shop, ...pairOf(key)) as DocumentRow | undefined;
      bench.documents.set(key, row === undefined ? null : documentOf(row));
    }
  }
}

const noLines: readonly Line[] = [];

export interface HeadRow {
  readonly seq: number;
  readonly hash: string;
  readonly outbox_id: number;
  readonly version: number;
}

function linesOf(statement: StatementSync, ...parameters: (string | number)[]): Line[] {
  return (statement.all(...parameters) as unknown as Parameters<typeof lineFrom>[0][]).map(lineFrom);
}

/** The two ids that `pairKey` joined. */
function pairOf(key: string): [string, string] {
  const end = key.indexOf("\u0000");
  return [key.slice(0, end), key.slice(end + 1)];
}
