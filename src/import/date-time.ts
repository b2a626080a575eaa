import { cleanId, toHalfWidth } from "./clean.ts";

/** Why a text is no time. */
export type DateFault = "empty" | "not_date";

/** Reads one text. @returns milliseconds since 1970-01-01T00:00Z, or what is wrong */
export type DateTimeParser = (text: string) => number | DateFault;

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Minutes east of UTC where the text says so. */
  offset: number | null;
}

type Field = Exclude<keyof Parts, "offset"> | "half";

interface Format {
  readonly pattern: RegExp;
  readonly fields: readonly Field[];
  readonly shortYear: boolean;
}

const fieldOfToken: Record<string, { field: Field; pattern: string }> = {
  yyyy: { field: "year", pattern: "(\\d{4})" },
  yy: { field: "year", pattern: "(\\d{2})" },
  MM: { field: "month", pattern: "(\\d{2})" },
  M: { field: "month", pattern: "(\\d{1,2})" },
  dd: { field: "day", pattern: "(\\d{2})" },
  d: { field: "day", pattern: "(\\d{1,2})" },
  HH: { field: "hour", pattern: "(\\d{2})" },
  H: { field: "hour", pattern: "(\\d{1,2})" },
  hh: { field: "hour", pattern: "(\\d{2})" },
  h: { field: "hour", pattern: "(\\d{1,2})" },
  mm: { field: "minute", pattern: "(\\d{2})" },
  m: { field: "minute", pattern: "(\\d{1,2})" },
  ss: { field: "second", pattern: "(\\d{2})" },
  s: { field: "second", pattern: "(\\d{1,2})" },
  SSS: { field: "ms", pattern: "(\\d{3})" },
  a: { field: "half", pattern: "(AM|PM|上午|下午)" },
};
const token = /yyyy|yy|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|SSS|a|[^A-Za-z]/y;

/**
 * Compiles a date format such as `M/d/yy H:mm` or `yyyy年M月d日 HH:mm:ss`. A blank matches any number of blanks.
 * Null where it has unknown letters or lacks a year, a month or a day.
 */
export function compileDateFormat(format: string): Format | null {
  const fields: Field[] = [];
  let pattern = "";
  for (let at = 0; at < format.length;) {
    token.lastIndex = at;
    const part = token.exec(format)?.[0];
    if (part === undefined) return null;
    const known = fieldOfToken[part];
    if (known === undefined) pattern += part === " " ? "\\s*" : part.replace(/[$()*+.?[\\\]^{|}/-]/g, "\\$&");
    else {
      if (fields.includes(known.field)) return null;
      fields.push(known.field);
      pattern += known.pattern;
    }
    at += part.length;
  }
  for (const field of ["year", "month", "day"] as const) if (!fields.includes(field)) return null;
  return { pattern: new RegExp(`^${pattern}$`, "i"), fields, shortYear: !format.includes("yyyy") };
}

const iso =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;

/**
 * A reader of local times. Formats are tried in order; ISO texts (`2024-11-11`, `2024-11-11 20:05:00`, with or without
 * an offset) are understood besides, which is also how dates come out of xlsx files. A time that the clocks skip in
 * spring is read with the offset before the change, one that happens twice in autumn as its first occurrence.
 *
 * @param timeZone IANA name, `Asia/Shanghai`
 */
export function dateTimeParser(formats: readonly string[], timeZone: string): DateTimeParser {
  const compiled = formats.map(compileDateFormat).filter((format) => format !== null);
  const offsetAt = zoneOffsets(timeZone);
  let lastText = "";
  let lastResult: number | DateFault = "empty";
  return (text) => {
    // Rows of one minute follow one another, so the last answer is often the next one.
    if (text === lastText) return lastResult;
    lastText = text;
    lastResult = parse(text, compiled, offsetAt);
    return lastResult;
  };
}

