import type { Return } from "../command.ts";
import type { Words } from "../live/words.ts";
import type { Instant, Line } from "../rows.ts";

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

/** Where parcels wait where nobody says otherwise. */
export const returnsBinDefault = "退货区";

export interface ReturnLine {
  /** Of the order's line. Empty: the parcel has no order, or the order no such product. */
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
}

export interface OrderName {
  readonly channel: string;
  readonly orderId: string;
}

/** What an inspection says of a part of a line. */
export interface Inspection {
  /** The number of its event: its movement is booked under it. */
  readonly seq: number;
  /** How the phone calls it: said again it is the same one. */
  readonly entry: string;
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

/** A parcel that came back. Its units are in the building; each is in the books once somebody has looked at it. */
export interface ReturnParcel {
  readonly parcel: string;
  readonly seq: number;
  readonly request: string;
  readonly warehouse: string;
  /** Where it waits. */
  readonly bin: string;
  readonly waybill: string;
  /** Null: nobody knows whose it is. */
  readonly order: OrderName | null;
  readonly note: string;
  readonly arrivedAt: Instant;
  readonly arrivedBy: string;
  readonly lines: readonly ReturnLine[];
  readonly inspections: readonly Inspection[];
  /** What nobody has looked at did not come, or was booked elsewhere. Null: it waits. */
  readonly closed: { readonly reason: string; readonly by: string; readonly at: Instant } | null;
}

interface ReturnBodies {
  readonly arrived: Pick<
    ReturnParcel,
    "request" | "warehouse" | "bin" | "waybill" | "order" | "note" | "lines"
  >;
  /** Whose it is was found out before anybody looked into it. */
  readonly matched: OrderName & { readonly lines: readonly ReturnLine[] };
  readonly inspected: Omit<Inspection, "seq" | "by" | "at">;
  /** There is no more to look at. */
  readonly closed: { readonly reason: string };
  /** The books did not take an inspection: it stands no more. */
  readonly refused: { readonly inspection: number; readonly code: string };
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
export type ReturnFact = {
  [Kind in keyof ReturnBodies]: Pick<ReturnEventOf<Kind>, "kind" | "body">;
}[keyof ReturnBodies];

/** The parcel after one more event; null before it came. */
export function foldReturn(state: ReturnParcel | null, event: ReturnEvent): ReturnParcel | null {
  const { seq, at, actor } = event;
  if (state === null) {
    if (event.kind !== "arrived") return null;
    return {
      parcel: event.parcel,
      seq,
      ...event.body,
      arrivedAt: at,
      arrivedBy: actor,
      inspections: [],
      closed: null,
    };
  }
  if (event.parcel !== state.parcel || seq <= state.seq) return state;
  const next = { ...state, seq };
  switch (event.kind) {
    case "matched": {
      if (state.order !== null || state.inspections.length > 0) return next;
      const { lines, channel, orderId } = event.body;
      return { ...next, order: { channel, orderId }, lines };
    }
    case "inspected":
      return { ...next, inspections: [...next.inspections, { ...event.body, seq, by: actor, at }] };
    case "closed":
      return { ...next, closed: { reason: event.body.reason, by: actor, at } };
    case "refused": {
      const { inspection } = event.body;
      return { ...next, inspections: state.inspections.filter((one) => one.seq !== inspection) };
    }
    case "arrived":
    default:
      return next;
  }
}

/** Units of each line that nobody has inspected. */
export function uninspected({
  lines,
  inspections,
  closed,
}: Pick<ReturnParcel, "lines" | "inspections" | "closed">): readonly ReturnLine[] {
  if (closed !== null) return [];
  return lines
    .map((line) => {
      const own = inspections.filter((one) => one.lineId === line.lineId && one.sku === line.sku);
      return { ...line, units: own.reduce((left, one) => left - one.good - one.bad, line.units) };
    })
    .filter((line) => line.units > 0);
}

export const returnRefusals = [
  "line_unknown",
  "units_invalid",
  "photo_needed",
  "reason_needed",
  "more_than_sent",
  "parcel_known",
  "parcel_matched",
] as const;
export type ReturnRefusal = (typeof returnRefusals)[number];

export const returnWords: Readonly<Record<ReturnRefusal, Words>> = {
  line_unknown: {
    zh: "这个包裹里没有这件商品，或已经检完",
    en: "The parcel has no such item left to inspect",
  },
  units_invalid: { zh: "良品加不良品超过了退回的数量", en: "Good and bad together are more than came back" },
  photo_needed: { zh: "不良品要拍照", en: "Take a picture of what is not good" },
  reason_needed: { zh: "不良品要写明原因", en: "Say what is wrong with what is not good" },
  more_than_sent: {
    zh: "比这个订单发出去、还没退回的多，请核对订单和数量",
    en: "More than this order was sent and has not brought back: check the order and the quantity",
  },
  parcel_known: {
    zh: "这个运单号的包裹已登记，请打开它继续质检",
    en: "A parcel with this waybill is here already: open it and go on",
  },
  parcel_matched: {
    zh: "包裹已有订单，或已开始质检，不能再改",
    en: "The parcel has its order, or somebody has begun to inspect it: it cannot be changed",
  },
};

/** Why an inspection cannot be signed, or null. */
export function inspectProblem(
  parcel: ReturnParcel,
  { lineId, sku, good, bad, reason, photos }: Omit<Inspection, "seq" | "by" | "at">,
): ReturnRefusal | null {
  const line = uninspected(parcel).find((one) => one.lineId === lineId && one.sku === sku);
  if (line === undefined) return "line_unknown";
  const whole = [good, bad].every((units) => Number.isSafeInteger(units) && units >= 0);
  if (!whole || good + bad === 0 || good + bad > line.units) return "units_invalid";
  if (bad === 0) return null;
  if (photos.length === 0) return "photo_needed";
  return reason === "no_reason" ? "reason_needed" : null;
}

/** What a line of an order may still bring back: sent, not back, and in no parcel that waits. */
export function returnable(
  line: Pick<Line, "lineId" | "sku" | "shipped" | "returnedGood" | "returnedBad">,
  waiting: readonly ReturnLine[],
): number {
  const here = waiting.filter((one) => one.lineId === line.lineId && one.sku === line.sku);
  const back = line.returnedGood + line.returnedBad;
  return Math.max(
    0,
    here.reduce((left, one) => left - one.units, line.shipped - back),
  );
}

/**
 * The lines of a parcel as the order's lines, or null where they are more than the order may bring back. What the order has not
 * at all was sent by mistake and stays without a line.
 * @param asked a line id where somebody said which
 * @param waiting lines of the order's other parcels that nobody has inspected
 */
export function linesOfOrder(
  order: readonly Line[],
  asked: readonly ReturnLine[],
  waiting: readonly ReturnLine[],
): readonly ReturnLine[] | null {
  const taken: ReturnLine[] = [];
  for (const { lineId, sku, units } of asked) {
    const own = order.filter((line) => line.sku === sku && (lineId === "" || line.lineId === lineId));
    if (own.length === 0) {
      if (lineId !== "") return null;
      taken.push({ lineId: "", sku, units });
      continue;
    }
    let open = units;
    for (const line of own) {
      const fits = Math.min(open, returnable(line, [...waiting, ...taken]));
      if (fits > 0) taken.push({ lineId: line.lineId, sku, units: fits });
      open -= fits;
    }
    if (open > 0) return null;
  }
  return joined(taken);
}

/** One line for each of the order's lines and products. */
export function joined(lines: readonly ReturnLine[]): readonly ReturnLine[] {
  const sums = new Map<string, ReturnLine>();
  for (const line of lines) {
    const key = JSON.stringify([line.lineId, line.sku]);
    sums.set(key, { ...line, units: line.units + (sums.get(key)?.units ?? 0) });
  }
  return [...sums.values()];
}

const returnKeyPrefix = "return/";

/** The ledger's command for an inspection: the same one has the same key for ever. */
export function returnCommand(parcel: ReturnParcel, inspection: Inspection): Return {
  const { order, warehouse, bin } = parcel;
  const { seq, lineId, sku, good, bad, by, at } = inspection;
  return {
    type: "return",
    key: `${returnKeyPrefix}${parcel.parcel}/${seq}`,
    actor: by,
    at,
    order: order === null || lineId === "" ? null : { ...order, lineId },
    warehouse,
    bin,
    sku,
    good,
    bad,
  };
}

/** The parcel and inspection that a movement's document names; null: another document. */
export function inspectionOfKey(key: string | null): { parcel: string; seq: number } | null {
  if (key === null || !key.startsWith(returnKeyPrefix)) return null;
  const [parcel = "", seq = ""] = key.slice(returnKeyPrefix.length).split("/");
  return { parcel, seq: Number(seq) };
}
