import { linesOf, type CountLine } from "../../domain/count/line.ts";
import { changedBins, type Sheet } from "../../domain/count/sheet.ts";
import { asksAgain } from "../../domain/count/view.ts";
import { binKey, type Floor } from "../../domain/floor/floor.ts";
import { groupBy } from "../../domain/floor/group.ts";
import { compareText } from "../../domain/text.ts";
import type { Good } from "./goods.ts";

type Goods = ReadonlyMap<string, Good>;

interface Kept {
  readonly floor: Floor;
  readonly goods: Goods;
  /** The sheet's own list: a sheet that was read anew has another. */
  readonly changes: Sheet["changes"];
  /** The floor's version and how much of the sheet's history the lines are judged by. */
  version: number;
  events: number;
  readonly byBin: Map<string, readonly CountLine[]>;
  /** Bins by `binKey`: those that have lines or were looked at, for what moves in them. */
  readonly bins: Map<string, string>;
  /** By bin: those that ask somebody to look once more. */
  readonly again: Map<string, readonly CountLine[]>;
  sorted: readonly CountLine[] | null;
}

/** Sheets whose lines are kept; of others they are judged anew. */
const keptMax = 30;

/**
 * The lines of sheets as they were judged last. A bin is judged again when somebody saw something in it or something
 * moved in it: a sheet of 20,000 bins must not be judged whole for each of fifty people.
 */
export class JudgedSheets {
  readonly #kept = new Map<string, Kept>();

  /** Every line, in the order of their keys. */
  lines(sheet: Sheet, floor: Floor, goods: Goods): readonly CountLine[] {
    if (floor.isPooled(sheet.spec.warehouse)) return linesOf(sheet, floor, priceIn(goods));
    const kept = this.#catchUp(sheet, floor, goods);
    kept.sorted ??= linesIn(kept.byBin);
    return kept.sorted;
  }

  /** Only those that ask somebody to look once more. */
  again(sheet: Sheet, floor: Floor, goods: Goods): readonly CountLine[] {
    if (floor.isPooled(sheet.spec.warehouse)) return this.lines(sheet, floor, goods).filter(asksAgain);
    return linesIn(this.#catchUp(sheet, floor, goods).again);
  }

  #catchUp(sheet: Sheet, floor: Floor, goods: Goods): Kept {
    const { sheet: id } = sheet.spec;
    const before = this.#kept.get(id);
    // How many events there are is read before they are looked at, for a sheet may grow.
    const events = sheet.changes.length;
    const seen = before === undefined ? null : changedBins(sheet, before.events, "lines");
    const moved = before === undefined ? null : floor.changedSince(before.version);
    if (before === undefined || seen === null || moved === null) return this.#judgeAll(sheet, floor, goods);
    if (before.floor !== floor || before.changes !== sheet.changes)
      return this.#judgeAll(sheet, floor, goods);
    if (before.goods !== goods && pricesDiffer(before.goods, goods))
      return this.#judgeAll(sheet, floor, goods);
    const stale = new Set(seen);
    for (const key of moved) {
      const bin = before.bins.get(key);
      if (bin !== undefined) stale.add(bin);
    }
    before.version = floor.version;
    before.events = events;
    if (stale.size > 0) put(before, linesOf(sheet, floor, priceIn(before.goods), stale), stale, sheet);
    return before;
  }

  #judgeAll(sheet: Sheet, floor: Floor, goods: Goods): Kept {
    const kept: Kept = {
      floor,
      goods,
      changes: sheet.changes,
      version: floor.version,
      events: sheet.changes.length,
      byBin: new Map(),
      bins: new Map(),
      again: new Map(),
      sorted: null,
    };
    put(kept, linesOf(sheet, floor, priceIn(goods)), new Set(sheet.closes.keys()), sheet);
    const { sheet: id } = sheet.spec;
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= keptMax) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }
}

/** @param bins those that are judged anew, also where no line is left */
function put(kept: Kept, lines: readonly CountLine[], bins: ReadonlySet<string>, { spec }: Sheet): void {
  const { warehouse } = spec;
  kept.sorted = null;
  for (const bin of bins) {
    kept.bins.set(binKey({ warehouse, bin }), bin);
    kept.byBin.delete(bin);
    kept.again.delete(bin);
  }
  for (const [bin, own] of groupBy(lines, (line) => line.cell.bin)) {
    kept.byBin.set(bin, own);
    kept.bins.set(binKey({ warehouse, bin }), bin);
    const again = own.filter(asksAgain);
    if (again.length > 0) kept.again.set(bin, again);
  }
}

/** A line's key begins with its bin, and no bin's name holds what comes behind it. */
function linesIn(byBin: ReadonlyMap<string, readonly CountLine[]>): readonly CountLine[] {
  return [...byBin].sort(([one], [other]) => compareText(one, other)).flatMap(([, lines]) => lines);
}

export function priceIn(goods: Goods): (sku: string) => number {
  return (sku) => goods.get(sku)?.price ?? 0;
}

function pricesDiffer(one: Goods, other: Goods): boolean {
  if (one.size !== other.size) return true;
  for (const [sku, { price }] of other) if (one.get(sku)?.price !== price) return true;
  return false;
}
