import { randomBytes } from "node:crypto";
import type { Instant } from "../domain/rows.ts";

/**
 * Time and chance: the only place that asks the system for either, so that a test can pass others.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): Instant;
  /** Milliseconds from any fixed moment; never goes back. Measures how long something took. */
  elapsedMs(): number;
  /** Calls `run` once, after at least `delayMs`. Returns what calls it off. It keeps no process alive. */
  after(delayMs: number, run: () => void): () => void;
  /** A text that nobody guesses, of `bytes` random bytes in hexadecimal digits. */
  random(bytes: number): string;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, Math.max(0, delayMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: (bytes) => randomBytes(bytes).toString("hex"),
};

/** Resolves after `delayMs` of the clock, or at once when the signal ends the wait. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      callOff();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const callOff = clock.after(delayMs, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
