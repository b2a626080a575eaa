import type { Instant } from "../rows.ts";

/**
 * What is known of the time of a movement beside the time itself: the ledger keeps it in the command's key, so that
 * the floor knows it of each entry of the journal.
 */
export interface Clocked {
  /** By how much the time can be wrong, to either side, in milliseconds. */
  readonly slackMs: number;
  /** The phone that it was done with, and the phone's number of it; null: nobody said. */
  readonly device: string | null;
  readonly deviceSeq: number;
}

export const unclocked: Clocked = { slackMs: 0, device: null, deviceSeq: 0 };

export interface ClockedMoment extends Clocked {
  readonly at: Instant;
}

const pickForm = /^pick\/W[0-9a-z]+\/\d+\/(\d+)\/\d+(?:\/(\d+)\/([^/]+))?$/u;
const moveForm = /^move\/(\d+)\/(?:(\d+)\/([^/]+)|-)\//u;

/** A carrying's key: the wave, which of its carryings it is, by how much its time can be wrong, the try, the phone. */
export function pickKey(
  wave: string,
  index: number,
  { slackMs, device, deviceSeq }: Clocked,
  n: number,
): string {
  const key = `pick/${wave}/${index}/${Math.round(slackMs)}/${n}`;
  return device === null ? key : `${key}/${deviceSeq}/${device}`;
}

/** A move's key. The same request, sent again as it was, has the same. @param request the key of the request */
export function moveKey(request: string, { slackMs, device, deviceSeq }: Clocked): string {
  if (device === null && slackMs === 0) return `key:${request}`;
  const phone = device === null ? "-" : `${deviceSeq}/${device}`;
  return `move/${Math.round(slackMs)}/${phone}/${request}`;
}

/** What a key says of the time of its movement; null: it is neither a pick's nor a move's. */
export function clockedOf(key: string | null): Clocked | null {
  const found = key === null ? null : (pickForm.exec(key) ?? moveForm.exec(key));
  if (found === null) return null;
  const [, slack, seq, device] = found;
  return { slackMs: Number(slack), device: device ?? null, deviceSeq: Number(seq ?? 0) };
}
