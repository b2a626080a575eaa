import type {} from "@fastify/swagger";
import type { FastifyRequest } from "fastify";
import type { Base } from "../base.ts";
import type { Identifier } from "../identify.ts";
import type { Actor, Identity } from "../identity.ts";

/** What the routes of accounts work with. */
export interface RouteDeps extends Pick<Identifier, "identify" | "requireScope"> {
  readonly base: Base;
  readonly baseUrl: string | null;
}

/** Who asks, behind `requireScope`. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new Error("A route that needs an identity is not guarded.");
  return request.identity;
}

export function actorOf({ id, name, kind }: Identity): Actor {
  return { id, name, kind };
}
