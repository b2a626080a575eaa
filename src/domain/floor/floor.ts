import { assert } from "../assert.ts";
import { chainErrors, compareAnchors, type Anchor, type Bounds } from "./anchor.ts";
import { effectsOf, movedWhen, movementProblem, type FloorMovement, type OpenPick } from "./movement.ts";
import { cellKey, type Cell, type Standing } from "./shelf.ts";
import { compareText, pairKey } from "../text.ts";
import { orderOf, type When } from "./when.ts";

interface Effect {
  readonly movement: FloorMovement;
  readonly when: When;
  readonly delta: number;
}

interface CellHistory {
  readonly key: string;
  readonly cell: Cell;
  /** What the movements alone sum to. */
  moved: number;
  readonly effects: Effect[];
  /** Open orders of a warehouse that does not scan its picks. */
  openPicks: readonly OpenPick[];
  readonly anchors: Anchor[];
  /** The anchors' results, until something changes. */
  chain: readonly Corrected[] | null;
}

/** The open orders of one product in one warehouse. */
export interface StockPicks {
  readonly sku: string;
  readonly warehouse: string;
  readonly picks: readonly OpenPick[];
}

/** One approved count with what it corrects. */
export interface Corrected {
  readonly anchor: Anchor;
  readonly bounds: Bounds;
  readonly error: number;
  /** Units that it adds to the cell (a gain) or takes from it (a loss). */
  readonly correction: number;
}

/** What a cell must hold at a time. `inside`: movements that may lie before or after it; they make the width. */
export interface Expected extends Bounds {
  /** The part of it that comes from earlier counts, not from movements. */
  readonly error: number;
  readonly inside: readonly FloorMovement[];
  /** Units of open orders that may have been picked without a scan; part of the width. */
  readonly open: number;
}

/**
 * What physically stands where: movements, and the counts that say otherwise. Both are sets; whatever order
 * they come in and however often, the same sets make the same floor.
 *
 * Goods of a warehouse that does not scan its picks cannot be followed from bin to bin: there a cell is a SKU
 * on all the shelves of the warehouse (`pooled`), and a unit leaves it when it is picked, some time between the
 * payment of its order and its shipment.
 */
export class Floor {
  readonly #pooled: ReadonlySet<string>;
  readonly #cells = new Map<string, CellHistory>();
  readonly #bins = new Map<string, CellHistory[]>();
  readonly #anchored = new Set<CellHistory>();
  /** The bins where something changed, one after the other: what was made of a floor is made anew for these. */
  readonly #changes: string[] = [];
  #inOrder: readonly CellHistory[] | null = null;
  readonly #movements = new Set<string>();
  readonly #anchors = new Set<string>();

  constructor(pooledWarehouses: readonly string[] = []) {
    this.#pooled = new Set(pooledWarehouses);
  }

  isPooled(warehouse: string): boolean {
    return this.#pooled.has(warehouse);
  }

  /** The cell that is kept for a shelf: itself, or the SKU in the whole warehouse. */
  cellOf(cell: Cell): Cell {
    const { warehouse, bin, sku, lot, quality } = cell;
    return this.isPooled(warehouse)
      ? { warehouse, bin: "", sku, lot: "", quality }
      : { warehouse, bin, sku, lot, quality };
  }

