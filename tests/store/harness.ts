import assert from "node:assert/strict";
import { packEntries, unpackEntries } from "../../src/domain/packed.ts";
import type { Command, Observe, Receive, Reserve, SkuChange } from "../../src/domain/command.ts";
import { outcomeCodes, type Outcome, type OutcomeCode } from "../../src/domain/outcome.ts";
import type { Entry, Instant, Line, Placement, Sale, Stock } from "../../src/domain/rows.ts";
import { compareText } from "../../src/domain/text.ts";
import type { ShopId, Store, StoredBatch } from "../../src/store/store.ts";

/** A store under test, and the ways past it that the suite needs. */
export interface Opened {
  readonly store: Store;
  /** A second store over the same data, as another node has it. Null where data live in one process. */
  readonly openOther: (() => Promise<Store>) | null;
  /** Runs one statement on the database itself, past the store; rejects when it is refused. Null: no database. */
  readonly raw: ((statement: string) => Promise<void>) | null;
  readonly tamper: Tamper;
  /** Closes everything that was opened and removes the data. */
  close(): Promise<void>;
}

export type OpenStore = () => Promise<Opened>;

/** Changes one row behind the store's back, in a way that no constraint of the tables can notice. */
export interface Tamper {
  /** One more unit available, one more from the supplier. */
  balance(shop: ShopId, sku: string): Promise<void>;
  movementQuantity(shop: ShopId, seq: number): Promise<void>;
  deleteMovement(shop: ShopId, seq: number): Promise<void>;
  /** The same movement once more, with the next number, in a batch that nobody wrote. */
  repeatMovement(shop: ShopId, seq: number): Promise<void>;
  /** The unpaid lines of the SKU become paid. */
  lineStage(shop: ShopId, sku: string): Promise<void>;
  /** One unit more on every shelf of the SKU. */
  placement(shop: ShopId, sku: string): Promise<void>;
  /** One unit more sold in every rollup of the SKU. */
  rollup(shop: ShopId, sku: string): Promise<void>;
}

