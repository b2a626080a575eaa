import { mainWarehouse } from "../../domain/catalog.ts";
import { ReportDays, type Closing, type ReportDay } from "../../domain/report/days.ts";
import { DayFold, type DaySums } from "../../domain/report/fold.ts";
import type { Instant } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import { breathe } from "./breathe.ts";
import type { JournalEntry, Reads, ShopId, Store } from "../../store/store.ts";
import { countsOf } from "./day-counts.ts";
import { fingerprintOf, lateSales } from "./late-sales.ts";

/** The journal and the rollups of the days that are not closed, added up. */

export const foldLimits = {
  /** Movements read at once: between two pages whatever else waits has its turn. */
  pageMovements: 5_000,
  /** Orders that are looked up to tell refunds from cancellations. */
  refundOrdersMax: 50_000,
} as const;

export interface Folded {
  /** The open days on which anything happened, in their order. */
  readonly days: readonly DaySums[];
  /** The journal up to here is in them. */
  readonly seq: number;
  /** By date: the fingerprint of what was sold on it, as it was read. And of closed days of which something was late. */
  readonly heard: ReadonlyMap<string, string>;
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
  /** How many of the last closed days are looked at for what was sold on them and heard later. */
  readonly recheckDays: number;
  readonly spanOf: (date: string) => ReportDay;
}

type FoldReads = Pick<Reads, "head" | "journal" | "order">;
type FoldStore = Pick<Store, "days" | "workEvents"> & { readonly read: FoldReads };

/** Reads what has happened since the last closed day. */
export async function foldOpenDays(store: FoldStore, input: FoldInput): Promise<Folded> {
  const { read } = store;
  const { shop, closings } = input;
  const days = new ReportDays(input.dayOf, closings);
  const fold = new DayFold(days, zoneOfBin);
  const last = closings.at(-1)?.date ?? "";
  const { seq } = await read.head(shop);
  const firsts = new Map<string, number>();
  const named = new Set<string>();
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
      const { day, lateOf } = days.assign(entry.at, entry.seq);
      const { date } = day;
      if (date <= last) continue;
      if (lateOf !== null) named.add(lateOf);
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
  if (openings.length > 0) addOpenings(fold, openings, await firstOpen(store, input, fold));
  const heard = new Map<string, string>();
  await addSales(store, input, fold, heard);
  await addLateSales(store, input, fold, named, heard);
  await addCounts(store, input, fold);
  await addRefunds(read, shop, fold, cancelled);
  return {
    days: fold.days().filter(({ day }) => day.date > last),
    seq,
    heard,
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
function addOpenings(fold: DayFold, openings: readonly JournalEntry[], first: Instant | null): void {
  let at = first ?? Infinity;
  for (const entry of openings) at = Math.min(at, entry.at);
  for (const entry of openings) fold.addEntry({ ...entry, at }, entry.seq);
}

/** Where the days begin that are not closed; null: there are none yet. */
async function firstOpen(
  { days }: FoldStore,
  { shop, closings }: FoldInput,
  fold: DayFold,
): Promise<Instant | null> {
  const last = closings.at(-1);
  if (last !== undefined) return last.to;
  const moved = fold.days()[0]?.day.from ?? Infinity;
  // An order that is closed when it is heard of first is a sale and moves nothing.
  const sold = (await days.firstSold(shop)) ?? Infinity;
  const first = Math.min(moved, sold);
  return first === Infinity ? null : first;
}

/** Rollups are booked on the day of their minute. */
async function addSales(
  store: FoldStore,
  input: FoldInput,
  fold: DayFold,
  heard: Map<string, string>,
): Promise<void> {
  const { shop, until, dayOf } = input;
  const first = await firstOpen(store, input, fold);
  if (first === null) return;
  for (let day = dayOf(first); day.from < until; day = dayOf(day.to)) {
    const sold = await store.days.sold(shop, { from: day.from, to: Math.min(day.to, until) });
    for (const one of sold) fold.addSold(day, one);
    heard.set(day.date, fingerprintOf(sold));
    await breathe();
  }
}

/** What was sold on a closed day and heard since is booked on the first open one, as what moved then is. */
async function addLateSales(
  { days }: FoldStore,
  { shop, closings, dayOf, recheckDays, spanOf }: FoldInput,
  fold: DayFold,
  named: ReadonlySet<string>,
  heard: Map<string, string>,
): Promise<void> {
  const last = closings.at(-1);
  if (last === undefined) return;
  const day = dayOf(last.to);
  for (const late of await lateSales({ store: { days }, shop, recheckDays, named, spanOf })) {
    fold.addLateSold(day, late.of, late);
    heard.set(late.of, late.heard);
  }
}

async function addCounts(store: FoldStore, input: FoldInput, fold: DayFold): Promise<void> {
  const { shop, until, dayOf } = input;
  const from = await firstOpen(store, input, fold);
  if (from === null) return;
  const dateOf = (at: Instant): string => dayOf(at).date;
  for (const count of await countsOf({ store, shop, from, until, dateOf })) fold.addCount(count);
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
