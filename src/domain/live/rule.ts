import type { ChannelNow, ScreenNow, SessionNow, SkuNow } from "./inputs.ts";
import { leftAt, peakShare } from "./metric.ts";
import type { Policy } from "./policy.ts";
import { minuteMs, secondMs } from "./time.ts";
import type { Words } from "./words.ts";

/** 1 take note, 2 get ready, 3 act now. */
export type Severity = 1 | 2 | 3;

export const rules = [
  "shortage",
  "tier3",
  "tier2",
  "tier1",
  "outsells_plan",
  "wont_last_until_slot",
  "eta",
  "sell_through",
  "cooling",
  "turnover",
  "hoarding_holds",
  "order_spike",
  "active_rate",
  "connector_silent",
  "connector_lagging",
  "host_offline",
] as const;
export type Rule = (typeof rules)[number];

/** What a rule watches. */
export type Scope = "sku" | "session" | "channel" | "screen";

export type Evidence = Readonly<Record<string, number | string | null>>;

/**
 * A number against its threshold. Both may be multiplied by the same whole number so that nothing is divided.
 * Between the threshold and the band beyond it the alert neither rises nor ends: that is what keeps a stock
 * that moves by one unit from ringing the bell every second.
 */
export interface Measure {
  readonly value: number;
  readonly threshold: number;
  /** On which side the alert is, and whether the threshold itself belongs to it. */
  readonly raises: "below" | "at_or_below" | "above" | "at_or_above";
  /** How far beyond the threshold it ends at once; Infinity: only after a quiet time. */
  readonly band: number;
  readonly evidence: Evidence;
}

/** `unknown` changes nothing; the others end an alert: there is nothing left to sell, or the moment is over. */
export type Reading = Measure | "unknown" | "sold_out" | "passed";

interface Spec<Now> {
  readonly severity: Severity;
  /** An alert ends after so long on the good side, even within the band. */
  readonly quietMs: number;
  readonly read: (now: Now, policy: Policy) => Reading;
}

/** A unit more or less never ends an alert: two beyond the threshold may. */
const unitsBand = 2;

function tier(severity: Severity, field: "tier1Percent" | "tier2Percent" | "tier3Percent"): Spec<SkuNow> {
  return {
    severity,
    quietMs: 10 * minuteMs,
    read: ({ sellable, opening, arrived }, policy) => {
      const base = opening + arrived;
      if (base <= 0) return "unknown";
      return {
        value: sellable * 100,
        threshold: policy[field] * base,
        raises: "at_or_below",
        band: Math.max(2 * base, unitsBand * 100),
        evidence: { left: sellable, base, percent: (100 * sellable) / base, threshold: policy[field] },
      };
    },
  };
}

export const skuRules = {
  shortage: {
    severity: 3,
    quietMs: 2 * minuteMs,
    read: ({ shortage, sellable }) => ({
      value: shortage,
      threshold: 0,
      raises: "above",
      band: Infinity,
      evidence: { shortage, left: sellable },
    }),
  },
  tier3: tier(3, "tier3Percent"),
  tier2: tier(2, "tier2Percent"),
  tier1: tier(1, "tier1Percent"),
  outsells_plan: { severity: 3, quietMs: 5 * minuteMs, read: readOutsells },
  wont_last_until_slot: { severity: 2, quietMs: 5 * minuteMs, read: readWontLast },
  eta: {
    severity: 2,
    quietMs: 10 * minuteMs,
    read: ({ sellable, etaMinutes, unitsPerMinute }, { etaMinutes: threshold }) => {
      if (sellable <= 0) return "sold_out";
      if (etaMinutes === null) return "passed";
      const minutesPerUnit = etaMinutes / sellable;
      return {
        value: etaMinutes,
        threshold,
        raises: "below",
        band: Math.max(threshold / 4, unitsBand * minutesPerUnit),
        evidence: { minutes: etaMinutes, left: sellable, perMinute: unitsPerMinute, threshold },
      };
    },
  },
  sell_through: {
    severity: 1,
    quietMs: 10 * minuteMs,
    read: ({ sold, sellable }, { sellThroughPercent: threshold }) => {
      const all = sold + sellable;
      if (all <= 0) return "unknown";
      return {
        value: sold * 100,
        threshold: threshold * all,
        raises: "above",
        band: Math.max(3 * all, unitsBand * 100),
        evidence: { percent: (100 * sold) / all, sold, left: sellable, threshold },
      };
    },
  },
  cooling: { severity: 1, quietMs: 10 * minuteMs, read: readCooling },
  turnover: {
    severity: 1,
    quietMs: 60 * minuteMs,
    read: ({ turnoverDays, sellable }, { turnoverDays: threshold }) => {
      if (turnoverDays === null) return "unknown";
      const evidence = { days: turnoverDays, left: sellable, threshold };
      return { value: turnoverDays, threshold, raises: "above", band: threshold / 10, evidence };
    },
  },
  hoarding_holds: { severity: 2, quietMs: 5 * minuteMs, read: readHoarding },
} as const satisfies Record<string, Spec<SkuNow>>;

