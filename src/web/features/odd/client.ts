import type {
  CaseStepBody,
  OddCaseItem,
  OddCaseList,
  OddPolicyBody,
  OddPolicyItem,
  OddPreview,
  OddQuery,
  ScanBody,
  ScanResult,
} from "../../../api/after-live.ts";
import { apiBase, request } from "../../api.ts";

export type CaseState = OddCaseItem["state"];
export type Rule = OddPolicyItem["rules"][number]["rule"];
export type Threshold = keyof OddPolicyBody["thresholds"];
export type Action = OddCaseItem["measures"][number]["action"];

const base = `${apiBase}/odd-orders`;
const at = (id: string) => `${base}/${encodeURIComponent(id)}`;

/** Names of the answers that these pages keep. */
export const oddKeys = {
  all: ["odd"],
  list: (state: CaseState) => ["odd", "list", state],
  one: (id: string) => ["odd", "one", id],
  policy: ["odd", "policy"],
} as const;

export const oddOrders = {
  list: (query: OddQuery, signal?: AbortSignal) =>
    request<OddCaseList>(base, { query: { ...query }, signal }),
  one: (id: string, signal?: AbortSignal) => request<OddCaseItem>(at(id), { signal }),
  scan: (body: ScanBody) => request<ScanResult>(`${base}/scans`, { method: "POST", body }),
  step: (id: string, body: CaseStepBody) => request<OddCaseItem>(`${at(id)}/steps`, { method: "POST", body }),
  policy: (signal?: AbortSignal) => request<OddPolicyItem>(`${base}/policy`, { signal }),
  savePolicy: (body: OddPolicyBody) => request<OddPolicyItem>(`${base}/policy`, { method: "PUT", body }),
  preview: (policy: OddPolicyBody, day: string | null) =>
    request<OddPreview>(`${base}/preview`, {
      method: "POST",
      body: day === null ? { policy } : { policy, day },
    }),
  evidenceHref: (id: string, kind: "csv" | "xlsx", language: string) =>
    `${at(id)}/evidence.${kind}?language=${language === "en" ? "en" : "zh"}`,
};
