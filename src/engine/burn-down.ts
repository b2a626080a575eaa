import type { Instant } from "../domain/rows.ts";
import { skuKey } from "../domain/text.ts";
import type { JournalEntry, Reads, ShopId } from "../store/store.ts";

/**
 * How the sellable units of a SKU went over the day. The journal says by how much they changed, the balance
 * where they are now; so the curve is drawn backwards from now. The changes are kept by minute, and a SKU
 * that is looked at again costs only what came since: a hot one has tens of thousands of movements a day.
 */

const skusKeptMax = 200;
/** A page of most SKUs' days; each further one is twice as long, as it is then a hot one's. */
const entriesReadFirst = 50;
const entriesReadMax = 2_000;
const pagesReadMax = 200;
const minuteMs = 60_000;

interface Kept {
  readonly since: Instant;
  /** The journal's number that `changes` is true up to. */
  seq: number;
  /** Minutes since the epoch → by how many units `available` changed in it. */
  readonly changes: Map<number, number>;
}

export interface Point {
  readonly at: Instant;
  /** At the end of its minute. */
  readonly sellable: number;
}

export class BurnDown {
  readonly #read: Pick<Reads, "head" | "journal">;
  readonly #shop: ShopId;
  readonly #kept = new Map<string, Kept>();

  constructor(read: Pick<Reads, "head" | "journal">, shop: ShopId) {
    this.#read = read;
    this.#shop = shop;
  }

  /**
   * The curve since `since`, oldest first, with a point wherever it changed, at its beginning, and now.
   * @param now the balances as they are: `available` and `buffer` in units
   */
  async points(
    sku: string,
    since: Instant,
    now: { readonly at: Instant; readonly available: number; readonly buffer: number },
    pointsMax: number,
  ): Promise<readonly Point[]> {
    const { changes } = await this.#changes(skuKey(sku), since);
    const sellable = (available: number): number => Math.max(0, available - now.buffer);
    const backwards: Point[] = [{ at: now.at, sellable: sellable(now.available) }];
    let available = now.available;
    for (const [minute, change] of [...changes].toSorted(([a], [b]) => b - a)) {
      const end = (minute + 1) * minuteMs;
      if (end < now.at) backwards.push({ at: end, sellable: sellable(available) });
      available -= change;
    }
    backwards.push({ at: since, sellable: sellable(available) });
    return thinOut(backwards.toReversed(), pointsMax);
  }

  async #changes(sku: string, since: Instant): Promise<Kept> {
    const known = this.#kept.get(sku);
    this.#kept.delete(sku);
    const kept = known?.since === since ? await this.#readOn(sku, known) : await this.#readBack(sku, since);
    this.#kept.set(sku, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= skusKeptMax) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }

  /** Backwards from now until the day began. */
  async #readBack(sku: string, since: Instant): Promise<Kept> {
    const { seq } = await this.#read.head(this.#shop);
    const kept: Kept = { since, seq, changes: new Map() };
    let before = seq + 1;
    for (let page = 0; page < pagesReadMax; page += 1) {
      // What was before the day is of no use, and unpacked for nothing.
      const limit = Math.min(entriesReadMax, entriesReadFirst * 2 ** page);
      const entries = await this.#read.journal(this.#shop, { sku, before, limit });
      for (const entry of entries) {
        if (entry.recordedAt < since) return kept;
        add(kept, entry);
      }
      const last = entries.at(-1);
      if (last === undefined || entries.length < limit) return kept;
      before = last.seq;
    }
    return kept;
  }

  async #readOn(sku: string, known: Kept): Promise<Kept> {
    const kept: Kept = { ...known, changes: new Map(known.changes) };
    for (let page = 0; page < pagesReadMax; page += 1) {
      const entries = await this.#read.journal(this.#shop, { sku, after: kept.seq, limit: entriesReadMax });
      for (const entry of entries) add(kept, entry);
      kept.seq = entries.at(-1)?.seq ?? kept.seq;
      if (entries.length < entriesReadMax) break;
    }
    return kept;
  }
}

function add(kept: Kept, entry: JournalEntry): void {
  const units =
    (entry.to === "available" ? entry.quantity : 0) - (entry.from === "available" ? entry.quantity : 0);
  if (units === 0) return;
  const minute = Math.floor(entry.recordedAt / minuteMs);
  kept.changes.set(minute, (kept.changes.get(minute) ?? 0) + units);
}

/** At most `pointsMax`, spread over the whole; the first and the last always stay. */
function thinOut(points: readonly Point[], pointsMax: number): readonly Point[] {
  if (points.length <= pointsMax) return points;
  const step = (points.length - 1) / (pointsMax - 1);
  return Array.from({ length: pointsMax }, (_, index) => points[Math.round(index * step)]).filter(
    (point) => point !== undefined,
  );
}
