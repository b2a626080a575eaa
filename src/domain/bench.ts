import { assert } from "./assert.ts";
import { SortedQueue, lineKey, type QueueName, type Slot } from "./queue.ts";
import { slotOf, undoLine, type OrderSlots, type SlotUndo } from "./slots.ts";
import type {
  Channel,
  CommandRecord,
  Document,
  Entry,
  Line,
  Listing,
  OutboxMessage,
  Placement,
  Sale,
  Sku,
  Stock,
  Warehouse,
} from "./rows.ts";
import { isReserveKey, pairKey } from "./text.ts";

/**
 * The workbench of one batch: the rows that were loaded, and what the commands changed of them.
 * The store fills it, `decide` works on it, the store writes its changes. It does no I/O: whatever is
 * missing is named by throwing `Missing`, which `decideBatch` turns into a request to the store.
 */

/** What a batch needs loaded, as sets, so that the store reads set by set. */
export interface Needs {
  readonly channels: Set<string>;
  readonly warehouses: Set<string>;
  /** pairKey(channel, listing) */
  readonly listings: Set<string>;
  /** SKU rows with all their stock rows. */
  readonly skus: Set<string>;
  /** pairKey(channel, orderId) */
  readonly orders: Set<string>;
  readonly records: Set<string>;
  /** pairKey(buyer, sku): every line of this buyer and SKU. */
  readonly buyers: Set<string>;
  readonly placements: Set<string>;
  /** pairKey(kind, id) */
  readonly documents: Set<string>;
  /** queueKey → the most lines wanted. */
  readonly queues: Map<string, number>;
}

/** One row as it was before a command. `keys`: the set that first learned of the row's change then. */
interface Undo {
  readonly map: Map<string, unknown>;
  readonly key: string;
  readonly before: unknown;
  readonly keys: Set<string> | null;
}

/** Rows are never undefined, so undefined means that there was none. */
function undoSet({ map, key, before, keys }: Undo): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
  keys?.delete(key);
}

/** The least that is asked of a queue, in lines: a burst of cancellations asks once. */
const queuePageLines = 32;

export function noNeeds(): Needs {
  return {
    channels: new Set(),
    warehouses: new Set(),
    listings: new Set(),
    skus: new Set(),
    orders: new Set(),
    records: new Set(),
    buyers: new Set(),
    placements: new Set(),
    documents: new Set(),
    queues: new Map(),
  };
}

export function isEmpty(needs: Needs): boolean {
  for (const set of Object.values(needs) as { size: number }[]) if (set.size > 0) return false;
  return true;
}

/** Thrown when a command needs a row that is not loaded; the command is rolled back and runs again. */
export class Missing extends Error {
  override readonly name = "Missing";
  readonly needs: Needs;
  constructor(needs: Needs) {
    super("not loaded");
    this.needs = needs;
  }
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Rows that a store may keep from one batch to the next, as long as nobody else wrote meanwhile. A batch that was
 * not written leaves them wrong: they are of no use then.
 */
export class KeptRows {
  readonly channels = new Map<string, Channel | null>();
  readonly listings = new Map<string, Listing | null>();
  readonly skus = new Map<string, Sku | null>();
  readonly stocks = new Map<string, readonly Stock[]>();

  get size(): number {
    return this.channels.size + this.listings.size + this.skus.size;
  }
}

export class Bench {
  readonly head: Head;
  readonly entries: Entry[] = [];
  readonly sales: Sale[] = [];
  readonly outbox: OutboxMessage[] = [];

  /** The rows of these four maps. */
  readonly rows: KeptRows;
  readonly channels: Map<string, Channel | null>;
  readonly warehouses = new Map<string, Warehouse | null>();
  readonly listings: Map<string, Listing | null>;
  readonly skus: Map<string, Sku | null>;
  readonly stocks: Map<string, readonly Stock[]>;
  readonly records = new Map<string, CommandRecord | null>();
  readonly placements = new Map<string, readonly Placement[]>();
  readonly documents = new Map<string, Document | null>();

