import { accessSync, constants } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import type { Browser, LaunchOptions } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const macPaths = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Root in a container has no sandbox to start. The others keep the browser from calling home: a test machine is
 * often without a way out, and each refused call costs time.
 */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  "--metrics-recording-only",
  "--no-first-run",
  "--no-default-browser-check",
];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where Chromium is on this machine: CHROMIUM_PATH, the path, or where macOS keeps it. */
export function findChromium(): string | undefined {
  const asked = process.env.CHROMIUM_PATH;
  if (asked !== undefined) return isExecutable(asked) ? asked : undefined;
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const places = [...folders, "/usr/bin", "/snap/bin"].flatMap((folder) =>
    names.map((name) => path.join(folder, name)),
  );
  return [...places, ...macPaths].find(isExecutable);
}

/**
 * Starts a headless Chromium.
 * @throws when none is found, naming what to install
 */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    throw new Error("Chromium was not found. Install it, or set CHROMIUM_PATH to its program file.");
  }
  return chromium.launch({ ...options, executablePath, args: [...flags, ...(options.args ?? [])] });
}
