import { Type, type Static } from "typebox";
import { places, reasons } from "../domain/place.ts";
import { PageLimit, Seq, SkuText, Time, closed, nullable } from "./text.ts";

const nullableText = nullable(Type.String());

/** One movement of units, from one place to another. */
export const JournalItem = Type.Object({
  seq: Seq,
  sku: Type.String(),
  warehouse: Type.String(),
  from: Type.String({ description: places.join(", ") }),
  to: Type.String(),
  quantity: Type.Integer(),
  reason: Type.String({ description: reasons.join(", ") }),
  at: Type.String({ description: "When it happened, as far as anyone knows." }),
  recordedAt: Type.String({ description: "When it was written." }),
  actor: Type.String(),
  channel: nullableText,
  orderId: nullableText,
  lineId: nullableText,
  doc: nullableText,
  fromBin: nullableText,
  toBin: nullableText,
  lot: nullableText,
});
export type JournalItem = Static<typeof JournalItem>;

export const JournalQuery = Type.Object(
  { after: Type.Optional(Seq), limit: Type.Optional(PageLimit) },
  closed,
);
export type JournalQuery = Static<typeof JournalQuery>;

/** `next` is the number to ask `after` with: a reader that keeps it misses nothing. */
export const JournalPage = Type.Object({ items: Type.Array(JournalItem), next: Seq });
export type JournalPage = Static<typeof JournalPage>;

export const SkuJournalQuery = Type.Object(
  { before: Type.Optional(Seq), limit: Type.Optional(PageLimit) },
  closed,
);
export type SkuJournalQuery = Static<typeof SkuJournalQuery>;

export const JournalItems = Type.Object({ items: Type.Array(JournalItem) });
export type JournalItems = Static<typeof JournalItems>;

export const SalesQuery = Type.Object({ from: Time, to: Time, sku: Type.Optional(SkuText) }, closed);
export type SalesQuery = Static<typeof SalesQuery>;

/** What one minute added, by SKU, channel and session. */
export const SaleItem = Type.Object({
  at: Type.String({ description: "The minute's beginning." }),
  sku: Type.String(),
  channel: Type.String(),
  session: Type.String(),
  orders: Type.Integer(),
  ordered: Type.Integer(),
  sold: Type.Integer(),
  soldAmount: Type.Integer(),
  presold: Type.Integer(),
  cancelled: Type.Integer(),
  cancelledAmount: Type.Integer(),
  shipped: Type.Integer(),
  returned: Type.Integer(),
});
export type SaleItem = Static<typeof SaleItem>;

export const SaleItems = Type.Object({ items: Type.Array(SaleItem) });
export type SaleItems = Static<typeof SaleItems>;
