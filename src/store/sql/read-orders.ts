import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";
import type { Line } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { Holders, OrderQuery, Page, Reads, ShopId } from "../store.ts";
import {
  afterPrefix,
  isAtRest,
  isClosed,
  isCovered,
  isCoveredPaid,
  isCoveredUnpaid,
  isDeficit,
  isFresh,
  isInRefund,
  isLive,
  isPending,
  isUnpaid,
  isWaiting,
} from "./conditions.ts";
import { decodeCursor, pageOf } from "./cursor.ts";
import { lineOf, neverDue } from "./lines.ts";
import type { LineRow, Tables } from "./schema.ts";

/** Order lines: of one order, of a list, and those that hold a SKU's units. */

type Db = Kysely<Tables>;
type OrderReads = Pick<Reads, "order" | "orders" | "holders">;

const keyColumns = ["channel", "order_id", "line_id", "sku"] as const;

/**
 * How many lines a search sorts itself. A prefix that more lines begin with is so common that the latest of
 * them are soon met by reading the latest of all.
 */
const searchedLinesMax = 2_000;

export function orderReads(db: Db): OrderReads {
  return {
    order: (shop, channel, orderId) => readOrder(db, shop, channel, orderId),
    orders: (shop, query) => readOrders(db, shop, query),
    holders: (shop, sku, limit) => readHolders(db, shop, skuKey(sku), limit),
  };
}

async function readOrder(db: Db, shop: ShopId, channel: string, orderId: string): Promise<Line[]> {
  const rows = await db
    .selectFrom("order_line")
    .selectAll()
    .where("shop_id", "=", shop)
    .where("channel", "=", channel)
    .where("order_id", "=", orderId)
    .orderBy("line_id")
    .orderBy("sku")
    .execute();
  return rows.map(lineOf);
}

const stateConditions: Readonly<Record<NonNullable<OrderQuery["state"]>, RawBuilder<SqlBool>>> = {
  unpaid: isUnpaid,
  pending: isPending,
  paid: sql`stage = 'paid' and ${isLive}`,
  sold: sql`stage = 'paid'`,
  short: sql`((${isWaiting} and kind = 'spot') or ${isDeficit}
    or (${isFresh} and (deficit > 0 or (backlog > 0 and kind = 'spot'))))`,
  presale: sql`kind = 'presale' and ${isLive}`,
  refund: isInRefund,
  closed: isClosed,
};

/** States of which there are few at a time, in an index that is not by time: they are found first and sorted then. */
const fewAtATime: ReadonlySet<OrderQuery["state"]> = new Set(["unpaid", "short"]);

async function readOrders(db: Db, shop: ShopId, query: OrderQuery): Promise<Page<Line>> {
  const rows = await orderRows(db, shop, query);
  const { items, next } = pageOf(rows, query.limit, (last) => [
    last.placed_at,
    ...keyColumns.map((column) => last[column]),
  ]);
  return { items: items.map(lineOf), next };
}

async function orderRows(db: Db, shop: ShopId, query: OrderQuery): Promise<LineRow[]> {
  const filtered = filteredLines(db, shop, query);
  if (query.search !== undefined && query.search !== "") {
    const searched = await searchedRows(db, shop, query);
    if (searched !== null) return searched;
  }
  if (query.sku !== undefined) return ofSku(db, filtered.where("sku", "=", skuKey(query.sku)), query);
  if (!fewAtATime.has(query.state)) return latestFirst(filtered, query).execute();
  // `+ 0` keeps the planner from walking all lines by time in the hope of meeting one of the few.
  return latestFirst(filtered, query, sql`placed_at + 0`).execute();
}

function filteredLines(db: Db, shop: ShopId, query: OrderQuery) {
  const { channel, state, search, from, to, category } = query;
  let lines = db.selectFrom("order_line").selectAll().where("shop_id", "=", shop);
  if (channel !== undefined) lines = lines.where("channel", "=", channel);
  if (state !== undefined) lines = lines.where(stateConditions[state]);
  if (from !== undefined) lines = lines.where("placed_at", ">=", from);
  if (to !== undefined) lines = lines.where("placed_at", "<", to);
  // Line by line: there are more lines of a category than one wants to sort.
  if (category !== undefined)
    lines = lines.where(
      sql<SqlBool>`exists (select 1 from sku as goods where goods.shop_id = order_line.shop_id
        and goods.sku = order_line.sku and goods.category = ${category})`,
    );
  if (search !== undefined && search !== "") {
    lines = lines.where("order_id", ">=", search).where("order_id", "<", afterPrefix(search));
  }
  const keys = decodeCursor(query.cursor, ["number", "string", "string", "string", "string"]);
  if (keys === null) return lines;
  const [placedAt, ...rest] = keys;
  const columns = sql.join(keyColumns.map((column) => sql.ref(column)));
  return lines.where(
    sql<SqlBool>`placed_at <= ${placedAt} and (placed_at < ${placedAt} or (${columns}) < (${sql.join(rest)}))`,
  );
}

type Lines = ReturnType<typeof filteredLines>;

function latestFirst(lines: Lines, query: OrderQuery, by: RawBuilder<unknown> = sql`placed_at`) {
  let ordered = lines.orderBy(by, "desc");
  for (const column of keyColumns) ordered = ordered.orderBy(column, "desc");
  return ordered.limit(query.limit + 1);
}

