import type { Instant } from "../domain/rows.ts";

/**
 * The business day of a shop: from the day-cut hour of one local date to that of the next, because a
 * broadcast ends after midnight. Local time comes from Intl, so daylight saving is right in every zone: a day
 * may have 23 or 25 hours, and a cut hour that the clocks skip is the moment at which they go on.
 */

export interface DayRules {
  /** IANA name. */
  readonly timeZone: string;
  /** 0 to 23. */
  readonly dayCutHour: number;
}

export interface BusinessDay {
  /** The local date on which it began, e.g. `2026-11-11`. */
  readonly date: string;
  readonly from: Instant;
  /** The next day's `from`. */
  readonly to: Instant;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The business day that a moment belongs to. Throws RangeError for a zone that Intl does not know. */
export function businessDayOf(now: Instant, rules: DayRules): BusinessDay {
  const local = localOf(now, rules.timeZone);
  const today = Math.floor(local / dayMs) * dayMs;
  let date = today;
  let from = cutOf(date, rules);
  // Around the cut the comparison of instants decides, not that of clock faces, which may show an hour twice.
  if (now < from) {
    date -= dayMs;
    from = cutOf(date, rules);
  } else {
    const next = cutOf(date + dayMs, rules);
    if (now >= next) {
      date += dayMs;
      from = next;
    }
  }
  return { date: new Date(date).toISOString().slice(0, 10), from, to: cutOf(date + dayMs, rules) };
}

/** The instant of the cut on a local date (its midnight as if it were UTC). */
function cutOf(date: number, { timeZone, dayCutHour }: DayRules): Instant {
  return instantOfLocal(date + dayCutHour * hourMs, timeZone);
}

/**
 * The first instant whose local time is `local` or later. Every offset lies within a day, so the two around
 * the wanted time are those of a day before and of a day after.
 */
function instantOfLocal(local: number, timeZone: string): Instant {
  const before = local - offsetAt(local - dayMs, timeZone);
  const after = local - offsetAt(local + dayMs, timeZone);
  const candidates = [Math.min(before, after), Math.max(before, after)];
  for (const instant of candidates) if (localOf(instant, timeZone) === local) return instant;
  return firstAtOrAfter(local, timeZone, candidates[0] ?? local, candidates[1] ?? local);
}

/** The clocks skip `local`: the instant between the two candidates at which they jump. */
function firstAtOrAfter(local: number, timeZone: string, low: Instant, high: Instant): Instant {
  let early = low;
  let late = high;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (localOf(middle, timeZone) >= local) late = middle;
    else early = middle;
  }
  return late;
}

function offsetAt(instant: Instant, timeZone: string): number {
  return localOf(instant, timeZone) - instant;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** What the clocks on the wall show, as milliseconds as if that were UTC. */
function localOf(instant: Instant, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const milliseconds = ((instant % 1_000) + 1_000) % 1_000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds;
}
