import type { FastifyInstance, FastifyReply } from "fastify";
import {
  type DayList,
  type DayListItem,
  type DayReportItem,
  type SessionReportItem,
} from "../../api/after-live.ts";
import { DayParams, DaysQuery, FileQuery } from "../../api/after-live-queries.ts";
import { ProblemError } from "../../api/problem.ts";
import { SessionParams } from "../../api/sessions.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import type { SessionReport } from "../../domain/report/session-report.ts";
import { daySheets } from "../../engine/after-live/day-sheets.ts";
import type { DayAnswer, DaySummary } from "../../engine/after-live/reports.ts";
import { makeSessionReport } from "../../engine/after-live/session-reports.ts";
import { minorDigitsOf } from "../../import/clean.ts";
import { csvOf, xlsxOf } from "../../import/sheet-file.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { describe, typed } from "./schema.ts";
import { openOf } from "./sessions.ts";

const tag = "Reports";
const daysListedDefault = 60;

/** Reports of business days and of sessions. */
export const addReportRoutes: AddRoutes = (app, context) => {
  addDayRoutes(app, context);
  addFileRoutes(app, context);
  addSessionRoute(app, context);
};

function addDayRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/reports/days",
    { onRequest: see, schema: { ...describe(tag, "Closed days, the latest first"), querystring: DaysQuery } },
    async (request): Promise<DayList> => {
      const shop = await context.shopOf(request);
      const { limit = daysListedDefault, ...range } = request.query;
      const items = await shop.reports.list({ ...range, limit });
      return { items: items.map(listItem), today: shop.day().date };
    },
  );

  routes.get(
    "/api/v1/reports/days/:date",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "The report of a day: closed, or as it stands while it is under way"),
        params: DayParams,
      },
    },
    async (request): Promise<DayReportItem> => dayItem(await dayOf(context, request)),
  );
}

function addFileRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/reports/days/:date/report.xlsx",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "The report of a day as a workbook"),
        params: DayParams,
        querystring: FileQuery,
      },
    },
    async (request, reply) => {
      const { report } = await dayOf(context, request);
      const { language = "zh" } = request.query;
      const sheets = daySheets(report, language);
      const file = await xlsxOf(sheets, minorDigitsOf(report.currency));
      return sendFile(reply, `${sheets[0]?.title ?? report.date}.xlsx`, xlsxType, file);
    },
  );

  routes.get(
    "/api/v1/reports/days/:date/report.csv",
    {
      onRequest: see,
      schema: { ...describe(tag, "The report of a day as CSV"), params: DayParams, querystring: FileQuery },
    },
    async (request, reply) => {
      const { report } = await dayOf(context, request);
      const [sheet] = daySheets(report, request.query.language ?? "zh");
      if (sheet === undefined) throw new ProblemError("not_found", { what: "sheet", whatZh: "表" });
      const file = csvOf(sheet, minorDigitsOf(report.currency));
      return sendFile(reply, `${sheet.title}.csv`, "text/csv; charset=utf-8", file);
    },
  );
}

export const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export function sendFile(
  reply: FastifyReply,
  name: string,
  type: string,
  file: Buffer | string,
): FastifyReply {
  const plain = name.replaceAll(/[^\w.-]+/g, "-").replace(/^-+/, "") || "file";
  return reply
    .header("content-type", type)
    .header(
      "content-disposition",
      `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    .send(file);
}

function addSessionRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).get(
    "/api/v1/reports/sessions/:session",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "The report of a session, so far or as it was"), params: SessionParams },
    },
    async (request): Promise<SessionReportItem> => {
      const open = await openOf(context, request);
      const shop = await context.shopOf(request);
      const options = { store: context.store, shop, sessions: shop.sessions };
      const report = await makeSessionReport(options, open, context.clock.now());
      const named = new Set([
        ...report.products.map(({ sku }) => sku),
        ...report.events.flatMap(({ sku }) => (sku === null ? [] : [sku])),
      ]);
      return sessionItem(report, await shop.names.of(named));
    },
  );
}

type Request = Parameters<RouteContext["caller"]>[0] & { readonly params: DayParams };

async function dayOf(context: RouteContext, request: Request): Promise<DayAnswer> {
  const { date } = request.params;
  const shop = await context.shopOf(request);
  const answer = Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? null : await shop.reports.day(date);
  if (answer === null)
    throw new ProblemError("not_found", { what: "report of that day", whatZh: "这一天的报表" });
  return answer;
}

function listItem({ from, to, closedAt, ...day }: DaySummary): DayListItem {
  return { ...day, from: timeOf(from), to: timeOf(to), closedAt: timeOrNull(closedAt) };
}

export function dayItem({ report, closedAt, hash }: DayAnswer): DayReportItem {
  const { kind: _kind, version: _version, from, to, ...rest } = report;
  return {
    ...rest,
    from: timeOf(from),
    to: timeOf(to),
    closed: closedAt !== null,
    closedAt: timeOrNull(closedAt),
    hash,
  };
}

function sessionItem(report: SessionReport, names: ReadonlyMap<string, string>): SessionReportItem {
  const { kind: _kind, version: _version, liveSince, endedAt, answers, ...rest } = report;
  return {
    ...rest,
    liveSince: timeOrNull(liveSince),
    endedAt: timeOrNull(endedAt),
    timeline: report.timeline.map((step) => ({ ...step, at: timeOf(step.at) })),
    events: report.events.map((event) => ({ ...event, at: timeOf(event.at) })),
    products: report.products.map((product) => ({
      ...product,
      name: names.get(product.sku) ?? "",
      soldOutAt: timeOrNull(product.soldOutAt),
    })),
    answers: {
      ...answers,
      alerts: answers.alerts.map((alert) => ({ ...alert, raisedAt: timeOf(alert.raisedAt) })),
    },
    forecasts: report.forecasts.map((forecast) => ({ ...forecast, at: timeOf(forecast.at) })),
    names: Object.fromEntries(names),
  };
}
