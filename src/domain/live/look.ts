import type { Instant } from "../rows.ts";
import type { SessionState } from "./fold.ts";
import type { SessionNow, SkuNow, SlotNow } from "./inputs.ts";
import { etaWindowMinutes, minutesObserved, sellOutEta } from "./metric.ts";
import { plannedSkus, slotTimes, slotTimesFrom, type SessionPlan, type SlotTime } from "./session.ts";
import { minuteMs, minutesBetween } from "./time.ts";
import { minuteOf, peakMinutes, type SalesWindow } from "./window.ts";

/** What the books say of one SKU, beside its sales. */
export interface SkuBooks {
  readonly sku: string;
  readonly sellable: number;
  readonly heldUnpaid: number;
  readonly shortage: number;
  /** Sellable when the session went live, and what arrived since. */
  readonly opening: number;
  readonly arrived: number;
  /** Over the past days; null: not known. */
  readonly turnoverDays: number | null;
}

export interface LookAt {
  readonly plan: SessionPlan;
  readonly state: SessionState;
  /** The session's sales, by SKU. */
  readonly sales: SalesWindow;
  readonly now: Instant;
}

/** "Recent" for a product that is on. */
const recentMinutes = 5;

/**
 * For how long a product's sales were observed: since the session went live, or since the first of the sales
 * that are counted, where some came before that.
 */
export function observedOf({ state, sales, now }: LookAt, sku: string, minutes: number): number {
  const liveSince = state.liveSince ?? now;
  const observed = minutesObserved(liveSince, now, minutes);
  const earliest = sales.earliest(sku, minutes, now);
  if (earliest === null || earliest >= minuteOf(liveSince)) return observed;
  return Math.min(minutes, Math.max(observed, minuteOf(now) - earliest + 1));
}

/**
 * One product as the rules look at it.
 * @param times when the slots are on; whoever looks at many products asks for it once
 */
export function lookAtSku(at: LookAt, books: SkuBooks, times = timesNow(at)): SkuNow {
  const { sales, now } = at;
  const { sku, sellable } = books;
  const sold30 = sales.last(sku, "sold", etaWindowMinutes, now);
  const observed = observedOf(at, sku, etaWindowMinutes);
  return {
    ...books,
    sold: sales.totals(sku).sold,
    etaMinutes: sellOutEta(sellable, sold30, observed),
    unitsPerMinute: sold30 / observed,
    recentPerMinute: recentRate(at, sku),
    peak10: sales.peak(sku),
    last10: sales.last(sku, "sold", peakMinutes, now),
    ...slotsOf(at, sku, times),
  };
}

/** Units a minute over the last five; of a product that is on, since it is on: a burst must not be thinned. */
function recentRate(at: LookAt, sku: string): number {
  const { plan, sales, now } = at;
  const { pointer } = at.state;
  const begins = now - recentMinutes * minuteMs;
  const isOn = pointer !== null && plan.slots.some((slot) => slot.id === pointer.slot && slot.sku === sku);
  if (isOn && pointer.since > begins)
    return sales.since(sku, "sold", pointer.since, now) / minutesObserved(pointer.since, now);
  return sales.since(sku, "sold", begins, now) / observedOf(at, sku, recentMinutes);
}

/** The slot that is on, when it is this product's, and the next one of it to come. */
function slotsOf(
  { plan, state, sales, now }: LookAt,
  sku: string,
  [first, ...rest]: readonly SlotTime[],
): { current: SlotNow | null; coming: SlotNow | null } {
  const own = new Map(plan.slots.filter((slot) => slot.sku === sku).map((slot) => [slot.id, slot]));
  const { pointer } = state;
  const isOn = pointer !== null && first?.slot === pointer.slot;
  const on = isOn ? own.get(first.slot) : undefined;
  const next = (isOn || first === undefined ? rest : [first, ...rest]).find((time) => own.has(time.slot));
  return {
    current:
      isOn && on !== undefined
        ? {
            slot: on.id,
            target: on.target,
            minutesLeft: Math.max(0, minutesBetween(now, first.endsAt)),
            sold: sales.since(sku, "sold", pointer.since, now),
          }
        : null,
    coming:
      next === undefined
        ? null
        : {
            slot: next.slot,
            target: own.get(next.slot)?.target ?? null,
            minutesLeft: Math.max(0, minutesBetween(now, next.startsAt)),
            sold: 0,
          },
  };
}

/** The slots that are on or to come: from the pointer as things stand, without one by the plan. */
export function timesNow({ plan, state, now }: Pick<LookAt, "plan" | "state" | "now">): readonly SlotTime[] {
  if (state.pointer !== null) {
    const times = slotTimesFrom(plan, { slot: state.pointer.slot, since: state.pointer.since }, now);
    if (times.length > 0) return times;
  }
  return slotTimes(plan).filter((time) => time.endsAt > now);
}

/** Every planned product of which the books know something. */
export function lookAtPlan(at: LookAt, books: ReadonlyMap<string, SkuBooks>): readonly SkuNow[] {
  const times = timesNow(at);
  return plannedSkus(at.plan).flatMap((sku) => {
    const known = books.get(sku);
    return known === undefined ? [] : [lookAtSku(at, known, times)];
  });
}

/**
 * The session as a whole.
 * @param all the window that counts every sale of the session under one key
 * @param expectedOrdersPerMinute what is usual for this minute; null: not known
 */
export function lookAtSession(
  { plan, state, sales, now }: LookAt,
  books: ReadonlyMap<string, SkuBooks>,
  all: { readonly sales: SalesWindow; readonly key: string },
  activeWindowMinutes: number,
  expectedOrdersPerMinute: number | null,
): SessionNow {
  const planned = plannedSkus(plan);
  return {
    minutesLive: state.liveSince === null ? 0 : Math.max(0, minutesBetween(state.liveSince, now)),
    skusWithSale: planned.filter((sku) => sales.last(sku, "sold", activeWindowMinutes, now) > 0).length,
    skusInStock: planned.filter((sku) => (books.get(sku)?.sellable ?? 0) > 0).length,
    ordersPerMinute: all.sales.last(all.key, "orders", 1, now),
    expectedOrdersPerMinute,
  };
}
