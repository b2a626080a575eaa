import type { FastifyInstance } from "fastify";
import { createKey, listKeys, revokeKey } from "../keys.ts";
import { sendReason } from "../problem.ts";
import { ById, IssuedKey, KeyItems, NewKeyBody } from "../schemas.ts";
import { actorOf, identityOf } from "./deps.ts";
import type { RouteDeps } from "./deps.ts";

const tags = ["accounts"];
const path = "/api/v1/api-keys";

/** API keys of the shop, for owners. */
export function addKeyRoutes(app: FastifyInstance, { base, requireScope }: RouteDeps): void {
  const preHandler = requireScope("admin");

  app.get(
    path,
    { preHandler, schema: { tags, summary: "List API keys", response: { 200: KeyItems } } },
    async (request) => ({ items: await listKeys(base, identityOf(request).shop) }),
  );

  app.post<{ Body: NewKeyBody }>(
    path,
    {
      preHandler,
      schema: { tags, summary: "Create an API key", body: NewKeyBody, response: { 201: IssuedKey } },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      const answer = await createKey(base, identity.shop, actorOf(identity), request.body);
      if (!answer.ok) return sendReason(reply, answer.reason);
      return reply.code(201).header("cache-control", "no-store").send(answer.value);
    },
  );

  app.delete<{ Params: ById }>(
    `${path}/:id`,
    { preHandler, schema: { tags, summary: "Revoke an API key", params: ById } },
    async (request, reply) => {
      const identity = identityOf(request);
      const answer = await revokeKey(base, identity.shop, actorOf(identity), request.params.id);
      return answer.ok ? reply.code(204).send() : sendReason(reply, answer.reason);
    },
  );
}
