import { createHash } from "node:crypto";
import { noBalance } from "../../domain/report/balance.ts";
import { canonicalText } from "../../domain/report/canonical.ts";
import type { DayReport, Figures, ReportSku } from "../../domain/report/day-report.ts";
import type { ReportDay } from "../../domain/report/days.ts";
import { quietDay, type DaySums, type SaleSums } from "../../domain/report/fold.ts";
import type { Instant } from "../../domain/rows.ts";
import type { DayHead, DaySkuRow } from "../../store/days.ts";
import type { Shop, ShopId, Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import { businessDayOf } from "../day.ts";
import { breathe } from "./breathe.ts";
import { foldOpenDays, type Folded } from "./fold-days.ts";
import { lateLimits } from "./late-sales.ts";
import {
  bodyOfHead,
  closingOfRow,
  headBodyOf,
  keptReport,
  skuRowsOf,
  zonesAfter,
  type HeadBody,
} from "./kept-day.ts";

export const reportLimits = {
  /** A day is closed so long after its cut: what platforms say late is mostly heard by then. */
  graceMs: 15 * 60_000,
  /** Of a longer stretch on which nothing happened, only the last day is written. */
  quietDaysMax: 31,
  stockPageRows: 1_000,
} as const;

/** The report of a day: closed, or as it stands while the day is under way. */
export interface DayAnswer {
  readonly report: DayReport;
  readonly closedAt: Instant | null;
  readonly hash: string | null;
}

/** A day of the list. */
export interface DaySummary {
  readonly date: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly closedAt: Instant | null;
  readonly hash: string | null;
  readonly balanced: boolean;
  readonly skus: number;
  readonly figures: Figures;
  readonly sales: SaleSums;
  /** Sold units that no unit covered at its end. */
  readonly shortage: number;
}

export interface ReportsOptions {
  readonly store: Pick<Store, "read" | "days" | "workEvents">;
  readonly shop: { readonly id: ShopId; readonly shop: Shop };
  readonly clock: Pick<Clock, "now">;
  /** How many closed days are looked at again when another is closed, for what was heard late. */
  readonly recheckDays?: number;
}

/**
 * The day reports of a shop. A day is closed once, a while after its cut, by whichever node comes first; from then
 * on its report is made of the kept rows and is the same to the byte. What is heard later of a closed day is
 * booked on the first open one.
 */
export class DayReports {
  readonly #options: ReportsOptions;
  #closing: Promise<readonly DayHead[]> | null = null;

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /**
   * Closes every day that is due. Said by several callers at once, it is done once.
   * @returns the heads of the days that this call closed, the earliest first
   */
  closeDue(): Promise<readonly DayHead[]> {
    this.#closing ??= this.#closeDue().finally(() => {
      this.#closing = null;
    });
    return this.#closing;
  }

  /** Closed days, the latest first. Of a long stretch on which nothing happened, only the last has a row. */
  async list(query: { from?: string; to?: string; limit: number }): Promise<readonly DaySummary[]> {
    await this.closeDue();
    const { store, shop } = this.#options;
    const heads = await store.days.heads(shop.id, query);
    return heads.map(summaryOf);
  }

  /** @returns null for a day that lies ahead, or before the books began */
  async day(date: string): Promise<DayAnswer | null> {
    await this.closeDue();
    const { store, shop } = this.#options;
    const head = await store.days.head(shop.id, date);
    if (head !== null) {
      const report = keptReport(head, bodyOfHead(head), await store.days.latest(shop.id, date));
      return { report, closedAt: head.closedAt, hash: head.hash };
    }
    const [before] = await store.days.heads(shop.id, { to: date, limit: 1 });
    const [last] = await store.days.heads(shop.id, { limit: 1 });
    if (last !== undefined && date <= last.date)
      return before === undefined ? null : this.#quiet(date, before);
    return this.#open(date, before);
  }

  /** The date of the business day that an instant belongs to. */
  dateOf(at: Instant): string {
    return businessDayOf(at, this.#options.shop.shop).date;
  }

  /** A business day by its date, from its cut to the next. */
  spanOf(date: string): ReportDay {
    const rules = this.#options.shop.shop;
    // Noon of the date, as if the zone were UTC, is within half a day of any zone's: the neighbour is one step away.
    let day: ReportDay = businessDayOf(Date.parse(`${date}T12:00:00Z`), rules);
    if (day.date < date) day = businessDayOf(day.to, rules);
    else if (day.date > date) day = businessDayOf(day.from - 1, rules);
    return day;
  }

  /** The journal's number up to which closed days reach, and the last of them. */
  async lastClosed(): Promise<DayHead | null> {
    const [last] = await this.#options.store.days.heads(this.#options.shop.id, { limit: 1 });
    return last ?? null;
  }

  async #closeDue(): Promise<readonly DayHead[]> {
    const { store, shop, clock } = this.#options;
    const last = await this.lastClosed();
    const due = this.#day(clock.now() - reportLimits.graceMs, last);
    // The day under way `graceMs` ago is the first that is not due.
    const dueTo = due.from;
    if (last !== null && last.to >= dueTo) return [];
    const { recheckDays = lateLimits.recheckDays } = this.#options;
    const folded = await this.#fold(last, dueTo, recheckDays);
    const moved = folded.days.filter(({ day }) => day.to <= dueTo);
    if (last === null && moved.length === 0) return [];
    const days = this.#withQuietDays(moved, last, dueTo);
    return this.#write(days, folded, last, await catalogOf(store, shop.id));
  }

  /** The last due day is closed even where nothing happened on it: what comes for it later is late. */
  #withQuietDays(moved: readonly DaySums[], last: DayHead | null, dueTo: Instant): readonly DaySums[] {
    const days: DaySums[] = [];
    let from = last?.to ?? moved[0]?.day.from ?? dueTo;
    const fill = (to: Instant): void => {
      const quiet: DaySums[] = [];
      for (let day = this.#day(from, last); day.from < to; day = this.#day(day.to, last)) {
        quiet.push(quietDay(day));
        if (quiet.length > reportLimits.quietDaysMax) quiet.shift();
      }
      days.push(...(quiet.length < reportLimits.quietDaysMax ? quiet : quiet.slice(-1)));
    };
    for (const sums of moved) {
      fill(sums.day.from);
      days.push(sums);
      from = sums.day.to;
    }
    fill(dueTo);
    return days;
  }

  async #write(
    days: readonly DaySums[],
    folded: Folded,
    last: DayHead | null,
    catalog: ReadonlyMap<string, ReportSku>,
  ): Promise<readonly DayHead[]> {
    const { store, shop, clock } = this.#options;
    const latest = new Map<string, DaySkuRow>();
    if (last !== null)
      for (const row of await store.days.latest(shop.id, last.date)) latest.set(row.sku, row);
    let zones = last === null ? new Map<string, number>() : zonesAfter(bodyOfHead(last));
    const closed: DayHead[] = [];
    for (const sums of days) {
      const { day } = sums;
      const { rows, body } = this.#pieces(sums, latest, zones, catalog, heardOn(sums, folded));
      const report = keptReport({ ...day, seq: folded.seq }, body, latest.values());
      const head: DayHead = {
        ...day,
        seq: folded.seq,
        nextSeq: folded.nextSeq(day.date),
        closedAt: clock.now(),
        hash: hashOf(report),
        balanced: report.balanced,
        body: JSON.stringify({ ...body, totals: totalsOf(report) } satisfies HeadBody),
      };
      // Another node was faster: what it wrote holds, and the next turn goes on from there.
      if (!(await store.days.close(shop.id, head, rows))) break;
      closed.push(head);
      zones = new Map(zonesAfter(bodyOfHead(head)));
      await breathe();
    }
    return closed;
  }

  /** The rows of a day, put into `latest`, and what is said of the whole of it. */
  #pieces(
    sums: DaySums,
    latest: Map<string, DaySkuRow>,
    zones: ReadonlyMap<string, number>,
    catalog: ReadonlyMap<string, ReportSku>,
    heard: Readonly<Record<string, string>> = {},
  ): { rows: readonly DaySkuRow[]; body: Omit<HeadBody, "totals"> } {
    const rows = skuRowsOf(
      sums,
      (sku) => {
        const row = latest.get(sku);
        return row === undefined ? noBalance : closingOfRow(row);
      },
      (sku) => catalog.get(sku) ?? { sku, code: sku, name: sku, category: "" },
    );
    for (const row of rows) latest.set(row.sku, row);
    return { rows, body: headBodyOf(sums, zones, this.#options.shop.shop.currency, heard) };
  }

  /** The day as it stands: what is not closed yet, on top of the last closed day. */
  async #open(date: string, last: DayHead | undefined): Promise<DayAnswer | null> {
    const { store, shop, clock } = this.#options;
    const today = this.#day(clock.now(), last ?? null);
    if (date > today.date) return null;
    const folded = await this.#fold(last ?? null, today.to, lateLimits.glanceDays);
    const days = folded.days.filter(({ day }) => day.date <= date);
    if (last === undefined && days.length === 0) return null;
    if (days.at(-1)?.day.date !== date) days.push(quietDay(this.#dayNamed(date, today, last ?? null)));
    const latest = new Map<string, DaySkuRow>();
    if (last !== undefined)
      for (const row of await store.days.latest(shop.id, last.date)) latest.set(row.sku, row);
    const catalog = await catalogOf(store, shop.id);
    let zones = last === undefined ? new Map<string, number>() : zonesAfter(bodyOfHead(last));
    let report: DayReport | null = null;
    for (const sums of days) {
      const { body } = this.#pieces(sums, latest, zones, catalog);
      report = keptReport({ ...sums.day, seq: folded.seq }, body, latest.values());
      zones = new Map(zonesAfter({ ...body, totals: totalsOf(report) }));
    }
    return report === null ? null : { report, closedAt: null, hash: null };
  }

  /** A day in a stretch on which nothing happened: it closed as it opened. */
  async #quiet(date: string, before: DayHead): Promise<DayAnswer> {
    const { store, shop } = this.#options;
    const day = this.spanOf(date);
    const body = bodyOfHead(before);
    const zones = [...zonesAfter(body)].map(([zone, units]) => [zone, units, 0, 0] as const);
    const report = keptReport(
      { date, from: day.from, to: day.to, seq: before.seq },
      { currency: body.currency, channels: [], zones },
      await store.days.latest(shop.id, before.date),
    );
    return { report, closedAt: before.closedAt, hash: hashOf(report) };
  }

  async #fold(last: DayHead | null, until: Instant, recheckDays: number): Promise<Folded> {
    const { store, shop } = this.#options;
    return foldOpenDays(store, {
      shop: shop.id,
      dayOf: (at) => this.#day(at, last),
      closings: last === null ? [] : await store.days.closings(shop.id),
      nextSeq: last?.nextSeq ?? 1,
      until,
      recheckDays,
      spanOf: (date) => this.spanOf(date),
    });
  }

  /**
   * The business day of an instant. Where the shop changed its zone or its day cut, the first day after the last
   * closed one begins where that ended.
   */
  #day(at: Instant, last: DayHead | null): ReportDay {
    const day = businessDayOf(at, this.#options.shop.shop);
    if (last === null || at < last.to || day.from >= last.to) return day;
    if (day.date > last.date) return { ...day, from: last.to };
    const next = businessDayOf(day.to, this.#options.shop.shop);
    return { date: next.date, from: last.to, to: next.to };
  }

  #dayNamed(date: string, today: ReportDay, last: DayHead | null): ReportDay {
    let day = today;
    while (day.date > date) day = this.#day(day.from - 1, last);
    return day;
  }
}

