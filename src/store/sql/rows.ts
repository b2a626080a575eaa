import { queueColumns } from "../../domain/bench.ts";
import type {
  Channel,
  CommandRecord,
  Cover,
  Document,
  Entry,
  Line,
  Listing,
  ListingPart,
  OutboxMessage,
  Placement,
  Sale,
  Sku,
  Stock,
} from "../../domain/rows.ts";
import type { OutboxItem, Shop } from "../store.ts";
import { placeCodes, placeOf, reasonCodes, reasonOf } from "./codes.ts";
import type {
  ChannelRow,
  DocumentRow,
  JournalRow,
  LineRow,
  ListingRow,
  OutboxRow,
  PlacementRow,
  RecordRow,
  SaleRow,
  ShopRow,
  SkuRow,
  StockRow,
} from "./schema.ts";

/**
 * Domain rows to stored rows and back. Nothing here decides anything: the two say the same thing in the
 * types that both databases have.
 */

/** A text for finding things by a part of it: width, case and blanks around it do not matter. */
export function searchText(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

// Shop

export function shopOf(row: ShopRow): Shop {
  return {
    shop: row.shop_id,
    name: row.name,
    timeZone: row.time_zone,
    dayCutHour: row.day_cut_hour,
    currency: row.currency,
    createdAt: row.created_at,
  };
}

// Journal

export function journalRow(shop: number, seq: number, entry: Entry): JournalRow {
  return {
    shop_id: shop,
    seq,
    sku: entry.sku,
    warehouse: entry.warehouse,
    place_from: placeCodes[entry.from],
    place_to: placeCodes[entry.to],
    quantity: entry.quantity,
    reason: reasonCodes[entry.reason],
    at: entry.at,
    actor: entry.actor,
    channel: entry.channel,
    order_id: entry.orderId,
    line_id: entry.lineId,
    doc: entry.doc,
    from_bin: entry.fromBin,
    to_bin: entry.toBin,
    lot: entry.lot,
  };
}

export function entryOf(row: Omit<JournalRow, "shop_id" | "seq">): Entry {
  return {
    sku: row.sku,
    warehouse: row.warehouse,
    from: placeOf(row.place_from),
    to: placeOf(row.place_to),
    quantity: row.quantity,
    reason: reasonOf(row.reason),
    at: row.at,
    actor: row.actor,
    channel: row.channel,
    orderId: row.order_id,
    lineId: row.line_id,
    doc: row.doc,
    fromBin: row.from_bin,
    toBin: row.to_bin,
    lot: row.lot,
  };
}

// Order lines

/** Covers as `main=5,east=2`. A warehouse's id may hold the two signs: they are written as `%3D` and `%2C`. */
export function coversText(covers: readonly Cover[]): string {
  const only = covers[0];
  if (only === undefined) return "";
  if (covers.length === 1) return `${escapeWarehouse(only.warehouse)}=${only.units}`;
  return covers.map(({ warehouse, units }) => `${escapeWarehouse(warehouse)}=${units}`).join(",");
}

export function coversOf(text: string): readonly Cover[] {
  if (text === "") return noCovers;
  return text.split(",").map((cover) => {
    const equals = cover.lastIndexOf("=");
    return { warehouse: unescapeWarehouse(cover.slice(0, equals)), units: Number(cover.slice(equals + 1)) };
  });
}

const noCovers: readonly Cover[] = [];
const coverSigns = /[%=,]/u;

function escapeWarehouse(warehouse: string): string {
  if (!coverSigns.test(warehouse)) return warehouse;
  return warehouse.replaceAll("%", "%25").replaceAll("=", "%3D").replaceAll(",", "%2C");
}

function unescapeWarehouse(text: string): string {
  if (!text.includes("%")) return text;
  return text.replaceAll("%2C", ",").replaceAll("%3D", "=").replaceAll("%25", "%");
}

export function lineRow(shop: number, line: Line): LineRow {
  const { covered, backlog, deficit } = queueColumns(line);
  return {
    shop_id: shop,
    channel: line.channel,
    order_id: line.orderId,
    line_id: line.lineId,
    sku: line.sku,
    listing: line.listing,
    per: line.per,
    quantity: line.quantity,
    kind: line.kind,
    stage: line.stage,
    stamp_at: line.stampAt,
    stamp_rank: line.stampRank,
    closed: line.closed,
    shipped: line.shipped,
    returned_good: line.returnedGood,
    returned_bad: line.returnedBad,
    refund: line.refund,
    refund_at: line.refundAt,
    deduct_at: line.deductAt,
    expired: line.expired ? 1 : 0,
    amount: line.amount,
    buyer: line.buyer,
    region: line.region,
    session: line.session,
    placed_at: line.placedAt,
    expires_at: line.expiresAt,
    covers: coversText(line.covers),
    gone: line.gone,
    covered,
    backlog,
    deficit,
  };
}

export function lineOf(row: LineRow): Line {
  return {
    channel: row.channel,
    orderId: row.order_id,
    lineId: row.line_id,
    sku: row.sku,
    listing: row.listing,
    per: row.per,
    quantity: row.quantity,
    kind: row.kind as Line["kind"],
    stage: row.stage as Line["stage"],
    stampAt: row.stamp_at,
    stampRank: row.stamp_rank,
    closed: row.closed,
    shipped: row.shipped,
    returnedGood: row.returned_good,
    returnedBad: row.returned_bad,
    refund: row.refund as Line["refund"],
    refundAt: row.refund_at,
    deductAt: row.deduct_at as Line["deductAt"],
    expired: row.expired !== 0,
    amount: row.amount,
    buyer: row.buyer,
    region: row.region,
    session: row.session,
    placedAt: row.placed_at,
    expiresAt: row.expires_at,
    covers: coversOf(row.covers),
    gone: row.gone,
  };
}

// Stock

export function stockRow(shop: number, stock: Stock): StockRow {
  return { shop_id: shop, ...stock };
}

export function stockOf(row: Omit<StockRow, "shop_id">): Stock {
  return {
    sku: row.sku,
    warehouse: row.warehouse,
    available: row.available,
    held: row.held,
    committed: row.committed,
    quarantine: row.quarantine,
    loaned: row.loaned,
    supplier: row.supplier,
    customer: row.customer,
    lost: row.lost,
    shortage: row.shortage,
    presale: row.presale,
    seq: row.seq,
  };
}

export function placementRow(shop: number, placement: Placement): PlacementRow {
  return { shop_id: shop, ...placement, search: searchText(placement.bin) };
}

export function placementOf(row: PlacementRow): Placement {
  return {
    sku: row.sku,
    warehouse: row.warehouse,
    bin: row.bin,
    lot: row.lot,
    quality: row.quality as Placement["quality"],
    quantity: row.quantity,
  };
}

// Catalog

export function skuRow(shop: number, sku: Sku): SkuRow {
  return {
    shop_id: shop,
    sku: sku.sku,
    code: sku.code,
    name: sku.name,
    category: sku.category,
    barcodes: JSON.stringify(sku.barcodes),
    price: sku.price,
    deduct_at: sku.deductAt,
    buffer_units: sku.bufferUnits,
    buffer_percent: sku.bufferPercent,
    limit_per_order: sku.limitPerOrder,
    limit_per_buyer: sku.limitPerBuyer,
    limit_hours: sku.limitHours,
    presale_quota: sku.presaleQuota,
    selling: sku.selling ? 1 : 0,
    created_at: sku.createdAt,
    search: [sku.code, sku.name, ...sku.barcodes].map(searchText).join("\n"),
  };
}

export function skuOf(row: Omit<SkuRow, "shop_id" | "search">): Sku {
  return {
    sku: row.sku,
    code: row.code,
    name: row.name,
    category: row.category,
    barcodes: JSON.parse(row.barcodes) as string[],
    price: row.price,
    deductAt: row.deduct_at as Sku["deductAt"],
    bufferUnits: row.buffer_units,
    bufferPercent: row.buffer_percent,
    limitPerOrder: row.limit_per_order,
    limitPerBuyer: row.limit_per_buyer,
    limitHours: row.limit_hours,
    presaleQuota: row.presale_quota,
    selling: row.selling !== 0,
    createdAt: row.created_at,
  };
}

export function channelRow(shop: number, channel: Channel): ChannelRow {
  return {
    shop_id: shop,
    channel: channel.channel,
    platform: channel.platform,
    name: channel.name,
    hold_minutes: channel.holdMinutes,
    warehouses: JSON.stringify(channel.warehouses),
    active: channel.active ? 1 : 0,
  };
}

export function channelOf(row: ChannelRow): Channel {
  return {
    channel: row.channel,
    platform: row.platform,
    name: row.name,
    holdMinutes: row.hold_minutes,
    warehouses: JSON.parse(row.warehouses) as string[],
    active: row.active !== 0,
  };
}

export function listingRow(shop: number, listing: Listing): ListingRow {
  return {
    shop_id: shop,
    channel: listing.channel,
    listing: listing.listing,
    title: listing.title,
    parts: JSON.stringify(listing.parts),
    search: [listing.listing, listing.title].map(searchText).join("\n"),
  };
}

export function listingOf(row: Omit<ListingRow, "shop_id" | "search">): Listing {
  const { channel, listing, title } = row;
  return { channel, listing, title, parts: JSON.parse(row.parts) as ListingPart[] };
}

// Sales

/** The rollup's counters: what one batch adds to a minute's row. */
export const saleCounters = [
  "orders",
  "ordered",
  "sold",
  "soldAmount",
  "presold",
  "cancelled",
  "cancelledAmount",
  "shipped",
  "returned",
] as const satisfies readonly (keyof Sale)[];

export function saleRow(shop: number, sale: Sale): SaleRow {
  return {
    shop_id: shop,
    minute: sale.minute,
    sku: sale.sku,
    channel: sale.channel,
    session: sale.session,
    orders: sale.orders,
    ordered: sale.ordered,
    sold: sale.sold,
    sold_amount: sale.soldAmount,
    presold: sale.presold,
    cancelled: sale.cancelled,
    cancelled_amount: sale.cancelledAmount,
    shipped: sale.shipped,
    returned: sale.returned,
  };
}

export function saleOf(row: Omit<SaleRow, "shop_id">): Sale {
  return {
    minute: row.minute,
    sku: row.sku,
    channel: row.channel,
    session: row.session,
    orders: row.orders,
    ordered: row.ordered,
    sold: row.sold,
    soldAmount: row.sold_amount,
    presold: row.presold,
    cancelled: row.cancelled,
    cancelledAmount: row.cancelled_amount,
    shipped: row.shipped,
    returned: row.returned,
  };
}

/**
 * What a batch adds to the rollups: one row a minute, SKU, channel and session, without those that add nothing.
 */
export function sumSales(sales: readonly Sale[]): Sale[] {
  const sums = new Map<string, { -readonly [Field in keyof Sale]: Sale[Field] }>();
  for (const sale of sales) {
    const key = `${sale.minute}\u0000${sale.sku}\u0000${sale.channel}\u0000${sale.session}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...sale });
    else for (const counter of saleCounters) sum[counter] += sale[counter];
  }
  return [...sums.values()].filter((sum) => saleCounters.some((counter) => sum[counter] !== 0));
}

// Records, documents, outbox

export function recordRow(shop: number, record: CommandRecord): RecordRow {
  const { key, kind, at, actor, content, outcome } = record;
  return { shop_id: shop, key, kind, at, actor, content, outcome };
}

export function recordOf(row: RecordRow): CommandRecord {
  const { key, kind, at, actor, content, outcome } = row;
  return { key, kind, at, actor, content, outcome };
}

export function documentRow(shop: number, document: Document): DocumentRow {
  return {
    shop_id: shop,
    kind: document.kind,
    id: document.id,
    version: document.version,
    body: JSON.stringify(document.body ?? null),
    updated_at: document.updatedAt,
    updated_by: document.updatedBy,
  };
}

export function documentOf(row: DocumentRow): Document {
  return {
    kind: row.kind,
    id: row.id,
    version: row.version,
    body: JSON.parse(row.body) as unknown,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

/** A new message: due at once. */
export function outboxRow(shop: number, id: number, message: OutboxMessage, at: number): OutboxRow {
  return {
    shop_id: shop,
    id,
    topic: message.topic,
    key: message.key,
    payload: JSON.stringify(message.payload),
    created_at: at,
    due_at: at,
    attempts: 0,
    error: null,
  };
}

export function outboxItemOf(row: OutboxRow): OutboxItem {
  return {
    id: row.id,
    topic: row.topic as OutboxItem["topic"],
    key: row.key,
    payload: JSON.parse(row.payload) as OutboxItem["payload"],
    createdAt: row.created_at,
    attempts: row.attempts,
  };
}
