import type { Placement, Sku, Stock } from "../../domain/rows.ts";
import { bufferOf, onHand, sellable } from "../../domain/rows.ts";
import { compareText } from "../../domain/text.ts";
import type { OpenShop } from "../../engine/shops.ts";
import { sellOutOf } from "../../engine/sell-out.ts";
import type { StockItem as StoredStockItem } from "../../store/store.ts";
import { JournalItems, SkuJournalQuery } from "../../api/journal.ts";
import { holdersItem, journalItem } from "../../api/present.ts";
import { ProblemError } from "../../api/problem.ts";
import { SkuParams, StockDetail, StockPage, StockQuery, type StockItem } from "../../api/stock.ts";
import { pageRowsDefault, timeOf } from "../../api/text.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { describe, typed } from "./schema.ts";

const tag = "Stock";
const binsShownMax = 3;
const holderLinesMax = 200;
const seriesPointsMax = 200;

export const addStockRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const { store } = context;
  const guard = context.guard("stock:read");

  routes.get(
    "/api/v1/stock",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "SKUs with their units; the sums with the first page"),
        querystring: StockQuery,
        response: { 200: StockPage },
      },
    },
    async (request) => {
      const shop = await context.shopOf(request);
      const { limit = pageRowsDefault, desc = false, cursor = null, ...query } = request.query;
      const soldSince = shop.day().from;
      const page = await store.read.stock(shop.id, { ...query, descending: desc, cursor, soldSince, limit });
      const items = page.items.map(stockItem);
      if (cursor !== null) return { items, next: page.next, seq: (await store.read.head(shop.id)).seq };
      const totals = await store.read.stockTotals(shop.id, soldSince);
      return { items, next: page.next, totals, seq: totals.seq };
    },
  );

  routes.get(
    "/api/v1/stock/:sku",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "Why this number: who holds each unit, and how the day went"),
        params: SkuParams,
        response: { 200: StockDetail },
      },
    },
    async (request) => {
      const shop = await context.shopOf(request);
      const found = await store.read.sku(shop.id, request.params.sku);
      if (found === null) throw unknownSku(request.params.sku);
      return detailOf(context, shop, found);
    },
  );

  routes.get(
    "/api/v1/stock/:sku/journal",
    {
      onRequest: guard,
      schema: {
        ...describe(tag, "What moved of a SKU, latest first"),
        params: SkuParams,
        querystring: SkuJournalQuery,
        response: { 200: JournalItems },
      },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const { before, limit = pageRowsDefault } = request.query;
      const { sku } = request.params;
      if ((await store.read.sku(id, sku)) === null) throw unknownSku(sku);
      const query = { sku, limit, ...(before === undefined ? {} : { before }) };
      return { items: (await store.read.journal(id, query)).map(journalItem) };
    },
  );
};

export function unknownSku(sku: string): ProblemError {
  return new ProblemError("not_found", { path: "sku", sku, what: `SKU ${sku}`, whatZh: `SKU ${sku}` });
}

function stockItem(item: StoredStockItem): StockItem {
  return { ...item, barcodes: [...item.barcodes], bins: [...item.bins] };
}

/** A SKU's rows with who holds them, how the day went, and how long it will last. */
async function detailOf(
  { store, clock }: RouteContext,
  shop: OpenShop,
  { sku, stocks, placements }: { sku: Sku; stocks: readonly Stock[]; placements: readonly Placement[] },
): Promise<StockDetail> {
  const now = clock.now();
  const { from } = shop.day();
  const [sales, holders, head] = await Promise.all([
    store.read.sales(shop.id, { from, to: now + 1, sku: sku.sku }),
    store.read.holders(shop.id, sku.sku, holderLinesMax),
    store.read.head(shop.id),
  ]);
  const sold = sales.reduce((units, sale) => units + sale.sold, 0);
  const item = itemOf(sku, stocks, placements, sold);
  return {
    item,
    stocks: [...stocks],
    placements: [...placements],
    holders: holdersItem(holders, new Map([[sku.sku, sku.name]])),
    series: await seriesOf(shop, item, now),
    ...sellOutOf(sales, item.sellable, now),
    seq: head.seq,
  };
}

async function seriesOf(shop: OpenShop, item: StockItem, at: number) {
  const now = { at, available: item.available, buffer: item.buffer };
  const points = await shop.burnDown.points(item.sku, shop.day().from, now, seriesPointsMax);
  return points.map((point) => ({ at: timeOf(point.at), sellable: point.sellable }));
}

/** One SKU as the list shows it, from its rows. */
function itemOf(
  { createdAt: _, ...sku }: Sku,
  stocks: readonly Stock[],
  placements: readonly Placement[],
  sold: number,
): StockItem {
  const sums = {
    available: 0,
    held: 0,
    committed: 0,
    quarantine: 0,
    loaned: 0,
    shortage: 0,
    presale: 0,
    seq: 0,
  };
  for (const stock of stocks) {
    sums.available += stock.available;
    sums.held += stock.held;
    sums.committed += stock.committed;
    sums.quarantine += stock.quarantine;
    sums.loaned += stock.loaned;
    sums.shortage += stock.shortage;
    sums.presale += stock.presale;
    sums.seq = Math.max(sums.seq, stock.seq);
  }
  const buffer = bufferOf(sku, onHand(sums));
  return {
    ...sku,
    barcodes: [...sku.barcodes],
    ...sums,
    onHand: onHand(sums),
    buffer,
    sellable: sellable(sums.available, buffer),
    sold,
    bins: fullestBins(placements),
  };
}

function fullestBins(placements: readonly Placement[]): string[] {
  const units = new Map<string, number>();
  for (const { quality, bin, quantity } of placements) {
    if (quality === "good" && bin !== "" && quantity > 0) units.set(bin, (units.get(bin) ?? 0) + quantity);
  }
  return [...units]
    .toSorted((a, b) => b[1] - a[1] || compareText(a[0], b[0]))
    .slice(0, binsShownMax)
    .map(([bin]) => bin);
}
