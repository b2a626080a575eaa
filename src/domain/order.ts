import type { Facts, Instant, Kind, Line, Refund, Stage } from "./rows.ts";

/**
 * An order line is a set of facts that only grow. `mergeFacts` is the join of a semilattice: commutative,
 * associative, idempotent. So a duplicate changes nothing and any arrival order ends in the same facts.
 */

export const stages: readonly Stage[] = ["created", "pending", "paid"];
const kinds: readonly Kind[] = ["spot", "presale"];
export const refunds: readonly Refund[] = ["none", "requested", "agreed", "refunding", "closed", "refunded"];

/** One look at a line, in units of the SKU. `stage` is absent where the platform's status is unknown. */
export interface Sighting {
  readonly updatedAt: Instant;
  readonly rank: number;
  readonly quantity: number;
  readonly kind: Kind;
  readonly stage?: Stage;
  readonly closed?: number;
  readonly shipped?: number;
  readonly returnedGood?: number;
  readonly returnedBad?: number;
  readonly refund?: Refund;
}

/** The stamp of a line seen only in an unknown status: any known status is newer. */
const unknownStampAt = -1;

/** The facts after the first sighting. An unknown status holds the units: the order is never dropped. */
export function firstFacts(seen: Sighting, deductAt: Facts["deductAt"]): Facts {
  const known = seen.stage !== undefined;
  return {
    quantity: seen.quantity,
    kind: seen.kind,
    stage: seen.stage ?? "pending",
    stampAt: known ? seen.updatedAt : unknownStampAt,
    stampRank: known ? seen.rank : 0,
    closed: seen.closed ?? 0,
    shipped: seen.shipped ?? 0,
    returnedGood: seen.returnedGood ?? 0,
    returnedBad: seen.returnedBad ?? 0,
    refund: seen.refund ?? "none",
    refundAt: seen.refund === undefined ? unknownStampAt : seen.updatedAt,
    deductAt,
    expired: false,
  };
}

/** The facts after one more sighting. Returns `known` itself when nothing is new. */
export function mergeFacts(known: Facts, seen: Sighting): Facts {
  const first = firstFacts(seen, known.deductAt);
  const stamp = compareStamp(first, known) > 0 ? first : known;
  const refund = compareRefund(first, known) > 0 ? first : known;
  const merged: Facts = {
    quantity: stamp.quantity,
    kind: stamp.kind,
    stage: stamp.stage,
    stampAt: stamp.stampAt,
    stampRank: stamp.stampRank,
    closed: Math.max(known.closed, first.closed),
    shipped: Math.max(known.shipped, first.shipped),
    returnedGood: Math.max(known.returnedGood, first.returnedGood),
    returnedBad: Math.max(known.returnedBad, first.returnedBad),
    refund: refund.refund,
    refundAt: refund.refundAt,
    deductAt: known.deductAt,
    expired: known.expired,
  };
  return sameFacts(merged, known) ? known : merged;
}

/** A total order, so that two events with one stamp merge to the same facts whichever came first. */
function compareStamp(a: Facts, b: Facts): number {
  return (
    a.stampAt - b.stampAt ||
    a.stampRank - b.stampRank ||
    stages.indexOf(a.stage) - stages.indexOf(b.stage) ||
    a.quantity - b.quantity ||
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind)
  );
}

function compareRefund(a: Facts, b: Facts): number {
  return a.refundAt - b.refundAt || refunds.indexOf(a.refund) - refunds.indexOf(b.refund);
}

function sameFacts(a: Facts, b: Facts): boolean {
  return (
    compareStamp(a, b) === 0 &&
    compareRefund(a, b) === 0 &&
    a.closed === b.closed &&
    a.shipped === b.shipped &&
    a.returnedGood === b.returnedGood &&
    a.returnedBad === b.returnedBad &&
    a.expired === b.expired
  );
}

/** Where the units of a line belong, as a pure function of its facts. */
export interface Effect {
  /** Units that left for the customer, in all. */
  readonly shipped: number;
  readonly returnedGood: number;
  readonly returnedBad: number;
  /** Units cancelled or refunded before they were sent. */
  readonly closed: number;
  /** Units owed and still here: quantity − closed − shipped. */
  readonly live: number;
  /** Units that should stand ready, in `place`. */
  readonly want: number;
  readonly place: "held" | "committed";
}

export function effectOf(facts: Facts): Effect {
  // What was sent and what came back happened, whatever the order said: it is not cut to the quantity.
  const open = Math.max(0, facts.quantity - facts.shipped);
  // A refund that is done before shipping closes whatever was not sent; one that is only asked for moves nothing.
  const closed = facts.refund === "refunded" ? open : Math.min(facts.closed, open);
  const live = open - closed;
  return {
    shipped: facts.shipped,
    returnedGood: facts.returnedGood,
    returnedBad: facts.returnedBad,
    closed,
    live,
    want: holdsUnits(facts) ? live : 0,
    place: facts.stage === "paid" ? "committed" : "held",
  };
}

/** An unpaid line holds nothing once it has expired, or where the SKU deducts at payment. */
function holdsUnits(facts: Facts): boolean {
  return facts.stage !== "created" || (facts.deductAt === "order" && !facts.expired);
}

export function coveredUnits(line: Pick<Line, "covers">): number {
  let units = 0;
  for (const cover of line.covers) units += cover.units;
  return units;
}

/** What a line is owed that no unit covers, by the backlog it belongs to. */
export interface Backlog {
  /** Sent, though the books had no unit for it. */
  readonly deficit: number;
  /** `deficit` and, for a spot line, what is promised without a unit. */
  readonly shortage: number;
  readonly presale: number;
}

export function backlogOf(line: Line): Backlog {
  const effect = effectOf(line);
  const deficit = effect.shipped - line.gone;
  const uncovered = effect.want - coveredUnits(line);
  return line.kind === "spot"
    ? { deficit, shortage: deficit + uncovered, presale: 0 }
    : { deficit, shortage: deficit, presale: uncovered };
}
