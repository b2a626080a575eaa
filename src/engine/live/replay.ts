import { plannedSkus } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { minuteOf } from "../../domain/live/window.ts";
import type { Instant } from "../../domain/rows.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { LiveOptions } from "./live.ts";
import { PromisedByMinute, sellableByMinute, statesByMinute } from "./replay-stock.ts";
import { roomMinutes } from "./rooms.ts";
import { SessionSales, beforeMs } from "./sales.ts";
import { stockOfRows } from "./stock.ts";

export const replayLimits = {
  minutesMax: 48 * 60,
  /** Products × minutes in one answer. */
  pointsMax: 500_000,
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
    /** At the end of each minute, under the buffer, the allotment, the tranches and the stops of that moment. */
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
  const axis = { first, count, ended };
  const rows = await store.read.sales(shop.id, { from: from - beforeMs, to, session: plan.id });
  const sales = new SessionSales();
  sales.take(rows, to);
  const states = await statesByMinute(options, plan.id, axis);
  const course = { axis, states, promised: new PromisedByMinute(rows, axis) };
  const rooms = plan.rooms.map((room) => room.room);
  const samples =
    rooms.length === 0 ? [] : await store.activities.samples(shop.id, { rooms, from, to, limit: samplesMax });
  const viewed = roomMinutes(samples, first, count);
  const names = await shop.names.of(skus);
  const series: Replay["skus"][number][] = [];
  for (const sku of skus) {
    const row = await store.read.sku(shop.id, sku);
    series.push({
      sku,
      name: names.get(sku) || sku,
      sellable:
        row === null
          ? Array.from({ length: count }, () => 0)
          : await sellableByMinute(options, open, stockOfRows(row), course),
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
