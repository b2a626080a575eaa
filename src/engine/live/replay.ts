import { plannedSkus } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { minuteOf } from "../../domain/live/window.ts";
import type { Instant } from "../../domain/rows.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { LiveOptions } from "./live.ts";
import { roomMinutes } from "./rooms.ts";
import { SessionSales } from "./sales.ts";

export const replayLimits = {
  minutesMax: 48 * 60,
  /** Products × minutes in one answer. */
  pointsMax: 500_000,
  entriesPerPage: 2_000,
  pagesPerSkuMax: 250,
  samplesMax: 100_000,
} as const;

/** The whole session on one axis. Each list has one entry a minute from `from` on. */
export interface Replay {
  readonly from: Instant;
  readonly to: Instant;
  readonly minutes: readonly {
    readonly at: Instant;
    readonly viewers: number | null;
    readonly likes: number | null;
    readonly orders: Readonly<Record<string, number>>;
    readonly amount: number;
  }[];
  readonly skus: readonly {
    readonly sku: string;
    readonly name: string;
    /** At the end of each minute. */
    readonly sellable: readonly number[];
    readonly sold: readonly number[];
  }[];
}

/** The whole session by the minute, from the books; null: it was never live. */
export async function buildReplay(options: LiveOptions, open: OpenSession): Promise<Replay | null> {
  const { store, shop, clock } = options;
  const { plan, state } = open;
  if (state.liveSince === null) return null;
  const first = minuteOf(state.liveSince);
  const ended = state.life === "live" ? clock.now() : (state.endedAt ?? clock.now());
  const skus = plannedSkus(plan);
  const { minutesMax, pointsMax, samplesMax } = replayLimits;
  const count = Math.min(
    minutesMax,
    Math.max(1, Math.floor(pointsMax / Math.max(1, skus.length))),
    Math.max(1, minuteOf(ended) - first + 1),
  );
  const from = first * minuteMs;
  const to = from + count * minuteMs;
  const sales = new SessionSales();
  sales.take(await store.read.sales(shop.id, { from, to, session: plan.id }), to);
  const rooms = plan.rooms.map((room) => room.room);
  const samples =
    rooms.length === 0 ? [] : await store.activities.samples(shop.id, { rooms, from, to, limit: samplesMax });
  const viewed = roomMinutes(samples, first, count);
  const names = await shop.names.of(skus);
  const series: Replay["skus"][number][] = [];
  for (const sku of skus) {
    series.push({
      sku,
      name: names.get(sku) || sku,
      sellable: await sellableByMinute(options, open, sku, first, count),
      sold: Array.from({ length: count }, (_, index) => sales.soldIn(sku, first + index)),
    });
  }
  return {
    from,
    to,
    minutes: Array.from({ length: count }, (_, index) => {
      const sums = sales.minute(first + index);
      return {
        at: (first + index) * minuteMs,
        viewers: viewed[index]?.viewers ?? null,
        likes: viewed[index]?.likes ?? null,
        orders: Object.fromEntries(sums?.orders ?? []),
        amount: sums?.amount ?? 0,
      };
    }),
    skus: series,
  };
}

/** From what the product began with, movement after movement. */
async function sellableByMinute(
  { store, shop }: LiveOptions,
  { state }: OpenSession,
  sku: string,
  first: number,
  count: number,
): Promise<readonly number[]> {
  const opening = state.opening.get(sku);
  if (opening === undefined) return Array.from({ length: count }, () => 0);
  const changes = Array.from({ length: count }, () => 0);
  const { entriesPerPage, pagesPerSkuMax } = replayLimits;
  let after = opening.seq;
  pages: for (let page = 0; page < pagesPerSkuMax; page += 1) {
    const entries = await store.read.journal(shop.id, { sku, after, limit: entriesPerPage });
    for (const entry of entries) {
      const index = minuteOf(entry.recordedAt) - first;
      if (index >= count) break pages;
      const units =
        (entry.to === "available" ? entry.quantity : 0) - (entry.from === "available" ? entry.quantity : 0);
      if (units !== 0) changes[Math.max(0, index)] = (changes[Math.max(0, index)] ?? 0) + units;
    }
    after = entries.at(-1)?.seq ?? after;
    if (entries.length < entriesPerPage) break;
  }
  let available = opening.available;
  return changes.map((change) => {
    available += change;
    return Math.max(0, available - opening.buffer);
  });
}
