import { sql, type Kysely, type RawBuilder, type SqlBool } from "kysely";
import { skuKey } from "../../domain/text.ts";
import { UnknownShop } from "../errors.ts";
import { stockFilters } from "../store.ts";
import type {
  Page,
  Reads,
  ShopId,
  StockFilter,
  StockItem,
  StockQuery,
  StockSort,
  StockTotals,
} from "../store.ts";
import { containing } from "./conditions.ts";
import { decodeCursor, pageOf } from "./cursor.ts";
import { placementOf, searchText, sellingOf, skuOf, stockOf, traitsOf, type TraitsRow } from "./rows.ts";
import type { PlacementRow, SkuRow, StockRow, Tables } from "./schema.ts";

/** The stock page and the live stream: SKUs with their balances over all warehouses. */

type Db = Kysely<Tables>;
type StockReads = Pick<Reads, "stock" | "stockTotals" | "changesSince" | "sku" | "skuTraits">;

const minuteMs = 60_000;
const binsPerItemMax = 3;
const summedPlaces = [
  "available",
  "held",
  "committed",
  "quarantine",
  "loaned",
  "shortage",
  "presale",
] as const;

const skuColumns = [
  "sku",
  "code",
  "name",
  "category",
  "barcodes",
  "price",
  "deduct_at",
  "buffer_units",
  "buffer_percent",
  "limit_per_order",
  "limit_per_buyer",
  "limit_hours",
  "presale_quota",
  "selling",
  "created_at",
] as const;

const traitColumns = [
  "cost",
  "season_first",
  "season_last",
  "shelf_life_days",
  "lead_days",
  "style",
] as const satisfies readonly (keyof TraitsRow)[];

/** A row of `items` with `sold`: the SKU, its sums, and what follows from them. */
interface ItemRow
  extends
    Omit<SkuRow, "shop_id" | "search" | keyof TraitsRow>,
    Record<(typeof summedPlaces)[number] | "on_hand" | "buffer" | "sellable" | "sold", number> {
  readonly seq: number;
}

export function stockReads(db: Db): StockReads {
  return {
    stock: (shop, query) => readPage(db, shop, query),
    stockTotals: (shop, soldSince) => readTotals(db, shop, soldSince),
    changesSince: (shop, seq, soldSince, limit) => readChanges(db, shop, seq, soldSince, limit),
    sku: (shop, sku) => readSku(db, shop, skuKey(sku)),
    skuTraits: (shop) => readTraits(db, shop),
  };
}

/** The first minute of the rollups that counts. */
function firstMinute(soldSince: number): number {
  return Math.ceil(soldSince / minuteMs);
}

function soldOf(shop: ShopId, soldSince: number | null, sku: RawBuilder<string>): RawBuilder<number> {
  if (soldSince === null) return sql<number>`0`;
  return sql<number>`(select cast(coalesce(sum(sale.sold), 0) as bigint) from sale
    where sale.shop_id = ${shop} and sale.sku = ${sku} and sale.minute >= ${firstMinute(soldSince)})`;
}

/** Every SKU of `items` with what it sold, each by its own rollups of that time: the index has them side by side. */
function itemsWithSold(
  db: Db,
  shop: ShopId,
  soldSince: number | null,
  only: RawBuilder<SqlBool> | null = null,
) {
  return db
    .selectFrom(items(db, shop, only).as("item"))
    .selectAll("item")
    .select(soldOf(shop, soldSince, sql.ref<string>("item.sku")).as("sold"));
}

/** One row a SKU: `only` narrows them before anything is summed. */
function items(db: Db, shop: ShopId, only: RawBuilder<SqlBool> | null = null) {
  const sum = (place: (typeof summedPlaces)[number]) =>
    sql<number>`cast(coalesce(sum(${sql.ref(`stock.${place}`)}), 0) as bigint)`.as(place);
  const sums = db
    .selectFrom("sku")
    .leftJoin("stock", (join) => join.on("stock.shop_id", "=", shop).onRef("stock.sku", "=", "sku.sku"))
    .where("sku.shop_id", "=", shop)
    .$if(only !== null, (query) => query.where(only ?? sql<SqlBool>`1 = 1`))
    .groupBy(["sku.shop_id", "sku.sku"])
    .select([...skuColumns.map((column) => `sku.${column}` as const), "sku.search"])
    .select(summedPlaces.map(sum))
    .select(sql<number>`coalesce(max(stock.seq), 0)`.as("seq"));
  const hands = db
    .selectFrom(sums.as("sums"))
    .selectAll()
    .select(sql<number>`available + held + committed + quarantine`.as("on_hand"));
  // The larger of the two buffers; the relative one rounds up.
  const relative = sql<number>`(on_hand * buffer_percent + 99) / 100`;
  const buffers = db
    .selectFrom(hands.as("hands"))
    .selectAll()
    .select(
      sql<number>`case when buffer_units > ${relative} then buffer_units else ${relative} end`.as("buffer"),
    );
  return db
    .selectFrom(buffers.as("buffers"))
    .selectAll()
    .select(sql<number>`case when available > buffer then available - buffer else 0 end`.as("sellable"));
}

