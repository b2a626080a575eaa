import type { Words } from "../live/words.ts";
import { compareText } from "../text.ts";
import { causes as lineCauses, type CauseCode } from "./cause.ts";
import type { SkuGap } from "./summary.ts";

/** What the night's count says of one SKU. */
export interface ShelfCount {
  readonly sku: string;
  readonly counted: number;
  /** What the books expected on the shelves that were counted, at the moment of counting. */
  readonly expected: number;
  /** Of counted − expected: units that were booked since, found as plus, lost as minus. */
  readonly booked: number;
}

export interface BookSku {
  readonly sku: string;
  readonly onHand: number;
  /** Units of orders that are not sent: held, committed, and what no unit covers. */
  readonly owed: number;
}

/** Why shelves and books differ: a code of a line's comparison, or one of these. */
export const shelfCauses = {
  count_booked: { zh: "盘点差异已入账", en: "The count's difference is in the books" },
  unexplained: { zh: "原因未知，需要复盘", en: "Nobody knows why yet: count again" },
} as const satisfies Record<string, Words>;
export type ShelfCause = keyof typeof shelfCauses;
export type CloseCause = CauseCode | ShelfCause;

export function causeWords(cause: CloseCause): Words {
  return isShelfCause(cause) ? shelfCauses[cause] : lineCauses[cause];
}

function isShelfCause(cause: CloseCause): cause is ShelfCause {
  return Object.hasOwn(shelfCauses, cause);
}

export interface CloseDifference {
  /** `shelf`: counted − books. `channel`: to be sent by the channels' lists − by the books. */
  readonly side: "shelf" | "channel";
  readonly cause: CloseCause;
  readonly units: number;
}

export interface CloseRow {
  readonly sku: string;
  readonly onHand: number;
  /** Null: nobody counted it tonight, so nothing is said of its shelf. */
  readonly counted: number | null;
  readonly shelfOff: number;
  readonly owed: number;
  readonly owedThere: number;
  readonly channelOff: number;
  /** They sum to `shelfOff` and to `channelOff`: every unit stands under a cause. */
  readonly differences: readonly CloseDifference[];
  /** Units under `unexplained`, without their sign. */
  readonly unexplained: number;
}

export interface NightClose {
  readonly rows: readonly CloseRow[];
  readonly skus: number;
  readonly counted: number;
  /** SKUs of which shelves, books and channels say the same. */
  readonly agreeing: number;
  readonly differences: readonly CloseDifference[];
  readonly unexplained: number;
  /** Nothing is unexplained. Differences with a known cause may still wait for their repair. */
  readonly clean: boolean;
}

/** The nightly close: shelves, books and channels side by side, every unit of difference under a cause. */
export function closeNight(
  books: Iterable<BookSku>,
  counts: ReadonlyMap<string, ShelfCount>,
  gaps: ReadonlyMap<string, SkuGap>,
): NightClose {
  const known = new Map([...books].map((book) => [book.sku, book]));
  const codes = [...new Set([...known.keys(), ...counts.keys(), ...gaps.keys()])].toSorted(compareText);
  const rows = codes.map((sku) =>
    closeRow(known.get(sku) ?? { sku, onHand: 0, owed: 0 }, counts.get(sku) ?? null, gaps.get(sku) ?? null),
  );
  const unexplained = rows.reduce((sum, row) => sum + row.unexplained, 0);
  return {
    rows,
    skus: rows.length,
    counted: rows.filter((row) => row.counted !== null).length,
    agreeing: rows.filter((row) => row.differences.length === 0).length,
    differences: sumOf(rows),
    unexplained,
    clean: unexplained === 0,
  };
}

function closeRow(book: BookSku, count: ShelfCount | null, gap: SkuGap | null): CloseRow {
  const shelfOff = count === null ? 0 : count.counted - count.expected;
  const shelf = count === null ? [] : explainShelf(shelfOff, count, gap);
  const channelOff = gap?.live ?? 0;
  const channel = explainChannel(channelOff, gap);
  const differences = [...shelf, ...channel];
  return {
    sku: book.sku,
    onHand: book.onHand,
    counted: count?.counted ?? null,
    shelfOff,
    owed: book.owed,
    owedThere: book.owed + channelOff,
    channelOff,
    differences,
    unexplained: differences.reduce(
      (sum, { cause, units }) => sum + (cause === "unexplained" ? Math.abs(units) : 0),
      0,
    ),
  };
}

/**
 * A shelf that has fewer than the books: what was sent and is not booked; one that has more: what was booked
 * as sent and still stands there. Booked differences first; what is left nobody can explain.
 */
function explainShelf(off: number, { booked }: ShelfCount, gap: SkuGap | null): readonly CloseDifference[] {
  const found: CloseDifference[] = [];
  let open = off;
  const explain = (cause: CloseCause, most: number): void => {
    const units =
      Math.sign(most) === Math.sign(open) ? Math.sign(open) * Math.min(Math.abs(open), Math.abs(most)) : 0;
    if (units === 0) return;
    found.push({ side: "shelf", cause, units });
    open -= units;
  };
  explain("count_booked", booked);
  for (const { cause, shipped } of gap?.causes ?? []) explain(cause, -shipped);
  if (open !== 0) found.push({ side: "shelf", cause: "unexplained", units: open });
  return found;
}

function explainChannel(off: number, gap: SkuGap | null): readonly CloseDifference[] {
  const found: CloseDifference[] = [];
  let open = off;
  for (const { cause, live } of gap?.causes ?? []) {
    if (live === 0) continue;
    found.push({ side: "channel", cause, units: live });
    open -= live;
  }
  if (open !== 0) found.push({ side: "channel", cause: "unexplained", units: open });
  return found;
}

function sumOf(rows: readonly CloseRow[]): readonly CloseDifference[] {
  const sums = new Map<string, { side: CloseDifference["side"]; cause: CloseCause; units: number }>();
  for (const { differences } of rows) {
    for (const { side, cause, units } of differences) {
      const key = `${side}/${cause}`;
      const sum = sums.get(key) ?? { side, cause, units: 0 };
      sum.units += Math.abs(units);
      sums.set(key, sum);
    }
  }
  return [...sums].toSorted(([a], [b]) => compareText(a, b)).map(([, sum]) => sum);
}
