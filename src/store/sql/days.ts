import { sql, type Kysely } from "kysely";
import type { DayHead, Days, DaySkuRow } from "../days.ts";
import type { ShopId } from "../store.ts";
import type { ReportDayRow, ReportSkuRow, Tables } from "./schema.ts";

const figureColumns = [
  "date",
  "sku",
  "closing",
  "available",
  "received",
  "sold",
  "amount",
  "returned",
  "shortage",
] as const;

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
    figures: async (shop, { from, to, after, limit }) => {
      // Of the index by SKU, whole: an index by date would have to be sorted again for every page.
      let query = rows(shop)
        .select(figureColumns)
        .where(sql<boolean>`coalesce(date, '') between ${from} and ${to}`);
      if (after !== null)
        query = query
          .where("sku", ">=", after.sku)
          .where(sql<boolean>`(sku > ${after.sku} or coalesce(date, '') > ${after.date})`);
      return query.orderBy("sku").orderBy("date").limit(limit).execute();
    },
  };
}

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
