import type { Instant } from "../rows.ts";
import type { OddOrder } from "./order.ts";

/** Orders that belong together and came close to each other. */
export interface Crowd {
  readonly orders: readonly OddOrder[];
  readonly buyers: number;
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The crowds among orders of one kind: every run of windows in which the count reaches the threshold, as one.
 * One pass over the orders with two fingers.
 * @param orders sorted by `placedAt`
 * @param windowMs how far the first and the last of a window may be apart
 * @param countOf what is counted: orders, or different buyers
 */
export function crowdsOf(
  orders: readonly OddOrder[],
  windowMs: number,
  countMin: number,
  countOf: "orders" | "buyers",
): readonly Crowd[] {
  if (orders.length < countMin) return [];
  const buyers = new Map<string, number>();
  const crowds: OddOrder[][] = [];
  let first = 0;
  /** Orders before this one are in a crowd already. */
  let taken = 0;
  for (const [last, order] of orders.entries()) {
    change(buyers, order, 1);
    for (let oldest = orders[first]; oldest !== undefined; oldest = orders[first]) {
      if (order.placedAt - oldest.placedAt <= windowMs) break;
      change(buyers, oldest, -1);
      first += 1;
    }
    const count = countOf === "orders" ? last - first + 1 : buyers.size;
    if (count < countMin) continue;
    const current = crowds.at(-1);
    if (current !== undefined && first < taken) current.push(...orders.slice(taken, last + 1));
    else crowds.push(orders.slice(first, last + 1));
    taken = last + 1;
  }
  return crowds.map(crowdOf);
}

function crowdOf(orders: readonly OddOrder[]): Crowd {
  return {
    orders,
    buyers: new Set(orders.map(({ buyer, orderId }) => buyer ?? orderId)).size,
    from: orders[0]?.placedAt ?? 0,
    to: orders.at(-1)?.placedAt ?? 0,
  };
}

/** Without a buyer each order is somebody else's. */
function change(buyers: Map<string, number>, { buyer, orderId }: OddOrder, by: number): void {
  const key = buyer ?? orderId;
  const count = (buyers.get(key) ?? 0) + by;
  if (count === 0) buyers.delete(key);
  else buyers.set(key, count);
}
