import type { Command, Observe, SeenLine } from "../command.ts";
import { hourMs } from "../live/time.ts";
import type { Words } from "../live/words.ts";
import { backlogOf, effectOf } from "../order.ts";
import type { Instant, Line } from "../rows.ts";
import { compareLines } from "./lists.ts";

/** The oversell desk: units that were sold and that nothing covers. Who gets what comes, and what of the others? */

/** Goods on their way that a supplier has promised. */
export interface Incoming {
  readonly sku: string;
  readonly units: number;
  readonly arrivesAt: Instant;
}

export interface DeskRules {
  readonly now: Instant;
  /** Hours from the order to the latest moment of sending, before the platform fines the shop. */
  readonly shipHours: (channel: string) => number;
  /** SKUs that may be sent instead, best first, with their sellable units. */
  readonly alternates: (sku: string) => readonly { readonly sku: string; readonly sellable: number }[];
}

/** What to do about a line, best for the buyer first. */
export const deskActions = ["wait", "swap", "presale", "refund"] as const;
export type DeskAction = (typeof deskActions)[number];

export const deskWords: Readonly<Record<DeskAction, Words>> = {
  wait: { zh: "等到货，按时能发", en: "Wait: the goods arrive in time" },
  swap: { zh: "换同类有货的商品", en: "Swap for a product that is in stock" },
  presale: { zh: "和买家商量转预售", en: "Agree on a later date: presale" },
  refund: { zh: "退款并补偿", en: "Refund and compensate" },
};

export interface DeskLine {
  readonly line: Line;
  /** Units that nothing covers. */
  readonly short: number;
  /** Units of it that were sent already, though the books had none: the count has to explain them. */
  readonly sent: number;
  readonly deadlineAt: Instant;
  /** Below zero: the deadline has passed. */
  readonly hoursLeft: number;
  /** Units that it gets from what is on its way, and when the last of them is here. */
  readonly promised: number;
  readonly arrivesAt: Instant | null;
  readonly suggested: DeskAction;
  /** For `swap`. */
  readonly swapFor: string | null;
}

/**
 * Every line that is short, the first that was placed first: whoever ordered first gets the first units that
 * come, a unit to one line only, and no swap promises a unit twice.
 */
export function shortageDesk(
  lines: Iterable<Line>,
  incoming: readonly Incoming[],
  rules: DeskRules,
): readonly DeskLine[] {
  const waiting = [...lines].filter((line) => backlogOf(line).shortage > 0).toSorted(compareLines);
  const coming = incoming
    .map(({ sku, units, arrivesAt }) => ({ sku, arrivesAt, left: units }))
    .toSorted((a, b) => a.arrivesAt - b.arrivesAt);
  // The books pay first what was sent without a unit: those units are gone from whatever comes.
  for (const line of waiting) takeComing(coming, line.sku, backlogOf(line).deficit);
  const taken = new Map<string, number>();
  return waiting.map((line) => deskLine(line, coming, taken, rules));
}

interface Coming {
  readonly sku: string;
  readonly arrivesAt: Instant;
  left: number;
}

function deskLine(
  line: Line,
  coming: readonly Coming[],
  taken: Map<string, number>,
  rules: DeskRules,
): DeskLine {
  const { shortage, deficit } = backlogOf(line);
  const short = shortage - deficit;
  const deadlineAt = line.placedAt + rules.shipHours(line.channel) * hourMs;
  const { units, arrivesAt } = takeComing(coming, line.sku, short);
  const open = short - units;
  const inTime = open === 0 && (arrivesAt === null || arrivesAt <= deadlineAt);
  const swapFor = inTime ? null : swapOf(line.sku, short, taken, rules);
  return {
    line,
    short,
    sent: deficit,
    deadlineAt,
    hoursLeft: (deadlineAt - rules.now) / hourMs,
    promised: units,
    arrivesAt,
    // Goods that come too late are worth asking for; goods that nobody has promised are not.
    suggested: inTime ? "wait" : swapFor !== null ? "swap" : open === 0 ? "presale" : "refund",
    swapFor,
  };
}

/** Takes up to so many units from what comes first, and says when the last of them is here. */
function takeComing(
  coming: readonly Coming[],
  sku: string,
  units: number,
): { units: number; arrivesAt: Instant | null } {
  let open = units;
  let arrivesAt: Instant | null = null;
  for (const one of coming) {
    const taken = one.sku === sku ? Math.min(open, one.left) : 0;
    if (taken === 0) continue;
    one.left -= taken;
    open -= taken;
    arrivesAt = one.arrivesAt;
  }
  return { units: units - open, arrivesAt };
}

function swapOf(sku: string, units: number, taken: Map<string, number>, rules: DeskRules): string | null {
  for (const { sku: other, sellable } of rules.alternates(sku)) {
    const left = sellable - (taken.get(other) ?? 0);
    if (other === sku || left < units) continue;
    taken.set(other, (taken.get(other) ?? 0) + units);
    return other;
  }
  return null;
}

/**
 * The commands of what was agreed with the buyer; none for waiting. Only what nothing covers is closed: units
 * that stand ready for the line are sent all the same. A swap reserves the other product first, under an order
 * id of its own, so that a refusal leaves the buyer's line as it is.
 * @param by who agreed it, and when
 */
export function deskCommands(
  { line, short, swapFor }: DeskLine,
  action: DeskAction,
  by: { readonly actor: string; readonly at: Instant },
): readonly Command[] {
  const pieces = Math.ceil((effectOf(line).closed + short) / line.per);
  const close = observeAgain(line, { closed: pieces }, line.stampAt, by);
  switch (action) {
    case "wait":
      return [];
    case "refund":
      return [close];
    case "presale":
      // It has to be newer than what the books heard last, or the line stays what it was.
      return [observeAgain(line, { kind: "presale" }, Math.max(by.at, line.stampAt + 1), by)];
    case "swap":
      if (swapFor === null) return [];
      return [
        {
          type: "reserve",
          channel: line.channel,
          orderId: `${line.orderId}/swap/${line.lineId}`,
          buyer: line.buyer,
          stage: "paid",
          lines: [{ lineId: line.lineId, sku: swapFor, quantity: short }],
          ...by,
        },
        close,
      ];
  }
}

/** The line as the books know it, with one thing changed. */
function observeAgain(
  line: Line,
  change: Pick<SeenLine, "closed" | "kind">,
  updatedAt: Instant,
  by: { readonly actor: string; readonly at: Instant },
): Observe {
  const { channel, orderId, lineId, kind } = line;
  const product = line.listing === null ? { sku: line.sku } : { listing: line.listing };
  return {
    type: "observe",
    channel,
    orderId,
    updatedAt,
    rank: line.stampRank,
    stage: line.stage,
    buyer: line.buyer,
    placedAt: line.placedAt,
    lines: [{ lineId, ...product, quantity: line.quantity / line.per, kind, ...change }],
    ...by,
  };
}
