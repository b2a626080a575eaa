import { toHalfWidth } from "./clean.ts";

/** How lists write the season of a product and a number of days. */

export interface SeasonMonths {
  readonly first: number;
  readonly last: number;
}

/** Months of the words that lists use, by the calendar of a shop in the north. */
const seasonWords: readonly (readonly [RegExp, SeasonMonths | null])[] = [
  [/^(?:四季|全年|常年|不限|通用|all(?: year| season)?s?)$/iu, null],
  [/^春夏(?:季|款)?$|^spring[ /&-]+summer$|^ss\d{0,2}$/iu, { first: 3, last: 8 }],
  [/^秋冬(?:季|款)?$|^autumn[ /&-]+winter$|^fall[ /&-]+winter$|^[af]w\d{0,2}$/iu, { first: 9, last: 2 }],
  [/^春(?:季|款|装)?$|^spring$/iu, { first: 3, last: 5 }],
  [/^夏(?:季|款|装)?$|^summer$/iu, { first: 6, last: 8 }],
  [/^秋(?:季|款|装)?$|^autumn$|^fall$/iu, { first: 9, last: 11 }],
  [/^冬(?:季|款|装)?$|^winter$/iu, { first: 12, last: 2 }],
];
const months = /^(\d{1,2})月?\s*(?:[-~–—～至到])\s*(\d{1,2})月?$/u;

/** A season as it is written: 秋冬, 10-2, 10月至2月. Null: all year. Undefined: nobody knows what is meant. */
export function parseSeason(text: string): SeasonMonths | null | undefined {
  const plain = toHalfWidth(text).trim();
  const [, first, last] = months.exec(plain) ?? [];
  if (first !== undefined && last !== undefined) {
    const season = { first: Number(first), last: Number(last) };
    const isMonth = (month: number): boolean => month >= 1 && month <= 12;
    return isMonth(season.first) && isMonth(season.last) ? season : undefined;
  }
  return seasonWords.find(([word]) => word.test(plain))?.[1];
}

const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:天|日|d|days?)?$/iu, 1],
  [/^(?:周|星期|weeks?)$/iu, 7],
  [/^(?:个月|月|months?)$/iu, 30],
  [/^(?:年|years?)$/iu, 365],
];
const daysMax = 36_500;

/** Days as they are written: 540, 18个月, 2年. Undefined: it is no such number. */
export function parseDays(text: string): number | undefined {
  const [, number = "", unit = ""] = /^(\d{1,5})\s*(\D*)$/u.exec(toHalfWidth(text).trim()) ?? [];
  const days = units.find(([word]) => word.test(unit.trim()))?.[1];
  if (number === "" || days === undefined) return undefined;
  const all = Number(number) * days;
  return all >= 1 && all <= daysMax ? all : undefined;
}