const filterConditions: Readonly<Record<StockFilter, RawBuilder<SqlBool>>> = {
  all: sql`1 = 1`,
  short: sql`shortage > 0`,
  low5: sql`(on_hand > 0 and sellable * 100 <= on_hand * 5)`,
  low20: sql`(on_hand > 0 and sellable * 100 <= on_hand * 20)`,
  held: sql`held > 0`,
  quarantine: sql`quarantine > 0`,
  idle: sql`(on_hand > 0 and sold = 0)`,
  stopped: sql`selling = 0`,
};

const sortColumns = {
  code: "code",
  name: "name",
  sellable: "sellable",
  held: "held",
  committed: "committed",
  quarantine: "quarantine",
  onHand: "on_hand",
  shortage: "shortage",
  sold: "sold",
} as const satisfies Record<StockSort, keyof ItemRow>;

async function readPage(db: Db, shop: ShopId, query: StockQuery): Promise<Page<StockItem>> {
  const sort = query.sort ?? "code";
  const filter = query.filter ?? "all";
  // What was sold is summed for the page's SKUs alone, unless it decides which they are.
  const soldDecides = sort === "sold" || filter === "idle";
  const sold = soldOf(shop, query.soldSince, sql.ref("item.sku"));
  const only = narrowed(shop, query);
  const base = soldDecides
    ? itemsWithSold(db, shop, query.soldSince, only)
    : db
        .selectFrom(items(db, shop, only).as("item"))
        .selectAll()
        .select(sql<number>`0`.as("sold"));
  const page = db
    .selectFrom(base.as("item"))
    .selectAll()
    .where(filterConditions[filter])
    .$if(query.cursor != null, (one) => one.where(afterCursor(query, sort)))
    .orderBy(sortColumns[sort], query.descending === true ? "desc" : "asc")
    .orderBy("sku")
    .limit(query.limit + 1);
  const rows = await (soldDecides
    ? page.execute()
    : db
        .selectFrom(page.as("item"))
        .select([...skuColumns, ...summedPlaces, "on_hand", "buffer", "sellable", "seq"])
        .select(sold.as("sold"))
        .orderBy(sortColumns[sort], query.descending === true ? "desc" : "asc")
        .orderBy("sku")
        .execute());
  const { items: found, next } = pageOf(rows, query.limit, (last) => [last[sortColumns[sort]], last.sku]);
  return { items: await withBins(db, shop, found), next };
}

/** The conditions on the SKU itself: its category, and the text that was searched for. */
function narrowed(shop: ShopId, query: StockQuery): RawBuilder<SqlBool> | null {
  const conditions: RawBuilder<SqlBool>[] = [];
  if (query.category !== undefined) conditions.push(sql`sku.category = ${query.category}`);
  const text = searchText(query.search ?? "");
  if (text !== "") {
    const pattern = containing(text);
    conditions.push(sql`(sku.search like ${pattern} escape '\\' or exists (select 1 from placement
      where placement.shop_id = ${shop} and placement.sku = sku.sku and placement.quantity > 0
      and placement.search like ${pattern} escape '\\'))`);
  }
  return conditions.length === 0 ? null : sql<SqlBool>`${sql.join(conditions, sql` and `)}`;
}

function afterCursor(query: StockQuery, sort: StockSort): RawBuilder<SqlBool> {
  const isText = sort === "code" || sort === "name";
  const keys = decodeCursor(query.cursor, [isText ? "string" : "number", "string"]);
  if (keys === null) return sql`1 = 1`;
  const column = sql.ref(sortColumns[sort]);
  const comparison = query.descending === true ? sql`<` : sql`>`;
  return sql`(${column} ${comparison} ${keys[0]} or (${column} = ${keys[0]} and sku > ${keys[1]}))`;
}

async function withBins(db: Db, shop: ShopId, rows: readonly ItemRow[]): Promise<StockItem[]> {
  const bins = new Map<string, string[]>();
  if (rows.length > 0) {
    const units = sql<number>`sum(quantity)`;
    const found = await db
      .selectFrom("placement")
      .select(["sku", "bin"])
      .where("shop_id", "=", shop)
      .where(
        "sku",
        "in",
        rows.map((row) => row.sku),
      )
      .where("quality", "=", "good")
      .where("quantity", ">", 0)
      .where("bin", "<>", "")
      .groupBy(["sku", "bin"])
      .orderBy("sku")
      .orderBy(units, "desc")
      .orderBy("bin")
      .execute();
    for (const { sku, bin } of found) {
      const ofSku = bins.get(sku);
      if (ofSku === undefined) bins.set(sku, [bin]);
      else if (ofSku.length < binsPerItemMax) ofSku.push(bin);
    }
  }
  return rows.map((row) => itemOf(row, bins.get(row.sku) ?? []));
}

