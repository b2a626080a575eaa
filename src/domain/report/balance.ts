import type { Place, Reason } from "../place.ts";
import type { Entry } from "../rows.ts";

/** Units of one SKU, over all warehouses, at one moment. `lost` is what was lost so far, less what was found. */
export const balanceParts = [
  "available",
  "held",
  "committed",
  "quarantine",
  "loaned",
  "lost",
  "shortage",
  "presale",
] as const;
export type BalancePart = (typeof balanceParts)[number];
export type Balance = Readonly<Record<BalancePart, number>>;

export const noBalance: Balance = {
  available: 0,
  held: 0,
  committed: 0,
  quarantine: 0,
  loaned: 0,
  lost: 0,
  shortage: 0,
  presale: 0,
};

export function addBalance(a: Balance, b: Balance): Balance {
  const sum: Record<BalancePart, number> = { ...a };
  for (const part of balanceParts) sum[part] += b[part];
  return sum;
}

export function isEmptyBalance(balance: Balance): boolean {
  return balanceParts.every((part) => balance[part] === 0);
}

export function isBalancePart(place: Place): place is BalancePart {
  return (balanceParts as readonly string[]).includes(place);
}

/** What a day's movements are told apart by. Units, never negative. */
export const columns = [
  "openingStock",
  "received",
  "supplierReturned",
  "returned",
  "found",
  "lost",
  "writtenOff",
  "loanedOut",
  "loanReturned",
  "loanLost",
  "shipped",
  "promised",
  "freed",
  "shippedPromised",
  "quarantined",
  "unquarantined",
  "shortageOwed",
  "shortageCovered",
  "presaleOwed",
  "presaleCovered",
] as const;
export type Column = (typeof columns)[number];
export type Columns = Readonly<Record<Column, number>>;

export function emptyColumns(): Record<Column, number> {
  return Object.fromEntries(columns.map((column) => [column, 0])) as Record<Column, number>;
}

/**
 * Invariant 9, line by line: opening + what the plus columns say − what the minus columns say = closing. The
 * closing comes from the places that the movements name, the columns from what they mean, so a movement
 * that nobody has thought of does not balance, and the row says so.
 */
export const equations = {
  onHand: {
    parts: ["available", "held", "committed", "quarantine"],
    plus: ["openingStock", "received", "returned", "found", "loanReturned"],
    minus: ["supplierReturned", "lost", "writtenOff", "loanedOut", "shipped"],
  },
  promised: { parts: ["held", "committed"], plus: ["promised"], minus: ["freed", "shippedPromised"] },
  quarantine: { parts: ["quarantine"], plus: ["quarantined"], minus: ["unquarantined"] },
  loaned: { parts: ["loaned"], plus: ["loanedOut"], minus: ["loanReturned", "loanLost"] },
  lost: { parts: ["lost"], plus: ["lost", "writtenOff", "loanLost"], minus: ["found"] },
  shortage: { parts: ["shortage"], plus: ["shortageOwed"], minus: ["shortageCovered"] },
  presale: { parts: ["presale"], plus: ["presaleOwed"], minus: ["presaleCovered"] },
} as const satisfies Record<string, Equation>;

interface Equation {
  readonly parts: readonly BalancePart[];
  readonly plus: readonly Column[];
  readonly minus: readonly Column[];
}
export type EquationName = keyof typeof equations;
export const equationNames = Object.keys(equations) as readonly EquationName[];

export function unitsOf(balance: Balance, equation: EquationName): number {
  let units = 0;
  for (const part of equations[equation].parts) units += balance[part];
  return units;
}

/** An equation that does not hold: by how many units the closing is above what the columns say. */
export interface Fault {
  readonly equation: EquationName;
  readonly opening: number;
  readonly change: number;
  readonly closing: number;
  readonly off: number;
}

/** Every equation that does not hold; none for a row that balances. */
export function faultsOf(opening: Balance, found: Columns, closing: Balance): readonly Fault[] {
  return equationNames.flatMap((equation) => {
    const { plus, minus } = equations[equation];
    let change = 0;
    for (const column of plus) change += found[column];
    for (const column of minus) change -= found[column];
    const [before, after] = [unitsOf(opening, equation), unitsOf(closing, equation)];
    const off = after - before - change;
    return off === 0 ? [] : [{ equation, opening: before, change, closing: after, off }];
  });
}

/** The balance after one movement: places alone, whatever it was for. */
export function moveBalance(balance: Record<BalancePart, number>, { from, to, quantity }: Entry): void {
  if (isBalancePart(from)) balance[from] -= quantity;
  if (isBalancePart(to)) balance[to] += quantity;
}

/** Adds one movement to the columns that it belongs to: by what it means, never by the balance. */
export function addToColumns(sums: Record<Column, number>, entry: Entry): void {
  const { from, to, reason, quantity } = entry;
  if (from === to || quantity === 0) return;
  const crossing = isOnHand(from) === isOnHand(to) ? null : crossingColumn(from, to, reason);
  if (crossing !== null) sums[crossing] += quantity;
  if (from === "loaned" && to === "lost") sums.loanLost += quantity;
  const [wasPromised, isPromised] = [isPromise(from), isPromise(to)];
  if (isPromised && !wasPromised) sums.promised += quantity;
  if (wasPromised && !isPromised) sums[to === "customer" ? "shippedPromised" : "freed"] += quantity;
  if (to === "quarantine") sums.quarantined += quantity;
  if (from === "quarantine") sums.unquarantined += quantity;
  if (to === "shortage") sums.shortageOwed += quantity;
  if (from === "shortage") sums.shortageCovered += quantity;
  if (to === "presale") sums.presaleOwed += quantity;
  if (from === "presale") sums.presaleCovered += quantity;
}

export function isOnHand(place: Place): boolean {
  return place === "available" || place === "quarantine" || isPromise(place);
}

function isPromise(place: Place): boolean {
  return place === "held" || place === "committed";
}

/**
 * The column of units that enter or leave the shelves. Null for a way that the model does not have: its units
 * are in no column, and the row says by how many it is off.
 */
function crossingColumn(from: Place, to: Place, reason: Reason): Column | null {
  if (isOnHand(from)) return leavingColumn(to, reason);
  // What is on its way between two warehouses is owned and on no shelf, as a loan is.
  if (from === "supplier" && reason === "transfer_in") return "loanReturned";
  if (from === "supplier") return reason === "opening" ? "openingStock" : "received";
  if (from === "customer") return "returned";
  if (from === "lost") return "found";
  return from === "loaned" ? "loanReturned" : null;
}

function leavingColumn(to: Place, reason: Reason): Column | null {
  if (to === "supplier") return reason === "transfer_out" ? "loanedOut" : "supplierReturned";
  if (to === "customer") return "shipped";
  if (to === "loaned") return "loanedOut";
  if (to !== "lost") return null;
  return reason === "write_off" ? "writtenOff" : "lost";
}
