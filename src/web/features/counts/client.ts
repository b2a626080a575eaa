import type {
  ApprovalsAnswer,
  ApprovalsBody,
  CountAccuracy,
  CountBody,
  CountItem,
  CountPage,
  CountPlan,
  CountPolicyBody,
  PolicyPreview,
  SheetExplanations,
  RecountsBody,
  SheetLines,
} from "../../../api/counts.ts";
import type { LotItems } from "../../../api/floor.ts";
import type { LookupAnswer } from "../../../api/stock.ts";
import { ApiError, apiBase, request } from "../../api.ts";

const base = `${apiBase}/counts`;
const at = (sheet: string) => `${base}/${encodeURIComponent(sheet)}`;

/** Names of the answers that these pages keep: below `counts`, which the phone's outbox makes stale. */
export const countKeys = {
  all: ["counts"],
  list: ["counts", "list"],
  plan: ["counts", "plan"],
  lines: (sheet: string) => ["counts", "lines", sheet],
  explanations: (sheet: string) => ["counts", "explanations", sheet],
  policy: ["counts", "policy"],
  accuracy: (days: number) => ["counts", "accuracy", days],
} as const;

export const counts = {
  list: (signal?: AbortSignal) => request<CountPage>(base, { signal }),
  plan: (signal?: AbortSignal) => request<CountPlan>(`${base}/plan`, { signal }),
  create: (body: CountBody, key: string) => request<CountItem>(base, { method: "POST", body, key }),
  explanations: (sheet: string, signal?: AbortSignal) =>
    request<SheetExplanations>(`${at(sheet)}/explanations`, { signal }),
  settle: (sheet: string, explanation: string) =>
    request<SheetExplanations>(`${at(sheet)}/explanations/${explanation}`, { method: "POST" }),
  policy: (signal?: AbortSignal) => request<CountPolicyBody>(`${base}/policy`, { signal }),
  putPolicy: (body: CountPolicyBody) => request<CountPolicyBody>(`${base}/policy`, { method: "PUT", body }),
  previewPolicy: (body: CountPolicyBody, signal?: AbortSignal) =>
    request<PolicyPreview>(`${base}/policy/preview`, { method: "POST", body, signal }),
  lines: (sheet: string, signal?: AbortSignal) => request<SheetLines>(`${at(sheet)}/lines`, { signal }),
  approve: (sheet: string, body: ApprovalsBody) =>
    request<ApprovalsAnswer>(`${at(sheet)}/approvals`, { method: "POST", body }),
  recount: (sheet: string, body: RecountsBody) =>
    request<CountItem>(`${at(sheet)}/recounts`, { method: "POST", body }),
  close: (sheet: string) => request<CountItem>(`${at(sheet)}/close`, { method: "POST" }),
  cancel: (sheet: string, reason: string) =>
    request<CountItem>(`${at(sheet)}/cancel`, { method: "POST", body: { reason } }),
  accuracy: (days: number, signal?: AbortSignal) =>
    request<CountAccuracy>(`${base}/accuracy`, { query: { days }, signal }),
  lots: (signal?: AbortSignal) => request<LotItems>(`${apiBase}/lots`, { signal }),
  lookup: (codes: readonly string[], signal?: AbortSignal) =>
    request<LookupAnswer>(`${apiBase}/stock/lookup`, { method: "POST", body: { codes }, signal }),
};

/** The open sheet that asks for the same, where a new one was refused for it; null: that is not why. */
export function openTwinOf(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== "sheet_open") return null;
  const sheet = error.problem?.sheet;
  return typeof sheet === "string" ? sheet : null;
}

/** Names that somebody pasted, one a line or with commas between them: each once, blanks away. */
export function namesIn(text: string): string[] {
  const names = text.split(/[\n\r,，;；\t]+/).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ""))];
}
