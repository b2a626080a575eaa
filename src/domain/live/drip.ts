import type { Instant } from "../rows.ts";
import { minuteMs } from "./time.ts";
import type { Words } from "./words.ts";

/** A part of a product's units that is let out at its own moment (分批放量). */
export interface Tranche {
  readonly id: string;
  readonly units: number;
  /** Minutes after the slot begins; null: when somebody taps. */
  readonly afterMinutes: number | null;
}

/** A tranche that is out. */
export interface Released {
  readonly tranche: string;
  readonly at: Instant;
}

export const dripLimits = { tranchesMax: 50, minutesMax: 2_880 } as const;

/** Why a slot's tranches cannot work, or null. Those by time must follow each other in time. */
export function tranchesProblem(tranches: readonly Tranche[], allotment: number | null): Words | null {
  const { tranchesMax, minutesMax } = dripLimits;
  if (tranches.length > tranchesMax)
    return { zh: `最多 ${tranchesMax} 批`, en: `${tranchesMax} parts at most` };
  const ids = new Set(tranches.map((tranche) => tranche.id));
  if (ids.size < tranches.length) return { zh: "批次编号重复", en: "two parts have one id" };
  let latest = 0;
  let units = 0;
  for (const tranche of tranches) {
    if (!Number.isSafeInteger(tranche.units) || tranche.units < 1)
      return { zh: "每批至少 1 件，且为整数", en: "a part has a whole number of units, at least 1" };
    units += tranche.units;
    const after = tranche.afterMinutes;
    if (after === null) continue;
    if (!Number.isSafeInteger(after) || after < latest || after > minutesMax)
      return { zh: "按时间放的批次要按先后排列", en: "parts by time must stand in their order of time" };
    latest = after;
  }
  if (allotment !== null && units > allotment)
    return {
      zh: `各批合计 ${units} 件，超过专享库存 ${allotment} 件`,
      en: `the parts sum to ${units}, more than the ${allotment} allotted`,
    };
  return null;
}

/** The tranches by time that are due and not yet out, in their order. Before the slot has begun none is. */
export function dueTranches(
  tranches: readonly Tranche[],
  released: readonly Released[],
  slotSince: Instant | null,
  now: Instant,
): readonly Tranche[] {
  if (slotSince === null) return [];
  return waiting(tranches, released).filter(
    ({ afterMinutes }) => afterMinutes !== null && slotSince + afterMinutes * minuteMs <= now,
  );
}

/** The tranche that a tap lets out: the first that is not out, even one that waits for its time. */
export function nextTranche(tranches: readonly Tranche[], released: readonly Released[]): Tranche | null {
  return waiting(tranches, released)[0] ?? null;
}

/** Units that are out. Without tranches there is no cap: null. */
export function releasedUnits(tranches: readonly Tranche[], released: readonly Released[]): number | null {
  if (tranches.length === 0) return null;
  const out = new Set(released.map((one) => one.tranche));
  return tranches.reduce((sum, tranche) => sum + (out.has(tranche.id) ? tranche.units : 0), 0);
}

function waiting(tranches: readonly Tranche[], released: readonly Released[]): readonly Tranche[] {
  const out = new Set(released.map((one) => one.tranche));
  return tranches.filter((tranche) => !out.has(tranche.id));
}

/** A share of the pool that somebody may promise, and what of it is promised already (unpaid and paid). */
export interface Allotment {
  /** The session's own (直播专享) or a creator's (达人专属). */
  readonly name: string;
  readonly units: number;
  readonly promised: number;
}

export interface StrictInput {
  /** Selling was stopped for this SKU. */
  readonly stopped: boolean;
  /** max(0, available − buffer), of the warehouses that the seller uses. */
  readonly sellable: number;
  /** Every allotment that the sale would count against. */
  readonly allotments: readonly Allotment[];
  /** Units of the tranches that are out, and what the session promised of them; null: no drip release. */
  readonly drip: { readonly released: number; readonly promised: number } | null;
}

export interface StrictCap {
  readonly units: number;
  /** What holds it down: the shelf itself, or a cap below what is on it. */
  readonly by: "stopped" | "sellable" | "allotment" | "drip";
  /** The allotment that does, by name. */
  readonly allotment: string | null;
}

/**
 * The units that strict selling may promise now. Caps only lower what is sellable, so the number is one that
 * the pool can honour: it is also the most that the host's screen may show.
 */
export function strictCap({ stopped, sellable, allotments, drip }: StrictInput): StrictCap {
  if (stopped) return { units: 0, by: "stopped", allotment: null };
  let cap: StrictCap = { units: Math.max(0, sellable), by: "sellable", allotment: null };
  for (const { name, units, promised } of allotments) {
    const open = Math.max(0, units - promised);
    if (open < cap.units) cap = { units: open, by: "allotment", allotment: name };
  }
  if (drip !== null) {
    const open = Math.max(0, drip.released - drip.promised);
    if (open < cap.units) cap = { units: open, by: "drip", allotment: null };
  }
  return cap;
}