/** What was heard of the day itself, and of earlier ones that are late on it. */
function heardOn({ day, late }: DaySums, { heard }: Folded): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const date of [...late.keys(), day.date].toSorted()) {
    const fingerprint = heard.get(date);
    if (fingerprint !== undefined) found[date] = fingerprint;
  }
  return found;
}

function summaryOf(head: DayHead): DaySummary {
  const { totals } = bodyOfHead(head);
  const { date, from, to, closedAt, hash, balanced } = head;
  const { skus, sales, figures, shortage } = totals;
  return { date, from, to, closedAt, hash, balanced, skus, sales, figures: figures as Figures, shortage };
}

/** What the list of days shows of one. */
export function totalsOf({ totals }: DayReport): HeadBody["totals"] {
  const { skus, sales, ...rest } = totals;
  const {
    openingBalance: _o,
    closingBalance: _c,
    columns: _s,
    presale: _p,
    late: _l,
    balanced: _b,
    ...more
  } = rest;
  const { faults: _f, ...figures } = more;
  const oversold = totals.columns.shortageOwed;
  return { skus, sales, figures, oversold, shortage: totals.closingBalance.shortage };
}

/** What a review signs. */
export function hashOf(report: DayReport): string {
  return createHash("sha256").update(canonicalText(report)).digest("hex");
}

async function catalogOf(
  { read }: Pick<Store, "read">,
  shop: ShopId,
): Promise<ReadonlyMap<string, ReportSku>> {
  const catalog = new Map<string, ReportSku>();
  for (let cursor: string | null = null; ;) {
    const limit = reportLimits.stockPageRows;
    const page: Awaited<ReturnType<typeof read.stock>> = await read.stock(shop, {
      soldSince: null,
      limit,
      cursor,
    });
    for (const { sku, code, name, category } of page.items) catalog.set(sku, { sku, code, name, category });
    cursor = page.next;
    if (cursor === null) return catalog;
  }
}
