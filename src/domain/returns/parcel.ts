import type { FloorMovement } from "../floor/movement.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";

/** Why the customer sent it back, or what was found. */
export const returnReasons = [
  "no_reason",
  "wrong_size",
  "wrong_item",
  "damaged",
  "opened",
  "defective",
  "expired",
  "incomplete",
  "not_ours",
] as const;
export type ReturnReason = (typeof returnReasons)[number];

export interface ReturnLine {
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

/** What an inspection says of a part of a line. */
export interface Inspection {
  readonly lineId: string;
  readonly sku: string;
  readonly good: number;
  readonly bad: number;
  readonly reason: ReturnReason;
  /** Names of stored pictures. */
  readonly photos: readonly string[];
  readonly by: string;
  readonly at: Instant;
}

/** A parcel that came back. From its arrival its units are in the building, awaiting inspection. */
export interface ReturnParcel {
  readonly parcel: string;
  readonly seq: number;
  readonly warehouse: string;
  /** Where it waits. */
  readonly bin: string;
  readonly waybill: string;
  /** Null: nobody knows whose it is. */
  readonly order: { readonly channel: string; readonly orderId: string } | null;
  readonly arrivedAt: Instant;
  readonly lines: readonly ReturnLine[];
  readonly inspections: readonly Inspection[];
}

interface ReturnBodies {
  readonly arrived: Pick<ReturnParcel, "warehouse" | "bin" | "waybill" | "order" | "lines">;
  /** Whose it is was found out later. */
  readonly matched: { readonly channel: string; readonly orderId: string };
  readonly inspected: Omit<Inspection, "by" | "at">;
}
interface ReturnEventOf<Kind extends keyof ReturnBodies> {
  readonly seq: number;
  readonly parcel: string;
  readonly at: Instant;
  readonly actor: string;
  readonly kind: Kind;
  readonly body: ReturnBodies[Kind];
}
export type ReturnEvent = { [Kind in keyof ReturnBodies]: ReturnEventOf<Kind> }[keyof ReturnBodies];

/** The parcel after one more event; null before it came. */
export function foldReturn(state: ReturnParcel | null, event: ReturnEvent): ReturnParcel | null {
  if (state === null) {
    if (event.kind !== "arrived") return null;
    return { parcel: event.parcel, seq: event.seq, ...event.body, arrivedAt: event.at, inspections: [] };
  }
  if (event.parcel !== state.parcel || event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq };
  switch (event.kind) {
    case "matched":
      return state.order === null ? { ...next, order: event.body } : next;
    case "inspected": {
      const inspection = { ...event.body, by: event.actor, at: event.at };
      return { ...next, inspections: [...next.inspections, inspection] };
    }
    case "arrived":
    default:
      return next;
  }
}

/** Units of each line that nobody has inspected. */
export function uninspected({ lines, inspections }: ReturnParcel): readonly ReturnLine[] {
  return lines
    .map((line) => {
      const own = inspections.filter((one) => one.lineId === line.lineId && one.sku === line.sku);
      return { ...line, units: own.reduce((left, one) => left - one.good - one.bad, line.units) };
    })
    .filter((line) => line.units > 0);
}

export const returnRefusals = ["line_unknown", "units_invalid", "photo_needed", "reason_needed"] as const;
export type ReturnRefusal = (typeof returnRefusals)[number];

export const returnWords: Readonly<Record<ReturnRefusal, Words>> = {
  line_unknown: {
    zh: "这个包裹里没有这件商品，或已经检完",
    en: "The parcel has no such item left to inspect",
  },
  units_invalid: { zh: "良品加不良品超过了退回的数量", en: "Good and bad together are more than came back" },
  photo_needed: { zh: "不良品要拍照", en: "Take a picture of what is not good" },
  reason_needed: { zh: "不良品要写明原因", en: "Say what is wrong with what is not good" },
};

/** Why an inspection cannot be signed, or null. */
export function inspectProblem(
  parcel: ReturnParcel,
  { lineId, sku, good, bad, reason, photos }: ReturnBodies["inspected"],
): ReturnRefusal | null {
  const line = uninspected(parcel).find((one) => one.lineId === lineId && one.sku === sku);
  if (line === undefined) return "line_unknown";
  const whole = [good, bad].every((units) => Number.isSafeInteger(units) && units >= 0);
  if (!whole || good + bad === 0 || good + bad > line.units) return "units_invalid";
  if (bad === 0) return null;
  if (photos.length === 0) return "photo_needed";
  return reason === "no_reason" ? "reason_needed" : null;
}

type Recorded = Pick<
  FloorMovement,
  "at" | "atUncertaintyMs" | "recordedAt" | "device" | "deviceSeq" | "actor"
>;

/** A parcel's units on the floor: they stand in its bin as not good until somebody has looked. */
export function arrivalMovements(parcel: ReturnParcel, recorded: Recorded): readonly FloorMovement[] {
  const { warehouse, bin } = parcel;
  return parcel.lines.map(({ sku, units }, index) => ({
    id: `return:${parcel.parcel}:${index}`,
    sku,
    quantity: units,
    from: null,
    to: { warehouse, bin, lot: "", quality: "bad" },
    reason: "return",
    doc: parcel.parcel,
    ...recorded,
  }));
}

/** Inspected as good: the same units, in the same bin, may be sold. Null where none is. */
export function inspectionMovement(
  parcel: ReturnParcel,
  seq: number,
  { sku, good }: Pick<Inspection, "sku" | "good">,
  recorded: Recorded,
): FloorMovement | null {
  if (good === 0) return null;
  const shelf = { warehouse: parcel.warehouse, bin: parcel.bin, lot: "" };
  return {
    id: `inspection:${parcel.parcel}:${seq}`,
    sku,
    quantity: good,
    from: { ...shelf, quality: "bad" },
    to: { ...shelf, quality: "good" },
    reason: "regrade",
    doc: parcel.parcel,
    ...recorded,
  };
}
