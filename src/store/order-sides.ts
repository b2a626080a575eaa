import type { AddressMark } from "../domain/odd/address.ts";
import type { Instant } from "../domain/rows.ts";
import type { ShopId } from "./store.ts";

/**
 * What an order's parcel says, beside the books: keyed hashes of its phone and address, and what needs no name.
 * Nothing that moves units reads it; only orders that came with a phone or an address have one.
 */
export interface OrderSide {
  readonly channel: string;
  readonly orderId: string;
  /** Keyed hashes; null: not told. */
  readonly phone: string | null;
  readonly address: string | null;
  /** Letters and digits of the address without province, city and district; null: no whole address was told. */
  readonly addressChars: number | null;
  readonly marks: readonly AddressMark[];
  /** As they stand in the address, where they were recognised. */
  readonly province: string | null;
  readonly city: string | null;
  /** Where the list that it came from says so. */
  readonly paidAt: Instant | null;
}

export interface OrderSides {
  /** Durable when it resolves. What is told again replaces, what is not told stays. One side for each order. */
  put(shop: ShopId, sides: readonly OrderSide[]): Promise<void>;
  /** Those of the orders that have one. */
  of(shop: ShopId, channel: string, orderIds: readonly string[]): Promise<readonly OrderSide[]>;
}

export const orderSideLimits = {
  /** Rows of one statement. */
  rowsMax: 200,
  /** Orders that are looked up at once. */
  ordersMax: 1_000,
} as const;

/** What is known after another telling. */
export function mergedSide(before: OrderSide | undefined, told: OrderSide): OrderSide {
  if (before === undefined) return told;
  return {
    channel: told.channel,
    orderId: told.orderId,
    phone: told.phone ?? before.phone,
    address: told.address ?? before.address,
    addressChars: told.addressChars ?? before.addressChars,
    marks: told.addressChars === null ? before.marks : told.marks,
    province: told.province ?? before.province,
    city: told.city ?? before.city,
    paidAt: told.paidAt ?? before.paidAt,
  };
}
