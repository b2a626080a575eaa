import type { Clock } from "../../src/engine/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = Date.parse("2026-11-11T12:00:00Z")) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsedMs(): number {
    return this.#now;
  }

  random(bytes: number): string {
    this.#order += 1;
    return this.#order.toString(16).padStart(bytes * 2, "0");
  }

  after(delayMs: number, run: () => void): () => void {
    this.#order += 1;
    const timer = { at: this.#now + delayMs, order: this.#order, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Sets the time without calling anybody. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /**
   * Lets time pass. Calls each timer in its turn, and waits after each until whatever it started at once has
   * settled, so that timers it sets within the time are called too.
   */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers]
      .filter((timer) => timer.at <= end)
      .toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

const settleTurns = 12;

/** A few turns of the event loop: enough for promises and immediates that wait for no I/O. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < settleTurns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
