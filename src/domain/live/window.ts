import type { Instant, Sale } from "../rows.ts";
import { minuteMs } from "./time.ts";

/** What of a sale the window counts. */
export type Delta = Pick<Sale, "minute" | "orders" | "ordered" | "sold" | "soldAmount" | "cancelledAmount">;

const counted = ["orders", "ordered", "sold", "soldAmount"] as const;
export type WindowField = (typeof counted)[number];

/** Everything since the window was made, whatever minute it belongs to. */
export interface Totals extends Readonly<Record<WindowField, number>> {
  readonly cancelledAmount: number;
}

const noTotals: Totals = { orders: 0, ordered: 0, sold: 0, soldAmount: 0, cancelledAmount: 0 };

/** The window remembers this many minutes; older ones are in the totals only. */
export const windowMinutesMax = 60;
/** One more than is answered for: the oldest minute counts in part. */
const ringMinutes = windowMinutesMax + 1;
/** The peak is the most units of this many minutes in a row. */
export const peakMinutes = 10;

interface Track {
  /** The latest minute that was counted. */
  head: number;
  /** `ringMinutes` × the counted fields. */
  readonly ring: Float64Array;
  peak: number;
  totals: { -readonly [Name in keyof Totals]: Totals[Name] };
}

/**
 * Rolling sales by the minute, for thousands of keys: a SKU, a channel, or the session as a whole. A delta is
 * added in constant time and a reading adds up at most 61 numbers. Two kilobytes a key.
 */
export class SalesWindow {
  readonly #tracks = new Map<string, Track>();

  /**
   * Adds what one minute got. A late minute goes to where it belongs; one that lies ahead of the clock (a
   * platform's clock runs fast) counts for the current minute, so that it cannot push out the past.
   * @param now milliseconds, by the clock of this process
   */
  add(key: string, delta: Delta, now: Instant): void {
    const minute = Math.min(delta.minute, minuteOf(now));
    const track = this.#track(key, minute);
    for (const field of counted) track.totals[field] += delta[field];
    track.totals.cancelledAmount += delta.cancelledAmount;
    if (minute > track.head) forward(track, minute);
    if (minute <= track.head - ringMinutes) return;
    const at = place(minute);
    for (const [offset, field] of counted.entries())
      track.ring[at + offset] = (track.ring[at + offset] ?? 0) + delta[field];
    raisePeak(track, minute);
  }

  /**
   * What the last minutes got, up to `now` to the second: the oldest of the minutes that it reaches into
   * counts for the part that lies within, so that the answer does not jump when a minute begins.
   * @param minutes 1 to 60
   */
  last(key: string, field: WindowField, minutes: number, now: Instant): number {
    return this.since(key, field, now - minutes * minuteMs, now);
  }

  /** What came since an instant, at most an hour ago; of the minute that it lies in, the part after it. */
  since(key: string, field: WindowField, from: Instant, now: Instant): number {
    const track = this.#tracks.get(key);
    if (track === undefined || from >= now) return 0;
    const current = minuteOf(now);
    const first = minuteOf(from);
    const ends = first === current ? now : (first + 1) * minuteMs;
    const begins = first * minuteMs;
    let sum = (bucket(track, first, field) * (ends - from)) / (ends - begins);
    for (let minute = Math.max(first + 1, current - windowMinutesMax); minute <= current; minute += 1)
      sum += bucket(track, minute, field);
    return sum;
  }

  /** The earliest of the last minutes in which something was sold; null: none. */
  earliest(key: string, minutes: number, now: Instant): number | null {
    const track = this.#tracks.get(key);
    if (track === undefined) return null;
    const current = minuteOf(now);
    for (let minute = current - minutes; minute <= current; minute += 1)
      if (bucket(track, minute, "sold") > 0) return minute;
    return null;
  }

  /** Minute by minute, oldest first; the last one is the minute that is under way. */
  perMinute(key: string, field: WindowField, minutes: number, now: Instant): readonly number[] {
    const track = this.#tracks.get(key);
    const current = minuteOf(now);
    return Array.from({ length: minutes }, (_, index) =>
      track === undefined ? 0 : bucket(track, current - minutes + 1 + index, field),
    );
  }

  /** The most units that were sold in ten minutes in a row. It only rises. */
  peak(key: string): number {
    return this.#tracks.get(key)?.peak ?? 0;
  }

  totals(key: string): Totals {
    return this.#tracks.get(key)?.totals ?? noTotals;
  }

  #track(key: string, minute: number): Track {
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    const track: Track = {
      head: minute,
      ring: new Float64Array(ringMinutes * counted.length),
      peak: 0,
      totals: { ...noTotals },
    };
    this.#tracks.set(key, track);
    return track;
  }
}

export function minuteOf(at: Instant): number {
  return Math.floor(at / minuteMs);
}

/** Moves the head, and empties the minutes that it passes: their places held older ones. */
function forward(track: Track, minute: number): void {
  const first = Math.max(track.head + 1, minute - ringMinutes + 1);
  for (let passed = first; passed <= minute; passed += 1) {
    const at = place(passed);
    track.ring.fill(0, at, at + counted.length);
  }
  track.head = minute;
}

/** A delta changes only the ten-minute sums that it is in: at most ten of them. */
function raisePeak(track: Track, minute: number): void {
  const last = Math.min(minute + peakMinutes - 1, track.head);
  let sum = 0;
  for (let one = minute - peakMinutes + 1; one <= minute; one += 1) sum += bucket(track, one, "sold");
  track.peak = Math.max(track.peak, sum);
  for (let end = minute + 1; end <= last; end += 1) {
    sum += bucket(track, end, "sold") - bucket(track, end - peakMinutes, "sold");
    track.peak = Math.max(track.peak, sum);
  }
}

function bucket(track: Track, minute: number, field: WindowField): number {
  if (minute > track.head || minute <= track.head - ringMinutes) return 0;
  return track.ring[place(minute) + counted.indexOf(field)] ?? 0;
}

function place(minute: number): number {
  return (((minute % ringMinutes) + ringMinutes) % ringMinutes) * counted.length;
}
