/** One frame that was told: what changed after `since`, up to `seq`, as JSON by SKU. */
export interface Frame {
  readonly since: number;
  readonly seq: number;
  readonly items: readonly (readonly [sku: string, json: string])[];
}

const ringFramesMax = 600;
const ringItemsMax = 20_000;

/** The latest frames, so that many readers that return at once cost no read of the store. */
export class FeedRing {
  readonly #frames: Frame[] = [];
  #items = 0;

  add(frame: Frame): void {
    this.#frames.push(frame);
    this.#items += frame.items.length;
    while (this.#frames.length > ringFramesMax || this.#items > ringItemsMax) {
      this.#items -= this.#frames.shift()?.items.length ?? 0;
    }
  }

  clear(): void {
    this.#frames.length = 0;
    this.#items = 0;
  }

  /**
   * What changed after `seq`, the latest of each SKU, with commas between them.
   * @param head the number that the last frame brought everybody to
   * @returns null when the ring does not reach back that far
   */
  since(seq: number, head: number): string | null {
    if (seq >= head) return "";
    const first = this.#frames[0];
    if (first === undefined || seq < first.since) return null;
    const latest = new Map<string, string>();
    for (const frame of this.#frames) {
      if (frame.seq <= seq) continue;
      for (const [sku, json] of frame.items) latest.set(sku, json);
    }
    return [...latest.values()].join(",");
  }
}
