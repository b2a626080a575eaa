import { useTranslation } from "react-i18next";
import { useShop } from "../session.ts";

interface Place {
  readonly language: string;
  readonly timeZone: string;
  readonly currency: string;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Figures and times as this shop writes them. Times are RFC 3339 texts or milliseconds. */
export function makeFormat({ language, timeZone, currency }: Place) {
  const numbers = new Intl.NumberFormat(language);
  const money = moneyFormat(language, currency);
  const scale = 10 ** (money.resolvedOptions().maximumFractionDigits ?? 2);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("sv-SE", { ...options, timeZone, hourCycle: "h23" });
  const clock = part({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const clockShort = part({ hour: "2-digit", minute: "2-digit" });
  const day = part({ year: "numeric", month: "2-digit", day: "2-digit" });
  const toDate = (time: string | number) => new Date(time);
  const dayOf = (time: string | number) => day.format(toDate(time));
  return {
    number: (value: number) => numbers.format(value),
    /** Minor units. */
    money: (minor: number) => money.format(minor / scale),
    moneyScale: scale,
    day: dayOf,
    clock: (time: string | number) => clock.format(toDate(time)),
    minute: (time: string | number) => clockShort.format(toDate(time)),
    moment: (time: string | number) => `${dayOf(time)} ${clockShort.format(toDate(time))}`,
    /** The clock for today, month and day besides for other days, the year besides for other years. */
    brief: (time: string | number, now: number) => {
      const date = dayOf(time);
      const today = dayOf(now);
      if (date === today) return clock.format(toDate(time));
      const short = date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date;
      return `${short} ${clockShort.format(toDate(time))}`;
    },
  };
}

export type Format = ReturnType<typeof makeFormat>;

function moneyFormat(language: string, currency: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  } catch {
    // A currency that this browser does not know is shown by its letters alone.
    return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
}

const made = new Map<string, Format>();

/** The formats of a place, made once: a browser takes its time for each, and every figure asks for them. */
export function formatOf(place: Place): Format {
  const name = `${place.language}/${place.timeZone}/${place.currency}`;
  const known = made.get(name);
  if (known !== undefined) return known;
  const format = makeFormat(place);
  made.set(name, format);
  return format;
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  const { timeZone, currency } = useShop();
  return formatOf({ language: i18n.language, timeZone, currency });
}

/** Whole minutes and seconds of a span, as for `1 分 12 秒`. Never below zero. */
export function splitSpan(ms: number): { days: number; hours: number; minutes: number; seconds: number } {
  const left = Math.max(0, Math.ceil(ms / 1_000)) * 1_000;
  return {
    days: Math.floor(left / dayMs),
    hours: Math.floor((left % dayMs) / (60 * minuteMs)),
    minutes: Math.floor((left % (60 * minuteMs)) / minuteMs),
    seconds: Math.floor((left % minuteMs) / 1_000),
  };
}
