import type { HistoryMinute, SkuHistory } from "../domain/live/forecast.ts";
import type { Entry, Instant } from "../domain/rows.ts";
import type { Reads, ShopId } from "../store/store.ts";
import { minuteMs } from "./broadcast.ts";

/** A session that is over, minute by minute, as the journal tells it: what the ETAs are measured against. */

export interface HistoryQuery {
  /** By SKU: the units that do not count as sellable, and how long an unpaid order holds its units. */
  readonly skus: ReadonlyMap<string, { readonly buffer: number; readonly holdMinutes: number }>;
  readonly from: Instant;
  readonly to: Instant;
}

/** Reads the whole journal once. Memory grows with SKUs × minutes. */
export async function skuHistories(
  read: Pick<Reads, "audit" | "sales">,
  shop: ShopId,
  { skus, from, to }: HistoryQuery,
): Promise<SkuHistory[]> {
  const tracks = new Map([...skus].map(([sku, terms]) => [sku, new Track(terms.buffer)]));
  const audit = await read.audit(shop);
  const minutes = Math.max(0, Math.ceil((to - from) / minuteMs));
  let minute = -1;
  try {
    for await (const { at, entries } of audit.batches()) {
      const now = Math.floor((at - from) / minuteMs);
      // What the shop heard of in a minute counts in it, whenever it happened.
      for (; minute < Math.min(now, minutes); minute += 1)
        for (const track of tracks.values()) track.turn(minute);
      if (now >= minutes) break;
      for (const entry of entries) tracks.get(entry.sku)?.add(entry);
    }
  } finally {
    await audit.close();
  }
  for (; minute < minutes; minute += 1) for (const track of tracks.values()) track.turn(minute);
  // Rollups know whole minutes only: the first may have begun before the session did.
  const sold = await soldByMinute(read, shop, Math.floor(from / minuteMs), minutes);
  return [...skus].map(([sku, { holdMinutes }]) => ({
    sku,
    holdMinutes,
    minutes: (tracks.get(sku)?.minutes ?? []).map((one, index) => ({
      ...one,
      sold: sold.get(sku)?.[index] ?? 0,
    })),
  }));
}

async function soldByMinute(
  read: Pick<Reads, "sales">,
  shop: ShopId,
  start: number,
  minutes: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const sold = new Map<string, number[]>();
  const range = { from: start * minuteMs, to: (start + minutes) * minuteMs };
  for (const sale of await read.sales(shop, range)) {
    const row = sold.get(sale.sku) ?? Array.from({ length: minutes }, () => 0);
    const index = sale.minute - start;
    row[index] = (row[index] ?? 0) + sale.sold;
    sold.set(sale.sku, row);
  }
  return sold;
}

type Minute = Omit<HistoryMinute, "sold">;

/** One SKU, from its first movement on. */
class Track {
  readonly minutes: Minute[] = [];
  readonly #buffer: number;
  #available = 0;
  #held = 0;
  #lowest = Infinity;
  #left = 0;
  #ended = 0;
  #expired = 0;

  constructor(buffer: number) {
    this.#buffer = buffer;
  }

  add({ from, to, quantity, reason }: Entry): void {
    this.#available += (to === "available" ? quantity : 0) - (from === "available" ? quantity : 0);
    this.#held += (to === "held" ? quantity : 0) - (from === "held" ? quantity : 0);
    this.#lowest = Math.min(this.#lowest, this.#sellable());
    if (from === "available" && reason === "order") this.#left += quantity;
    if (from !== "held") return;
    if (reason !== "payment" && reason !== "expire" && reason !== "cancel") return;
    this.#ended += 1;
    if (reason !== "payment") this.#expired += 1;
  }

  /** A minute is over; those before the session have no row. */
  turn(minute: number): void {
    const sellable = this.#sellable();
    if (minute >= 0) {
      this.minutes.push({
        sellable,
        lowest: Math.min(this.#lowest, sellable),
        heldUnpaid: this.#held,
        left: this.#left,
        holds: { ended: this.#ended, expired: this.#expired },
      });
    }
    this.#lowest = Infinity;
    this.#left = 0;
  }

  #sellable(): number {
    return Math.max(0, this.#available - this.#buffer);
  }
}