/** One text by itself; for many rows make a `dateTimeParser` once. */
export function parseDateTime(
  text: string,
  formats: readonly string[],
  timeZone: string,
): number | DateFault {
  return dateTimeParser(formats, timeZone)(text);
}

function parse(cell: string, formats: readonly Format[], offsetAt: ZoneOffsets): number | DateFault {
  const text = toHalfWidth(cleanId(cell));
  if (text === "") return "empty";
  const parts = partsOf(text, formats);
  if (parts === null || !isReal(parts)) return "not_date";
  const local = Date.UTC(
    parts.year,
    parts.month - 1,
    parts.day,
    parts.hour,
    parts.minute,
    parts.second,
    parts.ms,
  );
  if (parts.offset !== null) return local - parts.offset * 60_000;
  return localToInstant(local, offsetAt);
}

function partsOf(text: string, formats: readonly Format[]): Parts | null {
  for (const format of formats) {
    const match = format.pattern.exec(text);
    if (match !== null) return partsFrom(match, format);
  }
  const match = iso.exec(text);
  if (match === null) return null;
  const at = (group: number): number => Number(match[group] ?? 0);
  return {
    year: at(1),
    month: at(2),
    day: at(3),
    hour: at(4),
    minute: at(5),
    second: at(6),
    ms: Number((match[7] ?? "").padEnd(3, "0")),
    offset: offsetOf(match[8]),
  };
}

function partsFrom(match: RegExpExecArray, format: Format): Parts {
  const parts: Parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, ms: 0, offset: null };
  let half = "";
  for (const [index, field] of format.fields.entries()) {
    const text = match[index + 1] ?? "";
    if (field === "half") half = text.toUpperCase();
    else parts[field] = Number(text);
  }
  // Two digits of a year: the century that Excel takes, 1970–2069.
  if (format.shortYear) parts.year += parts.year < 70 ? 2000 : 1900;
  if (half === "PM" || half === "下午") parts.hour = parts.hour < 12 ? parts.hour + 12 : parts.hour;
  else if (half !== "" && parts.hour === 12) parts.hour = 0;
  return parts;
}

function offsetOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text.toUpperCase() === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith("-") ? -minutes : minutes;
}

const yearMin = 1970;
const yearMax = 2100;

function isReal(parts: Parts): boolean {
  const { year, month, day } = parts;
  if (year < yearMin || year > yearMax || month < 1 || month > 12 || day < 1) return false;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false;
  return parts.hour <= 23 && parts.minute <= 59 && parts.second <= 59;
}

/** Milliseconds by which local time is ahead of UTC at an instant. */
type ZoneOffsets = (instant: number) => number;

/** No zone changes its clocks but at a quarter of an hour. */
const quarterMs = 900_000;
const rememberedMax = 20_000;

/** Zone rules come from Intl, which is slow: each quarter of an hour is asked for once. */
function zoneOffsets(timeZone: string): ZoneOffsets {
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const remembered = new Map<number, number>();
  return (instant) => {
    const quarter = Math.floor(instant / quarterMs);
    let offset = remembered.get(quarter);
    if (offset === undefined) {
      if (remembered.size >= rememberedMax) remembered.clear();
      offset = offsetOfClock(clock, quarter * quarterMs);
      remembered.set(quarter, offset);
    }
    return offset;
  };
}

function offsetOfClock(clock: Intl.DateTimeFormat, instant: number): number {
  const value: Record<string, number> = {};
  for (const part of clock.formatToParts(instant)) value[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = value;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instant;
}

const dayMs = 86_400_000;

function localToInstant(local: number, offsetAt: ZoneOffsets): number {
  // The offset at that time is one of those a day before and a day after: clocks never change twice in two days.
  const before = offsetAt(local - dayMs);
  const after = offsetAt(local + dayMs);
  const first = local - before;
  if (before === after || offsetAt(first) === before) return first;
  const second = local - after;
  return offsetAt(second) === after ? second : first;
}

/** Whether a name is a time zone that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
