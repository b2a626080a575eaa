import { coveredUnits, effectOf } from "./order.ts";
import type { Kind, Line } from "./rows.ts";
import { compareText } from "./text.ts";

/** The queues that a SKU's lines stand in, and their order. */

/**
 * Lines of one SKU in an order that matters:
 * `deficit` sent without a unit, oldest first; `spot` and `presale` waiting for units, oldest first;
 * `covered` those that have units, unpaid before paid, then latest first (who gives way when units are gone).
 */
export type QueueName = "deficit" | Kind | "covered";

/** A line on the workbench: as it is now, whether the store has it, and whether this batch changed it. */
export interface Slot {
  line: Line;
  readonly isStored: boolean;
  isChanged: boolean;
}

export function lineKey(line: Pick<Line, "channel" | "orderId" | "lineId" | "sku">): string {
  return `${line.channel}\u0000${line.orderId}\u0000${line.lineId}\u0000${line.sku}`;
}

/** What a stored line's `deficit` and `backlog` columns must say; the store indexes them. */
export function queueColumns(line: Line): { covered: number; backlog: number; deficit: number } {
  const effect = effectOf(line);
  const covered = coveredUnits(line);
  return { covered, backlog: effect.want - covered, deficit: effect.shipped - line.gone };
}

/** Lines in the order of a queue. Those that have left it are dropped when they are met. */
export class SortedQueue {
  readonly #slots: Slot[] = [];
  readonly #has = new Set<Slot>();

  add(slot: Slot, name: QueueName): void {
    if (this.#has.has(slot) || !isInQueue(name, slot.line)) return;
    const before = queueOrder(name);
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before((this.#slots[middle] ?? slot).line, slot.line) < 0) low = middle + 1;
      else high = middle;
    }
    this.#slots.splice(low, 0, slot);
    this.#has.add(slot);
  }

  first(count: number, name: QueueName): readonly Line[] {
    const found: Line[] = [];
    let gone = 0;
    for (const { line } of this.#slots) {
      if (found.length === count) break;
      if (isInQueue(name, line)) found.push(line);
      else if (found.length === 0) gone += 1;
    }
    for (const slot of this.#slots.splice(0, gone)) this.#has.delete(slot);
    return found;
  }
}

function isInQueue(name: QueueName, line: Line): boolean {
  const { covered, backlog, deficit } = queueColumns(line);
  if (name === "covered") return covered > 0;
  return name === "deficit" ? deficit > 0 : line.kind === name && backlog > 0;
}

/** The store's ORDER BY says the same. Ids break ties, so that every node sees one order. */
function queueOrder(name: QueueName): (a: Line, b: Line) => number {
  if (name !== "covered") return oldestFirst;
  return (a, b) => Number(a.stage === "paid") - Number(b.stage === "paid") || oldestFirst(b, a);
}

function oldestFirst(a: Line, b: Line): number {
  return a.placedAt - b.placedAt || compareText(lineKey(a), lineKey(b));
}
