import { sql, type Kysely, type SqlBool } from "kysely";
import type { Document, Listing } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { Page, Reads, ShopId } from "../store.ts";
import { containing } from "./conditions.ts";
import { decodeCursor, pageOf } from "./cursor.ts";
import { channelOf, documentOf, listingOf, searchText } from "./rows.ts";
import type { Tables } from "./schema.ts";

/** Channels, warehouses, listings and documents. */

type Db = Kysely<Tables>;
type CatalogReads = Pick<
  Reads,
  "channels" | "warehouses" | "categories" | "listings" | "documents" | "document"
>;
type ListingQuery = Parameters<Reads["listings"]>[1];

export function catalogReads(db: Db): CatalogReads {
  return {
    channels: async (shop) => {
      const rows = await db
        .selectFrom("channel")
        .selectAll()
        .where("shop_id", "=", shop)
        .orderBy("channel")
        .execute();
      return rows.map(channelOf);
    },
    warehouses: (shop) =>
      db
        .selectFrom("warehouse")
        .select(["warehouse", "name"])
        .where("shop_id", "=", shop)
        .orderBy("warehouse")
        .execute(),
    categories: async (shop) => {
      const rows = await db
        .selectFrom("sku")
        .select("category")
        .distinct()
        .where("shop_id", "=", shop)
        .where("category", "<>", "")
        .orderBy("category")
        .execute();
      return rows.map((row) => row.category);
    },
    listings: (shop, query) => readListings(db, shop, query),
    documents: async (shop, kind) => {
      const rows = await documents(db, shop, kind).orderBy("id").execute();
      return rows.map(documentOf);
    },
    document: async (shop, kind, id): Promise<Document | null> => {
      const row = await documents(db, shop, kind).where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : documentOf(row);
    },
  };
}

/** A deleted document is a row whose body is null: only `commit` sees it. */
function documents(db: Db, shop: ShopId, kind: string) {
  return db
    .selectFrom("document")
    .selectAll()
    .where("shop_id", "=", shop)
    .where("kind", "=", kind)
    .where("body", "<>", "null");
}

async function readListings(db: Db, shop: ShopId, query: ListingQuery): Promise<Page<Listing>> {
  let listings = db.selectFrom("listing").selectAll().where("shop_id", "=", shop);
  if (query.channel !== undefined) listings = listings.where("channel", "=", query.channel);
  if (query.sku !== undefined) {
    // The parts are JSON that we wrote ourselves: a quote inside a text is escaped there, so this finds a part only.
    const part = containing(`{"sku":${JSON.stringify(skuKey(query.sku))},`);
    listings = listings.where(sql<SqlBool>`parts like ${part} escape '\\'`);
  }
  const text = searchText(query.search ?? "");
  if (text !== "") listings = listings.where(sql<SqlBool>`search like ${containing(text)} escape '\\'`);
  const keys = decodeCursor(query.cursor, ["string", "string"]);
  if (keys !== null) listings = listings.where(sql<SqlBool>`(channel, listing) > (${keys[0]}, ${keys[1]})`);
  const rows = await listings
    .orderBy("channel")
    .orderBy("listing")
    .limit(query.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, query.limit, (last) => [last.channel, last.listing]);
  return { items: items.map(listingOf), next };
}
