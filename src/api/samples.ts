import { OverrideText } from "./floor.ts";
import { Type, type Static } from "typebox";
import {
  BinText,
  Count,
  NameId,
  NameText,
  NoteText,
  Quantity,
  SkuText,
  Time,
  closed,
  nullable,
} from "./text.ts";

/** Samples that are lent to the studio. */

export const LoanParams = Type.Object({ loan: NameId }, closed);
export type LoanParams = Static<typeof LoanParams>;

export const LoanBody = Type.Object(
  {
    sku: SkuText,
    units: Quantity,
    warehouse: Type.Optional(NameId),
    /** Where they are taken from. Absent: wherever they stand. */
    bin: Type.Optional(BinText),
    session: Type.Optional(NameId),
    borrower: Type.String({ ...NameText, minLength: 1 }),
    note: Type.Optional(NoteText),
    dueAt: Time,
  },
  { ...closed, description: "Samples are lent." },
);
export type LoanBody = Static<typeof LoanBody>;

export const LoanReturnBody = Type.Object(
  { good: Count, bad: Count, bin: Type.Optional(BinText), override: Type.Optional(OverrideText) },
  closed,
);
export type LoanReturnBody = Static<typeof LoanReturnBody>;

export const LoanWriteOffBody = Type.Object({ units: Quantity, reason: NoteText }, closed);
export type LoanWriteOffBody = Static<typeof LoanWriteOffBody>;

export const LoanDueBody = Type.Object({ dueAt: Time, reason: NoteText }, closed);
export type LoanDueBody = Static<typeof LoanDueBody>;

export const LoanItem = Type.Object({
  loan: Type.String(),
  sku: Type.String(),
  name: Type.String(),
  warehouse: Type.String(),
  bin: Type.String(),
  session: nullable(Type.String()),
  sessionTitle: nullable(Type.String()),
  borrower: Type.String(),
  note: Type.String(),
  units: Type.Integer(),
  open: Type.Integer(),
  returnedGood: Type.Integer(),
  returnedBad: Type.Integer(),
  writtenOff: Type.Integer(),
  lentAt: Type.String(),
  lentBy: Type.String(),
  dueAt: Type.String(),
  overdue: Type.Boolean(),
});
export type LoanItem = Static<typeof LoanItem>;

export const LoanPage = Type.Object({
  items: Type.Array(LoanItem),
  overdue: Type.Integer({ description: "Loans that are past their time." }),
  /** What the books have out and nobody answers for. */
  unassigned: Type.Array(
    Type.Object({
      sku: Type.String(),
      name: Type.String(),
      warehouse: Type.String(),
      units: Type.Integer(),
    }),
  ),
});
export type LoanPage = Static<typeof LoanPage>;
