import { boundedSpan, serverSpan, type ClockSample } from "../../domain/floor/clock.ts";
import type { ClockedMoment } from "../../domain/floor/done-key.ts";
import type { When } from "../../domain/floor/when.ts";
import type { Instant } from "../../domain/rows.ts";

/** A phone that counted: what it calls itself, and what is known of its clock. */
export interface Device {
  readonly device: string | null;
  readonly samples: readonly ClockSample[];
}

/** When something was done, as its sender says. */
export interface Said {
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** The phone's numbers of the first and the last thing that is meant. */
  readonly first: number | null;
  readonly last: number | null;
}

/**
 * When it was, by the server's clock. A phone's clock is believed as far as its samples go; whoever names no
 * phone speaks of the server's clock; whoever says no time means now.
 * @param notBefore the sheet was opened then
 */
export function whenOf(
  { from, to, first, last }: Said,
  { device, samples }: Device,
  notBefore: Instant,
  recordedAt: Instant,
): When {
  const numbered = device !== null && first !== null && last !== null && first <= last;
  const numbers = numbered ? { device, first, last } : { device: null, first: 0, last: 0 };
  const start = from ?? to;
  const end = to ?? from;
  if (start === null || end === null) return { from: recordedAt, to: recordedAt, ...numbers };
  const spanOf = (at: Instant) =>
    boundedSpan(device === null ? { from: at, to: at } : serverSpan(samples, at), notBefore, recordedAt);
  const begun = spanOf(start).from;
  return { from: begun, to: Math.max(begun, spanOf(end).to), ...numbers };
}

/** What is said to be older than this, in milliseconds, was not a move that waited on a phone. */
export const waitedMsMax = 7 * 86_400_000;

/**
 * When one thing was done, by the server's clock, with how well that is known. What goes into a key, the slack, the
 * phone and its number, follows from what was said alone: said again later it is the same. Without samples the
 * phone's clock is taken for the server's.
 */
export function movedOf(
  { from, to, first, last }: Said,
  { device, samples }: Device,
  now: Instant,
): ClockedMoment {
  const number = last ?? first;
  const phone =
    device === null || number === null ? { device: null, deviceSeq: 0 } : { device, deviceSeq: number };
  const start = from ?? to;
  const end = to ?? from;
  if (start === null || end === null) return { at: now, slackMs: 0, ...phone };
  const spanOf = (at: Instant) => (device === null ? null : serverSpan(samples, at)) ?? { from: at, to: at };
  const begun = spanOf(start).from;
  const slackMs = Math.min(Math.ceil(Math.max(0, spanOf(end).to - begun) / 2), waitedMsMax);
  const middle = begun + slackMs;
  return { at: middle > now || middle < now - waitedMsMax ? now : middle, slackMs, ...phone };
}
