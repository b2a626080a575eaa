import type { Sku, Stock } from "../../domain/rows.ts";
import { bufferOf, onHand, sellable } from "../../domain/rows.ts";
import { skuKey } from "../../domain/text.ts";
import type { ShopId, Store } from "../../store/store.ts";
import { LookupAnswer, LookupBody, type LookupItem } from "../../api/stock.ts";
import type { AddRoutes } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Stock";
/** Reads under way at once: a long list must not take the whole pool of connections. */
const readsMax = 8;
/** A barcode is looked for among so many SKUs that contain its digits. */
const barcodeCandidatesMax = 5;

/** Many SKUs at once by what people have at hand: codes as anybody writes them, or barcodes. */
export const addStockLookupRoutes: AddRoutes = (app, context) => {
  const { store } = context;
  typed(app).post(
    "/api/v1/stock/lookup",
    {
      onRequest: context.guard("stock:read"),
      schema: {
        ...describe(tag, "SKUs by their codes or barcodes, with what is sellable; unknown codes apart"),
        body: LookupBody,
        response: { 200: LookupAnswer },
      },
    },
    async (request) => {
      const shop = await context.shopOf(request);
      const { codes } = request.body;
      const found = await mapBounded(codes, (code) => lookUp(store, shop.id, code));
      const items = new Map<string, LookupItem>();
      for (const item of found) if (item !== null) items.set(item.sku, item);
      return { items: [...items.values()], unknown: codes.filter((_, at) => found[at] === null) };
    },
  );
};

async function lookUp(store: Store, shop: ShopId, code: string): Promise<LookupItem | null> {
  const found = await store.read.sku(shop, skuKey(code));
  if (found !== null) return lookupItem(found.sku, found.stocks);
  const barcode = code.normalize("NFKC").trim();
  const page = await store.read.stock(shop, {
    search: barcode,
    soldSince: null,
    limit: barcodeCandidatesMax,
  });
  const item = page.items.find((one) => one.barcodes.includes(barcode));
  if (item === undefined) return null;
  const { sku, name, category, price, buffer, limitPerBuyer, selling, sellable: units } = item;
  return { sku, code: item.code, name, category, price, buffer, limitPerBuyer, selling, sellable: units };
}

function lookupItem(sku: Sku, stocks: readonly Stock[]): LookupItem {
  const sums = { available: 0, held: 0, committed: 0, quarantine: 0 };
  for (const stock of stocks) {
    sums.available += stock.available;
    sums.held += stock.held;
    sums.committed += stock.committed;
    sums.quarantine += stock.quarantine;
  }
  const buffer = bufferOf(sku, onHand(sums));
  return {
    sku: sku.sku,
    code: sku.code,
    name: sku.name,
    category: sku.category,
    price: sku.price,
    buffer,
    limitPerBuyer: sku.limitPerBuyer,
    selling: sku.selling,
    sellable: sellable(sums.available, buffer),
  };
}

/** Runs over a list, a few at a time, and keeps its order. */
async function mapBounded<In, Out>(list: readonly In[], run: (one: In) => Promise<Out>): Promise<Out[]> {
  const out: Out[] = [];
  for (let at = 0; at < list.length; at += readsMax) {
    out.push(...(await Promise.all(list.slice(at, at + readsMax).map(run))));
  }
  return out;
}
