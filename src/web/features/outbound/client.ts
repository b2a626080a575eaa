import type {
  TracePage,
  WaveBody,
  WaveItem,
  WavePage,
  WavePreview,
  WaveSheet,
} from "../../../api/outbound.ts";
import { apiBase, request } from "../../api.ts";
import type { Tone } from "../../ui/tag.tsx";

const base = `${apiBase}/outbound`;
const at = (wave: string) => `${base}/${encodeURIComponent(wave)}`;

/** Below `outbound`, which the phone's outbox makes stale. */
export const outboundKeys = {
  all: ["outbound"],
  list: ["outbound", "list"],
  wave: (wave: string) => ["outbound", "wave", wave],
  preview: (body: WaveBody) => ["outbound", "preview", body],
  trace: (query: TraceAsked) => ["outbound", "trace", query],
} as const;

export const traceWays = ["order", "sku", "lot", "waybill"] as const;
export type TraceWay = (typeof traceWays)[number];
export interface TraceAsked {
  readonly by: TraceWay;
  readonly text: string;
}
export const traceLimits = { rowsMax: 300, days: 180 } as const;

export const outbound = {
  list: (signal?: AbortSignal) => request<WavePage>(base, { signal }),
  wave: (wave: string, signal?: AbortSignal) => request<WaveSheet>(at(wave), { signal }),
  preview: (body: WaveBody, signal?: AbortSignal) =>
    request<WavePreview>(`${base}/preview`, { method: "POST", body, signal }),
  open: (body: WaveBody) => request<WaveItem>(base, { method: "POST", body }),
  cancel: (wave: string, reason: string) =>
    request<WaveItem>(`${at(wave)}/cancel`, { method: "POST", body: { reason } }),
  trace: ({ by, text }: TraceAsked, signal?: AbortSignal) =>
    request<TracePage>(`${base}/trace`, {
      query: { [by]: text, days: traceLimits.days, limit: traceLimits.rowsMax },
      signal,
    }),
};

export const stageTone: Readonly<Record<WaveItem["stage"], Tone>> = {
  picking: "accent",
  shipping: "tier1",
  back: "tier3",
  done: "ok",
  cancelled: "plain",
};

/** Whether a wave waits for somebody. */
export function isLive({ stage }: Pick<WaveItem, "stage">): boolean {
  return stage !== "done" && stage !== "cancelled";
}

/** How much of a wave is done: picked counts half, sent the other half. Null: there is nothing to do. */
export function progressOf({ open, picked, staged, sent }: WaveItem): number | null {
  const all = open + staged + sent;
  if (all === 0) return picked > 0 ? 1 : null;
  return (staged + 2 * sent) / (2 * all);
}
