import type { DayReportItem, DayRow } from "../../../api/after-live.ts";

/** How much of a product was left at the end of the day, of what it could have sold: 0 to 1; null: it sold nothing. */
export function leftShare({ sold, closingBalance }: DayRow): number | null {
  const left = closingBalance.available;
  // Below zero its opening stock was booked later: what was left is not known.
  if (sold <= 0 || left < 0) return null;
  return left / (left + sold);
}

/** The colour of a stock level, as everywhere else in the product. */
export function leftToken(share: number | null): string {
  if (share === null) return "--on-hand";
  if (share <= 0.05) return "--tier3";
  if (share <= 0.1) return "--tier2";
  return share <= 0.2 ? "--tier1" : "--ok";
}

export type Measure = "sold" | "amount";

export function measureOf(row: DayRow, measure: Measure): number {
  return measure === "sold" ? row.sold + row.presale.sold : row.sales.amount;
}

/** What sold most, first. */
export function topRows(rows: readonly DayRow[], measure: Measure, count: number): readonly DayRow[] {
  return rows
    .filter((row) => measureOf(row, measure) > 0)
    .toSorted((a, b) => measureOf(b, measure) - measureOf(a, measure))
    .slice(0, count);
}

/** Sold that day and nearly gone at its end: the first to be ordered again. */
export function scarceRows(rows: readonly DayRow[], count: number): readonly DayRow[] {
  return rows
    .flatMap((row) => {
      const share = leftShare(row);
      return share === null || share > scarceShareMax ? [] : [{ row, share }];
    })
    .toSorted((a, b) => a.share - b.share || b.row.sold - a.row.sold)
    .slice(0, count)
    .map(({ row }) => row);
}

const scarceShareMax = 0.2;

/** The parts of the sum `opening + … = closing` in the order of the report; those that are zero are left out. */
export function balanceSteps(
  totals: DayReportItem["totals"],
): readonly { readonly name: StepName; readonly units: number }[] {
  const { openingStock, received, returned, adjusted, loaned, shipped } = totals;
  const steps = [
    { name: "openingStock", units: openingStock },
    { name: "received", units: received },
    { name: "returned", units: returned },
    { name: "adjusted", units: adjusted },
    { name: "loaned", units: -loaned },
    { name: "shipped", units: -shipped },
  ] as const;
  return steps.filter(({ units }) => units !== 0);
}

export type StepName = "openingStock" | "received" | "returned" | "adjusted" | "loaned" | "shipped";

export type RowFilter = "all" | "moved" | "counted" | "short" | "faults";

export const rowFilters: Readonly<Record<RowFilter, (row: DayRow) => boolean>> = {
  all: () => true,
  moved: ({ sold, presale, opening, closing, shipped, returned, received, cancelled }) =>
    [sold, presale.sold, shipped, returned, received, cancelled].some((n) => n !== 0) || opening !== closing,
  counted: ({ counted }) => counted !== null,
  short: ({ closingBalance }) => closingBalance.shortage > 0,
  faults: ({ balanced }) => !balanced,
};

/** The rows that a search and a filter leave. */
export function findRows(rows: readonly DayRow[], filter: RowFilter, search: string): readonly DayRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter(
    (row) =>
      rowFilters[filter](row) &&
      (wanted === "" ||
        row.name.toLowerCase().includes(wanted) ||
        row.code.toLowerCase().includes(wanted) ||
        row.category.toLowerCase().includes(wanted)),
  );
}

/** Products that have fewer than none on the shelves: their opening stock was booked on a later day. */
export function belowZero(rows: readonly DayRow[]): number {
  return rows.filter(({ closingBalance, closing }) => closing < 0 || closingBalance.available < 0).length;
}
