import type { Activities } from "./activities.ts";
import type { Days } from "./days.ts";
import type { Deliveries } from "./deliveries.ts";
import type { OrderSides } from "./order-sides.ts";
import type { Photos } from "./photos.ts";
import type { WorkEvents } from "./work-events.ts";
import type { Command } from "../domain/command.ts";
import type { Outcome } from "../domain/outcome.ts";
import type {
  Channel,
  CommandRecord,
  Document,
  Entry,
  Instant,
  Line,
  Listing,
  OutboxMessage,
  Placement,
  Sale,
  Sku,
  SkuTraits,
  Stock,
  Warehouse,
} from "../domain/rows.ts";

/**
 * THE PORT. One write: `commit`. A store owns loading, locking and atomicity, never a rule; the rules are
 * `decideBatch` of the domain. Three stores stand behind it (memory, SQLite, PostgreSQL) and pass one
 * contract suite. Every row of every table belongs to a shop, and every method names it.
 */

/** A shop's number. It leads every primary key; on Citus it is the distribution column. */
export type ShopId = number;

export interface Shop {
  readonly shop: ShopId;
  readonly name: string;
  /** IANA name, e.g. `Asia/Shanghai`. */
  readonly timeZone: string;
  /** The local hour at which a business day ends: 0 to 23. */
  readonly dayCutHour: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly createdAt: Instant;
}

export interface Store {
  readonly kind: "memory" | "sqlite" | "postgres";
  /**
   * Commands from which on a batch is worth its fixed cost, where commits happen beside this thread: a bigger one may be
   * split, so that one part is committed while the other is answered. Infinite where `commit` does the work itself.
   */
  readonly splitFromCommands: number;
  /** Brings the schema to this version. Safe to call from many nodes at once. */
  migrate(): Promise<void>;
  createShop(shop: Omit<Shop, "shop">): Promise<Shop>;
  updateShop(shop: ShopId, change: Partial<Omit<Shop, "shop" | "createdAt">>): Promise<Shop>;
  shops(): Promise<readonly Shop[]>;

  /**
   * Applies the commands in order, in one transaction, and answers each. When it resolves, they are durable.
   * When it rejects, none of them happened. `at` is when the batch is written.
   */
  commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<readonly Outcome[]>;

  /**
   * The shop as it stands, to try commands on: what they would answer, with nothing written and nothing held
   * up. It costs about as much as the writes; close it.
   */
  openPreview(shop: ShopId): Promise<Preview>;

  /** Calls `wake` when the shop's journal may have grown, here or on another node: a hint to read, never data. */
  watch(shop: ShopId, wake: () => void): () => void;

  readonly read: Reads;
  readonly work: Work;
  readonly activities: Activities;
  readonly deliveries: Deliveries;
  readonly days: Days;
  readonly workEvents: WorkEvents;
  readonly photos: Photos;
  readonly orderSides: OrderSides;
  close(): Promise<void>;
}

export interface Preview {
  /** Decides the commands on top of those before, as `commit` would. */
  commit(commands: readonly Command[], at: Instant): Promise<readonly Outcome[]>;
  /** The shop as the previewed commands left it. */
  readonly read: PreviewReads;
  close(): Promise<void>;
}

export type PreviewReads = Pick<Reads, "sku" | "record">;

/** Cursors are opaque texts; `null` is the first page on the way in, and no further page on the way out. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A SKU with its balances over all warehouses: a row of the stock page and of the live stream. */
export interface StockItem
  extends
    Omit<Sku, "createdAt" | keyof SkuTraits>,
    Record<"available" | "held" | "committed" | "quarantine" | "loaned" | "shortage" | "presale", number> {
  /** available + held + committed + quarantine */
  readonly onHand: number;
  /** Units that strict selling leaves alone. */
  readonly buffer: number;
  readonly sellable: number;
  /** Units of paid lines since `soldSince`, less nothing. */
  readonly sold: number;
  /** Up to three bins with good units, most units first. */
  readonly bins: readonly string[];
  readonly seq: number;
}

export const stockFilters = [
  "all",
  "short",
  "low5",
  "low20",
  "held",
  "quarantine",
  "idle",
  "stopped",
] as const;
export type StockFilter = (typeof stockFilters)[number];
export const stockSorts = [
  "code",
  "name",
  "sellable",
  "held",
  "committed",
  "quarantine",
  "onHand",
  "shortage",
  "sold",
] as const;
export type StockSort = (typeof stockSorts)[number];

export interface StockQuery {
  /** Part of a name, code, barcode or bin; case and width do not matter. */
  readonly search?: string;
  readonly filter?: StockFilter;
  readonly category?: string;
  readonly sort?: StockSort;
  readonly descending?: boolean;
  /** From when `sold` is summed; null: nobody asks what was sold, `sold` is 0. */
  readonly soldSince: Instant | null;
  readonly cursor?: string | null;
  /** Rows: 1 to 1,000. */
  readonly limit: number;
}

/** `low5`, `low20`: sellable ÷ on hand at or below 5, 20 %, of SKUs with units in the building. `idle`: in stock, nothing sold since `soldSince`. */
export interface StockTotals extends Record<
  "onHand" | "available" | "held" | "committed" | "quarantine" | "loaned" | "shortage" | "presale",
  number
> {
  readonly skus: number;
  readonly counts: Readonly<Record<StockFilter, number>>;
  readonly seq: number;
}

export interface JournalEntry extends Entry {
  readonly seq: number;
  /** When its batch was written. */
  readonly recordedAt: Instant;
}

