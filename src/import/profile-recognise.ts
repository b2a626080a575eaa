import { wordKey } from "./clean.ts";
import type { Field, Profile, ProfileColumn } from "./profile.ts";

/** Which column of a file holds which field, and what is missing. */
export interface ColumnMap {
  /** 0-based; more than one where a row takes the first that it fills. */
  readonly index: ReadonlyMap<Field, readonly number[]>;
  /** Required fields that the file has no column for, with the header that was looked for first. */
  readonly missing: readonly { readonly field: Field; readonly header: string }[];
}

/** Finds the columns of a profile in a header row. Of equal headers the first counts. */
export function mapColumns(headers: readonly string[], profile: Profile): ColumnMap {
  const places = headerPlaces(headers);
  const index = new Map<Field, readonly number[]>();
  const missing: { field: Field; header: string }[] = [];
  for (const [field, column] of fieldsOf(profile)) {
    const found = column.from.map((header) => places.get(wordKey(header))).filter((at) => at !== undefined);
    if (found.length > 0)
      index.set(field, column.firstFilled === true ? [...new Set(found)] : found.slice(0, 1));
    else if (column.required === true) missing.push({ field, header: column.from[0] ?? field });
  }
  return { index, missing };
}

export function headerPlaces(headers: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, header] of headers.entries()) {
    const key = wordKey(header);
    if (key !== "" && !places.has(key)) places.set(key, at);
  }
  return places;
}

function fieldsOf(profile: Profile): [Field, ProfileColumn][] {
  const fields: [Field, ProfileColumn][] = [];
  for (const [field, column] of Object.entries(profile.columns)) {
    if (column !== undefined) fields.push([field as Field, column]);
  }
  return fields;
}

export interface Recognition {
  readonly profile: Profile;
  /** Columns of the profile that the file has. */
  readonly matched: number;
  /** 0 to 1: how much of the file the profile explains, and how much of the profile the file has. */
  readonly score: number;
  /** Headers of required columns that are missing. Empty: the profile fits. */
  readonly missing: readonly string[];
}

/**
 * How well each profile fits a header row, best first. Profiles with a missing required column come last, whatever
 * their score; they tell what is amiss with a file that nearly fits.
 */
export function recogniseProfiles(headers: readonly string[], profiles: Iterable<Profile>): Recognition[] {
  const filled = Math.max(1, headers.filter((header) => header.trim() !== "").length);
  const found: Recognition[] = [];
  for (const profile of profiles) {
    const { index, missing } = mapColumns(headers, profile);
    const wanted = Math.max(1, fieldsOf(profile).length);
    // Two fields may share a column; it is explained once.
    const matched = new Set([...index.values()].map((places) => places[0])).size;
    const score = (2 * matched) / (filled + wanted);
    found.push({ profile, matched, score, missing: missing.map(({ header }) => header) });
  }
  return found.toSorted(
    (a, b) =>
      Math.sign(a.missing.length) - Math.sign(b.missing.length) ||
      b.matched - a.matched ||
      b.score - a.score ||
      (a.profile.name < b.profile.name ? -1 : 1),
  );
}

/** The profile that fits a header row best, or null where none has all it requires. */
export function recogniseProfile(headers: readonly string[], profiles: Iterable<Profile>): Profile | null {
  const best = recogniseProfiles(headers, profiles)[0];
  return best !== undefined && best.missing.length === 0 ? best.profile : null;
}
