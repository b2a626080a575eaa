import { hourMs } from "../domain/live/time.ts";
import { openRequested, tellSpot } from "../engine/counts/chores.ts";
import { keepPlans } from "../engine/counts/kept-plans.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

const everyMs = 5_000;
/** Movements that come late change what is booked; nobody waits for that. */
const lateEveryMs = 30_000;
/** Signed receipts that a stop kept from the books are among the latest. */
const receiptsLookedAtMax = 20;
/** Who has opened no sheet for so long has no use for a floor that is kept up, nor for a plan of the day. */
const inUseDays = 31;
/** Spot counts that were opened longer ago are no longer told to a precheck. */
const spotHours = 48;

/** Counts that prechecks ask for become sheets, their results are told, late movements and receipts are booked. */
export function countJob(store: Store): Job {
  const postedAt = new Map<number, number>();
  const told = new Map<string, number>();
  const planned = new Map<number, string>();
  return {
    name: "counts",
    everyMs,
    run: async ({ shop, now }): Promise<Readonly<Record<string, number>>> => {
      const { id, counts, inbound, batcher } = shop;
      const chores = { store, shop: id, batcher, counts };
      const isUsed = (await counts.list(now - inUseDays * 24 * hourMs)).length > 0;
      if (isUsed) await counts.follow();
      const { date } = shop.day();
      if (isUsed && planned.get(id) !== date) {
        await keepPlans({ store, shop: id, batcher, counts }, date, now);
        planned.set(id, date);
      }
      const opened = await openRequested(chores, now);
      let results = 0;
      for (const sheet of await counts.list(now - spotHours * hourMs)) {
        const key = `${id} ${sheet.spec.sheet}`;
        if (told.get(key) === sheet.seq) continue;
        results += await tellSpot(chores, sheet);
        told.set(key, sheet.seq);
      }
      if (now - (postedAt.get(id) ?? 0) < lateEveryMs) return { opened, results };
      postedAt.set(id, now);
      const { posted, waiting } = await counts.postLate();
      return { opened, results, posted, waiting, received: await inbound.bookLeft(receiptsLookedAtMax) };
    },
  };
}
