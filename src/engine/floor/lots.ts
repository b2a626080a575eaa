import { lotKind, type LotBody } from "../../domain/floor/lot.ts";
import type { Instant } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { businessDayOf } from "../day.ts";

const dayMs = 86_400_000;
const bestBefore =
  /(?:exp\w*|best ?before|bb|效期|有效期至?|保质期至?|到期日?|失效)\D{0,3}((?:19|20)\d\d)[-./年]?(\d{1,2})[-./月]?(\d{1,2})/iu;

/** Midnight after the date that a lot's name states, as `EXP20261231` or `有效期至 2026-12-31`; null: it states none. */
export function expiryInName(lot: string): Instant | null {
  const [, year, month, day] = bestBefore.exec(lot) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day));
  return Number.isNaN(at) ? null : at + dayMs;
}

/** When goods of a lot expire: as somebody entered it, else as the lot's name says. */
export function expiryOf(known: LotBody | undefined, lot: string): Instant | null {
  return known?.expiresAt ?? expiryInName(lot);
}

/** What is known of each lot, by `pairKey(sku, lot)`. */
export async function readLots(
  read: Pick<Store["read"], "documents">,
  shop: ShopId,
): Promise<ReadonlyMap<string, LotBody>> {
  const bodies = (await read.documents(shop, lotKind)).flatMap(({ body }) =>
    body === null ? [] : [body as LotBody],
  );
  return new Map(bodies.map((body) => [pairKey(body.sku, body.lot), body]));
}

/** The first instant of a local date. @param date as `2026-12-31` */
export function startOfDate(date: string, timeZone: string): Instant {
  return localDay(date, timeZone).from;
}

/** The first instant after a local date: goods that expire on it keep until then. */
export function endOfDate(date: string, timeZone: string): Instant {
  return localDay(date, timeZone).to;
}

function localDay(date: string, timeZone: string): { from: Instant; to: Instant } {
  const rules = { timeZone, dayCutHour: 0 };
  const day = businessDayOf(Date.parse(`${date}T12:00:00Z`), rules);
  if (day.date < date) return businessDayOf(day.to, rules);
  return day.date > date ? businessDayOf(day.from - 1, rules) : day;
}

/** The local date of a moment. */
export function dateOf(at: Instant, timeZone: string): string {
  return businessDayOf(at, { timeZone, dayCutHour: 0 }).date;
}

/** The last local date on which goods keep. */
export function lastDateOf(expiresAt: Instant, timeZone: string): string {
  return dateOf(expiresAt - 1, timeZone);
}
