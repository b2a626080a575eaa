import { Floor } from "../../domain/floor/floor.ts";
import { limits } from "../../domain/limits.ts";
import { qualityOf, type Place } from "../../domain/place.ts";
import type { Instant, Placement, Stock } from "../../domain/rows.ts";
import { pairKey } from "../../domain/text.ts";
import type { AuditReads, JournalEntry, ShopId, Store } from "../../store/store.ts";
import { movementOf, OpenOrders } from "./floor-entries.ts";
import { postingKeyOf, sheetIdParts } from "./sheet-id.ts";

export const floorLimits = {
  /** Entries of the journal read at once. Batches are unpacked whole: small pages would unpack one several times. */
  pageEntriesMax: 10_000,
  /** Nodes' clocks differ by less. */
  clockSlackMs: 60_000,
  /** Above so many movements the floor is made anew from a later moment, once no sheet needs the earlier one. */
  movementsMax: 200_000,
} as const;

/** What was posted for a claim, and how many postings were tried at least. */
export interface PostedFor {
  units: number;
  next: number;
}

/** The floor as the journal says it up to now. */
export interface FloorNow {
  readonly floor: Floor;
  /** Everything that moved since is in it one by one; what was before, as one sum. */
  readonly since: Instant;
  /** The journal's number that it is true for. */
  readonly seq: number;
  /** By `pairKey(sheet, line)` of the posting's key. */
  readonly posted: ReadonlyMap<string, PostedFor>;
  /** Warehouses from which something was sold. */
  readonly sold: ReadonlySet<string>;
  /** When something was last taken out of a bin, by `pairKey(warehouse, bin)`. */
  readonly lastOut: ReadonlyMap<string, Instant>;
}

interface Draft extends FloorNow {
  seq: number;
  readonly posted: Map<string, PostedFor>;
  readonly sold: Set<string>;
  readonly lastOut: Map<string, Instant>;
  readonly orders: OpenOrders;
  movements: number;
}

export interface FloorBookOptions {
  readonly store: Pick<Store, "read">;
  readonly shop: ShopId;
  /** A cell is a SKU in a whole warehouse: nobody scans the picks. */
  readonly unscanned: boolean;
}

/**
 * The placements at a moment, and the journal's movements since: nothing else is stored of the floor. What
 * sheets of its own kind posted is left out: their counts are claims of their own, see `Floor.anchor`.
 */
export class FloorBook {
  readonly #options: FloorBookOptions;
  #draft: Draft | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: FloorBookOptions) {
    this.#options = options;
  }

  /** As it was made last, without a read; null: it was not made yet. */
  get known(): FloorNow | null {
    return this.#draft;
  }

  /**
   * The floor up to the journal's end.
   * @param since what moved from then on must be in it one by one
   */
  at(since: Instant): Promise<FloorNow> {
    const run = (): Promise<FloorNow> => this.#at(since - floorLimits.clockSlackMs);
    const turn = this.#turn.then(run, run);
    this.#turn = turn;
    return turn;
  }

  async #at(since: Instant): Promise<FloorNow> {
    const old = this.#draft;
    const isLarge = old !== null && old.movements > floorLimits.movementsMax;
    const wanted = old === null || since < old.since || (isLarge && since > old.since);
    const draft = wanted ? await this.#make(since) : old;
    this.#draft = draft;
    await this.#follow(draft);
    if (this.#options.unscanned) draft.floor.setOpenPicks(draft.orders.takeChanged());
    return draft;
  }

  async #make(since: Instant): Promise<Draft> {
    const { store, shop, unscanned } = this.#options;
    const audit = await store.read.audit(shop);
    try {
      const entries = await this.#entriesSince(since, audit.head.seq);
      const warehouses = (await store.read.warehouses(shop)).map((one) => one.warehouse);
      const draft: Draft = {
        floor: new Floor(unscanned ? warehouses : []),
        since,
        seq: audit.head.seq - entries.length,
        posted: new Map(),
        sold: new Set(),
        lastOut: new Map(),
        orders: new OpenOrders(),
        movements: 0,
      };
      await putBase(draft, audit, entries);
      for (const entry of entries) this.#take(draft, entry);
      return draft;
    } finally {
      await audit.close();
    }
  }

  /** The journal's entries that were written since, up to a number, oldest first. */
  async #entriesSince(since: Instant, lastSeq: number): Promise<readonly JournalEntry[]> {
    const { store, shop } = this.#options;
    const found: JournalEntry[] = [];
    for (let before = lastSeq + 1; before > 1;) {
      const page = await store.read.journal(shop, { before, limit: floorLimits.pageEntriesMax });
      // Up to the first that is older: nodes' clocks differ, and what is taken must have no hole.
      const older = page.findIndex((entry) => entry.recordedAt < since);
      found.push(...(older === -1 ? page : page.slice(0, older)));
      const oldest = page.at(-1);
      if (oldest === undefined || older !== -1) break;
      before = oldest.seq;
    }
    return found.toReversed();
  }

  async #follow(draft: Draft): Promise<void> {
    const { store, shop } = this.#options;
    for (;;) {
      const limit = floorLimits.pageEntriesMax;
      const page = await store.read.journal(shop, { after: draft.seq, limit });
      for (const entry of page) this.#take(draft, entry);
      if (page.length < limit) return;
    }
  }

  #take(draft: Draft, entry: JournalEntry): void {
    draft.seq = entry.seq;
    const { unscanned } = this.#options;
    if (!takePosting(draft, entry, unscanned)) {
      const movement = movementOf(entry, unscanned, draft.orders);
      if (movement !== null) {
        draft.floor.move(movement);
        draft.movements += 1;
        if (movement.from !== null)
          draft.lastOut.set(pairKey(movement.from.warehouse, movement.from.bin), entry.recordedAt);
      }
    }
    draft.orders.add(entry);
    if (entry.to === "customer" || entry.to === "committed") draft.sold.add(entry.warehouse);
  }
}

