/** Cases of a SKU: how many units are in one, and the code on it. */
export const packKind = "sku-packs";

export const packLimits = {
  packsPerSkuMax: 10,
  /** One unit is no case. */
  unitsMin: 2,
  unitsMax: 9_999,
} as const;

export interface Pack {
  /** The barcode of the case; empty: it has none of its own, and only its size is known. */
  readonly code: string;
  readonly units: number;
}

/** The document of one SKU's cases: the usual one first. */
export interface PacksBody {
  readonly packs: readonly Pack[];
}

/** EAN-8, UPC-A, EAN-13, ITF-14: the last digit is computed from those before it. */
export function isBadGtin(code: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(code)) return false;
  const digits = Array.from(code, Number).toReversed();
  const sum = digits.reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 !== 0;
}
