import { API_KEY_TABLE_NAME, defaultKeyHasher } from "@better-auth/api-key";
import type { Scope } from "../../api/shop.ts";
import type { ShopId } from "../../store/store.ts";
import { recordChange } from "./base.ts";
import type { Base } from "./base.ts";
import { keyPrefix } from "./better-auth.ts";
import type { Actor, Identity } from "./identity.ts";
import { accountLimits } from "./limits.ts";
import { accept, refuse } from "./problem.ts";
import type { Answer } from "./problem.ts";
import { isScope } from "./roles.ts";
import { checkName } from "./text.ts";

interface KeyRow {
  readonly id: string;
  readonly name: string | null;
  readonly start: string | null;
  readonly referenceId: string;
  readonly enabled: boolean;
  readonly expiresAt: Date | null;
  readonly lastRequest: Date | null;
  readonly createdAt: Date;
  /** JSON, as the plugin stores it: `{"zaiku": ["stock:read"]}`. */
  readonly permissions: string | null;
  readonly metadata: { readonly createdBy?: string } | null;
}

/** A key as the settings page lists it. The key itself is not there: only its hash is kept. */
export interface KeyItem {
  readonly id: string;
  readonly name: string;
  /** The first characters, by which a person tells one from another. */
  readonly start: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly expiresAt: string | null;
  /** To about ten minutes. */
  readonly lastUsedAt: string | null;
}

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays?: number;
}

export interface IssuedKey {
  /** Shown once. */
  readonly key: string;
  readonly item: KeyItem;
}

/** Under which name the scopes stand among the plugin's permissions. */
const resource = "zaiku";
const ownerPattern = /^shop:(\d+)$/;
/** Longer texts are no key of ours and are not even hashed. */
const keyCharsMax = 128;
const secondsPerDay = 86_400;

/** Keys belong to the shop, not to a person: a machine goes on working when its creator leaves. */
function ownerOf(shop: ShopId): string {
  return `shop:${shop}`;
}

function readScopes(permissions: string | null): Scope[] {
  if (permissions === null) return [];
  const parsed: unknown = JSON.parse(permissions);
  if (typeof parsed !== "object" || parsed === null || !(resource in parsed)) return [];
  const listed: unknown = parsed[resource];
  return Array.isArray(listed) ? listed.filter(isScope) : [];
}

function itemOf(row: KeyRow): KeyItem {
  return {
    id: row.id,
    name: row.name ?? "",
    start: row.start ?? "",
    scopes: readScopes(row.permissions),
    createdAt: row.createdAt.toISOString(),
    createdBy: row.metadata?.createdBy ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastRequest?.toISOString() ?? null,
  };
}

function ofShop(shop: ShopId) {
  return { field: "referenceId", value: ownerOf(shop) };
}

/** All keys of a shop, oldest first. */
export async function listKeys(base: Base, shop: ShopId): Promise<KeyItem[]> {
  const rows = await base.adapter.findMany<KeyRow>({
    model: API_KEY_TABLE_NAME,
    where: [ofShop(shop)],
    sortBy: { field: "createdAt", direction: "asc" },
    limit: accountLimits.apiKeysPerShopMax,
  });
  return rows.map(itemOf);
}

/** Creates a key. */
export async function createKey(
  base: Base,
  shop: ShopId,
  actor: Actor,
  key: NewKey,
): Promise<Answer<IssuedKey>> {
  const name = checkName(key.name);
  if (!name.ok) return name;
  return base.database.exclusively(async () => {
    const limit = accountLimits.apiKeysPerShopMax;
    const count = await base.adapter.count({ model: API_KEY_TABLE_NAME, where: [ofShop(shop)] });
    if (count >= limit) return refuse("limit_reached", { limit });
    const created = await base.auth.api.createApiKey({
      body: {
        name: name.value,
        userId: ownerOf(shop),
        permissions: { [resource]: [...new Set(key.scopes)] },
        metadata: { createdBy: actor.name },
        ...(key.expiresInDays === undefined ? {} : { expiresIn: key.expiresInDays * secondsPerDay }),
      },
    });
    const row = await base.adapter.findOne<KeyRow>({
      model: API_KEY_TABLE_NAME,
      where: [{ field: "id", value: created.id }],
    });
    if (row === null) throw new Error("The API key that was just created is not there.");
    const item = itemOf(row);
    // Not in one transaction with the key: if this fails, the key was told to nobody and opens nothing.
    const detail = item.scopes.join(", ");
    await recordChange(base, base.adapter, { shop, actor, action: "key_created", target: item, detail });
    return accept({ key: created.key, item });
  });
}

/** Revokes a key. On this node it is refused at once, on others within the time a credential is believed. */
export function revokeKey(base: Base, shop: ShopId, actor: Actor, id: string): Promise<Answer<null>> {
  return base.database.exclusively(async () => {
    const where = [{ field: "id", value: id }, ofShop(shop)];
    const removed = await base.adapter.transaction(async (tables) => {
      const row = await tables.consumeOne<KeyRow>({ model: API_KEY_TABLE_NAME, where });
      if (row === null) return false;
      const target = { id: row.id, name: row.name ?? "" };
      await recordChange(base, tables, { shop, actor, action: "key_revoked", target });
      return true;
    });
    base.forget();
    return removed ? accept(null) : refuse("not_found", { what: "API key", whatZh: "这个密钥" });
  });
}

/** Who a key is, and until when that holds. */
export interface FoundKey {
  readonly identity: Identity;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/**
 * Looks a key up by its hash. The plugin's own check is not used: it writes to the database on every call.
 * @returns null when there is no such key, or it has expired
 */
export async function findKey(base: Base, key: string): Promise<FoundKey | null> {
  if (!key.startsWith(keyPrefix) || key.length > keyCharsMax) return null;
  const row = await base.adapter.findOne<KeyRow>({
    model: API_KEY_TABLE_NAME,
    where: [{ field: "key", value: await defaultKeyHasher(key) }],
  });
  if (row === null || !row.enabled) return null;
  const [, shop] = ownerPattern.exec(row.referenceId) ?? [];
  if (shop === undefined) return null;
  const expiresAt = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (expiresAt <= base.clock()) return null;
  return {
    identity: {
      id: row.id,
      name: row.name ?? "",
      kind: "key",
      role: null,
      scopes: new Set(readScopes(row.permissions)),
      shop: Number(shop),
      mustChangePassword: false,
    },
    expiresAt,
    usedAt: row.lastRequest?.getTime() ?? null,
  };
}

/** Notes that a key was used. */
export async function recordKeyUse(base: Base, id: string): Promise<void> {
  await base.adapter.update({
    model: API_KEY_TABLE_NAME,
    where: [{ field: "id", value: id }],
    update: { lastRequest: new Date(base.clock()) },
  });
}
