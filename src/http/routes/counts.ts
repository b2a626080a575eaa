import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  AccuracyQuery,
  CountAccuracy,
  CountBody,
  CountItem,
  CountPage,
  CountPlan,
  CountPolicyBody,
  WarehouseQuery,
  countsLimits,
} from "../../api/counts.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { varianceReasonWords } from "../../domain/count/tolerance.ts";
import type { VarianceReason } from "../../domain/count/tolerance.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Words } from "../../domain/live/words.ts";
import { businessDayOf } from "../../engine/day.ts";
import { accuracyReport, countedBins } from "../../engine/counts/plan.ts";
import { countPolicyId, countPolicyKind, readCountPolicy } from "../../engine/counts/policy.ts";
import { putDocument } from "../documents.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { countItem } from "../counts/present.ts";
import { requirePaper } from "../counts/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Counting";
const dayMs = 24 * hourMs;
const accuracyDaysDefault = 30;

/** Count sheets: what there is to count, and how well shelves and books agree. */
export const addCountRoutes: AddRoutes = (app, context) => {
  addListRoutes(app, context);
  addPlanRoutes(app, context);
  addPolicyRoutes(app, context);
};

function addListRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  routes.get(
    "/api/v1/counts",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "Count sheets, the latest first"), response: { 200: CountPage } },
    },
    async (request): Promise<CountPage> => {
      const { counts } = await context.shopOf(request);
      return { items: (await counts.list(0, countsLimits.sheetsListedMax)).map(countItem) };
    },
  );

  routes.post(
    "/api/v1/counts",
    {
      onRequest: context.guard("stock:write"),
      schema: { ...describe(tag, "Open a count sheet"), body: CountBody, response: { 201: CountItem } },
    },
    async (request, reply) => {
      const { counts } = await context.shopOf(request);
      const {
        warehouse = mainWarehouse,
        blind = true,
        tolerance = null,
        purpose = "",
        ...what
      } = request.body;
      const asked = { ...what, warehouse, blind, tolerance, purpose };
      const opened = requirePaper(await counts.open(asked, context.caller(request)));
      reply.code(201);
      return countItem(opened.state);
    },
  );
}

function addPlanRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");
  routes.get(
    "/api/v1/counts/plan",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "The bins to count today, by value and velocity; doubtful ones first of all"),
        querystring: WarehouseQuery,
        response: { 200: CountPlan },
      },
    },
    async (request): Promise<CountPlan> => {
      const { counts } = await context.shopOf(request);
      const { warehouse = mainWarehouse } = request.query;
      const { date, today, later } = await counts.plan(warehouse);
      return { date, warehouse, today: [...today], later: later.length };
    },
  );

  routes.get(
    "/api/v1/counts/accuracy",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "How often shelves and books agree: in all, by day, counter, zone and cause"),
        querystring: AccuracyQuery,
        response: { 200: CountAccuracy },
      },
    },
    (request) => accuracy(context, request, request.query.days ?? accuracyDaysDefault),
  );
}

async function accuracy(
  context: RouteContext,
  request: FastifyRequest,
  days: number,
): Promise<CountAccuracy> {
  const open = await context.shopOf(request);
  const { counts, shop } = open;
  const day = open.day();
  const from = day.from - (days - 1) * dayMs;
  // A sheet may have been opened some days before it was finished.
  const sheets = (await counts.list(from - accuracyDaysDefault * dayMs)).filter(
    ({ closedAt }) => closedAt !== null && closedAt >= from,
  );
  const report = accuracyReport(countedBins(sheets, (at) => businessDayOf(at, shop).date));
  const dateOf = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);
  return {
    from: businessDayOf(from, shop).date,
    to: day.date,
    total: report.total,
    byDay: report.byDay.map(({ part, ...row }) => ({ date: dateOf(Number(part)), ...row })),
    byCounter: report.byCounter.map(({ part, ...row }) => ({ counter: String(part), ...row })),
    byZone: report.byZone.map(({ part, ...row }) => ({ zone: String(part), ...row })),
    byCause: report.byCause.map((row) => ({ ...row, words: causeWords(row.cause) })),
  };
}

function causeWords(cause: string): Words {
  return varianceReasonWords[cause as VarianceReason] ?? varianceReasonWords.unknown;
}

function addPolicyRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const read = async (request: FastifyRequest): Promise<CountPolicyBody> => {
    const { id } = await context.shopOf(request);
    const { policy, version } = await readCountPolicy(context.store.read, id);
    const { picks, tolerance, levels, everyDays, binsByWeekday } = policy;
    const known = levels.map(({ role, valueMinorMax }) => ({
      role: role as CountPolicyBody["levels"][number]["role"],
      valueMinorMax,
    }));
    return {
      version,
      picks: { ...picks },
      tolerance: { ...tolerance },
      levels: known,
      everyDays: { ...everyDays },
      binsByWeekday: [...binsByWeekday],
    };
  };
  routes.get(
    "/api/v1/counts/policy",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "How the shop counts"), response: { 200: CountPolicyBody } },
    },
    read,
  );
  routes.put(
    "/api/v1/counts/policy",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Change how the shop counts"),
        body: CountPolicyBody,
        response: { 200: CountPolicyBody },
      },
    },
    async (request): Promise<CountPolicyBody> => {
      const { version, ...body } = request.body;
      await putDocument(context, request, { kind: countPolicyKind, id: countPolicyId, version, body });
      return read(request);
    },
  );
}
