import { clockedOf, unclocked } from "../../domain/floor/done-key.ts";
import { unscannedShipment, type FloorMovement, type FloorReason } from "../../domain/floor/movement.ts";
import type { StockPicks } from "../../domain/floor/floor.ts";
import type { Shelf } from "../../domain/floor/shelf.ts";
import { isStaging, qualityOf, type Place } from "../../domain/place.ts";
import type { Entry, Instant, Stock } from "../../domain/rows.ts";
import type { JournalEntry } from "../../store/store.ts";

/** The journal's entries, read as what people did on the floor. */

/** Null: the entry moves nothing on the floor. */
export function movementOf(
  entry: JournalEntry,
  unscanned: boolean,
  waiting: Pick<OpenOrders, "since">,
): FloorMovement | null {
  const from = shelfOf(entry, entry.from, entry.fromBin);
  const to = shelfOf(entry, entry.to, entry.toBin);
  if (entry.quantity === 0 || (from === null && to === null)) return null;
  if (from !== null && to !== null && from.bin === to.bin && from.quality === to.quality) return null;
  const { sku, quantity, recordedAt, actor, seq } = entry;
  const at = Math.min(entry.at, recordedAt);
  const id = `j${seq}`;
  const doc = entry.orderId ?? entry.doc;
  // Where nobody scanned the pick, the goods left the shelf at some time after they were sold.
  const guessed = entry.to === "customer" && from !== null && (unscanned || !isStaging(from.bin));
  if (guessed) {
    const paidAt = waiting.since(entry);
    const sent = { id, sku, warehouse: entry.warehouse, units: quantity, paidAt, sentAt: at, recordedAt };
    return { ...unscannedShipment({ ...sent, actor, doc: doc ?? "" }), from };
  }
  const { slackMs, device, deviceSeq } = clockedOf(entry.doc) ?? unclocked;
  return {
    id,
    sku,
    quantity,
    from,
    to,
    reason: reasonOf(entry, from, to),
    at,
    // A phone that was away knows only about when it was, but always in which order.
    atUncertaintyMs: slackMs,
    recordedAt,
    actor,
    device,
    deviceSeq,
    doc,
  };
}

function shelfOf({ warehouse, lot }: Entry, place: Place, bin: string | null): Shelf | null {
  const quality = qualityOf(place);
  return quality === null || bin === null ? null : { warehouse, bin, lot: lot ?? "", quality };
}

function reasonOf({ reason }: Entry, from: Shelf | null, to: Shelf | null): FloorReason {
  if (from === null) {
    if (reason === "return" || reason === "opening" || reason === "loan_return") return reason;
    if (reason === "transfer_in") return reason;
    return "receive";
  }
  if (to === null) {
    if (reason === "loan" || reason === "supplier_return" || reason === "transfer_out") return reason;
    return reason === "ship" || reason === "cover" ? "ship" : "write_off";
  }
  if (from.quality !== to.quality) return "regrade";
  return isStaging(to.bin) ? "pick" : isStaging(from.bin) ? "unpick" : "put_away";
}

interface Waiting {
  units: number;
  readonly paidAt: Instant;
}

/** What is sold and not sent, as the journal says it: it may have been picked without a scan. */
export class OpenOrders {
  /** By stock. Of what was sold before the journal at hand begins nobody knows when. */
  readonly #before = new Map<string, number>();
  /** By stock, then by line. */
  readonly #lines = new Map<string, Map<string, Waiting>>();
  readonly #changed = new Set<string>();

  /** What was committed when the journal at hand begins. */
  addBase({ sku, warehouse, committed }: Pick<Stock, "sku" | "warehouse" | "committed">): void {
    if (committed <= 0) return;
    const stock = stockKey({ sku, warehouse });
    this.#before.set(stock, committed);
    this.#changed.add(stock);
  }

  add(entry: Entry): void {
    const { quantity, at } = entry;
    if ((entry.to === "committed") === (entry.from === "committed")) return;
    const stock = stockKey(entry);
    const key = lineKey(entry);
    const lines = this.#lines.get(stock) ?? new Map<string, Waiting>();
    this.#lines.set(stock, lines);
    this.#changed.add(stock);
    const known = lines.get(key);
    if (entry.to === "committed") {
      if (known === undefined) lines.set(key, { units: quantity, paidAt: at });
      else known.units += quantity;
    } else {
      const own = Math.min(known?.units ?? 0, quantity);
      if (known !== undefined) known.units -= own;
      if (known?.units === 0) lines.delete(key);
      const before = (this.#before.get(stock) ?? 0) - (quantity - own);
      if (before > 0) this.#before.set(stock, before);
      else this.#before.delete(stock);
    }
  }

  /** When the units of an entry were sold, at the earliest. Ask before the entry is added. */
  since(entry: Entry): Instant {
    return this.#lines.get(stockKey(entry))?.get(lineKey(entry))?.paidAt ?? 0;
  }

  /** The open orders of each stock that changed since this was asked for last. */
  takeChanged(): readonly StockPicks[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed.map((stock) => {
      const [sku = "", warehouse = ""] = stock.split("\u0000");
      const before = this.#before.get(stock);
      const lines = this.#lines.get(stock)?.values() ?? [];
      const picks = [
        ...(before === undefined ? [] : [{ sku, warehouse, units: before, paidAt: 0 }]),
        ...Array.from(lines, ({ units, paidAt }) => ({ sku, warehouse, units, paidAt })),
      ];
      return { sku, warehouse, picks };
    });
  }
}

function stockKey({ sku, warehouse }: Pick<Entry, "sku" | "warehouse">): string {
  return `${sku}\u0000${warehouse}`;
}

function lineKey(entry: Entry): string {
  const { channel, orderId, lineId } = entry;
  return `${stockKey(entry)}\u0000${channel ?? ""}\u0000${orderId ?? ""}\u0000${lineId ?? ""}`;
}
