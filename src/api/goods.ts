import { Type, type Static } from "typebox";
import { adjustActions } from "../domain/command.ts";
import { limits } from "../domain/limits.ts";
import { BinText, IdText, LotText, NameId, NoteText, Quantity, Seq, SkuText, closed } from "./text.ts";

const Quality = Type.Enum(["good", "bad"]);

export const ReceiptBody = Type.Object(
  {
    warehouse: Type.Optional(NameId),
    note: Type.Optional(NoteText),
    lines: Type.Array(
      Type.Object(
        {
          sku: SkuText,
          quantity: Quantity,
          bin: Type.Optional(BinText),
          lot: Type.Optional(LotText),
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
  },
  { ...closed, description: "One deliberate movement of units by a person." },
);
export type AdjustmentBody = Static<typeof AdjustmentBody>;

export const SeqAnswer = Type.Object({ seq: Seq });
export type SeqAnswer = Static<typeof SeqAnswer>;

/** The caller names the request; the same name is the same request for ever. */
export const KeyHeaders = Type.Object({ "idempotency-key": IdText });
export type KeyHeaders = Static<typeof KeyHeaders>;
