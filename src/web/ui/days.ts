import { useTranslation } from "react-i18next";
import type { Format } from "./format.ts";

/** A local date such as `2026-11-11` in words: `11月11日 周三`. */
export function useDayName(): (date: string) => string {
  const { i18n } = useTranslation();
  return (date) =>
    new Intl.DateTimeFormat(i18n.language, {
      month: "long",
      day: "numeric",
      weekday: "short",
      timeZone: "UTC",
    }).format(new Date(`${date}T00:00:00Z`));
}

/** Dates as an axis has room for: without the year, unless they are of several. */
export function axisDay(dates: readonly string[]): (date: string) => string {
  const oneYear = dates[0]?.slice(0, 4) === dates.at(-1)?.slice(0, 4);
  return (date) => date.slice(oneYear ? 5 : 2);
}

/** The date so many days later. */
export function dayAfter(date: string, days: number): string {
  const time = new Date(`${date}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + days);
  return time.toISOString().slice(0, 10);
}

/** Whole currency units: cents are noise in a figure that is read at a glance. */
export function wholeMoney(format: Format, minor: number): string {
  return format.money(Math.round(minor / format.moneyScale) * format.moneyScale).replace(/\D00$/, "");
}

/** `12.5%`; a dash where there is nothing to divide by. */
export function percentText(value: number | null, digits = 0): string {
  return value === null ? "—" : `${value.toFixed(digits)}%`;
}
