import { minuteMs, type BroadcastOptions, type Item, type SimChannel } from "./broadcast.ts";
import { burstStart, viewersAt, type Airing } from "./demand.ts";
import type { Random } from "./random.ts";

/** What the rooms show while the session is on: viewers, likes and the amount, every quarter of a minute. */

const everyMs = 15_000;
const gapMinutes = 6;

export function roomSamples({
  channels,
  full: { durationMinutes },
  airings,
  paid,
  random,
}: {
  readonly channels: readonly SimChannel[];
  readonly full: BroadcastOptions;
  readonly airings: readonly Airing[];
  readonly paid: readonly { readonly at: number; readonly channel: string; readonly amount: number }[];
  readonly random: Random;
}): Item[] {
  const burstAt = burstStart(airings);
  const payments = paid.toSorted((a, b) => a.at - b.at);
  const amounts = new Map<string, number>();
  const likes = new Map<string, number>();
  // One room's figures fail for a while: nobody knows then, and nothing is sent.
  const silent = channels.at(-1)?.room;
  const gapFrom = Math.round(durationMinutes * 0.4) * minuteMs;
  const items: Item[] = [];
  let next = 0;
  for (let at = everyMs; at <= durationMinutes * minuteMs; at += everyMs) {
    for (let one = payments[next]; one !== undefined && one.at <= at; one = payments[next]) {
      amounts.set(one.channel, (amounts.get(one.channel) ?? 0) + one.amount);
      next += 1;
    }
    const all = viewersAt(at / minuteMs, durationMinutes, burstAt);
    const samples = channels
      .filter(({ room }) => room !== silent || at < gapFrom || at >= gapFrom + gapMinutes * minuteMs)
      .map(({ channel, room, share }) => {
        const viewers = Math.round(all * share * random.logNormal(1, 0.02));
        likes.set(channel, (likes.get(channel) ?? 0) + Math.round(viewers * random.between(0.01, 0.04)));
        return { room, viewers, likes: likes.get(channel) ?? 0, amount: amounts.get(channel) ?? 0 };
      });
    items.push({ at, kind: "samples", samples });
  }
  return items;
}
