import type { FastifyReply, FastifyRequest } from "fastify";
import { addressHeader, authPath } from "./better-auth.ts";
import type { Auth } from "./better-auth.ts";
import type { Provenance } from "./origin.ts";
import { refuse } from "./problem.ts";
import type { Answer } from "./problem.ts";

/** The calls of better-auth that Zaiku lets through; all others it has are not reachable. */
export type AuthCall = "/sign-in/username" | "/sign-out" | "/change-password";

const hostPattern = /^[\w.:[\]-]+$/;
const passedHeaders = ["cookie", "origin", "referer", "user-agent"] as const;
const retrySecondsDefault = 60;

/** The request as better-auth takes it: the same caller and origin, and a body that was checked. */
function requestOf(request: FastifyRequest, call: AuthCall, from: Provenance, body: object): Request {
  const host = hostPattern.test(request.host) ? request.host : "localhost";
  const url = new URL(`${request.protocol}://${host}${authPath}${call}`);
  const headers = new Headers({ "content-type": "application/json", [addressHeader]: request.ip });
  for (const name of passedHeaders) {
    const value = request.headers[name];
    if (typeof value === "string") headers.set(name, value);
  }
  // Known to be ours by Sec-Fetch-Site alone: better-auth wants to see an origin as well.
  if (from === "same" && !headers.has("origin")) headers.set("origin", url.origin);
  return new Request(url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function readBody(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === "object" && body !== null ? { ...body } : {};
}

/** What better-auth's refusal means in Zaiku's words. */
function refusalOf(call: AuthCall, response: Response, code: unknown): Answer<never> {
  if (response.status === 429) {
    const seconds = Number(response.headers.get("x-retry-after")) || retrySecondsDefault;
    return refuse("rate_limited", { seconds });
  }
  if (response.status === 403) return refuse("cross_site");
  // Whether the name exists, or is no name at all, is nobody's business.
  if (call === "/sign-in/username" && response.status < 500) return refuse("invalid_credentials");
  if (code === "INVALID_PASSWORD") {
    const problem = "it is not the current password";
    return refuse("invalid_body", { path: "currentPassword", problem, problemZh: "当前密码不正确" });
  }
  if (response.status === 401) return refuse("unauthenticated");
  throw new Error(`better-auth answered ${call} with ${response.status}.`);
}

/** Adds the cookies that better-auth set; with `Secure` where the page came by https. */
function passCookies(reply: FastifyReply, response: Response, secure: boolean): void {
  for (const cookie of response.headers.getSetCookie()) {
    reply.header("set-cookie", secure ? `${cookie}; Secure` : cookie);
  }
}

/**
 * Hands a call on to better-auth and its cookies back to the caller. Its answer is not passed on: it carries the
 * session's token, which no page's script may see.
 * @returns the answer's body
 */
export async function forward(
  auth: Auth,
  baseUrl: string | null,
  exchange: { request: FastifyRequest; reply: FastifyReply; from: Provenance },
  call: AuthCall,
  body: object,
): Promise<Answer<Record<string, unknown>>> {
  const { request, reply, from } = exchange;
  const response = await auth.handler(requestOf(request, call, from, body));
  const answered = await readBody(response);
  if (!response.ok) return refusalOf(call, response, answered.code);
  passCookies(reply, response, request.protocol === "https" || baseUrl?.startsWith("https:") === true);
  return { ok: true, value: answered };
}
