import { minuteMs, type Item } from "./broadcast.ts";
import type { Random } from "./random.ts";

/** The way from a platform to the shop: slow, now and then twice, sometimes late, and for four minutes not at all. */

export interface Outage {
  readonly channel: string;
  /** Milliseconds from the beginning. What would arrive in between arrives at the end, all at once. */
  readonly from: number;
  readonly to: number;
}

export const outageMinutes = 4;
const lateMinutesMax = 8;
const duplicateChance = 0.02;
const lateChance = 0.012;
const secondMs = 1_000;

/** What of a platform's events arrives, and when. Calls that the shop makes itself are where they were. */
export function deliver(items: readonly Item[], outage: Outage, random: Random): Item[] {
  const arrived: Item[] = [];
  for (const item of items) {
    if (item.kind !== "event") {
      arrived.push(item);
      continue;
    }
    arrived.push(arriving(item, travelMs(random), outage, random));
    if (random.chance(duplicateChance))
      arrived.push(arriving(item, travelMs(random) + random.whole(1, 90) * secondMs, outage, random));
  }
  return arrived;
}

function travelMs(random: Random): number {
  if (random.chance(lateChance)) return random.whole(60, lateMinutesMax * 60) * secondMs;
  return Math.min(10 * secondMs, Math.round(random.logNormal(900, 0.6)));
}

function arriving(
  item: Extract<Item, { kind: "event" }>,
  afterMs: number,
  outage: Outage,
  random: Random,
): Item {
  const at = item.at + afterMs;
  const cut = item.channel === outage.channel && at >= outage.from && at < outage.to;
  return { ...item, at: cut ? outage.to + random.whole(0, 2_000) : at };
}

/** The second platform falls silent a little after the middle of the session. */
export function outageOf(channel: string, durationMinutes: number): Outage {
  const from = Math.round(durationMinutes * 0.55) * minuteMs;
  return { channel, from, to: from + outageMinutes * minuteMs };
}
