import type { Instant } from "../rows.ts";
import type { Activity } from "./activity.ts";
import { emptySession, foldSession } from "./fold.ts";
import type { SkuHistory } from "./forecast.ts";
import { timesNow, type LookAt } from "./look.ts";
import type { Ahead, Pace, Showing } from "./rate-ahead.ts";
import type { SessionPlan, SlotTime } from "./session.ts";
import { hourMs, minuteMs, minutesBetween } from "./time.ts";

/** When a product was and will be on, as things stand at one moment. */

export type AheadAt = Pick<LookAt, "plan" | "state" | "now">;

/** Slots that are over are remembered for so long: as long as sales are known by the minute. */
const pastMs = hourMs;

/** The slots of a product: those of the past hour as they were, the others as they are to come. */
export function showingsOf(
  { plan, state, now }: AheadAt,
  sku: string,
  times: readonly SlotTime[],
): readonly Showing[] {
  const own = new Map(plan.slots.filter((slot) => slot.sku === sku).map((slot) => [slot.id, slot]));
  const minutes = (at: Instant): number => (at - now) / minuteMs;
  const past = [...own.values()].flatMap(({ id, target }): Showing[] => {
    const shown = state.shown.get(id);
    const to = shown === undefined ? null : shown.firstAt + shown.ms;
    if (shown === undefined || to === null || to <= shown.firstAt || to <= now - pastMs) return [];
    return [{ from: minutes(shown.firstAt), to: minutes(to), target }];
  });
  const ahead = times.flatMap(({ slot, startsAt, endsAt }): Showing[] => {
    const planned = own.get(slot);
    // The slot that is on runs over: it is on now.
    const to = slot === state.pointer?.slot ? Math.max(endsAt, now + 1) : endsAt;
    return planned === undefined
      ? []
      : [{ from: minutes(startsAt), to: minutes(to), target: planned.target }];
  });
  return [...past, ...ahead];
}

/**
 * What the slots of the past hour that are over have sold of their targets; one that was cut short was to sell
 * as much less.
 * @param unitsBetween units of a SKU that left sellable between two instants
 */
export function paceOf(
  { plan, state, now }: AheadAt,
  unitsBetween: (sku: string, from: Instant, to: Instant) => number,
): Pace {
  let sold = 0;
  let target = 0;
  for (const slot of plan.slots) {
    const shown = state.shown.get(slot.id);
    if (shown === undefined || slot.target === null || slot.id === state.pointer?.slot) continue;
    const to = shown.firstAt + shown.ms;
    if (shown.ms <= 0 || shown.firstAt < now - pastMs || to > now) continue;
    sold += unitsBetween(slot.sku, shown.firstAt, to);
    target += (slot.target * minutesBetween(shown.firstAt, to)) / Math.max(1, slot.minutes);
  }
  return { sold, target };
}

/** What was known of the plan at each minute of a session that is over, to look back at its forecasts. */
export function withAhead(
  histories: readonly SkuHistory[],
  session: {
    readonly plan: SessionPlan;
    readonly activities: readonly Activity[];
    /** When the first minute of the histories began. */
    readonly from: Instant;
  },
): readonly SkuHistory[] {
  const { plan, from } = session;
  const moves = session.activities.filter(({ kind }) => kind === "pointer" || kind === "life");
  const minutesOf = new Map(histories.map(({ sku, minutes }) => [sku, minutes]));
  const unitsBetween = (sku: string, begin: Instant, end: Instant): number => {
    const first = Math.max(0, Math.round((begin - from) / minuteMs));
    const last = Math.max(first, Math.round((end - from) / minuteMs));
    return (minutesOf.get(sku) ?? []).slice(first, last).reduce((sum, { left }) => sum + left, 0);
  };
  const known = new Map<number, { readonly at: AheadAt; readonly pace: Pace }>();
  const knownAt = (minutesOver: number) => {
    const kept = known.get(minutesOver);
    if (kept !== undefined) return kept;
    const now = from + minutesOver * minuteMs;
    const state = moves.filter(({ at }) => at <= now).reduce(foldSession, emptySession(plan.id));
    const at = { plan, state, now };
    const made = { at, pace: paceOf(at, unitsBetween) };
    known.set(minutesOver, made);
    return made;
  };
  return histories.map((history) => ({
    ...history,
    aheadAt: (minutesOver): Ahead => {
      const { at, pace } = knownAt(minutesOver);
      return { showings: showingsOf(at, history.sku, timesNow(at)), pace };
    },
  }));
}
