import { hourMs } from "../live/time.ts";
import { backlogOf, coveredUnits, effectOf } from "../order.ts";
import type { Instant, Line } from "../rows.ts";
import { compareText } from "../text.ts";

/** The lists of the review's steps, from the order lines of the books. */

export interface PendingLine {
  readonly line: Line;
  /** Units that it holds: no sale, and not free either. */
  readonly held: number;
  readonly waitingHours: number;
}

/** Payments that the platform has not confirmed, the oldest first. */
export function pendingPayments(lines: Iterable<Line>, now: Instant): readonly PendingLine[] {
  return [...lines]
    .filter((line) => line.stage === "pending" && effectOf(line).live > 0)
    .map((line) => ({ line, held: coveredUnits(line), waitingHours: (now - line.stampAt) / hourMs }))
    .toSorted((a, b) => a.line.stampAt - b.line.stampAt || compareLines(a.line, b.line));
}

export interface RefundLine {
  readonly line: Line;
  /** Not sent: closing it is all there is to do. Sent: the goods have to come back first. */
  readonly sent: boolean;
  readonly units: number;
  readonly dueAt: Instant;
  /** It must be dealt with before this business day ends. */
  readonly today: boolean;
  readonly overdue: boolean;
}

export interface RefundRules {
  /** How long a platform waits for the shop's answer, in hours; 48 where nothing is known. */
  readonly answerHours: (channel: string) => number;
  readonly now: Instant;
  /** When the business day ends. */
  readonly dayEnds: Instant;
}

/** Refunds under way: what must be dealt with today first, then by how soon it is due. */
export function openRefunds(lines: Iterable<Line>, rules: RefundRules): readonly RefundLine[] {
  const { now, dayEnds, answerHours } = rules;
  return [...lines]
    .filter(({ refund }) => refund === "requested" || refund === "agreed" || refund === "refunding")
    .map((line) => {
      const { shipped, live } = effectOf(line);
      const dueAt = line.refundAt + answerHours(line.channel) * hourMs;
      const sent = shipped > 0;
      return {
        line,
        sent,
        units: sent ? shipped : live,
        dueAt,
        today: dueAt < dayEnds,
        overdue: dueAt <= now,
      };
    })
    .toSorted((a, b) => a.dueAt - b.dueAt || compareLines(a.line, b.line));
}

export interface PresaleLine {
  readonly line: Line;
  readonly units: number;
  /** Units of it that no goods cover yet. */
  readonly waiting: number;
  /** Null: nobody promised a date. */
  readonly promisedAt: Instant | null;
  readonly late: boolean;
}

/** Presale lines that are owed, by their promised date; those without one come last. */
export function presaleLines(
  lines: Iterable<Line>,
  promisedAt: (line: Line) => Instant | null,
  now: Instant,
): readonly PresaleLine[] {
  const dateOf = ({ promisedAt: at }: PresaleLine): number => at ?? Infinity;
  return [...lines]
    .filter((line) => line.kind === "presale" && line.stage !== "created" && effectOf(line).live > 0)
    .map((line) => {
      const promised = promisedAt(line);
      return {
        line,
        units: effectOf(line).live,
        waiting: backlogOf(line).presale,
        promisedAt: promised,
        late: promised !== null && promised < now,
      };
    })
    .toSorted((a, b) => Math.sign(dateOf(a) - dateOf(b)) || compareLines(a.line, b.line));
}

/** Why somebody should look at a shelf tonight, each with its points. */
export const doubts = [
  "oversold",
  "shipped_unbooked",
  "variance",
  "returned",
  "busy",
  "never_counted",
] as const;
export type Doubt = (typeof doubts)[number];

const doubtPoints: Readonly<Record<Doubt, number>> = {
  oversold: 50,
  shipped_unbooked: 40,
  variance: 30,
  returned: 15,
  busy: 15,
  never_counted: 10,
};

export interface DoubtInput {
  readonly sku: string;
  /** Units that were sold and covered by none, at the worst. */
  readonly shortageMost: number;
  /** Units that a channel says were sent and the books have not. */
  readonly shippedUnbooked: number;
  /** Units by which its last count was off, with its sign. */
  readonly lastVariance: number;
  readonly returned: number;
  /** Units sold tonight, and how many stand on the shelf. */
  readonly sold: number;
  readonly onHand: number;
  readonly daysSinceCount: number | null;
}

export interface Doubtful {
  readonly sku: string;
  readonly points: number;
  readonly doubts: readonly Doubt[];
  readonly onHand: number;
}

/** Days without a count after which a SKU that sells is doubtful. */
export const countDaysMax = 30;
/** The most that one evening can count. */
export const doubtfulMax = 20;

/** The SKUs that are worth a count tonight, the most doubtful first; of equals the quickest to count. */
export function doubtfulSkus(inputs: Iterable<DoubtInput>, limit: number = doubtfulMax): readonly Doubtful[] {
  return [...inputs]
    .map((input) => {
      const found = doubts.filter((doubt) => isDoubt(doubt, input));
      const points = found.reduce((sum, doubt) => sum + doubtPoints[doubt], 0);
      return { sku: input.sku, points, doubts: found, onHand: input.onHand };
    })
    .filter(({ points }) => points > 0)
    .toSorted((a, b) => b.points - a.points || a.onHand - b.onHand || compareText(a.sku, b.sku))
    .slice(0, limit);
}

function isDoubt(doubt: Doubt, input: DoubtInput): boolean {
  switch (doubt) {
    case "oversold":
      return input.shortageMost > 0;
    case "shipped_unbooked":
      return input.shippedUnbooked !== 0;
    case "variance":
      return input.lastVariance !== 0;
    case "returned":
      return input.returned > 0;
    case "busy":
      // More went out tonight than is left: a slip in picking shows at once, and is quickly counted.
      return input.sold > input.onHand && input.sold > 0;
    case "never_counted":
      return input.sold > 0 && (input.daysSinceCount ?? Infinity) > countDaysMax;
  }
}

export function compareLines(a: Line, b: Line): number {
  return (
    a.placedAt - b.placedAt ||
    compareText(a.channel, b.channel) ||
    compareText(a.orderId, b.orderId) ||
    compareText(a.lineId, b.lineId) ||
    compareText(a.sku, b.sku)
  );
}
