import { scopes } from "../../api/shop.ts";
import type { Scope } from "../../api/shop.ts";

/** 负责人, 运营, 主播, 仓库, 只读 */
export const roles = ["owner", "operator", "host", "warehouse", "viewer"] as const;

export type Role = (typeof roles)[number];

/** One set a role, made once: it is read on every request and never copied. */
const scopesByRole: Readonly<Record<Role, ReadonlySet<Scope>>> = {
  owner: new Set(scopes),
  operator: new Set(scopes.filter((scope) => scope !== "admin")),
  host: new Set(["stock:read"]),
  warehouse: new Set(["stock:read", "stock:write", "session:write"]),
  viewer: new Set(["stock:read"]),
};

export function scopesOf(role: Role): ReadonlySet<Scope> {
  return scopesByRole[role];
}

export function isRole(text: unknown): text is Role {
  return roles.some((role) => role === text);
}

export function isScope(text: unknown): text is Scope {
  return scopes.some((scope) => scope === text);
}
