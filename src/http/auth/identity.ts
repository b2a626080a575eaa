import type { ShopId } from "../../store/store.ts";
import type { Scope } from "../../api/shop.ts";
import type { Role } from "./roles.ts";

/** Who is asking: what the journal records as actor, and what a route may let through. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly kind: "user" | "key" | "system";
  /** Null for a key: it has scopes of its own. */
  readonly role: Role | null;
  /** Empty while `mustChangePassword`. */
  readonly scopes: ReadonlySet<Scope>;
  readonly shop: ShopId;
  /** Signed in with a one-time password: nothing else is allowed until it is replaced. */
  readonly mustChangePassword: boolean;
}

/** Who did something, as the record of account changes keeps it. */
export type Actor = Pick<Identity, "id" | "name" | "kind">;

declare module "fastify" {
  interface FastifyRequest {
    /** Set once `requireScope` has let the request through. */
    identity: Identity | null;
  }
}
