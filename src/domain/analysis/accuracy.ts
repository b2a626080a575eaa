import type { Entry, Instant } from "../rows.ts";

/** Oversell and accuracy over time: whether the habit pays. */

/** One stretch of being oversold, of one SKU: from the first uncovered unit to the last covered one. */
export interface Oversell {
  readonly sku: string;
  readonly from: Instant;
  /** Null: it still is. */
  readonly to: Instant | null;
  /** The most units that were uncovered at once. */
  readonly most: number;
  /** Units that became uncovered, in all. */
  readonly units: number;
  readonly channels: readonly string[];
}

type OpenOversell = { -readonly [Key in keyof Omit<Oversell, "channels">]: Oversell[Key] } & {
  readonly channels: Set<string>;
  now: number;
};

/** Finds the oversells in a journal. Feed it the movements in order; it keeps a row per SKU that is short. */
export class OversellFold {
  readonly #open = new Map<string, OpenOversell>();
  readonly #over: OpenOversell[] = [];

  add({ sku, from, to, quantity, at, channel }: Entry): void {
    if (to === "shortage") {
      let one = this.#open.get(sku);
      if (one === undefined) {
        one = { sku, from: at, to: null, most: 0, units: 0, now: 0, channels: new Set() };
        this.#open.set(sku, one);
      }
      one.now += quantity;
      one.units += quantity;
      one.most = Math.max(one.most, one.now);
      if (channel !== null) one.channels.add(channel);
    } else if (from === "shortage") {
      const one = this.#open.get(sku);
      if (one === undefined) return;
      one.now -= quantity;
      if (one.now > 0) return;
      this.#over.push({ ...one, to: at });
      this.#open.delete(sku);
    }
  }

  /** The oldest first; those that are open still have no end. */
  oversells(): readonly Oversell[] {
    return [...this.#over, ...this.#open.values()]
      .map(({ sku, from, to, most, units, channels }) => ({
        sku,
        from,
        to,
        most,
        units,
        channels: [...channels].toSorted(),
      }))
      .toSorted((a, b) => a.from - b.from || (a.sku < b.sku ? -1 : 1));
  }
}

/** One period: a day, a week, a month. */
export interface AccuracyPeriod {
  readonly date: string;
  readonly ordered: number;
  readonly oversold: number;
  readonly bins: number;
  readonly binsRight: number;
  /** Units of variance without their sign, and units counted. */
  readonly varianceUnits: number;
  readonly countedUnits: number;
  /** Minor units that refunds and compensation for oversold units cost. */
  readonly oversellCost: number;
}

export interface AccuracyPoint {
  readonly date: string;
  readonly ordered: number;
  readonly oversold: number;
  /** Minor units. */
  readonly oversellCost: number;
  /** Oversold units of a hundred thousand that were ordered; null without an order. */
  readonly oversellPer100k: number | null;
  /** Of the bins that were counted, those that were right, in per cent (IRA); null without a count. */
  readonly ira: number | null;
  /** Of the units that were counted, those that were not off, in per cent; null without a count. */
  readonly unitAccuracy: number | null;
}

export interface AccuracyReport {
  readonly points: readonly AccuracyPoint[];
  /** The first and the last half of the periods, against each other. */
  readonly before: AccuracyPoint;
  readonly after: AccuracyPoint;
  /** What as many orders as in the last half would have lost at the first half's rate, less what they lost. */
  readonly savedUnits: number | null;
  readonly savedAmount: number | null;
  /** How that is worked out, for who wants to see; null: one of the halves has no order. */
  readonly saving: Saving | null;
}

/** The orders of the last half at the rate of the first, and as it was. Minor units. */
export interface Saving {
  readonly ordered: number;
  readonly expectedUnits: number;
  readonly units: number;
  readonly expectedCost: number;
  readonly cost: number;
}

export function accuracyReport(periods: readonly AccuracyPeriod[]): AccuracyReport {
  const middle = Math.floor(periods.length / 2);
  const [first, last] = [
    sumPeriods("before", periods.slice(0, middle)),
    sumPeriods("after", periods.slice(middle)),
  ];
  const comparable = first.ordered > 0 && last.ordered > 0;
  const scale = comparable ? last.ordered / first.ordered : 0;
  const saving = comparable
    ? {
        ordered: last.ordered,
        expectedUnits: Math.round(first.oversold * scale),
        units: last.oversold,
        expectedCost: Math.round(first.oversellCost * scale),
        cost: last.oversellCost,
      }
    : null;
  return {
    points: periods.map(pointOf),
    before: pointOf(first),
    after: pointOf(last),
    savedUnits: saving === null ? null : saving.expectedUnits - saving.units,
    savedAmount: saving === null ? null : saving.expectedCost - saving.cost,
    saving,
  };
}

function pointOf(period: AccuracyPeriod): AccuracyPoint {
  const { date, ordered, oversold, bins, binsRight, varianceUnits, countedUnits, oversellCost } = period;
  return {
    date,
    ordered,
    oversold,
    oversellCost,
    oversellPer100k: ordered === 0 ? null : (100_000 * oversold) / ordered,
    ira: bins === 0 ? null : (100 * binsRight) / bins,
    unitAccuracy: countedUnits === 0 ? null : Math.max(0, 100 - (100 * varianceUnits) / countedUnits),
  };
}

function sumPeriods(date: string, periods: readonly AccuracyPeriod[]): AccuracyPeriod {
  const sum = {
    ordered: 0,
    oversold: 0,
    bins: 0,
    binsRight: 0,
    varianceUnits: 0,
    countedUnits: 0,
    oversellCost: 0,
  };
  for (const period of periods)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += period[name];
  return { date, ...sum };
}
