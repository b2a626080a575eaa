import { assert } from "./assert.ts";
import { coveredUnits, effectOf } from "./order.ts";
import type {
  Channel,
  CommandRecord,
  Document,
  Entry,
  Kind,
  Line,
  Listing,
  OutboxMessage,
  Placement,
  Sale,
  Sku,
  Stock,
  Warehouse,
} from "./rows.ts";
import { compareText, pairKey } from "./text.ts";

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

/**
 * Lines of one SKU in an order that matters:
 * `deficit` sent without a unit, oldest first; `spot` and `presale` waiting for units, oldest first;
 * `covered` those that have units, unpaid before paid, then latest first (who gives way when units are gone).
 */
export type QueueName = "deficit" | Kind | "covered";

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

export class Bench {
  readonly head: Head;
  readonly entries: Entry[] = [];
  readonly sales: Sale[] = [];
  readonly outbox: OutboxMessage[] = [];

  readonly channels = new Map<string, Channel | null>();
  readonly warehouses = new Map<string, Warehouse | null>();
  readonly listings = new Map<string, Listing | null>();
  readonly skus = new Map<string, Sku | null>();
  readonly stocks = new Map<string, readonly Stock[]>();
  readonly lines = new Map<string, Line>();
  readonly orders = new Map<string, readonly string[]>();
  readonly records = new Map<string, CommandRecord | null>();
  readonly placements = new Map<string, readonly Placement[]>();
  readonly documents = new Map<string, Document | null>();

  /** Keys of rows that changed, by the map they are in; and of the lines that the store has already. */
  readonly changed = new Map<Map<string, unknown>, Set<string>>();
  readonly storedLines = new Set<string>();

  readonly #buyersLoaded = new Set<string>();
  /** queueKey → how far the queue was loaded: the most lines asked for, and whether that was all. */
  readonly #queues = new Map<string, { limit: number; complete: boolean }>();
  #linesBySku: Map<string, Set<string>> | null = null;
  #linesByBuyer: Map<string, Set<string>> | null = null;
  /** SKU → how often this batch changed a line of it that the store has. */
  readonly #storedChanged = new Map<string, number>();
  readonly #sortedQueues = new Map<string, Map<QueueName, SortedQueue>>();
  readonly #undo: Undo[] = [];

  constructor(head: Head) {
    this.head = head;
  }

  /** The journal's number after everything decided so far. */
  get seq(): number {
    return this.head.seq + this.entries.length;
  }

  // What the store fills in.

  fillLines(lines: readonly Line[]): void {
    for (const line of lines) {
      const key = lineKey(line);
      if (this.storedLines.has(key)) continue;
      this.storedLines.add(key);
      this.lines.set(key, line);
      this.#index(key, line);
      this.#dropQueues(line.sku);
    }
  }

  /** Every line of the order, even when there is none. */
  fillOrder(order: string, lines: readonly Line[]): void {
    this.fillLines(lines);
    if (!this.orders.has(order)) this.orders.set(order, lines.map(lineKey));
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
    const keys = read(this.orders, pairKey(channel, orderId), "orders");
    return keys.map((key) => this.#line(key));
  }

  /** Every line of this buyer and SKU, in no order. */
  buyerLines(buyer: string, sku: string): readonly Line[] {
    const key = pairKey(buyer, sku);
    if (!this.#buyersLoaded.has(key)) {
      const needs = noNeeds();
      needs.buyers.add(key);
      throw new Missing(needs);
    }
    return Array.from(this.#ofBuyer(key), (line) => this.#line(line));
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
    return this.#sorted(name, sku).first(count, (line) => this.#line(line), name);
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
    const key = lineKey(line);
    const isNew = !this.lines.has(key);
    this.set(this.lines, key, line);
    if (isNew) this.#addLine(key, line);
    else if (this.storedLines.has(key))
      this.#storedChanged.set(line.sku, (this.#storedChanged.get(line.sku) ?? 0) + 1);
    this.#requeue(key, line);
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
    const marks = [this.entries.length, this.sales.length, this.outbox.length] as const;
    try {
      return { done: run() };
    } catch (error) {
      for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) undoSet(undo);
      this.#dropIndexes();
      this.entries.length = marks[0];
      this.sales.length = marks[1];
      this.outbox.length = marks[2];
      if (error instanceof Missing) return { needs: error.needs };
      throw error;
    }
  }

  #line(key: string): Line {
    const line = this.lines.get(key);
    assert(line !== undefined, "an indexed line is loaded");
    return line;
  }

