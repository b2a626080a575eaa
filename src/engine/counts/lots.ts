import type { Floor } from "../../domain/floor/floor.ts";
import type { Cell } from "../../domain/floor/shelf.ts";

/** The lot of a product in a bin where there is one alone; empty where there are none or several. */
export function lotsIn(floor: Floor): (cell: Omit<Cell, "lot">) => string {
  return ({ warehouse, bin, sku, quality }) => {
    const lots = floor
      .inBin(warehouse, bin)
      .filter((one) => one.sku === sku && one.quality === quality && one.quantity !== 0)
      .map(({ lot }) => lot);
    return lots.length === 1 ? (lots[0] ?? "") : "";
  };
}
