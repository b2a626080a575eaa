import { Type, type Static } from "typebox";
import { NameText, closed, nullable } from "./text.ts";

export const scopes = [
  "stock:read",
  "stock:write",
  "orders:write",
  "catalog:write",
  "session:write",
  "admin",
] as const;
export type Scope = (typeof scopes)[number];

export const ShopItem = Type.Object({
  name: Type.String(),
  timeZone: Type.String({ description: "IANA name, e.g. Asia/Shanghai." }),
  dayCutHour: Type.Integer({ description: "The local hour at which a business day ends." }),
  currency: Type.String({ description: "ISO 4217." }),
});
export type ShopItem = Static<typeof ShopItem>;

export const ShopPatch = Type.Object(
  {
    name: Type.Optional(Type.String({ ...NameText, minLength: 1 })),
    timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    dayCutHour: Type.Optional(Type.Integer({ minimum: 0, maximum: 23 })),
    currency: Type.Optional(Type.String({ pattern: "^[A-Z]{3}$" })),
  },
  closed,
);
export type ShopPatch = Static<typeof ShopPatch>;

/** Who asks, and what is to be done before anything else. */
export const Me = Type.Object({
  user: Type.Union([
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      role: nullable(Type.String(), "Null for an API key: it has scopes of its own."),
      scopes: Type.Array(Type.Enum(scopes)),
      mustChangePassword: Type.Boolean({
        description: "Signed in with a one-time password: replace it first.",
      }),
    }),
    Type.Null(),
  ]),
  shop: Type.Union([ShopItem, Type.Null()]),
  setup: Type.Enum(["needs_owner", "needs_shop", "done"]),
  version: Type.String(),
  time: Type.String(),
});
export type Me = Static<typeof Me>;

export const JobItem = Type.Object({
  job: Type.String(),
  everyMs: Type.Integer(),
  runs: Type.Integer(),
  failures: Type.Integer(),
  lastRunAt: nullable(Type.String()),
  lastError: nullable(Type.String()),
  done: Type.Record(Type.String(), Type.Integer(), { description: "What it did since the server started." }),
});
export type JobItem = Static<typeof JobItem>;
export const JobItems = Type.Object({ items: Type.Array(JobItem) });
export type JobItems = Static<typeof JobItems>;
