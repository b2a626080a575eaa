import { planKept } from "../../domain/count/accuracy.ts";
import { isRefusal } from "../../domain/outcome.ts";
import type { Instant } from "../../domain/rows.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { Batcher } from "../batcher.ts";
import type { Counts } from "./counts.ts";
import { dayNumber, looksByDay } from "./plan.ts";

/** What a day's plan named is written down on that day: later it would name what was not counted then. */
const planKind = "count-plan";

interface KeptPlan {
  readonly date: string;
  readonly warehouse: string;
  readonly bins: readonly string[];
}

export interface KeptPlanBooks {
  readonly store: { readonly read: Pick<Store["read"], "document" | "documents" | "warehouses"> };
  readonly shop: ShopId;
  readonly batcher: Pick<Batcher, "submit">;
  readonly counts: Pick<Counts, "plan" | "list">;
}

/** Writes down the plan of a day of each warehouse that has one, once. Returns how many. */
export async function keepPlans({ store, shop, batcher, counts }: KeptPlanBooks, date: string, at: Instant) {
  let kept = 0;
  for (const { warehouse } of await store.read.warehouses(shop)) {
    const id = `${date} ${warehouse}`;
    if ((await store.read.document(shop, planKind, id)) !== null) continue;
    const plan = await counts.plan(warehouse);
    if (plan.date !== date) continue;
    const body: KeptPlan = { date, warehouse, bins: plan.today.map(({ bin }) => bin) };
    const put = {
      type: "putDocument",
      kind: planKind,
      id,
      version: 0,
      body,
      actor: "job:counts",
      at,
    } as const;
    if (!isRefusal(await batcher.submit(put))) kept += 1;
  }
  return kept;
}

/** Bins that were looked at of those that were planned, day by day. @param from the first date */
export async function plansKept(
  { store, shop, counts }: KeptPlanBooks,
  from: string,
  since: Instant,
  dayOf: (at: Instant) => string,
): Promise<readonly { readonly day: number; readonly planned: number; readonly done: number }[]> {
  const plans = (await store.read.documents(shop, planKind))
    .map(({ body }) => body as KeptPlan)
    .filter(({ date }) => date >= from);
  const sheets = await counts.list(since);
  const named = (warehouse: string, bin: string): string => `${warehouse}\u0000${bin}`;
  const planned = plans.flatMap(({ date, warehouse, bins }) =>
    bins.map((bin) => ({ day: dayNumber(date), bin: named(warehouse, bin) })),
  );
  const warehouses = [...new Set(plans.map(({ warehouse }) => warehouse))];
  const looks = warehouses.flatMap((warehouse) =>
    looksByDay(sheets, warehouse, dayOf).map(({ day, bin }) => ({ day, bin: named(warehouse, bin) })),
  );
  return planKept(planned, looks);
}
