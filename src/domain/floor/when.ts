import type { Instant } from "../rows.ts";

/**
 * When something happened, as well as anyone knows it: the true moment lies between `from` and `to`, both
 * included. One device numbers what is done on it, so of two things from the same device the order is known
 * however wrong its clock is: `device` with the numbers of the first and the last thing that is meant.
 */
export interface When {
  readonly from: Instant;
  readonly to: Instant;
  readonly device: string | null;
  readonly first: number;
  readonly last: number;
}

/** Where one thing lies in time seen from another: `inside` when nobody can tell which came first. */
export type Order = "before" | "after" | "inside";

/** A moment that is known exactly, or with an uncertainty of `slackMs` to both sides. */
export function momentOf(at: Instant, slackMs = 0): When {
  return { from: at - slackMs, to: at + slackMs, device: null, first: 0, last: 0 };
}

/** Whether `one` came before or after `other`, or could be either. Times that touch tell nothing. */
export function orderOf(one: When, other: When): Order {
  if (one.device !== null && one.device === other.device) {
    if (one.last < other.first) return "before";
    if (one.first > other.last) return "after";
  }
  if (one.to < other.from) return "before";
  return one.from > other.to ? "after" : "inside";
}

/** The shortest time that holds both. The device's numbers survive only where both are of one device. */
export function hullOf(one: When, other: When): When {
  const same = one.device === other.device;
  return {
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    device: same ? one.device : null,
    first: same ? Math.min(one.first, other.first) : 0,
    last: same ? Math.max(one.last, other.last) : 0,
  };
}

/**
 * Puts things in the order of their time; the same set is always in the same order. Devices' numbers are left
 * out: together with times they would not make one order of all things.
 */
export function compareWhen(one: When, other: When): number {
  return one.to - other.to || one.from - other.from;
}