function itemOf(row: ItemRow, bins: readonly string[]): StockItem {
  const { createdAt: _, ...sku } = sellingOf(row);
  return {
    ...sku,
    available: row.available,
    held: row.held,
    committed: row.committed,
    quarantine: row.quarantine,
    loaned: row.loaned,
    shortage: row.shortage,
    presale: row.presale,
    onHand: row.on_hand,
    buffer: row.buffer,
    sellable: row.sellable,
    sold: row.sold,
    bins,
    seq: row.seq,
  };
}

async function readTotals(db: Db, shop: ShopId, soldSince: number): Promise<StockTotals> {
  const total = (column: (typeof summedPlaces)[number] | "on_hand") =>
    sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`.as(column);
  const count = (filter: StockFilter) =>
    sql<number>`count(case when ${filterConditions[filter]} then 1 end)`.as(
      filter === "all" ? "skus" : `count_${filter}`,
    );
  const row = await db
    .selectFrom(itemsWithSold(db, shop, soldSince).as("item"))
    .select([...summedPlaces.map(total), total("on_hand")])
    .select(stockFilters.map(count))
    .select(sql<number | null>`(select shop.seq from shop where shop.shop_id = ${shop})`.as("head_seq"))
    .executeTakeFirstOrThrow();
  if (row.head_seq === null) throw new UnknownShop(shop);
  const counts = row as unknown as Readonly<Record<string, number | undefined>>;
  return {
    onHand: row.on_hand,
    available: row.available,
    held: row.held,
    committed: row.committed,
    quarantine: row.quarantine,
    loaned: row.loaned,
    shortage: row.shortage,
    presale: row.presale,
    skus: row.skus,
    counts: {
      all: row.skus,
      short: counts.count_short ?? 0,
      low5: counts.count_low5 ?? 0,
      low20: counts.count_low20 ?? 0,
      held: counts.count_held ?? 0,
      quarantine: counts.count_quarantine ?? 0,
      idle: counts.count_idle ?? 0,
      stopped: counts.count_stopped ?? 0,
    },
    seq: row.head_seq,
  };
}

async function readChanges(
  db: Db,
  shop: ShopId,
  seq: number,
  soldSince: number,
  limit: number,
): Promise<{ seq: number; items: readonly StockItem[]; more: boolean }> {
  // The head first: rows that change while this reads are given again the next time, never left out.
  const head = await db.selectFrom("shop").select("seq").where("shop_id", "=", shop).executeTakeFirst();
  if (head === undefined) throw new UnknownShop(shop);
  const changed = sql<SqlBool>`sku.sku in (select stock.sku from stock
    where stock.shop_id = ${shop} and stock.seq > ${seq}
    group by stock.sku order by max(stock.seq) limit ${limit + 1})`;
  const rows = await db
    .selectFrom(items(db, shop, changed).as("item"))
    .selectAll()
    .select(soldOf(shop, soldSince, sql.ref("item.sku")).as("sold"))
    .orderBy("seq")
    .execute();
  const more = rows.length > limit;
  const found = await withBins(db, shop, rows.slice(0, limit));
  return { seq: more ? (found.at(-1)?.seq ?? seq) : head.seq, items: found, more };
}

async function readTraits(db: Db, shop: ShopId): ReturnType<Reads["skuTraits"]> {
  const rows = await db
    .selectFrom("sku")
    .select(["sku", ...traitColumns])
    .where("shop_id", "=", shop)
    .where((eb) => eb.or(traitColumns.map((column) => eb(column, "is not", null))))
    .execute();
  return new Map(rows.map((row) => [row.sku, traitsOf(row)]));
}

/** One statement, so that the balances and the shelves are of one moment. */
async function readSku(db: Db, shop: ShopId, sku: string): ReturnType<Reads["sku"]> {
  const rows = await db
    .selectFrom("sku")
    .leftJoin("stock", (join) => join.on("stock.shop_id", "=", shop).onRef("stock.sku", "=", "sku.sku"))
    .leftJoin("placement", (join) =>
      join
        .on("placement.shop_id", "=", shop)
        .onRef("placement.sku", "=", "stock.sku")
        .onRef("placement.warehouse", "=", "stock.warehouse"),
    )
    .where("sku.shop_id", "=", shop)
    .where("sku.sku", "=", sku)
    .select([...skuColumns, ...traitColumns].map((column) => `sku.${column}` as const))
    .select(["stock.warehouse", ...summedPlaces, "supplier", "customer", "lost", "seq"])
    .select(["bin", "lot", "quality", "quantity"])
    .orderBy("stock.warehouse")
    .orderBy("bin")
    .orderBy("lot")
    .orderBy("quality")
    .execute();
  const first = rows[0];
  if (first === undefined) return null;
  const stocked = rows.filter((row) => row.warehouse !== null) as unknown as (StockRow & PlacementRow)[];
  const stocks = new Map(stocked.map((row) => [row.warehouse, row]));
  return {
    sku: skuOf(first),
    stocks: [...stocks.values()].map(stockOf),
    placements: stocked.filter((row) => row.bin !== null).map(placementOf),
  };
}
