import type { Kysely } from "kysely";
import { skuKey } from "../../domain/text.ts";
import { UnknownShop } from "../errors.ts";
import type { JournalEntry, JournalQuery, Reads, SalesQuery, ShopId } from "../store.ts";
import { entryOf, recordOf, saleOf } from "./rows.ts";
import type { Tables } from "./schema.ts";

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

async function readJournal(db: Db, shop: ShopId, query: JournalQuery): Promise<JournalEntry[]> {
  let entries = db.selectFrom("journal").selectAll().where("shop_id", "=", shop);
  if (query.sku !== undefined) entries = entries.where("sku", "=", skuKey(query.sku));
  if (query.orderId !== undefined) entries = entries.where("order_id", "=", query.orderId);
  if (query.after !== undefined) entries = entries.where("seq", ">", query.after);
  if (query.before !== undefined) entries = entries.where("seq", "<", query.before);
  const direction = query.after === undefined ? "desc" : "asc";
  const page = entries.orderBy("seq", direction).limit(query.limit);
  const rows = await db
    .selectFrom(page.as("entry"))
    .selectAll()
    // The batch that an entry is in: the last one that begins at or before it.
    .select((eb) =>
      eb
        .selectFrom("batch")
        .select("batch.at")
        .where("batch.shop_id", "=", shop)
        .whereRef("batch.first_seq", "<=", "entry.seq")
        .orderBy("batch.first_seq", "desc")
        .limit(1)
        .as("recorded_at"),
    )
    .orderBy("seq", direction)
    .execute();
  return rows.map((row) => ({ ...entryOf(row), seq: row.seq, recordedAt: row.recorded_at ?? row.at }));
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
