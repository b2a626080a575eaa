import { useSyncExternalStore } from "react";
import { Signal } from "./signal.ts";
import { recall, remember } from "./storage.ts";

export const themeChoices = ["light", "dark", "system"] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type Theme = "light" | "dark";

/** The name that public/theme.js reads, too. */
const themeKey = "zaiku.theme";
const darkQuery = "(prefers-color-scheme: dark)";

function storedChoice(): ThemeChoice {
  const stored = recall(themeKey);
  return themeChoices.find((choice) => choice === stored) ?? "light";
}

function themeOf(choice: ThemeChoice): Theme {
  if (choice !== "system") return choice;
  return matchMedia(darkQuery).matches ? "dark" : "light";
}

const choice = new Signal<ThemeChoice>("light");
const theme = new Signal<Theme>("light");

let held: Theme | null = null;

function show(): void {
  const now = held ?? themeOf(choice.get());
  document.documentElement.dataset.theme = now;
  const surface = getComputedStyle(document.documentElement).getPropertyValue("--surface").trim();
  document.querySelector("meta[name=theme-color]")?.setAttribute("content", surface);
  theme.set(now);
}

/** Shows the theme that this browser chose before, and follows the system where that was the choice. */
export function startTheme(): void {
  choice.set(storedChoice());
  matchMedia(darkQuery).addEventListener("change", show);
  show();
}

export function chooseTheme(next: ThemeChoice): void {
  remember(themeKey, next);
  choice.set(next);
  show();
}

/** A screen that has a theme of its own, whatever this browser chose; null lets go. */
export function holdTheme(next: Theme | null): void {
  held = next;
  show();
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(choice.follow, choice.get);
}

/** The theme on screen. */
export function useTheme(): Theme {
  return useSyncExternalStore(theme.follow, theme.get);
}

/** A colour of tokens.css as it is now, for what does not understand CSS variables. */
export function tokenValue(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
