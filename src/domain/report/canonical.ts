import { assert } from "../assert.ts";
import { compareText } from "../text.ts";

/**
 * One text for one value: keys sorted by code unit, no blanks, no negative zero. Two reports are the same
 * exactly when their texts are, whatever machine made them.
 * @throws InvariantError for what JSON cannot say: a number that is not finite, a function, a collection
 */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value, sorted);
}

/** What the text is made of, called by `JSON.stringify` for each value with the key that it stands under. */
function sorted(key: string, value: unknown): unknown {
  if (typeof value === "number") {
    assert(Number.isFinite(value), `${key} is no finite number`);
    // JSON writes −0 as 0.
    return value;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    assert(typeof value !== "function", `${key} is a function, which has no text`);
    return value;
  }
  assert(!(value instanceof Map) && !(value instanceof Set), `${key} is a collection, which has no text`);
  const keys = Object.keys(value);
  if (keys.every((name, index) => index === 0 || compareText(keys[index - 1] ?? "", name) < 0)) return value;
  const record = value as Readonly<Record<string, unknown>>;
  return Object.fromEntries(keys.toSorted(compareText).map((name) => [name, record[name]]));
}
