import type { Bench, Needs } from "../../domain/bench.ts";
import type { QueueName } from "../../domain/queue.ts";
import type { Line } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import { channelOf, documentOf, listingOf, placementOf, recordOf, skuOf, stockOf } from "../sql/rows.ts";
import { lineColumns, lineOf, type LineColumns } from "../sql/lines.ts";
import type {
  ChannelRow,
  DocumentRow,
  ListingRow,
  PlacementRow,
  RecordRow,
  SkuRow,
  StockRow,
} from "../sql/schema.ts";
import type { ShopId } from "../store.ts";
import { textsLiteral } from "./arrays.ts";
import type { Connection } from "./connection.ts";
import type { Statement } from "./statements.ts";
import { columnsOf } from "./tables.ts";

/**
 * Reads what a batch needs, set by set, inside its transaction. All statements are sent before the first is
 * answered. Returns what puts the rows on the workbench once they are there.
 */
export async function load(
  connection: Connection,
  shop: ShopId,
  needs: Needs,
): Promise<(bench: Bench) => void> {
  const fills: Promise<(bench: Bench) => void>[] = [
    ...loadCatalog(connection, shop, needs),
    ...loadLines(connection, shop, needs),
  ];
  const { records, placements, documents } = needs;
  if (records.size > 0) {
    const rows = connection.rows<RecordRow>(recordsByKey, [shop, literal(records)]);
    fills.push(
      rows.then((found) =>
        fillEach(
          records,
          found,
          recordOf,
          (one) => one.key,
          (bench) => bench.records,
        ),
      ),
    );
  }
  if (documents.size > 0) {
    const rows = connection.rows<DocumentRow>(documentsById, [shop, ...pairLiterals(documents)]);
    const keyOf = (row: DocumentRow): string => pairKey(row.kind, row.id);
    fills.push(
      rows.then((found) => fillEach(documents, found, documentOf, keyOf, (bench) => bench.documents)),
    );
  }
  if (placements.size > 0) {
    const rows = connection.rows<PlacementRow>(placementsOfSkus, [shop, literal(placements)]);
    fills.push(
      rows.then((found) => (bench) => {
        const bySku = Map.groupBy(found, (row) => row.sku);
        for (const sku of placements) bench.placements.set(sku, (bySku.get(sku) ?? []).map(placementOf));
      }),
    );
  }
  const all = await Promise.all(fills);
  return (bench) => {
    for (const fill of all) fill(bench);
  };
}

function loadCatalog(connection: Connection, shop: ShopId, needs: Needs): Promise<(bench: Bench) => void>[] {
  const { channels, warehouses, listings, skus } = needs;
  const fills: Promise<(bench: Bench) => void>[] = [];
  if (skus.size > 0) {
    const rows = connection.rows<SkuRow & { [Column in keyof StockRow]: StockRow[Column] | null }>(
      skusWithStocks,
      [shop, literal(skus)],
    );
    fills.push(rows.then((found) => fillSkus(skus, found)));
  }
  if (channels.size > 0) {
    const rows = connection.rows<ChannelRow>(channelsById, [shop, literal(channels)]);
    fills.push(
      rows.then((found) =>
        fillEach(
          channels,
          found,
          channelOf,
          (row) => row.channel,
          (bench) => bench.channels,
        ),
      ),
    );
  }
  if (warehouses.size > 0) {
    const rows = connection.rows<{ warehouse: string; name: string }>(warehousesById, [
      shop,
      literal(warehouses),
    ]);
    const same = <T>(row: T): T => row;
    fills.push(
      rows.then((found) =>
        fillEach(
          warehouses,
          found,
          same,
          (row) => row.warehouse,
          (bench) => bench.warehouses,
        ),
      ),
    );
  }
  if (listings.size > 0) {
    const rows = connection.rows<ListingRow>(listingsById, [shop, ...pairLiterals(listings)]);
    const keyOf = (row: ListingRow): string => pairKey(row.channel, row.listing);
    fills.push(rows.then((found) => fillEach(listings, found, listingOf, keyOf, (bench) => bench.listings)));
  }
  return fills;
}

/** A SKU comes once for each warehouse that it has a row in, or once without any. */
function fillSkus(
  wanted: ReadonlySet<string>,
  rows: readonly (SkuRow & { [Column in keyof StockRow]: StockRow[Column] | null })[],
): (bench: Bench) => void {
  const bySku = Map.groupBy(rows, (row) => row.sku);
  return (bench) => {
    for (const sku of wanted) {
      const found = bySku.get(sku) ?? [];
      const stocked = found.filter((row) => row.warehouse !== null) as unknown as StockRow[];
      bench.skus.set(sku, found[0] === undefined ? null : skuOf(found[0]));
      bench.stocks.set(sku, stocked.map(stockOf));
    }
  };
}

function loadLines(connection: Connection, shop: ShopId, needs: Needs): Promise<(bench: Bench) => void>[] {
  const { orders, buyers, queues } = needs;
  const fills: Promise<(bench: Bench) => void>[] = [];
  if (orders.size > 0) {
    const rows = connection.rows<LineColumns>(linesOfOrders, [shop, ...pairLiterals(orders)]);
    fills.push(
      rows.then((found) => {
        const byOrder = grouped(found, (line) => pairKey(line.channel, line.orderId));
        return (bench) => {
          for (const order of orders) bench.fillOrder(order, byOrder.get(order) ?? []);
        };
      }),
    );
  }
  if (buyers.size > 0) {
    const rows = connection.rows<LineColumns>(linesOfBuyers, [shop, ...pairLiterals(buyers)]);
    fills.push(
      rows.then((found) => {
        const byBuyer = grouped(found, (line) => pairKey(line.buyer ?? "", line.sku));
        return (bench) => {
          for (const buyer of buyers) bench.fillBuyer(buyer, byBuyer.get(buyer) ?? []);
        };
      }),
    );
  }
  for (const [queue, limit] of queues) {
    const [name, sku] = pairOf(queue);
    const rows = connection.rows<LineColumns>(queueStatements[name as QueueName], [shop, sku, limit]);
    fills.push(rows.then((found) => (bench) => bench.fillQueue(queue, limit, found.map(lineOf))));
  }
  return fills;
}

