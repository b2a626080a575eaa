import type { ShopId } from "../../store/store.ts";
import { recordChange } from "./base.ts";
import type { Base, Tables } from "./base.ts";
import type { Actor } from "./identity.ts";
import { accountLimits } from "./limits.ts";
import { accept, refuse } from "./problem.ts";
import type { Answer } from "./problem.ts";
import type { Role } from "./roles.ts";
import { checkName, checkUsername, createOneTimePassword } from "./text.ts";

interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
  readonly shop: number;
  readonly mustChangePassword: boolean;
  readonly lastSignInAt: Date | null;
  readonly createdAt: Date;
}

/** A user as the settings page lists them. Times are RFC 3339. */
export interface UserItem {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  readonly lastSignInAt: string | null;
  readonly createdAt: string;
}

export interface NewUser {
  readonly name: string;
  readonly username: string;
  readonly role: Role;
}

export interface UserChange extends Partial<NewUser> {
  /** Issues a new one-time password and ends the user's sessions. */
  readonly resetPassword?: boolean;
}

/** A one-time password is in the answer that made it and nowhere else. */
export interface IssuedUser {
  readonly user: UserItem;
  readonly oneTimePassword?: string;
}

function itemOf(row: UserRow): UserItem {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    role: row.role,
    mustChangePassword: row.mustChangePassword,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}

const credential = "credential";

/** The better-auth library wants an address. This one can receive nothing: `.invalid` is reserved for that. */
function addressOf(id: string): string {
  return `${id}@accounts.invalid`;
}

/** Writes a user with a password. The caller holds the lock, and has checked name, user name and password. */
export async function insertUser(
  base: Base,
  tables: Tables,
  user: NewUser & { shop: ShopId; mustChangePassword: boolean; passwordHash: string },
): Promise<UserItem> {
  const now = new Date(base.clock());
  const { passwordHash, ...fields } = user;
  const row = await tables.create<Record<string, unknown>, UserRow>({
    model: "user",
    data: {
      ...fields,
      email: addressOf(crypto.randomUUID()),
      emailVerified: false,
      createdAt: now,
      updatedAt: now,
    },
  });
  await tables.create({
    model: "account",
    data: {
      userId: row.id,
      providerId: credential,
      accountId: row.id,
      password: passwordHash,
      createdAt: now,
      updatedAt: now,
    },
  });
  return itemOf(row);
}

function findUser(base: Base, shop: ShopId, id: string): Promise<UserRow | null> {
  return base.adapter.findOne<UserRow>({
    model: "user",
    where: [
      { field: "id", value: id },
      { field: "shop", value: shop },
    ],
  });
}

/** The user name of a user, normalised; null when there is no such user. */
export async function usernameOf(base: Base, shop: ShopId, id: string): Promise<string | null> {
  return (await findUser(base, shop, id))?.username ?? null;
}

async function usernameIsTaken(base: Base, username: string, by?: string): Promise<boolean> {
  const row = await base.adapter.findOne<UserRow>({
    model: "user",
    where: [{ field: "username", value: username }],
  });
  return row !== null && row.id !== by;
}

export function countOwners(base: Base, shop: ShopId): Promise<number> {
  return base.adapter.count({
    model: "user",
    where: [
      { field: "shop", value: shop },
      { field: "role", value: "owner" },
    ],
  });
}

async function isLastOwner(base: Base, user: UserRow): Promise<boolean> {
  return user.role === "owner" && (await countOwners(base, user.shop)) === 1;
}

/** All users of a shop, oldest first. */
export async function listUsers(base: Base, shop: ShopId): Promise<UserItem[]> {
  const rows = await base.adapter.findMany<UserRow>({
    model: "user",
    where: [{ field: "shop", value: shop }],
    sortBy: { field: "createdAt", direction: "asc" },
    limit: accountLimits.usersPerShopMax,
  });
  return rows.map(itemOf);
}

/** Creates a user with a one-time password, which the first sign-in must replace. */
export async function createUser(
  base: Base,
  shop: ShopId,
  actor: Actor,
  user: NewUser,
): Promise<Answer<IssuedUser>> {
  const name = checkName(user.name);
  if (!name.ok) return name;
  const username = checkUsername(user.username);
  if (!username.ok) return username;
  const oneTimePassword = createOneTimePassword();
  const passwordHash = await base.hashPassword(oneTimePassword);
  const fields = { name: name.value, username: username.value, role: user.role };
  return base.database.exclusively(async () => {
    const count = await base.adapter.count({ model: "user", where: [{ field: "shop", value: shop }] });
    const limit = accountLimits.usersPerShopMax;
    if (count >= limit) return refuse("limit_reached", { limit });
    if (await usernameIsTaken(base, fields.username)) {
      return refuse("username_taken", { username: fields.username, path: "username" });
    }
    const item = await base.adapter.transaction(async (tables) => {
      const created = await insertUser(base, tables, {
        ...fields,
        shop,
        mustChangePassword: true,
        passwordHash,
      });
      const detail = `role ${user.role}`;
      await recordChange(base, tables, { shop, actor, action: "user_created", target: created, detail });
      return created;
    });
    return accept({ user: item, oneTimePassword });
  });
}

