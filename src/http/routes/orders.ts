import { OrderDetail, OrderParams, OrdersPage, OrdersQuery } from "../../api/orders.ts";
import { journalItem, lineItem } from "../../api/present.ts";
import { ProblemError } from "../../api/problem.ts";
import { pageRowsDefault, timeOf } from "../../api/text.ts";
import { orderKeyOf } from "../../domain/odd/detect.ts";
import { readHeldOrders } from "../../engine/after-live/odd-orders.ts";
import type { AddRoutes } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Orders";
const orderEntriesMax = 500;

export const addOrderRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store } = context;
  const guard = context.guard("stock:read");

  routes.get(
    "/api/v1/orders",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "Order lines, latest first"),
        querystring: OrdersQuery,
        response: { 200: OrdersPage },
      },
    },
    async (request) => {
      const shop = await context.shopOf(request);
      const { limit = pageRowsDefault, ...query } = request.query;
      const page = await store.read.orders(shop.id, { ...query, limit });
      const names = await shop.names.of(page.items.map((line) => line.sku));
      return { items: page.items.map((line) => lineItem(line, names)), next: page.next };
    },
  );

  routes.get(
    "/api/v1/orders/:channel/:orderId",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "An order: its lines, and what moved for it"),
        params: OrderParams,
        response: { 200: OrderDetail },
      },
    },
    async (request) => {
      const shop = await context.shopOf(request);
      const { channel, orderId } = request.params;
      const lines = await store.read.order(shop.id, channel, orderId);
      if (lines.length === 0) throw new ProblemError("unknown_order", { path: "orderId", channel, orderId });
      const entries = await store.read.journal(shop.id, { orderId, limit: orderEntriesMax });
      const names = await shop.names.of(lines.map((line) => line.sku));
      const held = await readHeldOrders({ read: store.read, shop: shop.id });
      const hold = held.get(orderKeyOf({ channel, orderId })) ?? null;
      return {
        hold: hold === null ? null : { ...hold, at: timeOf(hold.at) },
        channel,
        orderId,
        lines: lines.map((line) => lineItem(line, names)),
        journal: entries.filter((entry) => entry.channel === channel).map(journalItem),
      };
    },
  );
};
