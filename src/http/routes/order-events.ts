import { Readable } from "node:stream";
import { Compile } from "typebox/compile";
import { Type } from "typebox";
import { EventResults, OrderEvents, eventsPerArrayMax } from "../../api/orders.ts";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import { faultOf } from "../../api/validate.ts";
import type { AddRoutes } from "../deps.ts";
import { applyAll, countsOf, judge, type Tell } from "../events/judge.ts";
import { answerEvents } from "../events/stream.ts";
import { httpLimits } from "../limits.ts";
import { describe } from "./schema.ts";

/** Only the list is checked before the route runs: each item answers for itself. */
const list = Compile(Type.Array(Type.Unknown(), { maxItems: eventsPerArrayMax }));

const ndjsonMediaTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/** What platforms say of orders, as a list or as a stream. */
export const addOrderEventRoutes: AddRoutes = (app, context) => {
  app.register(async (scope) => {
    scope.addContentTypeParser(ndjsonMediaTypes, (_request, payload, done) => done(null, payload));
    addRoute(scope, context);
  });
};

const addRoute: AddRoutes = (app, context) => {
  let streams = 0;

  app.post(
    "/api/v1/order-events",
    {
      onRequest: context.guard("orders:write"),
      validatorCompiler: () => (body: unknown) => {
        if (body instanceof Readable || list.Check(body)) return { value: body };
        return { error: invalidBody(faultOf(list.Errors(body))) };
      },
      schema: {
        ...describe(
          "Order events",
          "What platforms say of orders: a JSON array, or NDJSON of any length, answered item by item",
        ),
        body: OrderEvents,
        response: { 200: EventResults },
      },
    },
    async (request, reply) => {
      const { id, batcher, sides } = await context.shopOf(request);
      const keys = context.contactKeys(id);
      const tell: Tell = (contacts) => sides.tell(contacts, keys);
      const { body } = request;
      if (!(body instanceof Readable)) {
        const caller = context.caller(request);
        const items = (body as readonly unknown[]).map((item, index) => judge(index, item, caller));
        const results = await applyAll(batcher, items, tell);
        return { results, counts: countsOf(results) };
      }
      if (streams >= httpLimits.eventStreamsMax) {
        throw new ProblemError(
          "too_many_streams",
          { limit: httpLimits.eventStreamsMax },
          { "retry-after": "5" },
        );
      }
      streams += 1;
      request.raw.socket.setTimeout(httpLimits.streamPauseMsMax);
      const caller = () => context.caller(request);
      const answers = answerEvents(body, { batcher, caller, tell, stopping: context.stopping });
      // In bytes: a sender that reads nothing while it sends is held back only when so much waits for it.
      const answer = Readable.from(answers, { objectMode: false, highWaterMark: httpLimits.answerBytesMax });
      answer.once("close", () => {
        streams -= 1;
        request.raw.socket.setTimeout(httpLimits.silenceMsMax);
      });
      // When the answer ends before the question, because the server stops, nobody waits for the rest of it.
      return reply.header("connection", "close").type("application/x-ndjson; charset=utf-8").send(answer);
    },
  );
};