/** The lines of a SKU: each is in one or two of the five indexes, latest first in all of them. */
async function ofSku(db: Db, lines: Lines, query: OrderQuery): Promise<LineRow[]> {
  const parts = [
    lines.where(isCoveredUnpaid),
    lines.where(isCoveredPaid),
    lines.where(isWaiting).where("kind", "=", "spot"),
    lines.where(isWaiting).where("kind", "=", "presale"),
    lines.where(isDeficit),
    lines.where(isAtRest),
    lines.where(isFresh),
  ].map((part) => latestFirst(part, query));
  return latestFirst(unionOf(db, parts), query).execute();
}

/** Every row that one of the queries finds, once. */
function unionOf(db: Db, parts: readonly Pick<Lines, "as">[]): Lines {
  const all = sql<LineRow>`(${sql.join(
    parts.map(
      (part, index) => sql`select * from ${part.as(`part${index}`) as unknown as RawBuilder<unknown>}`,
    ),
    sql` union `,
  )})`;
  // The columns are those of order_line, so whatever reads order_line reads this.
  return db.selectFrom(all.as("order_line")).selectAll() as unknown as Lines;
}

/** The first page of a search for a rare prefix, found through the primary key; null when it is common. */
async function searchedRows(db: Db, shop: ShopId, query: OrderQuery): Promise<LineRow[] | null> {
  const channels = query.channel === undefined ? await channelIds(db, shop) : [query.channel];
  if (channels.length === 0) return [];
  let lines = filteredLines(db, shop, query).where("channel", "in", channels);
  if (query.sku !== undefined) lines = lines.where("sku", "=", skuKey(query.sku));
  // In the order of the primary key, so that it stops as soon as there are too many.
  const found = await lines
    .orderBy("channel")
    .orderBy("order_id")
    .limit(searchedLinesMax + 1)
    .execute();
  if (found.length > searchedLinesMax) return null;
  return found.toSorted(compareLatestFirst).slice(0, query.limit + 1);
}

async function channelIds(db: Db, shop: ShopId): Promise<string[]> {
  const rows = await db.selectFrom("channel").select("channel").where("shop_id", "=", shop).execute();
  return rows.map((row) => row.channel);
}

function compareLatestFirst(a: LineRow, b: LineRow): number {
  if (a.placed_at !== b.placed_at) return b.placed_at - a.placed_at;
  for (const column of keyColumns) if (a[column] !== b[column]) return a[column] < b[column] ? 1 : -1;
  return 0;
}

async function readHolders(db: Db, shop: ShopId, sku: string, limit: number): Promise<Holders> {
  const lines = db
    .selectFrom("order_line")
    .select(["channel", "stage", "covered", "due_at"])
    .where("shop_id", "=", shop)
    .where("sku", "=", sku);
  const holding = lines.where(isCovered).unionAll(lines.where(isFresh).where("covered", ">", 0));
  const [held, waiting, holdingLines] = await Promise.all([
    db
      .selectFrom(holding.as("line"))
      .groupBy(["channel", "stage"])
      .select(["channel", "stage"])
      .select(sql<number>`cast(sum(covered) as bigint)`.as("units"))
      .select(sql<number>`count(*)`.as("lines"))
      .select(sql<number | null>`min(due_at)`.as("earliest"))
      .execute(),
    readWaiting(db, shop, sku),
    readHolding(db, shop, sku, limit),
  ]);
  const byChannel = held.map((row): Holders["byChannel"][number] => ({
    channel: row.channel,
    place: row.stage === "paid" ? "committed" : "held",
    stage: row.stage as Line["stage"],
    units: row.units,
    lines: row.lines,
    earliestExpiry: row.earliest === neverDue ? null : row.earliest,
  }));
  const order = (one: Holders["byChannel"][number]): string =>
    [one.channel, one.place, one.stage].join("\u0000");
  return {
    byChannel: byChannel.toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
    waiting,
    lines: holdingLines,
  };
}

async function readWaiting(db: Db, shop: ShopId, sku: string): Promise<Holders["waiting"]> {
  const lines = db
    .selectFrom("order_line")
    .select(["channel", "kind", "order_id", "line_id", "sku", "backlog", "deficit"])
    .where("shop_id", "=", shop)
    .where("sku", "=", sku);
  const fresh = lines.where(isFresh).where(sql<SqlBool>`backlog + deficit > 0`);
  const both = lines.where(isWaiting).union(lines.where(isDeficit)).union(fresh);
  const rows = await db
    .selectFrom(both.as("line"))
    .groupBy(["channel", "kind"])
    .select(["channel", "kind"])
    .select(sql<number>`cast(sum(backlog + deficit) as bigint)`.as("units"))
    .select(sql<number>`count(*)`.as("lines"))
    .orderBy("channel")
    .orderBy("kind")
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as Line["kind"] }));
}

/** The lines themselves, oldest first. */
async function readHolding(db: Db, shop: ShopId, sku: string, limit: number): Promise<Line[]> {
  const lines = db.selectFrom("order_line").selectAll().where("shop_id", "=", shop).where("sku", "=", sku);
  const oldestFirst = (part: Lines) => {
    let ordered = part.orderBy("placed_at");
    for (const column of keyColumns) ordered = ordered.orderBy(column);
    return ordered.limit(limit);
  };
  const parts = [
    lines.where(isCoveredUnpaid),
    lines.where(isCoveredPaid),
    lines.where(isWaiting).where("kind", "=", "spot"),
    lines.where(isWaiting).where("kind", "=", "presale"),
    lines.where(isDeficit),
    lines.where(isFresh).where(sql<SqlBool>`covered + backlog + deficit > 0`),
  ].map(oldestFirst);
  const rows = await oldestFirst(unionOf(db, parts)).execute();
  return rows.map(lineOf);
}