export const sessionRules = {
  order_spike: {
    severity: 2,
    quietMs: 3 * minuteMs,
    read: ({ ordersPerMinute, expectedOrdersPerMinute }, { orderSpikePercent, orderSpikeFloor }) => {
      if (expectedOrdersPerMinute === null) return "unknown";
      const threshold = Math.max(orderSpikeFloor, (expectedOrdersPerMinute * orderSpikePercent) / 100);
      return {
        value: ordersPerMinute,
        threshold,
        raises: "at_or_above",
        band: Math.max(threshold / 5, unitsBand),
        evidence: { perMinute: ordersPerMinute, expected: expectedOrdersPerMinute, threshold },
      };
    },
  },
  active_rate: {
    severity: 1,
    quietMs: 10 * minuteMs,
    read: ({ minutesLive, skusWithSale, skusInStock }, policy) => {
      const { activeRatePercent: threshold, activeWindowMinutes: minutes } = policy;
      // A session that has just begun has sold little of everything: it is not a sign yet.
      if (skusInStock <= 0 || minutesLive < minutes) return "unknown";
      return {
        value: skusWithSale * 100,
        threshold: threshold * skusInStock,
        raises: "below",
        band: Math.max(3 * skusInStock, unitsBand * 100),
        evidence: {
          percent: (100 * skusWithSale) / skusInStock,
          active: skusWithSale,
          inStock: skusInStock,
          windowMinutes: minutes,
          threshold,
        },
      };
    },
  },
} as const satisfies Record<string, Spec<SessionNow>>;

export const channelRules = {
  connector_silent: {
    severity: 2,
    quietMs: 30 * secondMs,
    read: ({ silentSeconds, channel }, { connectorSilentSeconds: threshold }) =>
      secondsOver(silentSeconds, threshold, { channel }),
  },
  connector_lagging: {
    severity: 2,
    quietMs: minuteMs,
    read: ({ lagSeconds, channel }, { connectorLagSeconds: threshold }) =>
      secondsOver(lagSeconds, threshold, { channel }),
  },
} as const satisfies Record<string, Spec<ChannelNow>>;

export const screenRules = {
  host_offline: {
    severity: 2,
    quietMs: 10 * secondMs,
    read: ({ offlineSeconds, screen }, { hostOfflineSeconds: threshold }) =>
      secondsOver(offlineSeconds, threshold, { screen }),
  },
} as const satisfies Record<string, Spec<ScreenNow>>;

/** One message ends a silence for a moment only; what was silent must have spoken for the quiet time. */
function secondsOver(seconds: number | null, threshold: number, evidence: Evidence): Reading {
  if (seconds === null) return "unknown";
  return {
    value: seconds,
    threshold,
    raises: "at_or_above",
    band: Infinity,
    evidence: { ...evidence, seconds, threshold },
  };
}

/** The product that is on will sell more than was planned for its slot, if it goes on like this. */
function readOutsells({ current, recentPerMinute, sellable }: SkuNow, policy: Policy): Reading {
  if (current === null) return "passed";
  const { target, minutesLeft, sold } = current;
  if (target === null) return "passed";
  // The first sales of a slot say little about the rest of it.
  const begun = sold * 5 >= target;
  const projected = sold + (begun ? recentPerMinute * minutesLeft : 0);
  const threshold = (target * policy.outsellsPercent) / 100;
  return {
    value: projected,
    threshold,
    raises: "at_or_above",
    band: Math.max(threshold / 10, unitsBand),
    evidence: {
      sold,
      target,
      projected,
      minutesLeft,
      left: sellable,
      missing: Math.max(0, projected - sold - sellable),
    },
  };
}

