import { InvalidCursor } from "../errors.ts";

/** A page's end as an opaque text: the sort keys of its last row. */
export function encodeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys), "utf8").toString("base64url");
}

/**
 * The keys in a cursor, or null for the first page.
 * @param shape the type of each key, in order
 * @throws InvalidCursor when the text is none of ours
 */
export function decodeCursor(
  cursor: string | null | undefined,
  shape: readonly ("string" | "number")[],
): readonly (string | number)[] | null {
  if (cursor === null || cursor === undefined) return null;
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch (error) {
    throw new InvalidCursor({ cause: error });
  }
  if (!Array.isArray(keys) || keys.length !== shape.length) throw new InvalidCursor();
  for (const [index, type] of shape.entries()) if (typeof keys[index] !== type) throw new InvalidCursor();
  return keys as (string | number)[];
}

/** Cuts a list that was read with one row more than its limit, and says where the next page starts. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  keysOf: (last: T) => readonly (string | number)[],
): { readonly items: readonly T[]; readonly next: string | null } {
  if (rows.length <= limit) return { items: rows, next: null };
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: last === undefined ? null : encodeCursor(keysOf(last)) };
}
