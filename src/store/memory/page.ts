import { decodeCursor, pageOf } from "../sql/cursor.ts";
import type { Page } from "../store.ts";

type Key = readonly (string | number)[];

/**
 * The page of a sorted list that begins after the cursor. A cursor is the sort key of the last item given, so
 * that rows which come or go between two pages shift nothing.
 * @throws InvalidCursor
 */
export function pageAfter<T>(
  sorted: readonly T[],
  query: { readonly cursor?: string | null; readonly limit: number },
  shape: readonly ("string" | "number")[],
  keyOf: (item: T) => Key,
  isAfter: (item: T, key: Key) => boolean,
): Page<T> {
  const key = decodeCursor(query.cursor, shape);
  const rest = key === null ? sorted : sorted.filter((item) => isAfter(item, key));
  return pageOf(rest, query.limit, keyOf);
}
