import type { Cell } from "./shelf.ts";
import type { When } from "./when.ts";
import { compareWhen } from "./when.ts";
import { compareText } from "../text.ts";

/**
 * An approved count: at this time this many units stood in this cell. It is a fact of its own, not a
 * correction: what must be corrected follows from it and from all the movements that are known, and follows
 * again when one of them comes late.
 */
export interface Anchor {
  readonly id: string;
  readonly cell: Cell;
  readonly quantity: number;
  readonly when: When;
}

/** What was counted less what the movements alone say: an interval where a movement may lie on either side. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

export function compareAnchors(one: Anchor, other: Anchor): number {
  return compareWhen(one.when, other.when) || compareText(one.id, other.id);
}

/**
 * The error of the movements as the counts show it, one after the other in the order of their time: each takes
 * the error of the one before unless its own bounds exclude it, then the nearest that they allow.
 * @returns for each count its bounds, the error after it, and the correction: the change of that error
 */
export function chainErrors(
  bounds: readonly Bounds[],
): readonly { readonly error: number; readonly correction: number }[] {
  let error = 0;
  return bounds.map(({ low, high }) => {
    const next = Math.min(Math.max(error, low), high);
    const correction = next - error;
    error = next;
    return { error, correction };
  });
}
