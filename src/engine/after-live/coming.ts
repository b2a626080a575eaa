import type { Incoming } from "../../domain/after-live/desk.ts";
import { compareLines } from "../../domain/after-live/lists.ts";
import { backlogOf } from "../../domain/order.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import type { ExpectedDelivery } from "../inbound/expected.ts";

/** Units of a delivery that are still to come. Null: nobody has said when. */
export interface Coming {
  readonly sku: string;
  readonly units: number;
  readonly expectedAt: Instant | null;
}

/** What is still to come, the first first; what has no date comes last. */
export function comingOf(expected: readonly ExpectedDelivery[]): readonly Coming[] {
  return expected
    .filter(({ units, received, closedAt }) => closedAt === null && units > received)
    .map(({ sku, units, received, expectedAt }) => ({ sku, units: units - received, expectedAt }))
    .toSorted((a, b) => (a.expectedAt === b.expectedAt ? 0 : timeOf(a) - timeOf(b)));
}

function timeOf({ expectedAt }: Coming): number {
  return expectedAt ?? Infinity;
}

/**
 * What the oversell desk may promise. What is overdue comes now at the earliest; what has no date comes after every
 * deadline: it is worth asking the buyer for patience, and no reason to wait.
 */
export function incomingOf(coming: readonly Coming[], now: Instant): readonly Incoming[] {
  return coming.map((one) => ({
    sku: one.sku,
    units: one.units,
    arrivesAt: Math.max(timeOf(one), now),
  }));
}

/**
 * When each presale line gets its units: the delivery that brings the last of them. What is owed to oversold lines
 * is taken first, then whoever ordered first comes first, a unit to one line only. Null: no delivery covers it, the
 * delivery has no date, or nothing of it waits.
 */
export function presaleDates(
  presale: readonly Line[],
  short: readonly Line[],
  coming: readonly Coming[],
): (line: Line) => Instant | null {
  const left = new Map<string, { units: number; readonly expectedAt: Instant | null }[]>();
  for (const { sku, units, expectedAt } of coming) {
    const own = left.get(sku) ?? [];
    own.push({ units, expectedAt });
    left.set(sku, own);
  }
  /** @returns the date of the last unit; null where they do not suffice */
  const take = (sku: string, units: number): Instant | null => {
    let open = units;
    let date: Instant | null = null;
    for (const one of left.get(sku) ?? []) {
      const taken = Math.min(open, one.units);
      if (taken === 0) continue;
      one.units -= taken;
      open -= taken;
      date = one.expectedAt;
    }
    return open === 0 ? date : null;
  };
  for (const line of short) take(line.sku, backlogOf(line).shortage);
  const dates = new Map<Line, Instant | null>();
  for (const line of presale.toSorted(compareLines)) dates.set(line, take(line.sku, backlogOf(line).presale));
  return (line) => dates.get(line) ?? null;
}
