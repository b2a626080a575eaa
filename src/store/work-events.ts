import type { Instant } from "../domain/rows.ts";
import type { ShopId } from "./store.ts";

/**
 * Histories of paper that people work on, beside the journal of units: count sheets, receipts that two people
 * sign. A sheet is its events, folded; no unit is in them. An append is one small transaction of its own.
 */

/** What kinds of paper there are. */
export const workKinds = ["count", "inbound", "outbound", "return", "sample", "quarantine"] as const;
export type WorkKind = (typeof workKinds)[number];

/** An event before it has its number. `body` is anything that JSON holds. */
export interface NewWorkEvent {
  readonly at: Instant;
  readonly actor: string;
  readonly body: unknown;
}
/** `seq` counts from 1 without a hole for each paper. */
export interface WorkEvent extends NewWorkEvent {
  readonly seq: number;
}

export type WorkAppended =
  | { readonly ok: true; readonly items: readonly WorkEvent[] }
  /** Somebody was faster: read what is there after the number that was expected, decide again. */
  | { readonly ok: false; readonly seq: number };

export interface WorkEvents {
  /**
   * Writes all or none, gapless, and durable when it resolves. Wakes the shop's watchers, also on other nodes.
   * @param expected the paper's last number as the caller knows it; 0: it has none yet
   */
  append(
    shop: ShopId,
    kind: WorkKind,
    id: string,
    events: readonly NewWorkEvent[],
    expected: number,
  ): Promise<WorkAppended>;
  /** A paper's events after a number, oldest first. */
  since(
    shop: ShopId,
    kind: WorkKind,
    id: string,
    after: number,
    limit: number,
  ): Promise<readonly WorkEvent[]>;
  /** The last number of every paper of a kind that has one. */
  heads(shop: ShopId, kind: WorkKind): Promise<ReadonlyMap<string, number>>;
}
