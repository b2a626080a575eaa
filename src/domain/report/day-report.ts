import { compareText } from "../text.ts";
import {
  addBalance,
  columns,
  emptyColumns,
  faultsOf,
  isEmptyBalance,
  noBalance,
  unitsOf,
  type Balance,
  type Column,
  type Columns,
  type Fault,
} from "./balance.ts";
import {
  addSaleSums,
  emptySaleSums,
  type DaySku,
  type DaySums,
  type DayZone,
  type Mutable,
  type Opening,
  type SaleSums,
} from "./fold.ts";
import { groupBy } from "./group.ts";

/** What a report says of a SKU besides its units. */
export interface ReportSku {
  readonly sku: string;
  readonly code: string;
  readonly name: string;
  readonly category: string;
}

/** The numbers of a row. `opening` to `closing` is what stands on the shelves; the rest stands beside it. */
export interface Figures {
  readonly opening: number;
  readonly openingStock: number;
  /** From the supplier, less what went back to it. */
  readonly received: number;
  readonly returned: number;
  /** Found − lost − written off. */
  readonly adjusted: number;
  /** Lent − brought back; what was lost while lent is no longer lent. */
  readonly loaned: number;
  readonly shipped: number;
  /** opening + openingStock + received + returned + adjusted − loaned − shipped */
  readonly closing: number;
  /** Paid spot units of the day, whatever became of them. */
  readonly sold: number;
  /** Closed before they were sent and not refunded: never paid, or cancelled. */
  readonly cancelled: number;
  readonly refunded: number;
  readonly counted: number | null;
  readonly variance: number | null;
}

export interface DayRow extends ReportSku, Figures {
  readonly openingBalance: Balance;
  readonly closingBalance: Balance;
  readonly columns: Columns;
  readonly sales: SaleSums;
  readonly presale: Presale;
  readonly late: number;
  readonly balanced: boolean;
  readonly faults: readonly Fault[];
}

/** Presale apart from spot: its goods are not here yet. */
export interface Presale {
  readonly opening: number;
  readonly owed: number;
  readonly covered: number;
  readonly closing: number;
  readonly sold: number;
  readonly amount: number | null;
}

export interface DayTotal extends Figures {
  readonly skus: number;
  readonly openingBalance: Balance;
  readonly closingBalance: Balance;
  readonly columns: Columns;
  readonly sales: SaleSums;
  readonly presale: Presale;
  readonly late: number;
  readonly balanced: boolean;
  readonly faults: readonly Fault[];
}

export interface CategoryTotal extends DayTotal {
  readonly category: string;
}

export interface ChannelTotal {
  readonly channel: string;
  readonly sales: SaleSums;
  /** Units that its orders took from the shelves' free units, gave back, and that left and came back. */
  readonly promised: number;
  readonly freed: number;
  readonly shipped: number;
  readonly returned: number;
}

export interface ZoneTotal {
  readonly zone: string;
  readonly opening: number;
  readonly in: number;
  readonly out: number;
  readonly closing: number;
}

/** What is in the day and happened on an earlier one, which was closed before it was heard. */
export interface LateGroup {
  /** The business day to which it belongs. */
  readonly date: string;
  readonly movements: number;
  /** Units by which the shelves changed. */
  readonly onHand: number;
  readonly sales: SaleSums;
  readonly rows: readonly LateRow[];
}

export interface LateRow extends ReportSku {
  readonly movements: number;
  readonly onHand: number;
  readonly sales: SaleSums;
}

export interface DayReport {
  readonly kind: "day_report";
  readonly version: 1;
  readonly date: string;
  readonly from: number;
  readonly to: number;
  /** The journal up to here is in it. */
  readonly seq: number;
  readonly currency: string;
  readonly rows: readonly DayRow[];
  readonly totals: DayTotal;
  readonly channels: readonly ChannelTotal[];
  readonly categories: readonly CategoryTotal[];
  readonly zones: readonly ZoneTotal[];
  /** By day, the earliest first; absent where nothing was late, so that such reports have the text they always had. */
  readonly late?: readonly LateGroup[];
  /** Every row, every total, and the shelves of all zones together. */
  readonly balanced: boolean;
}

export interface DayReportInput {
  readonly sums: DaySums;
  readonly opening: Opening;
  readonly currency: string;
  /** @returns null for a SKU that nobody knows any more: its code stands for its name */
  readonly skuOf: (sku: string) => ReportSku | null;
}

/** The report of one business day. The same input gives the same report, and the same bytes of it. */
export function dayReport({ sums, opening, currency, skuOf }: DayReportInput): DayReport {
  const codes = [...new Set([...opening.skus.keys(), ...sums.skus.keys()])].toSorted(compareText);
  const rows = codes.flatMap((sku) => {
    const before = opening.skus.get(sku) ?? noBalance;
    const moved = sums.skus.get(sku);
    if (moved === undefined && isEmptyBalance(before)) return [];
    return [rowOf(skuOf(sku) ?? { sku, code: sku, name: sku, category: "" }, before, moved)];
  });
  const totals = totalOf(rows);
  const zones = zonesOf(sums.zones, opening.zones);
  const onShelves = zones.reduce((units, { closing }) => units + closing, 0);
  const { date, from, to } = sums.day;
  const late = lateOf(sums, skuOf);
  return {
    kind: "day_report",
    version: 1,
    date,
    from,
    to,
    seq: Math.max(opening.seq, sums.seq),
    currency,
    rows,
    totals,
    channels: channelsOf(sums),
    categories: categoriesOf(rows),
    zones,
    ...(late.length === 0 ? {} : { late }),
    balanced: totals.balanced && rows.every((row) => row.balanced) && onShelves === totals.closing,
  };
}

