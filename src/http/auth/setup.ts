import { createHash, randomBytes } from "node:crypto";
import { defaultShop, recordChange } from "./base.ts";
import type { Base } from "./base.ts";
import { accountLimits } from "./limits.ts";
import { accept, refuse } from "./problem.ts";
import type { Answer } from "./problem.ts";
import { checkName, checkPassword, checkUsername } from "./text.ts";
import { countOwners, insertUser } from "./users.ts";
import type { UserItem } from "./users.ts";

/** Under which name the link's hash stands among better-auth's single-use values. */
const purpose = "setup-owner";
const tokenBytes = 32;

export interface FirstOwner {
  readonly token: string;
  readonly username: string;
  readonly name: string;
  readonly password: string;
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

const linkRows = [{ field: "identifier", value: purpose }];

/**
 * A link on which the first owner is created, while there is none. Only its hash is kept, so who reads the
 * database cannot use it; it works once, and a new link voids the one before.
 * @returns path and query, e.g. `/setup?token=…`; null when an owner exists
 */
export function issueSetupLink(base: Base): Promise<string | null> {
  return base.database.exclusively(async () => {
    const owners = await countOwners(base, defaultShop);
    const token = randomBytes(tokenBytes).toString("base64url");
    const now = base.clock();
    await base.adapter.transaction(async (tables) => {
      await tables.deleteMany({ model: "verification", where: linkRows });
      if (owners > 0) return;
      await tables.create({
        model: "verification",
        data: {
          identifier: purpose,
          value: hashToken(token),
          expiresAt: new Date(now + accountLimits.setupLinkMs),
          createdAt: new Date(now),
          updatedAt: new Date(now),
        },
      });
    });
    return owners > 0 ? null : `/setup?token=${token}`;
  });
}

/** Creates the first owner for whoever holds the link, and voids it. A refusal leaves the link valid. */
export async function createOwner(base: Base, owner: FirstOwner): Promise<Answer<UserItem>> {
  const ofToken = [...linkRows, { field: "value", value: hashToken(owner.token) }];
  if ((await countOwners(base, defaultShop)) > 0) return refuse("setup_done");
  // Before the password is hashed: a stranger without the link cannot make the server work.
  if ((await base.adapter.count({ model: "verification", where: ofToken })) === 0) {
    return refuse("invalid_token");
  }
  const name = checkName(owner.name);
  if (!name.ok) return name;
  const username = checkUsername(owner.username);
  if (!username.ok) return username;
  const password = checkPassword(owner.password, "password", [username.value]);
  if (!password.ok) return password;
  const passwordHash = await base.hashPassword(password.value);
  return base.database.exclusively(async () => {
    // A second caller with the same link finds it used.
    const created = await base.adapter.transaction(async (tables) => {
      if ((await tables.consumeOne({ model: "verification", where: ofToken })) === null) return null;
      const fields = { name: name.value, username: username.value, role: "owner" as const };
      const item = await insertUser(base, tables, {
        ...fields,
        shop: defaultShop,
        mustChangePassword: false,
        passwordHash,
      });
      const actor = { id: item.id, name: item.name, kind: "user" } as const;
      await recordChange(base, tables, { shop: defaultShop, actor, action: "owner_created", target: item });
      return item;
    });
    return created === null ? refuse("invalid_token") : accept(created);
  });
}
