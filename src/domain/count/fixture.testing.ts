import type { Floor } from "../floor/floor.ts";
import type { FloorMovement } from "../floor/movement.ts";
import type { Cell, Shelf } from "../floor/shelf.ts";
import { momentOf, type When } from "../floor/when.ts";
import { openSheet, type CountAnswer } from "./act.ts";
import { applyFacts } from "./books.testing.ts";
import type { BinClose, CountEntry } from "./entry.ts";
import { linesOf, type CountLine } from "./line.ts";
import type { Sheet, SheetSpec } from "./sheet.ts";
import { noTolerance } from "./tolerance.ts";

export const t0 = 1_794_398_400_000;
export const minute = 60_000;

export function shelfIn(bin: string, more: Partial<Shelf> = {}): Shelf {
  return { warehouse: "main", bin, lot: "", quality: "good", ...more };
}

export function cellIn(bin: string, sku = "A", more: Partial<Shelf> = {}): Cell {
  return { ...shelfIn(bin, more), sku };
}

/** A movement at a minute, known exactly. */
export function movementOf(
  id: string,
  atMinute: number,
  sku: string,
  quantity: number,
  from: Shelf | null,
  to: Shelf | null,
  more: Partial<FloorMovement> = {},
): FloorMovement {
  const at = t0 + atMinute * minute;
  return {
    id,
    sku,
    quantity,
    from,
    to,
    reason: from === null ? "receive" : to === null ? "ship" : "move",
    at,
    atUncertaintyMs: 0,
    recordedAt: at,
    actor: "p",
    device: null,
    deviceSeq: 0,
    doc: null,
    ...more,
  };
}

export function specOf(more: Partial<SheetSpec> = {}): SheetSpec {
  return {
    sheet: "s1",
    kind: "cycle",
    warehouse: "main",
    bins: ["a", "b"],
    cells: [],
    blind: true,
    tolerance: noTolerance,
    purpose: "",
    ...more,
  };
}

export function sheetOf(more: Partial<SheetSpec> = {}): Sheet {
  return applyFacts(null, more.sheet ?? "s1", openSheet(specOf(more)), "boss", t0);
}

/** The sheet after an answer that must have been accepted. */
export function after(sheet: Sheet, answer: CountAnswer, actor = "boss", at = t0): Sheet {
  return applyFacts(sheet, sheet.spec.sheet, answer, actor, at);
}

/** An entry at a minute. Its id says who counted what and when, unless another is given. */
export function entryOf(
  by: string,
  cell: Cell,
  quantity: number,
  atMinute: number,
  more: Partial<CountEntry> = {},
): CountEntry {
  const when = momentOf(t0 + atMinute * minute);
  const id = `${by}-${cell.bin}-${cell.sku}-${cell.lot}-${atMinute}`;
  return { id, cell, quantity, by, when, recordedAt: when.to, mode: "first", ...more };
}

export function closeOf(by: string, bin: string, fromMinute: number, toMinute = fromMinute): BinClose {
  const when: When = {
    from: t0 + fromMinute * minute,
    to: t0 + toMinute * minute,
    device: null,
    first: 0,
    last: 0,
  };
  return { warehouse: "main", bin, by, when, recordedAt: when.to };
}

export const price = (): number => 100;

export function lineIn(sheet: Sheet, floor: Floor, cell: Cell): CountLine {
  const line = linesOf(sheet, floor, price).find(
    (one) =>
      one.cell.bin === floor.cellOf(cell).bin &&
      one.cell.sku === cell.sku &&
      one.cell.lot === floor.cellOf(cell).lot,
  );
  if (line === undefined) throw new Error(`no line for ${cell.sku} in ${cell.bin}`);
  return line;
}
