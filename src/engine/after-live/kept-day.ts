import { addBalance, balanceParts, columns, emptyColumns, noBalance } from "../../domain/report/balance.ts";
import type { Balance, BalancePart, Column } from "../../domain/report/balance.ts";
import { dayReport, type DayReport, type ReportSku } from "../../domain/report/day-report.ts";
import {
  emptySaleSums,
  type DaySku,
  type DaySums,
  type LateDay,
  type Mutable,
  type SaleSums,
} from "../../domain/report/fold.ts";
import type { ReportDay } from "../../domain/report/days.ts";
import type { DayHead, DaySkuRow } from "../../store/days.ts";

/** How a closed day stands in the store, and how its report is made of that again: to the byte. */

const saleParts = Object.keys(emptySaleSums()) as readonly (keyof SaleSums)[];

/** One SKU on a day: as it was called then, where it stood, and its sums. Lists are in the order of their names. */
interface KeptSku {
  readonly known: ReportSku;
  readonly opening: Balance;
  readonly sums: DaySku;
}

interface SkuBody {
  readonly name: readonly [code: string, name: string, category: string];
  readonly opening: readonly number[];
  readonly columns: readonly number[];
  readonly change: readonly number[];
  readonly sales: readonly (number | null)[];
  readonly count: readonly [counted: number | null, expected: number, late: number];
}

/** Sums of a channel: its columns and its sales. */
type ChannelBody = readonly [channel: string, columns: readonly number[], sales: readonly (number | null)[]];
type ZoneBody = readonly [zone: string, opening: number, came: number, left: number];

/** What happened on an earlier day: by SKU, and of its sales by channel. */
type LateBody = readonly [
  date: string,
  skus: readonly (readonly [
    sku: string,
    movements: number,
    onHand: number,
    sales: readonly (number | null)[],
  ])[],
  channels: readonly (readonly [channel: string, sales: readonly (number | null)[]])[],
];

/** What is said of the whole day. The list of days shows `totals` without reading a row. */
export interface HeadBody {
  readonly currency: string;
  readonly channels: readonly ChannelBody[];
  readonly zones: readonly ZoneBody[];
  readonly late?: readonly LateBody[];
  /** Date → fingerprint of the rollups of that day when it, or what was late of it, was booked here. */
  readonly heard?: Readonly<Record<string, string>>;
  readonly totals: Pick<DayReport["totals"], "skus" | "sales"> & {
    readonly figures: object;
    /** Units that became uncovered on the day, and those that still were at its end. */
    readonly oversold: number;
    readonly shortage: number;
  };
}

/** The rows of the SKUs that moved on a day. */
export function skuRowsOf(
  sums: DaySums,
  openingOf: (sku: string) => Balance,
  knownAs: (sku: string) => ReportSku,
): readonly DaySkuRow[] {
  return [...sums.skus.values()].map((moved) => {
    const opening = openingOf(moved.sku);
    const closing = addBalance(opening, moved.change);
    const { code, name, category } = knownAs(moved.sku);
    const body: SkuBody = {
      name: [code, name, category],
      opening: listOf(balanceParts, opening),
      columns: listOf(columns, moved.columns),
      change: listOf(balanceParts, moved.change),
      sales: saleParts.map((part) => moved.sales[part]),
      count: [moved.counted, moved.expected, moved.late],
    };
    return {
      date: sums.day.date,
      sku: moved.sku,
      closing: closing.available + closing.held + closing.committed + closing.quarantine,
      available: closing.available,
      received: moved.columns.openingStock + moved.columns.received,
      sold: moved.sales.sold,
      amount: moved.sales.amount,
      returned: moved.columns.returned,
      shortage: closing.shortage,
      body: JSON.stringify(body),
    };
  });
}

/** Where each SKU stood after its row. */
export function closingOfRow(row: DaySkuRow): Balance {
  const { opening, change } = JSON.parse(row.body) as SkuBody;
  return addBalance(balanceOf(opening), balanceOf(change));
}

export function zonesAfter({ zones }: HeadBody): ReadonlyMap<string, number> {
  return new Map(zones.map(([zone, opening, came, left]) => [zone, opening + came - left]));
}

export function headBodyOf(
  sums: DaySums,
  zoneOpening: ReadonlyMap<string, number>,
  currency: string,
  heard: Readonly<Record<string, string>> = {},
): Omit<HeadBody, "totals"> {
  const zones = [...new Set([...zoneOpening.keys(), ...sums.zones.keys()])].toSorted();
  return {
    currency,
    channels: [...sums.channels.values()].map((one): ChannelBody => [
      one.channel,
      listOf(columns, one.columns),
      saleParts.map((part) => one.sales[part]),
    ]),
    zones: zones.map((zone): ZoneBody => {
      const moved = sums.zones.get(zone);
      return [zone, zoneOpening.get(zone) ?? 0, moved?.in ?? 0, moved?.out ?? 0];
    }),
    ...(sums.late.size === 0 ? {} : { late: [...sums.late.values()].map(lateBodyOf) }),
    ...(Object.keys(heard).length === 0 ? {} : { heard }),
  };
}

