/**
 * How fast a product will sell, minute by minute from now on: what it does by itself, what it does while it is
 * shown, and how that fades. Pure numbers: units and minutes, counted from now.
 */

/** When a product is on, in minutes from now; negative is past. */
export interface Showing {
  readonly from: number;
  readonly to: number;
  /** Units that the plan wants sold in it; null: it does not say. */
  readonly target: number | null;
}

/** What the slots that are over have sold, and what they were to sell in the time they had. */
export interface Pace {
  readonly sold: number;
  readonly target: number;
}

/** What the plan says of a product, and how well plans have been met. */
export interface Ahead {
  readonly showings: readonly Showing[];
  readonly pace: Pace;
}

export const nothingAhead: Ahead = { showings: [], pace: { sold: 0, target: 0 } };

/** What has been sold, minute by minute. */
export interface Seen {
  /** Oldest first; the last minute may be under way. */
  readonly units: readonly number[];
  /** How much of each minute was observed: 1, but for the one that is under way, which is above 0. */
  readonly exposure: readonly number[];
}

export interface RateAhead {
  /** Units in each of the next minutes. */
  readonly perMinute: readonly number[];
  /** Units a minute after those; above zero. */
  readonly after: number;
  /** Units a minute at this moment, the last minutes weighing most. */
  readonly now: number;
}

/** The next six hours: no session is longer than what is said minute by minute. */
const aheadMinutes = 360;
/** A minute weighs half of the one that is so much later: the last five weigh more than all before. */
const recentHalfLife = 4;
/** The same for what a product sells by itself. */
const usualHalfLife = 20;
/** A pace that is not the usual one is half way back to it after so long. */
const backHalfLife = 50;
/** What a slot has stirred up has halved so long after its end. */
const fadeHalfLife = 6;
/** As if the usual pace had been seen for so many minutes already. */
const usualPriorMinutes = 3;
/** Of a product that was shown, what it sells by itself is likely to be less than what was seen. */
const usualPriorShare = 0.75;
/** The plan's pace, and the fading one, count for so many minutes of what is seen of a slot, and after it. */
const planPriorMinutes = 1.5;
const fadePriorMinutes = 2;
/** The least that is sold in the end, of the most that is expected: so that every answer is a number. */
const leastShare = 1e-3;

/** Null: nothing was sold, and no slot with a target is to come. */
export function rateAhead(seen: Seen, { showings, pace }: Ahead): RateAhead | null {
  const starts = startsOf(seen);
  const past = new Past(seen, starts, showings);
  const last = lastShown(showings);
  const isOn = last !== null && last.to > 0;
  const onRate = last === null ? null : shownRate(past, last, isOn ? plannedRate(last, pace) : null);
  const usual = past.usual(onRate);
  const now = isOn ? (onRate ?? usual) : past.recent(last, usual, fading(last, onRate, usual));
  const perMinute = spread(showings, pace, { last, onRate, isOn, usual, now });
  const most = perMinute.reduce((best, one) => Math.max(best, one), Math.max(now, usual));
  if (most <= 0) return null;
  return { perMinute, after: Math.max(usual, most * leastShare), now: Math.max(now, most * leastShare) };
}

/** What a slot is expected to sell in a minute: its target, as well as targets have been met so far. */
function plannedRate({ from, to, target }: Showing, { sold, target: wanted }: Pace): number | null {
  if (target === null || to <= from) return null;
  // As if one slot of this size had met its target.
  return ((target / Math.max(1, to - from)) * (sold + target)) / Math.max(1, wanted + target);
}

/** When each minute began, in minutes from now. */
function startsOf({ units, exposure }: Seen): readonly number[] {
  const lastPart = exposure.at(-1) ?? 1;
  return units.map((_, index) => index - (units.length - 1) - lastPart);
}

/** The slot that is on, or the one that was on last. */
function lastShown(showings: readonly Showing[]): Showing | null {
  return showings.reduce<Showing | null>(
    (last, one) => (one.from <= 0 && (last === null || one.from >= last.from) ? one : last),
    null,
  );
}

function halved(minutes: number, halfLife: number): number {
  return 2 ** (-Math.max(0, minutes) / halfLife);
}

/** What is above the usual pace because the product was shown, at this moment. */
function fading(last: Showing | null, onRate: number | null, usual: number): number {
  return last === null || onRate === null ? 0 : Math.max(0, onRate - usual) * halved(-last.to, fadeHalfLife);
}

