import type { Kysely } from "kysely";
import { skuKey } from "../../domain/text.ts";
import { UnknownShop } from "../errors.ts";
import { unpackEntries } from "../../domain/packed.ts";
import type { Entry } from "../../domain/rows.ts";
import type { JournalEntry, JournalQuery, Reads, SalesQuery, ShopId } from "../store.ts";
import { recordOf, saleOf } from "./rows.ts";
import type { BatchRow, Tables } from "./schema.ts";

/** The journal, its head, and what is summed from it by the minute. */

type Db = Kysely<Tables>;
type JournalReads = Pick<Reads, "head" | "journal" | "sales" | "record">;

const minuteMs = 60_000;

export function journalReads(db: Db): JournalReads {
  return {
    head: (shop) => readHead(db, shop),
    journal: (shop, query) => readJournal(db, shop, query),
    sales: (shop, query) => readSales(db, shop, query),
    record: async (shop, key) => {
      const row = await db
        .selectFrom("record")
        .selectAll()
        .where("shop_id", "=", shop)
        .where("key", "=", key)
        .executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },
  };
}

async function readHead(db: Db, shop: ShopId): Promise<{ seq: number; hash: string }> {
  const head = await db
    .selectFrom("shop")
    .select(["seq", "hash"])
    .where("shop_id", "=", shop)
    .executeTakeFirst();
  if (head === undefined) throw new UnknownShop(shop);
  return head;
}

type Batch = Pick<BatchRow, "first_seq" | "last_seq" | "at" | "entries">;

/** How often the whole journal is read batch by batch: batches of one movement are asked for many at a time. */
const batchesPerRead = 64;

/** Takes the wanted entries out of batches, which come in the wanted direction, until there are enough. */
class Collector {
  readonly found: JournalEntry[] = [];
  readonly #query: JournalQuery;
  readonly #sku: string | null;

  constructor(query: JournalQuery) {
    this.#query = query;
    this.#sku = query.sku === undefined ? null : skuKey(query.sku);
  }

  /** Entries that are still wanted. */
  get open(): number {
    return this.#query.limit - this.found.length;
  }

