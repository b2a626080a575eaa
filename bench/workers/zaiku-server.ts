// The product's own server in this process, with one more route: the reservation's route again, with the same
// guard, schema and answer, whose handler does nothing. What it costs more than that is what selling costs.
import { subscribe } from "node:diagnostics_channel";
import type { FastifyInstance, RouteOptions } from "fastify";
import { readConfig } from "../../src/config.ts";
import { createLog, startServer } from "../../src/server.ts";
import { childInput, say, whenParentEnds } from "../lib/child.ts";

export interface ZaikuServerInput {
  readonly dataDir: string;
  /** Null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
}

export interface ServerInfo {
  readonly port: number;
}

const reservations = "/api/v1/reservations";
export const noopPath = "/bench/noop";

const noopAnswer = {
  channel: "douyin",
  orderId: "0000000000000000000",
  stage: "created",
  expiresAt: "2026-11-11T20:15:00.000+08:00",
  lines: [{ lineId: "1", sku: "HOT", quantity: 1, covered: 1, backlog: 0, stage: "created", kind: "spot" }],
  seq: 1,
};

function addNoop(app: FastifyInstance, route: RouteOptions): void {
  if (route.url !== reservations || route.method !== "POST") return;
  app.route({
    ...route,
    url: noopPath,
    handler: (_request, reply) => {
      reply.code(201).send(noopAnswer);
    },
  });
}

// Fastify tells of each app that is made, before it has any route.
subscribe("fastify.initialization", (message) => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook("onRoute", (route) => addNoop(fastify, route));
});

const { dataDir, databaseUrl } = childInput<ZaikuServerInput>();
const env = databaseUrl === null ? {} : { DATABASE_URL: databaseUrl };
const config = readConfig({ "data-dir": dataDir, port: "0" }, env);
const server = await startServer(config, createLog("warn"));
whenParentEnds(() => {
  void server.close().then(() => process.exit(0));
});
say({ port: server.port } satisfies ServerInfo);
