import type { FastifyRequest } from "fastify";
import { ProblemError } from "../../api/problem.ts";
import { shopOfToken } from "../../engine/live/tokens.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { RouteContext } from "../deps.ts";

/** Links that work without log-in: whose they are, and how often somebody may guess. */

export const guessLimits = {
  /** Wrong tokens of one address within a minute. */
  wrongMax: 20,
  windowMs: 60_000,
  addressesMax: 10_000,
} as const;

/** For pages that hold a token in their address: it is told to nobody. */
export const tokenHeaders = { "referrer-policy": "no-referrer", "cache-control": "no-store" } as const;

export class Guesses {
  readonly #now: () => number;
  readonly #wrong = new Map<string, { count: number; readonly until: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws ProblemError `rate_limited` where somebody has guessed too often */
  check({ ip }: Pick<FastifyRequest, "ip">): void {
    const known = this.#wrong.get(ip);
    if (known === undefined || known.count < guessLimits.wrongMax) return;
    const leftMs = known.until - this.#now();
    if (leftMs <= 0) this.#wrong.delete(ip);
    else {
      const seconds = Math.ceil(leftMs / 1_000);
      throw new ProblemError("rate_limited", { seconds }, { "retry-after": String(seconds) });
    }
  }

  /** Counts a wrong token, and says that there is nothing there. */
  wrong({ ip }: Pick<FastifyRequest, "ip">): ProblemError {
    const now = this.#now();
    const known = this.#wrong.get(ip);
    if (known === undefined || known.until <= now) {
      if (this.#wrong.size >= guessLimits.addressesMax) this.#wrong.clear();
      this.#wrong.set(ip, { count: 1, until: now + guessLimits.windowMs });
    } else known.count += 1;
    return new ProblemError("not_found", { what: "such link", whatZh: "这个链接（可能已失效）" });
  }
}

/** The shop that a token belongs to; null: it belongs to none. */
export async function shopOf(context: RouteContext, token: string): Promise<OpenShop | null> {
  const id = shopOfToken(token);
  if (id === null) return null;
  const known = context.shops.get(id);
  if (known !== undefined) return known;
  const exists = (await context.store.shops()).some((shop) => shop.shop === id);
  return exists ? context.shops.open(id) : null;
}
