import type { FastifyInstance } from "fastify";
import {
  ApprovalsAnswer,
  ApprovalsBody,
  CancelBody,
  CloseBinsAnswer,
  CloseBinsBody,
  CounterSheet,
  CountItem,
  EntriesAnswer,
  EntriesBody,
  RecountsBody,
  ResolutionBody,
  SheetLines,
  SheetParams,
  SheetQuery,
  countsLimits,
} from "../../api/counts.ts";
import { instantOf, timeOf } from "../../api/text.ts";
import { progressOf } from "../../domain/count/view.ts";
import { varianceReasons, varianceReasonWords } from "../../domain/count/tolerance.ts";
import type { Device, Said } from "../../engine/counts/times.ts";
import { tellSpot } from "../../engine/counts/chores.ts";
import type { ItemAnswer } from "../../engine/counts/answers.ts";
import { unknownSheet } from "../../engine/counts/counts.ts";
import { readCountPolicy } from "../../engine/counts/policy.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { Sheet } from "../../domain/count/sheet.ts";
import type { Identity } from "../auth/identity.ts";
import { identityOf, type AddRoutes, type RouteContext } from "../deps.ts";
import { cellItem, compareLines, counterSheet, countItem, sheetLine } from "../counts/present.ts";
import { paperProblem, requirePaper } from "../counts/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Counting";

/** One sheet: what counters see and send, and what those see and sign who may approve. */
export const addCountSheetRoutes: AddRoutes = (app, context) => {
  addViewRoutes(app, context);
  addCountingRoutes(app, context);
  addResolutionRoutes(app, context);
  addApprovalRoutes(app, context);
  addEndRoutes(app, context);
};

type Request = Parameters<RouteContext["caller"]>[0] & { readonly params: SheetParams };

async function sheetOf(context: RouteContext, request: Request): Promise<{ shop: OpenShop; sheet: Sheet }> {
  const shop = await context.shopOf(request);
  const sheet = await shop.counts.get(request.params.sheet);
  if (sheet === null) throw paperProblem(unknownSheet);
  return { shop, sheet };
}

function addViewRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { clock, store } = context;
  routes.get(
    "/api/v1/counts/:sheet",
    {
      onRequest: context.guard("stock:write"),
      schema: {
        ...describe(tag, "A sheet as its counter sees it: blind, without what the books expect"),
        params: SheetParams,
        querystring: SheetQuery,
        response: { 200: CounterSheet },
      },
    },
    async (request): Promise<CounterSheet> => {
      const { shop, sheet } = await sheetOf(context, request);
      const { after = null } = request.query;
      const { actor } = context.caller(request);
      const { view, expected, part } = await shop.counts.viewFor(sheet, actor, after);
      return counterSheet(sheet, view, expected, await shop.counts.goods.all(), clock.now(), part);
    },
  );

  routes.get(
    "/api/v1/counts/:sheet/lines",
    {
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "A sheet with what the books expect, for those who approve"),
        params: SheetParams,
        response: { 200: SheetLines },
      },
    },
    async (request): Promise<SheetLines> => {
      const { shop, sheet } = await sheetOf(context, request);
      const { lines } = await shop.counts.judge(sheet);
      const [priceOf, goods] = [await shop.counts.priceOf(), await shop.counts.goods.all()];
      const { policy } = await readCountPolicy(store.read, shop.id);
      const role = roleOf(identityOf(request));
      const progress = progressOf(sheet, lines, priceOf);
      const shown = lines.toSorted(compareLines).slice(0, countsLimits.linesShownMax);
      return {
        item: countItem(sheet),
        progress: { ...progress, byStatus: { ...progress.byStatus } },
        lines: shown.map((line) => sheetLine(sheet, line, goods)),
        more: lines.length > shown.length,
        // Who has no level may approve nothing that differs.
        valueMinorMax: (policy.levels.find((one) => one.role === role) ?? { valueMinorMax: 0 }).valueMinorMax,
        reasons: varianceReasons.map((reason) => ({ reason, words: varianceReasonWords[reason] })),
      };
    },
  );
}

function addCountingRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { clock } = context;
  const count = context.guard("stock:write");
  routes.post(
    "/api/v1/counts/:sheet/entries",
    {
      onRequest: count,
      schema: {
        ...describe(tag, "What somebody counted; each entry is answered, and sent twice it counts once"),
        params: SheetParams,
        body: EntriesBody,
        response: { 200: EntriesAnswer },
      },
    },
    async (request): Promise<EntriesAnswer> => {
      const { counts } = await context.shopOf(request);
      const { entries, ...device } = request.body;
      const asked = entries.map((entry) => ({
        ...entry,
        ...saidOf(entry),
        lot: entry.lot ?? null,
        quality: entry.quality ?? ("good" as const),
        mode: entry.mode ?? ("first" as const),
        queued: entry.queued ?? false,
      }));
      const { sheet } = request.params;
      const taken = requirePaper(await counts.enter(sheet, asked, deviceOf(device), context.caller(request)));
      return { results: taken.results.map(itemResult), serverAt: timeOf(clock.now()) };
    },
  );

  routes.post(
    "/api/v1/counts/:sheet/bins/close",
    {
      onRequest: count,
      schema: {
        ...describe(tag, "Whole bins were looked at: what was not entered is not there"),
        params: SheetParams,
        body: CloseBinsBody,
        response: { 200: CloseBinsAnswer },
      },
    },
    async (request): Promise<CloseBinsAnswer> => {
      const { counts } = await context.shopOf(request);
      const { bins, ...device } = request.body;
      const asked = bins.map((one) => ({ bin: one.bin, ...saidOf(one) }));
      const { sheet } = request.params;
      const closed = requirePaper(
        await counts.closeBins(sheet, asked, deviceOf(device), context.caller(request)),
      );
      return {
        results: closed.results.map(itemResult),
        again: closed.again.map(({ cell, words }) => ({ cell: cellItem(cell), words })),
        serverAt: timeOf(clock.now()),
      };
    },
  );
}

function addResolutionRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const count = context.guard("stock:write");
  routes.post(
    "/api/v1/counts/:sheet/resolutions",
    {
      onRequest: count,
      schema: {
        ...describe(tag, "Says whether an unclear entry adds, replaces, or is left out"),
        params: SheetParams,
        body: ResolutionBody,
        response: { 200: CountItem },
      },
    },
    async (request): Promise<CountItem> => {
      const { counts } = await context.shopOf(request);
      const { entry, as } = request.body;
      const { sheet } = request.params;
      return countItem(requirePaper(await counts.resolve(sheet, entry, as, context.caller(request))).state);
    },
  );
}

function addApprovalRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const approve = context.guard("catalog:write");
  routes.post(
    "/api/v1/counts/:sheet/recounts",
    {
      onRequest: approve,
      schema: {
        ...describe(tag, "Asks for lines to be counted once more"),
        params: SheetParams,
        body: RecountsBody,
        response: { 200: CountItem },
      },
    },
    async (request): Promise<CountItem> => {
      const { counts } = await context.shopOf(request);
      const { lines, reason = "" } = request.body;
      const { sheet } = request.params;
      return countItem(
        requirePaper(await counts.recount(sheet, lines, reason, context.caller(request))).state,
      );
    },
  );

  routes.post(
    "/api/v1/counts/:sheet/approvals",
    {
      onRequest: approve,
      schema: {
        ...describe(tag, "Approves lines, all or none, and books their differences"),
        params: SheetParams,
        body: ApprovalsBody,
        response: { 200: ApprovalsAnswer },
      },
    },
    async (request): Promise<ApprovalsAnswer> => {
      const { shop } = await sheetOf(context, request);
      const who = context.caller(request);
      const approvals = request.body.lines.map(({ line, variance, reason = null }) => ({
        key: line,
        variance,
        reason,
      }));
      const signer = { by: who.actor, role: roleOf(identityOf(request)) };
      const { sum } = requirePaper(await shop.counts.approve(request.params.sheet, approvals, signer, who));
      await tellResults(context, shop, request.params.sheet);
      return { approved: approvals.length, ...sum };
    },
  );
}

function addEndRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const approve = context.guard("catalog:write");
  routes.post(
    "/api/v1/counts/:sheet/close",
    {
      onRequest: approve,
      schema: {
        ...describe(tag, "Finishes a sheet: what matches is kept as proof"),
        params: SheetParams,
        response: { 200: CountItem },
      },
    },
    async (request): Promise<CountItem> => {
      const shop = await context.shopOf(request);
      const { sheet } = request.params;
      const closed = requirePaper(await shop.counts.close(sheet, context.caller(request)));
      await tellResults(context, shop, sheet);
      return countItem(closed.state);
    },
  );

  routes.post(
    "/api/v1/counts/:sheet/cancel",
    {
      onRequest: approve,
      schema: {
        ...describe(tag, "Gives a sheet up; what was approved stays booked"),
        params: SheetParams,
        body: CancelBody,
        response: { 200: CountItem },
      },
    },
    async (request): Promise<CountItem> => {
      const { counts } = await context.shopOf(request);
      const { sheet } = request.params;
      return countItem(
        requirePaper(await counts.cancel(sheet, request.body.reason, context.caller(request))).state,
      );
    },
  );
}

/** A precheck that asked for the count sees its result at once. */
export async function tellResults({ store }: RouteContext, shop: OpenShop, id: string): Promise<void> {
  const sheet = await shop.counts.get(id);
  if (sheet === null) return;
  await tellSpot({ store, shop: shop.id, batcher: shop.batcher, counts: shop.counts }, sheet);
}

/** By which level somebody approves: a key has no role, so its rights say which it stands for. */
export function roleOf({ role, scopes }: Identity): string {
  if (role !== null) return role;
  if (scopes.has("admin")) return "owner";
  return scopes.has("catalog:write") ? "operator" : "warehouse";
}

interface BodyTimes {
  readonly from?: string;
  readonly to?: string;
  readonly first?: number;
  readonly last?: number;
}

export function saidOf({ from, to, first, last }: BodyTimes): Said {
  return {
    from: from === undefined ? null : instantOf(from),
    to: to === undefined ? null : instantOf(to),
    first: first ?? null,
    last: last ?? null,
  };
}

export function deviceOf({ device, clock = [] }: Pick<EntriesBody, "device" | "clock">): Device {
  return {
    device: device ?? null,
    samples: clock.map(({ sentAt, receivedAt, serverAt }) => ({
      deviceSentAt: instantOf(sentAt),
      deviceReceivedAt: instantOf(receivedAt),
      serverAt: instantOf(serverAt),
    })),
  };
}

export function itemResult({ id, result, code, words }: ItemAnswer) {
  return {
    id,
    result,
    ...(code === undefined ? {} : { code }),
    ...(words === undefined ? {} : { words: { ...words } }),
  };
}
