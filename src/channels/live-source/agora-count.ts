import type { Instant } from "../../domain/rows.ts";

export const agoraCountLimits = {
  /** Of one channel, between two polls; the oldest beyond that are counted into the base. */
  changesMax: 5_000,
} as const;

interface Change {
  readonly at: Instant;
  readonly viewers: number;
}

/**
 * How many watch one channel, from what is asked now and then and what is told between. Notifications come
 * late, in any order and sometimes not at all; so the last answer is the base, only changes after it are
 * added to it, and the next answer corrects what was lost.
 */
export class AgoraCount {
  #base: { readonly at: Instant; readonly viewers: number | null } | undefined;
  #changes: Change[] = [];

  /** What the channel was at a moment, as the API answered or as an event says; null: it was not there. */
  setBase(at: Instant, viewers: number | null): void {
    if (this.#base !== undefined && at < this.#base.at) return;
    this.#base = { at, viewers };
    this.#changes = this.#changes.filter((change) => change.at > at);
  }

  /** Somebody came (1) or went (−1). What is not after the base is in it already. */
  change(at: Instant, viewers: 1 | -1): void {
    if (this.#base !== undefined && at <= this.#base.at) return;
    this.#changes.push({ at, viewers });
    if (this.#changes.length > agoraCountLimits.changesMax) this.#fold();
  }

  /** Undefined until the first base: changes alone are no number. Null: the channel is not there. */
  get viewers(): number | null | undefined {
    if (this.#base === undefined) return undefined;
    if (this.#base.viewers === null) return null;
    const sum = this.#changes.reduce((viewers, change) => viewers + change.viewers, this.#base.viewers);
    // A join that was lost and the leave that was not.
    return Math.max(0, sum);
  }

  #fold(): void {
    const { viewers } = this;
    if (viewers === undefined || viewers === null) {
      this.#changes.shift();
      return;
    }
    this.#base = { at: Math.max(...this.#changes.map((change) => change.at)), viewers };
    this.#changes = [];
  }
}
