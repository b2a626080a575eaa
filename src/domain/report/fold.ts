import { minuteMs } from "../live/time.ts";
import { qualityOf, type Place } from "../place.ts";
import type { Entry, Instant, Sale } from "../rows.ts";
import {
  addToColumns,
  balanceParts,
  columns,
  emptyColumns,
  isOnHand,
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

const rollupKeys = saleKeys.filter((key) => key !== "refunded" && key !== "refundedAmount");

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What a rollup says, or many that were added up. */
export function saleSumsOf(sale: Omit<SaleSeen, "minute" | "session" | "shipped" | "returned">): SaleSums {
  return {
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
}

/** What is new in rollups of a day that were added up before; null where nothing is. Refunds are no rollup's affair. */
export function newSales(now: SaleSums, before: SaleSums): SaleSums | null {
  const more = emptySaleSums();
  let isNew = false;
  for (const key of rollupKeys) {
    more[key] = now[key] - before[key];
    if (more[key] !== 0) isNew = true;
  }
  more.presaleAmount = more.presold === 0 ? 0 : null;
  return isNew ? more : null;
}

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

/** What one SKU did on an earlier, closed day, heard on this one. It is in this day's sums too. */
export interface LateSku {
  readonly sku: string;
  movements: number;
  /** Units by which it changed what is on the shelves. */
  onHand: number;
  readonly sales: Mutable<SaleSums>;
}

/** What is heard of one earlier, closed day. */
export interface LateDay {
  readonly date: string;
  readonly skus: Map<string, LateSku>;
  readonly channels: Map<string, LateChannel>;
}

export interface LateChannel {
  readonly channel: string;
  readonly sales: Mutable<SaleSums>;
}

/** Sums of rollups, of one SKU and of one channel: what a store adds up of a day. */
export interface SoldSums {
  readonly sku: string;
  readonly channel: string;
  readonly sales: SaleSums;
}

/** One day's sums: what a store keeps as a read model, and what a report is made of. */
export interface DaySums {
  readonly day: ReportDay;
  readonly skus: Map<string, DaySku>;
  readonly channels: Map<string, DayChannel>;
  readonly zones: Map<string, DayZone>;
  /** By the date on which it happened: what of the above belongs to days that were closed already. */
  readonly late: Map<string, LateDay>;
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
    const { day, lateOf } = this.#days.assign(entry.at, seq);
    const sums = this.#day(day);
    sums.seq = Math.max(sums.seq, seq);
    const sku = skuIn(sums, entry.sku);
    if (lateOf !== null) {
      sku.late += 1;
      const late = lateSkuIn(lateIn(sums, lateOf), entry.sku);
      late.movements += 1;
      late.onHand += (isOnHand(entry.to) ? entry.quantity : 0) - (isOnHand(entry.from) ? entry.quantity : 0);
    }
    addToColumns(sku.columns, entry);
    moveBalance(sku.change, entry);
    if (entry.channel !== null) addToColumns(channelIn(sums, entry.channel).columns, entry);
    this.#shelve(sums, entry);
  }

  /** @param seq the journal's number when it was written; absent: it is booked on its own day */
  addSale(sale: SaleSeen, seq = 0): void {
    const { day } = this.#days.assign(sale.minute * minuteMs, seq);
    this.addSold(day, { sku: sale.sku, channel: sale.channel, sales: saleSumsOf(sale) });
  }

  /** Rollups of a day, added up. */
  addSold(day: ReportDay, { sku, channel, sales }: SoldSums): void {
    const sums = this.#day(day);
    addSaleSums(skuIn(sums, sku).sales, sales);
    addSaleSums(channelIn(sums, channel).sales, sales);
  }

  /**
   * What was sold on a day that was closed before it was heard: it counts on the given one, and stands apart.
   * @param sales what is new of that day, by SKU and by channel: the same sums seen from two sides
   */
  addLateSold(
    day: ReportDay,
    of: string,
    sales: {
      readonly skus: ReadonlyMap<string, SaleSums>;
      readonly channels: ReadonlyMap<string, SaleSums>;
    },
  ): void {
    const sums = this.#day(day);
    const late = lateIn(sums, of);
    for (const [sku, more] of sales.skus) {
      addSaleSums(skuIn(sums, sku).sales, more);
      addSaleSums(lateSkuIn(late, sku).sales, more);
    }
    for (const [channel, more] of sales.channels) {
      addSaleSums(channelIn(sums, channel).sales, more);
      addSaleSums(lateChannelIn(late, channel).sales, more);
    }
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
  return { day, skus: new Map(), channels: new Map(), zones: new Map(), late: new Map(), seq: 0 };
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

export function lateIn({ late }: Pick<DaySums, "late">, date: string): LateDay {
  let found = late.get(date);
  if (found === undefined) {
    found = { date, skus: new Map(), channels: new Map() };
    late.set(date, found);
  }
  return found;
}

export function lateSkuIn({ skus }: LateDay, sku: string): LateSku {
  let found = skus.get(sku);
  if (found === undefined) {
    found = { sku, movements: 0, onHand: 0, sales: emptySaleSums() };
    skus.set(sku, found);
  }
  return found;
}

export function lateChannelIn({ channels }: LateDay, channel: string): LateChannel {
  let found = channels.get(channel);
  if (found === undefined) {
    found = { channel, sales: emptySaleSums() };
    channels.set(channel, found);
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
  for (const one of more.late.values()) {
    const known = lateIn(into, one.date);
    for (const { sku, movements, onHand, sales } of one.skus.values()) {
      const late = lateSkuIn(known, sku);
      late.movements += movements;
      late.onHand += onHand;
      addSaleSums(late.sales, sales);
    }
    for (const { channel, sales } of one.channels.values())
      addSaleSums(lateChannelIn(known, channel).sales, sales);
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
