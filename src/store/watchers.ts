import type { ShopId } from "./store.ts";

/** Who wants to be woken when a shop's journal may have grown. */
export class Watchers {
  readonly #ofShop = new Map<ShopId, Set<() => void>>();

  /** True when nobody watches any shop. */
  get isEmpty(): boolean {
    return this.#ofShop.size === 0;
  }

  /** The returned function ends the watch. */
  add(shop: ShopId, wake: () => void): () => void {
    // An own function for each watch: two watches with one function are two.
    const entry = (): void => wake();
    const known = this.#ofShop.get(shop);
    if (known === undefined) this.#ofShop.set(shop, new Set([entry]));
    else known.add(entry);
    return () => {
      const watching = this.#ofShop.get(shop);
      watching?.delete(entry);
      if (watching?.size === 0) this.#ofShop.delete(shop);
    };
  }

  wake(shop: ShopId): void {
    for (const wake of this.#ofShop.get(shop) ?? []) wake();
  }

  wakeAll(): void {
    for (const shop of this.#ofShop.keys()) this.wake(shop);
  }

  clear(): void {
    this.#ofShop.clear();
  }
}
