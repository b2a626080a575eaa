import type { Instant } from "../rows.ts";
import type { Lot } from "./shelf.ts";

/** Lots are documents of the shop: what is known of a delivery's goods of one SKU beside how many stand where. */
export const lotKind = "lot";

export interface LotBody {
  /** Normalised. */
  readonly sku: string;
  readonly lot: string;
  readonly supplier: string;
  /** Null: nobody knows. */
  readonly receivedAt: Instant | null;
  readonly madeAt: Instant | null;
  /** Midnight after the last day; null: it does not expire, or nobody has said. */
  readonly expiresAt: Instant | null;
}

/** The id of a lot's document. Neither part can hold the sign that divides them. */
export function lotId(sku: string, lot: string): string {
  return `${encodeURIComponent(sku)}/${encodeURIComponent(lot)}`;
}

const dayMs = 86_400_000;

/** The name of a lot of which only the expiry is known. `date` as `2026-12-31`. */
export function lotOfExpiry(date: string): string {
  return `EXP${date}`;
}

/** A lot as picking asks for it. */
export function lotOf({ sku, lot, receivedAt, expiresAt }: LotBody): Lot {
  return { sku, lot, receivedAt: receivedAt ?? 0, expiresAt };
}

/** Whole days that goods still keep: 0 on their last day, below it once they are expired. */
export function daysLeft(expiresAt: Instant, now: Instant): number {
  return Math.ceil((expiresAt - now) / dayMs) - 1;
}
