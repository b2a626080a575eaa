import type { SkuNow } from "./inputs.ts";
import type { AlertInputs } from "./inputs.ts";
import { policyDefault, type Policy } from "./policy.ts";
import { hostScreenDefault, newSlot, type SessionPlan, type Slot } from "./session.ts";
import { hourMs, minuteMs } from "./time.ts";

/** 2026-11-11T12:00:00Z, a whole minute. */
export const t0 = 1_794_398_400_000;

export function at(minutes: number): number {
  return t0 + minutes * minuteMs;
}

export function slotOf(id: string, sku: string, more: Partial<Slot> = {}): Slot {
  return { ...newSlot(id, sku), ...more };
}

/** Three products, ten minutes each, from `t0`. */
export function planOf(more: Partial<SessionPlan> = {}): SessionPlan {
  return {
    id: "s1",
    title: "秋冬上新",
    channels: ["douyin"],
    rooms: [],
    startsAt: t0,
    endsAt: t0 + 4 * hourMs,
    hostScreen: hostScreenDefault,
    slots: [slotOf("1", "A"), slotOf("2", "B"), slotOf("3", "C")],
    ...more,
  };
}

/** A product that gives no reason for any alert. */
export function calmSku(sku: string, more: Partial<SkuNow> = {}): SkuNow {
  return {
    sku,
    sellable: 900,
    heldUnpaid: 0,
    shortage: 0,
    opening: 1_000,
    arrived: 0,
    sold: 100,
    etaMinutes: 900,
    unitsPerMinute: 1,
    recentPerMinute: 1,
    peak10: 10,
    last10: 10,
    turnoverDays: 10,
    current: null,
    coming: null,
    ...more,
  };
}

export function inputsOf(skus: readonly SkuNow[], more: Partial<AlertInputs> = {}): AlertInputs {
  return {
    session: "s1",
    live: true,
    planned: new Set(skus.map((sku) => sku.sku)),
    skus,
    now: null,
    channels: [],
    screens: [],
    ...more,
  };
}

export const defaults = (): Policy => policyDefault;
