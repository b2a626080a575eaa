import { noPolicyBook, type PolicyBook } from "../domain/live/policy.ts";
import type { HostWords } from "../domain/live/playbook.ts";
import type { ShopId, Store } from "../store/store.ts";

/** What a shop has set for its broadcasts: thresholds and the host's words, each one document. */

export const policiesKind = "policies";
export const hostWordsKind = "host-words";
/** There is one of each for a shop. */
export const settingsId = "shop";

type Reads = { readonly read: Pick<Store["read"], "document"> };

export interface Setting<Value> {
  /** 0: nobody has set anything yet. */
  readonly version: number;
  readonly value: Value;
}

export async function readPolicies(store: Reads, shop: ShopId): Promise<Setting<PolicyBook>> {
  const document = await store.read.document(shop, policiesKind, settingsId);
  return {
    version: document?.version ?? 0,
    value: { ...noPolicyBook, ...(document?.body as Partial<PolicyBook> | undefined) },
  };
}

export async function readHostWords(store: Reads, shop: ShopId): Promise<Setting<HostWords>> {
  const document = await store.read.document(shop, hostWordsKind, settingsId);
  return { version: document?.version ?? 0, value: (document?.body ?? {}) as HostWords };
}
