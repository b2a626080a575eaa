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
import type { DeskBody, DeskAnswer } from "../../../api/oversell-desk.ts";
import { apiBase, request } from "../../api.ts";

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
  desk: (body: DeskBody) => request<DeskAnswer>(`${apiBase}/oversell-desk`, { method: "POST", body }),
  scan: (body: ScanBody) => request<ScanResult>(`${apiBase}/odd-orders/scans`, { method: "POST", body }),
};
