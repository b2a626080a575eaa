import type { Instant } from "../rows.ts";
import { compareText, pairKey } from "../text.ts";
import type { Policy } from "./policy.ts";
import { minuteMs } from "./time.ts";
import type { Words } from "./words.ts";

/** When orders jump, some of them are looked at by a person with the goods in hand. Nothing of them ships before. */
export interface SamplingPolicy {
  /** Sampling begins at this per cent of the expected orders a minute, and at no fewer than the floor. */
  readonly spikePercent: number;
  readonly floorPerMinute: number;
  /** How many of the orders are taken, in per cent. */
  readonly samplePercent: number;
  /** The most that may be open at once. */
  readonly openMax: number;
  /** Open for longer than this, somebody is told. It is never released by time. */
  readonly answerMinutes: number;
}

/** What the shop's thresholds say of it. What is no spike for the alert is none for the review either. */
export function samplingOf(policy: Policy): SamplingPolicy {
  return {
    spikePercent: policy.reviewSpikePercent,
    floorPerMinute: policy.orderSpikeFloor,
    samplePercent: policy.reviewSamplePercent,
    openMax: policy.reviewOpenMax,
    answerMinutes: policy.reviewAnswerMinutes,
  };
}

/**
 * Whether orders are sampled. It begins at the threshold and ends one fifth below it, so that it does not
 * start and stop every few seconds.
 * @param expected orders a minute; null: not known, then nothing is sampled
 */
export function isSampling(
  before: boolean,
  ordersPerMinute: number,
  expected: number | null,
  policy: SamplingPolicy,
): boolean {
  if (expected === null) return false;
  const threshold = Math.max(policy.floorPerMinute, (expected * policy.spikePercent) / 100);
  return ordersPerMinute >= (before ? threshold * 0.8 : threshold);
}

/** Whether orders are sampled, and who said so last. */
export interface Sampling {
  readonly on: boolean;
  readonly by: "hand" | "rule";
}

/**
 * What the rule makes of it; null: it stays. What a person began, a person ends. What a person ended, the rule
 * does not begin again in the same spike: it takes over when the orders have calmed down.
 */
export function nextSampling(
  { on, by }: Sampling,
  ordersPerMinute: number,
  expected: number | null,
  policy: SamplingPolicy,
): Sampling | null {
  if (expected === null) return null;
  if (by === "rule") {
    const spikes = isSampling(on, ordersPerMinute, expected, policy);
    return spikes === on ? null : { on: spikes, by: "rule" };
  }
  if (on || isSampling(true, ordersPerMinute, expected, policy)) return null;
  return { on: false, by: "rule" };
}

export interface OrderRef {
  readonly channel: string;
  readonly orderId: string;
}

export function orderKey({ channel, orderId }: OrderRef): string {
  return pairKey(channel, orderId);
}

/**
 * The orders that are taken for review, in their order, up to what may be open.
 * @param hash a keyed hash to a number in [0, 1): whether an order is taken is chance to its buyer, and the
 * same on every node and at every repetition
 */
export function sampleOrders(
  orders: readonly OrderRef[],
  openKeys: ReadonlySet<string>,
  policy: SamplingPolicy,
  hash: (text: string) => number,
): readonly OrderRef[] {
  const taken = new Set(openKeys);
  return orders.filter((order) => {
    const key = orderKey(order);
    if (taken.size >= policy.openMax || taken.has(key) || hash(key) * 100 >= policy.samplePercent)
      return false;
    taken.add(key);
    return true;
  });
}

export interface ReviewLine {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

/** One order under review. */
export interface Review extends OrderRef {
  readonly takenAt: Instant;
  readonly lines: readonly ReviewLine[];
  readonly decided: ReviewDecision | null;
}

export type ReviewDecision = {
  readonly at: Instant;
  readonly by: string;
} & (
  | { readonly decision: "confirmed" }
  | { readonly decision: "refused"; readonly reason: string }
  /** The buyer cancelled it meanwhile: there is nothing left to decide. */
  | { readonly decision: "withdrawn" }
);

export type ReviewAnswer =
  /** Units of each line that the person has in hand, by line id. */
  | { readonly decision: "confirmed"; readonly inHand: Readonly<Record<string, number>> }
  | { readonly decision: "refused"; readonly reason: string }
  | { readonly decision: "withdrawn" };

export type ReviewOutcome =
  | { readonly ok: true; readonly review: Review; readonly repeated: boolean }
  | { readonly ok: false; readonly code: ReviewRefusal; readonly words: Words };
export type ReviewRefusal = "units_missing" | "reason_needed" | "already_decided";

/** Whether anything of the order may be sent. Only a person's word, or the end of the order, releases it. */
export function mayShip(review: Review): boolean {
  return review.decided?.decision === "confirmed";
}

/** Decides one order. The same decision again is a repetition; another one is refused. */
export function decideReview(
  review: Review,
  answer: ReviewAnswer,
  { by, at }: { readonly by: string; readonly at: Instant },
): ReviewOutcome {
  if (review.decided !== null) {
    if (review.decided.decision === answer.decision) return { ok: true, review, repeated: true };
    return refuse("already_decided", {
      zh: "这单已经有人处理过了",
      en: "Somebody has already decided about this order",
    });
  }
  if (answer.decision === "confirmed") {
    const missing = review.lines.find((line) => unitsInHand(answer.inHand, line.lineId) < line.units);
    if (missing !== undefined)
      return refuse("units_missing", {
        zh: `${missing.sku} 要有 ${missing.units} 件在手上才能确认`,
        en: `${missing.units} units of ${missing.sku} must be in hand to confirm the order`,
      });
    return { ok: true, repeated: false, review: { ...review, decided: { decision: "confirmed", by, at } } };
  }
  if (answer.decision === "withdrawn")
    return { ok: true, repeated: false, review: { ...review, decided: { decision: "withdrawn", by, at } } };
  const reason = answer.reason.trim();
  if (reason === "") return refuse("reason_needed", { zh: "请写明拒绝的原因", en: "Say why it is refused" });
  return {
    ok: true,
    repeated: false,
    review: { ...review, decided: { decision: "refused", reason, by, at } },
  };
}

function unitsInHand(inHand: Readonly<Record<string, number>>, lineId: string): number {
  return Object.hasOwn(inHand, lineId) ? (inHand[lineId] ?? 0) : 0;
}

function refuse(code: ReviewRefusal, words: Words): ReviewOutcome {
  return { ok: false, code, words };
}

/** Reviews that have waited too long, the oldest first. */
export function overdueReviews(
  reviews: readonly Review[],
  policy: SamplingPolicy,
  now: Instant,
): readonly Review[] {
  return reviews
    .filter(({ decided, takenAt }) => decided === null && now - takenAt >= policy.answerMinutes * minuteMs)
    .toSorted((a, b) => a.takenAt - b.takenAt || compareText(orderKey(a), orderKey(b)));
}