  /** Takes a movement in. Returns false when it was known. */
  move(movement: FloorMovement): boolean {
    assert(movementProblem(movement) === null, `movement ${movement.id}: ${movementProblem(movement)}`);
    if (this.#movements.has(movement.id)) return false;
    this.#movements.add(movement.id);
    const when = movedWhen(movement);
    const effects = effectsOf(movement).map(({ cell, delta }) => ({ history: this.#at(cell), delta }));
    // Inside a pooled warehouse a movement from bin to bin moves nothing.
    if (effects.length === 2 && effects[0]?.history === effects[1]?.history) return true;
    for (const { history, delta } of effects) {
      history.moved += delta;
      history.effects.push({ movement, when, delta });
      history.chain = null;
      this.#changes.push(binKey(history.cell));
    }
    return true;
  }

  /** Counts up with every change of a cell, but not with `setOpenPicks`. */
  get version(): number {
    return this.#changes.length;
  }

  /** The bins that changed after a version; null: so much changed that all may as well be looked at. */
  changedSince(version: number): ReadonlySet<string> | null {
    return this.version - version > this.#cells.size ? null : new Set(this.#changes.slice(version));
  }

  /** The open orders of products in pooled warehouses, all of each, in place of those that were known. */
  setOpenPicks(stocks: readonly StockPicks[]): void {
    for (const { sku, warehouse, picks } of stocks) {
      if (!this.isPooled(warehouse)) continue;
      const history = this.#at({ warehouse, bin: "", sku, lot: "", quality: "good" });
      history.openPicks = picks;
      history.chain = null;
    }
  }

  /** Takes an approved count in. Returns false when it was known. */
  anchor(anchor: Anchor): boolean {
    assert(Number.isSafeInteger(anchor.quantity) && anchor.quantity >= 0, "a count is a whole number");
    if (this.#anchors.has(anchor.id)) return false;
    this.#anchors.add(anchor.id);
    const history = this.#at(anchor.cell);
    history.anchors.push(anchor);
    history.anchors.sort(compareAnchors);
    history.chain = null;
    this.#anchored.add(history);
    this.#changes.push(binKey(history.cell));
    return true;
  }

  /** Units by the books: the movements, and what the last count corrected. It can be negative: then a movement is missing. */
  quantity(cell: Cell): number {
    const history = this.#cells.get(cellKey(this.cellOf(cell)));
    return history === undefined ? 0 : history.moved + (this.#chain(history).at(-1)?.error ?? 0);
  }

  /** What a count at this time must find, if nothing was lost since the count before. */
  expected(cell: Cell, when: When): Expected {
    const history = this.#cells.get(cellKey(this.cellOf(cell)));
    if (history === undefined) return { low: 0, high: 0, error: 0, inside: [], open: 0 };
    const moved = movedUntil(history, when);
    const error = this.#errorBefore(history, when);
    return {
      low: moved.low + error,
      high: moved.high + error,
      error,
      inside: moved.inside,
      open: moved.open,
    };
  }

  /** What each approved count of a cell corrects, in the order of their time. */
  corrections(cell: Cell): readonly Corrected[] {
    const history = this.#cells.get(cellKey(this.cellOf(cell)));
    return history === undefined ? [] : this.#chain(history);
  }

  /** Every correction of every cell. */
  allCorrections(): readonly Corrected[] {
    return [...this.#anchored]
      .sort((one, other) => compareText(one.key, other.key))
      .flatMap((history) => this.#chain(history));
  }

  /** The cells that anything ever stood in, with their units by the books. */
  standing(): readonly Standing[] {
    return this.#sorted().map((history) => ({ ...history.cell, quantity: this.quantity(history.cell) }));
  }

  /** The cells that anything ever stood in, in no order. */
  cells(): readonly Cell[] {
    return Array.from(this.#cells.values(), (history) => history.cell);
  }

  /** What stands or ever stood in one bin. */
  inBin(warehouse: string, bin: string): readonly Standing[] {
    return (this.#bins.get(binKey({ warehouse, bin })) ?? [])
      .toSorted((one, other) => compareText(one.key, other.key))
      .map((history) => ({ ...history.cell, quantity: this.quantity(history.cell) }));
  }

  /** The cells of one bin that anything ever stood in, in no order. */
  cellsIn(warehouse: string, bin: string): readonly Cell[] {
    return (this.#bins.get(binKey({ warehouse, bin })) ?? []).map((history) => history.cell);
  }

  /** Cells that need a look before all others: fewer than nothing stands there, or the last count was overtaken. */
  doubtful(): readonly { readonly cell: Cell; readonly why: "negative" | "disputed" }[] {
    return this.#sorted().flatMap((history): readonly { cell: Cell; why: "negative" | "disputed" }[] => {
      if (this.quantity(history.cell) < 0) return [{ cell: history.cell, why: "negative" }];
      const last = this.#chain(history).at(-1);
      return last !== undefined && last.bounds.low !== last.bounds.high
        ? [{ cell: history.cell, why: "disputed" }]
        : [];
    });
  }

  /** The movements of a cell that are known one by one. */
  history(cell: Cell): readonly FloorMovement[] {
    const effects = this.#cells.get(cellKey(this.cellOf(cell)))?.effects ?? [];
    return effects.map((one) => one.movement);
  }

  /** The movements of a cell that happened, or may have happened, in a time. */
  touched(cell: Cell, when: When): readonly FloorMovement[] {
    const effects = this.#cells.get(cellKey(this.cellOf(cell)))?.effects ?? [];
    return effects.filter((one) => orderOf(one.when, when) === "inside").map((one) => one.movement);
  }

  #at(shelf: Cell): CellHistory {
    const cell = this.cellOf(shelf);
    const key = cellKey(cell);
    let history = this.#cells.get(key);
    if (history === undefined) {
      history = { key, cell, moved: 0, effects: [], openPicks: [], anchors: [], chain: null };
      this.#cells.set(key, history);
      this.#inOrder = null;
      const bin = binKey(cell);
      const others = this.#bins.get(bin);
      if (others === undefined) this.#bins.set(bin, [history]);
      else others.push(history);
    }
    return history;
  }

  #sorted(): readonly CellHistory[] {
    this.#inOrder ??= [...this.#cells.values()].sort((one, other) => compareText(one.key, other.key));
    return this.#inOrder;
  }

  #chain(history: CellHistory): readonly Corrected[] {
    if (history.chain !== null) return history.chain;
    const bounds = history.anchors.map((anchor) => {
      const moved = movedUntil(history, anchor.when);
      return { low: anchor.quantity - moved.high, high: anchor.quantity - moved.low };
    });
    const errors = chainErrors(bounds);
    history.chain = history.anchors.map((anchor, index) => ({
      anchor,
      bounds: bounds[index] ?? { low: 0, high: 0 },
      error: errors[index]?.error ?? 0,
      correction: errors[index]?.correction ?? 0,
    }));
    return history.chain;
  }

  /** The error that the counts before this time have shown. */
  #errorBefore(history: CellHistory, when: When): number {
    const before = this.#chain(history).filter(
      ({ anchor }) => compareAnchors(anchor, { ...anchor, id: "", when }) < 0,
    );
    return before.at(-1)?.error ?? 0;
  }
}

/** The name of a bin among those of all warehouses. */
export function binKey({ warehouse, bin }: Pick<Cell, "warehouse" | "bin">): string {
  return pairKey(warehouse, bin);
}

/** What the movements alone say of a cell at a time. */
function movedUntil(history: CellHistory, when: When): Omit<Expected, "error"> {
  let low = 0;
  let high = 0;
  const inside: FloorMovement[] = [];
  for (const effect of history.effects) {
    const order = orderOf(effect.when, when);
    if (order === "after") continue;
    if (order === "inside") inside.push(effect.movement);
    if (order === "before" || effect.delta < 0) low += effect.delta;
    if (order === "before" || effect.delta > 0) high += effect.delta;
  }
  let open = 0;
  for (const pick of history.openPicks) if (pick.paidAt <= when.to) open += pick.units;
  return { low: low - open, high, inside, open };
}
