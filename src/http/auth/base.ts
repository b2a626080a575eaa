import type { FastifyBaseLogger } from "fastify";
import type { ShopId } from "../../store/store.ts";
import type { Auth } from "./better-auth.ts";
import type { OpenDatabase } from "./database.ts";
import type { Actor } from "./identity.ts";

/** The library's way to the tables, whichever database they are in. */
type Adapter = Awaited<Auth["$context"]>["adapter"];
/** The same inside a transaction. */
export type Tables = Omit<Adapter, "transaction">;

/** What every operation on accounts works with. */
export interface Base {
  readonly auth: Auth;
  readonly adapter: Adapter;
  readonly hashPassword: (password: string) => Promise<string>;
  readonly database: OpenDatabase;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: FastifyBaseLogger;
  /** Forgets every checked credential: the next request of each is checked anew. */
  readonly forget: () => void;
}

/** The embedded default has one shop. Users and keys carry its number all the same. */
export const defaultShop: ShopId = 1;

/** What was done to an account. */
export type ChangeAction =
  | "owner_created"
  | "user_created"
  | "user_changed"
  | "user_removed"
  | "password_reset"
  | "password_changed"
  | "key_created"
  | "key_revoked";

export interface Change {
  readonly shop: ShopId;
  readonly actor: Actor;
  readonly action: ChangeAction;
  readonly target: { readonly id: string; readonly name: string };
  /** What changed, e.g. `role host → operator`. Never a secret. */
  readonly detail?: string;
}

interface ChangeRow {
  /** 0, 1, 2 … in the order of the changes, which the clock of several nodes does not tell. */
  readonly number: number;
  readonly at: Date;
  readonly shop: number;
  readonly actorId: string;
  readonly actorName: string;
  readonly actorKind: string;
  readonly action: string;
  readonly targetId: string;
  readonly targetName: string;
  readonly detail: string | null;
}

/**
 * Writes down who changed what, in the transaction of the change itself. The caller works exclusively, so no two
 * changes count to the same number.
 */
export async function recordChange(base: Base, tables: Tables, change: Change): Promise<void> {
  const row: ChangeRow = {
    number: await tables.count({ model: "accountChange" }),
    at: new Date(base.clock()),
    shop: change.shop,
    actorId: change.actor.id,
    actorName: change.actor.name,
    actorKind: change.actor.kind,
    action: change.action,
    targetId: change.target.id,
    targetName: change.target.name,
    detail: change.detail ?? null,
  };
  await tables.create({ model: "accountChange", data: { ...row } });
}

/** The latest changes of a shop's accounts, newest first. */
export async function readChanges(base: Base, shop: ShopId, limit: number) {
  const rows = await base.adapter.findMany<ChangeRow>({
    model: "accountChange",
    where: [{ field: "shop", value: shop }],
    sortBy: { field: "number", direction: "desc" },
    limit,
  });
  return rows.map((row) => ({
    at: row.at.toISOString(),
    actor: { id: row.actorId, name: row.actorName, kind: row.actorKind },
    action: row.action,
    target: { id: row.targetId, name: row.targetName },
    detail: row.detail,
  }));
}
