import type { Notifier } from "../channels/notifier.ts";
import type { Clock } from "../engine/clock.ts";
import { robotKind, tell, type Notice } from "../engine/notify/notice.ts";
import type { Document, Instant } from "../domain/rows.ts";
import { pairKey } from "../domain/text.ts";
import type { Words } from "../domain/live/words.ts";
import type { DeliveryResult, DeliveryRow } from "../store/deliveries.ts";
import type { OutboxItem, ShopId, Store } from "../store/store.ts";
import { retryDelayMs, type OutboxTarget } from "./outbox.ts";
import type { Job } from "./runner.ts";

export const deliveryLimits = {
  everyMs: 1_000,
  rowsPerTake: 50,
  takesPerTurnMax: 20,
  /** A turn waits so long for receivers; whoever is slower answers while the others are told what comes next. */
  waitMs: 1_000,
  /** What is due to a receiver that has not answered yet comes again after. */
  busyRetryMs: 2_000,
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

/**
 * Sends what is due. Receivers are independent: one that is down or does not answer delays nobody, and loses
 * nothing for a day. What a receiver is being sent is its only batch; what else is due to it goes back to its place.
 */
export function deliveryJob(store: Store, notifier: Notifier, clock: Pick<Clock, "now" | "after">): Job {
  const prunedAt = new Map<number, Instant>();
  const batches = new Batches(store, notifier, clock);
  return {
    name: "deliveries",
    everyMs: deliveryLimits.everyMs,
    run: async ({ shop: { id: shop }, until, signal }) => {
      for (let take = 0; take < deliveryLimits.takesPerTurnMax; take += 1) {
        if (signal.aborted || clock.now() >= until) break;
        const { hideMs, rowsPerTake } = deliveryLimits;
        const rows = await store.deliveries.take(shop, clock.now(), hideMs, rowsPerTake);
        if (rows.length === 0) break;
        await batches.send(shop, rows, signal);
      }
      if (clock.now() - (prunedAt.get(shop) ?? 0) >= deliveryLimits.pruneEveryMs) {
        prunedAt.set(shop, clock.now());
        await store.deliveries.prune(shop, clock.now() - deliveryLimits.keepMs);
      }
      return batches.done(shop);
    },
  };
}

interface Done {
  delivered: number;
  failed: number;
}

/** What is under way to each receiver. */
class Batches {
  readonly #store: Store;
  readonly #notifier: Notifier;
  readonly #clock: Pick<Clock, "now" | "after">;
  /** Receivers that are being sent something, by shop and robot. */
  readonly #busy = new Set<string>();
  readonly #done = new Map<ShopId, Done>();
  readonly #errors = new Map<ShopId, unknown>();

  constructor(store: Store, notifier: Notifier, clock: Pick<Clock, "now" | "after">) {
    this.#store = store;
    this.#notifier = notifier;
    this.#clock = clock;
  }

  /** Begins what can begin, and waits for it for `waitMs` at most. */
  async send(shop: ShopId, rows: readonly DeliveryRow[], signal: AbortSignal): Promise<void> {
    const robots = new Map<string, Document>(
      (await this.#store.read.documents(shop, robotKind)).map((document) => [document.id, document]),
    );
    const begun: Promise<void>[] = [];
    for (const [robot, own] of Map.groupBy(rows, (row) => row.robot)) {
      const key = pairKey(String(shop), robot);
      if (this.#busy.has(key)) {
        await Promise.all(own.map((row) => this.#putBack(shop, row)));
        continue;
      }
      this.#busy.add(key);
      const each = own.map((row) => this.#deliver(shop, robots.get(robot) ?? null, row, signal));
      begun.push(
        Promise.all(each)
          .then(
            () => {},
            // Said by the turn that it happens in, or the next one.
            (error: unknown) => void this.#errors.set(shop, error),
          )
          .finally(() => this.#busy.delete(key)),
      );
    }
    let callOff = (): void => {};
    const waited = new Promise<void>((resolve) => {
      callOff = this.#clock.after(deliveryLimits.waitMs, resolve);
    });
    await Promise.race([Promise.all(begun), waited]);
    callOff();
  }

  /** What has ended since it was asked last. @throws where something could not be written down */
  done(shop: ShopId): Readonly<Record<string, number>> {
    const error = this.#errors.get(shop);
    if (this.#errors.delete(shop)) throw error;
    const { delivered, failed } = this.#done.get(shop) ?? { delivered: 0, failed: 0 };
    this.#done.delete(shop);
    return { delivered, failed };
  }

  async #deliver(shop: ShopId, robot: Document | null, row: DeliveryRow, signal: AbortSignal): Promise<void> {
    const attempt = await this.#notifier.deliver(shop, robot, row, this.#clock.now(), signal);
    const result = resultOf(attempt, row, this.#clock.now());
    await this.#store.deliveries.settle(shop, row, result);
    const done = this.#done.get(shop) ?? { delivered: 0, failed: 0 };
    if (result.state !== "waiting") done[result.state] += 1;
    this.#done.set(shop, done);
  }

  #putBack(shop: ShopId, row: DeliveryRow): Promise<void> {
    const at = this.#clock.now();
    const retryAt = at + deliveryLimits.busyRetryMs;
    const said = row.error === null ? {} : { error: row.error };
    return this.#store.deliveries.settle(shop, row, {
      state: "waiting",
      at,
      retryAt,
      uncounted: true,
      ...said,
    });
  }
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
