import type { Scope } from "../../../api/shop.ts";
import { apiBase, request } from "../../api.ts";

export const roles = ["owner", "operator", "host", "warehouse", "viewer"] as const;
export type Role = (typeof roles)[number];

/** Rights of a key, as a machine needs them. */
export const keyScopes: readonly Scope[] = [
  "stock:read",
  "stock:write",
  "orders:write",
  "catalog:write",
  "session:write",
  "admin",
];

export interface UserItem {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly role: Role;
  readonly mustChangePassword: boolean;
  readonly lastSignInAt: string | null;
  readonly createdAt: string;
}

export interface IssuedUser {
  readonly user: UserItem;
  /** Shown once. */
  readonly oneTimePassword?: string;
}

export interface UserBody {
  readonly name: string;
  readonly username: string;
  readonly role: Role;
}

export interface KeyItem {
  readonly id: string;
  readonly name: string;
  /** The first characters of the key. */
  readonly start: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface KeyBody {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays?: number;
}

const users = `${apiBase}/users`;
const keys = `${apiBase}/api-keys`;
const at = (base: string, id: string) => `${base}/${encodeURIComponent(id)}`;

export const settings = {
  users: async () => (await request<{ items: UserItem[] }>(users)).items,
  addUser: (body: UserBody) => request<IssuedUser>(users, { method: "POST", body }),
  changeUser: (id: string, body: Partial<UserBody> & { resetPassword?: boolean }) =>
    request<IssuedUser>(at(users, id), { method: "PATCH", body }),
  removeUser: (id: string) => request<null>(at(users, id), { method: "DELETE" }),
  keys: async () => (await request<{ items: KeyItem[] }>(keys)).items,
  addKey: (body: KeyBody) => request<{ key: string; item: KeyItem }>(keys, { method: "POST", body }),
  removeKey: (id: string) => request<null>(at(keys, id), { method: "DELETE" }),
  changePassword: (body: { currentPassword: string; newPassword: string }) =>
    request<null>("/api/auth/change-password", { method: "POST", body }),
  signOut: () => request<null>("/api/auth/sign-out", { method: "POST" }),
};
