import type { ImportMapping, ImportProblem, ImportSummary } from "../../../api/imports.ts";

/** What a row can count for. */
export type TallyName = keyof ImportSummary["tallies"];

/** Why a row is listed. */
export type ListedAs = ImportProblem["as"];

/** What a platform's word means: how far the order is. */
export type StatusMeaning = NonNullable<ImportMapping["status"]>[string];
