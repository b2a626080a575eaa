import type { Opening } from "../../domain/live/activity.ts";
import type { Instant } from "../../domain/rows.ts";
import type { JournalEntry, Reads, ShopId } from "../../store/store.ts";
import type { SkuStock } from "./stock.ts";

const entriesPerPage = 2_000;
const pagesPerRefreshMax = 50;
/** Goods that come while as many are sent leave what is on hand as it was: so it is looked at anyway. */
const readAgainMs = 30_000;

interface Kept {
  seq: number;
  units: number;
  onHand: number;
  readAt: Instant;
}

/**
 * Units of each product that have arrived since it came into the session: receipts and good returns. The
 * journal says it; it is read on only when what is on hand has changed, and each movement once.
 */
export class Arrivals {
  readonly #kept = new Map<string, Kept>();

  of(sku: string): number {
    return this.#kept.get(sku)?.units ?? 0;
  }

  async refresh(
    read: Pick<Reads, "journal">,
    shop: ShopId,
    stocks: Iterable<SkuStock>,
    openings: ReadonlyMap<string, Opening>,
    now: Instant,
  ): Promise<void> {
    for (const stock of stocks) {
      const opening = openings.get(stock.sku);
      if (opening === undefined) continue;
      const kept = this.#kept.get(stock.sku) ?? { seq: opening.seq, units: 0, onHand: -1, readAt: 0 };
      this.#kept.set(stock.sku, kept);
      if (stock.seq <= kept.seq) continue;
      if (stock.onHand === kept.onHand && now - kept.readAt < readAgainMs) continue;
      for (let page = 0; page < pagesPerRefreshMax; page += 1) {
        const query = { sku: stock.sku, after: kept.seq, limit: entriesPerPage };
        const entries = await read.journal(shop, query);
        for (const entry of entries) if (arrives(entry)) kept.units += entry.quantity;
        kept.seq = entries.at(-1)?.seq ?? kept.seq;
        if (entries.length < entriesPerPage) break;
      }
      kept.onHand = stock.onHand;
      kept.readAt = now;
    }
  }
}

function arrives({ from, to }: Pick<JournalEntry, "from" | "to">): boolean {
  return to === "available" && (from === "supplier" || from === "customer");
}
