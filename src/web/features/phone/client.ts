import type {
  CloseBinsAnswer,
  CloseBinsBody,
  CounterSheet,
  CountItem,
  CountPage,
  EntriesAnswer,
  EntriesBody,
  ResolutionBody,
  ScanAnswer,
} from "../../../api/counts.ts";
import type { InboundBody, InboundItem, InboundPage, SignedCountBody } from "../../../api/inbound.ts";
import { apiBase, request } from "../../api.ts";
import type { Transport } from "../../offline/outbox.ts";

const counts = `${apiBase}/counts`;
const inbound = `${apiBase}/inbound`;
const at = (base: string, id: string) => `${base}/${encodeURIComponent(id)}`;

export const phoneKeys = {
  sheets: ["counts", "phone"],
  sheet: (sheet: string) => ["counts", "phone", sheet],
  receipts: ["inbound"],
  receipt: (receipt: string) => ["inbound", receipt],
} as const;

export const phoneApi = {
  sheets: (signal?: AbortSignal) => request<CountPage>(counts, { signal }),
  sheet: (sheet: string, signal?: AbortSignal) => request<CounterSheet>(at(counts, sheet), { signal }),
  resolve: (sheet: string, body: ResolutionBody) =>
    request<CountItem>(`${at(counts, sheet)}/resolutions`, { method: "POST", body }),
  scan: (code: string, warehouse?: string) =>
    request<ScanAnswer>(`${apiBase}/scan`, { query: { code, warehouse } }),
  receipts: (signal?: AbortSignal) => request<InboundPage>(inbound, { signal }),
  receipt: (receipt: string, signal?: AbortSignal) => request<InboundItem>(at(inbound, receipt), { signal }),
  openReceipt: (body: InboundBody) => request<InboundItem>(inbound, { method: "POST", body }),
  sign: (receipt: string, body: SignedCountBody) =>
    request<InboundItem>(`${at(inbound, receipt)}/counts`, { method: "POST", body }),
};

export const transport: Transport = {
  entries: (sheet: string, body: EntriesBody) =>
    request<EntriesAnswer>(`${at(counts, sheet)}/entries`, { method: "POST", body }),
  closes: (sheet: string, body: CloseBinsBody) =>
    request<CloseBinsAnswer>(`${at(counts, sheet)}/bins/close`, { method: "POST", body }),
};
