import { t } from "i18next";
import { useCallback, useEffect, useState } from "react";
import type { InboundBody, InboundItem } from "../../../api/inbound.ts";
import { ApiError, newKey } from "../../api.ts";
import type { PhoneStore } from "../../offline/database.ts";
import type { CountRecord, Said } from "../../offline/records.ts";
import { phoneApi } from "./client.ts";
import { emptyDelivery, receiptName, signedBody, unsentReceipt, type ReceiveDraft } from "./receiving.ts";
import { useSignal, useWorld } from "./world.tsx";

export interface Fresh<T> {
  readonly value: T;
  /** False: it is what this phone kept, the server cannot be reached. */
  readonly fresh: boolean;
}

type Opening = Extract<CountRecord, { readonly kind: "open" }>;

/** Receipts that this phone opened and the server has not heard of. */
async function unsent(store: PhoneStore, person: string): Promise<readonly InboundItem[]> {
  const waiting = await store.waiting(person);
  return waiting
    .filter((one): one is Opening => one.kind === "open")
    .map((one) => unsentReceipt({ ...one.open, receipt: one.sheet }, t("phone.receive.unsent")));
}

function isAway(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/** The receipts from the server, or as this phone kept them; those that wait to be opened are among them. */
export async function readReceipts(
  store: PhoneStore,
  person: string,
  signal: AbortSignal,
): Promise<Fresh<readonly InboundItem[]>> {
  const own = await unsent(store, person);
  const joined = (items: readonly InboundItem[]) => [
    ...own.filter(({ receipt }) => items.every((one) => one.receipt !== receipt)),
    ...items,
  ];
  try {
    const { items } = await phoneApi.receipts(signal);
    await store.keepReceipts(person, items);
    return { value: joined(items), fresh: true };
  } catch (error) {
    const kept = isAway(error) ? joined(await store.keptReceipts(person)) : [];
    if (kept.length === 0) throw error;
    return { value: kept, fresh: false };
  }
}

/** One receipt from the server, or as this phone kept or opened it. */
export async function readReceipt(
  store: PhoneStore,
  person: string,
  receipt: string,
  signal: AbortSignal,
): Promise<Fresh<InboundItem>> {
  try {
    const item = await phoneApi.receipt(receipt, signal);
    await store.keepReceipt(person, item);
    return { value: item, fresh: true };
  } catch (error) {
    const own = (await unsent(store, person)).find((one) => one.receipt === receipt);
    const item = own ?? (isAway(error) ? await store.keptReceipt(person, receipt) : null);
    if (item === null) throw error;
    return { value: item, fresh: false };
  }
}

/** What the server said of a record, as an answer of its own would say it. */
function refusal(words: Said | null): ApiError {
  const [detailZh, detail] = [words?.zh ?? "", words?.en ?? ""];
  const problem = { type: "", title: detail, status: 422, code: "refused", detail, detailZh };
  return new ApiError(problem.status, problem.code, problem);
}

/** Opens a receipt on this phone; it goes to the server at once, or when there is a network. */
export function useOpening(): (body: InboundBody) => Promise<string> {
  const { store, person, changed, outbox } = useWorld();
  return useCallback(
    async (body) => {
      const receipt = receiptName(Date.now(), newKey());
      const record = {
        kind: "open",
        person,
        sheet: receipt,
        at: Date.now(),
        open: { ...body, receipt },
      } as const;
      await store.step(`open/${person}`, () => ({ draft: null, records: [record] }));
      changed.set(changed.get() + 1);
      await outbox.kick();
      const refused = (await store.ofSheet(receipt, person)).find((one) => one.state === "refused");
      if (refused !== undefined) throw refusal(refused.words);
      return receipt;
    },
    [store, person, changed, outbox],
  );
}

/** What this person did for a receipt on this phone, the earlier first. */
export function useReceiptRecords(receipt: string): readonly CountRecord[] {
  const { store, person, changed } = useWorld();
  const [records, setRecords] = useState<readonly CountRecord[]>([]);
  const turn = useSignal(changed);
  useEffect(() => {
    let over = false;
    void store.ofSheet(receipt, person).then((all) => {
      if (!over) setRecords(all);
    });
    return () => {
      over = true;
    };
  }, [store, receipt, person, turn]);
  return records;
}

/** What this person has counted: kept on the phone with every scan, and with the signature until it is sent. */
export function useDelivery(receipt: string) {
  const { store, person, changed, outbox } = useWorld();
  const draftKey = `receive/${person}/${receipt}`;
  const [draft, setDraft] = useState<ReceiveDraft>(emptyDelivery);
  useEffect(() => {
    void store.draft<ReceiveDraft>(draftKey).then((kept) => kept !== null && setDraft(kept));
  }, [store, draftKey]);
  const change = async (make: (draft: ReceiveDraft) => ReceiveDraft | null) => {
    const next = await store.step<ReceiveDraft>(draftKey, (_number, before) => ({
      draft: make(before ?? emptyDelivery),
      records: [],
    }));
    setDraft(next ?? emptyDelivery);
  };
  /** Signs what is counted: the lines and the signature change places in one step. */
  const sign = async () => {
    const key = newKey();
    await store.step<ReceiveDraft>(draftKey, (_number, before) => {
      const body = signedBody(before ?? emptyDelivery);
      const record = { kind: "sign", person, sheet: receipt, at: Date.now(), key, sign: body } as const;
      return { draft: null, records: body.lines.length === 0 ? [] : [record] };
    });
    setDraft(emptyDelivery);
    changed.set(changed.get() + 1);
    await outbox.kick();
  };
  return { draft, change, sign };
}