  #addLine(key: string, line: Line): void {
    const order = pairKey(line.channel, line.orderId);
    const keys = this.orders.get(order);
    assert(keys !== undefined, "a new line of an order that was not loaded");
    this.orders.set(order, keys.length === 0 ? [key] : [...keys, key]);
    this.#undo.push({ map: this.orders, key: order, before: keys, keys: null });
    this.#index(key, line);
  }

  /** The two indexes are built when they are first asked for: most batches never ask. */
  #index(key: string, line: Line): void {
    if (this.#linesBySku !== null) addTo(this.#linesBySku, line.sku).add(key);
    if (this.#linesByBuyer !== null && line.buyer !== null)
      addTo(this.#linesByBuyer, pairKey(line.buyer, line.sku)).add(key);
  }

  #ofSku(sku: string): Iterable<string> {
    if (this.#linesBySku === null) {
      this.#linesBySku = new Map();
      for (const [key, line] of this.lines) addTo(this.#linesBySku, line.sku).add(key);
    }
    return this.#linesBySku.get(sku) ?? [];
  }

  #ofBuyer(buyerSku: string): Iterable<string> {
    if (this.#linesByBuyer === null) {
      this.#linesByBuyer = new Map();
      for (const [key, line] of this.lines) {
        if (line.buyer !== null) addTo(this.#linesByBuyer, pairKey(line.buyer, line.sku)).add(key);
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
      for (const key of this.#ofSku(sku)) queue.add(this.#line(key), key, name, (one) => this.#line(one));
      ofSku.set(name, queue);
    }
    return queue;
  }

  #requeue(key: string, line: Line): void {
    const ofSku = this.#sortedQueues.get(line.sku);
    if (ofSku === undefined) return;
    // The order of `covered` depends on the stage, which may just have changed.
    ofSku.delete("covered");
    for (const [name, queue] of ofSku) queue.add(line, key, name, (one) => this.#line(one));
  }

  #dropQueues(sku: string): void {
    this.#sortedQueues.delete(sku);
  }
}

/** Line keys in the order of a queue. Lines that have left it are dropped when they are met. */
class SortedQueue {
  #keys: string[] = [];
  readonly #has = new Set<string>();

  add(line: Line, key: string, name: QueueName, lineOf: (key: string) => Line): void {
    if (this.#has.has(key) || !isInQueue(name, line)) return;
    const before = queueOrder(name);
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(lineOf(this.#keys[middle] ?? key), line) < 0) low = middle + 1;
      else high = middle;
    }
    this.#keys.splice(low, 0, key);
    this.#has.add(key);
  }

  first(count: number, lineOf: (key: string) => Line, name: QueueName): readonly Line[] {
    const found: Line[] = [];
    let gone = 0;
    for (const key of this.#keys) {
      if (found.length === count) break;
      const line = lineOf(key);
      if (isInQueue(name, line)) found.push(line);
      else if (found.length === 0) gone += 1;
    }
    for (const key of this.#keys.splice(0, gone)) this.#has.delete(key);
    return found;
  }
}

function addTo(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<string>();
  map.set(key, made);
  return made;
}

export function lineKey(line: Pick<Line, "channel" | "orderId" | "lineId" | "sku">): string {
  return `${line.channel}\u0000${line.orderId}\u0000${line.lineId}\u0000${line.sku}`;
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

/** What a stored line's `deficit` and `backlog` columns must say; the store indexes them. */
export function queueColumns(line: Line): { covered: number; backlog: number; deficit: number } {
  const effect = effectOf(line);
  const covered = coveredUnits(line);
  return { covered, backlog: effect.want - covered, deficit: effect.shipped - line.gone };
}

function isInQueue(name: QueueName, line: Line): boolean {
  const { covered, backlog, deficit } = queueColumns(line);
  if (name === "covered") return covered > 0;
  return name === "deficit" ? deficit > 0 : line.kind === name && backlog > 0;
}

/** The store's ORDER BY says the same. Ids break ties, so that every node sees one order. */
function queueOrder(name: QueueName): (a: Line, b: Line) => number {
  if (name !== "covered") return oldestFirst;
  return (a, b) => Number(a.stage === "paid") - Number(b.stage === "paid") || oldestFirst(b, a);
}

function oldestFirst(a: Line, b: Line): number {
  return a.placedAt - b.placedAt || compareText(lineKey(a), lineKey(b));
}

function read<V>(map: Map<string, V>, key: string, name: Exclude<keyof Needs, "queues">): V {
  const value = map.get(key);
  if (value === undefined) {
    const needs = noNeeds();
    needs[name].add(key);
    throw new Missing(needs);
  }
  return value;
}
