/** The middle one; of an even number the mean of the two in the middle. NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** How many times one side is the other, round by round: what disturbs a round disturbs both sides of it. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((value, round) => value / (denominators[round] ?? Number.NaN)));
}

/** Latencies in milliseconds, every one of them kept. */
export class Latencies {
  #values = new Float64Array(65_536);
  #count = 0;
  #sorted = true;

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count] = ms;
    this.#count += 1;
    this.#sorted = false;
  }

  /** @param per 0 to 100. NaN when there is no value. */
  percentile(per: number): number {
    const values = this.#values.subarray(0, this.#count);
    if (!this.#sorted) values.sort();
    this.#sorted = true;
    const rank = Math.ceil((per / 100) * this.#count) - 1;
    return values[Math.max(0, rank)] ?? Number.NaN;
  }
}
