import type {
  ReviewEventBody,
  ReviewItem,
  ReviewLine,
  ReviewList,
  ReviewStepDetail,
  ReviewStepItem,
  ScanBody,
  ScanResult,
} from "../../../api/after-live.ts";
import type { AfterLiveSettingsBody, DeskBody, DeskAnswer } from "../../../api/oversell-desk.ts";
import type { CountBody, CountItem } from "../../../api/counts.ts";
import { ApiError, apiBase, request } from "../../api.ts";

export type Kind = ReviewItem["kind"];
export type Step = ReviewStepItem["step"];
export type DeskAction = DeskBody["action"];
export type Line = ReviewLine;

const base = `${apiBase}/reviews`;
const at = (kind: Kind, id: string) => `${base}/${kind}/${encodeURIComponent(id)}`;

/** Names of the answers that these pages keep. */
export const reviewKeys = {
  all: ["reviews"],
  list: ["reviews", "list"],
  settings: ["after-live", "settings"],
  one: (kind: Kind, id: string) => ["reviews", "one", kind, id],
  step: (kind: Kind, id: string, step: Step) => ["reviews", "step", kind, id, step],
} as const;

export const reviews = {
  list: (signal?: AbortSignal) => request<ReviewList>(base, { signal }),
  one: (kind: Kind, id: string, signal?: AbortSignal) => request<ReviewItem>(at(kind, id), { signal }),
  step: (kind: Kind, id: string, step: Step, signal?: AbortSignal) =>
    request<ReviewStepDetail>(`${at(kind, id)}/steps/${step}`, { signal }),
  act: (kind: Kind, id: string, body: ReviewEventBody) =>
    request<ReviewItem>(`${at(kind, id)}/events`, { method: "POST", body }),
  settings: (signal?: AbortSignal) =>
    request<AfterLiveSettingsBody>(`${apiBase}/after-live/settings`, { signal }),
  saveSettings: (body: AfterLiveSettingsBody) =>
    request<AfterLiveSettingsBody>(`${apiBase}/after-live/settings`, { method: "PUT", body }),
  openSheet: (body: CountBody, key: string) =>
    request<CountItem>(`${apiBase}/counts`, { method: "POST", body, key }),
  desk: (body: DeskBody) => request<DeskAnswer>(`${apiBase}/oversell-desk`, { method: "POST", body }),
  scan: (body: ScanBody) => request<ScanResult>(`${apiBase}/odd-orders/scans`, { method: "POST", body }),
};

/** The sheet that is open and asks for the same, where a new one was refused for it. */
export function openTwinOf(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== "sheet_open") return null;
  const sheet = error.problem?.sheet;
  return typeof sheet === "string" ? sheet : null;
}