/** Units a minute within a slot: as seen, the latest minutes weighing most, and as planned while little is seen. */
function shownRate(past: Past, last: Showing, planned: number | null): number | null {
  const [units, weight] = past.within(last);
  if (planned === null) return weight > 0 ? units / weight : null;
  return (units + planPriorMinutes * planned) / (weight + planPriorMinutes);
}

/** Sums over the minutes that were seen. */
class Past {
  readonly #seen: Seen;
  readonly #starts: readonly number[];
  readonly #showings: readonly Showing[];

  constructor(seen: Seen, starts: readonly number[], showings: readonly Showing[]) {
    this.#seen = seen;
    this.#starts = starts;
    this.#showings = showings;
  }

  /** Of a slot: units and observed minutes, the later the more they weigh. */
  within(showing: Showing): readonly [units: number, weight: number] {
    const end = Math.min(0, showing.to);
    return this.#sum((middle) =>
      middle >= showing.from && middle < end ? halved(end - middle, recentHalfLife) : 0,
    );
  }

  /** What the product sells by itself: outside its slots, and the less a minute follows one the less it weighs. */
  usual(onRate: number | null): number {
    const [units, weight] = this.#sum((middle) => {
      if (this.#isOn(middle)) return 0;
      const since = this.#showings.reduce(
        (least, { to }) => (to <= middle ? Math.min(least, middle - to) : least),
        Number.POSITIVE_INFINITY,
      );
      return halved(-middle, usualHalfLife) * (1 - halved(since, fadeHalfLife));
    });
    const [recentUnits, recentWeight] = this.#sum((middle) =>
      this.#isOn(middle) ? 0 : halved(-middle, recentHalfLife),
    );
    const seenRate = recentWeight > 0 ? recentUnits / recentWeight : (onRate ?? 0);
    const prior = onRate === null ? seenRate : Math.min(seenRate, onRate) * usualPriorShare;
    return (units + usualPriorMinutes * prior) / (weight + usualPriorMinutes);
  }

  /** The pace of these minutes of a product that is not on. */
  recent(last: Showing | null, usual: number, fadingNow: number): number {
    const [units, weight] = this.#sum((middle) =>
      this.#isOn(middle) || (last !== null && middle < last.to) ? 0 : halved(-middle, recentHalfLife),
    );
    if (last !== null) return (units + fadePriorMinutes * (usual + fadingNow)) / (weight + fadePriorMinutes);
    return weight > 0 ? units / weight : usual;
  }

  #isOn(middle: number): boolean {
    return this.#showings.some(({ from, to }) => middle >= from && middle < to);
  }

  #sum(weightAt: (middle: number) => number): readonly [units: number, weight: number] {
    let units = 0;
    let weight = 0;
    for (const [index, start] of this.#starts.entries()) {
      const exposure = this.#seen.exposure[index] ?? 1;
      const own = weightAt(start + exposure / 2);
      units += own * (this.#seen.units[index] ?? 0);
      weight += own * exposure;
    }
    return [units, weight];
  }
}

interface Paces {
  readonly last: Showing | null;
  readonly isOn: boolean;
  readonly onRate: number | null;
  readonly usual: number;
  readonly now: number;
}

/** Slots sell at their pace; between them it goes back to the usual one, slowly by itself and fast after a slot. */
function spread(
  showings: readonly Showing[],
  pace: Pace,
  { last, isOn, onRate, usual, now }: Paces,
): readonly number[] {
  const rates: number[] = [];
  const wasShown = last !== null;
  let excess = isOn ? 0 : now - usual;
  let halfLife = wasShown ? fadeHalfLife * 1.5 : backHalfLife;
  let from = 0;
  for (let minute = 0; minute < aheadMinutes; minute += 1) {
    const showing = showings.find((one) => minute >= one.from && minute < one.to);
    if (showing === undefined) {
      rates.push(Math.max(0, usual + excess * halved(minute - from, halfLife)));
      continue;
    }
    const rate = Math.max(usual, (showing === last ? onRate : plannedRate(showing, pace)) ?? usual);
    rates.push(rate);
    excess = rate - usual;
    halfLife = fadeHalfLife;
    from = minute + 1;
  }
  return rates;
}
