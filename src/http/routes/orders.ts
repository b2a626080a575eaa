import { OrderDetail, OrderParams, OrdersPage, OrdersQuery } from "../../api/orders.ts";
import { journalItem, lineItem } from "../../api/present.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import { instantOf, pageRowsDefault, timeOf } from "../../api/text.ts";
import { orderKeyOf } from "../../domain/odd/detect.ts";
import type { ReportDay } from "../../domain/report/days.ts";
import { readHeldOrders } from "../../engine/after-live/odd-orders.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { OrderQuery } from "../../store/store.ts";
import type { AddRoutes } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Orders";
const orderEntriesMax = 500;

/** What the store is asked: business days become the instants at which they begin and end. */
function storeQuery(
  { limit = pageRowsDefault, from, to, fromDay, toDay, ...query }: OrdersQuery,
  { reports }: Pick<OpenShop, "reports">,
): OrderQuery {
  const span = (day: string, path: string): ReportDay => {
    if (!Number.isNaN(Date.parse(`${day}T00:00:00Z`))) return reports.spanOf(day);
    throw invalidBody({ path, problem: "there is no such day", problemZh: "没有这一天" });
  };
  const first = from !== undefined ? instantOf(from) : fromDay && span(fromDay, "fromDay").from;
  const last = to !== undefined ? instantOf(to) : toDay && span(toDay, "toDay").to;
  if (query.category !== undefined && first === undefined)
    throw invalidBody({
      path: "category",
      problem: "say since when as well: from or fromDay",
      problemZh: "按类目查要同时给出从哪天起（from 或 fromDay）",
    });
  return {
    ...query,
    limit,
    ...(typeof first === "number" ? { from: first } : {}),
    ...(typeof last === "number" ? { to: last } : {}),
  };
}

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
      const page = await store.read.orders(shop.id, storeQuery(request.query, shop));
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
