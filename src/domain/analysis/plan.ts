import {
  hostScreenDefault,
  newSlot,
  slotMinutesDefault,
  type SessionPlan,
  type Slot,
} from "../live/session.ts";
import { minuteMs } from "../live/time.ts";
import type { Instant, Listing, Placement, Stock } from "../rows.ts";
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
 * price and with the units that are expected to go as its target. A bundle's partner is on right after it, at its own
 * price. What goes back to the supplier has no slot.
 */
export function clearancePlan(chosen: readonly Chosen[], options: ClearanceOptions): SessionPlan {
  const slots = chosen
    .filter(({ proposal }) => proposal.action !== "supplier_return")
    .toSorted((a, b) => b.proposal.amount - a.proposal.amount)
    .flatMap((one, index) => slotsOf(one, `${options.id}-${index + 1}`));
  return {
    ...options,
    rooms: [],
    endsAt: options.startsAt + Math.max(1, slots.length) * slotMinutesDefault * minuteMs,
    hostScreen: hostScreenDefault,
    slots,
  };
}

function slotsOf({ mover, proposal, price }: Chosen, id: string): readonly Slot[] {
  const slot = {
    ...newSlot(id, mover.sku),
    target: proposal.units,
    price: proposedPrice(proposal, price),
    alternates: [],
  };
  const partner = partnerOf(proposal);
  return partner === null ? [slot] : [slot, { ...newSlot(`${id}-b`, partner), target: proposal.units }];
}

/** Null: its own price. */
function proposedPrice({ action }: SlowProposal, price: number): number | null {
  const percent = {
    price_cut: 100 - effectDefaults.cutPercent,
    clearance: effectDefaults.clearancePercent,
    bundle: effectDefaults.bundlePercent,
    show: null,
    supplier_return: null,
  }[action];
  return percent === null ? null : Math.round((price * percent) / 100);
}

function partnerOf({ action, values }: SlowProposal): string | null {
  const sku = values["sku"];
  return action === "bundle" && typeof sku === "string" ? sku : null;
}

/** A product and the one that it goes with, as one listing of a channel: an order of it takes a unit of each. */
export interface Bundle {
  readonly sku: string;
  readonly partner: string;
  /** Minor units of both together. */
  readonly price: number;
  readonly listing: Omit<Listing, "channel">;
}

/** The listings of the chosen bundles. The same pair has the same id, so planning it again makes no second one. */
export function bundlesOf(
  chosen: readonly Chosen[],
  of: (sku: string) => { readonly name: string; readonly price: number },
): readonly Bundle[] {
  return chosen.flatMap(({ mover, proposal, price }) => {
    const partner = partnerOf(proposal);
    if (partner === null) return [];
    const listing = {
      listing: `set-${mover.sku}-${partner}`,
      title: `${of(mover.sku).name} + ${of(partner).name}`,
      parts: [mover.sku, partner].map((sku) => ({ sku, units: 1, gift: false })),
    };
    const own = proposedPrice(proposal, price) ?? price;
    return [{ sku: mover.sku, partner, price: own + of(partner).price, listing }];
  });
}

/** A shelf and how many units of it go back. */
export interface ReturnFrom extends Pick<Placement, "warehouse" | "bin" | "lot"> {
  readonly units: number;
}

/**
 * Which units of a product can go back to its supplier: all that stand on shelves and are promised to nobody, the fullest
 * shelf first.
 */
export function unitsToReturn(
  stocks: readonly Pick<Stock, "warehouse" | "available">[],
  placements: readonly Placement[],
): readonly ReturnFrom[] {
  const free = new Map(stocks.map(({ warehouse, available }) => [warehouse, available]));
  const taken: ReturnFrom[] = [];
  const good = placements.filter(({ quality, quantity }) => quality === "good" && quantity > 0);
  for (const { warehouse, bin, lot, quantity } of good.toSorted((a, b) => b.quantity - a.quantity)) {
    const units = Math.min(quantity, free.get(warehouse) ?? 0);
    if (units <= 0) continue;
    free.set(warehouse, (free.get(warehouse) ?? 0) - units);
    taken.push({ warehouse, bin, lot, units });
  }
  return taken;
}
