import { Type, type Static } from "typebox";
import { limits } from "../domain/limits.ts";
import { DateText, OverrideText } from "./floor.ts";
import { BinText, IdText, LotText, NameId, NoteText, Quantity, SkuText, closed, nullable } from "./text.ts";

/** Receiving with two people: the first counts and signs, the second counts blind; equal counts are booked. */

const Quality = Type.Enum(["good", "bad"]);
const Words = Type.Object({ zh: Type.String(), en: Type.String() });

export const InboundParams = Type.Object({ receipt: NameId }, closed);
export type InboundParams = Static<typeof InboundParams>;

export const InboundBody = Type.Object(
  {
    receipt: Type.Optional(
      Type.String({
        pattern: "^R[0-9a-z]{9}[0-9a-z]{8,32}$",
        description:
          "Named by the phone: R, its milliseconds in base 36, chance. Sent again it is the same receipt.",
      }),
    ),
    warehouse: Type.Optional(NameId),
    supplier: Type.Optional(NoteText),
    /** The supplier's own number on the note. */
    note: Type.Optional(NoteText),
    /** Where the goods stand until they are put away. Absent: not put away. */
    bin: Type.Optional(BinText),
    override: Type.Optional(OverrideText),
    expected: Type.Optional(
      Type.Array(
        Type.Object(
          {
            sku: SkuText,
            quantity: Quantity,
            presale: Type.Optional(
              Type.Boolean({
                description:
                  "Presale lines wait for these. Absent: presale lines that wait when it is booked are covered first.",
              }),
            ),
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
          madeOn: Type.Optional(DateText),
          expiresOn: Type.Optional({
            ...DateText,
            description: "The last day of the lot. Without a lot's name the lot is called after it.",
          }),
          quality: Type.Optional(Quality),
        },
        closed,
      ),
      { maxItems: limits.linesPerDocumentMax },
    ),
    override: Type.Optional(OverrideText),
  },
  closed,
);
/** A count that is sent again under its name after a lost answer counts once. */
export const SignedCountHeaders = Type.Object({ "idempotency-key": Type.Optional(IdText) });
export type SignedCountBody = Static<typeof SignedCountBody>;

export const InboundCancelBody = Type.Object({ reason: NoteText }, closed);
export type InboundCancelBody = Static<typeof InboundCancelBody>;

const Line = Type.Object({
  sku: Type.String(),
  name: Type.String(),
  lot: Type.String(),
  quality: Quality,
  quantity: Type.Integer(),
  madeOn: Type.Optional(Type.String()),
  expiresOn: Type.Optional(Type.String()),
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
      /** The lot's dates as each of them said; empty: they do not differ. */
      dates: Type.Array(Type.String()),
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
      presale: Type.Optional(Type.Boolean()),
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

/** Whether presale lines wait for an expected delivery. */
export const ExpectedPresaleBody = Type.Object({ delivery: IdText, presale: Type.Boolean() }, closed);
export type ExpectedPresaleBody = Static<typeof ExpectedPresaleBody>;

export const InboundPage = Type.Object({ items: Type.Array(InboundItem) });
export type InboundPage = Static<typeof InboundPage>;
