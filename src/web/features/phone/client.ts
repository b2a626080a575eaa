import type {
  CloseBinsAnswer,
  CloseBinsBody,
  CountBody,
  CounterSheet,
  CountItem,
  CountPage,
  CountPlan,
  EntriesAnswer,
  EntriesBody,
  ResolutionBody,
  ScanAnswer,
} from "../../../api/counts.ts";
import type { TransferItem, TransferReceiveBody } from "../../../api/floor.ts";
import type {
  OutboundAnswer,
  OutboundEntriesBody,
  ParcelsBody,
  WavePage,
  WaveSheet,
} from "../../../api/outbound.ts";
import type {
  ExpectedPage,
  InboundBody,
  InboundItem,
  InboundPage,
  SignedCountBody,
} from "../../../api/inbound.ts";
import { apiBase, request } from "../../api.ts";
import type { Transport } from "../../offline/outbox.ts";

const counts = `${apiBase}/counts`;
const inbound = `${apiBase}/inbound`;
const outbound = `${apiBase}/outbound`;
const at = (base: string, id: string) => `${base}/${encodeURIComponent(id)}`;

export const phoneKeys = {
  sheets: ["counts", "phone"],
  plan: ["counts", "plan"],
  sheet: (sheet: string) => ["counts", "phone", sheet],
  receipts: ["inbound", "phone"],
  expected: ["inbound", "expected"],
  receipt: (receipt: string) => ["inbound", "phone", receipt],
  waves: ["outbound", "phone"],
  wave: (wave: string) => ["outbound", "phone", wave],
} as const;

export const phoneApi = {
  sheets: (signal?: AbortSignal) => request<CountPage>(counts, { signal }),
  plan: (signal?: AbortSignal) => request<CountPlan>(`${counts}/plan`, { signal }),
  openSheet: (body: CountBody, key: string) => request<CountItem>(counts, { method: "POST", body, key }),
  /** @param after what this phone knows of it; absent: nothing */
  sheet: (sheet: string, after: number | undefined, signal?: AbortSignal) =>
    request<CounterSheet>(at(counts, sheet), { query: { after }, signal }),
  resolve: (sheet: string, body: ResolutionBody) =>
    request<CountItem>(`${at(counts, sheet)}/resolutions`, { method: "POST", body }),
  scan: (code: string, warehouse?: string) =>
    request<ScanAnswer>(`${apiBase}/scan`, { query: { code, warehouse } }),
  waves: (signal?: AbortSignal) => request<WavePage>(outbound, { signal }),
  wave: (wave: string, signal?: AbortSignal) => request<WaveSheet>(at(outbound, wave), { signal }),
  receipts: (signal?: AbortSignal) => request<InboundPage>(inbound, { signal }),
  receipt: (receipt: string, signal?: AbortSignal) => request<InboundItem>(at(inbound, receipt), { signal }),
  expected: (signal?: AbortSignal) => request<ExpectedPage>(`${inbound}/expected`, { signal }),
};

export const transport: Transport = {
  entries: (sheet: string, body: EntriesBody) =>
    request<EntriesAnswer>(`${at(counts, sheet)}/entries`, { method: "POST", body }),
  closes: (sheet: string, body: CloseBinsBody) =>
    request<CloseBinsAnswer>(`${at(counts, sheet)}/bins/close`, { method: "POST", body }),
  picks: (wave: string, body: OutboundEntriesBody) =>
    request<OutboundAnswer>(`${at(outbound, wave)}/entries`, { method: "POST", body }),
  parcels: (wave: string, body: ParcelsBody) =>
    request<OutboundAnswer>(`${at(outbound, wave)}/parcels`, { method: "POST", body }),
  opens: (body: InboundBody) => request<InboundItem>(inbound, { method: "POST", body }),
  signs: (receipt: string, body: SignedCountBody, key: string) =>
    request<InboundItem>(`${at(inbound, receipt)}/counts`, { method: "POST", body, key }),
  arrives: (transfer: string, body: TransferReceiveBody, key: string) =>
    request<TransferItem>(`${at(`${apiBase}/transfers`, transfer)}/receive`, { method: "POST", body, key }),
};
