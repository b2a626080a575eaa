import type { Command, Observe, SeenLine } from "../command.ts";
import type { Instant, Line } from "../rows.ts";
import { causes, type CauseCode, type DifferenceKind, type RepairAction } from "./cause.ts";
import {
  amountHere,
  isExpired,
  partsOf,
  stateHere,
  stateThere,
  type ChannelLine,
  type LineState,
  type Part,
} from "./line.ts";

/** What the comparison has to know besides the lines. */
export interface Context {
  readonly channel: string;
  /** The period of orders that the list covers, by when they were placed. */
  readonly from: Instant;
  readonly to: Instant;
  /** The moment up to which the books have heard of this channel. */
  readonly readUntil: Instant;
  /** When the books of this channel began. */
  readonly booksSince: Instant;
  /** Amounts that differ by no more are the same, in minor units. */
  readonly amountTolerance: number;
  readonly isMapped: (line: ChannelLine) => boolean;
}

/** One thing in which two lines differ. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly cause: CauseCode;
  /** By SKU: units that the channel says are still to be sent, less what the books say, because of this. */
  readonly live: readonly { readonly sku: string; readonly units: number }[];
  /** By SKU: units that the channel says were sent, less what the books say, because of this. */
  readonly shipped: readonly { readonly sku: string; readonly units: number }[];
  /** Minor units there, less those here. */
  readonly amount: number;
  readonly repair: RepairAction;
  readonly open: boolean;
}

/** A line of an order on both sides, or on one. No difference: it matches. */
export interface LineResult {
  readonly orderId: string;
  readonly lineId: string;
  readonly there: ChannelLine | null;
  readonly here: readonly Line[];
  /** The line's ids are those of two exports: it was found by its product. */
  readonly byProduct: boolean;
  readonly differences: readonly Difference[];
}

interface Pair {
  readonly there: ChannelLine;
  readonly here: readonly [Line, ...Line[]];
}

/** Everything in which the two sides of one line differ. */
export function differencesOf(
  there: ChannelLine | null,
  here: readonly Line[],
  context: Context,
): readonly Difference[] {
  const [first, ...rest] = here;
  if (there === null) return first === undefined ? [] : [missingThere([first, ...rest], context)];
  if (first === undefined) return [missingHere(there, context)];
  const pair: Pair = { there, here: [first, ...rest] };
  if (!isSameProduct(there, here)) return [productDifference(pair)];
  return [...quantityDifference(pair), ...statusDifferences(pair), ...amountDifference(pair, context)];
}

function missingHere(there: ChannelLine, context: Context): Difference {
  const state = stateThere(there);
  const parts = partsOf([], there);
  const moved = { live: of(parts, state.live), shipped: of(parts, state.shipped), amount: there.amount ?? 0 };
  return difference("missing_here", missingHereCause(there, state, context), moved);
}

function missingHereCause(there: ChannelLine, state: LineState, context: Context): CauseCode {
  if (state.live === 0 && state.shipped === 0) return "closed_before_seen";
  if (there.placedAt < context.booksSince) return "before_books";
  if (!context.isMapped(there)) return "unmapped";
  return there.updatedAt > context.readUntil ? "not_read_yet" : "lost_event";
}

function missingThere(here: readonly [Line, ...Line[]], context: Context): Difference {
  const state = stateHere(here);
  const parts = partsOf(here, null);
  return difference("missing_there", missingThereCause(here[0], state, context), {
    live: of(parts, -state.live),
    shipped: of(parts, -state.shipped),
    amount: -amountHere(here),
  });
}

function missingThereCause(line: Line, state: LineState, { from, to }: Context): CauseCode {
  if (line.placedAt < from || line.placedAt >= to) return "outside_list";
  if (state.live === 0 && state.shipped === 0) return "closed_not_listed";
  return line.stage === "created" ? "unpaid_not_listed" : "unknown_there";
}

/** A bundle's line is several SKUs: only its listing says what it is. */
export function isSameProduct(there: ChannelLine, here: readonly Line[]): boolean {
  const [line, ...more] = here;
  if (line === undefined) return false;
  if (there.listing !== null && line.listing !== null) return there.listing === line.listing;
  return there.sku === null || more.length > 0 || there.sku === line.sku;
}

/** Two products have nothing to compare: all of the one is missing there, all of the other here. */
function productDifference({ there, here }: Pair): Difference {
  const [state, known] = [stateThere(there), stateHere(here)];
  const [parts, knownParts] = [partsOf([], there), partsOf(here, null)];
  return difference("product", "product_changed", {
    live: [...of(parts, state.live), ...of(knownParts, -known.live)],
    shipped: [...of(parts, state.shipped), ...of(knownParts, -known.shipped)],
    amount: (there.amount ?? 0) - amountHere(here),
  });
}

function quantityDifference(pair: Pair): readonly Difference[] {
  const [there, here] = [stateThere(pair.there), stateHere(pair.here)];
  const pieces = there.quantity - here.quantity;
  if (pieces === 0) return [];
  const unsaid = there.quantity < here.shipped ? "sent_more_here" : "changed_there";
  const cause = isBooksNewer(pair) ? "books_newer" : unsaid;
  return [difference("quantity", cause, { live: of(partsOf(pair.here, null), pieces) })];
}

