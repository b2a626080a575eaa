import type { World } from "./world.testing.ts";

/** Places of a SKU, in the order of the words in the test rows. */
export function places(world: World, sku: string): string {
  const { available, held, committed, quarantine, loaned, shortage, presale } = world.stock(sku);
  const shown = { available, held, committed, quarantine, loaned, shortage, presale };
  return Object.entries(shown)
    .filter(([, units]) => units !== 0)
    .map(([place, units]) => `${place} ${units}`)
    .join(" ");
}

/** Throws when the books do not balance. */
export function clean(world: World): void {
  const difference = world.verify();
  if (difference !== null) throw new Error(difference);
}
