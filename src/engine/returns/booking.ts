import type { Command } from "../../domain/command.ts";
import { isRefusal, type Outcome, type Refusal } from "../../domain/outcome.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import { refuse, type Refused } from "../refused.ts";

/** What books papers: each step has a key of its own, so that it is booked once however often it is said. */
export interface Books {
  readonly store: Pick<Store, "read" | "workEvents">;
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
}

/** Books the commands of one step in turn. Returns the first refusal, of now or of the first time; null: all are booked. */
export async function bookStep({ batcher }: Books, commands: readonly Command[]): Promise<Refusal | null> {
  for (const command of commands) {
    const refusal = refusalOf(await batcher.submit(command));
    if (refusal !== null) return refusal;
  }
  return null;
}

function refusalOf(outcome: Outcome): Refusal | null {
  if (isRefusal(outcome)) return outcome;
  const first = outcome.code === "duplicate" ? outcome.first : null;
  return first !== null && isRefusal(first) ? first : null;
}

/** Whether a step's last command has its answer. */
export async function isBooked({ store, shop }: Books, key: string): Promise<boolean> {
  return (await store.read.record(shop, key)) !== null;
}

/** A refusal of the books in words for whoever works on the paper. */
export function refusedByBooks(refusal: Refusal): Refused {
  if (refusal.code === "insufficient_units")
    return refuse("units_gone", {
      zh: `账上只有 ${refusal.present} 件，要 ${refusal.requested} 件：请先核对库位和数量`,
      en: `The books have ${refusal.present} and ${refusal.requested} are asked for: check the bin and the quantity`,
    });
  return refuse("conflict", {
    zh: `账上没有记下（${refusal.code}），请核对后重试`,
    en: `The books did not take it (${refusal.code}): check it and try again`,
  });
}

export function unknownSku(sku: string): Refused {
  return refuse("unknown_sku", {
    zh: `没有商品 ${sku}，请先建档`,
    en: `There is no product ${sku}: create it first`,
  });
}

export const unknownWarehouse = refuse("unknown_warehouse", {
  zh: "没有这个仓库",
  en: "There is no such warehouse",
});