/** The checked new values, or why one is wrong. */
function checkChange(change: UserChange): Answer<Partial<NewUser>> {
  const checked: { name?: string; username?: string; role?: Role } = {};
  if (change.name !== undefined) {
    const name = checkName(change.name);
    if (!name.ok) return name;
    checked.name = name.value;
  }
  if (change.username !== undefined) {
    const username = checkUsername(change.username);
    if (!username.ok) return username;
    checked.username = username.value;
  }
  if (change.role !== undefined) checked.role = change.role;
  return accept(checked);
}

/** What changed, for the record: `name 小王 → 王芳, role host → operator`. */
function describeChange(before: UserRow, after: Partial<NewUser>): string {
  const fields = ["name", "username", "role"] as const;
  return fields
    .flatMap((field) => {
      const value = after[field];
      return value === undefined || value === before[field] ? [] : [`${field} ${before[field]} → ${value}`];
    })
    .join(", ");
}

async function writeChange(
  base: Base,
  tables: Tables,
  actor: Actor,
  change: { before: UserRow; fields: Partial<NewUser>; passwordHash: string | undefined },
): Promise<UserItem> {
  const { before, fields, passwordHash } = change;
  const now = new Date(base.clock());
  const reset = passwordHash === undefined ? {} : { mustChangePassword: true };
  const after = await tables.update<UserRow>({
    model: "user",
    where: [{ field: "id", value: before.id }],
    update: { ...fields, ...reset, updatedAt: now },
  });
  const target = { id: before.id, name: fields.name ?? before.name };
  const detail = describeChange(before, fields);
  if (detail !== "") {
    await recordChange(base, tables, { shop: before.shop, actor, action: "user_changed", target, detail });
  }
  if (passwordHash !== undefined) {
    await tables.update({
      model: "account",
      where: [
        { field: "userId", value: before.id },
        { field: "providerId", value: credential },
      ],
      update: { password: passwordHash, updatedAt: now },
    });
    await tables.deleteMany({ model: "session", where: [{ field: "userId", value: before.id }] });
    await recordChange(base, tables, { shop: before.shop, actor, action: "password_reset", target });
  }
  return itemOf(after ?? { ...before, ...fields, ...reset });
}

/** Changes a user. It takes effect with the user's next request. */
export async function changeUser(
  base: Base,
  shop: ShopId,
  actor: Actor,
  id: string,
  change: UserChange,
): Promise<Answer<IssuedUser>> {
  const checked = checkChange(change);
  if (!checked.ok) return checked;
  const fields = checked.value;
  const oneTimePassword = change.resetPassword === true ? createOneTimePassword() : undefined;
  const passwordHash = oneTimePassword === undefined ? undefined : await base.hashPassword(oneTimePassword);
  return base.database.exclusively(async () => {
    const before = await findUser(base, shop, id);
    if (before === null) return refuse("not_found", { what: "user", whatZh: "这个用户" });
    if (fields.username !== undefined && (await usernameIsTaken(base, fields.username, id))) {
      return refuse("username_taken", { username: fields.username, path: "username" });
    }
    const demoted = fields.role !== undefined && fields.role !== "owner";
    if (demoted && (await isLastOwner(base, before))) return refuse("last_owner");
    const user = await base.adapter.transaction((tables) =>
      writeChange(base, tables, actor, { before, fields, passwordHash }),
    );
    base.forget();
    return accept({ user, oneTimePassword });
  });
}

/** Removes a user and ends their sessions. What they did stays under their name in the journal. */
export function removeUser(base: Base, shop: ShopId, actor: Actor, id: string): Promise<Answer<null>> {
  return base.database.exclusively(async () => {
    const user = await findUser(base, shop, id);
    if (user === null) return refuse("not_found", { what: "user", whatZh: "这个用户" });
    if (await isLastOwner(base, user)) return refuse("last_owner");
    await base.adapter.transaction(async (tables) => {
      const own = [{ field: "userId", value: id }];
      await tables.deleteMany({ model: "session", where: own });
      await tables.deleteMany({ model: "account", where: own });
      await tables.delete({ model: "user", where: [{ field: "id", value: id }] });
      const detail = `username ${user.username}, role ${user.role}`;
      await recordChange(base, tables, { shop, actor, action: "user_removed", target: user, detail });
    });
    base.forget();
    return accept(null);
  });
}

/** Notes that a user chose a password of their own. */
export function settlePassword(base: Base, shop: ShopId, actor: Actor): Promise<void> {
  return base.database.exclusively(async () => {
    await base.adapter.transaction(async (tables) => {
      await tables.update({
        model: "user",
        where: [{ field: "id", value: actor.id }],
        update: { mustChangePassword: false, updatedAt: new Date(base.clock()) },
      });
      await recordChange(base, tables, { shop, actor, action: "password_changed", target: actor });
    });
    base.forget();
  });
}

/** Notes a sign-in, and clears away the user's sessions that nobody came back to. */
export async function recordSignIn(base: Base, id: string): Promise<void> {
  const now = new Date(base.clock());
  await base.adapter.update({
    model: "user",
    where: [{ field: "id", value: id }],
    update: { lastSignInAt: now },
  });
  await base.adapter.deleteMany({
    model: "session",
    where: [
      { field: "userId", value: id },
      { field: "expiresAt", operator: "lt", value: now },
    ],
  });
}
