import { minuteMs } from "../live/time.ts";
import { qualityOf, type Place } from "../place.ts";
import type { Entry, Instant, Sale } from "../rows.ts";
import {
  addToColumns,
  balanceParts,
  columns,
  emptyColumns,
  moveBalance,
  noBalance,
  type Balance,
  type BalancePart,
  type Column,
} from "./balance.ts";
import type { ReportDay, ReportDays } from "./days.ts";

/** Units and money of what was ordered, of one SKU on one day, or of all of them on one channel. */
export interface SaleSums {
  readonly orders: number;
  readonly ordered: number;
  /** Units of paid spot lines. */
  readonly sold: number;
  /** Units of paid presale lines, apart. */
  readonly presold: number;
  /** Closed before they were sent, the refunded ones among them. */
  readonly cancelled: number;
  readonly refunded: number;
  /** Minor units, of spot and presale together. */
  readonly amount: number;
  /** Of the presale lines alone; null where the rollups do not tell it apart. */
  readonly presaleAmount: number | null;
  readonly cancelledAmount: number;
  readonly refundedAmount: number;
}

export function emptySaleSums(): Mutable<SaleSums> {
  return {
    orders: 0,
    ordered: 0,
    sold: 0,
    presold: 0,
    cancelled: 0,
    refunded: 0,
    amount: 0,
    presaleAmount: 0,
    cancelledAmount: 0,
    refundedAmount: 0,
  };
}

export function addSaleSums(sums: Mutable<SaleSums>, more: SaleSums): void {
  for (const key of saleKeys) sums[key] += more[key];
  sums.presaleAmount =
    sums.presaleAmount === null || more.presaleAmount === null
      ? null
      : sums.presaleAmount + more.presaleAmount;
}

const saleKeys = [
  "orders",
  "ordered",
  "sold",
  "presold",
  "cancelled",
  "refunded",
  "amount",
  "cancelledAmount",
  "refundedAmount",
] as const satisfies readonly (keyof SaleSums)[];

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A rollup row; `presaleAmount` is the part of `soldAmount` that presale lines brought. */
export type SaleSeen = Sale & { readonly presaleAmount?: number };

/** Money that went back for units which had not been sent. */
export interface RefundSeen {
  readonly at: number;
  readonly sku: string;
  readonly channel: string;
  readonly units: number;
  readonly amount: number;
}

/**
 * Units that people counted on the shelves, against what the books expected at that moment: the count that
 * stands, once for each shelf, whatever was counted before it.
 */
export interface CountSeen {
  readonly at: number;
  readonly sku: string;
  readonly counted: number;
  readonly expected: number;
}

/** One day's sums of one SKU. The day's opening is not here: it is the closing of the day before. */
export interface DaySku {
  readonly sku: string;
  readonly columns: Record<Column, number>;
  /** Closing − opening, by place. */
  readonly change: Record<BalancePart, number>;
  readonly sales: Mutable<SaleSums>;
  counted: number | null;
  expected: number;
  /** Movements that happened on a day which was closed before they were written. */
  late: number;
}

/** What one channel moved on one day. */
export interface DayChannel {
  readonly channel: string;
  readonly columns: Record<Column, number>;
  readonly sales: Mutable<SaleSums>;
}

/** Units that came into a zone's shelves and left them. */
export interface DayZone {
  readonly zone: string;
  in: number;
  out: number;
}

/** One day's sums: what a store keeps as a read model, and what a report is made of. */
export interface DaySums {
  readonly day: ReportDay;
  readonly skus: Map<string, DaySku>;
  readonly channels: Map<string, DayChannel>;
  readonly zones: Map<string, DayZone>;
  /** The journal's last number among its movements; 0 without any. */
  seq: number;
}

export type ZoneOf = (warehouse: string, bin: string) => string;

/**
 * Adds up a journal by business day. Feed it movements in the order of their numbers; sales, refunds and
 * counts in any order. It keeps one row per day and SKU, so ten million movements of 5,000 SKUs stay small.
 */
export class DayFold {
  readonly #days: ReportDays;
  readonly #zoneOf: ZoneOf;
  readonly #sums = new Map<string, DaySums>();

  /** @param zoneOf the zone of a bin; bin "" is what was not put away yet */
  constructor(days: ReportDays, zoneOf: ZoneOf = () => "") {
    this.#days = days;
    this.#zoneOf = zoneOf;
  }

  /** @param seq the movement's number in the journal */
  addEntry(entry: Entry, seq: number): void {
    // A note of a changed policy moves nothing: it makes no day.
    if (entry.quantity === 0) return;
    const { day, late } = this.#days.assign(entry.at, seq);
    const sums = this.#day(day);
    sums.seq = Math.max(sums.seq, seq);
    const sku = skuIn(sums, entry.sku);
    if (late) sku.late += 1;
    addToColumns(sku.columns, entry);
    moveBalance(sku.change, entry);
    if (entry.channel !== null) addToColumns(channelIn(sums, entry.channel).columns, entry);
    this.#shelve(sums, entry);
  }

