import type { ExpectedStock } from "./books.ts";

/** What the stock page shows of a SKU, as far as the simulator looks. */
export interface ShownStock {
  readonly code: string;
  readonly available: number;
  readonly held: number;
  readonly committed: number;
  readonly quarantine: number;
  readonly loaned: number;
  readonly onHand: number;
  readonly shortage: number;
  readonly presale: number;
}

export const comparedFields = [
  "available",
  "promised",
  "quarantine",
  "loaned",
  "onHand",
  "shortage",
  "presale",
] as const;
export type ComparedField = (typeof comparedFields)[number];

export interface Difference {
  readonly sku: string;
  readonly field: ComparedField;
  readonly expected: number;
  /** Null: the shop does not show the SKU at all. */
  readonly shown: number | null;
}

/** Where the product's books and the simulator's differ; empty: nowhere, to the unit. */
export function compareStock(expected: readonly ExpectedStock[], shown: readonly ShownStock[]): Difference[] {
  const byCode = new Map(shown.map((item) => [item.code, item]));
  return expected.flatMap((one) => {
    const item = byCode.get(one.sku);
    return comparedFields.flatMap((field) => {
      const value =
        item === undefined ? null : field === "promised" ? item.held + item.committed : item[field];
      return value === one[field] ? [] : [{ sku: one.sku, field, expected: one[field], shown: value }];
    });
  });
}