  add({ first_seq: firstSeq, at, entries: packed }: Batch): void {
    const { after = 0, before = Infinity } = this.#query;
    const wanted: JournalEntry[] = [];
    let seq = firstSeq;
    for (const entry of unpackEntries(packed)) {
      if (seq > after && seq < before && this.#isWanted(entry))
        wanted.push({ ...entry, seq, recordedAt: at });
      seq += 1;
    }
    if (isAscending(this.#query)) this.found.push(...wanted.slice(0, this.open));
    else this.found.push(...wanted.toReversed().slice(0, this.open));
  }

  #isWanted(entry: Entry): boolean {
    if (this.#sku !== null && entry.sku !== this.#sku) return false;
    return this.#query.orderId === undefined || entry.orderId === this.#query.orderId;
  }
}

function isAscending(query: JournalQuery): boolean {
  return query.after !== undefined;
}

async function readJournal(db: Db, shop: ShopId, query: JournalQuery): Promise<JournalEntry[]> {
  const collector = new Collector(query);
  if (query.orderId !== undefined) {
    const numbers = await batchesOfOrder(db, shop, query.orderId);
    await collectNumbered(db, shop, query, collector, numbers);
  } else if (query.sku !== undefined) await collectOfSku(db, shop, query, skuKey(query.sku), collector);
  else await collectAll(db, shop, query, collector);
  return collector.found;
}

function batchesOf(db: Db, shop: ShopId) {
  return db
    .selectFrom("batch")
    .select(["first_seq", "last_seq", "at", "entries"])
    .where("shop_id", "=", shop);
}

/** The batches from the one that holds the first wanted entry on, until there are enough. */
async function collectAll(db: Db, shop: ShopId, query: JournalQuery, to: Collector): Promise<void> {
  const ascending = isAscending(query);
  let edge = ascending ? await batchAt(db, shop, (query.after ?? 0) + 1) : (query.before ?? Infinity);
  while (to.open > 0) {
    const numbers = await db
      .selectFrom("batch")
      .select(["first_seq", "last_seq"])
      .where("shop_id", "=", shop)
      .$if(ascending, (batches) => batches.where("first_seq", ">=", edge))
      .$if(!ascending && edge !== Infinity, (batches) => batches.where("first_seq", "<", edge))
      .orderBy("first_seq", ascending ? "asc" : "desc")
      .limit(batchesPerRead)
      .execute();
    const wanted = enough(numbers, to.open, (row) => overlap(row, query));
    await collectNumbered(
      db,
      shop,
      query,
      to,
      wanted.map((row) => row.first_seq),
    );
    const last = wanted.at(-1);
    if (last === undefined || (numbers.length < batchesPerRead && wanted.length === numbers.length)) return;
    edge = ascending ? last.last_seq + 1 : last.first_seq;
  }
}

/** Entries of a batch between the query's edges. */
function overlap(batch: { first_seq: number; last_seq: number }, query: JournalQuery): number {
  const first = Math.max(batch.first_seq, (query.after ?? 0) + 1);
  const last = Math.min(batch.last_seq, (query.before ?? Infinity) - 1);
  return Math.max(0, last - first + 1);
}

/** The rows from the first on that together have so many entries, or all. */
function enough<Row>(rows: readonly Row[], entries: number, entriesOf: (row: Row) => number): Row[] {
  const taken: Row[] = [];
  let count = 0;
  for (const row of rows) {
    if (count >= entries) break;
    taken.push(row);
    count += entriesOf(row);
  }
  return taken;
}

/** The first number of the batch that holds this one, or this one itself. */
async function batchAt(db: Db, shop: ShopId, seq: number): Promise<number> {
  const row = await db
    .selectFrom("batch")
    .select("first_seq")
    .where("shop_id", "=", shop)
    .where("first_seq", "<=", seq)
    .orderBy("first_seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.first_seq ?? seq;
}

/** Batches by their first numbers, as many as are needed. */
async function collectNumbered(
  db: Db,
  shop: ShopId,
  query: JournalQuery,
  to: Collector,
  numbers: readonly number[],
): Promise<void> {
  const ascending = isAscending(query);
  const ordered = numbers.toSorted((a, b) => (ascending ? a - b : b - a));
  for (let start = 0; start < ordered.length && to.open > 0; start += batchesPerRead) {
    const rows = await batchesOf(db, shop)
      .where("first_seq", "in", ordered.slice(start, start + batchesPerRead))
      .orderBy("first_seq", ascending ? "asc" : "desc")
      .execute();
    for (const row of rows) if (to.open > 0) to.add(row);
  }
}

/**
 * A SKU's batches are listed up to where the listing has come; the few later ones are looked through. That edge is
 * read first and only ever rises, so no batch is missed between the two.
 */
async function collectOfSku(
  db: Db,
  shop: ShopId,
  query: JournalQuery,
  sku: string,
  to: Collector,
): Promise<void> {
  const head = await db
    .selectFrom("shop")
    .select("folded_seq")
    .where("shop_id", "=", shop)
    .executeTakeFirst();
  const edge = head?.folded_seq ?? 0;
  if (isAscending(query)) {
    await collectListed(db, shop, query, sku, edge, to);
    if (to.open > 0) await collectTail(db, shop, query, edge, to);
  } else {
    await collectTail(db, shop, query, edge, to);
    if (to.open > 0) await collectListed(db, shop, query, sku, edge, to);
  }
}

async function collectTail(
  db: Db,
  shop: ShopId,
  query: JournalQuery,
  edge: number,
  to: Collector,
): Promise<void> {
  const rows = await batchesOf(db, shop)
    .where("first_seq", ">", edge)
    .orderBy("first_seq", isAscending(query) ? "asc" : "desc")
    .execute();
  for (const row of rows) if (to.open > 0 && overlap(row, query) > 0) to.add(row);
}

async function collectListed(
  db: Db,
  shop: ShopId,
  query: JournalQuery,
  sku: string,
  edge: number,
  to: Collector,
): Promise<void> {
  const ascending = isAscending(query);
  let next = ascending ? await batchAt(db, shop, (query.after ?? 0) + 1) : (query.before ?? Infinity);
  while (to.open > 0) {
    const listed = await db
      .selectFrom("sku_batch")
      .select(["first_seq", "movements"])
      .where("shop_id", "=", shop)
      .where("sku", "=", sku)
      .where("first_seq", "<=", edge)
      .$if(ascending, (batches) => batches.where("first_seq", ">=", next))
      .$if(!ascending && next !== Infinity, (batches) => batches.where("first_seq", "<", next))
      .orderBy("first_seq", ascending ? "asc" : "desc")
      .limit(batchesPerRead)
      .execute();
    const wanted = enough(listed, to.open, (row) => row.movements);
    await collectNumbered(
      db,
      shop,
      query,
      to,
      wanted.map((row) => row.first_seq),
    );
    const last = wanted.at(-1);
    if (last === undefined || (listed.length < batchesPerRead && wanted.length === listed.length)) return;
    next = ascending ? last.first_seq + 1 : last.first_seq;
  }
}

/** The first numbers of the batches that moved an order's units: each of its lines knows them. */
async function batchesOfOrder(db: Db, shop: ShopId, orderId: string): Promise<number[]> {
  const rows = await db
    .selectFrom("channel")
    .innerJoin("order_line", (join) =>
      join.on("order_line.shop_id", "=", shop).onRef("order_line.channel", "=", "channel.channel"),
    )
    .select("order_line.batches")
    .where("channel.shop_id", "=", shop)
    .where("order_line.order_id", "=", orderId)
    .execute();
  const numbers = new Set<number>();
  for (const { batches } of rows) {
    for (const number of batches.split(",")) if (number !== "") numbers.add(Number(number));
  }
  return [...numbers];
}

async function readSales(db: Db, shop: ShopId, query: SalesQuery): ReturnType<Reads["sales"]> {
  let sales = db
    .selectFrom("sale")
    .selectAll()
    .where("shop_id", "=", shop)
    .where("minute", ">=", Math.floor(query.from / minuteMs))
    .where("minute", "<", Math.ceil(query.to / minuteMs));
  if (query.sku !== undefined) sales = sales.where("sku", "=", skuKey(query.sku));
  if (query.session !== undefined) sales = sales.where("session", "=", query.session);
  const rows = await sales.orderBy("minute").orderBy("sku").orderBy("channel").orderBy("session").execute();
  return rows.map(saleOf);
}
