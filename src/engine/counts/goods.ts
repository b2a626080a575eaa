import type { Instant } from "../../domain/rows.ts";
import type { ShopId, StockItem, Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";

const pageRowsMax = 1_000;
/** A changed price or name counts after this at the latest. */
const believedMs = 30_000;

export type Good = Pick<StockItem, "sku" | "code" | "name" | "price" | "category" | "barcodes">;

/** All SKUs of a shop with what a sheet says of them: a sheet of a whole warehouse names every one. */
export class Goods {
  readonly #read: Pick<Store["read"], "stock">;
  readonly #shop: ShopId;
  readonly #clock: Pick<Clock, "now">;
  #kept: { readonly goods: Promise<ReadonlyMap<string, Good>>; readonly until: Instant } | null = null;

  constructor(read: Pick<Store["read"], "stock">, shop: ShopId, clock: Pick<Clock, "now">) {
    this.#read = read;
    this.#shop = shop;
    this.#clock = clock;
  }

  /** The next who asks has them read anew. */
  forget(): void {
    this.#kept = null;
  }

  all(): Promise<ReadonlyMap<string, Good>> {
    const now = this.#clock.now();
    if (this.#kept !== null && now < this.#kept.until) return this.#kept.goods;
    const goods = this.#load();
    this.#kept = { goods, until: now + believedMs };
    goods.catch(() => {
      this.#kept = null;
    });
    return goods;
  }

  async #load(): Promise<ReadonlyMap<string, Good>> {
    const goods = new Map<string, Good>();
    for (let cursor: string | null = null; ;) {
      const page = await this.#read.stock(this.#shop, { soldSince: null, limit: pageRowsMax, cursor });
      for (const { sku, code, name, price, category, barcodes } of page.items)
        goods.set(sku, { sku, code, name, price, category, barcodes });
      if (page.next === null) return goods;
      cursor = page.next;
    }
  }
}
