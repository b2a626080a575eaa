import { compareText } from "../text.ts";
import type { Words } from "./words.ts";

/** A product that could take over, with what speaks for it and against it. */
export interface Candidate {
  readonly sku: string;
  readonly category: string;
  /** Minor units. */
  readonly price: number;
  /** Units that can be sold now. */
  readonly sellable: number;
  /** Strict selling is not stopped. */
  readonly selling: boolean;
  /** Units a minute: when it was last on or, never shown, as it sells now. */
  readonly unitsPerMinute: number;
  /** It has been on in this session. */
  readonly shown: boolean;
  /** Minutes until its own slot; null: it has none to come. */
  readonly minutesUntilSlot: number | null;
}

export interface Current {
  readonly sku: string;
  readonly category: string;
  readonly price: number;
}

export type ReasonCode = "planned" | "stock" | "price" | "category" | "rate" | "fresh" | "margin";

/** One reason, its points, and the number behind it. */
export interface RankReason {
  readonly code: ReasonCode;
  readonly points: number;
  readonly value: number | null;
}

export interface Alternate {
  readonly sku: string;
  /** 0 to 100. */
  readonly score: number;
  /** Only those that gave points, most points first. */
  readonly reasons: readonly RankReason[];
}

/** The most that each reason can give; together 100. */
export const rankPoints: Readonly<Record<ReasonCode, number>> = {
  planned: 20,
  stock: 25,
  price: 15,
  category: 15,
  rate: 10,
  fresh: 5,
  margin: 10,
};

export const reasonWords: Readonly<Record<ReasonCode, Words>> = {
  planned: { zh: "排品里的第 {value} 备选", en: "alternate no. {value} of the plan" },
  stock: { zh: "够卖 {value} 分钟", en: "enough for {value} minutes" },
  price: { zh: "价格差 {value}%", en: "price {value} % apart" },
  category: { zh: "同一类目", en: "same category" },
  rate: { zh: "每分钟能卖 {value} 件", en: "sells {value} a minute" },
  fresh: { zh: "本场还没讲过", en: "not shown yet" },
  margin: { zh: "离它自己的讲解还有 {value} 分钟", en: "{value} minutes until its own slot" },
};

export interface RankContext {
  /** Alternates of the plan, best first. */
  readonly planned: readonly string[];
  /** How long the alternate should last on the air. */
  readonly minutesNeeded: number;
  /** The rate that is expected of a product nobody has seen yet: that of the product that is on. */
  readonly expectedPerMinute: number;
}

/** From this much time until its own slot, showing it now spoils nothing. */
const marginMinutesFull = 60;

/**
 * Who can take over, best first, with the reasons. A product that has nothing to sell, is stopped, or is the
 * current one is no alternate. Equal scores stand in the order of their codes.
 */
export function rankAlternates(
  current: Current,
  candidates: readonly Candidate[],
  context: RankContext,
): readonly Alternate[] {
  return candidates
    .filter(({ sku, sellable, selling }) => sku !== current.sku && selling && sellable > 0)
    .map((candidate) => {
      const reasons = reasonsFor(current, candidate, context)
        .filter((reason) => reason.points > 0)
        .toSorted((a, b) => b.points - a.points || compareText(a.code, b.code));
      return { sku: candidate.sku, score: reasons.reduce((sum, { points }) => sum + points, 0), reasons };
    })
    .toSorted((a, b) => b.score - a.score || compareText(a.sku, b.sku));
}

function reasonsFor(current: Current, candidate: Candidate, context: RankContext): readonly RankReason[] {
  const { planned, minutesNeeded, expectedPerMinute } = context;
  const { sku, category, price, sellable, unitsPerMinute, shown, minutesUntilSlot } = candidate;
  const place = planned.indexOf(sku);
  const rate = Math.max(unitsPerMinute, shown ? 0 : expectedPerMinute);
  // What sells nothing lasts for ever; what matters is that it lasts as long as it is needed.
  const lasts = rate > 0 ? sellable / rate : null;
  const apart = current.price > 0 ? Math.abs(price - current.price) / current.price : 1;
  return [
    give("planned", place < 0 ? 0 : (planned.length - place) / planned.length, place + 1),
    give(
      "stock",
      lasts === null || minutesNeeded <= 0 ? 1 : lasts / minutesNeeded,
      lasts === null ? null : Math.floor(lasts),
    ),
    give("price", 1 - apart, Math.round(apart * 100)),
    give("category", category !== "" && category === current.category ? 1 : 0, null),
    give("rate", expectedPerMinute > 0 ? unitsPerMinute / expectedPerMinute : 0, round1(unitsPerMinute)),
    give("fresh", shown ? 0 : 1, null),
    give(
      "margin",
      minutesUntilSlot === null ? 1 : minutesUntilSlot / marginMinutesFull,
      minutesUntilSlot === null ? null : Math.floor(minutesUntilSlot),
    ),
  ];
}

/** Whole points for a share of the most, cut to 0 and 1. */
function give(code: ReasonCode, share: number, value: number | null): RankReason {
  return { code, points: Math.round(rankPoints[code] * Math.min(1, Math.max(0, share))), value };
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
