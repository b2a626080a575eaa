import type { ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import { LiveQuery } from "../../api/stock.ts";
import type { FeedReader } from "../../engine/feed.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { describe, typed } from "./schema.ts";

/** A comment for readers that watch bytes, an event for those that only see events. Both are nothing new. */
const beat = Buffer.from(": beat\n\n");
const reconnectMs = 1_000;
const opening = Buffer.from(`retry: ${reconnectMs}\n: zaiku\n\n`);

/** The live stream of stock over one connection. */
class LiveReader implements FeedReader {
  readonly #response: ServerResponse;
  readonly #stillAllowed: () => Promise<boolean>;

  constructor(response: ServerResponse, stillAllowed: () => Promise<boolean>) {
    this.#response = response;
    this.#stillAllowed = stillAllowed;
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  write(bytes: Buffer): void {
    if (!this.#response.destroyed) this.#response.write(bytes);
  }

  drained(): Promise<boolean> {
    const response = this.#response;
    if (response.destroyed) return Promise.resolve(false);
    if (!response.writableNeedDrain) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (): void => {
        response.off("drain", done);
        response.off("close", done);
        resolve(!response.destroyed);
      };
      response.on("drain", done);
      response.on("close", done);
    });
  }

  beat(): void {
    this.write(beat);
    // Whoever was signed out or had a key taken away hears no more.
    this.#stillAllowed().then(
      (allowed) => {
        if (!allowed) this.end();
      },
      () => this.end(),
    );
  }

  end(): void {
    this.#response.end();
  }

  cut(): void {
    this.#response.destroy();
  }
}

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
      raw.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      });
      raw.write(opening);
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
