/**
 * The tables as Kysely sees them, the same in SQLite and PostgreSQL. `shop_id` leads every primary key.
 * Instants are milliseconds, money is minor units, flags are 0 or 1, JSON is text. The statements that make
 * the tables are in `migrations/`; how a row becomes a domain row is in `rows.ts`.
 */

export interface Tables {
  shop: ShopRow;
  batch: BatchRow;
  journal: JournalRow;
  order_line: LineRow;
  sku: SkuRow;
  stock: StockRow;
  placement: PlacementRow;
  channel: ChannelRow;
  warehouse: WarehouseRow;
  listing: ListingRow;
  sale: SaleRow;
  record: RecordRow;
  document: DocumentRow;
  outbox: OutboxRow;
  lease: LeaseRow;
  commit_mark: CommitMarkRow;
}

/** The shop and the head of its journal: whoever writes holds this row's lock. */
export interface ShopRow {
  shop_id: number;
  name: string;
  time_zone: string;
  day_cut_hour: number;
  currency: string;
  created_at: number;
  /** The last number of the journal, and the hash of the last batch. */
  seq: number;
  hash: string;
  /** The last number given to an outbox message. */
  outbox_id: number;
}

export interface BatchRow {
  shop_id: number;
  first_seq: number;
  last_seq: number;
  at: number;
  hash: string;
}

/** Places and reasons are the numbers of `codes.ts`; the view `journal_text` spells them out. */
export interface JournalRow {
  shop_id: number;
  seq: number;
  sku: string;
  warehouse: string;
  place_from: number;
  place_to: number;
  quantity: number;
  reason: number;
  at: number;
  actor: string;
  channel: string | null;
  order_id: string | null;
  line_id: string | null;
  doc: string | null;
  from_bin: string | null;
  to_bin: string | null;
  lot: string | null;
}

export interface LineRow {
  shop_id: number;
  channel: string;
  order_id: string;
  line_id: string;
  sku: string;
  listing: string | null;
  per: number;
  quantity: number;
  kind: string;
  stage: string;
  stamp_at: number;
  stamp_rank: number;
  closed: number;
  shipped: number;
  returned_good: number;
  returned_bad: number;
  refund: string;
  refund_at: number;
  deduct_at: string;
  expired: number;
  amount: number;
  buyer: string | null;
  region: string | null;
  session: string | null;
  placed_at: number;
  expires_at: number | null;
  /** `main=5,east=2`: `coversText` of `rows.ts`. */
  covers: string;
  gone: number;
  /** `queueColumns` of the line, for the queues' indexes. */
  covered: number;
  backlog: number;
  deficit: number;
}

export interface SkuRow {
  shop_id: number;
  sku: string;
  code: string;
  name: string;
  category: string;
  /** A JSON array of texts. */
  barcodes: string;
  price: number;
  deduct_at: string;
  buffer_units: number;
  buffer_percent: number;
  limit_per_order: number | null;
  limit_per_buyer: number | null;
  limit_hours: number;
  presale_quota: number | null;
  selling: number;
  created_at: number;
  /** Code, name and barcodes without regard to case and width: `searchText` of `rows.ts`. */
  search: string;
}

export interface StockRow {
  shop_id: number;
  sku: string;
  warehouse: string;
  available: number;
  held: number;
  committed: number;
  quarantine: number;
  loaned: number;
  supplier: number;
  customer: number;
  lost: number;
  shortage: number;
  presale: number;
  seq: number;
}

export interface PlacementRow {
  shop_id: number;
  sku: string;
  warehouse: string;
  bin: string;
  lot: string;
  quality: string;
  quantity: number;
  /** The bin without regard to case and width. */
  search: string;
}

export interface ChannelRow {
  shop_id: number;
  channel: string;
  platform: string;
  name: string;
  hold_minutes: number;
  /** A JSON array of warehouses, in the order in which lines are covered from them. */
  warehouses: string;
  active: number;
}

export interface WarehouseRow {
  shop_id: number;
  warehouse: string;
  name: string;
}

export interface ListingRow {
  shop_id: number;
  channel: string;
  listing: string;
  title: string;
  /** A JSON array of `ListingPart`. */
  parts: string;
  /** Id and title without regard to case and width. */
  search: string;
}

export interface SaleRow {
  shop_id: number;
  minute: number;
  sku: string;
  channel: string;
  session: string;
  orders: number;
  ordered: number;
  sold: number;
  sold_amount: number;
  presold: number;
  cancelled: number;
  cancelled_amount: number;
  shipped: number;
  returned: number;
}

export interface RecordRow {
  shop_id: number;
  key: string;
  kind: string;
  at: number;
  actor: string;
  content: string;
  outcome: string;
}

/** A deleted document stays as one whose body is `null`, so that its version goes on rising. */
export interface DocumentRow {
  shop_id: number;
  kind: string;
  id: string;
  version: number;
  /** JSON. */
  body: string;
  updated_at: number;
  updated_by: string;
}

/** Delivered messages are deleted. One that was given up stays, with `due_at` null and its error. */
export interface OutboxRow {
  shop_id: number;
  id: number;
  topic: string;
  key: string;
  /** JSON. */
  payload: string;
  created_at: number;
  due_at: number | null;
  attempts: number;
  error: string | null;
}

export interface LeaseRow {
  shop_id: number;
  job: string;
  owner: string;
  until: number;
}

/** PostgreSQL only: the last commit of each writer, to learn the fate of one whose answer was lost. */
export interface CommitMarkRow {
  shop_id: number;
  writer: string;
  mark: number;
  at: number;
}
