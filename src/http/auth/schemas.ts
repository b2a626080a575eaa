import { Type } from "typebox";
import type { Static } from "typebox";
import { scopes } from "../../api/shop.ts";
import { Time, closed } from "../../api/text.ts";
import { accountLimits } from "./limits.ts";
import { roles } from "./roles.ts";

/** Bounds only what a text may cost; what a name or password may be is checked with words that say so. */
const ShortText = Type.String({ maxLength: 4 * accountLimits.nameCharsMax });
const IdParam = Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" });
const TimeOrNull = Type.Union([Time, Type.Null()]);
const RoleName = Type.Enum([...roles]);
const ScopeName = Type.Enum([...scopes]);

export const ById = Type.Object({ id: IdParam });
export type ById = Static<typeof ById>;

export const SignInBody = Type.Object(
  {
    username: ShortText,
    password: ShortText,
    rememberMe: Type.Optional(Type.Boolean({ description: "False: the session ends with the browser." })),
  },
  closed,
);
export type SignInBody = Static<typeof SignInBody>;

export const ChangePasswordBody = Type.Object(
  { currentPassword: ShortText, newPassword: ShortText },
  { ...closed, description: "Ends the user's other sessions." },
);
export type ChangePasswordBody = Static<typeof ChangePasswordBody>;

export const SetupOwnerBody = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128, description: "From the link in the terminal." }),
    username: ShortText,
    name: ShortText,
    password: ShortText,
  },
  closed,
);
export type SetupOwnerBody = Static<typeof SetupOwnerBody>;

export const NewUserBody = Type.Object({ name: ShortText, username: ShortText, role: RoleName }, closed);
export type NewUserBody = Static<typeof NewUserBody>;

export const UserPatch = Type.Object(
  {
    name: Type.Optional(ShortText),
    username: Type.Optional(ShortText),
    role: Type.Optional(RoleName),
    resetPassword: Type.Optional(
      Type.Boolean({ description: "True issues a new one-time password and ends the user's sessions." }),
    ),
  },
  closed,
);
export type UserPatch = Static<typeof UserPatch>;

export const UserItem = Type.Object({
  id: Type.String(),
  name: Type.String(),
  username: Type.String(),
  role: RoleName,
  mustChangePassword: Type.Boolean({ description: "Has a one-time password that must be replaced." }),
  lastSignInAt: TimeOrNull,
  createdAt: Time,
});

export const SignedIn = Type.Object({
  user: Type.Object({
    id: Type.String(),
    name: Type.String(),
    role: RoleName,
    mustChangePassword: Type.Boolean(),
  }),
});

export const IssuedUser = Type.Object({
  user: UserItem,
  oneTimePassword: Type.Optional(
    Type.String({ description: "Shown once; the first sign-in must replace it." }),
  ),
});

export const UserItems = Type.Object({ items: Type.Array(UserItem) });

export const AccountChanges = Type.Object({
  items: Type.Array(
    Type.Object({
      at: Time,
      actor: Type.Object({ id: Type.String(), name: Type.String(), kind: Type.String() }),
      action: Type.String(),
      target: Type.Object({ id: Type.String(), name: Type.String() }),
      detail: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

export const NewKeyBody = Type.Object(
  {
    name: ShortText,
    scopes: Type.Array(ScopeName, { minItems: 1, maxItems: scopes.length }),
    expiresInDays: Type.Optional(Type.Integer({ minimum: 1, maximum: accountLimits.keyDaysMax })),
  },
  closed,
);
export type NewKeyBody = Static<typeof NewKeyBody>;

export const KeyItem = Type.Object({
  id: Type.String(),
  name: Type.String(),
  start: Type.String({ description: "The first characters of the key." }),
  scopes: Type.Array(ScopeName),
  createdAt: Time,
  createdBy: Type.Union([Type.String(), Type.Null()]),
  expiresAt: TimeOrNull,
  lastUsedAt: TimeOrNull,
});

export const IssuedKey = Type.Object({ key: Type.String({ description: "Shown once." }), item: KeyItem });

export const KeyItems = Type.Object({ items: Type.Array(KeyItem) });
