import { OverrideText } from "./floor.ts";
import { Type, type Static } from "typebox";
import { limits } from "../domain/limits.ts";
import { returnReasons } from "../domain/returns/parcel.ts";
import { refunds, stages } from "../domain/order.ts";
import {
  BinText,
  Count,
  IdText,
  NameId,
  NoteText,
  Quantity,
  SkuText,
  closed,
  nullable,
  text,
} from "./text.ts";

/** Parcels that customers sent back. */

/** A part of a file's name is no picture: letters and digits of a hash. */
export const PhotoName = Type.String({ pattern: "^[0-9a-f]{32}$" });
export const photosMax = 6;
export const PhotoNames = Type.Array(PhotoName, { maxItems: photosMax });

export const PhotoParams = Type.Object({ photo: PhotoName }, closed);
export type PhotoParams = Static<typeof PhotoParams>;
export const PhotoAnswer = Type.Object({ photo: PhotoName });
export type PhotoAnswer = Static<typeof PhotoAnswer>;

const WaybillText = text(limits.idCharsMax, 0);
const OrderName = Type.Object({ channel: NameId, orderId: IdText }, closed);

export const ReturnParams = Type.Object({ parcel: NameId }, closed);
export type ReturnParams = Static<typeof ReturnParams>;

export const ReturnsQuery = Type.Object(
  { state: Type.Optional(Type.Enum(["waiting", "done", "all"])) },
  closed,
);
export type ReturnsQuery = Static<typeof ReturnsQuery>;

export const FindQuery = Type.Object({ code: IdText }, closed);
export type FindQuery = Static<typeof FindQuery>;

export const ReturnBody = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    bin: Type.Optional(BinText),
    waybill: Type.Optional(WaybillText),
    /** Absent: nobody knows whose it is. */
    order: Type.Optional(OrderName),
    note: Type.Optional(NoteText),
    override: Type.Optional(OverrideText),
    lines: Type.Array(Type.Object({ lineId: Type.Optional(IdText), sku: SkuText, units: Quantity }, closed), {
      minItems: 1,
      maxItems: limits.linesPerOrderMax,
    }),
  },
  { ...closed, description: "A parcel has come back." },
);
export type ReturnBody = Static<typeof ReturnBody>;

export const InspectionBody = Type.Object(
  {
    /** The caller's name for it: said again it is the same inspection. */
    entry: NameId,
    lineId: Type.Optional(text(limits.idCharsMax, 0)),
    sku: SkuText,
    good: Count,
    bad: Count,
    reason: Type.Enum(returnReasons),
    photos: Type.Optional(PhotoNames),
  },
  closed,
);
export type InspectionBody = Static<typeof InspectionBody>;

export const ParcelCloseBody = Type.Object({ reason: NoteText }, closed);
export type ParcelCloseBody = Static<typeof ParcelCloseBody>;

export const MatchBody = OrderName;
export type MatchBody = Static<typeof MatchBody>;

const ParcelLine = Type.Object({
  lineId: Type.String(),
  sku: Type.String(),
  name: Type.String(),
  units: Type.Integer(),
  /** That nobody has looked at. */
  open: Type.Integer(),
  good: Type.Integer(),
  bad: Type.Integer(),
});

const RefundState = Type.Enum(refunds);
const OrderedLine = Type.Object({
  lineId: Type.String(),
  sku: Type.String(),
  name: Type.String(),
  quantity: Type.Integer(),
  shipped: Type.Integer(),
  returnedGood: Type.Integer(),
  returnedBad: Type.Integer(),
  /** Sent, not back, and in no parcel that waits. */
  returnable: Type.Integer(),
  /** In parcels that wait to be inspected. */
  waiting: Type.Integer(),
  stage: Type.Enum(stages),
  refund: RefundState,
});
export type OrderedReturnLine = Static<typeof OrderedLine>;

export const ReturnItem = Type.Object({
  parcel: Type.String(),
  state: Type.Enum(["waiting", "done"]),
  warehouse: Type.String(),
  bin: Type.String(),
  waybill: Type.String(),
  order: Type.Union([Type.Object({ channel: Type.String(), orderId: Type.String() }), Type.Null()]),
  note: Type.String(),
  arrivedAt: Type.String(),
  arrivedBy: Type.String(),
  lines: Type.Array(ParcelLine),
  /** Why nobody looks at the rest; null: somebody must, or has. */
  closed: nullable(Type.String()),
  inspections: Type.Array(
    Type.Object({
      entry: Type.String(),
      lineId: Type.String(),
      sku: Type.String(),
      name: Type.String(),
      good: Type.Integer(),
      bad: Type.Integer(),
      reason: Type.Enum(returnReasons),
      photos: Type.Array(Type.String()),
      by: Type.String(),
      at: Type.String(),
    }),
  ),
  /** The order as it stands now; empty in lists, and where nobody knows whose it is. */
  ordered: Type.Array(OrderedLine),
});
export type ReturnItem = Static<typeof ReturnItem>;

export const ReturnPage = Type.Object({
  items: Type.Array(ReturnItem),
  waiting: Type.Integer({ description: "Parcels that somebody must still look into." }),
});
export type ReturnPage = Static<typeof ReturnPage>;

export const ReturnsFound = Type.Object({
  parcels: Type.Array(ReturnItem),
  orders: Type.Array(
    Type.Object({ channel: Type.String(), orderId: Type.String(), lines: Type.Array(OrderedLine) }),
  ),
});
export type ReturnsFound = Static<typeof ReturnsFound>;