  /** Keys of rows that changed, by the map they are in. */
  readonly changed = new Map<Map<string, unknown>, Set<string>>();
  /** Lines that changed, the new ones among them. */
  readonly changedLines: Slot[] = [];
  /** Set by a store that knows that no reservation was ever refused: none is looked for then. */
  neverRefused = false;

  readonly #orders = new Map<string, OrderSlots>();
  /** The order that was asked for last: a command asks for its own again and again. */
  #lastOrder = { channel: "", orderId: "", key: pairKey("", "") };

  readonly #buyersLoaded = new Set<string>();
  /** queueKey → how far the queue was loaded: the most lines asked for, and whether that was all. */
  readonly #queues = new Map<string, { limit: number; complete: boolean }>();
  #linesBySku: Map<string, Set<Slot>> | null = null;
  #linesByBuyer: Map<string, Set<Slot>> | null = null;
  /** SKU → how often this batch changed a line of it that the store has. */
  readonly #storedChanged = new Map<string, number>();
  readonly #sortedQueues = new Map<string, Map<QueueName, SortedQueue>>();
  readonly #undo: Undo[] = [];
  readonly #undoLines: SlotUndo[] = [];

  constructor(head: Head, kept = new KeptRows()) {
    this.head = head;
    this.rows = kept;
    this.channels = kept.channels;
    this.listings = kept.listings;
    this.skus = kept.skus;
    this.stocks = kept.stocks;
  }

  /** The journal's number after everything decided so far. */
  get seq(): number {
    return this.head.seq + this.entries.length;
  }

  // What the store fills in.

  fillLines(lines: readonly Line[]): void {
    for (const line of lines) {
      const order = this.#orderOf(pairKey(line.channel, line.orderId));
      if (slotOf(order, line) !== undefined) continue;
      const slot = { line, isStored: true, isChanged: false };
      order.slots.push(slot);
      this.#index(slot);
      this.#dropQueues(line.sku);
    }
  }

  /** Every line of the order, even when there is none. */
  fillOrder(order: string, lines: readonly Line[]): void {
    this.fillLines(lines);
    this.#orderOf(order).isWhole = true;
  }

  hasOrder(order: string): boolean {
    return this.#orders.get(order)?.isWhole === true;
  }

  fillBuyer(buyerSku: string, lines: readonly Line[]): void {
    this.fillLines(lines);
    this.#buyersLoaded.add(buyerSku);
  }

  fillQueue(queue: string, limit: number, lines: readonly Line[]): void {
    this.fillLines(lines);
    this.#queues.set(queue, { limit, complete: lines.length < limit });
  }

  // What decide reads. Each throws `Missing` when the row was never loaded.

  channel(id: string): Channel | null {
    return read(this.channels, id, "channels");
  }

  warehouse(id: string): Warehouse | null {
    return read(this.warehouses, id, "warehouses");
  }

  listing(channel: string, id: string): Listing | null {
    return read(this.listings, pairKey(channel, id), "listings");
  }

  sku(key: string): Sku | null {
    return read(this.skus, key, "skus");
  }

  record(key: string): CommandRecord | null {
    if (this.neverRefused && isReserveKey(key)) return this.records.get(key) ?? null;
    return read(this.records, key, "records");
  }

  document(kind: string, id: string): Document | null {
    return read(this.documents, pairKey(kind, id), "documents");
  }

  placementsOf(sku: string): readonly Placement[] {
    return read(this.placements, sku, "placements");
  }

  stock(sku: string, warehouse: string): Stock {
    const all = read(this.stocks, sku, "skus");
    return all.find((stock) => stock.warehouse === warehouse) ?? emptyStock(sku, warehouse);
  }

  /** The SKU's stock over all warehouses. */
  stocksOf(sku: string): readonly Stock[] {
    return read(this.stocks, sku, "skus");
  }

  orderLines(channel: string, orderId: string): readonly Line[] {
    const key = this.#orderKey(channel, orderId);
    const order = this.#orders.get(key);
    if (order === undefined || !order.isWhole) {
      const needs = noNeeds();
      needs.orders.add(key);
      throw new Missing(needs);
    }
    return order.slots.length === 0 ? noLines : order.slots.map(({ line }) => line);
  }

