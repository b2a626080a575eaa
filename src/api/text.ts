import { Type, type Static, type TSchema, type TUnsafe } from "typebox";
import { limits } from "../domain/limits.ts";

/**
 * The small pieces that every schema is made of. Schemas are the one source for validation, TypeScript types
 * and the OpenAPI document.
 */

/** Neither U+0000, which ends texts elsewhere, nor half a character: both databases keep such a text as another. */
const wholeText = "^[^\\u0000\\p{Cs}]*$";

export function text(charsMax: number, charsMin: number, description?: string) {
  return Type.String({
    minLength: charsMin,
    maxLength: charsMax,
    pattern: wholeText,
    ...(description === undefined ? {} : { description }),
  });
}

/** The schema, or null: as one list of types, which is checked and serialised faster than a choice of schemas. */
export function nullable<S extends TSchema & { type: string }>(
  schema: S,
  description?: string,
): TUnsafe<Static<S> | null> {
  const said = description === undefined ? {} : { description };
  return Type.Unsafe<Static<S> | null>({ ...schema, ...said, type: [schema.type, "null"] });
}

export const IdText = text(limits.idCharsMax, 1);
export const SkuText = text(
  limits.skuCharsMax,
  1,
  "A SKU's merchant code; case, width and outer blanks do not matter.",
);
export const NameText = text(limits.nameCharsMax, 0);
export const NoteText = text(limits.noteCharsMax, 0);
export const BinText = text(limits.binCharsMax, 0);
export const LotText = text(limits.binCharsMax, 0);
export const RegionText = text(limits.idCharsMax, 0);

/** What people type into a search box. */
export const searchCharsMax = 100;
export const SearchText = text(searchCharsMax, 0);

/** Letters of any language, digits, `.`, `_`, `-`: such an id is never split wrongly where ids are joined. */
export const NameId = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*$",
  description: "Letters, digits, dot, underscore and hyphen.",
});

export const Quantity = Type.Integer({
  minimum: 1,
  maximum: limits.quantityMax,
  description: "Units or pieces, at least 1.",
});
export const Count = Type.Integer({ minimum: 0, maximum: limits.quantityMax });
export const Money = Type.Integer({
  minimum: 0,
  maximum: limits.amountMinorMax,
  description: "Minor units of the shop's currency.",
});
export const Seq = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "A number of the shop's journal.",
});
/** A balance or a sum: outside places may be below zero. */
export const Units = Type.Integer();

const rfc3339 =
  "^(?:19[7-9]|2[01]\\d)\\d-\\d\\d-\\d\\d[Tt](?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:[Zz]|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)$";

/** With an offset: a local time without one says nothing to a server. */
export const Time = Type.String({
  format: "date-time",
  pattern: rfc3339,
  maxLength: 40,
  description: "RFC 3339 with offset, e.g. 2026-11-11T20:00:00+08:00.",
  examples: ["2026-11-11T20:00:00+08:00"],
});

/** Milliseconds of a text that passed `Time`. */
export function instantOf(time: string): number {
  return Date.parse(time);
}

/** RFC 3339 in UTC. */
export function timeOf(instant: number): string {
  return new Date(instant).toISOString();
}

export function timeOrNull(instant: number | null): string | null {
  return instant === null ? null : timeOf(instant);
}

const cursorCharsMax = 2_000;
/** Opaque: what `next` of the page before said. */
export const Cursor = Type.String({ minLength: 1, maxLength: cursorCharsMax, pattern: wholeText });

export const pageRowsMax = 1_000;
export const pageRowsDefault = 100;
export const PageLimit = Type.Integer({ minimum: 1, maximum: pageRowsMax, default: pageRowsDefault });

/** An object that refuses a field it does not know, so that a misspelt one is told and not ignored. */
export const closed = { additionalProperties: false } as const;
