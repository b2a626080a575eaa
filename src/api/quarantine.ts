import { OverrideText } from "./floor.ts";
import { Type, type Static } from "typebox";
import { reasons } from "../domain/place.ts";
import { decisions } from "../domain/returns/quarantine.ts";
import { BinText, LotText, NameId, NoteText, Quantity, SkuText, closed, nullable } from "./text.ts";
import { PhotoNames } from "./returns.ts";

/** What stands in quarantine, and what becomes of it. */

export const QuarantineParams = Type.Object({ item: NameId }, closed);
export type QuarantineParams = Static<typeof QuarantineParams>;

export const QuarantineBody = Type.Object(
  {
    sku: SkuText,
    units: Quantity,
    warehouse: Type.Optional(NameId),
    bin: Type.Optional(BinText),
    lot: Type.Optional(LotText),
    reason: NoteText,
    photos: Type.Optional(PhotoNames),
  },
  { ...closed, description: "Good units turn out not to be." },
);
export type QuarantineBody = Static<typeof QuarantineBody>;

export const DecisionBody = Type.Object(
  {
    decision: Type.Enum(decisions),
    units: Quantity,
    reason: NoteText,
    /** Where units that are sold as good are put. Absent: they stay where they stand. */
    toBin: Type.Optional(BinText),
    override: Type.Optional(OverrideText),
  },
  closed,
);
export type DecisionBody = Static<typeof DecisionBody>;

export const QuarantineItem = Type.Object({
  item: Type.String(),
  sku: Type.String(),
  name: Type.String(),
  warehouse: Type.String(),
  bin: Type.String(),
  lot: Type.String(),
  open: Type.Integer(),
  repairing: Type.Integer(),
  since: Type.String(),
  days: Type.Integer(),
  /** Somebody must decide. */
  old: Type.Boolean(),
  /** The movement's; null: it came before the movements at hand. */
  reason: Type.Union([Type.Enum(reasons), Type.Null()]),
  /** As somebody said it: why, or who had it. A returned item's is a reason of returns. */
  cause: Type.String(),
  by: Type.String(),
  /** The parcel, loan or other paper that it came with. */
  doc: nullable(Type.String()),
  photos: Type.Array(Type.String()),
  decisions: Type.Array(
    Type.Object({
      decision: Type.Enum(decisions),
      units: Type.Integer(),
      reason: Type.String(),
      by: Type.String(),
      at: Type.String(),
    }),
  ),
});
export type QuarantineItem = Static<typeof QuarantineItem>;

export const QuarantinePage = Type.Object({
  items: Type.Array(QuarantineItem),
  units: Type.Integer(),
  old: Type.Integer({ description: "Items that have waited too long." }),
});
export type QuarantinePage = Static<typeof QuarantinePage>;

export const QuarantineDone = Type.Object({ open: Type.Integer() });
export type QuarantineDone = Static<typeof QuarantineDone>;
