import { unscannedShipment, type FloorMovement, type FloorReason } from "../../domain/floor/movement.ts";
import type { OpenPick } from "../../domain/floor/movement.ts";
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
  return {
    id,
    sku,
    quantity,
    from,
    to,
    reason: reasonOf(entry, from, to),
    at,
    atUncertaintyMs: 0,
    recordedAt,
    actor,
    device: null,
    deviceSeq: 0,
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
    return "receive";
  }
  if (to === null) {
    if (reason === "loan" || reason === "supplier_return") return reason;
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
  /** Of those that were sold before the journal at hand begins nobody knows when. */
  readonly #before = new Map<string, number>();
  readonly #lines = new Map<string, Waiting>();

  /** What was committed when the journal at hand begins. */
  addBase({ sku, warehouse, committed }: Pick<Stock, "sku" | "warehouse" | "committed">): void {
    if (committed > 0) this.#before.set(stockKey({ sku, warehouse }), committed);
  }

  add(entry: Entry): void {
    const { quantity, at } = entry;
    const key = lineKey(entry);
    if (entry.to === "committed" && entry.from !== "committed") {
      const known = this.#lines.get(key);
      if (known === undefined) this.#lines.set(key, { units: quantity, paidAt: at });
      else known.units += quantity;
    } else if (entry.from === "committed" && entry.to !== "committed") {
      const known = this.#lines.get(key);
      const own = Math.min(known?.units ?? 0, quantity);
      if (known !== undefined) known.units -= own;
      if (known?.units === 0) this.#lines.delete(key);
      const stock = stockKey(entry);
      const before = (this.#before.get(stock) ?? 0) - (quantity - own);
      if (before > 0) this.#before.set(stock, before);
      else this.#before.delete(stock);
    }
  }

  /** When the units of an entry were sold, at the earliest. Ask before the entry is added. */
  since(entry: Entry): Instant {
    return this.#lines.get(lineKey(entry))?.paidAt ?? 0;
  }

  picks(): readonly OpenPick[] {
    const pick = (key: string, units: number, paidAt: Instant): OpenPick => {
      const [sku = "", warehouse = ""] = key.split("\u0000");
      return { sku, warehouse, units, paidAt };
    };
    return [
      ...Array.from(this.#before, ([key, units]) => pick(key, units, 0)),
      ...Array.from(this.#lines, ([key, { units, paidAt }]) => pick(key, units, paidAt)),
    ];
  }
}

function stockKey({ sku, warehouse }: Pick<Entry, "sku" | "warehouse">): string {
  return `${sku}\u0000${warehouse}`;
}

function lineKey(entry: Entry): string {
  const { channel, orderId, lineId } = entry;
  return `${stockKey(entry)}\u0000${channel ?? ""}\u0000${orderId ?? ""}\u0000${lineId ?? ""}`;
}