  /** The line as it stands now, by its key. */
  latest(line: Line): Line {
    const order = this.#orders.get(this.#orderKey(line.channel, line.orderId));
    return (order === undefined ? undefined : slotOf(order, line))?.line ?? line;
  }

  /** The lines of an order that are here, loaded as a whole or not. */
  knownLines(order: string): readonly Slot[] {
    return this.#orders.get(order)?.slots ?? noSlots;
  }

  /** All lines that are here, by `lineKey`. */
  get lines(): ReadonlyMap<string, Line> {
    return new Map(this.#allSlots().map(({ line }) => [lineKey(line), line]));
  }

  /** Every line of this buyer and SKU, in no order. */
  buyerLines(buyer: string, sku: string): readonly Line[] {
    const key = pairKey(buyer, sku);
    if (!this.#buyersLoaded.has(key)) {
      const needs = noNeeds();
      needs.buyers.add(key);
      throw new Missing(needs);
    }
    return Array.from(this.#ofBuyer(key), ({ line }) => line);
  }

  /**
   * The first `count` lines of a queue as it stands now, or fewer when there are no more. What was loaded is
   * a prefix of the stored queue; each stored line that this batch changed may have left it, so the prefix
   * must be that much longer.
   */
  queue(name: QueueName, sku: string, count: number): readonly Line[] {
    const key = queueKey(name, sku);
    const loaded = this.#queues.get(key);
    const wanted = count + (this.#storedChanged.get(sku) ?? 0);
    if (loaded === undefined || (!loaded.complete && wanted > loaded.limit)) {
      const needs = noNeeds();
      needs.queues.set(key, Math.max(wanted, (loaded?.limit ?? 0) * 2, queuePageLines));
      throw new Missing(needs);
    }
    return this.#sorted(name, sku).first(count, name);
  }

  // What decide writes.

  set<V>(map: Map<string, V>, key: string, value: V): void {
    const before = map.get(key);
    map.set(key, value);
    let keys = this.changed.get(map);
    if (keys === undefined) this.changed.set(map, (keys = new Set()));
    const changedBefore = keys.size;
    keys.add(key);
    this.#undo.push({ map, key, before, keys: keys.size > changedBefore ? keys : null });
  }

  setLine(line: Line): void {
    const order = this.#orders.get(this.#orderKey(line.channel, line.orderId));
    assert(order !== undefined, "a line of an order that was not loaded");
    const known = slotOf(order, line);
    const slot = known ?? { line, isStored: false, isChanged: false };
    this.#undoLines.push({ slot, before: known?.line ?? null, order, wasChanged: slot.isChanged });
    if (!slot.isChanged) this.changedLines.push(slot);
    slot.isChanged = true;
    if (known === undefined) {
      assert(order.isWhole, "a new line of an order that was not loaded");
      order.slots.push(slot);
      this.#index(slot);
    } else {
      slot.line = line;
      if (slot.isStored) this.#storedChanged.set(line.sku, (this.#storedChanged.get(line.sku) ?? 0) + 1);
    }
    this.#requeue(slot);
  }

  setStock(stock: Stock): void {
    const all = read(this.stocks, stock.sku, "skus");
    const alone = all.length === 0 || (all.length === 1 && all[0]?.warehouse === stock.warehouse);
    this.set(
      this.stocks,
      stock.sku,
      alone ? [stock] : [...all.filter((one) => one.warehouse !== stock.warehouse), stock],
    );
  }

  /** Runs one command whole or not at all. Returns what it is missing, when it is missing something. */
  attempt<T>(run: () => T): { done: T } | { needs: Needs } {
    this.#undo.length = 0;
    this.#undoLines.length = 0;
    const { length: entries } = this.entries;
    const { length: sales } = this.sales;
    const { length: outbox } = this.outbox;
    const { length: changedLines } = this.changedLines;
    try {
      return { done: run() };
    } catch (error) {
      for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undoSet(undo);
      for (let undo = this.#undoLines.pop(); undo !== undefined; undo = this.#undoLines.pop()) undoLine(undo);
      this.#dropIndexes();
      this.entries.length = entries;
      this.sales.length = sales;
      this.outbox.length = outbox;
      this.changedLines.length = changedLines;
      if (error instanceof Missing) return { needs: error.needs };
      throw error;
    }
  }

  #orderOf(key: string): OrderSlots {
    const known = this.#orders.get(key);
    if (known !== undefined) return known;
    const made: OrderSlots = { slots: [], isWhole: false };
    this.#orders.set(key, made);
    return made;
  }

  #orderKey(channel: string, orderId: string): string {
    const last = this.#lastOrder;
    if (last.orderId === orderId && last.channel === channel) return last.key;
    const key = pairKey(channel, orderId);
    this.#lastOrder = { channel, orderId, key };
    return key;
  }

  /** Says the key of an order that is about to be asked for, which is known already. */
  expectOrder(channel: string, orderId: string, key: string): void {
    this.#lastOrder = { channel, orderId, key };
  }

  #allSlots(): Slot[] {
    return Array.from(this.#orders.values(), ({ slots }) => slots).flat();
  }

  /** The two indexes are built when they are first asked for: most batches never ask. */
  #index(slot: Slot): void {
    const { line } = slot;
    if (this.#linesBySku !== null) addTo(this.#linesBySku, line.sku).add(slot);
    if (this.#linesByBuyer !== null && line.buyer !== null)
      addTo(this.#linesByBuyer, pairKey(line.buyer, line.sku)).add(slot);
  }

  #ofSku(sku: string): Iterable<Slot> {
    if (this.#linesBySku === null) {
      this.#linesBySku = new Map();
      for (const slot of this.#allSlots()) addTo(this.#linesBySku, slot.line.sku).add(slot);
    }
    return this.#linesBySku.get(sku) ?? [];
  }

  #ofBuyer(buyerSku: string): Iterable<Slot> {
    if (this.#linesByBuyer === null) {
      this.#linesByBuyer = new Map();
      for (const slot of this.#allSlots()) {
        const { buyer, sku } = slot.line;
        if (buyer !== null) addTo(this.#linesByBuyer, pairKey(buyer, sku)).add(slot);
      }
    }
    return this.#linesByBuyer.get(buyerSku) ?? [];
  }

  #dropIndexes(): void {
    this.#linesBySku = null;
    this.#linesByBuyer = null;
    this.#sortedQueues.clear();
  }

  #sorted(name: QueueName, sku: string): SortedQueue {
    const ofSku = this.#sortedQueues.get(sku) ?? new Map<QueueName, SortedQueue>();
    this.#sortedQueues.set(sku, ofSku);
    let queue = ofSku.get(name);
    if (queue === undefined) {
      queue = new SortedQueue();
      for (const slot of this.#ofSku(sku)) queue.add(slot, name);
      ofSku.set(name, queue);
    }
    return queue;
  }

  #requeue(slot: Slot): void {
    if (this.#sortedQueues.size === 0) return;
    const ofSku = this.#sortedQueues.get(slot.line.sku);
    if (ofSku === undefined) return;
    // The order of `covered` depends on the stage, which may just have changed.
    ofSku.delete("covered");
    for (const [name, queue] of ofSku) queue.add(slot, name);
  }

  #dropQueues(sku: string): void {
    this.#sortedQueues.delete(sku);
  }
}

const noLines: readonly Line[] = [];
const noSlots: readonly Slot[] = [];

function addTo(map: Map<string, Set<Slot>>, key: string): Set<Slot> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<Slot>();
  map.set(key, made);
  return made;
}

export function queueKey(name: QueueName, sku: string): string {
  return pairKey(name, sku);
}

export function emptyStock(sku: string, warehouse: string): Stock {
  return {
    sku,
    warehouse,
    available: 0,
    held: 0,
    committed: 0,
    quarantine: 0,
    loaned: 0,
    supplier: 0,
    customer: 0,
    lost: 0,
    shortage: 0,
    presale: 0,
    seq: 0,
  };
}

function read<V>(map: Map<string, V>, key: string, name: Exclude<keyof Needs, "queues" | "orders">): V {
  const value = map.get(key);
  if (value === undefined) {
    const needs = noNeeds();
    needs[name].add(key);
    throw new Missing(needs);
  }
  return value;
}
