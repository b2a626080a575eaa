import type { FastifyRequest, preHandlerHookHandler } from "fastify";
import type { Scope } from "../../api/shop.ts";
import type { Base } from "./base.ts";
import { sessionCookie } from "./better-auth.ts";
import { createCache } from "./cache.ts";
import type { Found } from "./cache.ts";
import type { Identity } from "./identity.ts";
import { findKey, recordKeyUse } from "./keys.ts";
import { accountLimits } from "./limits.ts";
import { isMutation, provenanceOf } from "./origin.ts";
import { sendReason } from "./problem.ts";
import type { Reason } from "./problem.ts";
import { isRole, scopesOf } from "./roles.ts";

export interface Identifier {
  readonly identify: (request: FastifyRequest) => Identity | null | Promise<Identity | null>;
  readonly requireScope: (scope: Scope) => preHandlerHookHandler;
  readonly forget: () => void;
  /** Waits for what is still being written. */
  readonly settle: () => Promise<void>;
}

const bearer = "Bearer ";
const sessionPattern = new RegExp(`(?:^|;\\s*)${sessionCookie.replaceAll(".", "\\.")}=([^;]+)`);
const noScopes: ReadonlySet<Scope> = new Set();

/** The key of an Authorization header, or null for another scheme, e.g. a proxy's Basic. */
function readKey(authorization: string): string | null {
  const isBearer = authorization.slice(0, bearer.length).toLowerCase() === bearer.toLowerCase();
  return isBearer ? authorization.slice(bearer.length).trim() : null;
}

async function findSession(base: Base, cookie: string): Promise<Found | null> {
  // Only this cookie goes along: what was checked is what the answer is remembered under.
  const headers = new Headers({ cookie: `${sessionCookie}=${cookie}` });
  const found = await base.auth.api.getSession({ headers });
  if (found === null) return null;
  const { user, session } = found;
  if (!isRole(user.role)) return null;
  const mustChangePassword = user.mustChangePassword;
  return {
    identity: {
      id: user.id,
      name: user.name,
      kind: "user",
      role: user.role,
      scopes: mustChangePassword ? noScopes : scopesOf(user.role),
      shop: user.shop,
      mustChangePassword,
    },
    expiresAt: session.expiresAt.getTime(),
  };
}

/** Why the identity may not do this, or null when it may. */
function objectionTo(
  request: FastifyRequest,
  identity: Identity | null,
  scope: Scope,
  baseUrl: string | null,
): Reason | null {
  if (identity === null) return { code: "unauthenticated", data: {} };
  // A browser sends a cookie by itself, also for a page of somebody else; a key it never does.
  if (identity.kind === "user" && isMutation(request) && provenanceOf(request, baseUrl) !== "same") {
    return { code: "cross_site", data: {} };
  }
  if (identity.mustChangePassword) return { code: "password_change_required", data: {} };
  return identity.scopes.has(scope) ? null : { code: "forbidden", data: { scope } };
}

/**
 * Tells who asks. A credential that was checked lately is a map lookup, without a promise; a busy seller's key
 * costs no more than that on every order.
 */
export function createIdentifier(known: Omit<Base, "forget">, baseUrl: string | null): Identifier {
  const { lookUp, check, forget } = createCache(known.clock);
  const base: Base = { ...known, forget };
  const writing = new Set<Promise<void>>();

  function noteUse(id: string): void {
    const write = recordKeyUse(base, id)
      .catch((error: unknown) => base.log.warn({ err: error }, "accounts: the use of a key was not recorded"))
      .finally(() => writing.delete(write));
    writing.add(write);
  }

  async function findByKey(key: string): Promise<Found | null> {
    const found = await findKey(base, key);
    if (found === null) return null;
    const unrecordedMs = base.clock() - (found.usedAt ?? 0);
    if (unrecordedMs >= accountLimits.keyUseRecordedMs) noteUse(found.identity.id);
    return found;
  }

  function identify(request: FastifyRequest): Identity | null | Promise<Identity | null> {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const identity = lookUp(authorization);
      if (identity !== null) return identity;
      const key = readKey(authorization);
      if (key !== null) return check(authorization, () => findByKey(key));
    }
    if (cookie === undefined) return null;
    const [, session] = sessionPattern.exec(cookie) ?? [];
    if (session === undefined) return null;
    return lookUp(session) ?? check(session, () => findSession(base, session));
  }

  function requireScope(scope: Scope): preHandlerHookHandler {
    return (request, reply, done) => {
      const admit = (identity: Identity | null) => {
        const objection = objectionTo(request, identity, scope, baseUrl);
        if (objection !== null) {
          sendReason(reply, objection);
          return;
        }
        request.identity = identity;
        done();
      };
      const found = identify(request);
      if (found instanceof Promise) found.then(admit, done);
      else admit(found);
    };
  }

  const settle = async () => {
    await Promise.all(writing);
  };
  return { identify, requireScope, forget, settle };
}
