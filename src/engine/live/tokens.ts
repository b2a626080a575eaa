import { createHash } from "node:crypto";
import type { ShopId } from "../../store/store.ts";
import type { Clock } from "../clock.ts";

const tokenBytes = 32;
const tokenPattern = /^([0-9a-z]{1,11})-[A-Za-z0-9_-]{43}$/;

/** A link that works without log-in. Nobody guesses it; only its hash is stored. */
export function newToken(shop: ShopId, clock: Pick<Clock, "random">): string {
  return `${shop.toString(36)}-${Buffer.from(clock.random(tokenBytes), "hex").toString("base64url")}`;
}

/** The shop that a token says it belongs to; null: it is no token at all. */
export function shopOfToken(token: string): ShopId | null {
  const digits = tokenPattern.exec(token)?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 36);
}

export function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
