import type { Slot } from "./queue.ts";
import type { Line } from "./rows.ts";

/** The lines of an order that are on the workbench; `isWhole` when that is all of them. */
export interface OrderSlots {
  readonly slots: Slot[];
  isWhole: boolean;
}

/** One line as it was before a command; null: there was none. */
export interface SlotUndo {
  readonly slot: Slot;
  readonly before: Line | null;
  readonly order: OrderSlots;
  readonly wasChanged: boolean;
}

export function undoLine({ slot, before, order, wasChanged }: SlotUndo): void {
  if (before === null) order.slots.splice(order.slots.indexOf(slot), 1);
  else slot.line = before;
  slot.isChanged = wasChanged;
}

export function slotOf(order: OrderSlots, { lineId, sku }: Pick<Line, "lineId" | "sku">): Slot | undefined {
  for (const slot of order.slots) if (slot.line.lineId === lineId && slot.line.sku === sku) return slot;
  return undefined;
}
