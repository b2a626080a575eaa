import type { Instant } from "../rows.ts";

/** One question to the server: the device's clock when it was sent and answered, and the server's in between. */
export interface ClockSample {
  readonly deviceSentAt: Instant;
  readonly deviceReceivedAt: Instant;
  readonly serverAt: Instant;
}

/** How far a device's clock wanders: milliseconds for each million that pass. A phone's is rarely above 50. */
export const driftPerMillion = 200;

/**
 * When a device's moment was by the server's clock. Each sample bounds what must be added to the device's
 * clock, less tightly the further away it is; all bounds hold at once. Where they contradict each other the
 * clock was set by hand in between: then any of them may be right.
 * @returns the earliest and the latest it can have been, or null where the device never asked
 */
export function serverSpan(
  samples: readonly ClockSample[],
  deviceAt: Instant,
): { readonly from: Instant; readonly to: Instant } | null {
  const bounds = samples.map((sample) => {
    const away = Math.max(deviceAt - sample.deviceReceivedAt, sample.deviceSentAt - deviceAt, 0);
    const drift = Math.ceil((away * driftPerMillion) / 1_000_000);
    return {
      low: sample.serverAt - sample.deviceReceivedAt - drift,
      high: sample.serverAt - sample.deviceSentAt + drift,
    };
  });
  if (bounds.length === 0) return null;
  const low = Math.max(...bounds.map((bound) => bound.low));
  const high = Math.min(...bounds.map((bound) => bound.high));
  if (low <= high) return { from: deviceAt + low, to: deviceAt + high };
  return {
    from: deviceAt + Math.min(...bounds.map((bound) => bound.low)),
    to: deviceAt + Math.max(...bounds.map((bound) => bound.high)),
  };
}

/**
 * The span that goes into the books: nothing happened after the server heard of it, nor before `notBefore`
 * (the sheet was opened, the order was paid). Without any sample that is all that is known.
 */
export function boundedSpan(
  span: { readonly from: Instant; readonly to: Instant } | null,
  notBefore: Instant,
  recordedAt: Instant,
): { readonly from: Instant; readonly to: Instant } {
  const to = Math.min(span?.to ?? recordedAt, recordedAt);
  return { from: Math.min(Math.max(span?.from ?? notBefore, notBefore), to), to };
}
