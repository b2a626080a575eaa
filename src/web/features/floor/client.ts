import type {
  BinBody,
  BinFileAnswer,
  BinItem,
  BinItems,
  LotFields,
  LotItem,
  LotItems,
  MoveBody,
  OverrideItems,
  PutAwayAnswer,
  TransferBody,
  TransferCloseBody,
  TransferItem,
  TransferItems,
  TransferReceiveBody,
  ZoneBody,
  ZoneItem,
  ZoneItems,
} from "../../../api/floor.ts";
import type { SeqAnswer } from "../../../api/goods.ts";
import { apiBase, errorOf, parseJson, pathOf, request } from "../../api.ts";

const segment = encodeURIComponent;
const transferAt = (id: string) => `${apiBase}/transfers/${segment(id)}`;

export const floorKeys = {
  all: ["floor"],
  zones: (warehouse: string) => ["floor", "zones", warehouse],
  bins: (warehouse: string, zone: string | null, search: string) => [
    "floor",
    "bins",
    warehouse,
    zone,
    search,
  ],
  lots: (days: number | null) => ["floor", "lots", days],
  overrides: ["floor", "overrides"],
  transfers: ["floor", "transfers"],
  transfer: (id: string) => ["floor", "transfers", id],
  putAway: (warehouse: string, sku: string, lot: string, quality: string) => [
    "floor",
    "put-away",
    warehouse,
    sku,
    lot,
    quality,
  ],
} as const;

export const floorApi = {
  zones: (warehouse: string, signal?: AbortSignal) =>
    request<ZoneItems>(`${apiBase}/zones`, { query: { warehouse }, signal }),
  saveZone: (warehouse: string, zone: string, body: ZoneBody) =>
    request<ZoneItem>(`${apiBase}/zones/${segment(warehouse)}/${segment(zone)}`, { method: "PUT", body }),
  removeZone: (warehouse: string, zone: string) =>
    request<null>(`${apiBase}/zones/${segment(warehouse)}/${segment(zone)}`, { method: "DELETE" }),
  bins: (
    query: { warehouse: string; zone?: string; search?: string; limit?: number },
    signal?: AbortSignal,
  ) => request<BinItems>(pathOf(`${apiBase}/bins`, query) + (query.zone === "" ? "&zone=" : ""), { signal }),
  saveBin: (warehouse: string, bin: string, body: BinBody) =>
    request<BinItem>(`${apiBase}/bins/${segment(warehouse)}/${segment(bin)}`, { method: "PUT", body }),
  overrides: (signal?: AbortSignal) => request<OverrideItems>(`${apiBase}/zone-overrides`, { signal }),
  move: (body: MoveBody, key: string) =>
    request<SeqAnswer>(`${apiBase}/moves`, { method: "POST", body, key }),
  putAway: (query: { warehouse: string; sku: string; lot: string; quality: string }, signal?: AbortSignal) =>
    request<PutAwayAnswer>(`${apiBase}/put-away`, { query, signal }),
  lots: (days: number | null, signal?: AbortSignal) =>
    request<LotItems>(`${apiBase}/lots`, { query: { days }, signal }),
  saveLot: (sku: string, lot: string, body: LotFields) =>
    request<LotItem>(`${apiBase}/lots/${segment(sku)}/${segment(lot)}`, { method: "PUT", body }),
  transfers: (signal?: AbortSignal) => request<TransferItems>(`${apiBase}/transfers`, { signal }),
  transfer: (id: string, signal?: AbortSignal) => request<TransferItem>(transferAt(id), { signal }),
  send: (body: TransferBody, key: string) =>
    request<TransferItem>(`${apiBase}/transfers`, { method: "POST", body, key }),
  receive: (id: string, body: TransferReceiveBody, key: string) =>
    request<TransferItem>(`${transferAt(id)}/receive`, { method: "POST", body, key }),
  close: (id: string, body: TransferCloseBody, key: string) =>
    request<TransferItem>(`${transferAt(id)}/close`, { method: "POST", body, key }),
  /** A file as it is; @param dryRun only looks at it */
  importBins: async (warehouse: string, file: File, dryRun: boolean): Promise<BinFileAnswer> => {
    const query = { warehouse, name: file.name.slice(-200), dryRun };
    const response = await fetch(pathOf(`${apiBase}/bins/import`, query), {
      method: "POST",
      headers: { "content-type": "application/octet-stream", accept: "application/json" },
      credentials: "same-origin",
      body: file,
    });
    const body = parseJson(await response.text());
    if (!response.ok) throw errorOf(response.status, body);
    return body as BinFileAnswer;
  },
};
