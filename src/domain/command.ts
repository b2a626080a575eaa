import type { Channel, DeductAt, Instant, Kind, ListingPart, Refund, Stage } from "./rows.ts";
import type { MissingFate, ReceivedLine } from "./floor/transfer.ts";
import type { Quality } from "./place.ts";

/** What every command carries: who, and when (milliseconds; the engine's clock for interactive ones). */
interface Base {
  readonly actor: string;
  readonly at: Instant;
}

/** A command with a key of its own: the same key is the same command for ever. */
interface Keyed extends Base {
  readonly key: string;
}

export interface OrderedLine {
  readonly lineId: string;
  /** Either a SKU's code or a channel's listing. */
  readonly sku?: string;
  readonly listing?: string;
  /** Pieces. */
  readonly quantity: number;
  readonly kind?: Kind;
  /** Minor units for the whole line. */
  readonly amount?: number;
}

/** An interactive seller asks first: all lines or none, from sellable only. The order's id is its key. */
export interface Reserve extends Base {
  readonly type: "reserve";
  readonly channel: string;
  readonly orderId: string;
  readonly buyer: string | null;
  readonly region?: string | null;
  readonly session?: string | null;
  readonly stage: Stage;
  /** Absent: the channel's hold time from `at`. */
  readonly expiresAt?: Instant | null;
  readonly lines: readonly OrderedLine[];
}

/** A line as an event shows it. Counters are totals in pieces, never increments. */
export interface SeenLine {
  readonly lineId: string;
  readonly sku?: string;
  readonly listing?: string;
  readonly quantity: number;
  readonly kind?: Kind;
  readonly stage?: Stage;
  readonly amount?: number;
  readonly closed?: number;
  readonly shipped?: number;
  readonly returnedGood?: number;
  readonly returnedBad?: number;
  readonly refund?: Refund;
}

/** A platform tells what it sold. Never refused for want of stock. */
export interface Observe extends Base {
  readonly type: "observe";
  readonly channel: string;
  readonly orderId: string;
  readonly updatedAt: Instant;
  readonly rank: number;
  /** Absent where the platform's status is unknown: the units stay where they are. */
  readonly stage?: Stage;
  /** The platform's own word, kept for the alert when `stage` is absent. */
  readonly status?: string;
  readonly buyer: string | null;
  readonly region?: string | null;
  readonly session?: string | null;
  readonly placedAt: Instant;
  readonly expiresAt?: Instant | null;
  /** Empty: the stage is said of every line that is known. */
  readonly lines: readonly SeenLine[];
  /** Which picked units a parcel has, where its picks were scanned. */
  readonly picked?: readonly PickedUnits[];
}

/** Good units of a line that were picked from the shelves into a staging bin. */
export interface PickedUnits {
  readonly lineId: string;
  readonly sku: string;
  readonly bin: string;
  readonly lot: string;
  readonly units: number;
}

export interface Pay extends Base {
  readonly type: "pay";
  readonly channel: string;
  readonly orderId: string;
}

/** Closes what is not shipped: the whole order, or one line of it. */
export interface Cancel extends Base {
  readonly type: "cancel";
  readonly channel: string;
  readonly orderId: string;
  readonly lineId?: string;
}

/** Releases an unpaid hold whose time has run out. Sent by the expiry job; harmless when it is not true. */
export interface Expire extends Base {
  readonly type: "expire";
  readonly channel: string;
  readonly orderId: string;
}

/** A cancellation that names a buyer and a SKU instead of an order: latest open line first. */
export interface CloseMatching extends Keyed {
  readonly type: "closeMatching";
  readonly channel: string;
  readonly buyer: string | null;
  readonly sku: string;
  readonly quantity: number;
}

export interface ReceiveLine {
  readonly sku: string;
  readonly quantity: number;
  readonly quality?: Quality;
  readonly bin?: string;
  readonly lot?: string;
  /** True: these are the goods that presale lines wait for; they are covered first. */
  readonly presale?: boolean;
}

export interface Receive extends Keyed {
  readonly type: "receive";
  readonly opening: boolean;
  readonly warehouse: string;
  readonly lines: readonly ReceiveLine[];
  readonly note?: string;
}

