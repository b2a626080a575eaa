import { turnoverDays } from "../../domain/live/metric.ts";
import { minuteMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import type { Reads, Shop, ShopId } from "../../store/store.ts";
import { BurnDown } from "../burn-down.ts";
import { businessDayOf } from "../day.ts";
import type { SkuStock } from "./stock.ts";

/** Whole business days that are looked back on. */
const daysBack = 7;
/** A product's days change once a day; one product is read at a time, so that the session does not wait. */
const believedMs = 6 * 3_600_000;
const readEveryMs = 5_000;
/** Every change counts: the closing stock is the last before the day's cut. */
const pointsMax = daysBack * 24 * 60 + 2;

/** 库存周转天数 of planned products, from the books of the last whole days; nobody waits for it. */
export class Turnover {
  readonly #read: Pick<Reads, "head" | "journal" | "sales">;
  readonly #shop: ShopId;
  readonly #known = new Map<string, { readonly days: number | null; readonly at: Instant }>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading = false;

  constructor(read: Pick<Reads, "head" | "journal" | "sales">, shop: ShopId) {
    this.#read = read;
    this.#shop = shop;
  }

  /** Null: not known, or nothing was sold. */
  of(sku: string): number | null {
    return this.#known.get(sku)?.days ?? null;
  }

  /** Reads the product that was read longest ago, when it is time. Resolves when that is done. */
  async refresh(stocks: Iterable<SkuStock>, shop: Shop, now: Instant): Promise<void> {
    if (this.#reading || now - this.#readAt < readEveryMs) return;
    const due = [...stocks].find((stock) => now - (this.#known.get(stock.sku)?.at ?? 0) >= believedMs);
    if (due === undefined) return;
    this.#reading = true;
    this.#readAt = now;
    try {
      this.#known.set(due.sku, { days: await this.#daysOf(due, shop, now), at: now });
    } finally {
      this.#reading = false;
    }
  }

  async #daysOf({ sku, available }: SkuStock, shop: Shop, now: Instant): Promise<number | null> {
    const ends: Instant[] = [];
    let end = businessDayOf(now, shop).from;
    for (let day = 0; day < daysBack; day += 1) {
      ends.unshift(end);
      end = businessDayOf(end - 1, shop).from;
    }
    const [from, to] = [end, ends.at(-1) ?? end];
    const sales = await this.#read.sales(this.#shop, { sku, from, to });
    if (!sales.some((sale) => sale.sold > 0)) return null;
    // What is promised is sold already: the stock that turns over is what is still free.
    const points = await new BurnDown(this.#read, this.#shop).points(
      sku,
      from,
      { at: now, available, buffer: 0 },
      pointsMax,
    );
    const closing = ends.map((at) => points.findLast((point) => point.at <= at)?.sellable ?? 0);
    const sold = ends.map((at, index) => {
      const begins = ends[index - 1] ?? from;
      return sales
        .filter((sale) => sale.minute * minuteMs >= begins && sale.minute * minuteMs < at)
        .reduce((sum, sale) => sum + sale.sold, 0);
    });
    // Days before there was any of it in the books say nothing.
    const first = closing.findIndex((units) => units > 0);
    if (first < 0) return null;
    return turnoverDays(closing.slice(first), sold.slice(first));
  }
}
