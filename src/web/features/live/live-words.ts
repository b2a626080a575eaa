import { useTranslation } from "react-i18next";
import type { SessionView, ViewAlert } from "../../../api/session-view.ts";
import { useFormat } from "../../ui/format.ts";
import { etaMinutesMax, wholeMinutes } from "./figures.ts";

const justNowSeconds = 5;

/** Figures and sentences as the live screens say them. */
export function useLiveWords() {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const english = i18n.language === "en";
  const eta = (minutes: number | null): string => {
    if (minutes === null) return "—";
    if (minutes > etaMinutesMax) return t("live.minutesOver", { n: etaMinutesMax });
    return t("live.minutes", { n: wholeMinutes(minutes) });
  };
  return {
    format,
    eta,
    percent: (value: number | null): string => (value === null ? "—" : `${Math.round(value)}%`),
    /** With a decimal where it matters: small rates. */
    rate: (value: number): string =>
      format.number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)),
    ago: (ms: number): string => {
      const seconds = Math.max(0, Math.floor(ms / 1_000));
      if (seconds < justNowSeconds) return t("live.justNow");
      if (seconds < 60) return t("live.secondsAgo", { n: seconds });
      const minutes = Math.floor(seconds / 60);
      if (minutes < 60) return t("live.minutesAgo", { n: minutes });
      return t("live.hoursAgo", { n: Math.floor(minutes / 60) });
    },
    say: (words: { readonly zh: string; readonly en: string }): string => (english ? words.en : words.zh),
    /** Whole currency units: cents are noise on a screen that is read from afar. */
    bigMoney: (minor: number): string =>
      format.money(Math.round(minor / format.moneyScale) * format.moneyScale).replace(/\D00$/, ""),
  };
}

/** How many alerts wait for somebody. */
export function waitingOf(alerts: readonly ViewAlert[]): number {
  return alerts.filter((alert) => alert.acknowledged === null).length;
}

/** Those that wait come first, then by severity, the newest first. */
export function sortAlerts(alerts: readonly ViewAlert[]): readonly ViewAlert[] {
  const waits = (alert: ViewAlert) => (alert.acknowledged === null ? 0 : 1);
  return alerts.toSorted(
    (a, b) => waits(a) - waits(b) || b.severity - a.severity || b.raisedAt.localeCompare(a.raisedAt),
  );
}

/** The patrol that waits for an answer; null: none. */
export function openPatrol(view: SessionView): SessionView["patrols"][number] | null {
  return view.patrols.findLast((card) => card.answeredAt === null) ?? null;
}