/** What is sold before the slot begins leaves less than the slot is meant to sell. */
function readWontLast({ coming, sellable, unitsPerMinute }: SkuNow): Reading {
  if (coming === null) return "passed";
  // Where nothing sells, stock below the target was known when the session was planned: the precheck says it.
  if (unitsPerMinute <= 0) return "passed";
  const projected = leftAt(sellable, unitsPerMinute, coming.minutesLeft);
  const needed = Math.max(1, coming.target ?? 1);
  return {
    value: projected,
    threshold: needed,
    raises: "below",
    band: Math.max(needed / 10, unitsBand),
    evidence: {
      projected,
      target: coming.target,
      minutesLeft: coming.minutesLeft,
      perMinute: unitsPerMinute,
      left: sellable,
      slot: coming.slot,
    },
  };
}

function readCooling({ peak10, last10, sellable }: SkuNow, policy: Policy): Reading {
  if (sellable <= 0) return "sold_out";
  if (peak10 < policy.coolingFloorUnits) return "passed";
  return {
    value: last10 * 100,
    threshold: policy.coolingPercent * peak10,
    raises: "at_or_below",
    band: Math.max(10 * peak10, unitsBand * 100),
    evidence: { peak10, last10, percent: peakShare(last10, peak10), left: sellable },
  };
}

function readHoarding({ heldUnpaid, sellable }: SkuNow, policy: Policy): Reading {
  const all = heldUnpaid + sellable;
  if (all <= 0) return "passed";
  const { hoardingPercent: threshold, hoardingFloorUnits: floor } = policy;
  // Below the floor the share means nothing; it counts as none, so that the alert can end.
  const held = heldUnpaid < floor ? 0 : heldUnpaid;
  return {
    value: held * 100,
    threshold: threshold * all,
    raises: "at_or_above",
    band: held === 0 ? Infinity : Math.max(5 * all, unitsBand * 100),
    evidence: { held: heldUnpaid, left: sellable, percent: (100 * heldUnpaid) / all, threshold },
  };
}

/** `raise`, `clear`, or `hold`: within the band, where nothing rises and nothing ends before its quiet time. */
export type Verdict = "raise" | "hold" | "clear";

export function judge({ value, threshold, raises, band }: Measure): Verdict {
  switch (raises) {
    case "below":
      return value < threshold ? "raise" : value > threshold + band ? "clear" : "hold";
    case "at_or_below":
      return value <= threshold ? "raise" : value > threshold + band ? "clear" : "hold";
    case "above":
      return value > threshold ? "raise" : value < threshold - band ? "clear" : "hold";
    case "at_or_above":
      return value >= threshold ? "raise" : value < threshold - band ? "clear" : "hold";
  }
}

/** What stands on screens for each rule. */
export const ruleNames: Readonly<Record<Rule, Words>> = {
  shortage: { zh: "超卖", en: "Oversold" },
  tier3: { zh: "三级 · 最后一批", en: "Tier 3 · last units" },
  tier2: { zh: "二级 · 准备下架", en: "Tier 2 · get ready to take it down" },
  tier1: { zh: "一级 · 留意", en: "Tier 1 · keep an eye on it" },
  outsells_plan: { zh: "卖超计划", en: "Outsells its plan" },
  wont_last_until_slot: { zh: "撑不到讲解", en: "Will not last until its slot" },
  eta: { zh: "快售罄", en: "Sells out soon" },
  sell_through: { zh: "售出率高", en: "High sell-through" },
  cooling: { zh: "正在降温", en: "Cooling" },
  turnover: { zh: "周转慢", en: "Slow turnover" },
  hoarding_holds: { zh: "待付款占住库存", en: "Unpaid orders hold the stock" },
  order_spike: { zh: "订单暴增", en: "Order spike" },
  active_rate: { zh: "动销率低", en: "Few products sell" },
  connector_silent: { zh: "渠道没有消息", en: "Channel is silent" },
  connector_lagging: { zh: "渠道消息延迟", en: "Channel lags" },
  host_offline: { zh: "主播屏离线", en: "Host screen is offline" },
};

const allRules = { ...skuRules, ...sessionRules, ...channelRules, ...screenRules };

export function severityOf(rule: Rule): Severity {
  return allRules[rule].severity;
}

export function quietMsOf(rule: Rule): number {
  return allRules[rule].quietMs;
}

export function scopeOf(rule: Rule): Scope {
  if (Object.hasOwn(skuRules, rule)) return "sku";
  if (Object.hasOwn(sessionRules, rule)) return "session";
  return Object.hasOwn(channelRules, rule) ? "channel" : "screen";
}
