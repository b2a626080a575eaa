import type { HoldsShortened } from "../../domain/live/activity.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { Store } from "../../store/store.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { OpenShop } from "../shops.ts";
import type { By } from "./commands.ts";
import { refuse, type Refused } from "./refuse.ts";

/** The time to pay of a channel, shortened for a while: remembered before it is changed, and put back. */

interface Books {
  readonly store: Pick<Store, "read">;
  readonly shop: OpenShop;
}

export interface ShortenHolds {
  readonly channel: string;
  readonly minutes: number;
  /** Then it is put back; absent: when the session ends. */
  readonly forMinutes?: number;
}

/** @returns what the time to pay was before, in minutes */
export async function shortenHolds(
  books: Books,
  session: string,
  { channel, minutes, forMinutes }: ShortenHolds,
  by: By,
): Promise<{ readonly before: number } | Refused> {
  const before = await holdMinutesOf(books, channel);
  if (before === null) return refuse("conflict", `没有渠道 ${channel}`, `There is no channel ${channel}`);
  const until = forMinutes === undefined ? null : by.at + forMinutes * minuteMs;
  const acted = await books.shop.sessions.act(session, ({ state }) =>
    // A session that is not on the air has no end that could put it back.
    state.life !== "live"
      ? []
      : [{ kind: "holds_shortened", ...by, body: { channel, minutes, before, until } }],
  );
  if (!acted.ok) return acted;
  return (await setHoldMinutes(books, channel, minutes, by)) ?? { before };
}

/** What was remembered by a process that died before it could change it is changed now. */
export async function resumeHolds(books: Books, { state }: OpenSession, by: By): Promise<void> {
  for (const [channel, { minutes, before }] of state.holds)
    if (minutes !== before && (await holdMinutesOf(books, channel)) === before)
      await setHoldMinutes(books, channel, minutes, by);
}

/**
 * Puts back what is due: while the session is live what has had its time, afterwards everything. What somebody
 * has changed meanwhile is meant to stay.
 * @returns how many channels are done with
 */
export async function restoreHolds(books: Books, open: OpenSession, by: By): Promise<number> {
  const due = (one: HoldsShortened, life: string): boolean =>
    life !== "live" || (one.until !== null && one.until <= by.at);
  let restored = 0;
  for (const [channel, one] of open.state.holds) {
    if (!due(one, open.state.life)) continue;
    if ((await holdMinutesOf(books, channel)) === one.minutes)
      await setHoldMinutes(books, channel, one.before, by);
    const acted = await books.shop.sessions.act(open.plan.id, ({ state }) => {
      const now = state.holds.get(channel);
      return now !== undefined && due(now, state.life)
        ? [{ kind: "terms_restored", ...by, body: { channel } }]
        : [];
    });
    restored += acted.ok ? acted.appended.length : 0;
  }
  return restored;
}

async function holdMinutesOf({ store, shop }: Books, channel: string): Promise<number | null> {
  const channels = await store.read.channels(shop.id);
  return channels.find((one) => one.channel === channel)?.holdMinutes ?? null;
}

async function setHoldMinutes(
  { shop }: Books,
  channel: string,
  holdMinutes: number,
  { actor, at }: By,
): Promise<Refused | null> {
  const outcome = await shop.batcher.submit({
    type: "putChannel",
    actor,
    at,
    channel: { channel, holdMinutes },
  });
  if (!isRefusal(outcome)) return null;
  return refuse(outcome.code, "付款时限没有改成", "The time to pay was not changed");
}