/** A batch's movements, as its row has them, and the way to write them back. */
export interface RawDatabase {
  /** Runs one statement on the database itself, past the store; rejects when it is refused. */
  run(statement: string): Promise<void>;
  /** The rows that a query finds. */
  rows(query: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** The same in SQL that both databases understand. The texts are the suite's own: nothing needs escaping. */
export function sqlTamper(raw: RawDatabase): Tamper {
  const of = (shop: ShopId, sku: string): string => `where shop_id = ${shop} and sku = '${sku}'`;
  /** Changes the movements of the batch that holds the number; `at` is the movement's place among them. */
  const edit = async (
    shop: ShopId,
    seq: number,
    change: (entries: Entry[], at: number) => unknown,
  ): Promise<void> => {
    const [row] = await raw.rows(`select first_seq, entries from batch
      where shop_id = ${shop} and first_seq <= ${seq} and last_seq >= ${seq}`);
    assert.ok(row !== undefined, `no batch holds movement ${seq}`);
    const entries = unpackEntries(String(row.entries));
    change(entries, seq - Number(row.first_seq));
    await raw.run(`update batch set entries = '${packEntries(entries)}'
      where shop_id = ${shop} and first_seq = ${Number(row.first_seq)}`);
  };
  return {
    balance: (shop, sku) =>
      raw.run(`update stock set available = available + 1, supplier = supplier - 1 ${of(shop, sku)}`),
    movementQuantity: (shop, seq) =>
      edit(shop, seq, (entries, at) => {
        const entry = entries[at];
        assert.ok(entry !== undefined);
        entries[at] = { ...entry, quantity: entry.quantity + 1 };
      }),
    deleteMovement: (shop, seq) => edit(shop, seq, (entries, at) => entries.splice(at, 1)),
    repeatMovement: async (shop, seq) => {
      let repeated = "";
      await edit(shop, seq, (entries, at) => (repeated = packEntries(entries.slice(at, at + 1))));
      await raw.run(`insert into batch (shop_id, first_seq, last_seq, at, hash, entries)
        values (${shop}, ${seq + 1}, ${seq + 1}, 0, '', '${repeated}')`);
    },
    lineStage: (shop, sku) =>
      raw.run(`update order_line set stage = 'paid' ${of(shop, sku)} and stage = 'created'`),
    placement: (shop, sku) => raw.run(`update placement set quantity = quantity + 1 ${of(shop, sku)}`),
    rollup: (shop, sku) => raw.run(`update sale set sold = sold + 1 ${of(shop, sku)}`),
  };
}

// A shop to work with.

export const actor = "tester";
/** 2026-01-05 20:00 in Shanghai: every instant of the suite is counted from here. */
export const startAt: Instant = Date.UTC(2026, 0, 5, 12);
export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export async function newShop(store: Store, name = "试验店"): Promise<ShopId> {
  const settings = { timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: startAt };
  const shop = await store.createShop({ name, ...settings });
  return shop.shop;
}

/** A shop with channels `douyin` and `taobao`, and SKUs with units of each in bin `A-01`. */
export async function shopWithStock(store: Store, units: Readonly<Record<string, number>>): Promise<ShopId> {
  const shop = await newShop(store);
  await store.commit(shop, stockCommands(units), startAt);
  return shop;
}

export function stockCommands(units: Readonly<Record<string, number>>): Command[] {
  const filled = Object.entries(units).filter(([, quantity]) => quantity > 0);
  return [
    channelCommand("douyin"),
    channelCommand("taobao"),
    skusCommand(Object.keys(units).map((code) => ({ code }))),
    ...(filled.length === 0
      ? []
      : [
          receive({
            key: "opening",
            opening: true,
            lines: filled.map(([sku, quantity]) => ({ sku, quantity, bin: "A-01" })),
          }),
        ]),
  ];
}

// Commands with everything that a test does not care about filled in.

export function channelCommand(channel: string): Command {
  return { type: "putChannel", actor, at: startAt, channel: { channel } };
}

export function skusCommand(items: readonly SkuChange[], at = startAt): Command {
  return { type: "putSkus", actor, at, items };
}

/** Lines as `[sku, quantity]`, numbered from 1. */
type Wanted = readonly (readonly [sku: string, quantity: number])[];

export function reserve(orderId: string, wanted: Wanted, more: Partial<Reserve> = {}): Reserve {
  const lines = wanted.map(([sku, quantity], index) => ({
    lineId: String(index + 1),
    sku,
    quantity,
    amount: quantity * 990,
  }));
  return {
    type: "reserve",
    actor,
    at: startAt,
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "created",
    lines,
    ...more,
  };
}

export function observe(orderId: string, wanted: Wanted, more: Partial<Observe> = {}): Observe {
  const lines = wanted.map(([sku, quantity], index) => ({
    lineId: String(index + 1),
    sku,
    quantity,
    amount: quantity * 990,
  }));
  const time = { at: startAt, placedAt: startAt, updatedAt: startAt, rank: 0 };
  return {
    type: "observe",
    actor,
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "paid",
    lines,
    ...time,
    ...more,
  };
}

export function pay(orderId: string, more: { channel?: string; at?: Instant } = {}): Command {
  return { type: "pay", actor, at: startAt, channel: "douyin", orderId, ...more };
}

export function cancel(
  orderId: string,
  more: { channel?: string; lineId?: string; at?: Instant } = {},
): Command {
  return { type: "cancel", actor, at: startAt, channel: "douyin", orderId, ...more };
}

export function expire(orderId: string, at: Instant, channel = "douyin"): Command {
  return { type: "expire", actor, at, channel, orderId };
}

export function receive(more: Partial<Receive> & Pick<Receive, "key" | "lines">): Receive {
  return { type: "receive", actor, at: startAt, opening: false, warehouse: "main", ...more };
}

export function adjust(
  more: Partial<Command & { type: "adjust" }> & { key: string; sku: string; quantity: number },
): Command {
  return { type: "adjust", actor, at: startAt, action: "write_off", warehouse: "main", ...more };
}

// Looking at what came of it.

/** Commits one command and returns its outcome. */
export async function commitOne(
  store: Store,
  shop: ShopId,
  command: Command,
  at = command.at,
): Promise<Outcome> {
  const [outcome] = await store.commit(shop, [command], at);
  if (outcome === undefined) throw new Error("a command has an outcome");
  return outcome;
}

export function codes(outcomes: readonly Outcome[]): OutcomeCode[] {
  return outcomes.map((outcome) => outcome.code);
}

export const allCodes: readonly OutcomeCode[] = outcomeCodes;

/** Every row of a shop that `verify` looks at, in an order of its own, so that two stores can be compared. */
export interface Dump {
  readonly head: { readonly seq: number; readonly hash: string };
  readonly batches: readonly StoredBatch[];
  readonly stocks: readonly Stock[];
  readonly lines: readonly Line[];
  readonly placements: readonly Placement[];
  readonly sales: readonly Sale[];
}

export async function dump(store: Store, shop: ShopId): Promise<Dump> {
  const audit = await store.read.audit(shop);
  try {
    const batches: StoredBatch[] = [];
    for await (const batch of audit.batches()) {
      batches.push({ ...batch, entries: batch.entries.map(plainEntry) });
    }
    return {
      head: audit.head,
      batches,
      stocks: await sorted(audit.stocks()),
      lines: await sorted(audit.lines()),
      placements: await sorted(audit.placements()),
      sales: await sorted(audit.sales()),
    };
  } finally {
    await audit.close();
  }
}

/** An entry without what a store may add to it, such as its number. */
function plainEntry(entry: StoredBatch["entries"][number]): StoredBatch["entries"][number] {
  const { sku, warehouse, from, to, quantity, reason, at, actor: by, channel, orderId, lineId, doc } = entry;
  const { fromBin, toBin, lot } = entry;
  return {
    sku,
    warehouse,
    from,
    to,
    quantity,
    reason,
    at,
    actor: by,
    channel,
    orderId,
    lineId,
    doc,
    fromBin,
    toBin,
    lot,
  };
}

async function sorted<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const keyed: { row: T; text: string }[] = [];
  for await (const row of rows) keyed.push({ row, text: JSON.stringify(sortKeys(row)) });
  return keyed.toSorted((a, b) => compareText(a.text, b.text)).map(({ row }) => row);
}

function sortKeys(row: unknown): unknown {
  return Object.entries(row as Record<string, unknown>).toSorted(([a], [b]) => compareText(a, b));
}

export async function stockOf(store: Store, shop: ShopId, sku: string): Promise<Stock> {
  const found = await store.read.sku(shop, sku);
  const [stock] = found?.stocks ?? [];
  if (stock === undefined) throw new Error(`${sku} has no stock row`);
  return stock;
}

/** Waits until the condition holds. It looks often and gives up after ten seconds: nothing here takes that long. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
