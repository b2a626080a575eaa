import type { FastifyInstance } from "fastify";
import { authPath } from "../better-auth.ts";
import { sendReason } from "../problem.ts";
import { ChangePasswordBody, SetupOwnerBody, SignInBody, SignedIn } from "../schemas.ts";
import { createOwner } from "../setup.ts";
import { checkPassword } from "../text.ts";
import { settlePassword, usernameOf } from "../users.ts";
import { callAuth, guardOrigin, signIn } from "./calls.ts";
import { actorOf } from "./deps.ts";
import type { RouteDeps } from "./deps.ts";

const tags = ["accounts"];

/** Signing in and out. */
export function addSessionRoutes(app: FastifyInstance, deps: RouteDeps): void {
  const preHandler = guardOrigin(deps);

  app.post<{ Body: SignInBody }>(
    `${authPath}/sign-in/username`,
    { preHandler, schema: { tags, summary: "Sign in", body: SignInBody, response: { 200: SignedIn } } },
    async (request, reply) => {
      const answer = await signIn(deps, request, reply, request.body);
      return answer.ok ? answer.value : sendReason(reply, answer.reason);
    },
  );

  app.post(
    `${authPath}/sign-out`,
    { preHandler, schema: { tags, summary: "Sign out" } },
    async (request, reply) => {
      const identity = await deps.identify(request);
      const answer = await callAuth(deps, request, reply, "/sign-out", {});
      if (identity !== null) deps.base.forget();
      return answer.ok ? reply.code(204).send() : sendReason(reply, answer.reason);
    },
  );
}

/** One's own password. */
export function addPasswordRoute(app: FastifyInstance, deps: RouteDeps): void {
  const preHandler = guardOrigin(deps);
  const schema = { tags, summary: "Change one's own password", body: ChangePasswordBody };

  app.post<{ Body: ChangePasswordBody }>(
    `${authPath}/change-password`,
    { preHandler, schema },
    async (request, reply) => {
      const { currentPassword, newPassword } = request.body;
      const identity = await deps.identify(request);
      if (identity === null) return sendReason(reply, { code: "unauthenticated", data: {} });
      if (identity.kind !== "user") {
        return sendReason(reply, { code: "forbidden", data: { scope: "user", scopeZh: "用户登录" } });
      }
      const username = (await usernameOf(deps.base, identity.shop, identity.id)) ?? "";
      const password = checkPassword(newPassword, "newPassword", [currentPassword, username]);
      if (!password.ok) return sendReason(reply, password.reason);
      const body = { currentPassword, newPassword, revokeOtherSessions: true };
      const answer = await callAuth(deps, request, reply, "/change-password", body);
      if (!answer.ok) return sendReason(reply, answer.reason);
      await settlePassword(deps.base, identity.shop, actorOf(identity));
      return reply.code(204).send();
    },
  );
}

/** The first owner. */
export function addSetupRoute(app: FastifyInstance, deps: RouteDeps): void {
  const preHandler = guardOrigin(deps);
  const summary = "Create the first owner and sign in";
  const schema = { tags, summary, body: SetupOwnerBody, response: { 201: SignedIn } };

  app.post<{ Body: SetupOwnerBody }>(
    "/api/v1/setup/owner",
    { preHandler, schema },
    async (request, reply) => {
      const answer = await createOwner(deps.base, request.body);
      if (!answer.ok) return sendReason(reply, answer.reason);
      const { username, password } = request.body;
      // The owner exists now, also when the address is throttled: then they sign in a minute later.
      await signIn(deps, request, reply, { username, password });
      const { id, name, role, mustChangePassword } = answer.value;
      return reply.code(201).send({ user: { id, name, role, mustChangePassword } });
    },
  );
}
