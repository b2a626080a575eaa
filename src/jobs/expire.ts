import type { Expire } from "../domain/command.ts";
import type { Log } from "../engine/errors.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

const everyMs = 1_000;
const ordersPerPage = 1_000;
const pagesPerTurnMax = 20;
const actor = "system:expire";

/** Releases unpaid holds whose time has run out. Expiry is a command like any other: it goes through the books. */
export function expireJob(store: Pick<Store, "work">, log: Log): Job {
  return {
    name: "expire",
    everyMs,
    run: async ({ shop, now, signal }) => {
      let released = 0;
      let failed = 0;
      for (let page = 0; page < pagesPerTurnMax && !signal.aborted; page += 1) {
        const orders = await store.work.expired(shop.id, now, ordersPerPage);
        if (orders.length === 0) break;
        const commands = orders.map(({ channel, orderId }): Expire => ({
          type: "expire",
          actor,
          at: now,
          channel,
          orderId,
        }));
        const answers = await shop.batcher.submitAll(commands);
        const applied = answers.filter((one) => "outcome" in one && one.outcome.code === "applied").length;
        const errors = answers.filter((one) => "error" in one).length;
        released += applied;
        failed += errors;
        // What no command can release would be found again and again.
        if (applied < orders.length || orders.length < ordersPerPage) break;
      }
      if (failed > 0) log.warn({ shop: shop.id, failed }, "some unpaid holds were not released yet");
      return { released, failed };
    },
  };
}
