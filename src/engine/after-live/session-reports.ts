import type { Activity } from "../../domain/live/activity.ts";
import type { HistoryMinute, SkuHistory } from "../../domain/live/forecast.ts";
import { plannedSkus } from "../../domain/live/session.ts";
import { minuteMs } from "../../domain/live/time.ts";
import { sessionReport, type SessionReport, type SessionStock } from "../../domain/report/session-report.ts";
import { bufferOf, onHand, type Entry, type Instant, type Sale } from "../../domain/rows.ts";
import type { Reads, Shop, ShopId, Store } from "../../store/store.ts";
import type { OpenSession, Sessions } from "../sessions/sessions.ts";

export const sessionReportLimits = {
  pageActivities: 1_000,
  pageMovements: 5_000,
  /** Orders are heard of so long after they were made: rollups are read until then after the end. */
  lateMs: 60 * 60_000,
} as const;

export interface SessionReportsOptions {
  readonly store: Pick<Store, "read">;
  readonly shop: { readonly id: ShopId; readonly shop: Shop };
  readonly sessions: Pick<Sessions, "activities">;
}

/**
 * The report of a session, from its timeline, its rollups and the journal between its start and its end. What stood
 * where is counted back from now, so a session of long ago costs what was moved since.
 */
export async function makeSessionReport(
  { store, shop, sessions }: SessionReportsOptions,
  { plan, state }: OpenSession,
  now: Instant,
): Promise<SessionReport> {
  const from = state.liveSince ?? plan.startsAt;
  const to = state.endedAt ?? now;
  const activities = await allActivities(sessions, plan.id);
  const sales = await store.read.sales(shop.id, {
    from: Math.min(from, plan.startsAt),
    to: to + sessionReportLimits.lateMs,
    session: plan.id,
  });
  const skus = new Set([...plannedSkus(plan), ...sales.map(({ sku }) => sku)]);
  const channels = await store.read.channels(shop.id);
  const holds = channels.filter(({ channel }) => plan.channels.includes(channel));
  const holdMinutes = Math.max(0, ...holds.map((one) => one.holdMinutes));
  const { stocks, histories } = await tracksOf(store.read, shop.id, skus, { from, to, sales, holdMinutes });
  return sessionReport({ plan, activities, sales, stocks, histories, currency: shop.shop.currency, now });
}

async function allActivities(
  sessions: Pick<Sessions, "activities">,
  session: string,
): Promise<readonly Activity[]> {
  const all: Activity[] = [];
  for (let after = 0; ;) {
    const page = await sessions.activities(session, after, sessionReportLimits.pageActivities);
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < sessionReportLimits.pageActivities) return all;
    after = last.seq;
  }
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
  readonly sales: readonly Sale[];
  readonly holdMinutes: number;
}

/** Reads the journal from the latest movement back to the start of the session, and then plays it forward. */
async function tracksOf(
  read: Pick<Reads, "journal" | "sku">,
  shop: ShopId,
  skus: ReadonlySet<string>,
  span: Span,
): Promise<{ stocks: readonly SessionStock[]; histories: readonly SkuHistory[] }> {
  const { from, to } = span;
  const during: { readonly at: Instant; readonly entry: Entry }[] = [];
  const tracks = new Map<string, Track>();
  for (const sku of skus) {
    const found = await read.sku(shop, sku);
    if (found === null) continue;
    const sum = { available: 0, held: 0, shortage: 0, units: 0, seq: 0 };
    for (const stock of found.stocks) {
      sum.available += stock.available;
      sum.held += stock.held;
      sum.shortage += stock.shortage;
      sum.seq = Math.max(sum.seq, stock.seq);
      sum.units += onHand(stock);
    }
    tracks.set(sku, new Track(sku, bufferOf(found.sku, sum.units), sum));
  }
  for (let before: number | undefined; ;) {
    const query = { limit: sessionReportLimits.pageMovements, ...(before === undefined ? {} : { before }) };
    const page = await read.journal(shop, query);
    let reached = page.length === 0;
    for (const entry of page) {
      if (entry.recordedAt < from) {
        reached = true;
        break;
      }
      const track = tracks.get(entry.sku);
      // What was written after its balances were read is not in them.
      if (track === undefined || entry.seq > track.seq) continue;
      track.undo(entry);
      if (entry.recordedAt <= to) during.push({ at: entry.recordedAt, entry });
    }
    before = page.at(-1)?.seq;
    if (reached || before === undefined || before <= 1) break;
  }
  return played(during.toReversed(), tracks, span);
}

