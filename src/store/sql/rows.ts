import type {
  Channel,
  CommandRecord,
  Document,
  Listing,
  ListingPart,
  OutboxMessage,
  Placement,
  Sale,
  Sku,
  SkuTraits,
  Stock,
} from "../../domain/rows.ts";
import type { OutboxItem, Shop } from "../store.ts";
import type {
  ChannelRow,
  DocumentRow,
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
    cost: sku.cost,
    season_first: sku.season?.first ?? null,
    season_last: sku.season?.last ?? null,
    shelf_life_days: sku.shelfLifeDays,
    lead_days: sku.leadDays,
    style: sku.style,
  };
}

export function skuOf(row: Omit<SkuRow, "shop_id" | "search">): Sku {
  return { ...sellingOf(row), ...traitsOf(row) };
}

/** A SKU without its traits: what selling and the stock page know of it. */
export function sellingOf(
  row: Omit<SkuRow, "shop_id" | "search" | keyof TraitsRow>,
): Omit<Sku, keyof SkuTraits> {
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

export type TraitsRow = Pick<
  SkuRow,
  "cost" | "season_first" | "season_last" | "shelf_life_days" | "lead_days" | "style"
>;

export function traitsOf(row: TraitsRow): SkuTraits {
  const { cost, season_first: first, season_last: last, shelf_life_days, lead_days, style } = row;
  const season = first === null || last === null ? null : { first, last };
  return { cost, season, shelfLifeDays: shelf_life_days, leadDays: lead_days, style };
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
  const bySku = new Map<string, SaleSum[]>();
  let sum: SaleSum | undefined;
  for (const sale of sales) {
    if (sum === undefined || !isSameRow(sum, sale)) {
      let ofSku = bySku.get(sale.sku);
      if (ofSku === undefined) bySku.set(sale.sku, (ofSku = []));
      sum = ofSku.find((one) => isSameRow(one, sale));
      if (sum === undefined) {
        ofSku.push((sum = { ...sale }));
        continue;
      }
    }
    addSale(sum, sale);
  }
  return [...bySku.values()].flat().filter((one) => saleCounters.some((counter) => one[counter] !== 0));
}

type SaleSum = { -readonly [Field in keyof Sale]: Sale[Field] };

function isSameRow(a: Sale, b: Sale): boolean {
  return a.minute === b.minute && a.sku === b.sku && a.channel === b.channel && a.session === b.session;
}

/** Written out: it runs for every line of every order. */
function addSale(sum: SaleSum, sale: Sale): void {
  sum.orders += sale.orders;
  sum.ordered += sale.ordered;
  sum.sold += sale.sold;
  sum.soldAmount += sale.soldAmount;
  sum.presold += sale.presold;
  sum.cancelled += sale.cancelled;
  sum.cancelledAmount += sale.cancelledAmount;
  sum.shipped += sale.shipped;
  sum.returned += sale.returned;
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
