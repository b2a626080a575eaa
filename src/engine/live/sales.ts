import { minuteMs } from "../../domain/live/time.ts";
import { SalesWindow, minuteOf } from "../../domain/live/window.ts";
import type { Instant, Sale } from "../../domain/rows.ts";
import type { Reads, ShopId } from "../../store/store.ts";

/** The key of everything together in the window of the whole session. */
export const allKey = "";

/** How far back each reading looks: what came late belongs to an older minute. */
const reach = [
  { everyMs: 0, minutes: 3 },
  { everyMs: 10_000, minutes: 15 },
  { everyMs: 60_000, minutes: 65 },
  { everyMs: 600_000, minutes: Infinity },
] as const;
/** What comes late may come in floods. */
export const lateEveryMs = 250;
/** Sales may be stamped with the session before it is live: a rehearsal, or an order that is entered by hand. */
export const beforeMs = 12 * 3_600_000;

const fields = ["orders", "ordered", "sold", "soldAmount", "cancelled", "cancelledAmount"] as const;
type Counted = Record<(typeof fields)[number], number>;

/** One minute of the session over all products. Amount in minor units. */
export interface MinuteSums {
  readonly orders: ReadonlyMap<string, number>;
  readonly amount: number;
}

/**
 * The session's sales as the books' rollups have them. Reading again what was read before only adds what is
 * new, so the sums are those of the books however often and in whatever order the minutes are read.
 */
export class SessionSales {
  readonly bySku = new SalesWindow();
  readonly byChannel = new SalesWindow();
  readonly all = new SalesWindow();
  readonly #known = new Map<string, Counted>();
  readonly #minutes = new Map<number, { orders: Map<string, number>; amount: number }>();
  readonly #cancelled = new Map<string, number>();
  readonly #lastMinute = new Map<string, number>();
  readonly #readAt = reach.map(() => Number.NEGATIVE_INFINITY);
  #lateFrom = Number.POSITIVE_INFINITY;
  #lateReadAt = Number.NEGATIVE_INFINITY;
  readonly #soldPerMinute = new Map<string, Map<number, number>>();

  /** Something of that moment is new, however long ago it was: it is read soon. */
  late(happenedAt: Instant): void {
    this.#lateFrom = Math.min(this.#lateFrom, happenedAt);
  }

  /** Something late has come that was not read yet. */
  get lateWaits(): boolean {
    return this.#lateFrom < Number.POSITIVE_INFINITY;
  }

  /** Reads what came since, as far back as it is time for. True when something was new. */
  async follow(
    read: Pick<Reads, "sales">,
    shop: ShopId,
    session: string,
    now: Instant,
    begins: Instant,
  ): Promise<boolean> {
    let minutes = 0;
    for (const [index, level] of reach.entries()) {
      if (now - (this.#readAt[index] ?? now) >= level.everyMs) minutes = level.minutes;
    }
    let back = now - minutes * minuteMs;
    if (this.lateWaits && now - this.#lateReadAt >= lateEveryMs) {
      back = Math.min(back, this.#lateFrom);
      this.#lateFrom = Number.POSITIVE_INFINITY;
      this.#lateReadAt = now;
    }
    const from = Math.max(begins - beforeMs, back);
    const rows = await read.sales(shop, { from, to: now + 24 * 60 * minuteMs, session });
    for (const [index, level] of reach.entries()) if (level.minutes <= minutes) this.#readAt[index] = now;
    return this.take(rows, now);
  }

  /** Takes rollups as they stand now. True when one of them says something new. */
  take(rows: readonly Sale[], now: Instant): boolean {
    let changed = false;
    for (const row of rows) {
      const key = `${row.minute}\u0000${row.sku}\u0000${row.channel}`;
      const known = this.#known.get(key);
      const delta = { orders: 0, ordered: 0, sold: 0, soldAmount: 0, cancelled: 0, cancelledAmount: 0 };
      let differs = false;
      for (const field of fields) {
        delta[field] = row[field] - (known?.[field] ?? 0);
        differs ||= delta[field] !== 0;
      }
      if (!differs) continue;
      const { orders, ordered, sold, soldAmount, cancelled, cancelledAmount } = row;
      this.#known.set(key, { orders, ordered, sold, soldAmount, cancelled, cancelledAmount });
      this.#add(row, delta, now);
      changed = true;
    }
    return changed;
  }

  #add({ minute, sku, channel }: Sale, delta: Counted, now: Instant): void {
    const added = { minute, ...delta };
    this.bySku.add(sku, added, now);
    this.byChannel.add(channel, added, now);
    this.all.add(allKey, added, now);
    const sums = this.#minutes.get(minute) ?? { orders: new Map<string, number>(), amount: 0 };
    sums.orders.set(channel, (sums.orders.get(channel) ?? 0) + delta.orders);
    sums.amount += delta.soldAmount;
    this.#minutes.set(minute, sums);
    this.#cancelled.set(sku, (this.#cancelled.get(sku) ?? 0) + delta.cancelled);
    this.#lastMinute.set(channel, Math.max(minute, this.#lastMinute.get(channel) ?? 0));
    const perMinute = this.#soldPerMinute.get(sku) ?? new Map<number, number>();
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + delta.sold);
    this.#soldPerMinute.set(sku, perMinute);
  }

  /** One minute over all products; undefined: nothing happened in it. */
  minute(minute: number): MinuteSums | undefined {
    return this.#minutes.get(minute);
  }

  /** Units of paid lines in one minute, however long ago. */
  soldIn(sku: string, minute: number): number {
    return this.#soldPerMinute.get(sku)?.get(minute) ?? 0;
  }

  cancelled(sku: string): number {
    return this.#cancelled.get(sku) ?? 0;
  }

  /** The end of the last minute in which a channel sold something; null: it never did. */
  lastSaleAt(channel: string, now: Instant): Instant | null {
    const minute = this.#lastMinute.get(channel);
    return minute === undefined ? null : minute >= minuteOf(now) ? now : (minute + 1) * minuteMs;
  }

  /**
   * Units of the session's own orders that are promised, unpaid and paid, and not closed again. Never too few:
   * where it is not known whether a closed unit was paid, it counts as promised.
   * @param held what unpaid orders of all sessions hold of it now
   */
  promised(sku: string, held: number): number {
    const { ordered, sold } = this.bySku.totals(sku);
    const unpaid = Math.max(0, ordered - sold);
    const stillHeld = Math.min(held, unpaid);
    const closedPaid = Math.max(0, this.cancelled(sku) - (unpaid - stillHeld));
    return Math.max(0, sold - closedPaid) + stillHeld;
  }
}
