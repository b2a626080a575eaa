import { groupBy } from "../floor/group.ts";
import { compareText } from "../text.ts";
import type { ApprovedLine } from "./sheet.ts";

/** One bin of one finished sheet, with everything that was found in it. */
export interface CountedBin {
  readonly bin: string;
  readonly zone: string;
  /** Number of the day on which it was counted. */
  readonly day: number;
  /** Who counted it first. */
  readonly counter: string;
  readonly lines: readonly Pick<ApprovedLine, "variance" | "valueMinor" | "reason">[];
}

/** How often shelves and books agree: IRA = bins counted without variance ÷ bins counted. */
export interface Accuracy {
  readonly bins: number;
  readonly accurate: number;
  /** Per cent with one decimal, rounded down, or null when nothing was counted: 99.96 is not 100. */
  readonly ira: number | null;
  readonly gain: number;
  readonly loss: number;
  /** Gains less losses, and both added up without sign: minor units of money. */
  readonly netMinor: number;
  readonly grossMinor: number;
}

export function accuracyOf(bins: readonly CountedBin[]): Accuracy {
  let accurate = 0;
  let gain = 0;
  let loss = 0;
  let netMinor = 0;
  let grossMinor = 0;
  for (const { lines } of bins) {
    if (lines.every((line) => line.variance === 0)) accurate += 1;
    for (const { variance, valueMinor } of lines) {
      gain += Math.max(0, variance);
      loss += Math.max(0, -variance);
      netMinor += valueMinor;
      grossMinor += Math.abs(valueMinor);
    }
  }
  const ira = bins.length === 0 ? null : Math.floor((accurate * 1_000) / bins.length) / 10;
  return { bins: bins.length, accurate, ira, gain, loss, netMinor, grossMinor };
}

export type AccuracyBy = "zone" | "counter" | "day";

/** The same, part by part, in the parts' order. */
export function accuracyBy(
  bins: readonly CountedBin[],
  by: AccuracyBy,
): readonly (Accuracy & { readonly part: string | number })[] {
  return [...groupBy(bins, (bin) => bin[by])]
    .toSorted(([a], [b]) =>
      typeof a === "number" && typeof b === "number" ? a - b : compareText(String(a), String(b)),
    )
    .map(([part, own]) => ({ part, ...accuracyOf(own) }));
}

/** One zone or one counter, day by day. */
export interface AccuracyOver {
  readonly part: string;
  readonly days: readonly (Accuracy & { readonly day: number })[];
}

/**
 * The same day by day, for the zones or counters with the most bins, the largest first: whose accuracy rises and whose falls.
 * @param partsMax more than a chart's lines can be told apart
 */
export function accuracyOver(
  bins: readonly CountedBin[],
  by: Exclude<AccuracyBy, "day">,
  partsMax: number,
): readonly AccuracyOver[] {
  return [...groupBy(bins, (bin) => bin[by])]
    .toSorted(([a, own], [b, other]) => other.length - own.length || compareText(a, b))
    .slice(0, partsMax)
    .map(([part, own]) => ({
      part,
      days: accuracyBy(own, "day").map(({ part: day, ...row }) => ({ day: Number(day), ...row })),
    }));
}

/** Units and value of the differences by the reason that was given, the most valuable first. */
export function accuracyByCause(bins: readonly CountedBin[]): readonly {
  readonly cause: string;
  readonly lines: number;
  readonly units: number;
  readonly grossMinor: number;
}[] {
  const differing = bins.flatMap((bin) => bin.lines).filter((line) => line.variance !== 0);
  return [...groupBy(differing, (line) => line.reason ?? "unknown")]
    .map(([cause, lines]) => ({
      cause,
      lines: lines.length,
      units: lines.reduce((sum, line) => sum + Math.abs(line.variance), 0),
      grossMinor: lines.reduce((sum, line) => sum + Math.abs(line.valueMinor), 0),
    }))
    .toSorted((a, b) => b.grossMinor - a.grossMinor || compareText(a.cause, b.cause));
}

/** Bins counted of those that were planned, by day. Bins that nobody planned do not make up for those that were. */
export function planKept(
  planned: readonly { readonly day: number; readonly bin: string }[],
  counted: readonly Pick<CountedBin, "day" | "bin">[],
): readonly { readonly day: number; readonly planned: number; readonly done: number }[] {
  const done = new Set(counted.map(({ day, bin }) => `${day}\u0000${bin}`));
  return [...groupBy(planned, (one) => one.day)]
    .toSorted(([a], [b]) => a - b)
    .map(([day, bins]) => ({
      day,
      planned: bins.length,
      done: bins.filter(({ bin }) => done.has(`${day}\u0000${bin}`)).length,
    }));
}
