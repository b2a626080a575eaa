import type { ExpectedPage, InboundPage } from "../../../api/inbound.ts";
import { apiBase, request } from "../../api.ts";

const base = `${apiBase}/inbound`;

export const inboundKeys = { expected: ["inbound", "expected"], receipts: ["inbound"] } as const;

export const inbound = {
  expected: (signal?: AbortSignal) => request<ExpectedPage>(`${base}/expected`, { signal }),
  close: (delivery: string) =>
    request<ExpectedPage>(`${base}/expected/close`, { method: "POST", body: { delivery } }),
  receipts: (signal?: AbortSignal) => request<InboundPage>(base, { signal }),
};
