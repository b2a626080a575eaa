import type { Activity } from "../../domain/live/activity.ts";
import { Bench, queueKey, type Needs } from "../../domain/bench.ts";
import { lineKey, queueColumns, type QueueName } from "../../domain/queue.ts";
import type { Command } from "../../domain/command.ts";
import { decideBatch } from "../../domain/decide.ts";
import type { Outcome } from "../../domain/outcome.ts";
import { packEntries } from "../../domain/packed.ts";
import { batchText } from "../../domain/replay.ts";
import type {
  Channel,
  CommandRecord,
  Document,
  Instant,
  Line,
  Listing,
  Placement,
  Sale,
  Sku,
  Stock,
  Warehouse,
} from "../../domain/rows.ts";
import { compareText, pairKey } from "../../domain/text.ts";
import type { RoomSample } from "../activities.ts";
import { genesisHash, hashOf } from "../hash.ts";
import { sumSales, saleCounters } from "../sql/rows.ts";
import type { JournalEntry, OutboxItem, Shop, StoredBatch } from "../store.ts";

/** Everything of one shop, as plain maps. Rows are never changed, only replaced. */
export interface ShopState {
  shop: Shop;
  seq: number;
  hash: string;
  outboxId: number;
  batches: Omit<StoredBatch, "entries">[];
  /** The entry with number n stands at n − 1. */
  journal: JournalEntry[];
  /** By `lineKey`; beside it the keys by order and by SKU. */
  readonly lines: Map<string, Line>;
  readonly linesOfOrder: Map<string, Set<string>>;
  readonly linesOfSku: Map<string, Set<string>>;
  readonly skus: Map<string, Sku>;
  readonly stocks: Map<string, readonly Stock[]>;
  readonly placements: Map<string, readonly Placement[]>;
  readonly channels: Map<string, Channel>;
  readonly warehouses: Map<string, Warehouse>;
  readonly listings: Map<string, Listing>;
  readonly records: Map<string, CommandRecord>;
  readonly documents: Map<string, Document>;
  readonly sales: Map<string, Sale>;
  readonly outbox: Map<number, OutboxState>;
  readonly leases: Map<string, { readonly owner: string; readonly until: Instant }>;
  /** By session, oldest first. */
  readonly activities: Map<string, readonly Activity[]>;
  /** By room and instant. */
  readonly samples: Map<string, RoomSample>;
}

/** A message that was given up is due no more: `dueAt` is null. */
export interface OutboxState extends OutboxItem {
  readonly dueAt: Instant | null;
  readonly error: string | null;
}

export function newShopState(shop: Shop, main: Warehouse): ShopState {
  return {
    shop,
    seq: 0,
    hash: genesisHash,
    outboxId: 0,
    batches: [],
    journal: [],
    lines: new Map(),
    linesOfOrder: new Map(),
    linesOfSku: new Map(),
    skus: new Map(),
    stocks: new Map(),
    placements: new Map(),
    channels: new Map(),
    warehouses: new Map([[main.warehouse, main]]),
    listings: new Map(),
    records: new Map(),
    documents: new Map(),
    sales: new Map(),
    outbox: new Map(),
    leases: new Map(),
    activities: new Map(),
    samples: new Map(),
  };
}

/** The same rows in maps of their own: what is written to one is not seen in the other. */
export function copyState(state: ShopState): ShopState {
  return {
    ...state,
    batches: [...state.batches],
    journal: [...state.journal],
    lines: new Map(state.lines),
    linesOfOrder: copySets(state.linesOfOrder),
    linesOfSku: copySets(state.linesOfSku),
    skus: new Map(state.skus),
    stocks: new Map(state.stocks),
    placements: new Map(state.placements),
    channels: new Map(state.channels),
    warehouses: new Map(state.warehouses),
    listings: new Map(state.listings),
    records: new Map(state.records),
    documents: new Map(state.documents),
    sales: new Map(state.sales),
    outbox: new Map(state.outbox),
    leases: new Map(state.leases),
    activities: new Map(state.activities),
    samples: new Map(state.samples),
  };
}

function copySets(map: ReadonlyMap<string, Set<string>>): Map<string, Set<string>> {
  return new Map([...map].map(([key, set]) => [key, new Set(set)]));
}

/** Decides the commands on the state and takes over what they change. Returns whether units moved. */
export function commitTo(
  state: ShopState,
  commands: readonly Command[],
  at: Instant,
): { readonly outcomes: readonly Outcome[]; readonly moved: boolean } {
  const bench = new Bench({ seq: state.seq, hash: state.hash });
  const run = decideBatch(bench, commands);
  let step = run.next();
  for (; step.done !== true; step = run.next()) load(state, bench, step.value);
  write(state, bench, at);
  return { outcomes: step.value, moved: bench.entries.length > 0 };
}

