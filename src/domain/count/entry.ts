import { groupBy } from "../floor/group.ts";
import type { Cell } from "../floor/shelf.ts";
import { compareWhen, hullOf, type When } from "../floor/when.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/**
 * What a second entry of one person for one cell means. `first` says that there is none before; when there is
 * one all the same (two phones, an offline morning), somebody has to say which it is: nothing is guessed.
 */
export const entryModes = ["first", "add", "replace"] as const;
export type EntryMode = (typeof entryModes)[number];

/** What somebody saw on a shelf. */
export interface CountEntry {
  /** Made on the phone: sent twice, it counts once. */
  readonly id: string;
  readonly cell: Cell;
  readonly quantity: number;
  readonly by: string;
  /** From the first piece to the last, by the server's clock. */
  readonly when: When;
  readonly recordedAt: Instant;
  readonly mode: EntryMode;
}

/** Somebody has looked at the whole bin: what they did not enter is not there. */
export interface BinClose {
  readonly warehouse: string;
  readonly bin: string;
  readonly by: string;
  readonly when: When;
  readonly recordedAt: Instant;
}

/** How an unclear entry was decided; `drop` leaves it out. */
export type Resolution = "add" | "replace" | "drop";

/** One person's count of one cell. */
export interface Tally {
  readonly by: string;
  readonly quantity: number;
  readonly when: When;
  readonly entries: readonly string[];
  /** When the server had all of it. */
  readonly recordedAt: Instant;
}

export interface Tallies {
  /** By person, in the order of their time. */
  readonly tallies: readonly Tally[];
  /** Entries that could be meant either way; until somebody says, their person's tally is left out. */
  readonly unclear: readonly CountEntry[];
}

export function compareEntries(one: CountEntry, other: CountEntry): number {
  return compareWhen(one.when, other.when) || compareText(one.id, other.id);
}

/**
 * Each person's count of a cell, from all the entries for it: in the order in which they were counted, not in
 * which they arrived.
 */
export function talliesOf(
  entries: readonly CountEntry[],
  resolutions: ReadonlyMap<string, Resolution>,
): Tallies {
  const unclear: CountEntry[] = [];
  const tallies: Tally[] = [];
  for (const [by, own] of groupBy(entries, (entry) => entry.by)) {
    let tally: Tally | null = null;
    let clear = true;
    for (const entry of own.toSorted(compareEntries)) {
      const mode = resolutions.get(entry.id) ?? entry.mode;
      if (mode === "drop") continue;
      if (tally === null || mode === "replace") {
        const { quantity, when, recordedAt } = entry;
        tally = { by, quantity, when, entries: [entry.id], recordedAt };
      } else if (mode === "add") {
        tally = {
          by,
          quantity: tally.quantity + entry.quantity,
          when: hullOf(tally.when, entry.when),
          entries: [...tally.entries, entry.id],
          recordedAt: Math.max(tally.recordedAt, entry.recordedAt),
        };
      } else {
        unclear.push(entry);
        clear = false;
      }
    }
    if (tally !== null && clear) tallies.push(tally);
  }
  return { tallies: tallies.toSorted(compareTallies), unclear: unclear.toSorted(compareEntries) };
}

export function compareTallies(one: Tally, other: Tally): number {
  return compareWhen(one.when, other.when) || compareText(one.by, other.by);
}
