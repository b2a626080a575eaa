import type { Words } from "../live/words.ts";
import type { Quality } from "../place.ts";
import type { Instant } from "../rows.ts";

/** Goods on their way from one warehouse to another: of neither, until somebody there counts them in. */
export interface TransferLine {
  readonly sku: string;
  readonly lot: string;
  readonly quality: Quality;
  readonly quantity: number;
}

export interface Transfer {
  readonly transfer: string;
  readonly from: string;
  readonly to: string;
  readonly sent: readonly TransferLine[];
  readonly received: readonly TransferLine[];
  readonly sentAt: Instant;
  readonly closedAt: Instant | null;
  /** Units of each line that did not arrive, once it is closed. Negative: more came than was sent. */
  readonly missing: readonly TransferLine[];
}

export type TransferEvent = { readonly seq: number; readonly transfer: string; readonly at: Instant } & (
  | {
      readonly kind: "sent";
      readonly from: string;
      readonly to: string;
      readonly lines: readonly TransferLine[];
    }
  | { readonly kind: "received"; readonly lines: readonly TransferLine[] }
  /** Nothing more will come: what is missing is written off or claimed. */
  | { readonly kind: "closed" }
);

/** The transfer after its events, in their order; null before it was sent. */
export function foldTransfer(state: Transfer | null, event: TransferEvent): Transfer | null {
  if (state === null) {
    if (event.kind !== "sent") return null;
    const { transfer, from, to, lines, at } = event;
    return { transfer, from, to, sent: lines, received: [], sentAt: at, closedAt: null, missing: [] };
  }
  if (event.transfer !== state.transfer || state.closedAt !== null) return state;
  if (event.kind === "received") return { ...state, received: [...state.received, ...event.lines] };
  if (event.kind === "closed") return { ...state, closedAt: event.at, missing: inTransit(state) };
  return state;
}

/** What was sent and has not arrived, by line. */
export function inTransit({ sent, received }: Pick<Transfer, "sent" | "received">): readonly TransferLine[] {
  const open = new Map<string, TransferLine>();
  const add = (line: TransferLine, sign: 1 | -1): void => {
    const key = `${line.sku}\u0000${line.lot}\u0000${line.quality}`;
    const before = open.get(key)?.quantity ?? 0;
    open.set(key, { ...line, quantity: before + sign * line.quantity });
  };
  for (const line of sent) add(line, 1);
  for (const line of received) add(line, -1);
  return [...open.values()].filter((line) => line.quantity !== 0);
}

export type TransferRefusal = "same_warehouse" | "not_sent" | "closed" | "same_person" | "over";

export const transferWords: Readonly<Record<TransferRefusal, Words>> = {
  same_warehouse: { zh: "调出仓和调入仓是同一个", en: "It goes to the warehouse that it comes from" },
  not_sent: { zh: "没有这张调拨单", en: "There is no such transfer" },
  closed: { zh: "这张调拨单已经结束", en: "This transfer is closed" },
  same_person: {
    zh: "调出的人不能自己收货，请换一个人",
    en: "Who sent it cannot receive it: ask another person",
  },
  over: {
    zh: "收到的比调出的多：请再点一次，确实多了就另作收货",
    en: "More than was sent: count again, and book the rest as a receipt",
  },
};

/** Why goods of a transfer cannot be taken in, or null. */
export function receiveProblem(
  transfer: Transfer | null,
  lines: readonly TransferLine[],
  sentBy: string,
  by: string,
): TransferRefusal | null {
  if (transfer === null) return "not_sent";
  if (transfer.closedAt !== null) return "closed";
  if (sentBy === by) return "same_person";
  const after = inTransit({ ...transfer, received: [...transfer.received, ...lines] });
  return after.some((line) => line.quantity < 0) ? "over" : null;
}
