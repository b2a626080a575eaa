import { groupBy } from "../floor/group.ts";
import type { Bounds } from "../floor/anchor.ts";
import type { Expected, Floor } from "../floor/floor.ts";
import { cellKey, type Cell } from "../floor/shelf.ts";
import { compareWhen, hullOf, type When } from "../floor/when.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";
import { compareTallies, talliesOf, type BinClose, type CountEntry, type Tally } from "./entry.ts";
import type { ApprovedLine, Sheet } from "./sheet.ts";
import { isTolerated } from "./tolerance.ts";

/**
 * Where a line stands. Those that begin with `recount` want somebody to look again: `recount_time` anybody
 * (something moved while it was counted), `recount_other` another person (it differs), `recount_third` one
 * more (two people differ), `recount_asked` whoever was asked to.
 */
export const lineStatuses = [
  "uncounted",
  "unclear",
  "recount_time",
  "recount_other",
  "recount_third",
  "recount_asked",
  "matched",
  "tolerated",
  "confirmed",
  "approved",
] as const;
export type LineStatus = (typeof lineStatuses)[number];

/** One independent look at a line: by one person, or by one person a bin where the warehouse is pooled. */
export interface Round {
  readonly quantity: number;
  readonly when: When;
  readonly by: readonly string[];
  readonly recordedAt: Instant;
  readonly expected: Expected;
  /**
   * Counted less what the movements alone say. It does not depend on the time of the count, so that two counts
   * at different times can be compared, with any number of boxes moved in between.
   */
  readonly error: Bounds;
}

/** What a line comes to. */
export interface Settled {
  readonly quantity: number;
  readonly when: When;
  readonly expected: number;
  readonly variance: number;
  readonly counters: readonly string[];
}

export interface CountLine {
  readonly key: string;
  readonly cell: Cell;
  readonly status: LineStatus;
  readonly rounds: readonly Round[];
  readonly unclear: readonly CountEntry[];
  /** Counted less expected, of the last round; an interval where a movement may lie on either side. */
  readonly variance: Bounds | null;
  /** Set once the line is `matched`, `tolerated`, `confirmed` or `approved`. */
  readonly settled: Settled | null;
  /** Approved, but a count that came later says otherwise. */
  readonly contradicted: boolean;
}

/** What the lines are judged by besides the floor: minor units of money for one unit of a SKU. */
export type PriceOf = (sku: string) => number;

/**
 * Every line of a sheet, as the floor and the entries that are known say now.
 * @param inBins only the lines of these bins, so that one bin's answer does not wait for 20,000. Pooled lines have no bin.
 */
export function linesOf(
  sheet: Sheet,
  floor: Floor,
  priceOf: PriceOf,
  inBins?: ReadonlySet<string>,
): readonly CountLine[] {
  const rounds = floor.isPooled(sheet.spec.warehouse)
    ? pooledRounds(sheet, floor)
    : cellRounds(sheet, floor, inBins);
  return rounds
    .map((line) => judge(sheet, line, priceOf(line.cell.sku)))
    .toSorted((a, b) => compareText(a.key, b.key));
}

interface Counted {
  readonly cell: Cell;
  readonly rounds: readonly Round[];
  readonly unclear: readonly CountEntry[];
}

/** A warehouse that scans: each cell for itself. A closed bin counts what nobody entered as none. */
function cellRounds(sheet: Sheet, floor: Floor, inBins?: ReadonlySet<string>): readonly Counted[] {
  const { warehouse, cells } = sheet.spec;
  const lines = new Map<string, Cell>();
  for (const cell of cells) if (inBins === undefined || inBins.has(cell.bin)) lines.set(cellKey(cell), cell);
  for (const bin of inBins ?? new Set([...sheet.entered.keys(), ...sheet.closes.keys()])) {
    for (const cell of sheet.entered.get(bin) ?? []) lines.set(cellKey(cell), cell);
    for (const close of sheet.closes.get(bin) ?? []) {
      for (const one of floor.cellsIn(warehouse, bin)) {
        const expected = floor.expected(one, close.when);
        if (expected.low !== 0 || expected.high !== 0) lines.set(cellKey(one), one);
      }
    }
  }
  return Array.from(lines, ([key, cell]) => {
    const entries = sheet.entries.get(key) ?? [];
    const { tallies, unclear } = talliesOf(entries, sheet.resolutions);
    const none = noneTallies(sheet.closes.get(cell.bin) ?? [], entries);
    const all = [...tallies, ...none].toSorted(compareTallies);
    return { cell, unclear, rounds: all.map((tally) => roundOf(floor, cell, [tally])) };
  });
}

/** Those who closed the bin and entered nothing for the cell have counted none. */
function noneTallies(closes: readonly BinClose[], entries: readonly CountEntry[]): readonly Tally[] {
  return closes
    .filter((close) => entries.every((entry) => entry.by !== close.by))
    .map(({ by, when, recordedAt }) => ({ by, quantity: 0, when, entries: [], recordedAt }));
}

/**
 * A warehouse that does not scan: a SKU over all bins, in the time from the first bin to the last. There are
 * as many rounds as the bin has that fewest people have closed.
 */
