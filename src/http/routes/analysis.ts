import type { FastifyInstance } from "fastify";
import { AnalysisQuery, OrdersBody, PlanBody, type OrdersAnswer } from "../../api/analysis.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import type { SessionItem } from "../../api/sessions.ts";
import { instantOf } from "../../api/text.ts";
import { clearancePlan } from "../../domain/analysis/plan.ts";
import { analysisLimits } from "../../engine/after-live/analysis.ts";
import { expectDeliveries } from "../../engine/inbound/expected.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import type { Page, PageAsk, SlowPage } from "../reports/pages.ts";
import { newSessionId, requireValid } from "../sessions/plan.ts";
import { sessionItem } from "../sessions/present.ts";
import { requireSaved } from "../sessions/refused.ts";
import { sendPage } from "./reports.ts";
import { describe, typed } from "./schema.ts";

const tag = "Analysis";
const daysDefault = 30;
const dayMs = 86_400_000;

/** What turns and what stands, of the closed days; and the plan of a clearance. */
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

  routes.post(
    "/api/v1/analysis/plans",
    {
      onRequest: context.guard("catalog:write"),
      schema: { ...describe(tag, "Draft a session of the chosen slow movers"), body: PlanBody },
    },
    async (request, reply): Promise<SessionItem> => {
      const shop = await context.shopOf(request);
      const { title, startsAt, channels, chosen } = request.body;
      const { bytes } = await requirePage(context, shop, { page: "slow", days: daysDefault });
      const { slow, prices: pairs } = JSON.parse(new TextDecoder().decode(bytes)) as SlowPage;
      const prices = new Map(pairs);
      const movers = chosen.map(({ sku, action }, index) => {
        const mover = slow.find((one) => one.sku === sku);
        const proposal = mover?.proposals.find((one) => one.action === action);
        if (mover === undefined || proposal === undefined)
          throw invalidBody({
            path: `chosen[${index}]`,
            problem: "it is no slow mover any more, or that was not proposed for it",
            problemZh: "它已不是滞销品，或没有这个建议",
          });
        return { mover, proposal, price: prices.get(sku) ?? 0 };
      });
      const options = { id: newSessionId(context.clock), title, channels, startsAt: instantOf(startsAt) };
      const plan = clearancePlan(movers, options);
      if (plan.slots.length === 0) throw new ProblemError("conflict", noSlots);
      await requireValid(context.store.read, shop.id, plan, null);
      const acted = await shop.sessions.create(plan, context.caller(request));
      reply.code(201);
      return sessionItem(requireSaved(acted, acted.ok ? null : await shop.sessions.get(plan.id)));
    },
  );
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

const noSlots = {
  problem: "what goes back to the supplier needs no session",
  problemZh: "退供应商的商品不用排场次",
};

async function requirePage(context: RouteContext, shop: OpenShop, ask: PageAsk): Promise<Page> {
  const page = await context.makePage(shop, ask);
  if (page === null) throw new Error("analyses are never missing");
  return page;
}
