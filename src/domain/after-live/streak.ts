import { medianOf } from "../report/answers.ts";
import { minuteMs } from "../live/time.ts";
import type { Instant } from "../rows.ts";
import type { ReportDay } from "../report/days.ts";

/** One business day and its review. */
export interface ReviewedDay {
  readonly day: ReportDay;
  /** Nothing was sold: a day off neither counts nor breaks the streak. */
  readonly quiet: boolean;
  readonly signedAt: Instant | null;
  readonly workedMs: number;
  /** Share of the shelves counted that were right, in per cent; null without a count. */
  readonly accuracyPercent: number | null;
}

export interface Streak {
  /** Days in a row, up to now, that were reviewed in time. */
  readonly current: number;
  readonly best: number;
  readonly reviewed: number;
  readonly days: number;
  /** The day that is open now: reviewing it in time keeps the streak. */
  readonly atStake: string | null;
  readonly medianMinutes: number | null;
  /** Average accuracy of the last days reviewed, less that of as many before: per cent points. Null: too few. */
  readonly accuracyTrend: number | null;
}

/** A review is in time until so long after its day has ended: the half hour after midnight, and some sleep. */
export const reviewHoursMax = 12;
/** The trend compares so many days with as many before. */
const trendDays = 7;

/**
 * Whether the habit holds.
 * @param days in their order
 */
export function reviewStreak(days: readonly ReviewedDay[], now: Instant): Streak {
  const counted = days.filter(({ quiet }) => !quiet);
  let current = 0;
  let best = 0;
  let atStake: string | null = null;
  for (const { day, signedAt } of counted) {
    const latest = day.to + reviewHoursMax * 60 * minuteMs;
    if (signedAt !== null && signedAt <= latest) {
      current += 1;
      best = Math.max(best, current);
    } else if (signedAt === null && now <= latest) {
      // There is time left: it breaks nothing yet.
      atStake ??= day.date;
    } else current = 0;
  }
  const reviewed = counted.filter(({ signedAt }) => signedAt !== null);
  return {
    current,
    best,
    reviewed: reviewed.length,
    days: counted.length,
    atStake,
    medianMinutes: medianOf(reviewed.map(({ workedMs }) => workedMs / minuteMs)),
    accuracyTrend: trendOf(counted.flatMap(({ accuracyPercent: one }) => (one === null ? [] : [one]))),
  };
}

function trendOf(percents: readonly number[]): number | null {
  const half = Math.min(trendDays, Math.floor(percents.length / 2));
  if (half === 0) return null;
  const average = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  return average(percents.slice(-half)) - average(percents.slice(-2 * half, -half));
}