export interface JournalQuery {
  readonly sku?: string;
  readonly orderId?: string;
  /** Entries after this number, oldest first. */
  readonly after?: number;
  /** Entries before this number, latest first. Without both: the latest. */
  readonly before?: number;
  readonly limit: number;
}

/** Who holds a SKU's units: sums by channel and stage, and the lines themselves, oldest first. */
export interface Holders {
  readonly byChannel: readonly {
    readonly channel: string;
    readonly place: "held" | "committed";
    readonly stage: Line["stage"];
    readonly units: number;
    readonly lines: number;
    readonly earliestExpiry: Instant | null;
  }[];
  readonly waiting: readonly {
    readonly channel: string;
    readonly kind: Line["kind"];
    readonly units: number;
    readonly lines: number;
  }[];
  readonly lines: readonly Line[];
}

export interface OrderQuery {
  readonly channel?: string;
  readonly sku?: string;
  /** Beginning of an order id. */
  readonly search?: string;
  /** `sold`: paid, whatever came of it since. */
  readonly state?: "unpaid" | "pending" | "paid" | "sold" | "short" | "presale" | "refund" | "closed";
  /** When it was placed: the first instant, and the first one after. */
  readonly from?: Instant;
  readonly to?: Instant;
  /** Of the SKU, as it is now; empty: none. Without a time to look at it may go through every line there is. */
  readonly category?: string;
  readonly cursor?: string | null;
  readonly limit: number;
}

export interface SalesQuery {
  readonly from: Instant;
  readonly to: Instant;
  readonly sku?: string;
  readonly session?: string;
}

/** One batch of the journal as it stands in the store, for `verify`. */
export interface StoredBatch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly at: Instant;
  readonly hash: string;
  readonly entries: readonly Entry[];
}

export interface Reads {
  head(shop: ShopId): Promise<{ seq: number; hash: string }>;
  stock(shop: ShopId, query: StockQuery): Promise<Page<StockItem>>;
  stockTotals(shop: ShopId, soldSince: Instant): Promise<StockTotals>;
  /** The SKUs that changed after `seq`, as they are now, and the number that this answer is true for. */
  changesSince(
    shop: ShopId,
    seq: number,
    soldSince: Instant,
    limit: number,
  ): Promise<{ seq: number; items: readonly StockItem[]; more: boolean }>;
  sku(
    shop: ShopId,
    sku: string,
  ): Promise<{ sku: Sku; stocks: readonly Stock[]; placements: readonly Placement[] } | null>;
  /** The traits of every SKU that has one. */
  skuTraits(shop: ShopId): Promise<ReadonlyMap<string, SkuTraits>>;
  holders(shop: ShopId, sku: string, limit: number): Promise<Holders>;
  journal(shop: ShopId, query: JournalQuery): Promise<readonly JournalEntry[]>;
  order(shop: ShopId, channel: string, orderId: string): Promise<readonly Line[]>;
  /** Lines, latest first. */
  orders(shop: ShopId, query: OrderQuery): Promise<Page<Line>>;
  /** Rollups by minute, SKU and channel, oldest first. */
  sales(shop: ShopId, query: SalesQuery): Promise<readonly Sale[]>;
  channels(shop: ShopId): Promise<readonly Channel[]>;
  warehouses(shop: ShopId): Promise<readonly Warehouse[]>;
  categories(shop: ShopId): Promise<readonly string[]>;
  listings(
    shop: ShopId,
    query: { channel?: string; sku?: string; search?: string; cursor?: string | null; limit: number },
  ): Promise<Page<Listing>>;
  documents(shop: ShopId, kind: string): Promise<readonly Document[]>;
  document(shop: ShopId, kind: string, id: string): Promise<Document | null>;
  record(shop: ShopId, key: string): Promise<CommandRecord | null>;
  /** For `verify`: everything, in order, a bounded piece at a time, as of one moment. */
  audit(shop: ShopId): Promise<AuditReads>;
}

/** A consistent view for `verify`. Close it when done. */
export interface AuditReads {
  readonly head: { readonly seq: number; readonly hash: string };
  batches(): AsyncIterable<StoredBatch>;
  stocks(): AsyncIterable<Stock>;
  lines(): AsyncIterable<Line>;
  placements(): AsyncIterable<Placement>;
  sales(): AsyncIterable<Sale>;
  close(): Promise<void>;
}

export interface OutboxItem extends OutboxMessage {
  readonly id: number;
  readonly createdAt: Instant;
  readonly attempts: number;
}

/** Timed work. It moves no units: whatever does goes through `commit`. */
export interface Work {
  /** Takes or renews the right to do a job. False: another owner has it. */
  lease(shop: ShopId, job: string, owner: string, ttlMs: number, now: Instant): Promise<boolean>;
  release(shop: ShopId, job: string, owner: string): Promise<void>;
  /** Orders with an unpaid hold that ran out, earliest first. */
  expired(
    shop: ShopId,
    now: Instant,
    limit: number,
  ): Promise<readonly { channel: string; orderId: string }[]>;
  /** Messages that are due; each is hidden until `now + hideMs`, when it is due again unless it was settled. */
  takeOutbox(shop: ShopId, now: Instant, hideMs: number, limit: number): Promise<readonly OutboxItem[]>;
  /** Delivered, or given up; `retryAt` puts it back. */
  settleOutbox(
    shop: ShopId,
    id: number,
    result: { readonly delivered: boolean; readonly retryAt?: Instant; readonly error?: string },
  ): Promise<void>;
}