function statusDifferences(pair: Pair): readonly Difference[] {
  const [there, here] = [stateThere(pair.there), stateHere(pair.here)];
  if (there.stage === null) return [difference("status", "unknown_status", {})];
  const parts = partsOf(pair.here, null);
  const found: Difference[] = [];
  let shipped = there.shipped - here.shipped;
  let closed = there.closed - here.closed;
  // One side sent what the other closed: one thing to settle, not two.
  const crossed =
    shipped * closed < 0 ? Math.sign(shipped) * Math.min(Math.abs(shipped), Math.abs(closed)) : 0;
  if (crossed !== 0) {
    const cause = crossed > 0 ? "sent_after_closing" : "closed_after_sending";
    found.push(difference("status", cause, { shipped: of(parts, crossed) }));
    shipped -= crossed;
    closed += crossed;
  }
  if (shipped !== 0)
    found.push(
      difference("status", shipped > 0 ? "shipped_there" : "shipped_here", {
        live: of(parts, -shipped),
        shipped: of(parts, shipped),
      }),
    );
  if (closed !== 0)
    found.push(difference("status", closedCause(pair, there, closed), { live: of(parts, -closed) }));
  // Nothing is left to hold or to commit where a side has closed or sent it all.
  if (there.live > 0 && here.live > 0 && there.stage !== here.stage)
    found.push(difference("status", stageCause(pair, there), {}));
  if (closed === 0 && crossed === 0 && there.refund !== null && there.refund !== here.refund)
    found.push(difference("status", "refund_there", {}));
  return found;
}

function closedCause(pair: Pair, there: LineState, closed: number): CauseCode {
  if (closed > 0) return there.refund === "refunded" ? "refunded_there" : "closed_there";
  return isBooksNewer(pair) ? "books_newer" : "closed_here";
}

function stageCause(pair: Pair, { stage }: LineState): CauseCode {
  if (isBooksNewer(pair)) return "books_newer";
  if (stage === "pending") return "pending_there";
  if (stage === "created") return "unpaid_there";
  return isExpired(pair.here[0]) ? "paid_after_expiry" : "paid_there";
}

function amountDifference({ there, here }: Pair, { amountTolerance }: Context): readonly Difference[] {
  if (there.amount === null) return [];
  const known = amountHere(here);
  const amount = there.amount - known;
  if (amount === 0) return [];
  const cause: CauseCode =
    known === 0
      ? "amount_missing_here"
      : Math.abs(amount) <= amountTolerance
        ? "rounding"
        : amount < 0
          ? "lower_there"
          : "higher_there";
  return [difference("amount", cause, { amount })];
}

function isBooksNewer({ there, here }: Pair): boolean {
  return here[0].stampAt > there.updatedAt;
}

function difference(
  kind: DifferenceKind,
  cause: CauseCode,
  { live = [], shipped = [], amount = 0 }: Partial<Pick<Difference, "live" | "shipped" | "amount">>,
): Difference {
  const { repair, open } = causes[cause];
  return { kind, cause, live, shipped, amount, repair, open };
}

function of(parts: readonly Part[], pieces: number): Difference["live"] {
  return pieces === 0 ? [] : parts.map(({ sku, per }) => ({ sku, units: per * pieces }));
}

/**
 * The commands that put one line right in the books; none where a person has to act elsewhere. They say what
 * the channel says, so applying them twice, or after the event has come by itself, changes nothing more.
 * @param by who taps, and when: the command's time
 */
export function repairCommands(
  result: LineResult,
  action: RepairAction,
  { channel }: Pick<Context, "channel">,
  by: { readonly actor: string; readonly at: Instant },
): readonly Command[] {
  const { there, here, orderId } = result;
  if (action === "cancel_here" && here.length > 0)
    return [{ type: "cancel", channel, orderId, lineId: here[0]?.lineId ?? "", ...by }];
  if (action !== "take_over" || there === null || there.stage === null) return [];
  const [line] = here;
  if (line === undefined && there.sku === null && there.listing === null) return [];
  return [observeOf(there, here, channel, by)];
}

function observeOf(
  there: ChannelLine,
  here: readonly Line[],
  channel: string,
  by: { readonly actor: string; readonly at: Instant },
): Observe {
  const [line] = here;
  const product = there.listing === null ? { sku: there.sku ?? "" } : { listing: there.listing };
  // The person who taps says that the list is right: it has to be newer than whatever the books heard before.
  const heard = Math.max(...here.map(({ stampAt, refundAt }) => Math.max(stampAt, refundAt)));
  const updatedAt = line === undefined ? there.updatedAt : Math.max(there.updatedAt, heard + 1);
  const seen: SeenLine = {
    lineId: line?.lineId ?? there.lineId,
    ...product,
    quantity: there.quantity,
    kind: there.kind,
    ...(there.amount === null ? {} : { amount: there.amount }),
    closed: there.closed,
    shipped: there.shipped,
    ...(there.refund === null ? {} : { refund: there.refund }),
  };
  return {
    type: "observe",
    channel,
    orderId: there.orderId,
    updatedAt,
    rank: there.rank,
    ...(there.stage === null ? {} : { stage: there.stage }),
    buyer: line?.buyer ?? null,
    placedAt: line?.placedAt ?? there.placedAt,
    lines: [seen],
    ...by,
  };
}
