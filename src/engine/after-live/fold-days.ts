import { mainWarehouse } from "../../domain/catalog.ts";
import { ReportDays, type Closing, type ReportDay } from "../../domain/report/days.ts";
import { DayFold, type DaySums } from "../../domain/report/fold.ts";
import type { Instant } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import { breathe } from "./breathe.ts";
import type { JournalEntry, Reads, ShopId } from "../../store/store.ts";

/** The journal and the rollups of the days that are not closed, added up. */

export const foldLimits = {
  /** Movements read at once: between two pages whatever else waits has its turn. */
  pageMovements: 5_000,
  /** Rollups are read for so many days at once. */
  salesDays: 31,
  /** Orders that are looked up to tell refunds from cancellations. */
  refundOrdersMax: 50_000,
} as const;

const dayMs = 86_400_000;

export interface Folded {
  /** The open days on which anything happened, in their order. */
  readonly days: readonly DaySums[];
  /** The journal up to here is in them. */
  readonly seq: number;
  /** The lowest number that is booked after a day; `seq + 1` without any. */
  nextSeq(date: string): number;
}

export interface FoldInput {
  readonly shop: ShopId;
  readonly dayOf: (at: Instant) => ReportDay;
  /** Those of the days that are closed, the earliest first. */
  readonly closings: readonly Closing[];
  /** Every movement with a lower number is booked on a closed day. */
  readonly nextSeq: number;
  /** Rollups up to here are read. */
  readonly until: Instant;
}

type FoldReads = Pick<Reads, "head" | "journal" | "sales" | "order">;

/** Reads what has happened since the last closed day. */
export async function foldOpenDays(read: FoldReads, input: FoldInput): Promise<Folded> {
  const { shop, closings } = input;
  const days = new ReportDays(input.dayOf, closings);
  const fold = new DayFold(days, zoneOfBin);
  const last = closings.at(-1)?.date ?? "";
  const { seq } = await read.head(shop);
  const firsts = new Map<string, number>();
  const cancelled: Cancelled[] = [];
  const openings: JournalEntry[] = [];
  // Those that were there when the first day was closed are on it.
  const booked = closings[0]?.seq ?? seq;
  for (let after = input.nextSeq - 1; after < seq;) {
    const page = await read.journal(shop, { after, limit: foldLimits.pageMovements });
    for (const entry of page) {
      if (entry.seq > seq) break;
      if (entry.reason === "opening" && entry.seq <= booked) {
        if (closings.length === 0) openings.push(entry);
        continue;
      }
      const { date } = days.assign(entry.at, entry.seq).day;
      if (date <= last) continue;
      if (!firsts.has(date)) firsts.set(date, entry.seq);
      fold.addEntry(entry, entry.seq);
      const { channel, orderId, lineId } = entry;
      if (entry.reason !== "cancel" || channel === null || orderId === null || lineId === null) continue;
      // Units that were covered leave the building's promises; those that were not leave the backlog.
      if (entry.to !== "available" && entry.to !== "demand") continue;
      cancelled.push({
        channel,
        orderId,
        lineId,
        sku: entry.sku,
        units: entry.quantity,
        at: entry.at,
        seq: entry.seq,
      });
    }
    const end = page.at(-1)?.seq;
    if (end === undefined) break;
    after = end;
    await breathe();
  }
  addOpenings(fold, openings);
  await addSales(read, input, fold);
  await addRefunds(read, shop, fold, cancelled);
  return {
    days: fold.days().filter(({ day }) => day.date > last),
    seq,
    nextSeq: (date) => {
      let next = seq + 1;
      for (const [day, first] of firsts) if (day > date) next = Math.min(next, first);
      return next;
    },
  };
}

/**
 * Stock that the books began with was there before whatever was taken from it, though a list of it may be dated
 * later than old orders that are imported after it: it is booked on the first day of all.
 */
function addOpenings(fold: DayFold, openings: readonly JournalEntry[]): void {
  let at = fold.days()[0]?.day.from ?? Infinity;
  for (const entry of openings) at = Math.min(at, entry.at);
  for (const entry of openings) fold.addEntry({ ...entry, at }, entry.seq);
}

/** Rollups are booked on the day of their minute. */
async function addSales(read: FoldReads, { shop, closings, until }: FoldInput, fold: DayFold): Promise<void> {
  const first = closings.at(-1)?.to ?? fold.days()[0]?.day.from;
  if (first === undefined) return;
  for (let from = first; from < until; from += foldLimits.salesDays * dayMs) {
    const to = Math.min(until, from + foldLimits.salesDays * dayMs);
    for (const sale of await read.sales(shop, { from, to })) fold.addSale(sale);
    await breathe();
  }
}

interface Cancelled {
  readonly channel: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly at: Instant;
  readonly seq: number;
}

/** Of the units that were closed before they were sent, those whose money went back. */
async function addRefunds(
  read: FoldReads,
  shop: ShopId,
  fold: DayFold,
  cancelled: readonly Cancelled[],
): Promise<void> {
  const orders = new Map<string, Awaited<ReturnType<Reads["order"]>>>();
  for (const one of cancelled) {
    const key = pairKey(one.channel, one.orderId);
    let lines = orders.get(key);
    if (lines === undefined) {
      if (orders.size >= foldLimits.refundOrdersMax) continue;
      lines = await read.order(shop, one.channel, one.orderId);
      orders.set(key, lines);
    }
    const line = lines.find(({ lineId, sku }) => lineId === one.lineId && sku === one.sku);
    if (line?.refund !== "refunded" || line.quantity === 0) continue;
    const { sku, channel, units, at } = one;
    fold.addRefund(
      { sku, channel, units, at, amount: Math.round((line.amount * units) / line.quantity) },
      one.seq,
    );
  }
}

/** A bin's zone is what stands before its first hyphen or digit: A-01-3 is in A. Bin "" was not put away yet. */
export function zoneOfBin(warehouse: string, bin: string): string {
  const zone = /^[^-_\d\s]*/u.exec(bin)?.[0] ?? "";
  const named = zone === "" && bin !== "" ? bin.slice(0, 1) : zone;
  return warehouse === mainWarehouse ? named : `${warehouse}/${named}`;
}
