import type { OrdersQuery } from "../../api/orders.ts";

/** What the page of orders can be opened with. Days are business days, both included; instants RFC 3339. */
export type OrdersFilter = Pick<
  OrdersQuery,
  "channel" | "sku" | "state" | "category" | "from" | "to" | "fromDay" | "toDay" | "search"
>;

/** The names that the address has for them. */
const names = {
  search: "search",
  channel: "in",
  sku: "sku",
  state: "state",
  category: "category",
  fromDay: "fromDay",
  toDay: "toDay",
  from: "from",
  to: "to",
} as const satisfies Record<keyof OrdersFilter, string>;
const fields = Object.keys(names) as (keyof typeof names)[];

/** The address's query; a category that is empty is one, and every other empty text is none. */
export function ordersParams(filter: OrdersFilter): URLSearchParams {
  const params = new URLSearchParams();
  for (const field of fields) {
    const value = filter[field];
    if (value !== undefined && (value !== "" || field === "category")) params.set(names[field], value);
  }
  return params;
}

/** The orders that a figure is made of. */
export function ordersHref(filter: OrdersFilter): string {
  return `/orders?${ordersParams(filter).toString()}`;
}
