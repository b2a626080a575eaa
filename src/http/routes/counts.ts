import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  AccuracyQuery,
  CountAccuracy,
  CountBody,
  CountHeaders,
  CountItem,
  CountPage,
  CountPlan,
  CountPolicyBody,
  PolicyPreview,
  WarehouseQuery,
  countsLimits,
} from "../../api/counts.ts";
import { mainWarehouse } from "../../domain/catalog.ts";
import { varianceReasonWords } from "../../domain/count/tolerance.ts";
import type { VarianceReason } from "../../domain/count/tolerance.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Words } from "../../domain/live/words.ts";
import { businessDayOf } from "../../engine/day.ts";
import { plansKept } from "../../engine/counts/kept-plans.ts";
import { accuracyReport, countedBins, dayNumber, zoneOf } from "../../engine/counts/plan.ts";
import {
  countPolicyDefault,
  countPolicyId,
  countPolicyKind,
  readCountPolicy,
} from "../../engine/counts/policy.ts";
import { putDocument } from "../documents.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { countItem } from "../counts/present.ts";
import { requirePaper } from "../counts/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Counting";
const dayMs = 24 * hourMs;
const accuracyDaysDefault = 30;
const previewBinsMax = 100;

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
      // Whoever looks at the list may open a sheet next: after a start the floor is made meanwhile.
      if (!counts.isReady)
        counts.follow().catch((error: unknown) => request.log.warn({ error }, "the floor could not be read"));
      return { items: (await counts.list(0, countsLimits.sheetsListedMax)).map(countItem) };
    },
  );

  routes.post(
    "/api/v1/counts",
    {
      onRequest: context.guard("stock:write"),
      schema: {
        ...describe(tag, "Open a count sheet; the same key again is the same sheet"),
        headers: CountHeaders,
        body: CountBody,
        response: { 201: CountItem },
      },
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
      const key = request.headers["idempotency-key"] ?? null;
      const asked = { ...what, warehouse, blind, tolerance, purpose, request: key };
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
  const dayOf = (at: number): string => businessDayOf(at, shop).date;
  const zones = new Map<string, ReadonlyMap<string, { readonly zone: string }>>();
  for (const { warehouse } of await context.store.read.warehouses(open.id))
    zones.set(warehouse, await open.floorPlan.bins(warehouse));
  const zoneIn = (warehouse: string, bin: string): string => {
    const zone = zones.get(warehouse)?.get(bin)?.zone ?? "";
    return zone === "" ? zoneOf(bin) : zone;
  };
  const report = accuracyReport(countedBins(sheets, dayOf, zoneIn));
  const books = { store: context.store, shop: open.id, batcher: open.batcher, counts };
  const plan = await plansKept(books, dayOf(from), from - accuracyDaysDefault * dayMs, dayOf);
  const dateOf = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);
  const dated = <Row extends { readonly day: number }>({ day: number, ...row }: Row) => ({
    date: dateOf(number),
    ...row,
  });
  return {
    from: businessDayOf(from, shop).date,
    to: day.date,
    total: report.total,
    byDay: report.byDay.map(({ part, ...row }) => ({ date: dateOf(Number(part)), ...row })),
    byCounter: report.byCounter.map(({ part, ...row }) => ({ counter: String(part), ...row })),
    plan: plan.map(dated),
    byZone: report.byZone.map(({ part, ...row }) => ({ zone: String(part), ...row })),
    zonesByDay: report.zonesByDay.map(({ part, days: own }) => ({ zone: part, days: own.map(dated) })),
    countersByDay: report.countersByDay.map(({ part, days: own }) => ({
      counter: part,
      days: own.map(dated),
    })),
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
    const { picks, tolerance, levels, everyDays, binsByWeekday, abcPercent } = policy;
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
      abcPercent: { ...abcPercent },
    };
  };
  addPolicyPreview(app, context);
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

function addPolicyPreview(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/counts/policy/preview",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "What today's plan would be by another policy; changes nothing"),
        querystring: WarehouseQuery,
        body: CountPolicyBody,
        response: { 200: PolicyPreview },
      },
    },
    async (request): Promise<PolicyPreview> => {
      const { counts } = await context.shopOf(request);
      const { warehouse = mainWarehouse } = request.query;
      const { version: _, ...policy } = request.body;
      const now = await counts.plan(warehouse);
      const tried = await counts.plan(warehouse, { ...countPolicyDefault, ...policy });
      const classes = { A: 0, B: 0, C: 0 };
      for (const one of [...tried.today, ...tried.later]) classes[one.class] += 1;
      return {
        date: tried.date,
        warehouse,
        // 1970-01-01 was a Thursday; Monday is 0.
        weekday: (dayNumber(tried.date) + 3) % 7,
        now: { today: now.today.length, later: now.later.length },
        tried: { today: tried.today.length, later: tried.later.length },
        classes,
        bins: tried.today.slice(0, previewBinsMax),
      };
    },
  );
}
