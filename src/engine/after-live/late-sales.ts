import { createHash } from "node:crypto";
import {
  emptySaleSums,
  newSales,
  addSaleSums,
  type Mutable,
  type SaleSums,
  type SoldSums,
} from "../../domain/report/fold.ts";
import type { DayHead } from "../../store/days.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { breathe } from "./breathe.ts";
import { shiftDate } from "./dates.ts";
import { bodyOfHead, channelSalesOf, keptSales, lateOfBody, type HeadBody } from "./kept-day.ts";

/**
 * What was sold on a closed day and heard of after it was closed. Rollups stand at the minute at which something
 * happened and do not say when they grew, so what they say now of a closed day is held against what was booked of it:
 * on the day itself, and on later days as late.
 */

export const lateLimits = {
  /**
   * So many of the last closed days are looked at, whatever the journal says: what is sold without moving a unit, such as
   * the payment of a presale, names no day. When a day is closed, and when one under way is only looked at.
   */
  recheckDays: 31,
  glanceDays: 3,
  daysMax: 100_000,
} as const;

/** Of one closed day: what is new, by SKU and by channel. */
export interface LateSales {
  readonly of: string;
  /** Of the rollups as they are now: while it is the same, nothing is new. */
  readonly heard: string;
  readonly skus: ReadonlyMap<string, SaleSums>;
  readonly channels: ReadonlyMap<string, SaleSums>;
}

export interface LateInput {
  readonly store: Pick<Store, "days">;
  readonly shop: ShopId;
  /** How many of the last closed days are looked at. */
  readonly recheckDays: number;
  /** Days that the journal says something new of. */
  readonly named: Iterable<string>;
  /** From its cut to the next. */
  readonly spanOf: (date: string) => { readonly from: number; readonly to: number };
}

/** The last closed days and those that are named, where the rollups say more than was booked. */
export async function lateSales(input: LateInput): Promise<readonly LateSales[]> {
  const { store, shop, recheckDays, named, spanOf } = input;
  const { days } = store;
  const [last] = await days.heads(shop, { limit: 1 });
  if (last === undefined) return [];
  // By the calendar: days before the books began and days without a row are among them.
  const dates = new Set(named);
  for (let ago = 0; ago < recheckDays; ago += 1) dates.add(shiftDate(last.date, -ago));
  const from = [...dates].toSorted()[0] ?? last.date;
  const closed = await days.heads(shop, { from, limit: lateLimits.daysMax });
  const heads: Heads = new Map(closed.map((head) => [head.date, { ...head, body: bodyOfHead(head) }]));
  const found: LateSales[] = [];
  for (const date of [...dates].toSorted()) {
    const head = heads.get(date);
    const now = await days.sold(shop, head ?? spanOf(date));
    await breathe();
    const heard = fingerprintOf(now);
    if (lastHeard(heads, date) === heard) continue;
    const sides = {
      skus: sumBy(now, ({ sku }) => sku),
      channels: sumBy(now, ({ channel }) => channel),
    };
    const late = newOf(sides, await bookedOn(store, shop, date, heads));
    if (late.skus.size > 0 || late.channels.size > 0) found.push({ of: date, heard, ...late });
    await breathe();
  }
  return found;
}

/** The same for the same rollups, and for no others. */
export function fingerprintOf(sold: readonly SoldSums[]): string {
  const hash = createHash("sha256");
  for (const { sku, channel, sales } of sold) {
    const { orders, ordered, presold, cancelled, amount, cancelledAmount } = sales;
    hash.update(
      JSON.stringify([
        sku,
        channel,
        orders,
        ordered,
        sales.sold,
        presold,
        cancelled,
        amount,
        cancelledAmount,
      ]),
    );
  }
  return hash.digest("base64url").slice(0, fingerprintChars);
}

const fingerprintChars = 22;

/** What the rollups of a day were when they were looked at last and something was booked of it. */
function lastHeard(heads: Heads, date: string): string | undefined {
  let [latest, heard]: [string, string | undefined] = ["", undefined];
  for (const head of heads.values()) {
    if (head.date < date || head.date < latest) continue;
    const found = head.body.heard?.[date];
    if (found !== undefined) [latest, heard] = [head.date, found];
  }
  return heard;
}

type Heads = ReadonlyMap<string, Omit<DayHead, "body"> & { readonly body: HeadBody }>;
type Sides = Readonly<Record<"skus" | "channels", ReadonlyMap<string, SaleSums>>>;

/** What was booked of a day: its own sums without what was late on it, and what was late of it on later ones. */
async function bookedOn(
  { days }: Pick<Store, "days">,
  shop: ShopId,
  date: string,
  heads: Heads,
): Promise<Sides> {
  const skus = new Map<string, Mutable<SaleSums>>();
  const channels = new Map<string, Mutable<SaleSums>>();
  const own = heads.get(date);
  if (own !== undefined) {
    for (const row of await days.rows(shop, date)) add(skus, row.sku, keptSales(row));
    for (const [channel, sales] of channelSalesOf(own.body)) add(channels, channel, sales);
    for (const late of lateOfBody(own.body).values()) {
      for (const { sku, sales } of late.skus.values()) takeAway(skus, sku, sales);
      for (const { channel, sales } of late.channels.values()) takeAway(channels, channel, sales);
    }
  }
  for (const head of heads.values()) {
    if (head.date <= date) continue;
    const late = lateOfBody(head.body).get(date);
    if (late === undefined) continue;
    for (const { sku, sales } of late.skus.values()) add(skus, sku, sales);
    for (const { channel, sales } of late.channels.values()) add(channels, channel, sales);
  }
  return { skus, channels };
}

function newOf(now: Sides, booked: Sides): Sides {
  const more = (side: keyof Sides): ReadonlyMap<string, SaleSums> => {
    const found = new Map<string, SaleSums>();
    for (const key of new Set([...now[side].keys(), ...booked[side].keys()])) {
      const sales = newSales(now[side].get(key) ?? emptySaleSums(), booked[side].get(key) ?? emptySaleSums());
      if (sales !== null) found.set(key, sales);
    }
    return found;
  };
  return { skus: more("skus"), channels: more("channels") };
}

function sumBy(sold: readonly SoldSums[], keyOf: (one: SoldSums) => string): ReadonlyMap<string, SaleSums> {
  const sums = new Map<string, Mutable<SaleSums>>();
  for (const one of sold) add(sums, keyOf(one), one.sales);
  return sums;
}

function add(sums: Map<string, Mutable<SaleSums>>, key: string, sales: SaleSums): void {
  const known = sums.get(key) ?? emptySaleSums();
  sums.set(key, known);
  addSaleSums(known, sales);
}

function takeAway(sums: Map<string, Mutable<SaleSums>>, key: string, sales: SaleSums): void {
  const known = sums.get(key);
  if (known !== undefined) sums.set(key, { ...(newSales(known, sales) ?? emptySaleSums()) });
}
