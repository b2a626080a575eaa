import { createHmac, timingSafeEqual } from "node:crypto";
import type { Instant } from "../../domain/rows.ts";
import { readObject } from "../net/exchange.ts";
import type { LiveMessage } from "./live-source.ts";

export const noticeLimits = {
  /** Agora sends again three times within minutes; what is older is somebody else's repeat. */
  ageMsMax: 600_000,
  aheadMsMax: 60_000,
  /** Ids that are remembered, to drop repeats. */
  idsMax: 20_000,
} as const;

/**
 * 1: a viewer more, −1: one less; the channel came to be or ended; null: nothing that changes the viewers.
 */
export type NoticeChange = 1 | -1 | "created" | "destroyed" | null;

export interface Notice {
  readonly id: string;
  readonly sentAt: Instant;
  readonly channelName: string;
  /** When it happened, to the second. */
  readonly at: Instant;
  readonly change: NoticeChange;
}

const realTimeCommunication = 1;

const changes: Readonly<Record<number, NoticeChange>> = {
  101: "created",
  102: "destroyed",
  // Who becomes a host leaves the audience, and the other way round.
  105: 1,
  106: -1,
  111: -1,
  112: 1,
  // Channels of the communication profile know no audience: everybody counts.
  107: 1,
  108: -1,
};

/**
 * HMAC of the raw body in hexadecimal digits: SHA-256 for `Agora-Signature-V2`, SHA-1 for `Agora-Signature`.
 */
export function noticeSignature(algorithm: "sha256" | "sha1", secret: string, body: Uint8Array): string {
  return createHmac(algorithm, secret).update(body).digest("hex");
}

/** Whether Agora sent it. The newer signature decides when there is one. */
export function verifyNotice({ headers, body }: LiveMessage, secret: string): boolean {
  const newer = headers["agora-signature-v2"];
  if (newer !== undefined) return isSame(newer, noticeSignature("sha256", secret, body));
  const older = headers["agora-signature"];
  return older !== undefined && isSame(older, noticeSignature("sha1", secret, body));
}

function isSame(given: string, expected: string): boolean {
  const a = Buffer.from(given.toLowerCase(), "utf8");
  const b = Buffer.from(expected, "utf8");
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Undefined when it is no notification. Event types that are not known here change nothing. */
export function readNotice(body: Uint8Array): Notice | undefined {
  const value = readObject(Buffer.from(body).toString("utf8"));
  const { noticeId: id, productId, eventType, notifyMs: sentAt, payload } = value ?? {};
  if (typeof id !== "string" || typeof eventType !== "number" || typeof sentAt !== "number") return undefined;
  const { channelName, ts } = (typeof payload === "object" && payload !== null ? payload : {}) as {
    readonly channelName?: unknown;
    readonly ts?: unknown;
  };
  const known = productId === realTimeCommunication && typeof channelName === "string";
  return {
    id,
    sentAt,
    channelName: typeof channelName === "string" ? channelName : "",
    at: typeof ts === "number" ? ts * 1_000 : sentAt,
    change: known ? (changes[eventType] ?? null) : null,
  };
}

/** Drops what came before, and what is too old to be remembered. */
export class NoticeFilter {
  readonly #ids = new Set<string>();

  isNew({ id, sentAt }: Notice, now: Instant): boolean {
    if (sentAt < now - noticeLimits.ageMsMax || sentAt > now + noticeLimits.aheadMsMax) return false;
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > noticeLimits.idsMax) {
      // A set keeps the order in which its members came.
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
