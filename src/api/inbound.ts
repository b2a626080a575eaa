import { Type, type Static } from "typebox";
import { limits } from "../domain/limits.ts";
import { BinText, IdText, LotText, NameId, NoteText, Quantity, SkuText, closed, nullable } from "./text.ts";

/** Receiving with two people: the first counts and signs, the second counts blind; equal counts are booked. */

const Quality = Type.Enum(["good", "bad"]);
const Words = Type.Object({ zh: Type.String(), en: Type.String() });

export const InboundParams = Type.Object({ receipt: NameId }, closed);
export type InboundParams = Static<typeof InboundParams>;

export const InboundBody = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    supplier: Type.Optional(NoteText),
    /** The supplier's own number on the note. */
    note: Type.Optional(NoteText),
    /** Where the goods stand until they are put away. Absent: not put away. */
    bin: Type.Optional(BinText),
    expected: Type.Optional(
      Type.Array(
        Type.Object(
          {
            sku: SkuText,
            quantity: Quantity,
            presale: Type.Optional(Type.Boolean({ description: "Presale lines wait for these." })),
            request: Type.Optional(IdText),
          },
          closed,
        ),
        { maxItems: limits.linesPerDocumentMax },
      ),
    ),
  },
  closed,
);
export type InboundBody = Static<typeof InboundBody>;

export const SignedCountBody = Type.Object(
  {
    lines: Type.Array(
      Type.Object(
        {
          sku: SkuText,
          quantity: Type.Integer(),
          lot: Type.Optional(LotText),
          quality: Type.Optional(Quality),
        },
        closed,
      ),
      { maxItems: limits.linesPerDocumentMax },
    ),
  },
  closed,
);
export type SignedCountBody = Static<typeof SignedCountBody>;

export const InboundCancelBody = Type.Object({ reason: NoteText }, closed);
export type InboundCancelBody = Static<typeof InboundCancelBody>;

const Line = Type.Object({
  sku: Type.String(),
  name: Type.String(),
  lot: Type.String(),
  quality: Quality,
  quantity: Type.Integer(),
});

/** As one person may see it: nothing of the other's count before the two are known to differ. */
export const InboundItem = Type.Object({
  receipt: Type.String(),
  warehouse: Type.String(),
  supplier: Type.String(),
  note: Type.String(),
  bin: Type.String(),
  status: Type.Enum(["counting", "second", "differs", "booked", "cancelled"]),
  /** Whether this person may count it now, and what to do. */
  mine: Type.Object({ mayCount: Type.Boolean(), words: Words }),
  counts: Type.Array(Type.Object({ by: Type.String(), at: Type.String(), lines: Type.Array(Line) })),
  differences: Type.Array(
    Type.Object({
      sku: Type.String(),
      name: Type.String(),
      lot: Type.String(),
      quality: Quality,
      quantities: Type.Array(Type.Integer()),
    }),
  ),
  /** What came against the supplier's note, once it is booked. */
  noteDifferences: Type.Array(
    Type.Object({
      sku: Type.String(),
      name: Type.String(),
      noted: Type.Integer(),
      came: Type.Integer(),
      bad: Type.Integer(),
    }),
  ),
  signedBy: Type.Array(Type.String()),
  seq: nullable(Type.Integer(), "The journal's number once it is booked."),
});
export type InboundItem = Static<typeof InboundItem>;
/** `GET /inbound/expected`: what is ordered or promised and not here. */
export const ExpectedPage = Type.Object({
  items: Type.Array(
    Type.Object({
      delivery: Type.String(),
      sku: Type.String(),
      name: Type.String(),
      units: Type.Integer(),
      received: Type.Integer(),
      supplier: Type.String(),
      expectedAt: nullable(Type.String()),
      source: Type.Enum(["replenish", "session"]),
      createdAt: Type.String(),
      createdBy: Type.String(),
      closedAt: nullable(Type.String(), "Null: some of it is still to come."),
      receipts: Type.Array(Type.Object({ receipt: Type.String(), units: Type.Integer() })),
    }),
  ),
});
export type ExpectedPage = Static<typeof ExpectedPage>;
export const ExpectedCloseBody = Type.Object({ delivery: IdText }, closed);
export type ExpectedCloseBody = Static<typeof ExpectedCloseBody>;

export const InboundPage = Type.Object({ items: Type.Array(InboundItem) });
export type InboundPage = Static<typeof InboundPage>;
