import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { languageOf, switchLanguage } from "../../i18n/i18n.ts";
import { formatOf, type Format } from "../../ui/format.ts";

const tabletZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A screen without log-in knows no shop: its clock is the tablet's, its currency the session's. */
export function useScreenFormat(currency: string): Format {
  const { i18n } = useTranslation();
  return formatOf({ language: i18n.language, timeZone: tabletZone, currency });
}

/** `?lang=en` in the address of a screen. */
export function useScreenLanguage(): void {
  const [search] = useSearchParams();
  const { i18n } = useTranslation();
  const asked = search.get("lang");
  const wanted = asked === null ? null : languageOf(asked);
  const now = i18n.language;
  useEffect(() => {
    if (wanted !== null && wanted !== now) void switchLanguage(wanted);
  }, [wanted, now]);
}

/** `off`: this browser cannot, or may not on a page without TLS. */
export type WakeState = "on" | "off";

/** Keeps the screen from going dark while the page is looked at. */
export function useWakeLock(): WakeState {
  const [state, setState] = useState<WakeState>("off");
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let ended = false;
    const ask = async () => {
      if (document.hidden || !("wakeLock" in navigator)) return;
      try {
        const given = await navigator.wakeLock.request("screen");
        if (ended) return void given.release();
        lock = given;
        setState("on");
        given.addEventListener("release", () => setState("off"));
      } catch {
        // A battery that is nearly empty, or a rule of the machine: the screen sleeps as it is set to.
        setState("off");
      }
    };
    const onVisible = () => void ask();
    void ask();
    document.addEventListener("visibilitychange", onVisible);
    // Some browsers want a touch first.
    addEventListener("pointerdown", onVisible);
    return () => {
      ended = true;
      document.removeEventListener("visibilitychange", onVisible);
      removeEventListener("pointerdown", onVisible);
      void lock?.release();
    };
  }, []);
  return state;
}

/** Whether the page fills the screen, and the switch. */
export function useFullScreen(): {
  readonly full: boolean;
  readonly possible: boolean;
  readonly toggle: () => void;
} {
  const [full, setFull] = useState(() => document.fullscreenElement !== null);
  useEffect(() => {
    const onChange = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", onChange);
    return () => document.removeEventListener("fullscreenchange", onChange);
  }, []);
  const toggle = () => {
    const done = full ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    // A refusal leaves things as they are, which is on screen.
    done.catch(() => undefined);
  };
  return { full, possible: document.fullscreenEnabled, toggle };
}
