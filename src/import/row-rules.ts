import { cleanId, numberOf, wordKey } from "./clean.ts";
import type { Field, Profile, ProfileCondition, ProfileRule } from "./profile.ts";
import { compilePattern } from "./profile-pattern.ts";
import { headerPlaces } from "./profile-recognise.ts";

/** Finds the text of a field in a row's cells; empty where the file has no such column. */
export type FieldText = (cells: readonly string[], field: Field) => string;

/** The first rule of a profile that fits a row, or null. */
export type RuleFinder = (cells: readonly string[]) => ProfileRule | null;

/** Compiles the rules of a profile for files with these headers. */
export function compileRules(profile: Profile, headers: readonly string[], fieldText: FieldText): RuleFinder {
  const places = headerPlaces(headers);
  const rules = (profile.rows ?? []).map((rule) => ({
    rule,
    conditions: rule.when.map((condition) => compileCondition(condition, places, fieldText)),
  }));
  return (cells) => rules.find(({ conditions }) => conditions.every((holds) => holds(cells)))?.rule ?? null;
}

function compileCondition(
  condition: ProfileCondition,
  places: ReadonlyMap<string, number>,
  fieldText: FieldText,
): (cells: readonly string[]) => boolean {
  const { field, column } = condition;
  const place = column === undefined ? undefined : places.get(wordKey(column));
  const textOf = (cells: readonly string[]): string =>
    cleanId(field === undefined ? (cells[place ?? -1] ?? "") : fieldText(cells, field));
  const holds = compileTest(condition);
  const wanted = condition.not !== true;
  return (cells) => holds(textOf(cells)) === wanted;
}

function compileTest(condition: ProfileCondition): (text: string) => boolean {
  const { matches, equals, in: words, lessThan, empty } = condition;
  if (matches !== undefined) {
    const pattern = compilePattern(matches);
    if (!("test" in pattern)) throw new TypeError(pattern.en);
    return (text) => pattern.test(text);
  }
  if (equals !== undefined) {
    const key = wordKey(equals);
    return (text) => wordKey(text) === key;
  }
  if (words !== undefined) {
    const keys = new Set(words.map(wordKey));
    return (text) => keys.has(wordKey(text));
  }
  if (lessThan !== undefined) {
    return (text) => {
      const value = numberOf(text);
      return value !== null && value < lessThan;
    };
  }
  return (text) => (text === "") === (empty ?? true);
}
