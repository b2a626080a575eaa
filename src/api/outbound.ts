import { Type, type Static } from "typebox";
import { waveStages } from "../domain/outbound/wave.ts";
import { CountCell, ItemResult, deviceFields, timeFields } from "./counts.ts";
import {
  BinText,
  IdText,
  LotText,
  NameId,
  NoteText,
  PageLimit,
  Quantity,
  SkuText,
  closed,
  nullable,
} from "./text.ts";

/** Picking and shipping. A wave is a pick list, for one order or for many. */

export const outboundApiLimits = {
  ordersPerWaveMax: 500,
  entriesPerRequestMax: 200,
  parcelsPerRequestMax: 100,
  linesPerParcelMax: 200,
  wavesListedMax: 100,
  /** Ids of entries that a phone is told are taken: the latest ones of its person. */
  takenMax: 300,
  traceDaysMax: 366,
  traceDaysDefault: 90,
  waybillCharsMax: 64,
} as const;

const Words = Type.Object({ zh: Type.String(), en: Type.String() });
const Good = Type.Object({ code: Type.String(), name: Type.String() });
const Waybill = Type.String({ minLength: 0, maxLength: outboundApiLimits.waybillCharsMax });
const order = { channel: IdText, orderId: IdText };
const shownOrder = { channel: Type.String(), orderId: Type.String() };

export const WaveParams = Type.Object({ wave: NameId }, closed);
export type WaveParams = Static<typeof WaveParams>;

/** Which orders are picked. Without `orders` the oldest that fit. */
export const WaveBody = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    channel: Type.Optional(IdText),
    sku: Type.Optional(SkuText),
    olderThanMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 525_600 })),
    orders: Type.Optional(
      Type.Array(Type.Object(order, closed), {
        minItems: 1,
        maxItems: outboundApiLimits.ordersPerWaveMax,
        description: "These orders and no others.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: outboundApiLimits.ordersPerWaveMax,
        description: "The most orders. Absent: 100.",
      }),
    ),
    partial: Type.Optional(
      Type.Boolean({ description: "Also orders of which only a part can be picked here. Absent: false." }),
    ),
    lifeDays: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 3_650, description: "Days that goods must still keep." }),
    ),
    stagingBin: Type.Optional(
      Type.String({ ...BinText, description: "Where it stands until it is sent; begins with 待发." }),
    ),
    purpose: Type.Optional(NoteText),
  },
  closed,
);
export type WaveBody = Static<typeof WaveBody>;

const HeldOrder = Type.Object({
  ...shownOrder,
  why: Type.Enum(["odd", "review", "refund"]),
  case: nullable(Type.String(), "The odd-order case, where it is one."),
  words: Words,
});

export const WavePreview = Type.Object({
  orders: Type.Integer(),
  lines: Type.Integer(),
  units: Type.Integer(),
  tasks: Type.Integer({ description: "Stops: a shelf of one product and lot." }),
  /** In the order of the way. */
  bins: Type.Array(Type.Object({ bin: Type.String(), units: Type.Integer(), skus: Type.Integer() })),
  short: Type.Array(Type.Object({ sku: Type.String(), name: Type.String(), units: Type.Integer() })),
  /** Orders that are left out, and why. */
  held: Type.Array(HeldOrder),
  waiting: Type.Array(Type.Object(shownOrder)),
  picking: Type.Integer({ description: "Orders that other waves have whole." }),
  unscanned: Type.Boolean({ description: "The shop says that picks are not scanned in this warehouse." }),
});
export type WavePreview = Static<typeof WavePreview>;

export const WaveItem = Type.Object({
  wave: Type.String(),
  purpose: Type.String(),
  warehouse: Type.String(),
  stagingBin: Type.String(),
  stage: Type.Enum(waveStages),
  openedAt: Type.String(),
  openedBy: Type.String(),
  orders: Type.Integer(),
  tasks: Type.Integer(),
  tasksOpen: Type.Integer(),
  /** Of what is still wanted: to pick, and picked in all. */
  open: Type.Integer(),
  picked: Type.Integer(),
  staged: Type.Integer({ description: "Picked, and to be sent." }),
  back: Type.Integer({ description: "Picked, and to be put back." }),
  short: Type.Integer({ description: "What no shelf has." }),
  sent: Type.Integer(),
  parcels: Type.Integer(),
  waiting: Type.Integer({
    description: "Carryings that the books do not take: units stand elsewhere by them.",
  }),
});
export type WaveItem = Static<typeof WaveItem>;
export const WavePage = Type.Object({ items: Type.Array(WaveItem) });
export type WavePage = Static<typeof WavePage>;

const WaveTask = Type.Object({
  task: Type.String(),
  bin: Type.String({ description: "Empty: not put away." }),
  sku: Type.String(),
  lot: Type.String(),
  units: Type.Integer(),
  picked: Type.Integer(),
  missing: Type.Integer(),
  dropped: Type.Integer({ description: "Not wanted any more." }),
  left: Type.Integer(),
  orders: Type.Integer(),
});
export type WaveTask = Static<typeof WaveTask>;

const WaveLine = Type.Object({
  lineId: Type.String(),
  sku: Type.String(),
  open: Type.Integer(),
  staged: Type.Integer(),
  back: Type.Integer(),
  short: Type.Integer(),
  sent: Type.Integer({ description: "With parcels of this wave." }),
});
const WaveOrder = Type.Object({
  ...shownOrder,
  lines: Type.Array(WaveLine),
  hold: Type.Union([Words, Type.Null()]),
});
export type WaveOrder = Static<typeof WaveOrder>;

