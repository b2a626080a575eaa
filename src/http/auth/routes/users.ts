import type { FastifyInstance } from "fastify";
import { readChanges } from "../base.ts";
import { accountLimits } from "../limits.ts";
import { sendReason } from "../problem.ts";
import { AccountChanges, ById, IssuedUser, NewUserBody, UserItems, UserPatch } from "../schemas.ts";
import { changeUser, createUser, listUsers, removeUser } from "../users.ts";
import { actorOf, identityOf } from "./deps.ts";
import type { RouteDeps } from "./deps.ts";

const tags = ["accounts"];
const path = "/api/v1/users";

/** Users of the shop, for owners. */
export function addUserRoutes(app: FastifyInstance, { base, requireScope }: RouteDeps): void {
  const preHandler = requireScope("admin");

  app.get(
    path,
    { preHandler, schema: { tags, summary: "List users", response: { 200: UserItems } } },
    async (request) => ({ items: await listUsers(base, identityOf(request).shop) }),
  );

  app.get(
    `${path}/changes`,
    {
      preHandler,
      schema: { tags, summary: "Who changed which account, newest first", response: { 200: AccountChanges } },
    },
    async (request) => ({
      items: await readChanges(base, identityOf(request).shop, accountLimits.changesShownMax),
    }),
  );

  app.post<{ Body: NewUserBody }>(
    path,
    {
      preHandler,
      schema: { tags, summary: "Create a user", body: NewUserBody, response: { 201: IssuedUser } },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      const answer = await createUser(base, identity.shop, actorOf(identity), request.body);
      if (!answer.ok) return sendReason(reply, answer.reason);
      return reply.code(201).header("cache-control", "no-store").send(answer.value);
    },
  );

  app.patch<{ Params: ById; Body: UserPatch }>(
    `${path}/:id`,
    {
      preHandler,
      schema: {
        tags,
        summary: "Change a user",
        params: ById,
        body: UserPatch,
        response: { 200: IssuedUser },
      },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      const { id } = request.params;
      const answer = await changeUser(base, identity.shop, actorOf(identity), id, request.body);
      if (!answer.ok) return sendReason(reply, answer.reason);
      return reply.header("cache-control", "no-store").send(answer.value);
    },
  );

  app.delete<{ Params: ById }>(
    `${path}/:id`,
    { preHandler, schema: { tags, summary: "Remove a user", params: ById } },
    async (request, reply) => {
      const identity = identityOf(request);
      const answer = await removeUser(base, identity.shop, actorOf(identity), request.params.id);
      return answer.ok ? reply.code(204).send() : sendReason(reply, answer.reason);
    },
  );
}
