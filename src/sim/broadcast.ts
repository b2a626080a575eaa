/**
 * A broadcast before it is played: what a shop sets up, and everything that happens to it, in the order in which
 * the shop hears of it. Times are milliseconds from the moment at which the session goes live; those before it
 * are negative. Money is in minor units.
 */

export const minuteMs = 60_000;
export const dayMs = 86_400_000;

export interface SimSku {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly barcode: string;
  readonly price: number;
  readonly deductAt: "order" | "payment";
  readonly bufferUnits: number;
  readonly limitPerBuyer: number | null;
  readonly presaleQuota: number | null;
  /** On the shelf before the session. */
  readonly stock: number;
  readonly bin: string;
}

export interface SimChannel {
  readonly channel: string;
  readonly platform: string;
  readonly name: string;
  readonly room: string;
  /** Strict channels ask before they sell; the others tell what they have sold. */
  readonly strict: boolean;
  readonly holdMinutes: number;
  /** Part of all demand. */
  readonly share: number;
}

export interface SimListing {
  readonly channel: string;
  readonly listing: string;
  readonly title: string;
  readonly parts: readonly { readonly sku: string; readonly units: number }[];
}

export interface SimSlot {
  readonly id: string;
  readonly sku: string;
  readonly minutes: number;
  readonly target: number;
  readonly price: number;
  readonly buyerLimit: number | null;
  readonly buffer: number | null;
  readonly allotment: number | null;
  readonly alternates: readonly string[];
  readonly tranches: readonly {
    readonly id: string;
    readonly units: number;
    readonly afterMinutes: number | null;
  }[];
}

export interface SimPlan {
  readonly id: string;
  readonly title: string;
  readonly slots: readonly SimSlot[];
}

export type SimStage = "created" | "pending" | "paid";
export type SimRefund = "requested" | "agreed" | "refunded" | "closed";

export interface SimLine {
  readonly lineId: string;
  readonly sku?: string;
  readonly listing?: string;
  readonly quantity: number;
  readonly kind?: "spot" | "presale";
  readonly amount: number;
  readonly closed?: number;
  readonly shipped?: number;
  readonly returnedGood?: number;
  readonly returnedBad?: number;
  readonly refund?: SimRefund;
}

/** What a platform says of an order. */
export interface SimEvent {
  readonly orderId: string;
  readonly updatedAt: number;
  readonly placedAt: number;
  readonly expiresAt?: number;
  /** Absent where the platform uses a word that nobody knows: then `status` is that word. */
  readonly stage?: SimStage;
  readonly status?: string;
  readonly buyer: string;
  readonly region: string;
  readonly lines: readonly SimLine[];
}

export type Item = { readonly at: number } & (
  | { readonly kind: "event"; readonly channel: string; readonly event: SimEvent }
  | {
      readonly kind: "reserve";
      readonly channel: string;
      readonly orderId: string;
      readonly buyer: string;
      readonly region: string;
      readonly lines: readonly SimLine[];
    }
  | { readonly kind: "pay" | "cancel"; readonly channel: string; readonly orderId: string }
  | {
      readonly kind: "receipt";
      readonly key: string;
      readonly note: string;
      /** When it came, where that is earlier than it is booked. */
      readonly receivedAt?: number;
      readonly lines: readonly ReceivedLine[];
    }
  | {
      readonly kind: "adjust";
      readonly key: string;
      readonly action: "loan" | "loan_return" | "loan_return_bad";
      readonly sku: string;
      readonly quantity: number;
    }
  | { readonly kind: "samples"; readonly samples: readonly SimSample[] }
  | { readonly kind: "pointer"; readonly slot: string }
  | { readonly kind: "life"; readonly step: "go_live" | "end" }
  | { readonly kind: "host_words"; readonly text: string }
);

export interface ReceivedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly bin: string;
}

/** What a room shows. The amount is what was paid since the broadcast began. */
export interface SimSample {
  readonly room: string;
  readonly viewers: number;
  readonly likes: number;
  readonly amount: number;
}

export interface Broadcast {
  readonly seed: number;
  readonly durationMs: number;
  /** The last item is no later than this: what was unpaid has been closed, the samples are back. */
  readonly endMs: number;
  readonly skus: readonly SimSku[];
  readonly channels: readonly SimChannel[];
  readonly listings: readonly SimListing[];
  readonly plan: SimPlan;
  /** By time; what has one time stands in the order in which it happens. */
  readonly items: readonly Item[];
}

export interface BroadcastOptions {
  /** The same seed and the same options make the same broadcast, byte for byte. */
  readonly seed: number;
  /** Minutes on the air: 8 to 480. A shorter session has fewer slots, and as much demand in each minute. */
  readonly durationMinutes: number;
  /** 1 is a big shop: about 25,000 orders in four hours. Stock and demand shrink together. */
  readonly volume: number;
  /** 3 to 5. */
  readonly channels: number;
}

export const broadcastDefaults: BroadcastOptions = {
  seed: 1,
  durationMinutes: 240,
  volume: 1,
  channels: 5,
};