function played(
  during: readonly { readonly at: Instant; readonly entry: Entry }[],
  tracks: ReadonlyMap<string, Track>,
  { from, to, sales, holdMinutes }: Span,
): { stocks: readonly SessionStock[]; histories: readonly SkuHistory[] } {
  const minutes = Math.max(0, Math.ceil((to - from) / minuteMs));
  for (const track of tracks.values()) track.begin();
  let minute = 0;
  for (const { at, entry } of during) {
    for (; minute < Math.min(minutes, Math.floor((at - from) / minuteMs)); minute += 1)
      for (const track of tracks.values()) track.turn();
    tracks.get(entry.sku)?.add(entry);
  }
  for (; minute < minutes; minute += 1) for (const track of tracks.values()) track.turn();
  const start = Math.floor(from / minuteMs);
  for (const sale of sales) {
    const kept = tracks.get(sale.sku)?.minutes[sale.minute - start];
    if (kept !== undefined) kept.sold += sale.sold;
  }
  return {
    stocks: [...tracks.values()].map((track) => track.stock()),
    histories: [...tracks.values()].map(({ sku, minutes: kept }) => ({ sku, holdMinutes, minutes: kept })),
  };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One SKU: counted back to the start of the session, and then forward through it. */
class Track {
  readonly sku: string;
  readonly seq: number;
  readonly minutes: Mutable<HistoryMinute>[] = [];
  readonly #buffer: number;
  #available: number;
  #held: number;
  #shortage: number;
  #lowest = 0;
  #opening = 0;
  #arrived = 0;
  #most = 0;
  #left = 0;
  #ended = 0;
  #expired = 0;

  constructor(
    sku: string,
    buffer: number,
    now: { available: number; held: number; shortage: number; seq: number },
  ) {
    this.sku = sku;
    this.seq = now.seq;
    this.#buffer = buffer;
    this.#available = now.available;
    this.#held = now.held;
    this.#shortage = now.shortage;
  }

  undo({ from, to, quantity }: Entry): void {
    this.#shift(to, from, quantity);
  }

  begin(): void {
    this.#opening = this.#sellable();
    this.#lowest = this.#opening;
    this.#most = 0;
  }

  add({ from, to, quantity, reason }: Entry): void {
    this.#shift(from, to, quantity);
    this.#lowest = Math.min(this.#lowest, this.#sellable());
    if (to === "shortage") this.#most = Math.max(this.#most, this.#shortage);
    if (to === "available" && (from === "supplier" || from === "lost")) this.#arrived += quantity;
    if (from === "available" && reason === "order") this.#left += quantity;
    if (from !== "held" || (reason !== "payment" && reason !== "expire" && reason !== "cancel")) return;
    this.#ended += 1;
    if (reason !== "payment") this.#expired += 1;
  }

  turn(): void {
    const sellable = this.#sellable();
    this.minutes.push({
      sold: 0,
      sellable,
      lowest: Math.min(this.#lowest, sellable),
      heldUnpaid: this.#held,
      left: this.#left,
      holds: { ended: this.#ended, expired: this.#expired },
    });
    this.#lowest = sellable;
    this.#left = 0;
  }

  stock(): SessionStock {
    return {
      sku: this.sku,
      opening: this.#opening,
      arrived: this.#arrived,
      closing: this.#sellable(),
      shortageMost: this.#most,
      shortageOpen: this.#shortage,
    };
  }

  #shift(from: Entry["from"], to: Entry["to"], quantity: number): void {
    this.#available += (to === "available" ? quantity : 0) - (from === "available" ? quantity : 0);
    this.#held += (to === "held" ? quantity : 0) - (from === "held" ? quantity : 0);
    this.#shortage += (to === "shortage" ? quantity : 0) - (from === "shortage" ? quantity : 0);
  }

  #sellable(): number {
    return Math.max(0, this.#available - this.#buffer);
  }
}
