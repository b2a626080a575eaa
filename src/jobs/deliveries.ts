import type { Notifier } from "../channels/notifier.ts";
import { robotKind, tell, type Notice } from "../engine/notify/notice.ts";
import type { Document, Instant } from "../domain/rows.ts";
import type { Words } from "../domain/live/words.ts";
import type { DeliveryResult, DeliveryRow } from "../store/deliveries.ts";
import type { OutboxItem, Store } from "../store/store.ts";
import { retryDelayMs, type OutboxTarget } from "./outbox.ts";
import type { Job } from "./runner.ts";

export const deliveryLimits = {
  everyMs: 1_000,
  rowsPerTake: 50,
  takesPerTurnMax: 20,
  /** A taken row is due again after this when nobody settled it: longer than a delivery may take. */
  hideMs: 60_000,
  /** After so many attempts, about half a day, it is given up and stays on record as failed. */
  attemptsMax: 24,
  /** An alarm that could not be told within a day is no news. */
  staleMs: 24 * 3_600_000,
  /** How long deliveries stay on record. */
  keepMs: 30 * 24 * 3_600_000,
  pruneEveryMs: 3_600_000,
} as const;

/** Sends what is due. Receivers are independent: one that is down delays nobody, and loses nothing for a day. */
export function deliveryJob(store: Store, notifier: Notifier, clock: { now(): Instant }): Job {
  const prunedAt = new Map<number, Instant>();
  return {
    name: "deliveries",
    everyMs: deliveryLimits.everyMs,
    run: async ({ shop: { id: shop }, until, signal }) => {
      let delivered = 0;
      let failedCount = 0;
      for (let take = 0; take < deliveryLimits.takesPerTurnMax; take += 1) {
        if (signal.aborted || clock.now() >= until) break;
        const { hideMs, rowsPerTake } = deliveryLimits;
        const rows = await store.deliveries.take(shop, clock.now(), hideMs, rowsPerTake);
        if (rows.length === 0) break;
        const robots = new Map<string, Document>(
          (await store.read.documents(shop, robotKind)).map((document) => [document.id, document]),
        );
        const results = await Promise.all(
          rows.map(async (row) => {
            const attempt = await notifier.deliver(
              shop,
              robots.get(row.robot) ?? null,
              row,
              clock.now(),
              signal,
            );
            const result = resultOf(attempt, row, clock.now());
            await store.deliveries.settle(shop, row, result);
            return result.state;
          }),
        );
        delivered += results.filter((state) => state === "delivered").length;
        failedCount += results.filter((state) => state === "failed").length;
      }
      if (clock.now() - (prunedAt.get(shop) ?? 0) >= deliveryLimits.pruneEveryMs) {
        prunedAt.set(shop, clock.now());
        await store.deliveries.prune(shop, clock.now() - deliveryLimits.keepMs);
      }
      return { delivered, failed: failedCount };
    },
  };
}

type Attempt = Awaited<ReturnType<Notifier["deliver"]>>;

export function resultOf(attempt: Attempt, row: DeliveryRow, now: Instant): DeliveryResult {
  if (attempt.outcome === "delivered") return { state: "delivered", at: now };
  const error = attempt.reason.zh;
  if (attempt.outcome === "failed") return { state: "failed", at: now, error };
  const { attemptsMax, staleMs } = deliveryLimits;
  if (row.attempts >= attemptsMax || now - row.createdAt >= staleMs)
    return { state: "failed", at: now, error };
  const wait =
    attempt.limited === true ? attempt.afterMs : Math.max(attempt.afterMs, retryDelayMs(row.attempts));
  return {
    state: "waiting",
    at: now,
    retryAt: now + wait,
    error,
    ...(attempt.limited ? { uncounted: true } : {}),
  };
}

/** What the books had to say, told to whoever wants it. */
export function noticeTarget(store: Store): OutboxTarget {
  return {
    name: "notices",
    deliver: async (item, shop) => {
      await tell(store, shop, noticeOfOutbox(item));
    },
  };
}

function noticeOfOutbox({ id, topic, payload, createdAt }: OutboxItem): Notice {
  const { channel, orderId, status } = payload;
  const text: Words = {
    zh: `${channel} 订单 ${orderId} 的状态「${status}」看不懂：库存保持不动，请人工确认`,
    en: `${channel} order ${orderId} has the unknown status “${status}”: its units stay where they are; please check`,
  };
  const title: Words = { zh: "看不懂的订单状态", en: "Unknown order status" };
  const link = `/orders?search=${encodeURIComponent(String(orderId))}`;
  return { key: `outbox/${id}`, topic, session: null, severity: 2, title, text, link, at: createdAt };
}
