import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { SessionView, ViewAlert } from "../../../api/session-view.ts";
import { voice, type SoundChoice } from "./sound.ts";

/** An alert as it was when it last rang: it rings again when it is passed on. */
type Rung = ReadonlyMap<string, number>;

/**
 * Alerts that nobody has been told of yet, the most severe first. What was open before this page was opened is
 * shown, not rung: somebody else has heard it.
 */
export function newAlerts(alerts: readonly ViewAlert[], rung: Rung | null): readonly ViewAlert[] {
  if (rung === null) return [];
  return alerts
    .filter((alert) => alert.acknowledged === null && (rung.get(alert.id) ?? -1) < alert.level)
    .toSorted((a, b) => b.severity - a.severity);
}

/** How long an alert pops up over the page; it stays in the list. */
const popMs = 15_000;
const popsMax = 3;

/** Rings for new alerts and says which of them pop up now. */
export function useAlarms(view: SessionView | null): {
  readonly pops: readonly ViewAlert[];
  readonly dismiss: (alert: string) => void;
} {
  const { i18n } = useTranslation();
  const rung = useRef<Rung | null>(null);
  const [shown, setShown] = useState<readonly string[]>([]);
  const language = i18n.language;
  const alerts = view?.alerts;

  useEffect(() => {
    if (alerts === undefined) return;
    const fresh = newAlerts(alerts, rung.current);
    rung.current = new Map(alerts.map((alert) => [alert.id, alert.level]));
    const [first] = fresh;
    if (first === undefined) return;
    voice.alarm(first.severity, language === "en" ? first.text.en : first.text.zh, language);
    const ids = fresh.map((alert) => alert.id);
    setShown((before) => [...ids, ...before.filter((id) => !ids.includes(id))].slice(0, popsMax));
    setTimeout(() => setShown((before) => before.filter((id) => !ids.includes(id))), popMs);
  }, [alerts, language]);

  const pops = shown.flatMap((id) => {
    const alert = alerts?.find((one) => one.id === id && one.acknowledged === null);
    return alert === undefined ? [] : [alert];
  });
  return { pops, dismiss: (alert) => setShown((before) => before.filter((id) => id !== alert)) };
}

/** The choice of sound; the first touch of the page after it was loaded lets it ring. */
export function useSound(): SoundChoice {
  useEffect(() => {
    const unlock = () => {
      if (voice.choice.get().sound) voice.unlock();
    };
    addEventListener("pointerdown", unlock, { once: true });
    addEventListener("keydown", unlock, { once: true });
    return () => {
      removeEventListener("pointerdown", unlock);
      removeEventListener("keydown", unlock);
    };
  }, []);
  return useSyncExternalStore(voice.choice.follow, voice.choice.get);
}
