import { useCallback } from "react";
import type { TransferReceiveBody } from "../../../api/floor.ts";
import { ApiError } from "../../api.ts";
import type { Said } from "../../offline/records.ts";
import { useReceiptRecords, type Fresh } from "./receipt-offline.ts";
import { useWorld } from "./world.tsx";

/** Transfers that are counted in where there is no network. */

export interface Arrivals {
  /** What this person has counted in and the server has not heard of. */
  readonly waiting: TransferReceiveBody | null;
  /** What the server did not take, with its words. */
  readonly refused: { readonly body: TransferReceiveBody; readonly words: Said | null } | null;
  /** Kept on the phone, and sent in its turn. @param key sent again under it, it counts once */
  readonly send: (body: TransferReceiveBody, key: string) => Promise<void>;
}

export function useArrivals(transfer: string): Arrivals {
  const { store, person, changed, outbox } = useWorld();
  const last = useReceiptRecords(transfer)
    .filter((one) => one.kind === "arrive")
    .at(-1);
  const send = async (arrive: TransferReceiveBody, key: string) => {
    const record = { kind: "arrive", person, sheet: transfer, at: Date.now(), key, arrive } as const;
    await store.step(`arrive/${person}`, () => ({ draft: null, records: [record] }));
    changed.set(changed.get() + 1);
    void outbox.kick();
  };
  return {
    waiting: last?.state === "waiting" ? last.arrive : null,
    refused: last?.state === "refused" ? { body: last.arrive, words: last.words } : null,
    send,
  };
}

/** Asks the server, and keeps its answer for when it cannot be reached. */
export function useKeptAnswers(): <T>(name: string, ask: () => Promise<T>) => Promise<Fresh<T>> {
  const { store, person } = useWorld();
  return useCallback(
    async <T>(name: string, ask: () => Promise<T>): Promise<Fresh<T>> => {
      const draftKey = `answer/${person}/${name}`;
      try {
        const value = await ask();
        await store.step<T>(draftKey, () => ({ draft: value, records: [] }));
        return { value, fresh: true };
      } catch (error) {
        const away = error instanceof ApiError && (error.status === 0 || error.status >= 500);
        const kept = away ? await store.draft<T>(draftKey) : null;
        if (kept === null) throw error;
        return { value: kept, fresh: false };
      }
    },
    [store, person],
  );
}
