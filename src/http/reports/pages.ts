import type { AnalysisItem } from "../../api/analysis.ts";
import type { DayReportItem, SessionReportItem } from "../../api/after-live.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import { accuracyReport } from "../../domain/analysis/accuracy.ts";
import { figuresOfGroup } from "../../domain/analysis/figures.ts";
import type { SlowMover } from "../../domain/analysis/slow.ts";
import type { Language } from "../../domain/live/words.ts";
import type { Sheet } from "../../domain/report/sheet.ts";
import type { Analyser, Analysis } from "../../engine/after-live/analysis.ts";
import { daySheets } from "../../engine/after-live/day-sheets.ts";
import type { SessionAnswer } from "../../engine/after-live/kept-session.ts";
import type { AfterLive } from "../../engine/after-live/reading.ts";
import type { DayAnswer } from "../../engine/after-live/reports.ts";
import { sessionSheets } from "../../engine/after-live/session-sheets.ts";
import type { SkuNames } from "../../engine/names.ts";
import { minorDigitsOf } from "../../import/clean.ts";
import { csvOf, xlsxOf } from "../../import/sheet-file.ts";

/**
 * The pages and files that read much, as the bytes that are sent: whichever thread works them out, the one that answers
 * requests only passes them on.
 */

export type PageAsk =
  | { readonly page: "day"; readonly date: string }
  | {
      readonly page: "day_file";
      readonly date: string;
      readonly kind: "xlsx" | "csv";
      readonly language: Language;
    }
  | { readonly page: "session"; readonly session: string }
  | {
      readonly page: "session_file";
      readonly session: string;
      readonly kind: "xlsx" | "csv";
      readonly language: Language;
    }
  | { readonly page: "analysis"; readonly days: number }
  | { readonly page: "slow"; readonly days: number };

export interface Page {
  readonly type: string;
  /** Of a file that is saved under it; null: it is shown. */
  readonly name: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Desk extends AfterLive {
  readonly analyser: Pick<Analyser, "analyse">;
  readonly names: Pick<SkuNames, "of">;
  /** In which the times of a file are written. */
  timeZone(): string;
}

/** What the draft of a clearance is made of. */
export interface SlowPage {
  readonly slow: readonly SlowMover[];
  readonly prices: readonly (readonly [sku: string, price: number])[];
}

export const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const csvType = "text/csv; charset=utf-8";
const jsonType = "application/json; charset=utf-8";

/** @returns null where there is no such day, or no such session */
export async function makePage(desk: Desk, ask: PageAsk): Promise<Page | null> {
  switch (ask.page) {
    case "day": {
      const answer = await desk.reports.day(ask.date);
      return answer === null ? null : jsonPage(dayItem(answer));
    }
    case "day_file": {
      const answer = await desk.reports.day(ask.date);
      if (answer === null) return null;
      return filePage(daySheets(answer.report, ask.language), ask.kind, answer.report.currency);
    }
    case "session": {
      const answer = await desk.sessionReport(ask.session);
      return answer === null ? null : jsonPage(sessionItem(answer));
    }
    case "session_file": {
      const answer = await desk.sessionReport(ask.session);
      if (answer === null) return null;
      const sheets = sessionSheets(answer, ask.language, timeTextIn(desk.timeZone()));
      return filePage(sheets, ask.kind, answer.report.currency);
    }
    case "analysis": {
      const analysis = await desk.analyser.analyse(ask.days);
      return jsonPage(analysis === null ? nothingYet(ask.days) : analysisItem(analysis));
    }
    case "slow": {
      const analysis = await desk.analyser.analyse(ask.days);
      const prices = analysis?.products.map(({ sku, price }) => [sku, price] as const) ?? [];
      return jsonPage({ slow: analysis?.slow ?? [], prices } satisfies SlowPage);
    }
  }
}

const text = new TextEncoder();

function jsonPage(item: DayReportItem | SessionReportItem | AnalysisItem | SlowPage): Page {
  return { type: jsonType, name: null, bytes: text.encode(JSON.stringify(item)) };
}

async function filePage(sheets: readonly Sheet[], kind: "xlsx" | "csv", currency: string): Promise<Page> {
  const digits = minorDigitsOf(currency);
  const [sheet] = sheets;
  const title = sheet?.title ?? "zaiku";
  if (kind === "csv" && sheet !== undefined)
    return { type: csvType, name: `${title}.csv`, bytes: text.encode(csvOf(sheet, digits)) };
  // A copy that is its own: small buffers share their memory, and a thread gives all of it away.
  const bytes = Uint8Array.from(await xlsxOf(sheets, digits));
  return { type: xlsxType, name: `${title}.xlsx`, bytes };
}

export function dayItem({ report, closedAt, hash }: DayAnswer): DayReportItem {
  const { kind: _kind, version: _version, from, to, ...rest } = report;
  return {
    ...rest,
    from: timeOf(from),
    to: timeOf(to),
    closed: closedAt !== null,
    closedAt: timeOrNull(closedAt),
    hash,
  };
}

/** `2026-11-25 20:05`, of a zone. */
function timeTextIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (at) => format.format(at);
}

function sessionItem({ report, names, hash, keptAt }: SessionAnswer): SessionReportItem {
  const { kind: _kind, version: _version, liveSince, endedAt, answers, ...rest } = report;
  return {
    ...rest,
    liveSince: timeOrNull(liveSince),
    endedAt: timeOrNull(endedAt),
    timeline: report.timeline.map((step) => ({ ...step, at: timeOf(step.at) })),
    events: report.events.map((event) => ({ ...event, at: timeOf(event.at) })),
    products: report.products.map((product) => ({
      ...product,
      name: names[product.sku] ?? "",
      soldOutAt: timeOrNull(product.soldOutAt),
    })),
    answers: {
      ...answers,
      alerts: answers.alerts.map((alert) => ({ ...alert, raisedAt: timeOf(alert.raisedAt) })),
    },
    forecasts: report.forecasts.map((forecast) => ({ ...forecast, at: timeOf(forecast.at) })),
    names,
    hash,
    keptAt: timeOrNull(keptAt),
  };
}

/** Before the first day is closed. */
function nothingYet(days: number): AnalysisItem {
  const lists = {
    categories: [],
    abc: [],
    ageing: [],
    expiring: [],
    slow: [],
    trends: [],
    replenish: [],
    daily: [],
  };
  return { through: null, days, all: figuresOfGroup([], days), ...lists, accuracy: accuracyReport([]) };
}

function analysisItem({ products, abc, slow, expiring, trends, replenish, ...rest }: Analysis): AnalysisItem {
  const names = new Map(products.map(({ sku, name }) => [sku, name]));
  const named = <Item extends { readonly sku: string }>(item: Item): Item & { readonly name: string } => ({
    ...item,
    name: names.get(item.sku) ?? "",
  });
  return {
    ...rest,
    abc: abc.map(named),
    slow: slow.map(named),
    expiring: expiring.map(({ expiresAt, ...lot }) => named({ ...lot, expiresAt: timeOf(expiresAt) })),
    trends: trends.map(named),
    replenish: replenish.map(({ outAt, ...item }) => named({ ...item, outAt: timeOrNull(outAt) })),
  };
}
