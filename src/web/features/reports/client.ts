import type { DayList, DayReportItem, SessionReportItem } from "../../../api/after-live.ts";
import type { SessionPage } from "../../../api/sessions.ts";
import { apiBase, request } from "../../api.ts";

const days = `${apiBase}/reports/days`;
const segment = encodeURIComponent;

/** Names of the answers that these pages keep. */
export const reportKeys = {
  days: ["reports", "days"],
  day: (date: string) => ["reports", "day", date],
  session: (session: string) => ["reports", "session", session],
  sessions: ["sessions", "list"],
} as const;

export const daysListed = 60;

export const reports = {
  days: (signal?: AbortSignal) => request<DayList>(days, { query: { limit: daysListed }, signal }),
  day: (date: string, signal?: AbortSignal) => request<DayReportItem>(`${days}/${segment(date)}`, { signal }),
  session: (session: string, signal?: AbortSignal) =>
    request<SessionReportItem>(`${apiBase}/reports/sessions/${segment(session)}`, { signal }),
  sessions: (signal?: AbortSignal) => request<SessionPage>(`${apiBase}/sessions`, { signal }),
  /** Where a day's file is; the browser loads it itself. */
  fileHref: (date: string, kind: "xlsx" | "csv", language: string) =>
    `${days}/${segment(date)}/report.${kind}?language=${language === "en" ? "en" : "zh"}`,
  sessionFileHref: (session: string, kind: "xlsx" | "csv", language: string) =>
    `${apiBase}/reports/sessions/${segment(session)}/report.${kind}?language=${language === "en" ? "en" : "zh"}`,
};
