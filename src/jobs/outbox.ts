import type { Log } from "../engine/errors.ts";
import type { OutboxItem, ShopId, Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

/** Somewhere that messages are delivered to. It throws when one was not taken. */
export interface OutboxTarget {
  readonly name: string;
  deliver(item: OutboxItem, shop: ShopId, signal: AbortSignal): Promise<void>;
}

export const outboxLimits = {
  everyMs: 1_000,
  itemsPerTake: 20,
  takesPerTurnMax: 50,
  /** A taken message is due again after this when nobody settled it: longer than a delivery may take. */
  hideMs: 120_000,
  retryMsMin: 1_000,
  retryMsMax: 3_600_000,
  /** After so many attempts, about half a day, a message is given up. It stays in the table with its error. */
  attemptsMax: 24,
} as const;

/** When attempt number `attempts` has failed: doubling from a second up to an hour. */
export function retryDelayMs(attempts: number): number {
  const { retryMsMin, retryMsMax } = outboxLimits;
  return Math.min(retryMsMax, retryMsMin * 2 ** Math.max(0, attempts - 1));
}

/**
 * Delivers what commands had to tell the world: at least once, oldest first. A message that one target took
 * and another did not is sent to both again; its id tells a receiver so.
 */
export function outboxJob(
  store: Pick<Store, "work">,
  targets: readonly OutboxTarget[],
  log: Log,
  clock: { now(): number },
): Job {
  const deliver = async (item: OutboxItem, shop: ShopId, signal: AbortSignal): Promise<boolean> => {
    try {
      await Promise.all(targets.map((target) => target.deliver(item, shop, signal)));
      await store.work.settleOutbox(shop, item.id, { delivered: true });
      return true;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const givenUp = item.attempts >= outboxLimits.attemptsMax;
      const retryAt = clock.now() + retryDelayMs(item.attempts);
      await store.work.settleOutbox(shop, item.id, {
        delivered: false,
        error: message,
        ...(givenUp ? {} : { retryAt }),
      });
      const data = { shop, id: item.id, topic: item.topic, attempts: item.attempts, error: message };
      if (givenUp) log.error(data, "a message was given up; it stays in the outbox");
      else log.warn(data, "a message was not delivered; it is tried again");
      return false;
    }
  };
  return {
    name: "outbox",
    everyMs: outboxLimits.everyMs,
    run: async ({ shop, until, signal }) => {
      let delivered = 0;
      let failed = 0;
      for (let take = 0; take < outboxLimits.takesPerTurnMax; take += 1) {
        if (signal.aborted || clock.now() >= until) break;
        const { hideMs, itemsPerTake } = outboxLimits;
        const items = await store.work.takeOutbox(shop.id, clock.now(), hideMs, itemsPerTake);
        const results = await Promise.all(items.map((item) => deliver(item, shop.id, signal)));
        for (const result of results) if (result) delivered += 1;
        failed = failed + results.filter((result) => !result).length;
        if (items.length < itemsPerTake) break;
      }
      return { delivered, failed };
    },
  };
}

/** What happened, in the server's log. Messages carry no buyer. */
export function logTarget(log: Log): OutboxTarget {
  return {
    name: "log",
    deliver: async (item, shop) => {
      log.warn({ shop, topic: item.topic, key: item.key, ...item.payload }, `outbox: ${item.topic}`);
    },
  };
}
