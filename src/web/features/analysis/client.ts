import type { AnalysisItem, OrdersAnswer, OrdersBody, PlanBody } from "../../../api/analysis.ts";
import type { SessionItem } from "../../../api/sessions.ts";
import { apiBase, request } from "../../api.ts";

export const analysisKey = (days: number) => ["analysis", days] as const;

export const analysis = {
  read: (days: number, signal?: AbortSignal) =>
    request<AnalysisItem>(`${apiBase}/analysis`, { query: { days }, signal }),
  order: (body: OrdersBody) => request<OrdersAnswer>(`${apiBase}/analysis/orders`, { method: "POST", body }),
  plan: (body: PlanBody) => request<SessionItem>(`${apiBase}/analysis/plans`, { method: "POST", body }),
};

export type Slow = AnalysisItem["slow"][number];
export type Proposal = Slow["proposals"][number];
