// A peer behind the same Fastify: the same body parser, schema, validator, bearer key and answer as the product's
// reservation; only what stands behind them is the peer's.
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { OrderAnswer, ReservationBody } from "../../src/api/orders.ts";
import { ProblemError, problemOf } from "../../src/api/problem.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { addBodyParsers, addValidation } from "../../src/http/body.ts";
import { createErrorHandler } from "../../src/http/errors.ts";
import { childInput, say, whenParentEnds } from "../lib/child.ts";
import { openPostgresPerOrder } from "../peers/postgres-per-order.ts";
import { openRedis } from "../peers/redis.ts";
import type { Seller } from "../peers/seller.ts";

export type PeerInput = {
  readonly key: string;
  readonly sku: string;
  readonly units: number;
} & (
  | { readonly peer: "redis"; readonly redisPort: number }
  | { readonly peer: "postgres"; readonly url: string }
);

const input = childInput<PeerInput>();
const holdMs = 15 * 60_000;

function open(): Promise<Seller> {
  const skus = [input.sku];
  return input.peer === "redis"
    ? openRedis(input.redisPort, skus, input.units)
    : openPostgresPerOrder(input.url, "update", skus, input.units);
}

const seller = await open();
const keys = new Map([[`Bearer ${input.key}`, { name: "bench" }]]);
const app: FastifyInstance = Fastify({
  loggerInstance: pino({ level: "warn" }, pino.destination(2)) as FastifyBaseLogger,
  childLoggerFactory: (logger) => logger,
  logController: new LogController({ disableRequestLogging: true }),
});
app.setErrorHandler(createErrorHandler(systemClock));
addBodyParsers(app);
addValidation(app);
app.post<{ Body: ReservationBody }>(
  "/api/v1/reservations",
  {
    onRequest: (request, _reply, done) => {
      const known = keys.has(request.headers.authorization ?? "");
      done(known ? undefined : new ProblemError("unauthenticated"));
    },
    schema: { body: ReservationBody, response: { 201: OrderAnswer } },
  },
  (request, reply) => {
    const { channel, orderId, buyer = "", lines } = request.body;
    // Each of the bench's orders has one line; more would only make the peers slower.
    const { sku = "", quantity = 0 } = lines[0] ?? {};
    const order = { orderId: `${channel}:${orderId}`, sku, buyer, quantity };
    seller.reserve(order).then(
      (taken) => {
        if (!taken) {
          const refusal = problemOf("insufficient_stock", { sku, requested: quantity, sellable: 0 });
          return reply.code(409).send(refusal);
        }
        const expiresAt = new Date(Date.now() + holdMs).toISOString();
        const line = {
          lineId: "1",
          sku,
          quantity,
          covered: quantity,
          backlog: 0,
          stage: "created",
          kind: "spot",
        };
        return reply.code(201).send({ channel, orderId, stage: "created", expiresAt, lines: [line], seq: 0 });
      },
      (error: unknown) => reply.send(error),
    );
  },
);
app.get("/promised", async () => ({ promised: await seller.promised() }));
await app.listen({ port: 0, host: "127.0.0.1" });
whenParentEnds(() => {
  void app
    .close()
    .then(() => seller.close())
    .then(() => process.exit(0));
});
say({ port: (app.server.address() as AddressInfo).port });
