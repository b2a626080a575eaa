import type { FastifyReply, FastifyRequest } from "fastify";
import { sessionCookie } from "../better-auth.ts";
import { forward } from "../forward.ts";
import type { AuthCall } from "../forward.ts";
import { provenanceOf } from "../origin.ts";
import { accept, sendReason } from "../problem.ts";
import type { Answer } from "../problem.ts";
import { isRole } from "../roles.ts";
import type { Role } from "../roles.ts";
import type { SignInBody } from "../schemas.ts";
import { recordSignIn } from "../users.ts";
import type { RouteDeps } from "./deps.ts";

/** Who signed in. */
export interface SignedInUser {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
}

/** A preHandler: refuses what another site's page sent. A program without a cookie may leave its origin unsaid. */
export function guardOrigin({ baseUrl }: RouteDeps) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const from = provenanceOf(request, baseUrl);
    const withSession = request.headers.cookie?.includes(`${sessionCookie}=`) === true;
    if (from === "cross" || (from === "unknown" && withSession)) {
      return sendReason(reply, { code: "cross_site", data: {} });
    }
    return undefined;
  };
}

/** Calls better-auth for the one who asks; the cookies it sets go into the reply. */
export function callAuth(
  { base, baseUrl }: RouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  call: AuthCall,
  body: object,
): Promise<Answer<Record<string, unknown>>> {
  return forward(base.auth, baseUrl, { request, reply, from: provenanceOf(request, baseUrl) }, call, body);
}

/** Signs in by user name and password, and notes when. */
export async function signIn(
  deps: RouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  body: SignInBody,
): Promise<Answer<{ user: SignedInUser }>> {
  const answer = await callAuth(deps, request, reply, "/sign-in/username", body);
  if (!answer.ok) return answer;
  const user = readUser(answer.value.user);
  await recordSignIn(deps.base, user.id);
  return accept({ user });
}

/** The signed-in user, as better-auth answers it. */
function readUser(user: unknown): SignedInUser {
  const { id, name, role, mustChangePassword } = Object(user);
  if (typeof id !== "string" || typeof name !== "string" || !isRole(role)) {
    throw new Error("better-auth answered a sign-in without its user.");
  }
  return { id, name, role, mustChangePassword: mustChangePassword === true };
}
