import type { Terms, TermsApplied } from "../../domain/live/activity.ts";
import { releasedUnits, strictCap, type StrictCap } from "../../domain/live/drip.ts";
import type { SessionState } from "../../domain/live/fold.ts";
import type { SessionPlan, Slot } from "../../domain/live/session.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import { bufferWith, type SkuStock } from "./stock.ts";

/** The session's terms on a SKU, and the units that may still be promised under them. */

/** The slot whose terms hold for a product: the one that is on, else the next to come, else the last. */
export function slotOfTerms(plan: Pick<SessionPlan, "slots">, state: SessionState, sku: string): Slot | null {
  const own = plan.slots.filter((slot) => slot.sku === sku);
  const { pointer } = state;
  const on = own.find((slot) => slot.id === pointer?.slot);
  return on ?? own.find((slot) => !state.shown.has(slot.id)) ?? own.at(-1) ?? null;
}

/** Whether the session caps what may be promised of a product: then the job keeps its buffer. */
export function isCapped(plan: Pick<SessionPlan, "slots">, sku: string): boolean {
  return plan.slots.some((slot) => slot.sku === sku && (slot.allotment !== null || slot.tranches.length > 0));
}

/**
 * What the plan wants of a SKU that it has not got yet; null: nothing is to be done. Terms that somebody has
 * changed since, during the session, stay as they are until the plan says something else.
 */
export function dueTerms({ plan, state }: OpenSession, stock: SkuStock): TermsApplied | null {
  const slot = slotOfTerms(plan, state, stock.sku);
  if (slot === null) return null;
  const wanted: { -readonly [Name in keyof Terms]: Terms[Name] } = {};
  if (slot.price !== null) wanted.price = slot.price;
  if (slot.buyerLimit !== null) {
    wanted.limitPerBuyer = slot.buyerLimit;
    wanted.limitHours = Math.max(1, Math.ceil((plan.endsAt - plan.startsAt) / hourMs));
  }
  if (slot.buffer !== null) wanted.bufferUnits = slot.buffer;
  else if (isCapped(plan, stock.sku)) wanted.bufferUnits = baseBufferUnits(state, stock);
  const known = state.terms.get(stock.sku);
  // A buffer that the plan leaves open is the SKU's own: it says nothing new when that changes.
  const planned = JSON.stringify([slot.price, slot.buyerLimit, slot.buffer, isCapped(plan, stock.sku)]);
  if (known?.planned === planned) return null;
  if (known === undefined && Object.keys(wanted).length === 0) return null;
  return { planned, set: wanted, before: valuesOf(stock, wanted) };
}

/** The fields of a SKU that `terms` speaks of, as they are. */
export function valuesOf(stock: SkuStock, terms: Terms): Terms {
  return {
    ...(terms.price === undefined ? {} : { price: stock.price }),
    ...(terms.limitPerBuyer === undefined ? {} : { limitPerBuyer: stock.limitPerBuyer }),
    ...(terms.limitHours === undefined ? {} : { limitHours: stock.limitHours }),
    ...(terms.bufferUnits === undefined ? {} : { bufferUnits: stock.bufferUnits }),
  };
}

/**
 * What is put back when the session is over: each field that still is as the session set it. What somebody
 * has changed meanwhile is meant to stay. A buffer that the job kept for a cap is always put back.
 */
export function restoredTerms({ set, before }: TermsApplied, stock: SkuStock, capped: boolean): Terms {
  const same = (name: keyof Terms): boolean => stock[name] === set[name];
  return {
    ...(before.price !== undefined && same("price") ? { price: before.price } : {}),
    ...(before.limitPerBuyer !== undefined && same("limitPerBuyer")
      ? { limitPerBuyer: before.limitPerBuyer }
      : {}),
    ...(before.limitHours !== undefined && same("limitHours") ? { limitHours: before.limitHours } : {}),
    ...(before.bufferUnits !== undefined && (capped || same("bufferUnits"))
      ? { bufferUnits: before.bufferUnits }
      : {}),
  };
}

/** The safety stock itself, without what the job adds to it for a cap. Units. */
function baseBufferUnits(state: SessionState, stock: SkuStock): number {
  return state.terms.get(stock.sku)?.set.bufferUnits ?? stock.bufferUnits;
}

/** Units of one product, as the session may sell them. */
export interface SessionUnits {
  /** The pool without its safety stock, and no more than the allotment: what tiers and ETA are counted from. */
  readonly remaining: number;
  /** What may be promised now: also under the drip release, and nothing where selling is stopped. */
  readonly cap: StrictCap;
  /** What the SKU's `bufferUnits` must be, so that strict selling keeps to the caps. */
  readonly bufferUnits: number;
}

/** @param promised units of the session's own orders, unpaid and paid */
export function sessionUnits({ plan, state }: OpenSession, stock: SkuStock, promised: number): SessionUnits {
  const slots = plan.slots.filter((slot) => slot.sku === stock.sku);
  const isLive = state.life === "live";
  const capped = isLive && isCapped(plan, stock.sku);
  const base = capped ? baseBufferUnits(state, stock) : stock.bufferUnits;
  const pool = Math.max(0, stock.available - bufferWith(stock, base));
  const allotted = slots.flatMap((slot) => (slot.allotment === null ? [] : [slot.allotment]));
  const allotments =
    allotted.length === 0
      ? []
      : [{ name: plan.title, units: allotted.reduce((sum, units) => sum + units, 0), promised }];
  const dripped = slots.filter((slot) => slot.tranches.length > 0);
  const released = dripped.reduce(
    (sum, slot) => sum + (releasedUnits(slot.tranches, state.released.get(slot.id) ?? []) ?? 0),
    0,
  );
  const drip = isLive && dripped.length > 0 ? { released, promised } : null;
  const stopped = !stock.selling || state.stops.has(stock.sku);
  const selling = strictCap({ stopped: false, sellable: pool, allotments, drip });
  return {
    remaining: strictCap({ stopped: false, sellable: pool, allotments, drip: null }).units,
    cap: strictCap({ stopped, sellable: pool, allotments, drip }),
    bufferUnits: selling.units < pool ? Math.max(base, stock.available - selling.units) : base,
  };
}
