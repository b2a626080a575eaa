import type { FastifyRequest } from "fastify";
import { LiveQuery } from "../../api/stock.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { LiveReader, beginStream } from "../sse.ts";
import { describe, typed } from "./schema.ts";

export const addLiveRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);

  routes.get(
    "/api/v1/live",
    {
      onRequest: context.guard("stock:read"),
      exposeHeadRoute: false,
      schema: {
        ...describe(
          "Stock",
          "The live stream (text/event-stream): a snapshot, then changes; Last-Event-ID resumes",
        ),
        querystring: LiveQuery,
      },
    },
    async (request, reply) => {
      const { feed } = await context.shopOf(request);
      const { raw } = reply;
      // Before anything is written, so that a refusal can still be a problem document.
      feed.admit();
      reply.hijack();
      beginStream(raw);
      const reader = new LiveReader(raw, stillAllowed(request, context));
      try {
        const subscription = await feed.subscribe(reader, lastSeqOf(request), request.query.full === true);
        if (raw.destroyed) subscription.close();
        else raw.once("close", () => subscription.close());
      } catch (error) {
        request.log.warn({ err: error }, "a live stream could not begin");
        raw.destroy();
      }
      return reply;
    },
  );
};

/** The number that a reader which comes back has seen everything up to. */
function lastSeqOf(request: FastifyRequest): number | null {
  const header = request.headers["last-event-id"];
  if (typeof header !== "string" || !/^\d{1,16}$/.test(header)) return null;
  const seq = Number(header);
  return Number.isSafeInteger(seq) ? seq : null;
}

function stillAllowed(request: FastifyRequest, { accounts }: RouteContext): () => Promise<boolean> {
  return async () => (await accounts.identify(request))?.scopes.has("stock:read") ?? false;
}