const Back = Type.Object({
  ...shownOrder,
  lineId: Type.String(),
  sku: Type.String(),
  lot: Type.String(),
  /** Where it was taken from. */
  bin: Type.String(),
  units: Type.Integer(),
  why: Type.Enum(["cancelled", "shipped", "held"]),
});
export type Back = Static<typeof Back>;

const ParcelItem = Type.Object({
  shipment: Type.String(),
  ...shownOrder,
  carrier: Type.String(),
  waybill: Type.String({ description: "Empty: the platform said that it was sent." }),
  at: Type.String(),
  by: Type.String(),
  units: Type.Integer(),
});
export type ParcelItem = Static<typeof ParcelItem>;

/** `GET /outbound/:wave`. */
export const WaveSheet = Type.Object({
  item: WaveItem,
  /** In the order of the way. */
  tasks: Type.Array(WaveTask),
  orders: Type.Array(WaveOrder),
  back: Type.Array(Back),
  parcels: Type.Array(ParcelItem),
  counts: Type.Array(Type.Object({ cell: CountCell, sheet: Type.String() })),
  goods: Type.Record(Type.String(), Good, { description: "Code and name by SKU." }),
  taken: Type.Array(Type.String(), {
    description: "Ids of the latest entries and parcels that were taken in.",
  }),
  serverAt: Type.String({ description: "For the phone's clock sample." }),
});
export type WaveSheet = Static<typeof WaveSheet>;

const entryFields = {
  id: IdText,
  /** It waited on the phone: what nobody could know by then keeps it from nothing. */
  queued: Type.Optional(Type.Boolean()),
  ...timeFields,
};
/** Beyond what a wave can ask for, so that a barcode in the quantity is refused by itself and not with the others. */
const Units = Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });

export const OutboundEntry = Type.Union([
  Type.Object(
    {
      kind: Type.Literal("pick"),
      ...entryFields,
      task: IdText,
      bin: BinText,
      sku: SkuText,
      lot: Type.Optional(LotText),
      units: Units,
      mode: Type.Optional(Type.Enum(["scan", "hand"])),
    },
    { ...closed, description: "Taken from a shelf, as it was scanned." },
  ),
  Type.Object(
    { kind: Type.Literal("missing"), ...entryFields, task: IdText, units: Units },
    { ...closed, description: "So many were not on the shelf." },
  ),
  Type.Object(
    {
      kind: Type.Literal("put_back"),
      ...entryFields,
      ...order,
      lineId: IdText,
      sku: SkuText,
      lot: Type.Optional(LotText),
      units: Units,
      bin: BinText,
    },
    { ...closed, description: "Went back to a shelf, because it is not sent any more." },
  ),
]);
export type OutboundEntry = Static<typeof OutboundEntry>;

export const OutboundEntriesBody = Type.Object(
  {
    ...deviceFields,
    entries: Type.Array(OutboundEntry, {
      minItems: 1,
      maxItems: outboundApiLimits.entriesPerRequestMax,
    }),
  },
  closed,
);
export type OutboundEntriesBody = Static<typeof OutboundEntriesBody>;

export const ParcelBody = Type.Object(
  {
    ...entryFields,
    ...order,
    carrier: Type.Optional(Type.String({ maxLength: 64 })),
    waybill: Waybill,
    lines: Type.Optional(
      Type.Array(Type.Object({ lineId: IdText, sku: SkuText, units: Quantity }, closed), {
        maxItems: outboundApiLimits.linesPerParcelMax,
        description: "Absent: everything of the order that is picked.",
      }),
    ),
  },
  closed,
);
export type ParcelBody = Static<typeof ParcelBody>;
export const ParcelsBody = Type.Object(
  {
    ...deviceFields,
    parcels: Type.Array(ParcelBody, { minItems: 1, maxItems: outboundApiLimits.parcelsPerRequestMax }),
  },
  closed,
);
export type ParcelsBody = Static<typeof ParcelsBody>;

/** In the order of the request. `duplicate`: it was here already and counts once. */
export const OutboundAnswer = Type.Object({
  results: Type.Array(ItemResult),
  item: WaveItem,
  serverAt: Type.String(),
});
export type OutboundAnswer = Static<typeof OutboundAnswer>;

export const WaveCancelBody = Type.Object({ reason: NoteText }, closed);
export type WaveCancelBody = Static<typeof WaveCancelBody>;

export const TraceQuery = Type.Object(
  {
    sku: Type.Optional(SkuText),
    order: Type.Optional(IdText),
    lot: Type.Optional(LotText),
    waybill: Type.Optional(Waybill),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: outboundApiLimits.traceDaysMax })),
    limit: Type.Optional(PageLimit),
  },
  {
    ...closed,
    description: "One of `sku`, `order`, `lot`, `waybill` at least; all that are given must fit.",
  },
);
export type TraceQuery = Static<typeof TraceQuery>;

export const TraceRow = Type.Object({
  wave: nullable(Type.String(), "Null: sent without a scanned pick."),
  ...shownOrder,
  lineId: Type.String(),
  sku: Type.String(),
  name: Type.String(),
  lot: Type.String(),
  bin: Type.String(),
  units: Type.Integer(),
  pickedBy: nullable(Type.String()),
  pickedAt: nullable(Type.String()),
  carrier: Type.String(),
  waybill: Type.String(),
  shippedBy: Type.String(),
  shippedAt: Type.String(),
});
export type TraceRow = Static<typeof TraceRow>;
export const TracePage = Type.Object({
  items: Type.Array(TraceRow),
  units: Type.Integer({ description: "Of the rows that are shown." }),
  more: Type.Boolean(),
});
export type TracePage = Static<typeof TracePage>;
