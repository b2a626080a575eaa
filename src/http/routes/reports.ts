import type { FastifyInstance, FastifyReply } from "fastify";
import type { DayList, DayListItem } from "../../api/after-live.ts";
import { DayParams, DaysQuery, FileQuery } from "../../api/after-live-queries.ts";
import { ProblemError } from "../../api/problem.ts";
import { SessionParams } from "../../api/sessions.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import type { DaySummary } from "../../engine/after-live/reports.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import type { Page, PageAsk } from "../reports/pages.ts";
import { unknownSession } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";
import { openOf } from "./sessions.ts";

const tag = "Reports";
const daysListedDefault = 60;

/** Reports of business days and of sessions. */
export const addReportRoutes: AddRoutes = (app, context) => {
  addDayRoutes(app, context);
  addFileRoutes(app, context);
  addSessionRoute(app, context);
  addSessionFileRoutes(app, context);
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
    async (request, reply) => sendPage(reply, await dayPage(context, request, { page: "day" })),
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
      const { language = "zh" } = request.query;
      return sendPage(reply, await dayPage(context, request, { page: "day_file", kind: "xlsx", language }));
    },
  );

  routes.get(
    "/api/v1/reports/days/:date/report.csv",
    {
      onRequest: see,
      schema: { ...describe(tag, "The report of a day as CSV"), params: DayParams, querystring: FileQuery },
    },
    async (request, reply) => {
      const { language = "zh" } = request.query;
      return sendPage(reply, await dayPage(context, request, { page: "day_file", kind: "csv", language }));
    },
  );
}

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
      schema: { ...describe(tag, "The report of a session, so far or as it is kept"), params: SessionParams },
    },
    async (request, reply) => {
      const { plan } = await openOf(context, request);
      const shop = await context.shopOf(request);
      const page = await context.makePage(shop, { page: "session", session: plan.id });
      if (page === null) throw unknownSession();
      return sendPage(reply, page);
    },
  );
}

function addSessionFileRoutes(app: FastifyInstance, context: RouteContext): void {
  for (const [kind, words] of [
    ["xlsx", "The report of a session as a workbook"],
    ["csv", "The report of a session as CSV"],
  ] as const)
    typed(app).get(
      `/api/v1/reports/sessions/:session/report.${kind}`,
      {
        onRequest: context.guard("stock:read"),
        schema: { ...describe(tag, words), params: SessionParams, querystring: FileQuery },
      },
      async (request, reply) => {
        const { plan } = await openOf(context, request);
        const shop = await context.shopOf(request);
        const { language = "zh" } = request.query;
        const page = await context.makePage(shop, {
          page: "session_file",
          session: plan.id,
          kind,
          language,
        });
        if (page === null) throw unknownSession();
        return sendPage(reply, page);
      },
    );
}

type Request = Parameters<RouteContext["caller"]>[0] & { readonly params: DayParams };

type DayAsk = Extract<PageAsk, { date: string }>;
type WithoutDate = {
  [Name in DayAsk["page"]]: Omit<Extract<DayAsk, { page: Name }>, "date">;
}[DayAsk["page"]];

async function dayPage(context: RouteContext, request: Request, what: WithoutDate): Promise<Page> {
  const { date } = request.params;
  const shop = await context.shopOf(request);
  const isDate = !Number.isNaN(Date.parse(`${date}T00:00:00Z`));
  const page = isDate ? await context.makePage(shop, { ...what, date }) : null;
  if (page === null)
    throw new ProblemError("not_found", { what: "report of that day", whatZh: "这一天的报表" });
  return page;
}

/** The bytes as they were made: nothing is turned into anything on the way. */
export function sendPage(reply: FastifyReply, { type, name, bytes }: Page): FastifyReply {
  const { buffer, byteOffset, byteLength } = bytes;
  const body = Buffer.from(buffer, byteOffset, byteLength);
  return name === null ? reply.type(type).send(body) : sendFile(reply, name, type, body);
}

function listItem({ from, to, closedAt, shortage: _shortage, ...day }: DaySummary): DayListItem {
  return { ...day, from: timeOf(from), to: timeOf(to), closedAt: timeOrNull(closedAt) };
}
