import { hourMs } from "../domain/live/time.ts";
import type { Log } from "../engine/errors.ts";
import type { OpenShop } from "../engine/shops.ts";
import type { OpenSession } from "../engine/sessions/sessions.ts";
import type { Job } from "./runner.ts";

const everyMs = 1_000;
/** The list of all sessions is read so often; those that are live are known at any moment. */
const listEveryMs = 30_000;
const listedMax = 200;
/** What ended longer ago is settled. */
const settledHours = 48;

/**
 * What live sessions need done by the clock: the openings, terms, tranches, the pointer, alerts, patrols and
 * reminders. One node does it; all others see it in the timeline.
 */
export function liveJob(log: Log): Job {
  const follows = new Map<number, Following>();
  return {
    name: "live",
    everyMs,
    run: async ({ shop, now, signal, until }) => {
      const following = follows.get(shop.id) ?? { listedAt: Number.NEGATIVE_INFINITY, sessions: new Set() };
      follows.set(shop.id, following);
      await follow(shop, following, now);
      const sums: Record<string, number> = {};
      let failed = 0;
      for (const id of following.sessions) {
        if (signal.aborted || now >= until) break;
        const open = shop.sessions.known(id);
        if (open === undefined) continue;
        try {
          const done = await shop.live.chores.run(open, now);
          for (const [name, count] of Object.entries(done)) sums[name] = (sums[name] ?? 0) + count;
          if (isSettled(shop.sessions.known(id))) following.sessions.delete(id);
        } catch (error) {
          failed += 1;
          // One session that fails keeps no other waiting.
          log.error({ err: error, shop: shop.id, session: id }, "the work of a live session failed");
        }
      }
      return { ...sums, failed };
    },
  };
}

interface Following {
  listedAt: number;
  /** Ids of those that something may be due for. */
  readonly sessions: Set<string>;
}

async function follow({ sessions }: OpenShop, following: Following, now: number): Promise<void> {
  for (const { plan } of sessions.live()) following.sessions.add(plan.id);
  if (now - following.listedAt < listEveryMs) return;
  following.listedAt = now;
  for (const open of await sessions.list(listedMax)) {
    if (matters(open, now)) following.sessions.add(open.plan.id);
  }
}

/** After its end nothing is left to be put back. */
function isSettled(open: OpenSession | undefined): boolean {
  if (open === undefined) return true;
  const { life, terms, holds, alerts, reviews } = open.state;
  const isOver = life === "ended" || life === "reviewed";
  return isOver && terms.size + holds.size + alerts.size + reviews.size === 0;
}

function matters({ plan, state }: OpenSession, now: number): boolean {
  if (state.life === "draft" || state.life === "prechecked") return plan.startsAt > now;
  if (state.life === "live") return true;
  return now - (state.endedAt ?? now) < settledHours * hourMs;
}
