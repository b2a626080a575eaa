import type { SlowScan } from "../../domain/analysis/scan.ts";
import type { ReportDay } from "../../domain/report/days.ts";
import type { Instant } from "../../domain/rows.ts";
import type { DayHead } from "../../store/days.ts";
import type { Shop, ShopId } from "../../store/store.ts";
import type { SessionAnswer } from "./kept-session.ts";
import type { DayAnswer, DaySummary } from "./reports.ts";

/** The reports of a shop, wherever they are made: in this thread, or in one of their own beside it. */
export interface ReportReading {
  /** See `DayReports`, which is the one that makes them. */
  closeDue(): Promise<readonly DayHead[]>;
  list(query: { from?: string; to?: string; limit: number }): Promise<readonly DaySummary[]>;
  day(date: string): Promise<DayAnswer | null>;
  dateOf(at: Instant): string;
  spanOf(date: string): ReportDay;
}

/** Everything of a shop that reads much: months of days, or the journal of a session. */
export interface AfterLive {
  readonly reports: ReportReading;
  /** The report of a session, so far or as it is kept; null: there is none of that name. */
  sessionReport(session: string): Promise<SessionAnswer | null>;
  /** Works out the analyses of so many days, so that they are there when somebody asks. */
  prepare(days: number): Promise<void>;
  /** The slow movers of a week, by its Monday, against the scan before; null while its day before is not closed. */
  slowScan(week: string): Promise<SlowScan | null>;
}

export type MakeAfterLive = (shop: { readonly id: ShopId; readonly shop: Shop }) => AfterLive;
