import { coveredUnits, effectOf } from "../order.ts";
import type { Instant, Kind, Line, Refund, Stage } from "../rows.ts";

/** A line as a channel's own list shows it. Counts are in pieces of what was ordered. */
export interface ChannelLine {
  readonly orderId: string;
  readonly lineId: string;
  /** The normalised code (`skuKey`); null where the list names only the listing. */
  readonly sku: string | null;
  readonly listing: string | null;
  readonly quantity: number;
  /** Minor units for the whole line; null where the list has none. */
  readonly amount: number | null;
  /** Null where the platform's word is unknown. */
  readonly stage: Stage | null;
  /** The platform's own word. */
  readonly status: string | null;
  readonly closed: number;
  readonly shipped: number;
  /** Null where the list says nothing of it. */
  readonly refund: Refund | null;
  readonly kind: Kind;
  readonly placedAt: Instant;
  readonly updatedAt: Instant;
  readonly rank: number;
}

/** What both sides are compared by, in pieces. A refund that is done closes what was not sent. */
export interface LineState {
  readonly stage: Stage | null;
  readonly quantity: number;
  readonly closed: number;
  readonly shipped: number;
  readonly refund: Refund | null;
  /** quantity − closed − shipped */
  readonly live: number;
}

export function stateThere(line: ChannelLine): LineState {
  const shipped = line.shipped;
  const quantity = Math.max(line.quantity, shipped);
  const open = quantity - shipped;
  const closed = line.refund === "refunded" ? open : Math.min(line.closed, open);
  return { stage: line.stage, quantity, closed, shipped, refund: line.refund, live: open - closed };
}

/** @param lines the SKUs of one line of an order: several for a bundle */
export function stateHere(lines: readonly [Line, ...Line[]]): LineState {
  const [line] = lines;
  const effect = effectOf(line);
  const pieces = (units: number): number => units / line.per;
  const shipped = pieces(effect.shipped);
  return {
    stage: line.stage,
    quantity: Math.max(pieces(line.quantity), shipped),
    closed: pieces(effect.closed),
    shipped,
    refund: line.refund,
    live: pieces(effect.live),
  };
}

/** Units of each SKU in one piece. A line that the books do not have counts as pieces of its own code. */
export interface Part {
  readonly sku: string;
  readonly per: number;
}

export function partsOf(lines: readonly Line[], there: ChannelLine | null): readonly Part[] {
  if (lines.length > 0) return lines.map(({ sku, per }) => ({ sku, per }));
  return [{ sku: there?.sku ?? "", per: 1 }];
}

export function amountHere(lines: readonly Line[]): number {
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

/** An unpaid line whose hold has ended stands in the books without a unit. */
export function isExpired(line: Line): boolean {
  return line.stage === "created" && line.expired && coveredUnits(line) === 0;
}