  /** @param seq the journal's number when it was written; absent: it is booked on its own day */
  addSale(sale: SaleSeen, seq = 0): void {
    const sums = this.#day(this.#days.assign(sale.minute * minuteMs, seq).day);
    const seen: SaleSums = {
      orders: sale.orders,
      ordered: sale.ordered,
      sold: sale.sold,
      presold: sale.presold,
      cancelled: sale.cancelled,
      refunded: 0,
      amount: sale.soldAmount,
      presaleAmount: sale.presaleAmount ?? (sale.presold === 0 ? 0 : null),
      cancelledAmount: sale.cancelledAmount,
      refundedAmount: 0,
    };
    addSaleSums(skuIn(sums, sale.sku).sales, seen);
    addSaleSums(channelIn(sums, sale.channel).sales, seen);
  }

  addRefund(refund: RefundSeen, seq = 0): void {
    const sums = this.#day(this.#days.assign(refund.at, seq).day);
    for (const { sales } of [skuIn(sums, refund.sku), channelIn(sums, refund.channel)]) {
      sales.refunded += refund.units;
      sales.refundedAmount += refund.amount;
    }
  }

  addCount(count: CountSeen, seq = 0): void {
    const sku = skuIn(this.#day(this.#days.assign(count.at, seq).day), count.sku);
    sku.counted = (sku.counted ?? 0) + count.counted;
    sku.expected += count.expected;
  }

  /** The days on which anything happened, in their order. */
  days(): readonly DaySums[] {
    return [...this.#sums.values()].toSorted((a, b) => a.day.from - b.day.from);
  }

  /** Every business day of a period, quiet ones too: a shop wants a report of each. At most some hundred days. */
  daysOf(from: Instant, to: Instant): readonly DaySums[] {
    const days: DaySums[] = [];
    for (let day = this.#days.dayAt(from); day.from < to; day = this.#days.dayAt(day.to))
      days.push(this.#sums.get(day.date) ?? quietDay(day));
    return days;
  }

  #day(day: ReportDay): DaySums {
    let sums = this.#sums.get(day.date);
    if (sums === undefined) {
      sums = quietDay(day);
      this.#sums.set(day.date, sums);
    }
    return sums;
  }

  /** A movement changes shelves where it names them; from shelf to shelf of one zone nothing changes. */
  #shelve(sums: DaySums, { warehouse, from, to, fromBin, toBin, quantity }: Entry): void {
    const left = this.#zoneAt(warehouse, from, fromBin);
    const reached = this.#zoneAt(warehouse, to, toBin);
    if (left === reached) return;
    if (left !== null) zoneIn(sums, left).out += quantity;
    if (reached !== null) zoneIn(sums, reached).in += quantity;
  }

  #zoneAt(warehouse: string, place: Place, bin: string | null): string | null {
    return bin === null || qualityOf(place) === null ? null : this.#zoneOf(warehouse, bin);
  }
}

/** A day on which nothing happened: it closes as it opened. */
export function quietDay(day: ReportDay): DaySums {
  return { day, skus: new Map(), channels: new Map(), zones: new Map(), seq: 0 };
}

function skuIn(sums: DaySums, sku: string): DaySku {
  let found = sums.skus.get(sku);
  if (found === undefined) {
    found = {
      sku,
      columns: emptyColumns(),
      change: { ...noBalance },
      sales: emptySaleSums(),
      counted: null,
      expected: 0,
      late: 0,
    };
    sums.skus.set(sku, found);
  }
  return found;
}

function channelIn(sums: DaySums, channel: string): DayChannel {
  let found = sums.channels.get(channel);
  if (found === undefined) {
    found = { channel, columns: emptyColumns(), sales: emptySaleSums() };
    sums.channels.set(channel, found);
  }
  return found;
}

function zoneIn(sums: DaySums, zone: string): DayZone {
  let found = sums.zones.get(zone);
  if (found === undefined) {
    found = { zone, in: 0, out: 0 };
    sums.zones.set(zone, found);
  }
  return found;
}

/**
 * Adds the sums of some movements to those of others of the same day: what a batch adds to a read model.
 * Everything in them is a sum, so the pieces may be of any size and come in any order.
 */
export function addDaySums(into: DaySums, more: DaySums): void {
  for (const one of more.skus.values()) {
    const known = skuIn(into, one.sku);
    for (const column of columns) known.columns[column] += one.columns[column];
    for (const part of balanceParts) known.change[part] += one.change[part];
    addSaleSums(known.sales, one.sales);
    if (one.counted !== null) known.counted = (known.counted ?? 0) + one.counted;
    known.expected += one.expected;
    known.late += one.late;
  }
  for (const one of more.channels.values()) {
    const known = channelIn(into, one.channel);
    for (const column of columns) known.columns[column] += one.columns[column];
    addSaleSums(known.sales, one.sales);
  }
  for (const one of more.zones.values()) {
    const known = zoneIn(into, one.zone);
    known.in += one.in;
    known.out += one.out;
  }
  into.seq = Math.max(into.seq, more.seq);
}

/** Where everything stood when a day began: the closing of the day before. */
export interface Opening {
  /** The journal up to here is in it. */
  readonly seq: number;
  readonly skus: ReadonlyMap<string, Balance>;
  readonly zones: ReadonlyMap<string, number>;
}

export const emptyOpening: Opening = { seq: 0, skus: new Map(), zones: new Map() };
