import { foldSession, emptySession, type SessionState } from "../../domain/live/fold.ts";
import { minuteOf } from "../../domain/live/window.ts";
import type { Instant, Sale } from "../../domain/rows.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { LiveOptions } from "./live.ts";
import type { SkuStock } from "./stock.ts";
import { sessionUnits } from "./terms.ts";

/**
 * What could be promised of a product at the end of each minute of a session: the units that were there, under the
 * buffer, the allotment, the tranches and the stops that were in force then. The plan is the one of today.
 */

export const stockLimits = {
  entriesPerPage: 2_000,
  pagesPerSkuMax: 250,
  activitiesPerPage: 1_000,
} as const;

/** The minutes of the axis: `first` since the epoch, and `count` of them. */
export interface Axis {
  readonly first: number;
  readonly count: number;
  /** When the session ended, or now. */
  readonly ended: Instant;
}

/** The session as it stood at the end of each minute. What is put back after the end is no part of it. */
export async function statesByMinute(
  { shop }: Pick<LiveOptions, "shop">,
  session: string,
  { first, count, ended }: Axis,
): Promise<readonly SessionState[]> {
  const states: SessionState[] = [];
  let state = emptySession(session);
  const fillTo = (minute: number): void => {
    while (states.length < Math.min(count, minute - first)) states.push({ ...state, life: "live" });
  };
  const limit = stockLimits.activitiesPerPage;
  for (let more = true, after = 0; more;) {
    const page = await shop.sessions.activities(session, after, limit);
    for (const activity of page) {
      if (activity.at > ended) continue;
      fillTo(minuteOf(activity.at));
      if (activity.kind !== "terms_restored") state = foldSession(state, activity);
    }
    after = page.at(-1)?.seq ?? after;
    more = page.length === limit;
  }
  fillTo(first + count);
  return states;
}

/** By SKU and minute of the axis: units of the session's own orders that are promised by its end. */
export class PromisedByMinute {
  readonly #rows: ReadonlyMap<string, readonly Sale[]>;
  readonly #axis: Axis;

  /** @param sales the session's rollups, also of before it was live */
  constructor(sales: readonly Sale[], axis: Axis) {
    this.#rows = Map.groupBy(sales, (sale) => sale.sku);
    this.#axis = axis;
  }

  /** A product whose units leave with the payment promises nothing to who has not paid. */
  of(sku: string, deductAt: SkuStock["deductAt"]): readonly number[] {
    const { first, count } = this.#axis;
    const changes = Array.from({ length: count }, () => ({ ordered: 0, sold: 0, cancelled: 0 }));
    for (const { minute, ordered, sold, cancelled } of this.#rows.get(sku) ?? []) {
      const at = changes[Math.max(0, minute - first)];
      if (at === undefined) continue;
      at.ordered += ordered;
      at.sold += sold;
      at.cancelled += cancelled;
    }
    const sum = { ordered: 0, sold: 0, cancelled: 0 };
    return changes.map((change) => {
      sum.ordered += change.ordered;
      sum.sold += change.sold;
      sum.cancelled += change.cancelled;
      if (deductAt === "order") return Math.max(0, sum.ordered - sum.cancelled);
      const unpaid = Math.max(0, sum.ordered - sum.sold);
      return Math.max(0, sum.sold - Math.max(0, sum.cancelled - unpaid));
    });
  }
}

interface Units {
  readonly available: number;
  readonly onHand: number;
}

/** What the minutes of all products have in common. */
export interface Course {
  readonly axis: Axis;
  readonly states: readonly SessionState[];
  readonly promised: PromisedByMinute;
}

/** @param stock the product as it is now */
export async function sellableByMinute(
  options: LiveOptions,
  open: OpenSession,
  stock: SkuStock,
  { axis, states, promised }: Course,
): Promise<readonly number[]> {
  const { sku } = stock;
  const opening = open.state.opening.get(sku);
  if (opening === undefined) return Array.from({ length: axis.count }, () => 0);
  const units = await unitsByMinute(options, stock, opening, axis);
  const plan = { ...open.plan, slots: open.plan.slots.filter((slot) => slot.sku === sku) };
  const ownBuffer = bufferBefore(states.at(-1) ?? open.state, stock, opening.buffer);
  const sold = promised.of(sku, stock.deductAt);
  return units.map(({ available, onHand }, index) => {
    const state = states[index] ?? open.state;
    const bufferUnits = state.terms.get(sku)?.set.bufferUnits ?? ownBuffer;
    const was: SkuStock = { ...stock, available, onHand, bufferUnits, selling: true };
    return sessionUnits({ ...open, plan, state }, was, sold[index] ?? 0).cap.units;
  });
}

/** The product's own buffer in units, before the session's terms were put on it. */
function bufferBefore({ terms }: SessionState, stock: SkuStock, openingBuffer: number): number {
  const before = terms.get(stock.sku)?.before.bufferUnits;
  return before ?? (stock.bufferPercent > 0 ? stock.bufferUnits : openingBuffer);
}

/** From what the product began with, movement after movement. */
async function unitsByMinute(
  { store, shop }: LiveOptions,
  stock: SkuStock,
  opening: { readonly available: number; readonly seq: number },
  { first, count }: Axis,
): Promise<readonly Units[]> {
  const changes = Array.from({ length: count }, () => ({ available: 0, onHand: 0 }));
  // What is on hand is known as of now: where a buffer is a share of it, it is reckoned backwards.
  const wantsOnHand = stock.bufferPercent > 0;
  let onHand = stock.onHand;
  let after = opening.seq;
  const { entriesPerPage, pagesPerSkuMax } = stockLimits;
  pages: for (let page = 0; page < pagesPerSkuMax; page += 1) {
    const entries = await store.read.journal(shop.id, { sku: stock.sku, after, limit: entriesPerPage });
    for (const { recordedAt, from, to, quantity } of entries) {
      const index = Math.max(0, minuteOf(recordedAt) - first);
      if (index >= count && !wantsOnHand) break pages;
      const inHand = (isOnHand(to) ? quantity : 0) - (isOnHand(from) ? quantity : 0);
      onHand -= inHand;
      const change = changes[index];
      if (change === undefined) continue;
      change.onHand += inHand;
      change.available += (to === "available" ? quantity : 0) - (from === "available" ? quantity : 0);
    }
    after = entries.at(-1)?.seq ?? after;
    if (entries.length < entriesPerPage) break;
  }
  let available = opening.available;
  return changes.map((change) => {
    available += change.available;
    onHand += change.onHand;
    return { available, onHand };
  });
}

function isOnHand(place: string): boolean {
  return place === "available" || place === "held" || place === "committed" || place === "quarantine";
}
