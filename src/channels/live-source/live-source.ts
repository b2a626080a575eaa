import type { Words } from "../../domain/live/words.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Fault } from "../check.ts";
import type { NetContext } from "../net/exchange.ts";

export const liveSourceKinds = ["push", "agora"] as const;

export type LiveSourceKind = (typeof liveSourceKinds)[number];

/** Minor units of a currency named by its three letters. */
export interface Money {
  readonly minor: number;
  readonly currency: string;
}

export type GapCode = "not_live" | "limited" | "refused" | "unreachable";

/** Nothing is known of the room from then on. It is no zero, and the value before it does not go on. */
export interface Gap extends Words {
  readonly code: GapCode;
}

/**
 * What was known of one room at one moment. Null is “not known”: a source that tells viewers alone says
 * nothing of likes. Likes and amount are totals since the broadcast began, as the platforms count them.
 */
export interface LiveSample {
  /** The shop's own id of the room. */
  readonly room: string;
  readonly at: Instant;
  readonly viewers: number | null;
  readonly likes: number | null;
  readonly amount: Money | null;
  /** Why the numbers are null; null when there are numbers. */
  readonly gap: Gap | null;
}

export interface PollContext extends NetContext {
  readonly now: Instant;
}

/** What came to a source's own address, exactly as it came: signatures are over the bytes. */
export interface LiveMessage {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export type Received =
  /** What was good of it, and what was not: one bad sample loses none of the others. */
  | { readonly ok: true; readonly samples: readonly LiveSample[]; readonly faults: readonly Fault[] }
  | { readonly ok: false; readonly status: 400 | 401 | 404 | 413; readonly problem: Words };

/**
 * Somewhere that the figures of a broadcast come from. A sample may come twice: (room, at) names it, and the
 * later one holds.
 */
export interface LiveSource {
  readonly kind: LiveSourceKind;
  /** How often to ask; null: it is told, there is nothing to ask. */
  readonly pollEveryMs: number | null;
  /** No secret can be read from it. */
  description(): Readonly<Record<string, string>>;
  /** Asks once: a sample for each room, with a gap where no answer came. Never rejects. */
  poll(context: PollContext): Promise<readonly LiveSample[]>;
  /** Takes what was sent to it, checked for who sent it where the sender signs. Never throws. */
  receive(message: LiveMessage, now: Instant): Received;
}

export function gapSample(room: string, at: Instant, gap: Gap): LiveSample {
  return { room, at, viewers: null, likes: null, amount: null, gap };
}

/** Numbers in a row without a gap: what a chart may join with a line. */
export type Stretch = readonly LiveSample[];

/**
 * Cuts one room's samples into stretches: at each gap, and where nothing came for longer than `gapAfterMs`.
 * Between stretches nothing is known.
 * @param samples in the order of time
 */
export function stretchesOf(samples: readonly LiveSample[], gapAfterMs: number): readonly Stretch[] {
  const stretches: LiveSample[][] = [];
  let last: LiveSample | undefined;
  for (const sample of samples) {
    if (sample.gap === null) {
      const current = stretches.at(-1);
      const joined =
        current !== undefined && last !== undefined && last.gap === null && sample.at - last.at <= gapAfterMs;
      if (joined) current.push(sample);
      else stretches.push([sample]);
    }
    last = sample;
  }
  return stretches;
}
