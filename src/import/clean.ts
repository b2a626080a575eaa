/**
 * Cleaning of single cells. Platforms and spreadsheets dress texts up (`="123"`, a leading tab or apostrophe so that a
 * long number stays a text, full-width digits, currency signs); these functions undress them. All are pure.
 */

/** Characters that are never seen, controls among them: they come along from web pages. */
const invisible =
  /(?![\s\u0085])\p{Cc}|[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
/** Blanks of every width, tabs and line breaks. */
const blanks = /[\s\u0085\u00a0\u2000-\u200a\u202f\u205f\u3000]+/g;

/** Printable ASCII without blanks at its ends: nearly every cell, and nothing to do. */
function isPlain(cell: string): boolean {
  for (let at = 0; at < cell.length; at += 1) {
    const code = cell.charCodeAt(at);
    if (code < 0x20 || code > 0x7e) return false;
  }
  return cell.charCodeAt(0) !== 0x20 && cell.charCodeAt(cell.length - 1) !== 0x20;
}

/** A text for people, such as a name: no invisible characters, single blanks, width and case as they are. */
export function cleanText(cell: string): string {
  const text = isPlain(cell) ? cell : cell.replace(invisible, "").replace(blanks, " ").trim();
  // An apostrophe before a formula sign is the mark that keeps spreadsheets from computing it.
  return /^'[=+\-@]/.test(text) ? unwrapped(text.slice(1)) : unwrapped(text);
}

/** An id, a code or a number's text: also without a leading apostrophe and joiners, as `'123` and `="123"`. */
export function cleanId(cell: string): string {
  const first = cell.charCodeAt(0);
  if (first !== 0x27 && first !== 0x3d && first !== 0x60 && isPlain(cell)) return cell;
  const text = cleanText(cell.replaceAll("\u200d", ""));
  return unwrapped(text.replace(/^(?:['`\u2018\u2019] *)+/, ""));
}

/** `="123"` of exports that want a text to stay one. */
function unwrapped(text: string): string {
  if (!text.startsWith("=")) return text;
  return /^="([^"]*)"$/.exec(text)?.[1]?.trim() ?? text;
}

/** Full-width digits, letters and punctuation become half-width (NFKC). */
export function toHalfWidth(text: string): string {
  return isPlain(text) ? text : text.normalize("NFKC").replace(blanks, " ").trim();
}

/** What a header, a status or any other word is compared by: width, case and blanks make no difference. */
export function wordKey(text: string): string {
  return text.normalize("NFKC").replace(invisible, "").replace(blanks, "").toLowerCase();
}

/** The plus sign tells it from a code such as `3E12`. */
const mangled = /^[+-]?\d(?:[.,]\d+)?E\+\d{2,3}$/i;

/** A long number that a spreadsheet turned into `1.23457E+18`: its last digits are gone for good. */
export function isMangledNumber(text: string): boolean {
  return mangled.test(text);
}

/** What a spreadsheet shows where a formula failed. */
export function isCellError(text: string): boolean {
  return text.startsWith("#") && /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$/.test(text);
}

export type NumberFault = "empty" | "not_number" | "not_integer" | "too_precise" | "too_large";

/** Digits before the point that are taken the short way: with two decimals they stay far below 2^53. */
const shortDigitsMax = 12;

/** `12`, `-3`, `2.5` with at most so many decimals, in minor units; null for anything that needs a closer look. */
function shortNumber(cell: string, decimals: number): number | null {
  let at = cell.charCodeAt(0) === 0x2d ? 1 : 0;
  const start = at;
  let value = 0;
  let left = decimals;
  let point = false;
  for (; at < cell.length; at += 1) {
    const digit = cell.charCodeAt(at) - 0x30;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (point && (left -= 1) < 0) return null;
    } else if (digit === -2 && !point && at > start) point = true;
    else return null;
  }
  const digits = at - start;
  if (digits === 0 || digits > shortDigitsMax || cell.charCodeAt(at - 1) === 0x2e) return null;
  for (; left > 0; left -= 1) value *= 10;
  return start === 1 && value !== 0 ? -value : value;
}

/**
 * A whole number: `1,234`, `１２`, ` 12 `, `12.00`, `+3`, `(3)` for −3.
 *
 * @returns the number, at most 2^53 − 1 either way, or what is wrong
 */
export function parseInteger(cell: string): number | NumberFault {
  const short = shortNumber(cell, 0);
  if (short !== null) return short;
  const decimal = decimalOf(cell);
  if (typeof decimal === "string") return decimal;
  if (/[1-9]/.test(decimal.fraction)) return "not_integer";
  return safe(decimal.negative, decimal.whole);
}

/**
 * An amount of money as a whole number of minor units (分, pence), computed on the digits: `¥1,234.50` is 123450 with
 * two minor digits. More decimals than the currency has are a fault unless they are zeros.
 *
 * @param minorDigits decimals of the currency: 2 for CNY and GBP, 0 for JPY
 */
export function parseMoneyMinor(cell: string, minorDigits = 2): number | NumberFault {
  const short = shortNumber(cell, minorDigits);
  if (short !== null) return short;
  const decimal = decimalOf(cell);
  if (typeof decimal === "string") return decimal;
  const minor = decimal.fraction.slice(0, minorDigits).padEnd(minorDigits, "0");
  if (/[1-9]/.test(decimal.fraction.slice(minorDigits))) return "too_precise";
  return safe(decimal.negative, decimal.whole + minor);
}

/** A number for comparing only; null where the text is none. */
export function numberOf(cell: string): number | null {
  const decimal = decimalOf(cell);
  if (typeof decimal === "string") return null;
  const value = Number(`${decimal.whole}.${decimal.fraction}0`);
  return decimal.negative ? -value : value;
}

interface Decimal {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

const plainDecimal = /^(-?)(\d+)(?:\.(\d+))?$/;
const anyDecimal = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+)?(?:\.(\d*))?$/;
const currencyBefore = /^(?:RMB|CNY|CN¥|GBP|USD|US\$|HK\$|EUR|JPY|[¥£$€])\s*/i;
const currencyAfter = /\s*(?:RMB|CNY|GBP|USD|EUR|JPY|元整?|圆整?|円|[¥£$€])$/i;

function decimalOf(cell: string): Decimal | NumberFault {
  const plain = plainDecimal.exec(cell);
  if (plain !== null) return { negative: plain[1] === "-", whole: plain[2] ?? "", fraction: plain[3] ?? "" };
  let text = toHalfWidth(cleanId(cell)).replace(/[\u2212\u2013\u2014]/g, "-");
  if (text === "") return "empty";
  // Accountants write negative amounts in brackets.
  const bracketed = /^\((.+)\)$/.exec(text)?.[1];
  text = (bracketed ?? text).trim();
  let sign = "";
  if (/^[+-]/.test(text)) [sign, text] = [text.charAt(0), text.slice(1).trim()];
  text = text.replace(currencyBefore, "").replace(currencyAfter, "");
  const match = anyDecimal.exec(sign + text);
  if (match === null) return "not_number";
  const whole = (match[2] ?? "").replace(/[, ']/g, "");
  const fraction = match[3] ?? "";
  if (whole === "" && fraction === "") return "not_number";
  const minus = match[1] === "-";
  return { negative: minus !== (bracketed !== undefined), whole: whole === "" ? "0" : whole, fraction };
}

function safe(negative: boolean, digits: string): number | NumberFault {
  if (digits.replace(/^0+/, "").length > 16) return "too_large";
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return "too_large";
  return negative && value !== 0 ? -value : value;
}

/** Decimals of a currency by the rules of the platform: CNY 2, JPY 0. */
export function minorDigitsOf(currency: string): number {
  return (
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2
  );
}
