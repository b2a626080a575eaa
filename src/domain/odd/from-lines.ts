import { effectOf } from "../order.ts";
import type { Instant, Line } from "../rows.ts";
import type { AddressMark } from "./address.ts";
import type { OddLine, OddOrder } from "./order.ts";

/** What an order line does not keep and the rules want to know. Null or empty where nobody knows. */
export interface OrderSide {
  readonly phone: string | null;
  readonly address: string | null;
  readonly addressMarks: readonly AddressMark[];
  readonly buyerSince: Instant | null;
  readonly paidAt: Instant | null;
}

export const unknownSide: OrderSide = {
  phone: null,
  address: null,
  addressMarks: [],
  buyerSince: null,
  paidAt: null,
};

/**
 * An order as the rules see it, from its lines in the books.
 * @param lines all lines of one order, at least one
 * @param priceOf minor units for one unit, as it was meant; null where nobody knows
 */
export function oddOrderOf(
  lines: readonly [Line, ...Line[]],
  side: OrderSide,
  priceOf: (line: Line) => number | null,
): OddOrder {
  const [first] = lines;
  const paid = lines.filter(({ stage }) => stage === "paid");
  return {
    channel: first.channel,
    orderId: first.orderId,
    buyer: first.buyer,
    phone: side.phone,
    address: side.address,
    addressMarks: side.addressMarks,
    buyerSince: side.buyerSince,
    placedAt: first.placedAt,
    // Nobody pays before the order is there: where the moment is not known, that is the earliest.
    paidAt: paid.length === 0 ? null : (side.paidAt ?? first.placedAt),
    givenUpAt: lines.every(isGivenUp) ? Math.max(...lines.map(({ stampAt }) => stampAt)) : null,
    refundedAt: paid.some(isRefunded)
      ? Math.min(...paid.filter(isRefunded).map(({ refundAt }) => refundAt))
      : null,
    lines: lines.map((line) => oddLineOf(line, priceOf(line))),
  };
}

function oddLineOf({ sku, quantity, amount }: Line, price: number | null): OddLine {
  // A part of a bundle with no amount is its gift.
  return {
    sku,
    units: quantity,
    amount: amount === 0 ? null : amount,
    listAmount: price === null ? null : price * quantity,
  };
}

/** Held units and was not paid: its time ran out, or the buyer closed it. */
function isGivenUp(line: Line): boolean {
  return line.stage === "created" && (line.expired || effectOf(line).live === 0);
}

/** The money went back, or is on its way, and nothing was sent. */
function isRefunded({ refund, shipped }: Line): boolean {
  return (refund === "agreed" || refund === "refunding" || refund === "refunded") && shipped === 0;
}
