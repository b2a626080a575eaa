import { Type, type Static } from "typebox";
import { reviewSteps } from "../domain/after-live/step.ts";
import { DayText } from "./after-live.ts";
import { IdText, closed } from "./text.ts";

/** What the addresses of `after-live.ts` take: parameters and queries. */

export const daysListedMax = 400;

export const differencesPerPageMax = 500;

export const DayParams = Type.Object({ date: DayText }, closed);
export type DayParams = Static<typeof DayParams>;

export const DaysQuery = Type.Object(
  {
    from: Type.Optional(DayText),
    to: Type.Optional(DayText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: daysListedMax, default: 60 })),
  },
  closed,
);
export type DaysQuery = Static<typeof DaysQuery>;

/** `zh` unless it is said. */
export const FileQuery = Type.Object({ language: Type.Optional(Type.Enum(["zh", "en"])) }, closed);
export type FileQuery = Static<typeof FileQuery>;

export const ReconcileQuery = Type.Object(
  {
    channel: IdText,
    day: Type.Optional(DayText),
    session: Type.Optional(IdText),
    profile: Type.Optional(IdText),
  },
  { ...closed, description: "day or session: which review it belongs to; neither: today." },
);
export type ReconcileQuery = Static<typeof ReconcileQuery>;

export const ReconciliationsQuery = Type.Object(
  { day: Type.Optional(DayText), session: Type.Optional(IdText) },
  closed,
);
export type ReconciliationsQuery = Static<typeof ReconciliationsQuery>;

export const ReconciliationParams = Type.Object({ id: IdText }, closed);
export type ReconciliationParams = Static<typeof ReconciliationParams>;

export const DifferencesQuery = Type.Object(
  {
    cause: Type.Optional(Type.String({ maxLength: 64 })),
    open: Type.Optional(Type.Boolean()),
    after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: differencesPerPageMax, default: 100 })),
  },
  closed,
);
export type DifferencesQuery = Static<typeof DifferencesQuery>;

export const CaseParams = Type.Object({ id: IdText }, closed);
export type CaseParams = Static<typeof CaseParams>;

export const ReviewParams = Type.Object({ kind: Type.Enum(["day", "session"]), id: IdText }, closed);
export type ReviewParams = Static<typeof ReviewParams>;

export const ReviewStepParams = Type.Object(
  { kind: Type.Enum(["day", "session"]), id: IdText, step: Type.Enum(reviewSteps) },
  closed,
);
export type ReviewStepParams = Static<typeof ReviewStepParams>;
