/**
 * The identity of a SKU: its merchant code without regard to width, case and surrounding blanks.
 * `８５１２３ａ ` and `85123A` are one SKU.
 */
export function skuKey(code: string): string {
  if (plainCode.test(code)) return code;
  return code.normalize("NFKC").trim().replace(/\s+/gu, " ").toUpperCase();
}

/** A code that is its own key already: most are, and this runs for every line of every order. */
const plainCode = /^[0-9A-Z._/-]+$/;

/** Two ids as one key. Ids never hold U+0000: the boundary refuses it. */
export function pairKey(first: string, second: string): string {
  return `${first}\u0000${second}`;
}

/** How the keys of reservations begin: `reserveKey`. */
export const reservePrefix = "reserve:";

/** Whether a record's key may be a reservation's. */
export function isReserveKey(key: string): boolean {
  return key.startsWith(reservePrefix);
}

/** Compares by code unit, so that an order never depends on the machine's locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
