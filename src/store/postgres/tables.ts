import type {
  ChannelRow,
  DocumentRow,
  LineRow,
  ListingRow,
  OutboxRow,
  PlacementRow,
  RecordRow,
  SaleRow,
  SkuBatchRow,
  SkuRow,
  StockRow,
  WarehouseRow,
} from "../sql/schema.ts";
import { orAdd, orChange, orReplace, RowInsert, type ColumnTypes, type UsualValues } from "./statements.ts";

/** The types of the columns, as in the migrations: an array parameter must say its own. */

const line: ColumnTypes<LineRow> = {
  channel: "text",
  order_id: "text",
  line_id: "text",
  sku: "text",
  buyer: "text",
  by_buyer: "smallint",
  folded: "smallint",
  kind: "text",
  stage: "text",
  refund: "text",
  live: "bigint",
  covered: "bigint",
  backlog: "bigint",
  deficit: "bigint",
  placed_at: "bigint",
  due_at: "bigint",
  facts: "text",
  batches: "text",
};

const skuBatch: ColumnTypes<SkuBatchRow> = { sku: "text", first_seq: "bigint", movements: "integer" };

const stock: ColumnTypes<StockRow> = {
  sku: "text",
  warehouse: "text",
  available: "bigint",
  held: "bigint",
  committed: "bigint",
  quarantine: "bigint",
  loaned: "bigint",
  supplier: "bigint",
  customer: "bigint",
  lost: "bigint",
  shortage: "bigint",
  presale: "bigint",
  seq: "bigint",
};

const placement: ColumnTypes<PlacementRow> = {
  sku: "text",
  warehouse: "text",
  bin: "text",
  lot: "text",
  quality: "text",
  quantity: "bigint",
  search: "text",
};

const sale: ColumnTypes<SaleRow> = {
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
};

const record: ColumnTypes<RecordRow> = {
  key: "text",
  kind: "text",
  at: "bigint",
  actor: "text",
  content: "text",
  outcome: "text",
};

const outbox: ColumnTypes<OutboxRow> = {
  id: "bigint",
  topic: "text",
  key: "text",
  payload: "text",
  created_at: "bigint",
  due_at: "bigint",
  attempts: "integer",
  error: "text",
};

const sku: ColumnTypes<SkuRow> = {
  sku: "text",
  code: "text",
  name: "text",
  category: "text",
  barcodes: "text",
  price: "bigint",
  deduct_at: "text",
  buffer_units: "bigint",
  buffer_percent: "integer",
  limit_per_order: "bigint",
  limit_per_buyer: "bigint",
  limit_hours: "integer",
  presale_quota: "bigint",
  selling: "smallint",
  created_at: "bigint",
  search: "text",
  cost: "bigint",
  season_first: "integer",
  season_last: "integer",
  shelf_life_days: "integer",
  lead_days: "integer",
  style: "text",
};

const channel: ColumnTypes<ChannelRow> = {
  channel: "text",
  platform: "text",
  name: "text",
  hold_minutes: "integer",
  warehouses: "text",
  active: "smallint",
};

const warehouse: ColumnTypes<WarehouseRow> = { warehouse: "text", name: "text" };

const listing: ColumnTypes<ListingRow> = {
  channel: "text",
  listing: "text",
  title: "text",
  parts: "text",
  search: "text",
};

const document: ColumnTypes<DocumentRow> = {
  kind: "text",
  id: "text",
  version: "bigint",
  body: "text",
  updated_at: "bigint",
  updated_by: "text",
};

/** The primary key of each table that is written on conflict, after the shop. */
export const tableKeys = {
  order_line: ["channel", "order_id", "line_id", "sku"],
  stock: ["sku", "warehouse"],
  placement: ["sku", "warehouse", "bin", "lot", "quality"],
  sale: ["minute", "sku", "channel", "session"],
  sku: ["sku"],
  channel: ["channel"],
  warehouse: ["warehouse"],
  listing: ["channel", "listing"],
  record: ["key"],
  document: ["kind", "id"],
} as const;

/** A line as it is first written nearly always: units cover it, and nothing happened to it yet. */
const usualLine: UsualValues<LineRow> = {
  by_buyer: 1,
  folded: 1,
  kind: "spot",
  refund: "none",
  backlog: 0,
  deficit: 0,
};

/** What a line's later state changes; the rest was said when it was placed. */
const lineChange = [
  "kind",
  "stage",
  "refund",
  "live",
  "covered",
  "backlog",
  "deficit",
  "due_at",
  "facts",
] as const satisfies readonly (keyof LineRow)[];

/** The writes of a batch. `table` turns a table's name into the one that is written. */
export function rowInserts(table: (name: string) => string = (name) => name) {
  const key = tableKeys;
  return {
    skuBatch: new RowInsert<SkuBatchRow>(table("sku_batch"), skuBatch),
    newLine: new RowInsert<LineRow>(table("order_line"), line),
    usualNewLine: new RowInsert<LineRow>(table("order_line"), line, "", usualLine),
    changedLine: new RowInsert<LineRow>(
      table("order_line"),
      line,
      orChange(key.order_line, lineChange, "batches"),
    ),
    stock: new RowInsert<StockRow>(table("stock"), stock, orReplace(key.stock, stock)),
    placement: new RowInsert<PlacementRow>(
      table("placement"),
      placement,
      orReplace(key.placement, placement),
    ),
    sale: new RowInsert<SaleRow>(table("sale"), sale, orAdd(key.sale, sale)),
    record: new RowInsert<RecordRow>(table("record"), record),
    outbox: new RowInsert<OutboxRow>(table("outbox"), outbox),
    sku: new RowInsert<SkuRow>(table("sku"), sku, orReplace(key.sku, sku)),
    channel: new RowInsert<ChannelRow>(table("channel"), channel, orReplace(key.channel, channel)),
    warehouse: new RowInsert<WarehouseRow>(
      table("warehouse"),
      warehouse,
      orReplace(key.warehouse, warehouse),
    ),
    listing: new RowInsert<ListingRow>(table("listing"), listing, orReplace(key.listing, listing)),
    document: new RowInsert<DocumentRow>(table("document"), document, orReplace(key.document, document)),
  };
}

/** What to select of a table: named one by one, so that a later version's columns change no answer's type. */
export const columnsOf = {
  order_line: Object.keys(line),
  stock: Object.keys(stock),
  placement: Object.keys(placement),
  sku: Object.keys(sku),
  channel: Object.keys(channel),
  warehouse: Object.keys(warehouse),
  listing: Object.keys(listing),
  record: Object.keys(record),
  document: Object.keys(document),
  sale: Object.keys(sale),
} as const;

export type RowInserts = ReturnType<typeof rowInserts>;