function grouped(rows: readonly LineColumns[], keyOf: (line: Line) => string): Map<string, Line[]> {
  return Map.groupBy(rows.map(lineOf), keyOf);
}

/** The rows that were found, and null for every key that has none. */
function fillEach<Row, V>(
  wanted: ReadonlySet<string>,
  found: readonly Row[],
  valueOf: (row: Row) => V,
  keyOf: (row: Row) => string,
  mapOf: (bench: Bench) => Map<string, V | null>,
): (bench: Bench) => void {
  return (bench) => {
    const map = mapOf(bench);
    for (const key of wanted) map.set(key, null);
    for (const row of found) map.set(keyOf(row), valueOf(row));
  };
}

function literal(keys: ReadonlySet<string>): string {
  return textsLiteral([...keys], (key) => key);
}

function pairLiterals(keys: ReadonlySet<string>): [string, string] {
  const pairs = [...keys].map(pairOf);
  return [textsLiteral(pairs, (pair) => pair[0]), textsLiteral(pairs, (pair) => pair[1])];
}

/** The two ids that `pairKey` joined. */
function pairOf(key: string): [string, string] {
  const end = key.indexOf("\u0000");
  return [key.slice(0, end), key.slice(end + 1)];
}

/**
 * One look into the index for each of the keys. A list compared as a whole, or a join, would be planned by how
 * much the table holds at that time; `offset 0` keeps the planner from turning the two about, and where there is another index that begins with the
 * shop, the order tells it which to take.
 */
function byKeys(table: string, key: string, columns: readonly string[]): Statement {
  return {
    name: `load_${table}`,
    text: `select found.* from unnest($2::text[]) as wanted (key)
      cross join lateral (
        select ${columns.join(", ")} from ${table} where shop_id = $1 and ${key} = wanted.key offset 0
      ) as found`,
  };
}

/** `condition` may use `wanted.first` and `wanted.second`. */
function byPairs(
  name: string,
  table: string,
  condition: string,
  order: string,
  columns: readonly string[],
): Statement {
  return {
    name: `load_${name}`,
    text: `select found.* from unnest($2::text[], $3::text[]) as wanted (first, second)
      cross join lateral (
        select ${columns.join(", ")} from ${table} where shop_id = $1 and ${condition} order by ${order} offset 0
      ) as found`,
  };
}

const channelsById = byKeys("channel", "channel", columnsOf.channel);
const warehousesById = byKeys("warehouse", "warehouse", columnsOf.warehouse);
const skusWithStocks: Statement = {
  name: "load_sku",
  text: `select found.*, balance.* from unnest($2::text[]) as wanted (key)
    cross join lateral (
      select ${columnsOf.sku.join(", ")} from sku where shop_id = $1 and sku = wanted.key offset 0
    ) as found
    left join lateral (
      select ${columnsOf.stock.filter((column) => column !== "sku").join(", ")} from stock
      where shop_id = $1 and sku = wanted.key order by warehouse offset 0
    ) as balance on true`,
};
const placementsOfSkus = byKeys("placement", "sku", columnsOf.placement);
const recordsByKey = byKeys("record", "key", columnsOf.record);
const listingsById = byPairs(
  "listing",
  "listing",
  "channel = wanted.first and listing = wanted.second",
  "listing",
  columnsOf.listing,
);
const documentsById = byPairs(
  "document",
  "document",
  "kind = wanted.first and id = wanted.second",
  "id",
  columnsOf.document,
);
const linesOfOrders = byPairs(
  "order",
  "order_line",
  "channel = wanted.first and order_id = wanted.second",
  "line_id, sku",
  lineColumns,
);
// An equal SKU says nothing to an order by it; between it and itself, one index alone has that order.
const linesOfBuyers = byPairs(
  "buyer",
  "order_line",
  "by_buyer = 1 and buyer = wanted.first and sku between wanted.second and wanted.second",
  "sku",
  lineColumns,
);

function queueStatement(name: QueueName, condition: string, order: string): Statement {
  return {
    name: `load_queue_${name}`,
    text: `select ${lineColumns.join(", ")} from order_line
      where shop_id = $1 and sku between $2 and $2 and ${condition} order by sku, ${order} limit $3`,
  };
}

const oldestFirst = "placed_at, channel, order_id, line_id";
const queueStatements: Readonly<Record<QueueName, Statement>> = {
  deficit: queueStatement("deficit", "folded = 1 and deficit > 0", oldestFirst),
  spot: queueStatement("spot", "kind = 'spot' and folded = 1 and backlog > 0", `kind, ${oldestFirst}`),
  presale: queueStatement(
    "presale",
    "kind = 'presale' and folded = 1 and backlog > 0",
    `kind, ${oldestFirst}`,
  ),
  covered: queueStatement(
    "covered",
    "folded = 1 and covered > 0",
    "(case when stage = 'paid' then 1 else 0 end), placed_at desc, channel desc, order_id desc, line_id desc",
  ),
};

/** Every statement that a batch is loaded with: their plans are tested on empty tables. */
export const loadStatements: readonly Statement[] = [
  channelsById,
  warehousesById,
  skusWithStocks,
  placementsOfSkus,
  recordsByKey,
  listingsById,
  documentsById,
  linesOfOrders,
  linesOfBuyers,
  ...Object.values(queueStatements),
];
