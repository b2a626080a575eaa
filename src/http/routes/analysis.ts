import { AnalysisQuery, PlanBody, type AnalysisItem } from "../../api/analysis.ts";
import { invalidBody, ProblemError } from "../../api/problem.ts";
import type { SessionItem } from "../../api/sessions.ts";
import { instantOf, timeOrNull } from "../../api/text.ts";
import { accuracyReport } from "../../domain/analysis/accuracy.ts";
import { figuresOfGroup } from "../../domain/analysis/figures.ts";
import { clearancePlan } from "../../domain/analysis/plan.ts";
import type { Analysis } from "../../engine/after-live/analysis.ts";
import type { AddRoutes } from "../deps.ts";
import { newSessionId, requireValid } from "../sessions/plan.ts";
import { sessionItem } from "../sessions/present.ts";
import { requireSaved } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Analysis";
const daysDefault = 30;

/** What turns and what stands, of the closed days; and the plan of a clearance. */
export const addAnalysisRoutes: AddRoutes = (app, context) => {
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
    async (request): Promise<AnalysisItem> => {
      const shop = await context.shopOf(request);
      const { days = daysDefault } = request.query;
      const analysis = await shop.analyser.analyse(days);
      return analysis === null ? nothingYet(days) : analysisItem(analysis);
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
      const analysis = await shop.analyser.analyse(daysDefault);
      const prices = new Map(analysis?.products.map(({ sku, price }) => [sku, price]));
      const movers = chosen.map(({ sku, action }, index) => {
        const mover = analysis?.slow.find((one) => one.sku === sku);
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

const noSlots = {
  problem: "what goes back to the supplier needs no session",
  problemZh: "退供应商的商品不用排场次",
};

/** Before the first day is closed. */
function nothingYet(days: number): AnalysisItem {
  const lists = { categories: [], abc: [], ageing: [], slow: [], trends: [], replenish: [], daily: [] };
  return { through: null, days, all: figuresOfGroup([], days), ...lists, accuracy: accuracyReport([]) };
}

function analysisItem({ products, abc, slow, trends, replenish, ...rest }: Analysis): AnalysisItem {
  const names = new Map(products.map(({ sku, name }) => [sku, name]));
  const named = <Item extends { readonly sku: string }>(item: Item): Item & { readonly name: string } => ({
    ...item,
    name: names.get(item.sku) ?? "",
  });
  return {
    ...rest,
    abc: abc.map(named),
    slow: slow.map(named),
    trends: trends.map(named),
    replenish: replenish.map(({ outAt, ...item }) => named({ ...item, outAt: timeOrNull(outAt) })),
  };
}
