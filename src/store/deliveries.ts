import type { Instant } from "../domain/rows.ts";
import type { ShopId } from "./store.ts";

/**
 * The outbox of notifications: one row a message and receiver, so that a receiver that is down delays no other
 * and each delivery can be looked at. A row stays as a record until it is pruned.
 */

export interface NewDelivery {
  /** Names what is told: the same message to the same receiver is put once. */
  readonly message: string;
  /** Id of the robot's document. */
  readonly robot: string;
  readonly topic: string;
  readonly session: string | null;
  readonly payload: string;
  readonly createdAt: Instant;
}

export type DeliveryState = "waiting" | "delivered" | "failed";

export interface DeliveryRow extends NewDelivery {
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is tried next; null once it is over. */
  readonly dueAt: Instant | null;
  readonly endedAt: Instant | null;
  /** What the last attempt said, for people; null: nothing went wrong. */
  readonly error: string | null;
}

export interface DeliveryResult {
  readonly state: DeliveryState;
  readonly at: Instant;
  /** For `waiting`. */
  readonly retryAt?: Instant;
  readonly error?: string;
  /** It only waited for its turn: the attempt does not count. */
  readonly uncounted?: boolean;
}

export interface Deliveries {
  /** Durable when it resolves; those that are there already stay as they are. */
  put(shop: ShopId, deliveries: readonly NewDelivery[]): Promise<void>;
  /** Those that are due, oldest first; each is hidden until `now + hideMs`, when it is due again unless it was settled. */
  take(shop: ShopId, now: Instant, hideMs: number, limit: number): Promise<readonly DeliveryRow[]>;
  settle(shop: ShopId, key: Pick<NewDelivery, "message" | "robot">, result: DeliveryResult): Promise<void>;
  /** Latest first. */
  list(
    shop: ShopId,
    query: { readonly robot?: string; readonly session?: string; readonly limit: number },
  ): Promise<readonly DeliveryRow[]>;
  /** Forgets those that ended before. Returns how many. */
  prune(shop: ShopId, before: Instant): Promise<number>;
}
