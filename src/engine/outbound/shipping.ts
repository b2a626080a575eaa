import type { Words } from "../../domain/live/words.ts";
import { effectOf } from "../../domain/order.ts";
import { wantKey } from "../../domain/outbound/plan.ts";
import { readyLines, shipProblem, shipWords, type ShipRefusal } from "../../domain/outbound/scan.ts";
import type { ShippedLine, Wave, WaveFact } from "../../domain/outbound/wave.ts";
import type { Line } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import { refuse, type Refused } from "../refused.ts";
import type { Said } from "../counts/times.ts";
import type { Hold } from "./holds.ts";

/** One parcel as somebody packed it. */
export interface ParcelRequest extends Said {
  readonly id: string;
  readonly channel: string;
  readonly orderId: string;
  readonly carrier: string;
  readonly waybill: string;
  /** Null: everything of the order that is picked. */
  readonly lines: readonly ShippedLine[] | null;
  /** It has left: what nobody could know by then keeps it from nothing. */
  readonly queued: boolean;
}

export type ParcelRefusal = ShipRefusal | "order_held" | "order_over" | "pieces_split";

const words = {
  order_over: {
    zh: "这单已取消或平台已发货，请把货放回货架",
    en: "The order is cancelled or sent already: put the goods back",
  },
  pieces_split: {
    zh: "组合装要整套发，不能只发一部分",
    en: "A bundle is sent whole: not a part of one",
  },
} as const satisfies Readonly<Record<string, Words>>;

export interface ParcelFacts {
  readonly known: readonly Line[];
  readonly hold: Hold | null;
  readonly waybills: ReadonlySet<string>;
  /** Units of a line that were sent with our parcels and all that came before them, by `wantKey`. */
  readonly totalOf: (key: string) => number;
}

type ShippedBody = Extract<WaveFact, { kind: "shipped" }>["body"];

/** What a parcel writes into its wave, or why it cannot leave. */
export function decideParcel(
  wave: Wave,
  parcel: ParcelRequest,
  { known, hold, waybills, totalOf }: ParcelFacts,
  at: number,
): ShippedBody | Refused {
  const { id, channel, orderId, carrier, queued } = parcel;
  const waybill = parcel.waybill.normalize("NFKC").trim();
  const lines = (parcel.lines ?? readyLines(wave, channel, orderId)).map((line) => ({
    ...line,
    sku: skuKey(line.sku),
  }));
  if (hold !== null && !queued) return refuse("order_held", hold.words);
  if (lines.length === 0 && wave.back.some((one) => one.channel === channel && one.orderId === orderId))
    return refuse("order_over", words.order_over);
  const problem = shipProblem(wave, { channel, orderId, waybill, lines }, waybills);
  if (problem !== null) return refuse(problem, shipWords[problem]);
  const totals: (ShippedLine & { readonly total: number })[] = [];
  for (const line of merged(lines)) {
    const found = known.find((one) => one.lineId === line.lineId && one.sku === line.sku);
    if (found === undefined || (!queued && line.units > effectOf(found).live))
      return refuse("order_over", words.order_over);
    const key = wantKey({ channel, orderId, ...line });
    const total = Math.max(found.shipped, totalOf(key)) + line.units;
    if (total % found.per !== 0) return refuse("pieces_split", words.pieces_split);
    totals.push({ ...line, total });
  }
  return { shipment: id, channel, orderId, carrier: carrier.trim(), waybill, lines: totals, at };
}

function merged(lines: readonly ShippedLine[]): readonly ShippedLine[] {
  const all = new Map<string, ShippedLine>();
  for (const line of lines) {
    const key = JSON.stringify([line.lineId, line.sku]);
    all.set(key, { ...line, units: line.units + (all.get(key)?.units ?? 0) });
  }
  return [...all.values()];
}
