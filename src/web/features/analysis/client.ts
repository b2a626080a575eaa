import type {
  AnalysisItem,
  OrdersAnswer,
  OrdersBody,
  PlanAnswer,
  PlanBody,
  ScanList,
  SupplierReturn,
  SupplierReturnBody,
} from "../../../api/analysis.ts";
import { apiBase, request } from "../../api.ts";

export const analysisKey = (days: number) => ["analysis", days] as const;
export const scansKey = ["analysis", "scans"] as const;

export const analysis = {
  read: (days: number, signal?: AbortSignal) =>
    request<AnalysisItem>(`${apiBase}/analysis`, { query: { days }, signal }),
  order: (body: OrdersBody) => request<OrdersAnswer>(`${apiBase}/analysis/orders`, { method: "POST", body }),
  scans: (signal?: AbortSignal) =>
    request<ScanList>(`${apiBase}/analysis/slow-scans`, { query: { limit: 1 }, signal }),
  plan: (body: PlanBody) => request<PlanAnswer>(`${apiBase}/analysis/plans`, { method: "POST", body }),
  sendBack: (body: SupplierReturnBody, key: string) =>
    request<SupplierReturn>(`${apiBase}/analysis/supplier-returns`, { method: "POST", body, key }),
};

export type Slow = AnalysisItem["slow"][number];
export type Proposal = Slow["proposals"][number];
