import { systemClock, type Clock } from "../engine/clock.ts";

/**
 * A clock for a server that plays a broadcast: it runs `speed` times as fast as the clock on the wall, and never
 * past the gate, which is the moment of the next thing that has not been answered yet. So where the machine is
 * slower than the speed that was asked for, simulated time waits, and every figure by the minute stays true. Unless
 * it is told otherwise it is never ahead of the system's clock: a demo begins so long ago that it ends now.
 */
export class SimClock implements Clock {
  readonly #system: Clock;
  readonly #mayLead: boolean;
  #speed: number;
  #gate: number;
  /** Where simulated time stood at a moment of the system's. */
  #anchor: { at: number; elapsedMs: number };

  /**
   * @param speed 1 and more; Infinity: each moment is reached as soon as it is asked for
   * @param mayLead whether it may be ahead of the system's clock: in books that nobody keeps
   */
  constructor(
    startsAt: number,
    speed: number,
    { system = systemClock, mayLead = false }: { readonly system?: Clock; readonly mayLead?: boolean } = {},
  ) {
    this.#system = system;
    this.#mayLead = mayLead;
    this.#speed = speed;
    this.#gate = startsAt;
    this.#anchor = { at: startsAt, elapsedMs: system.elapsedMs() };
  }

  now(): number {
    const elapsedMs = this.#system.elapsedMs();
    const { at, elapsedMs: since } = this.#anchor;
    const run = this.#speed === Infinity ? this.#gate : at + (elapsedMs - since) * this.#speed;
    const latest = this.#mayLead ? this.#gate : Math.min(this.#gate, this.#system.now());
    if (run < latest) return Math.floor(run);
    // It stood still: it goes on from here, and does not leap to where it would have been.
    this.#anchor = { at: Math.max(at, latest), elapsedMs };
    return Math.floor(this.#anchor.at);
  }

  elapsedMs(): number {
    return this.#system.elapsedMs();
  }

  /** Timers run as fast as the clock, but none is so fast that work done ten times a second never ends. */
  after(delayMs: number, run: () => void): () => void {
    return this.#system.after(Math.max(delayMs / this.#speed, Math.min(delayMs, timerMsMin)), run);
  }

  random(bytes: number): string {
    return this.#system.random(bytes);
  }

  /** Resolves when simulated time is there, and keeps it there until another moment is asked for. */
  async reach(at: number, signal?: AbortSignal): Promise<void> {
    this.#gate = Math.max(this.#gate, at);
    for (let now = this.now(); now < Math.floor(at) && signal?.aborted !== true; now = this.now()) {
      const delayMs = Math.min(stepMsMax, Math.max(1, (at - now) / this.#speed));
      await new Promise<void>((resolve) => {
        setTimeout(resolve, delayMs);
      });
    }
  }

  /** From now on it runs like the system's clock, up to the gate and no further. */
  hold(): void {
    this.#anchor = { at: this.now(), elapsedMs: this.#system.elapsedMs() };
    this.#gate = this.#anchor.at;
    this.#speed = 1;
  }

  /** The broadcast is over: time goes on as it does on the wall. */
  release(): void {
    this.hold();
    this.#gate = Infinity;
  }
}

const timerMsMin = 100;
const stepMsMax = 200;
