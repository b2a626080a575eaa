import { addressPolicyDefault, type AddressPolicy } from "../../domain/odd/address.ts";
import { addressPolicyOf } from "../../domain/odd/policy.ts";
import { sideFactsOf, type Contact, type ContactKeys } from "../../domain/odd/side.ts";
import type { Instant } from "../../domain/rows.ts";
import type { OrderSide } from "../../store/order-sides.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { readOddPolicy } from "./odd-orders.ts";

/** What came with an order: kept as keys and features, never as it is. */
export interface OrderContact extends Contact {
  readonly channel: string;
  readonly orderId: string;
  readonly paidAt?: Instant | null;
}

export const orderSideTiming = {
  /** Words that somebody added to the list of forwarders hold for new orders after this at the latest. */
  policyBelievedMs: 15_000,
} as const;

export interface OrderSideOptions {
  readonly store: Pick<Store, "read" | "orderSides">;
  readonly shop: ShopId;
  readonly clock: { now(): Instant };
}

interface Waiting {
  readonly sides: readonly OrderSide[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Keeps what orders say of their parcels, beside the ledger. Whatever arrives while something is being written is the
 * next write, so that a burst of orders costs few of them.
 */
export class OrderSideBook {
  readonly #options: OrderSideOptions;
  #policy: AddressPolicy = addressPolicyDefault;
  #policyReadAt = Number.NEGATIVE_INFINITY;
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(options: OrderSideOptions) {
    this.#options = options;
  }

  /** Durable when it resolves. @throws what the store throws: then none of these is kept, and they are told again */
  async tell(contacts: readonly OrderContact[], keys: ContactKeys): Promise<void> {
    const policy = await this.#addressPolicy();
    const sides = contacts.map(({ channel, orderId, paidAt = null, ...contact }) => ({
      channel,
      orderId,
      paidAt,
      ...sideFactsOf(contact, keys, policy),
    }));
    await new Promise<void>((done, failed) => {
      this.#waiting.push({ sides, done, failed });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const taken = this.#waiting;
      this.#waiting = [];
      const { store, shop } = this.#options;
      try {
        await store.orderSides.put(
          shop,
          taken.flatMap(({ sides }) => sides),
        );
        for (const { done } of taken) done();
      } catch (error) {
        for (const { failed } of taken) failed(error);
      }
    }
    this.#isWriting = false;
  }

  async #addressPolicy(): Promise<AddressPolicy> {
    const { store, shop, clock } = this.#options;
    if (clock.now() - this.#policyReadAt > orderSideTiming.policyBelievedMs) {
      const { policy } = await readOddPolicy({ read: store.read, shop });
      this.#policy = addressPolicyOf(policy);
      this.#policyReadAt = clock.now();
    }
    return this.#policy;
  }
}
