import {
  hostScreenDefault,
  newSlot,
  slotMinutesDefault,
  type SessionPlan,
  type Slot,
} from "../live/session.ts";
import { minuteMs } from "../live/time.ts";
import type { Instant } from "../rows.ts";
import { effectDefaults, type SlowMover, type SlowProposal } from "./slow.ts";

/** What a person chose for one slow mover. */
export interface Chosen {
  readonly mover: SlowMover;
  readonly proposal: SlowProposal;
  /** Minor units that it costs now. */
  readonly price: number;
}

export interface ClearanceOptions {
  readonly id: string;
  readonly title: string;
  readonly channels: readonly string[];
  readonly startsAt: Instant;
}

/**
 * The draft of a session in which the chosen products are on, the most money first: each at its proposed
 * price and with the units that are expected to go as its target. What goes back to the supplier has no slot.
 */
export function clearancePlan(chosen: readonly Chosen[], options: ClearanceOptions): SessionPlan {
  const slots = chosen
    .filter(({ proposal }) => proposal.action !== "supplier_return")
    .toSorted((a, b) => b.proposal.amount - a.proposal.amount)
    .map((one, index) => slotOf(one, `${options.id}-${index + 1}`));
  return {
    ...options,
    rooms: [],
    endsAt: options.startsAt + Math.max(1, slots.length) * slotMinutesDefault * minuteMs,
    hostScreen: hostScreenDefault,
    slots,
  };
}

function slotOf({ mover, proposal, price }: Chosen, id: string): Slot {
  return {
    ...newSlot(id, mover.sku),
    target: proposal.units,
    price: proposedPrice(proposal, price),
    alternates: [],
  };
}

/** Null: its own price. */
function proposedPrice({ action }: SlowProposal, price: number): number | null {
  if (action === "price_cut") return Math.round((price * (100 - effectDefaults.cutPercent)) / 100);
  if (action === "clearance") return Math.round((price * effectDefaults.clearancePercent) / 100);
  return null;
}
