import type { Instant } from "../domain/rows.ts";
import type { Reads, ShopId } from "../store/store.ts";
import type { Clock } from "./clock.ts";

const namesKeptMax = 50_000;
/** A changed name shows in lists of orders after this at the latest. */
const believedMs = 30_000;

/** Names of SKUs for lists that only hold codes: a page of orders names few, and mostly the same. */
export class SkuNames {
  readonly #read: Pick<Reads, "sku">;
  readonly #shop: ShopId;
  readonly #clock: Pick<Clock, "now">;
  readonly #kept = new Map<string, { readonly name: string; readonly until: Instant }>();

  constructor(read: Pick<Reads, "sku">, shop: ShopId, clock: Pick<Clock, "now">) {
    this.#read = read;
    this.#shop = shop;
    this.#clock = clock;
  }

  /** The names by SKU; an empty text where there is none. */
  async of(skus: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const names = new Map<string, string>();
    await Promise.all([...new Set(skus)].map(async (sku) => names.set(sku, await this.#name(sku))));
    return names;
  }

  async #name(sku: string): Promise<string> {
    const now = this.#clock.now();
    const kept = this.#kept.get(sku);
    if (kept !== undefined && now < kept.until) return kept.name;
    const name = (await this.#read.sku(this.#shop, sku))?.sku.name ?? "";
    if (this.#kept.size >= namesKeptMax) this.#kept.clear();
    this.#kept.set(sku, { name, until: now + believedMs });
    return name;
  }
}
