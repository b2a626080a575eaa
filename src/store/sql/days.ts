import { sql, type Kysely } from "kysely";
import { saleSumsOf, type SoldSums } from "../../domain/report/fold.ts";
import { packFigures } from "../day-columns.ts";
import type { DayHead, Days, DaySkuRow } from "../days.ts";
import type { ShopId } from "../store.ts";
import type { ReportColumnRow, ReportDayRow, ReportSkuRow, Tables } from "./schema.ts";

/** The reads of closed days, the same over both databases. How a day is written is each one's own. */
export function dayReads(db: Kysely<Tables>): Omit<Days, "close"> {
  const heads = (shop: ShopId) => db.selectFrom("report_day").selectAll().where("shop_id", "=", shop);
  const rows = (shop: ShopId) => db.selectFrom("report_sku").where("shop_id", "=", shop);
  return {
    head: async (shop, date) => {
      const row = await heads(shop).where("date", "=", date).executeTakeFirst();
      return row === undefined ? null : headOf(row);
    },
    heads: async (shop, { from, to, limit }) => {
      let query = heads(shop);
      if (from !== undefined) query = query.where("date", ">=", from);
      if (to !== undefined) query = query.where("date", "<=", to);
      return (await query.orderBy("date", "desc").limit(limit).execute()).map(headOf);
    },
    closings: async (shop) => {
      const all = await db
        .selectFrom("report_day")
        .select(["date", "to_at", "seq"])
        .where("shop_id", "=", shop)
        .orderBy("date")
        .execute();
      return all.map(({ date, to_at: to, seq }) => ({ date, to, seq }));
    },
    rows: async (shop, date) => {
      const query = rows(shop).selectAll().where("date", "=", date).orderBy("sku");
      return (await query.execute()).map(skuRowOf);
    },
    latest: (shop, date) => latestRows(db, shop, date),
    columns: (shop, { from, to }) =>
      db
        .selectFrom("report_column")
        .select(["date", "body"])
        .where("shop_id", "=", shop)
        .where("date", ">=", from)
        .where("date", "<=", to)
        .orderBy("date")
        .execute(),
    sold: (shop, span) => soldIn(db, shop, span),
    firstSold: async (shop) => {
      const first = await db
        .selectFrom("sale")
        .select("minute")
        .where("shop_id", "=", shop)
        .orderBy("minute")
        .limit(1)
        .executeTakeFirst();
      return first === undefined ? null : first.minute * minuteMs;
    },
  };
}

async function soldIn(
  db: Kysely<Tables>,
  shop: ShopId,
  { from, to }: Parameters<Days["sold"]>[1],
): Promise<readonly SoldSums[]> {
  const rows = await db
    .selectFrom("sale")
    .select(["sku", "channel"])
    .select(sums)
    .where("shop_id", "=", shop)
    .where("minute", ">=", Math.floor(from / minuteMs))
    .where("minute", "<", Math.ceil(to / minuteMs))
    .groupBy(["sku", "channel"])
    .orderBy("sku")
    .orderBy("channel")
    .execute();
  return rows.map(
    ({ sku, channel, sold_amount: soldAmount, cancelled_amount: cancelledAmount, ...sale }) => ({
      sku,
      channel,
      sales: saleSumsOf({ sku, channel, soldAmount, cancelledAmount, ...sale }),
    }),
  );
}

const minuteMs = 60_000;
const summed = [
  "orders",
  "ordered",
  "sold",
  "sold_amount",
  "presold",
  "cancelled",
  "cancelled_amount",
] as const;
/** PostgreSQL sums into a type that has no end, which comes back as a text. */
const sums = summed.map((name) => sql<number>`cast(sum(${sql.ref(name)}) as bigint)`.as(name));

/** One look-up a SKU: the index by SKU and date ends at the row that is wanted. */
async function latestRows(db: Kysely<Tables>, shop: ShopId, date: string): Promise<readonly DaySkuRow[]> {
  const { rows } = await sql<ReportSkuRow>`
    select r.* from sku s
    join report_sku r on r.shop_id = ${shop} and r.sku = s.sku and r.date = (
      select max(d.date) from report_sku d where d.shop_id = ${shop} and d.sku = s.sku and d.date <= ${date})
    where s.shop_id = ${shop} order by s.sku`.execute(db);
  return rows.map(skuRowOf);
}

function headOf(row: ReportDayRow): DayHead {
  return {
    date: row.date,
    from: row.from_at,
    to: row.to_at,
    seq: row.seq,
    nextSeq: row.next_seq,
    closedAt: row.closed_at,
    hash: row.hash,
    balanced: row.balanced === 1,
    body: row.body,
  };
}

export function dayHeadRow(shop: ShopId, head: DayHead): ReportDayRow {
  return {
    shop_id: shop,
    date: head.date,
    from_at: head.from,
    to_at: head.to,
    seq: head.seq,
    next_seq: head.nextSeq,
    closed_at: head.closedAt,
    hash: head.hash,
    balanced: head.balanced ? 1 : 0,
    body: head.body,
  };
}

function skuRowOf({ shop_id: _, ...row }: ReportSkuRow): DaySkuRow {
  return row;
}

export function daySkuRow(shop: ShopId, row: DaySkuRow): ReportSkuRow {
  const { date, sku, closing, available, received, sold, amount, returned, shortage, body } = row;
  return { shop_id: shop, date, sku, closing, available, received, sold, amount, returned, shortage, body };
}

/** A day's rows once more, as one. */
export function dayColumnRow(shop: ShopId, date: string, rows: readonly DaySkuRow[]): ReportColumnRow {
  return { shop_id: shop, date, body: packFigures(rows) };
}
