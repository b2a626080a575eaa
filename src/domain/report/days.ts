import type { Instant } from "../rows.ts";

/** A shop's business day, from its day cut to the next. */
export interface ReportDay {
  /** The local date on which it began, e.g. `2026-11-11`. */
  readonly date: string;
  readonly from: Instant;
  /** The next day's `from`. */
  readonly to: Instant;
}

/** The business day that an instant belongs to. The shop's time zone is the caller's affair. */
export type DayOf = (at: Instant) => ReportDay;

/** A day that was closed: its report covers the journal up to `seq` and never changes again. */
export interface Closing {
  readonly date: string;
  readonly to: Instant;
  /** The journal's last number when it was closed. */
  readonly seq: number;
}

export interface Assigned {
  readonly day: ReportDay;
  /** The date of the day on which it happened, which was closed when it was written; null: it is on its own day. */
  readonly lateOf: string | null;
}

/**
 * Which day each movement is booked on: the day on which it happened; where that was closed already, the
 * first day that was still open when the movement was written. So a closed day is the same for ever, and no
 * movement is in two days or in none.
 */
export class ReportDays {
  readonly #dayOf: DayOf;
  readonly #closings: readonly Closing[];
  #last: ReportDay | null = null;

  /** @param closings in the order in which the days were closed, which is that of their dates and numbers */
  constructor(dayOf: DayOf, closings: readonly Closing[] = []) {
    this.#dayOf = dayOf;
    this.#closings = closings;
  }

  /** @param seq the movement's number in the journal */
  assign(at: Instant, seq: number): Assigned {
    const day = this.dayAt(at);
    const closed = this.#closedBefore(seq);
    if (closed === null || day.from >= closed.to) return { day, lateOf: null };
    return { day: this.dayAt(closed.to), lateOf: day.date };
  }

  /** Most movements follow each other on one day: the zone's rules are asked once a day, not once a movement. */
  dayAt(at: Instant): ReportDay {
    const last = this.#last;
    if (last !== null && at >= last.from && at < last.to) return last;
    this.#last = this.#dayOf(at);
    return this.#last;
  }

  /** The latest day that was closed before the movement was written: binary search over the closings. */
  #closedBefore(seq: number): Closing | null {
    let low = 0;
    let high = this.#closings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#closings[middle]?.seq ?? Infinity) < seq) low = middle + 1;
      else high = middle;
    }
    return this.#closings[low - 1] ?? null;
  }
}