function lateBodyOf({ date, skus, channels }: LateDay): LateBody {
  const list = (sales: SaleSums) => saleParts.map((part) => sales[part]);
  return [
    date,
    [...skus.values()].map(
      ({ sku, movements, onHand, sales }) => [sku, movements, onHand, list(sales)] as const,
    ),
    [...channels.values()].map(({ channel, sales }) => [channel, list(sales)] as const),
  ];
}

/** What is late on a day, by the day on which it happened. */
export function lateOfBody({ late = [] }: Pick<HeadBody, "late">): Map<string, LateDay> {
  return new Map(
    late.map(([date, skus, channels]): [string, LateDay] => [
      date,
      {
        date,
        skus: new Map(
          skus.map(([sku, movements, onHand, sales]) => [
            sku,
            { sku, movements, onHand, sales: salesOf(sales) },
          ]),
        ),
        channels: new Map(channels.map(([channel, sales]) => [channel, { channel, sales: salesOf(sales) }])),
      },
    ]),
  );
}

export function channelSalesOf({ channels }: Pick<HeadBody, "channels">): readonly [string, SaleSums][] {
  return channels.map(([channel, , sales]) => [channel, salesOf(sales)]);
}

export function keptSales(row: DaySkuRow): SaleSums {
  return salesOf((JSON.parse(row.body) as SkuBody).sales);
}

/**
 * The report of a closed day.
 * @param latest the last row of every SKU up to and with the day: those of the day itself moved on it
 */
export function keptReport(
  day: ReportDay & { readonly seq: number },
  { currency, channels, zones, late }: Omit<HeadBody, "totals">,
  latest: Iterable<DaySkuRow>,
): DayReport {
  const names = new Map<string, ReportSku>();
  const opening = new Map<string, Balance>();
  const moved = new Map<string, DaySku>();
  for (const row of latest) {
    const kept = keptSkuOf(row);
    names.set(row.sku, kept.known);
    if (row.date === day.date) {
      opening.set(row.sku, kept.opening);
      moved.set(row.sku, kept.sums);
    } else opening.set(row.sku, addBalance(kept.opening, kept.sums.change));
  }
  const { date, from, to, seq } = day;
  const sums: DaySums = {
    day: { date, from, to },
    seq,
    skus: moved,
    channels: new Map(
      channels.map(([channel, sold, sales]) => [
        channel,
        { channel, columns: columnsOf(sold), sales: salesOf(sales) },
      ]),
    ),
    zones: new Map(zones.map(([zone, , came, left]) => [zone, { zone, in: came, out: left }])),
    late: lateOfBody({ late }),
  };
  const before = new Map(zones.map(([zone, units]) => [zone, units]));
  return dayReport({
    sums,
    opening: { seq, skus: opening, zones: before },
    currency,
    skuOf: (sku) => names.get(sku) ?? null,
  });
}

export function bodyOfHead(head: Pick<DayHead, "body">): HeadBody {
  return JSON.parse(head.body) as HeadBody;
}

function keptSkuOf(row: DaySkuRow): KeptSku {
  const body = JSON.parse(row.body) as SkuBody;
  const [code, name, category] = body.name;
  const [counted, expected, late] = body.count;
  return {
    known: { sku: row.sku, code, name, category },
    opening: balanceOf(body.opening),
    sums: {
      sku: row.sku,
      columns: columnsOf(body.columns),
      change: balanceOf(body.change),
      sales: salesOf(body.sales),
      counted,
      expected,
      late,
    },
  };
}

function listOf<Name extends string>(
  names: readonly Name[],
  values: Readonly<Record<Name, number>>,
): readonly number[] {
  return names.map((name) => values[name]);
}

function balanceOf(list: readonly number[]): Record<BalancePart, number> {
  const balance: Record<BalancePart, number> = { ...noBalance };
  for (const [index, part] of balanceParts.entries()) balance[part] = list[index] ?? 0;
  return balance;
}

function columnsOf(list: readonly number[]): Record<Column, number> {
  const sums = emptyColumns();
  for (const [index, column] of columns.entries()) sums[column] = list[index] ?? 0;
  return sums;
}

function salesOf(list: readonly (number | null)[]): Mutable<SaleSums> {
  return Object.fromEntries(
    saleParts.map((part, index) => [part, list[index] ?? (part === "presaleAmount" ? null : 0)]),
  ) as unknown as Mutable<SaleSums>;
}
