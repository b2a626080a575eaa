import type { Instant } from "../rows.ts";
import type { AddressMark } from "./address.ts";

/** One SKU of an order. */
export interface OddLine {
  readonly sku: string;
  readonly units: number;
  /** Minor units that were asked for the line; null where nobody knows. A gift's is null. */
  readonly amount: number | null;
  /** What the units would cost by the price that was meant; null where nobody knows. */
  readonly listAmount: number | null;
}

/**
 * An order as the odd-order rules see it. Buyer, phone and address are keyed hashes; what an address looked
 * like was judged when it came in, and only the marks were kept.
 */
export interface OddOrder {
  readonly channel: string;
  readonly orderId: string;
  readonly buyer: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  readonly addressMarks: readonly AddressMark[];
  /** When the shop first saw this buyer. */
  readonly buyerSince: Instant | null;
  readonly placedAt: Instant;
  readonly paidAt: Instant | null;
  /** The hold ended unpaid, or the buyer closed it unpaid. */
  readonly givenUpAt: Instant | null;
  /** The money went back, or was asked back, before anything was sent. */
  readonly refundedAt: Instant | null;
  readonly lines: readonly OddLine[];
}

export function unitsOfOrder(order: OddOrder): number {
  return order.lines.reduce((sum, { units }) => sum + units, 0);
}

export function amountOfOrder(order: OddOrder): number {
  return order.lines.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
}
