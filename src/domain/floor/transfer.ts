import type { Words } from "../live/words.ts";
import type { Quality } from "../place.ts";
import type { Instant } from "../rows.ts";

/**
 * Units on their way stand in the books of this warehouse, as `loaned`: owned, on no shelf, sold by no channel. It is
 * no warehouse that anybody can name: its id is none that the boundary takes.
 */
export const transitWarehouse = "@transit";

/** Transfers are documents of the shop, written by the command that moves their units. */
export const transferKind = "transfer";

/** Goods on their way from one warehouse to another: of neither, until somebody there counts them in. */
export interface TransferLine {
  readonly sku: string;
  readonly lot: string;
  /** As it was sent. */
  readonly quality: Quality;
  readonly quantity: number;
}

/** A line that arrived, and where it was put. */
export interface ReceivedLine extends TransferLine {
  /** Empty: not put away. */
  readonly bin: string;
  /** Units of it that were sent as good and arrived damaged. */
  readonly damaged: number;
}

/** What becomes of what did not arrive. */
export const missingFates = ["lost", "back"] as const;
export type MissingFate = (typeof missingFates)[number];

export interface Transfer {
  readonly transfer: string;
  readonly from: string;
  readonly to: string;
  readonly note: string;
  readonly sent: readonly TransferLine[];
  readonly received: readonly ReceivedLine[];
  readonly sentAt: Instant;
  readonly sentBy: string;
  /** Everybody who counted some of it in. */
  readonly receivedBy: readonly string[];
  readonly closedAt: Instant | null;
  readonly closedBy: string | null;
  readonly reason: string;
  /** What became of the missing ones; null: none was missing, or it is not closed. */
  readonly fate: MissingFate | null;
  /** Units of each line that did not arrive, once it is closed. */
  readonly missing: readonly TransferLine[];
}

export type TransferEvent = { readonly transfer: string; readonly at: Instant; readonly by: string } & (
  | {
      readonly kind: "sent";
      readonly from: string;
      readonly to: string;
      readonly note: string;
      readonly lines: readonly TransferLine[];
    }
  | { readonly kind: "received"; readonly lines: readonly ReceivedLine[] }
  /** Nothing more will come: what is missing is written off, or was found where it came from. */
  | { readonly kind: "closed"; readonly fate: MissingFate; readonly reason: string }
);

/** The transfer after an event; null before it was sent. It closes by itself when everything has come. */
export function foldTransfer(state: Transfer | null, event: TransferEvent): Transfer | null {
  if (state === null) {
    if (event.kind !== "sent") return null;
    const { transfer, from, to, note, lines, at, by } = event;
    return {
      transfer,
      from,
      to,
      note,
      sent: lines,
      received: [],
      sentAt: at,
      sentBy: by,
      receivedBy: [],
      closedAt: null,
      closedBy: null,
      reason: "",
      fate: null,
      missing: [],
    };
  }
  if (event.transfer !== state.transfer || state.closedAt !== null) return state;
  if (event.kind === "received") {
    const received = [...state.received, ...event.lines];
    const receivedBy = [...new Set([...state.receivedBy, event.by])];
    const whole = inTransit({ sent: state.sent, received }).length === 0;
    const end = whole ? { closedAt: event.at, closedBy: event.by } : {};
    return { ...state, received, receivedBy, ...end };
  }
  if (event.kind !== "closed") return state;
  const { at, by, fate, reason } = event;
  return { ...state, closedAt: at, closedBy: by, reason, fate, missing: inTransit(state) };
}

/** What was sent and has not arrived, by line. */
export function inTransit({
  sent,
  received,
}: {
  readonly sent: readonly TransferLine[];
  readonly received: readonly TransferLine[];
}): readonly TransferLine[] {
  const open = new Map<string, TransferLine>();
  const add = (line: TransferLine, sign: 1 | -1): void => {
    const key = `${line.sku}\u0000${line.lot}\u0000${line.quality}`;
    const before = open.get(key)?.quantity ?? 0;
    const { sku, lot, quality } = line;
    open.set(key, { sku, lot, quality, quantity: before + sign * line.quantity });
  };
  for (const line of sent) add(line, 1);
  for (const line of received) add(line, -1);
  return [...open.values()].filter((line) => line.quantity !== 0);
}

export type TransferRefusal =
  | "same_warehouse"
  | "not_sent"
  | "transfer_closed"
  | "same_person"
  | "transfer_over";

export const transferWords: Readonly<Record<TransferRefusal, Words>> = {
  same_warehouse: { zh: "调出仓和调入仓是同一个", en: "It goes to the warehouse that it comes from" },
  not_sent: { zh: "没有这张调拨单", en: "There is no such transfer" },
  transfer_closed: { zh: "这张调拨单已经结束", en: "This transfer is closed" },
  same_person: {
    zh: "调出的人不能自己收货，请换一个人",
    en: "Who sent it cannot receive it: ask another person",
  },
  transfer_over: {
    zh: "收到的比调出的多：请再点一次，确实多了就另作收货",
    en: "More than was sent: count again, and book the rest as a receipt",
  },
};

/** Why goods of a transfer cannot be taken in, or null. */
export function receiveProblem(
  transfer: Transfer | null,
  lines: readonly TransferLine[],
  by: string,
): TransferRefusal | null {
  if (transfer === null) return "not_sent";
  if (transfer.closedAt !== null) return "transfer_closed";
  if (transfer.sentBy === by) return "same_person";
  const after = inTransit({ sent: transfer.sent, received: [...transfer.received, ...lines] });
  return after.some((line) => line.quantity < 0) ? "transfer_over" : null;
}