/** Where everything stood at the end of the day, for the next one. */
export function closingOf(report: DayReport): Opening {
  return {
    seq: report.seq,
    skus: new Map(report.rows.map((row) => [row.sku, row.closingBalance])),
    zones: new Map(report.zones.map(({ zone, closing }) => [zone, closing])),
  };
}

/** The reports of days that follow each other: each opens where the one before closed. */
export function dayReports(
  days: readonly DaySums[],
  more: Omit<DayReportInput, "sums">,
): readonly DayReport[] {
  let opening = more.opening;
  return days.map((sums) => {
    const report = dayReport({ ...more, sums, opening });
    opening = closingOf(report);
    return report;
  });
}

function rowOf(known: ReportSku, opening: Balance, moved: DaySku | undefined): DayRow {
  const closing = moved === undefined ? opening : addBalance(opening, moved.change);
  const sums = moved?.columns ?? emptyColumns();
  const sales = moved?.sales ?? emptySaleSums();
  const faults = faultsOf(opening, sums, closing);
  return {
    sku: known.sku,
    code: known.code,
    name: known.name,
    category: known.category,
    ...figuresOf(opening, sums, closing, sales, moved?.counted ?? null, moved?.expected ?? 0),
    openingBalance: opening,
    closingBalance: closing,
    columns: sums,
    sales,
    presale: presaleOf(opening, sums, closing, sales),
    late: moved?.late ?? 0,
    balanced: faults.length === 0,
    faults,
  };
}

function figuresOf(
  opening: Balance,
  sums: Columns,
  closing: Balance,
  sales: SaleSums,
  counted: number | null,
  expected: number,
): Figures {
  return {
    opening: unitsOf(opening, "onHand"),
    openingStock: sums.openingStock,
    received: sums.received - sums.supplierReturned,
    returned: sums.returned,
    adjusted: sums.found - sums.lost - sums.writtenOff,
    loaned: sums.loanedOut - sums.loanReturned,
    shipped: sums.shipped,
    closing: unitsOf(closing, "onHand"),
    sold: sales.sold,
    cancelled: sales.cancelled - sales.refunded,
    refunded: sales.refunded,
    counted,
    variance: counted === null ? null : counted - expected,
  };
}

function presaleOf(opening: Balance, sums: Columns, closing: Balance, sales: SaleSums): Presale {
  return {
    opening: opening.presale,
    owed: sums.presaleOwed,
    covered: sums.presaleCovered,
    closing: closing.presale,
    sold: sales.presold,
    amount: sales.presaleAmount,
  };
}

function totalOf(rows: readonly DayRow[]): DayTotal {
  let opening = noBalance;
  let closing = noBalance;
  const sums: Record<Column, number> = emptyColumns();
  const sales: Mutable<SaleSums> = emptySaleSums();
  let counted: number | null = null;
  let expected = 0;
  let late = 0;
  for (const row of rows) {
    opening = addBalance(opening, row.openingBalance);
    closing = addBalance(closing, row.closingBalance);
    for (const column of columns) sums[column] += row.columns[column];
    addSaleSums(sales, row.sales);
    late += row.late;
    if (row.counted === null) continue;
    counted = (counted ?? 0) + row.counted;
    expected += row.counted - (row.variance ?? 0);
  }
  const faults = faultsOf(opening, sums, closing);
  return {
    skus: rows.length,
    ...figuresOf(opening, sums, closing, sales, counted, expected),
    openingBalance: opening,
    closingBalance: closing,
    columns: sums,
    sales,
    presale: presaleOf(opening, sums, closing, sales),
    late,
    balanced: faults.length === 0,
    faults,
  };
}

function categoriesOf(rows: readonly DayRow[]): readonly CategoryTotal[] {
  const groups = groupBy(rows, (row) => row.category);
  return [...groups]
    .map(([category, of]) => ({ category, ...totalOf(of) }))
    .toSorted((a, b) => compareText(a.category, b.category));
}

function channelsOf(sums: DaySums): readonly ChannelTotal[] {
  return [...sums.channels.values()]
    .map(({ channel, sales, columns: { promised, freed, shipped, returned } }) => ({
      channel,
      sales,
      promised,
      freed,
      shipped,
      returned,
    }))
    .toSorted((a, b) => compareText(a.channel, b.channel));
}

function lateOf({ late }: DaySums, skuOf: DayReportInput["skuOf"]): readonly LateGroup[] {
  return [...late.values()]
    .map(({ date, skus }): LateGroup => {
      const sales = emptySaleSums();
      let [movements, onHand] = [0, 0];
      const rows = [...skus.values()].map((one): LateRow => {
        addSaleSums(sales, one.sales);
        movements += one.movements;
        onHand += one.onHand;
        const { sku } = one;
        const known = skuOf(sku) ?? { sku, code: sku, name: sku, category: "" };
        const { code, name, category } = known;
        return { sku, code, name, category, movements: one.movements, onHand: one.onHand, sales: one.sales };
      });
      return { date, movements, onHand, sales, rows: rows.toSorted((a, b) => compareText(a.sku, b.sku)) };
    })
    .toSorted((a, b) => compareText(a.date, b.date));
}

function zonesOf(
  moved: ReadonlyMap<string, DayZone>,
  opening: ReadonlyMap<string, number>,
): readonly ZoneTotal[] {
  return [...new Set([...opening.keys(), ...moved.keys()])].toSorted(compareText).map((zone) => {
    const before = opening.get(zone) ?? 0;
    const { in: came, out } = moved.get(zone) ?? { in: 0, out: 0 };
    return { zone, opening: before, in: came, out, closing: before + came - out };
  });
}
