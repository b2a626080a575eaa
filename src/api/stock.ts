import { Type, type Static } from "typebox";
import { stockFilters, stockSorts } from "../store/store.ts";
import { LineItem } from "./orders.ts";
import { Cursor, NameText, PageLimit, SearchText, Seq, SkuText, Units, closed, nullable } from "./text.ts";

/** The policy of a SKU, as it is read. */
export const SkuFields = {
  sku: Type.String({ description: "The code in its normal form: what other answers name it by." }),
  code: Type.String({ description: "The code as the shop writes it." }),
  name: Type.String(),
  category: Type.String(),
  barcodes: Type.Array(Type.String()),
  price: Type.Integer(),
  deductAt: Type.Enum(["order", "payment"]),
  bufferUnits: Type.Integer(),
  bufferPercent: Type.Integer(),
  limitPerOrder: nullable(Type.Integer()),
  limitPerBuyer: nullable(Type.Integer()),
  limitHours: Type.Integer(),
  presaleQuota: nullable(Type.Integer()),
  selling: Type.Boolean(),
} as const;

export const StockItem = Type.Object({
  ...SkuFields,
  available: Units,
  held: Units,
  committed: Units,
  quarantine: Units,
  loaned: Units,
  shortage: Units,
  presale: Units,
  onHand: Type.Integer({ description: "available + held + committed + quarantine" }),
  buffer: Type.Integer({ description: "Units that strict selling leaves alone." }),
  sellable: Type.Integer(),
  sold: Type.Integer({ description: "Units of paid lines since the business day began." }),
  bins: Type.Array(Type.String(), { description: "Up to three, most units first." }),
  seq: Seq,
});
export type StockItem = Static<typeof StockItem>;

export const StockTotals = Type.Object({
  onHand: Units,
  available: Units,
  held: Units,
  committed: Units,
  quarantine: Units,
  loaned: Units,
  shortage: Units,
  presale: Units,
  skus: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer(), { description: "SKUs by filter." }),
  seq: Seq,
});
export type StockTotals = Static<typeof StockTotals>;

export const StockQuery = Type.Object(
  {
    search: Type.Optional(SearchText),
    filter: Type.Optional(Type.Enum(stockFilters)),
    category: Type.Optional(NameText),
    sort: Type.Optional(Type.Enum(stockSorts)),
    desc: Type.Optional(Type.Boolean()),
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(PageLimit),
  },
  closed,
);
export type StockQuery = Static<typeof StockQuery>;

export const StockPage = Type.Object({
  items: Type.Array(StockItem),
  next: nullable(Type.String()),
  totals: Type.Optional(StockTotals),
  seq: Seq,
});
export type StockPage = Static<typeof StockPage>;

/** The most codes that one look-up takes: as many as a run-of-show has slots, and alternates beside them. */
export const lookupCodesMax = 1_000;

/** `POST /stock/lookup`: what stands behind codes or barcodes that somebody pasted. */
export const LookupBody = Type.Object(
  { codes: Type.Array(SkuText, { maxItems: lookupCodesMax }) },
  { additionalProperties: false },
);
export type LookupBody = Static<typeof LookupBody>;

export const LookupItem = Type.Object({
  sku: Type.String(),
  code: Type.String(),
  name: Type.String(),
  category: Type.String(),
  price: Type.Integer(),
  buffer: Units,
  limitPerBuyer: nullable(Type.Integer()),
  selling: Type.Boolean(),
  sellable: Type.Integer(),
});
export type LookupItem = Static<typeof LookupItem>;

export const LookupAnswer = Type.Object({
  /** In the order asked for, each SKU once. */
  items: Type.Array(LookupItem),
  /** Codes that are neither a SKU's nor a barcode's, as they were sent. */
  unknown: Type.Array(Type.String()),
});
export type LookupAnswer = Static<typeof LookupAnswer>;

export const StockRow = Type.Object({
  sku: Type.String(),
  warehouse: Type.String(),
  available: Units,
  held: Units,
  committed: Units,
  quarantine: Units,
  loaned: Units,
  supplier: Units,
  customer: Units,
  lost: Units,
  shortage: Units,
  presale: Units,
  seq: Seq,
});
export type StockRow = Static<typeof StockRow>;

export const PlacementItem = Type.Object({
  sku: Type.String(),
  warehouse: Type.String(),
  bin: Type.String({ description: "Empty: not put away yet." }),
  lot: Type.String(),
  quality: Type.Enum(["good", "bad"]),
  quantity: Type.Integer(),
});
export type PlacementItem = Static<typeof PlacementItem>;

export const HoldersItem = Type.Object({
  byChannel: Type.Array(
    Type.Object({
      channel: Type.String(),
      place: Type.Enum(["held", "committed"]),
      stage: Type.Enum(["created", "pending", "paid"]),
      units: Type.Integer(),
      lines: Type.Integer(),
      earliestExpiry: nullable(Type.String()),
    }),
  ),
  waiting: Type.Array(
    Type.Object({
      channel: Type.String(),
      kind: Type.Enum(["spot", "presale"]),
      units: Type.Integer(),
      lines: Type.Integer(),
    }),
  ),
  lines: Type.Array(LineItem),
});
export type HoldersItem = Static<typeof HoldersItem>;

/** Why this number: who holds each unit, since when, until when; and how the day went. */
export const StockDetail = Type.Object({
  item: StockItem,
  stocks: Type.Array(StockRow),
  placements: Type.Array(PlacementItem),
  holders: HoldersItem,
  series: Type.Array(Type.Object({ at: Type.String(), sellable: Type.Integer() })),
  sold30: Type.Integer({ description: "Units sold in the last 30 minutes." }),
  minutesObserved: Type.Integer({ description: "Since today's first sale, at most 30." }),
  etaMinutes: nullable(Type.Number(), "Minutes until nothing is sellable; null without sales."),
  seq: Seq,
});
export type StockDetail = Static<typeof StockDetail>;

export const SkuParams = Type.Object({ sku: SkuText }, closed);
export type SkuParams = Static<typeof SkuParams>;

export const LiveQuery = Type.Object(
  {
    full: Type.Optional(
      Type.Boolean({ description: "The snapshot lists every SKU instead of the totals alone." }),
    ),
  },
  closed,
);
export type LiveQuery = Static<typeof LiveQuery>;

/** `data` of the live stream's events. */
export interface LiveSnapshot {
  readonly seq: number;
  readonly items: readonly StockItem[];
  readonly totals: StockTotals;
}
export interface LiveChange {
  readonly seq: number;
  readonly items: readonly StockItem[];
  readonly totals?: StockTotals;
}