/** Puts on the workbench whatever the batch needs; null or nothing where there is no row. */
function load(state: ShopState, bench: Bench, needs: Needs): void {
  for (const id of needs.channels) bench.channels.set(id, state.channels.get(id) ?? null);
  for (const id of needs.warehouses) bench.warehouses.set(id, state.warehouses.get(id) ?? null);
  for (const id of needs.listings) bench.listings.set(id, state.listings.get(id) ?? null);
  for (const key of needs.records) bench.records.set(key, state.records.get(key) ?? null);
  for (const id of needs.documents) bench.documents.set(id, state.documents.get(id) ?? null);
  for (const sku of needs.placements) bench.placements.set(sku, state.placements.get(sku) ?? []);
  for (const sku of needs.skus) {
    bench.skus.set(sku, state.skus.get(sku) ?? null);
    bench.stocks.set(sku, state.stocks.get(sku) ?? []);
  }
  for (const order of needs.orders) bench.fillOrder(order, linesOfOrder(state, order));
  for (const buyerSku of needs.buyers) bench.fillBuyer(buyerSku, linesOfBuyer(state, buyerSku));
  for (const [queue, limit] of needs.queues)
    bench.fillQueue(queue, limit, queueOf(state, queue).slice(0, limit));
}

export function linesOf(state: ShopState, keys: Iterable<string> | undefined): Line[] {
  return [...(keys ?? [])].flatMap((key) => state.lines.get(key) ?? []);
}

/** The lines of an order by their keys, whatever order they came in. */
export function linesOfOrder(state: ShopState, order: string): Line[] {
  const lines = linesOf(state, state.linesOfOrder.get(order));
  return lines.toSorted((a, b) => compareText(lineKey(a), lineKey(b)));
}

function linesOfBuyer(state: ShopState, buyerSku: string): Line[] {
  const sku = buyerSku.slice(buyerSku.indexOf("\u0000") + 1);
  const ofSku = linesOf(state, state.linesOfSku.get(sku));
  return ofSku.filter((line) => line.buyer !== null && pairKey(line.buyer, sku) === buyerSku);
}

function queueOf(state: ShopState, queue: string): Line[] {
  const sku = queue.slice(queue.indexOf("\u0000") + 1);
  const name = (["deficit", "spot", "presale", "covered"] as const).find(
    (one) => queueKey(one, sku) === queue,
  );
  if (name === undefined) throw new Error(`there is no queue ${queue}`);
  const inQueue = linesOf(state, state.linesOfSku.get(sku)).filter((line) => isInQueue(name, line));
  if (name !== "covered") return inQueue.toSorted(oldestFirst);
  return inQueue.toSorted(
    (a, b) => Number(a.stage === "paid") - Number(b.stage === "paid") || oldestFirst(b, a),
  );
}

function isInQueue(name: QueueName, line: Line): boolean {
  const { covered, backlog, deficit } = queueColumns(line);
  if (name === "covered") return covered > 0;
  return name === "deficit" ? deficit > 0 : line.kind === name && backlog > 0;
}

export function oldestFirst(a: Line, b: Line): number {
  return a.placedAt - b.placedAt || compareText(lineKey(a), lineKey(b));
}

/** Takes over what the batch changed. Nothing here can fail: a batch is written whole. */
function write(state: ShopState, bench: Bench, at: Instant): void {
  take(bench, bench.channels, state.channels);
  take(bench, bench.warehouses, state.warehouses);
  take(bench, bench.listings, state.listings);
  take(bench, bench.skus, state.skus);
  take(bench, bench.records, state.records);
  take(bench, bench.documents, state.documents);
  take(bench, bench.stocks, state.stocks);
  for (const sku of bench.changed.get(bench.placements) ?? []) {
    const left = (bench.placements.get(sku) ?? []).filter((one) => one.quantity > 0);
    state.placements.set(sku, left);
  }
  for (const { line } of bench.changedLines) {
    const key = lineKey(line);
    state.lines.set(key, line);
    addTo(state.linesOfOrder, pairKey(line.channel, line.orderId), key);
    addTo(state.linesOfSku, line.sku, key);
  }
  for (const sale of sumSales(bench.sales)) addSale(state, sale);
  for (const message of bench.outbox) {
    state.outboxId += 1;
    const item = { ...message, id: state.outboxId, createdAt: at, attempts: 0, dueAt: at, error: null };
    state.outbox.set(item.id, item);
  }
  writeJournal(state, bench, at);
}

function writeJournal(state: ShopState, bench: Bench, at: Instant): void {
  if (bench.entries.length === 0) return;
  const firstSeq = state.seq + 1;
  for (const entry of bench.entries) {
    state.seq += 1;
    state.journal.push({ ...entry, seq: state.seq, recordedAt: at });
  }
  state.hash = hashOf(batchText(state.hash, at, firstSeq, packEntries(bench.entries)));
  state.batches.push({ firstSeq, lastSeq: state.seq, at, hash: state.hash });
}

function take<V>(bench: Bench, from: Map<string, V | null>, to: Map<string, V>): void {
  for (const key of bench.changed.get(from) ?? []) {
    const value = from.get(key);
    if (value !== undefined && value !== null) to.set(key, value);
  }
}

function addTo(map: Map<string, Set<string>>, key: string, member: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([member]));
  else known.add(member);
}

function addSale(state: ShopState, added: Sale): void {
  const key = [added.minute, added.sku, added.channel, added.session].join("\u0000");
  const sum: { -readonly [Field in keyof Sale]: Sale[Field] } = { ...added };
  const before = state.sales.get(key);
  if (before !== undefined) for (const counter of saleCounters) sum[counter] += before[counter];
  state.sales.set(key, sum);
}
