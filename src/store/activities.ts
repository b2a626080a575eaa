import type { Activity, ActivityKind, ActivityBodies } from "../domain/live/activity.ts";
import type { Instant } from "../domain/rows.ts";
import type { ShopId } from "./store.ts";

/**
 * What happens to sessions, beside the journal of units: each session's timeline, and what its rooms showed.
 * An append is one small transaction of its own; it never waits for, and never holds up, a batch of orders for
 * longer than that.
 */

/** An activity before it has its number. */
export type NewActivity = {
  [Kind in ActivityKind]: {
    readonly at: Instant;
    readonly actor: string;
    readonly kind: Kind;
    readonly sku?: string;
    readonly body: ActivityBodies[Kind];
  };
}[ActivityKind];

export type Appended =
  | { readonly ok: true; readonly items: readonly Activity[] }
  /** Somebody was faster: read what is there after the number that was expected, decide again. */
  | { readonly ok: false; readonly seq: number };

/** What one room showed at one moment. (room, at) names it; the later write holds. */
export interface RoomSample {
  readonly room: string;
  readonly at: Instant;
  readonly viewers: number | null;
  readonly likes: number | null;
  /** Minor units of the shop's currency, since the broadcast began. */
  readonly amount: number | null;
  /** Why the numbers are null; null when there are numbers. */
  readonly gap: string | null;
}

export interface Activities {
  /**
   * Writes all or none, numbered from the session's last number on, gapless, and durable when it resolves.
   * Wakes the shop's watchers, also on other nodes.
   * @param expected the session's last number as the caller knows it; 0: it has none yet
   */
  append(shop: ShopId, session: string, entries: readonly NewActivity[], expected: number): Promise<Appended>;
  /** A session's activities after a number, oldest first. */
  since(shop: ShopId, session: string, after: number, limit: number): Promise<readonly Activity[]>;
  /** The last number of every session that has one: how a node notices what others wrote. */
  heads(shop: ShopId): Promise<ReadonlyMap<string, number>>;
  putSamples(shop: ShopId, samples: readonly RoomSample[]): Promise<void>;
  /** Of these rooms, `from` ≤ at < `to`, by time and then room. At most `limit`, the latest of them. */
  samples(
    shop: ShopId,
    query: {
      readonly rooms: readonly string[];
      readonly from: Instant;
      readonly to: Instant;
      readonly limit: number;
    },
  ): Promise<readonly RoomSample[]>;
}
