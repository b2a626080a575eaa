import type { FastifyInstance } from "fastify";
import {
  AnalysisQuery,
  OrdersBody,
  ScansQuery,
  type OrdersAnswer,
  type ScanList,
} from "../../api/analysis.ts";
import { invalidBody } from "../../api/problem.ts";
import { analysisLimits } from "../../engine/after-live/analysis.ts";
import { readScans } from "../../engine/after-live/slow-scans.ts";
import { expectDeliveries } from "../../engine/inbound/expected.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import type { Page, PageAsk, SlowPage } from "../reports/pages.ts";
import { addPlanRoutes } from "./analysis-plans.ts";
import { sendPage } from "./reports.ts";
import { describe, typed } from "./schema.ts";

const tag = "Analysis";
const daysDefault = 30;
const scansListed = 12;
const dayMs = 86_400_000;

/** What turns and what stands, of the closed days; and the plans that are made of it. */
export const addAnalysisRoutes: AddRoutes = (app, context) => {
  addOrdersRoute(app, context);
  const routes = typed(app);

  routes.get(
    "/api/v1/analysis",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "Turnover, ageing, ABC, slow movers, trends, what to order"),
        querystring: AnalysisQuery,
      },
    },
    async (request, reply) => {
      const shop = await context.shopOf(request);
      const { days = daysDefault } = request.query;
      return sendPage(reply, await requirePage(context, shop, { page: "analysis", days }));
    },
  );

  routes.get(
    "/api/v1/analysis/slow-scans",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "The weekly scans for slow movers, the latest first"),
        querystring: ScansQuery,
      },
    },
    async (request): Promise<ScanList> => {
      const shop = await context.shopOf(request);
      const { limit = scansListed } = request.query;
      return { items: await readScans(context.store.read, shop.id, limit) };
    },
  );

  addPlanRoutes(app, context, async (shop) => {
    const { bytes } = await requirePage(context, shop, { page: "slow", days: daysDefault });
    return JSON.parse(new TextDecoder().decode(bytes)) as SlowPage;
  });
};

/** What was ordered at the supplier is expected from now on. */
function addOrdersRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/analysis/orders",
    {
      onRequest: context.guard("stock:write"),
      schema: { ...describe(tag, "Note what was ordered, as deliveries to come"), body: OrdersBody },
    },
    async (request): Promise<OrdersAnswer> => {
      const shop = await context.shopOf(request);
      const { actor, at } = context.caller(request);
      const { date } = shop.day();
      const items = await Promise.all(
        request.body.items.map(async ({ sku, units }, index) => {
          const found = await context.store.read.sku(shop.id, sku);
          if (found === null)
            throw invalidBody({
              path: `items[${index}].sku`,
              problem: "there is no such SKU",
              problemZh: "没有这个商品",
            });
          const leadDays = found.sku.leadDays ?? analysisLimits.leadDays;
          const expectedAt = at + leadDays * dayMs;
          // One a day for each product: the button that is pressed twice orders once.
          return {
            id: `replenish/${date}/${found.sku.sku}`,
            sku,
            units,
            expectedAt,
            source: "replenish",
          } as const;
        }),
      );
      const expected = await expectDeliveries(shop.batcher, items, { actor, at });
      return { expected, known: items.length - expected };
    },
  );
}

async function requirePage(context: RouteContext, shop: OpenShop, ask: PageAsk): Promise<Page> {
  const page = await context.makePage(shop, ask);
  if (page === null) throw new Error("analyses are never missing");
  return page;
}
