import {
  cleanId,
  cleanText,
  isCellError,
  isMangledNumber,
  minorDigitsOf,
  parseInteger,
  parseMoneyMinor,
  toHalfWidth,
} from "./clean.ts";
import type { NumberFault } from "./clean.ts";
import { dateTimeParser } from "./date-time.ts";
import type { DateTimeParser } from "./date-time.ts";
import { problem } from "./problem.ts";
import type { Problem, RowProblemCode } from "./problem.ts";
import type { Field, Profile } from "./profile.ts";
import type { ColumnMap } from "./profile-recognise.ts";

/** What platforms write where there is nothing to say. */
const nothing = new Set([
  "",
  "-",
  "--",
  "/",
  "\\",
  "无",
  "null",
  "NULL",
  "0000-00-00 00:00:00",
  "0000-00-00",
]);

/**
 * Reads the fields of one row after the other, gathering what is wrong with the row in `faults`. A required field
 * that is empty is a fault; any other empty field is null.
 */
export class FieldReader {
  faults: Problem[] = [];
  readonly #places: ReadonlyMap<Field, readonly number[]>;
  readonly #headers: readonly string[];
  readonly #required: ReadonlySet<string>;
  readonly #minorDigits: number;
  readonly #dates = new Map<Field, DateTimeParser>();
  readonly #newDates: () => DateTimeParser;
  #cells: readonly string[] = [];

  constructor(headers: readonly string[], profile: Profile, columns: ColumnMap) {
    this.#headers = headers;
    this.#places = columns.index;
    const required = Object.entries(profile.columns).filter(([, column]) => column?.required === true);
    this.#required = new Set(required.map(([field]) => field));
    this.#minorDigits = profile.money === "major" ? minorDigitsOf(profile.currency) : 0;
    this.#newDates = () => dateTimeParser(profile.dateFormats, profile.timeZone);
  }

  begin(cells: readonly string[]): void {
    this.#cells = cells;
    this.faults = [];
  }

  has(field: Field): boolean {
    return this.#places.has(field);
  }

  /** The cell as it stands in the file; the first filled one where the profile says so. */
  raw(field: Field, cells: readonly string[] = this.#cells): string {
    const places = this.#places.get(field);
    if (places === undefined) return "";
    let text = "";
    for (const place of places) {
      text = cells[place] ?? "";
      if (places.length === 1 || !nothing.has(cleanId(text))) return text;
    }
    return text;
  }

  fault(
    code: RowProblemCode,
    field: Field,
    data: { value?: string; actual?: number; limit?: number } = {},
  ): null {
    const column = this.#headers[this.#places.get(field)?.[0] ?? -1] ?? field;
    this.faults.push(problem(code, { column, ...data }));
    return null;
  }

  /** A text for people, cut where it is longer. */
  text(field: Field, charsMax: number): string | null {
    if (!this.has(field)) return null;
    const text = cleanText(this.raw(field));
    if (text === "" || (nothing.has(text) && !this.#required.has(field))) return this.#empty(field);
    return text.length > charsMax ? text.slice(0, charsMax).toWellFormed() : text;
  }

  /** An id or a code: never cut, never a number that a spreadsheet has spoilt. */
  id(field: Field, charsMax: number): string | null {
    return this.has(field) ? this.#id(field, charsMax, cleanId(this.raw(field))) : null;
  }

  /** An id that is compared as it is, so that full-width digits become plain ones. */
  halfWidthId(field: Field, charsMax: number): string | null {
    return this.has(field) ? this.#id(field, charsMax, toHalfWidth(cleanId(this.raw(field)))) : null;
  }

  #id(field: Field, charsMax: number, text: string): string | null {
    if (nothing.has(text)) return this.#empty(field);
    if (text.length > charsMax) {
      return this.fault("id_too_long", field, { actual: text.length, limit: charsMax });
    }
    if (isCellError(text)) return this.fault("cell_error", field, { value: text });
    if (isMangledNumber(text)) return this.fault("id_mangled", field, { value: text });
    if (hasControls(this.raw(field))) return this.fault("id_invalid", field);
    return text;
  }

  /** A whole number of at most `max` either way. */
  integer(field: Field, max: number): number | null {
    return this.has(field) ? this.#number(field, parseInteger(this.raw(field)), max) : null;
  }

  /** An amount in minor units. */
  money(field: Field): number | null {
    if (!this.has(field)) return null;
    return this.#number(field, parseMoneyMinor(this.raw(field), this.#minorDigits), Number.MAX_SAFE_INTEGER);
  }

  /** A time in milliseconds. */
  time(field: Field): number | null {
    if (!this.has(field)) return null;
    const text = this.raw(field);
    let dates = this.#dates.get(field);
    if (dates === undefined) this.#dates.set(field, (dates = this.#newDates()));
    const time = dates(text);
    if (typeof time === "number") return time;
    if (time === "empty" || nothing.has(cleanId(text))) return this.#empty(field);
    return this.fault("not_date", field, { value: cleanId(text) });
  }

  #number(field: Field, value: number | NumberFault, max: number): number | null {
    if (typeof value === "number") {
      return Math.abs(value) <= max ? value : this.fault("too_large", field, { value: this.raw(field) });
    }
    const text = cleanId(this.raw(field));
    if (value === "empty" || nothing.has(text)) return this.#empty(field);
    return this.fault(isCellError(text) ? "cell_error" : value, field, { value: text });
  }

  #empty(field: Field): null {
    return this.#required.has(field) ? this.fault("required_empty", field) : null;
  }
}

/** Control characters other than the tabs and line breaks that cells are dressed in. */
function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) || code === 0x7f) return true;
  }
  return false;
}
