import { hourMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Reads, ShopId } from "../../store/store.ts";
import type { OpenSession } from "./sessions.ts";

/** What a session has sold: units, and minor units of money. */
export interface SessionSums {
  readonly sold: number;
  readonly amount: number;
}

/** A day after its end nothing of a session is heard of for the first time. */
const lateHours = 24;
const keptMax = 1_000;
const nothing: SessionSums = { sold: 0, amount: 0 };

/** Sums of sessions for lists. Those of a session that is long over are added up once. */
export class SumsOfSessions {
  readonly #read: Pick<Reads, "sales">;
  readonly #shop: ShopId;
  readonly #kept = new Map<string, SessionSums>();

  constructor(read: Pick<Reads, "sales">, shop: ShopId) {
    this.#read = read;
    this.#shop = shop;
  }

  async of({ plan, state }: OpenSession, now: Instant): Promise<SessionSums> {
    const { liveSince, endedAt, life } = state;
    if (liveSince === null) return nothing;
    const until = life === "live" || endedAt === null ? now : endedAt + lateHours * hourMs;
    const key = `${plan.id}/${liveSince}/${until}`;
    const kept = until < now ? this.#kept.get(key) : undefined;
    if (kept !== undefined) return kept;
    const to = Math.min(until, now) + hourMs;
    const sales = await this.#read.sales(this.#shop, { from: liveSince - hourMs, to, session: plan.id });
    const sums = { sold: 0, amount: 0 };
    for (const { sold, soldAmount } of sales) {
      sums.sold += sold;
      sums.amount += soldAmount;
    }
    if (until < now) {
      if (this.#kept.size >= keptMax) this.#kept.clear();
      this.#kept.set(key, sums);
    }
    return sums;
  }
}
