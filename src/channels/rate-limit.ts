import type { Instant } from "../domain/rows.ts";

export interface RateWindow {
  readonly messagesMax: number;
  readonly perMs: number;
}

/**
 * How many messages may go out in any stretch of time. It remembers when each went, because a bucket that
 * refills while it is emptied lets nearly twice as many through in the worst minute, and DingTalk answers the
 * 21st message of a minute with ten minutes of silence.
 */
export class RateLimit {
  readonly #windows: readonly RateWindow[];
  readonly #keptMax: number;
  /** When the latest messages went, oldest first. */
  #sent: Instant[] = [];
  #blockedUntil: Instant = 0;

  constructor(windows: readonly RateWindow[]) {
    this.#windows = windows;
    this.#keptMax = Math.max(0, ...windows.map((window) => window.messagesMax));
  }

  /**
   * Asks for one message.
   * @returns 0 when it may go now, which is then counted; else the milliseconds until it may
   */
  take(now: Instant): number {
    const waitMs = Math.max(
      this.#blockedUntil - now,
      ...this.#windows.map((window) => this.#waitMs(window, now)),
    );
    if (waitMs > 0) return waitMs;
    this.#sent.push(now);
    if (this.#sent.length > this.#keptMax) this.#sent.shift();
    return 0;
  }

  /** The platform said that it was too much: nothing goes for so long, whatever was counted here. */
  block(now: Instant, forMs: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, now + forMs);
  }

  #waitMs({ messagesMax, perMs }: RateWindow, now: Instant): number {
    const oldest = this.#sent.at(-messagesMax);
    // A clock that was set back must not silence the robot for longer than one window.
    return oldest === undefined ? 0 : Math.min(perMs, oldest + perMs - now);
  }
}
