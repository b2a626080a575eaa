import { Type, type Static } from "typebox";
import { adjustActions } from "../domain/command.ts";
import { limits } from "../domain/limits.ts";
import { DateText, OverrideText } from "./floor.ts";
import {
  BinText,
  IdText,
  LotText,
  NameId,
  NameText,
  NoteText,
  Quantity,
  Seq,
  SkuText,
  Time,
  closed,
} from "./text.ts";

const Quality = Type.Enum(["good", "bad"]);

export const ReceiptBody = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    note: Type.Optional(NoteText),
    supplier: Type.Optional(NameText),
    override: Type.Optional(OverrideText),
    receivedAt: Type.Optional({
      ...Time,
      description:
        "When they came, where they are booked later; without it now. What was sold before is sold from them.",
    }),
    lines: Type.Array(
      Type.Object(
        {
          sku: SkuText,
          quantity: Quantity,
          bin: Type.Optional(BinText),
          lot: Type.Optional(LotText),
          madeOn: Type.Optional(DateText),
          expiresOn: Type.Optional(DateText),
          quality: Type.Optional(Quality),
          presale: Type.Optional(
            Type.Boolean({
              description: "These are the goods that presale lines wait for; they are covered first.",
            }),
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.linesPerDocumentMax },
    ),
  },
  { ...closed, description: "Goods arrive." },
);
export type ReceiptBody = Static<typeof ReceiptBody>;

export const AdjustmentBody = Type.Object(
  {
    action: Type.Enum(adjustActions),
    sku: SkuText,
    quantity: Quantity,
    warehouse: Type.Optional(NameId),
    quality: Type.Optional(Quality),
    bin: Type.Optional(BinText),
    toBin: Type.Optional(BinText),
    lot: Type.Optional(LotText),
    note: Type.Optional(NoteText),
    override: Type.Optional(OverrideText),
  },
  { ...closed, description: "One deliberate movement of units by a person." },
);
export type AdjustmentBody = Static<typeof AdjustmentBody>;

export const SeqAnswer = Type.Object({ seq: Seq });
export type SeqAnswer = Static<typeof SeqAnswer>;

/** The caller names the request; the same name is the same request for ever. */
export const KeyHeaders = Type.Object({ "idempotency-key": IdText });
export type KeyHeaders = Static<typeof KeyHeaders>;