export const adjustActions = [
  "count_gain",
  "count_loss",
  "write_off",
  "quarantine",
  "release",
  "destroy",
  "supplier_return",
  "loan",
  "loan_return",
  "loan_return_bad",
  "loan_lost",
  "put_away",
] as const;
export type AdjustAction = (typeof adjustActions)[number];

/** One deliberate movement of units by a person. */
export interface Adjust extends Keyed {
  readonly type: "adjust";
  readonly action: AdjustAction;
  readonly warehouse: string;
  readonly sku: string;
  readonly quantity: number;
  /** For `count_*`: which quality was counted. For `supplier_return`: which goes back. */
  readonly quality?: Quality;
  readonly bin?: string;
  readonly toBin?: string;
  readonly lot?: string;
  readonly note?: string;
}

/** Goods that were sent are back and somebody has looked at them. Each key takes its units back once. */
export interface Return extends Keyed {
  readonly type: "return";
  /** Null: nobody knows whose it was. */
  readonly order: { readonly channel: string; readonly orderId: string; readonly lineId: string } | null;
  readonly warehouse: string;
  /** Where it stands. */
  readonly bin: string;
  readonly sku: string;
  readonly good: number;
  readonly bad: number;
}

/** The lines of a transfer that is sent. */
export interface SentLine {
  readonly sku: string;
  readonly quantity: number;
  readonly quality: Quality;
  /** Absent: whichever the rule picks. */
  readonly bin?: string;
  readonly lot?: string;
}

/**
 * One step of goods on their way from one warehouse to another. It moves the units and writes the transfer's document
 * in one; `version` is the document's that it was judged by, 0 for one that is sent.
 */
export interface TransferStep extends Keyed {
  readonly type: "transfer";
  readonly transfer: string;
  readonly version: number;
  readonly step:
    | {
        readonly kind: "send";
        readonly from: string;
        readonly to: string;
        readonly note: string;
        readonly lines: readonly SentLine[];
      }
    | { readonly kind: "receive"; readonly lines: readonly ReceivedLine[] }
    | { readonly kind: "close"; readonly fate: MissingFate; readonly reason: string };
}

export interface SkuChange {
  readonly code: string;
  readonly name?: string;
  readonly category?: string;
  readonly barcodes?: readonly string[];
  readonly price?: number;
  readonly deductAt?: DeductAt;
  readonly bufferUnits?: number;
  readonly bufferPercent?: number;
  readonly limitPerOrder?: number | null;
  readonly limitPerBuyer?: number | null;
  readonly limitHours?: number;
  readonly presaleQuota?: number | null;
  readonly selling?: boolean;
  readonly cost?: number | null;
  readonly season?: { readonly first: number; readonly last: number } | null;
  readonly shelfLifeDays?: number | null;
  readonly leadDays?: number | null;
  readonly style?: string | null;
}

/** Creates SKUs or changes the fields that are given. Saying the same again changes nothing. */
export interface PutSkus extends Base {
  readonly type: "putSkus";
  readonly items: readonly SkuChange[];
}

export interface PutChannel extends Base {
  readonly type: "putChannel";
  readonly channel: Pick<Channel, "channel"> & Partial<Omit<Channel, "channel">>;
}

export interface PutListings extends Base {
  readonly type: "putListings";
  readonly channel: string;
  /** No parts: the listing is unmapped. */
  readonly items: readonly {
    readonly listing: string;
    readonly title?: string;
    readonly parts: readonly ListingPart[];
  }[];
}

export interface PutWarehouse extends Base {
  readonly type: "putWarehouse";
  readonly warehouse: string;
  readonly name: string;
}

/** Writes a document if its version is still the one that was read; 0 creates it. A null body deletes it. */
export interface PutDocument extends Base {
  readonly type: "putDocument";
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly body: unknown;
}

export type Command =
  | Reserve
  | Observe
  | Pay
  | Cancel
  | Expire
  | CloseMatching
  | Receive
  | Adjust
  | Return
  | TransferStep
  | PutSkus
  | PutChannel
  | PutListings
  | PutWarehouse
  | PutDocument;
