import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../api/problem.ts";
import { pause } from "../../engine/clock.ts";
import { notFound } from "../errors.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { httpLimits } from "../limits.ts";

/** For whoever watches over the process. They need no credentials and say nothing of the shop. */
export const addHealthRoutes: AddRoutes = (app, context) => {
  const hidden = { schema: { hide: true } };

  app.get("/healthz", hidden, async () => ({ status: "ok", version: context.version }));

  app.get("/readyz", hidden, async (_request, reply) => {
    const problems = await notReady(context);
    if (problems.length === 0) return { status: "ready" };
    return reply.code(503).send({ status: "not ready", problems });
  });

  app.get("/metrics", hidden, async (request, reply) => {
    if (!mayReadMetrics(request, context)) throw refusalOf(context);
    return reply.type(context.metrics.registry.contentType).send(await context.metrics.text());
  });
};

async function notReady({ store, shops, clock, stopping }: RouteContext): Promise<string[]> {
  if (stopping.aborted) return ["stopping"];
  const problems: string[] = [];
  for (const { batcher } of shops.all()) if (!batcher.open) problems.push("the queue is full");
  const answered = store.shops().then(
    () => true,
    () => false,
  );
  const late = pause(clock, httpLimits.readyMsMax).then(() => false);
  if (!(await Promise.race([answered, late]))) problems.push("the store does not answer");
  return problems;
}

function mayReadMetrics(request: FastifyRequest, { metricsAccess }: RouteContext): boolean {
  if (metricsAccess === "open") return true;
  if (metricsAccess === "off") return false;
  if (metricsAccess === "loopback") return /^(?:127\.|::1$|::ffff:127\.)/.test(request.ip);
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${metricsAccess.token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function refusalOf({ metricsAccess }: RouteContext): ProblemError {
  if (metricsAccess === "off") return notFound();
  if (metricsAccess === "loopback") return new ProblemError("forbidden", { scope: "metrics: loopback" });
  return new ProblemError("unauthenticated");
}
