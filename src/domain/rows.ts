import type { BacklogPlace, InsidePlace, OutsidePlace, Place, Quality, Reason } from "./place.ts";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** One SKU's balances in one warehouse, in units. `seq` is the journal's number of its last change. */
export interface Stock extends Readonly<Record<InsidePlace | OutsidePlace | BacklogPlace, number>> {
  readonly sku: string;
  readonly warehouse: string;
  readonly seq: number;
}

export type DeductAt = "order" | "payment";

/** What the analyses want to know of a product and selling does not; null: the shop does not say. */
export interface SkuTraits {
  /** Minor units that one unit cost. */
  readonly cost: number | null;
  /** Months in which it is wanted, 1 to 12, both included; 10 to 2 is a winter. Null: all year. */
  readonly season: { readonly first: number; readonly last: number } | null;
  /** Days from its making to its end; null: it keeps. */
  readonly shelfLifeDays: number | null;
  /** Days from the order at the supplier to the shelf. */
  readonly leadDays: number | null;
  /** Sizes and colours of one style share it. */
  readonly style: string | null;
}

export interface Sku extends SkuTraits {
  /** The normalised code (`skuKey`). */
  readonly sku: string;
  /** The code as the shop writes it. */
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly barcodes: readonly string[];
  /** Minor units of the shop's currency. */
  readonly price: number;
  readonly deductAt: DeductAt;
  readonly bufferUnits: number;
  /** Per cent of on hand, 0 to 100; the larger of the two buffers counts. */
  readonly bufferPercent: number;
  readonly limitPerOrder: number | null;
  readonly limitPerBuyer: number | null;
  /** The period of `limitPerBuyer`, in hours. */
  readonly limitHours: number;
  /** The most units that may be presold and not yet arrived; null refuses no one. */
  readonly presaleQuota: number | null;
  /** False stops strict selling at once. */
  readonly selling: boolean;
  readonly createdAt: Instant;
}

export interface Channel {
  readonly channel: string;
  readonly platform: string;
  readonly name: string;
  /** How long an unpaid order holds its units, in minutes. */
  readonly holdMinutes: number;
  /** Where its lines are covered from, in this order. */
  readonly warehouses: readonly string[];
  readonly active: boolean;
}

export interface ListingPart {
  readonly sku: string;
  /** Units of the SKU in one piece of the listing. */
  readonly units: number;
  readonly gift: boolean;
}

export interface Listing {
  readonly channel: string;
  readonly listing: string;
  readonly title: string;
  readonly parts: readonly ListingPart[];
}

export type Kind = "spot" | "presale";
export type Stage = "created" | "pending" | "paid";
export type Refund = "none" | "requested" | "agreed" | "refunding" | "refunded" | "closed";

/** What is known of an order line. Merged from events; it only grows (section 2 of the design). */
export interface Facts {
  readonly quantity: number;
  readonly kind: Kind;
  readonly stage: Stage;
  readonly stampAt: Instant;
  readonly stampRank: number;
  readonly closed: number;
  readonly shipped: number;
  readonly returnedGood: number;
  readonly returnedBad: number;
  readonly refund: Refund;
  readonly refundAt: Instant;
  readonly deductAt: DeductAt;
  /** An unpaid hold whose time has run out; it means nothing once the line is pending or paid. */
  readonly expired: boolean;
}

export interface Cover {
  readonly warehouse: string;
  readonly units: number;
}

export interface Line extends Facts {
  readonly channel: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly listing: string | null;
  /** Units of the SKU in one piece of what was ordered: the events' counters are in pieces. */
  readonly per: number;
  /** Minor units for the whole line. */
  readonly amount: number;
  readonly buyer: string | null;
  readonly region: string | null;
  readonly session: string | null;
  readonly placedAt: Instant;
  readonly expiresAt: Instant | null;
  /** Units that stand in the building for this line, in the place that its stage names. */
  readonly covers: readonly Cover[];
  /** Units that left for the customer. Below `shipped` where more was sent than the books had. */
  readonly gone: number;
}

export interface Placement {
  readonly sku: string;
  readonly warehouse: string;
  /** Empty: not put away yet. */
  readonly bin: string;
  readonly lot: string;
  readonly quality: Quality;
  readonly quantity: number;
}

/** One movement in the journal. `from` equal to `to` moves no balance: a put-away, or a note of a changed policy. */
export interface Entry {
  readonly sku: string;
  readonly warehouse: string;
  readonly from: Place;
  readonly to: Place;
  readonly quantity: number;
  readonly reason: Reason;
  /** When it happened, as far as anyone knows; the batch says when it was written. */
  readonly at: Instant;
  readonly actor: string;
  readonly channel: string | null;
  readonly orderId: string | null;
  readonly lineId: string | null;
  /** The key of the document or command that caused it. */
  readonly doc: string | null;
  readonly fromBin: string | null;
  readonly toBin: string | null;
  readonly lot: string | null;
}

/** What one command added to the per-minute rollups. Units and minor units. */
export interface Sale {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly sku: string;
  readonly channel: string;
  readonly session: string;
  readonly orders: number;
  readonly ordered: number;
  readonly sold: number;
  readonly soldAmount: number;
  readonly presold: number;
  readonly cancelled: number;
  readonly cancelledAmount: number;
  readonly shipped: number;
  readonly returned: number;
}

/** The answer that a command's key has for ever. */
export interface CommandRecord {
  readonly key: string;
  readonly kind: string;
  readonly at: Instant;
  readonly actor: string;
  /** The command's content as canonical JSON: the same key with other content is refused. */
  readonly content: string;
  /** The outcome as JSON. */
  readonly outcome: string;
}

/** A small thing that people edit: an import profile, a plan, a template. Versions rise by one. */
export interface Document {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly body: unknown;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
}

export interface Warehouse {
  readonly warehouse: string;
  readonly name: string;
}

/** Something to tell the world, written in the transaction that caused it. */
export interface OutboxMessage {
  readonly topic: "unknown_status";
  readonly key: string;
  readonly payload: Readonly<Record<string, string | number | null>>;
}

export function onHand(stock: Pick<Stock, "available" | "held" | "committed" | "quarantine">): number {
  return stock.available + stock.held + stock.committed + stock.quarantine;
}

/** The units that strict selling must leave alone: the larger of the absolute and the relative buffer. */
export function bufferOf(sku: Pick<Sku, "bufferUnits" | "bufferPercent">, onHandUnits: number): number {
  return Math.max(sku.bufferUnits, Math.ceil((onHandUnits * sku.bufferPercent) / 100));
}

export function sellable(available: number, buffer: number): number {
  return Math.max(0, available - buffer);
}
