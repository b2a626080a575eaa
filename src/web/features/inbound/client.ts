import type { ExpectedPage, InboundPage } from "../../../api/inbound.ts";
import { apiBase, request } from "../../api.ts";

const base = `${apiBase}/inbound`;

export const inboundKeys = { expected: ["inbound", "expected"], receipts: ["inbound"] } as const;

export const inbound = {
  expected: (signal?: AbortSignal) => request<ExpectedPage>(`${base}/expected`, { signal }),
  close: (delivery: string) =>
    request<ExpectedPage>(`${base}/expected/close`, { method: "POST", body: { delivery } }),
  presale: (delivery: string, presale: boolean) =>
    request<ExpectedPage>(`${base}/expected/presale`, { method: "POST", body: { delivery, presale } }),
  receipts: (signal?: AbortSignal) => request<InboundPage>(base, { signal }),
};
