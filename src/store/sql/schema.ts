/**
 * The tables as Kysely sees them, the same in SQLite and PostgreSQL. `shop_id` leads every primary key.
 * Instants are milliseconds, money is minor units, flags are 0 or 1, JSON is text. The statements that make
 * the tables are in `migrations/`; how a row becomes a domain row is in `rows.ts`.
 */

export interface Tables {
  shop: ShopRow;
  batch: BatchRow;
  sku_batch: SkuBatchRow;
  buyer_sku: BuyerSkuRow;
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
  delivery: DeliveryTableRow;
  report_day: ReportDayRow;
  report_sku: ReportSkuRow;
  report_column: ReportColumnRow;
  activity: ActivityRow;
  activity_head: ActivityHeadRow;
  room_sample: RoomSampleRow;
  work_event: WorkEventRow;
  work_head: WorkHeadRow;
  photo: PhotoRow;
  order_side: OrderSideRow;
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
  /** Rises with every batch that wrote something: whoever kept rows knows by it whether they still stand. */
  version: number;
  /** Batches up to this number are in `sku_batch`; later ones are looked through. */
  folded_seq: number;
}

export interface BatchRow {
  shop_id: number;
  first_seq: number;
  last_seq: number;
  at: number;
  hash: string;
  /** Its movements: `packEntries` of the domain. */
  entries: string;
}

/** Which batches moved a SKU, and by how many movements. */
export interface SkuBatchRow {
  shop_id: number;
  sku: string;
  first_seq: number;
  movements: number;
}

/** SKUs whose lines are found by their buyer: those that a buyer's lines were once asked of (SQLite only). */
export interface BuyerSkuRow {
  shop_id: number;
  sku: string;
}

/** What is looked for has a column of its own; everything else of a line is in `facts`. */
export interface LineRow {
  shop_id: number;
  channel: string;
  order_id: string;
  line_id: string;
  sku: string;
  buyer: string | null;
  /** 1: the line is in the index by buyer. */
  by_buyer: number;
  /** 1: the line is in the indexes by SKU. 0: it is so new that it is found among the few that are not. */
  folded: number;
  kind: string;
  stage: string;
  refund: string;
  /** Units that are neither shipped nor closed. */
  live: number;
  /** `queueColumns` of the line, for the queues' indexes. */
  covered: number;
  backlog: number;
  deficit: number;
  placed_at: number;
  /** When an unpaid hold runs out, `neverDue` where it never does; null for a line that is no unpaid hold. */
  due_at: number | null;
  /** `packFacts` of `lines.ts`. */
  facts: string;
  /** The first numbers of the batches that moved its units, each after a comma. */
  batches: string;
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
  cost: number | null;
  season_first: number | null;
  season_last: number | null;
  shelf_life_days: number | null;
  lead_days: number | null;
  style: string | null;
}

/** What an order's parcel says: keyed hashes and what needs no name. */
export interface OrderSideRow {
  shop_id: number;
  channel: string;
  order_id: string;
  phone: string | null;
  address: string | null;
  address_chars: number | null;
  /** `AddressMark`s with a comma between them. */
  marks: string;
  province: string | null;
  city: string | null;
  paid_at: number | null;
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

export interface DeliveryTableRow {
  shop_id: number;
  message: string;
  robot: string;
  topic: string;
  session: string | null;
  payload: string;
  created_at: number;
  state: "waiting" | "delivered" | "failed";
  attempts: number;
  due_at: number | null;
  ended_at: number | null;
  error: string | null;
}

/** A closed business day. */
export interface ReportDayRow {
  shop_id: number;
  date: string;
  from_at: number;
  to_at: number;
  seq: number;
  next_seq: number;
  closed_at: number;
  hash: string;
  balanced: number;
  /** JSON. */
  body: string;
}

/** What one SKU did on a closed day on which it moved. */
export interface ReportSkuRow {
  shop_id: number;
  date: string;
  sku: string;
  closing: number;
  available: number;
  received: number;
  sold: number;
  amount: number;
  returned: number;
  shortage: number;
  /** JSON. */
  body: string;
}

/** What all SKUs did that moved on a closed day: `packFigures`. */
export interface ReportColumnRow {
  shop_id: number;
  date: string;
  body: string;
}

/** A line of a session's timeline; `seq` counts from 1 without a hole. */
export interface ActivityRow {
  shop_id: number;
  session: string;
  seq: number;
  at: number;
  actor: string;
  kind: string;
  sku: string | null;
  /** JSON. */
  body: string;
}

/** The last number of each session: whoever appends holds this row's lock. */
export interface ActivityHeadRow {
  shop_id: number;
  session: string;
  seq: number;
}

/** What one room showed at one moment; without numbers where `gap` says why. */
export interface RoomSampleRow {
  shop_id: number;
  room: string;
  at: number;
  viewers: number | null;
  likes: number | null;
  amount: number | null;
  gap: string | null;
}

/** What people did on a count sheet or a receipt. */
export interface WorkEventRow {
  shop_id: number;
  kind: string;
  id: string;
  seq: number;
  at: number;
  actor: string;
  /** JSON. */
  body: string;
}

/** The last number of each paper: whoever appends holds this row's lock. */
export interface WorkHeadRow {
  shop_id: number;
  kind: string;
  id: string;
  seq: number;
}

/** A picture of goods that are not as they should be. */
export interface PhotoRow {
  shop_id: number;
  photo_id: string;
  media_type: string;
  bytes: Uint8Array;
  sha256: string;
  created_at: number;
  created_by: string;
}
