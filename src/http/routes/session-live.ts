import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ProblemError } from "../../api/problem.ts";
import type { AlternatesAnswer, ReplayData, SessionView, TimelinePage } from "../../api/session-view.ts";
import { SessionParams } from "../../api/sessions.ts";
import { PageLimit, Seq, SkuText, closed, pageRowsDefault, timeOf } from "../../api/text.ts";
import { skuKey } from "../../domain/text.ts";
import { alternatesOf } from "../../engine/live/alternates.ts";
import { buildReplay } from "../../engine/live/replay.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { unknownSession } from "../sessions/refused.ts";
import { streamsOf, type StreamKind } from "../sessions/streams.ts";
import { LiveReader, beginStream } from "../sse.ts";
import { openOf } from "./sessions.ts";
import { describe, typed } from "./schema.ts";

const tag = "Live session";

const TimelineQuery = Type.Object({ after: Type.Optional(Seq), limit: Type.Optional(PageLimit) }, closed);
const AlternatesQuery = Type.Object({ sku: SkuText }, closed);

/** What the screens of a session show: the view, its stream, its timeline, its replay. */
export const addSessionLiveRoutes: AddRoutes = (app, context) => {
  addViewRoutes(app, context);
  addTimelineRoutes(app, context);
};

function addViewRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/sessions/:session/view",
    {
      onRequest: see,
      schema: { ...describe(tag, "A session as its screens show it"), params: SessionParams },
    },
    async (request): Promise<SessionView> => {
      const { live } = await context.shopOf(request);
      const view = await streamsOf(live).of(request.params.session).view();
      if (view === null) throw unknownSession();
      return view;
    },
  );

  routes.get(
    "/api/v1/sessions/:session/live",
    {
      onRequest: see,
      exposeHeadRoute: false,
      schema: {
        ...describe(
          tag,
          "The session's stream (text/event-stream): `view` first and after what changed its shape, `numbers` between",
        ),
        params: SessionParams,
      },
    },
    async (request, reply) => {
      const shop = await context.shopOf(request);
      await openOf(context, request);
      const allowed = async (): Promise<boolean> =>
        (await context.accounts.identify(request))?.scopes.has("stock:read") ?? false;
      return stream(request, reply, { shop, session: request.params.session, kind: "view", allowed });
    },
  );

  routes.get(
    "/api/v1/sessions/:session/alternates",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "Who can take over from a product, best first"),
        params: SessionParams,
        querystring: AlternatesQuery,
      },
    },
    async (request): Promise<AlternatesAnswer> => {
      const { live } = await context.shopOf(request);
      const looked = await live.runtime(request.params.session).look();
      if (looked === null) throw unknownSession();
      const items = await alternatesOf(live.options, looked, skuKey(request.query.sku));
      if (items === null) throw new ProblemError("not_found", { what: "such SKU", whatZh: "这个 SKU" });
      return { items };
    },
  );
}

export interface StreamOf {
  readonly shop: OpenShop;
  readonly session: string;
  readonly kind: StreamKind;
  /** Asked at each beat: whoever may no longer read hears no more. */
  readonly allowed: () => Promise<boolean>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called when the stream has ended. */
  readonly ended?: () => void;
}

/** Answers with a session's stream until either side ends it. */
export async function stream(
  request: FastifyRequest,
  reply: FastifyReply,
  { shop, session, kind, allowed, headers = {}, ended = () => {} }: StreamOf,
): Promise<FastifyReply> {
  const streams = streamsOf(shop.live).of(session);
  const { raw } = reply;
  // Before anything is written, so that a refusal can still be a problem document.
  streams.admit(kind);
  reply.hijack();
  beginStream(raw, headers);
  raw.once("close", ended);
  try {
    const subscription = await streams.subscribe(new LiveReader(raw, allowed), kind);
    if (subscription === null) raw.end();
    else if (raw.destroyed) subscription.close();
    else raw.once("close", () => subscription.close());
  } catch (error) {
    request.log.warn({ err: error }, "a live stream could not begin");
    raw.destroy();
  }
  return reply;
}

function addTimelineRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/sessions/:session/timeline",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "What happened in a session, oldest first"),
        params: SessionParams,
        querystring: TimelineQuery,
      },
    },
    async (request): Promise<TimelinePage> => {
      const { sessions } = await context.shopOf(request);
      const { plan } = await openOf(context, request);
      const { after = 0, limit = pageRowsDefault } = request.query;
      const items = await sessions.activities(plan.id, after, limit);
      return {
        items: items.map(({ seq, at, actor, kind, sku, body }) => ({
          seq,
          at: timeOf(at),
          actor,
          kind,
          sku: sku ?? null,
          body: { ...body },
        })),
        next: items.length < limit ? null : (items.at(-1)?.seq ?? null),
      };
    },
  );

  routes.get(
    "/api/v1/sessions/:session/replay",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "The whole session on one axis, by the minute"),
        params: SessionParams,
      },
    },
    async (request): Promise<ReplayData> => {
      const { live } = await context.shopOf(request);
      const open = await openOf(context, request);
      const replay = await buildReplay(live.options, open);
      if (replay === null)
        throw new ProblemError("conflict", {
          problem: "The session has not been live yet",
          problemZh: "这个场次还没有开播过",
        });
      return {
        session: open.plan.id,
        from: timeOf(replay.from),
        to: timeOf(replay.to),
        minutes: replay.minutes.map((minute) => ({ ...minute, at: timeOf(minute.at) })),
        skus: replay.skus,
      };
    },
  );
}