function pooledRounds(sheet: Sheet, floor: Floor): readonly Counted[] {
  const { warehouse, bins, cells } = sheet.spec;
  const closes = bins.map((bin) =>
    (sheet.closes.get(bin) ?? []).toSorted((a, b) => compareWhen(a.when, b.when)),
  );
  const rounds = Math.min(...closes.map((one) => one.length));
  const lines = new Map<string, Cell>();
  const wanted = cells.map((cell) => floor.cellOf(cell));
  for (const cell of wanted) lines.set(cellKey(cell), cell);
  if (wanted.length === 0) {
    for (const [entry] of sheet.entries.values())
      if (entry !== undefined) lines.set(cellKey(floor.cellOf(entry.cell)), floor.cellOf(entry.cell));
    for (const one of floor.standing())
      if (one.warehouse === warehouse) lines.set(cellKey(one), floor.cellOf(one));
  }
  const entered = groupBy([...sheet.entries.values()].flat(), (entry) => cellKey(floor.cellOf(entry.cell)));
  const seen = Array.from({ length: Number.isFinite(rounds) ? rounds : 0 }, (_, round) =>
    seenIn(closes.flatMap((binCloses) => binCloses[round] ?? [])),
  );
  return Array.from(lines, ([key, cell]) => {
    const byCell = [...groupBy(entered.get(key) ?? [], (entry) => cellKey(entry.cell)).values()];
    const tallies = byCell.map((own) => ({ bin: own[0]?.cell.bin, ...talliesOf(own, sheet.resolutions) }));
    const unclear = tallies.flatMap((one) => one.unclear);
    const made = seen.map(({ byBin, whole }) => {
      const own = tallies.flatMap((one) =>
        one.tallies.filter((tally) => tally.by === byBin.get(one.bin ?? "")),
      );
      return roundOf(floor, cell, [...whole, ...own]);
    });
    return { cell, unclear, rounds: made };
  });
}

/**
 * One look at all the bins: who saw each, and, a person, over which time. It is the same for every product; only
 * what was entered differs.
 */
function seenIn(closes: readonly BinClose[]): {
  readonly byBin: ReadonlyMap<string, string>;
  readonly whole: readonly Tally[];
} {
  const whole = Array.from(
    groupBy(closes, (close) => close.by),
    ([by, own]): Tally => ({
      by,
      quantity: 0,
      when: own.map((close) => close.when).reduce(hullOf),
      entries: [],
      recordedAt: own.reduce((latest, close) => Math.max(latest, close.recordedAt), 0),
    }),
  );
  return { byBin: new Map(closes.map((close) => [close.bin, close.by])), whole };
}

/** Several people's parts as one look: the sum, over the whole of their time. */
function roundOf(floor: Floor, cell: Cell, parts: readonly Tally[]): Round {
  const quantity = parts.reduce((sum, part) => sum + part.quantity, 0);
  const when = parts.map((part) => part.when).reduce(hullOf);
  const expected = floor.expected(cell, when);
  return {
    quantity,
    when,
    by: [...new Set(parts.map((part) => part.by))].sort(),
    recordedAt: Math.max(...parts.map((part) => part.recordedAt)),
    expected,
    error: {
      low: quantity - (expected.high - expected.error),
      high: quantity - (expected.low - expected.error),
    },
  };
}

function isExact({ low, high }: Bounds): boolean {
  return low === high;
}

function judge(sheet: Sheet, { cell, rounds, unclear }: Counted, price: number): CountLine {
  const key = cellKey(cell);
  const last = rounds.at(-1);
  const variance =
    last === undefined
      ? null
      : { low: last.error.low - last.expected.error, high: last.error.high - last.expected.error };
  const line = { key, cell, rounds, unclear, variance, contradicted: false };
  const approved = sheet.approved.get(key);
  if (approved !== undefined) {
    const standing = rounds.find((round) => compareWhen(round.when, approved.when) === 0);
    const contradicted =
      standing !== undefined && rounds.some((round) => meet(round.error, standing.error) === null);
    return { ...line, status: "approved", settled: settledOf(approved), contradicted };
  }
  if (unclear.length > 0) return { ...line, status: "unclear", settled: null };
  if (last === undefined || variance === null) return { ...line, status: "uncounted", settled: null };
  const asked = sheet.recounts.get(key);
  if (asked !== undefined && rounds.every((round) => round.recordedAt <= asked))
    return { ...line, status: "recount_asked", settled: null };
  if (rounds.length === 1) {
    if (!isExact(last.error)) return { ...line, status: "recount_time", settled: null };
    const settled = settledBy(last, last.by);
    if (settled.variance === 0) return { ...line, status: "matched", settled };
    return isTolerated(sheet.spec.tolerance, settled.variance, settled.expected, price)
      ? { ...line, status: "tolerated", settled }
      : { ...line, status: "recount_other", settled: null };
  }
  return { ...line, ...agreement(rounds) };
}

/** Two people agree when one error explains both of their counts. The latest pair that does decides. */
function agreement(rounds: readonly Round[]): Pick<CountLine, "status" | "settled"> {
  let open = false;
  for (const [index, later] of [...rounds.entries()].toReversed()) {
    for (const earlier of rounds.slice(0, index).toReversed()) {
      if (earlier.by.some((person) => later.by.includes(person))) continue;
      if (meet(earlier.error, later.error) === null) continue;
      const exact = [later, earlier].find((round) => isExact(round.error));
      if (exact === undefined) {
        open = true;
        continue;
      }
      const settled = settledBy(exact, [...earlier.by, ...later.by]);
      return { status: settled.variance === 0 ? "matched" : "confirmed", settled };
    }
  }
  return { status: open ? "recount_time" : "recount_third", settled: null };
}

/** What two intervals have in common, or null. */
function meet(one: Bounds, other: Bounds): Bounds | null {
  const low = Math.max(one.low, other.low);
  const high = Math.min(one.high, other.high);
  return low <= high ? { low, high } : null;
}

function settledBy(round: Round, counters: readonly string[]): Settled {
  const { quantity, when, expected } = round;
  return { quantity, when, expected: expected.low, variance: quantity - expected.low, counters };
}

function settledOf({ quantity, when, variance, counters }: ApprovedLine): Settled {
  return { quantity, when, expected: quantity - variance, variance, counters };
}