/** Whether the entry is what a sheet of this floor posted. */
function takePosting({ posted, since }: Draft, entry: JournalEntry, unscanned: boolean): boolean {
  if (entry.reason !== "count_gain" && entry.reason !== "count_loss") return false;
  const key = postingKeyOf(entry.doc);
  const parts = key === null ? null : sheetIdParts(key.sheet);
  if (key === null || parts === null) return false;
  if (parts.unscanned !== unscanned || parts.openedAt < since) return false;
  const id = pairKey(key.sheet, key.line);
  const known = posted.get(id) ?? { units: 0, next: 0 };
  known.units += entry.reason === "count_gain" ? entry.quantity : -entry.quantity;
  known.next = Math.max(known.next, key.n + 1);
  posted.set(id, known);
  return true;
}

/** What stood there before the entries: what stands there now, less what they did. */
async function putBase(draft: Draft, audit: AuditReads, entries: readonly JournalEntry[]): Promise<void> {
  const shelves = new Map<string, Placement>();
  const add = (shelf: Placement, units: number): void => {
    const key = JSON.stringify([shelf.sku, shelf.warehouse, shelf.bin, shelf.lot, shelf.quality]);
    const before = shelves.get(key)?.quantity ?? 0;
    shelves.set(key, { ...shelf, quantity: before + units });
  };
  for await (const placement of audit.placements()) add(placement, placement.quantity);
  const stocks = new Map<string, Pick<Stock, "sku" | "warehouse" | "committed">>();
  for await (const stock of audit.stocks()) {
    stocks.set(pairKey(stock.sku, stock.warehouse), stock);
    if (stock.customer > 0 || stock.committed > 0) draft.sold.add(stock.warehouse);
  }
  for (const entry of entries) {
    const { sku, warehouse, quantity } = entry;
    const lot = entry.lot ?? "";
    const undo = (place: Place, bin: string | null, units: number): void => {
      const quality = qualityOf(place);
      if (quality !== null && bin !== null) add({ sku, warehouse, bin, lot, quality, quantity: 0 }, units);
    };
    undo(entry.from, entry.fromBin, quantity);
    undo(entry.to, entry.toBin, -quantity);
    const key = pairKey(sku, warehouse);
    const committed =
      (stocks.get(key)?.committed ?? 0) +
      (entry.from === "committed" ? quantity : 0) -
      (entry.to === "committed" ? quantity : 0);
    stocks.set(key, { sku, warehouse, committed });
  }
  for (const stock of stocks.values()) draft.orders.addBase(stock);
  let number = 0;
  for (const { quantity: units, sku, ...to } of shelves.values()) {
    // Long before everything that is counted: a movement has a largest size, a shelf has none.
    for (let left = units; left > 0; left -= limits.quantityMax) {
      number += 1;
      draft.floor.move({
        id: `base:${number}`,
        sku,
        quantity: Math.min(left, limits.quantityMax),
        from: null,
        to: { warehouse: to.warehouse, bin: to.bin, lot: to.lot, quality: to.quality },
        reason: "opening",
        at: 1,
        atUncertaintyMs: 0,
        recordedAt: 1,
        actor: "",
        device: null,
        deviceSeq: 0,
        doc: null,
      });
    }
  }
}
