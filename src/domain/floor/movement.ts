import { limits } from "../limits.ts";
import type { Instant } from "../rows.ts";
import type { Cell, Shelf } from "./shelf.ts";
import type { When } from "./when.ts";

/** Which ends of a movement are in the building. */
type Way = "in" | "out" | "within";

/** Why units moved on the floor, and whether that is into the building, out of it or inside. */
export const floorReasons = {
  opening: "in",
  receive: "in",
  put_away: "within",
  move: "within",
  pick: "within",
  unpick: "within",
  ship: "out",
  return: "in",
  supplier_return: "out",
  loan: "out",
  loan_return: "in",
  transfer_out: "out",
  transfer_in: "in",
  /** The same units in the same bin, found to be good or bad, or of another lot. */
  regrade: "within",
  write_off: "out",
} as const satisfies Record<string, Way>;
export type FloorReason = keyof typeof floorReasons;

/**
 * One physical movement of units of one SKU. Null is outside the building. What a count found is no movement:
 * it is a claim about a shelf, see `anchor.ts`.
 */
export interface FloorMovement {
  /** The key that it was recorded under: the same id is the same movement for ever. */
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly from: Shelf | null;
  readonly to: Shelf | null;
  readonly reason: FloorReason;
  /** When it happened, as the device says, corrected to the server's clock. */
  readonly at: Instant;
  /** By how much that can be wrong, to either side. */
  readonly atUncertaintyMs: number;
  /** When the server heard of it. */
  readonly recordedAt: Instant;
  readonly actor: string;
  /** The device and its number for it; null where no device recorded it. */
  readonly device: string | null;
  readonly deviceSeq: number;
  /** The receipt, order, transfer, loan … that it was for. */
  readonly doc: string | null;
}

export type MovementProblem = "quantity" | "uncertainty" | "ends" | "same_shelf" | "two_warehouses" | "clock";

/** What is wrong with a movement, or null. */
export function movementProblem(movement: FloorMovement): MovementProblem | null {
  const { quantity, from, to, reason, atUncertaintyMs, at, recordedAt } = movement;
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > limits.quantityMax) return "quantity";
  if (!Number.isSafeInteger(atUncertaintyMs) || atUncertaintyMs < 0) return "uncertainty";
  const way = from === null ? "in" : to === null ? "out" : "within";
  if ((from === null && to === null) || floorReasons[reason] !== way) return "ends";
  if (from !== null && to !== null) {
    if (from.warehouse !== to.warehouse) return "two_warehouses";
    if (from.bin === to.bin && from.lot === to.lot && from.quality === to.quality) return "same_shelf";
  }
  return at - atUncertaintyMs > recordedAt ? "clock" : null;
}

/** Nothing happens after the server has heard of it. */
export function movedWhen(movement: FloorMovement): When {
  const { at, atUncertaintyMs, recordedAt, device, deviceSeq } = movement;
  return {
    from: at - atUncertaintyMs,
    to: Math.min(at + atUncertaintyMs, recordedAt),
    device,
    first: deviceSeq,
    last: deviceSeq,
  };
}

/** The cells that a movement changes and by how much. */
export function effectsOf(
  movement: FloorMovement,
): readonly { readonly cell: Cell; readonly delta: number }[] {
  const { sku, from, to, quantity } = movement;
  const effects: { cell: Cell; delta: number }[] = [];
  if (from !== null) effects.push({ cell: { ...from, sku }, delta: -quantity });
  if (to !== null) effects.push({ cell: { ...to, sku }, delta: quantity });
  return effects;
}

/**
 * A shipment from a warehouse that does not scan its picks: the goods left the shelf at some time between the
 * payment of the order and the moment that it was reported as sent.
 */
export function unscannedShipment(sent: {
  readonly id: string;
  readonly sku: string;
  readonly warehouse: string;
  readonly units: number;
  readonly paidAt: Instant;
  readonly sentAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: string;
  readonly doc: string;
}): FloorMovement {
  const { id, sku, warehouse, units, paidAt, sentAt, recordedAt, actor, doc } = sent;
  const at = Math.floor((Math.min(paidAt, sentAt) + sentAt) / 2);
  return {
    id,
    sku,
    quantity: units,
    from: { warehouse, bin: "", lot: "", quality: "good" },
    to: null,
    reason: "ship",
    at,
    atUncertaintyMs: sentAt - at,
    recordedAt,
    actor,
    device: null,
    deviceSeq: 0,
    doc,
  };
}

/** Units of an order that is paid and not sent: where picks are not scanned, nobody knows whether they still stand there. */
export interface OpenPick {
  readonly sku: string;
  readonly warehouse: string;
  readonly units: number;
  readonly paidAt: Instant;
}
