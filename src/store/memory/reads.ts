import { lineKey, queueColumns } from "../../domain/queue.ts";
import { effectOf } from "../../domain/order.ts";
import type { Entry, Line, Listing, Sale, SkuTraits } from "../../domain/rows.ts";
import { compareText, pairKey, skuKey } from "../../domain/text.ts";
import { searchText } from "../sql/rows.ts";
import type {
  AuditReads,
  Holders,
  JournalEntry,
  JournalQuery,
  OrderQuery,
  Page,
  Reads,
  SalesQuery,
  ShopId,
} from "../store.ts";
import { pageAfter } from "./page.ts";
import { linesOf, linesOfOrder, oldestFirst, type ShopState } from "./state.ts";
import { changesSince, stockPage, stockTotals } from "./stock.ts";

const minuteMs = 60_000;

/** The reads over one shop's maps. `stateOf` throws `UnknownShop`. */
export function memoryReads(stateOf: (shop: ShopId) => ShopState): Reads {
  // Every answer is computed at once, so it is of one moment; async makes a throw a rejection.
  return {
    head: async (shop) => ({ seq: stateOf(shop).seq, hash: stateOf(shop).hash }),
    stock: async (shop, query) => stockPage(stateOf(shop), query),
    stockTotals: async (shop, soldSince) => stockTotals(stateOf(shop), soldSince),
    changesSince: async (shop, seq, soldSince, limit) => changesSince(stateOf(shop), seq, soldSince, limit),
    sku: async (shop, sku) => skuWithRows(stateOf(shop), skuKey(sku)),
    skuTraits: async (shop) => traitsOfAll(stateOf(shop)),
    holders: async (shop, sku, limit) => holdersOf(stateOf(shop), skuKey(sku), limit),
    journal: async (shop, query) => journalPage(stateOf(shop), query),
    order: async (shop, channel, orderId) => linesOfOrder(stateOf(shop), pairKey(channel, orderId)),
    orders: async (shop, query) => ordersPage(stateOf(shop), query),
    sales: async (shop, query) => salesOf(stateOf(shop), query),
    channels: async (shop) => sortedBy([...stateOf(shop).channels.values()], (one) => one.channel),
    warehouses: async (shop) => sortedBy([...stateOf(shop).warehouses.values()], (one) => one.warehouse),
    categories: async (shop) => categoriesOf(stateOf(shop)),
    listings: async (shop, query) => listingsPage(stateOf(shop), query),
    documents: async (shop, kind) =>
      sortedBy(
        [...stateOf(shop).documents.values()].filter((one) => one.kind === kind && one.body !== null),
        (one) => one.id,
      ),
    document: async (shop, kind, id) => {
      const found = stateOf(shop).documents.get(pairKey(kind, id));
      return found === undefined || found.body === null ? null : found;
    },
    record: async (shop, key) => stateOf(shop).records.get(key) ?? null,
    audit: async (shop) => auditOf(stateOf(shop)),
  };
}

function sortedBy<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return rows.toSorted((a, b) => compareText(key(a), key(b)));
}

function traitsOfAll(state: ShopState): ReadonlyMap<string, SkuTraits> {
  const all = new Map<string, SkuTraits>();
  for (const { sku, cost, season, shelfLifeDays, leadDays, style } of state.skus.values()) {
    const traits = { cost, season, shelfLifeDays, leadDays, style };
    if (Object.values(traits).some((one) => one !== null)) all.set(sku, traits);
  }
  return all;
}

async function skuWithRows(state: ShopState, key: string): ReturnType<Reads["sku"]> {
  const sku = state.skus.get(key);
  if (sku === undefined) return null;
  const stocks = sortedBy(state.stocks.get(key) ?? [], (one) => one.warehouse);
  const placements = sortedBy(state.placements.get(key) ?? [], (one) =>
    [one.warehouse, one.bin, one.lot, one.quality].join("\u0000"),
  );
  return { sku, stocks, placements };
}

function holdersOf(state: ShopState, sku: string, limit: number): Holders {
  const byChannel = new Map<string, Mutable<Holders["byChannel"][number]>>();
  const waiting = new Map<string, Mutable<Holders["waiting"][number]>>();
  const holding: Line[] = [];
  for (const line of linesOf(state, state.linesOfSku.get(sku)).toSorted(oldestFirst)) {
    const { covered, backlog, deficit } = queueColumns(line);
    if (covered + backlog + deficit > 0) holding.push(line);
    if (covered > 0) {
      const { channel, stage } = line;
      const place = effectOf(line).place;
      const sums = byChannel.get(pairKey(channel, stage)) ?? {
        channel,
        place,
        stage,
        units: 0,
        lines: 0,
        earliestExpiry: null,
      };
      const expiresAt = stage === "created" ? (line.expiresAt ?? Infinity) : Infinity;
      const earliest = Math.min(sums.earliestExpiry ?? Infinity, expiresAt);
      sums.units += covered;
      sums.lines += 1;
      sums.earliestExpiry = earliest === Infinity ? null : earliest;
      byChannel.set(pairKey(channel, stage), sums);
    }
    if (backlog + deficit > 0) {
      const { channel, kind } = line;
      const sums = waiting.get(pairKey(channel, kind)) ?? { channel, kind, units: 0, lines: 0 };
      sums.units += backlog + deficit;
      sums.lines += 1;
      waiting.set(pairKey(channel, kind), sums);
    }
  }
  return {
    byChannel: sortedBy([...byChannel.values()], (one) => [one.channel, one.place, one.stage].join("\u0000")),
    waiting: sortedBy([...waiting.values()], (one) => pairKey(one.channel, one.kind)),
    lines: holding.slice(0, limit),
  };
}

type Mutable<T> = { -readonly [Field in keyof T]: T[Field] };

function journalPage(state: ShopState, query: JournalQuery): JournalEntry[] {
  const sku = query.sku === undefined ? undefined : skuKey(query.sku);
  const entries = state.journal.filter(
    (entry) =>
      (sku === undefined || entry.sku === sku) &&
      (query.orderId === undefined || entry.orderId === query.orderId) &&
      (query.after === undefined || entry.seq > query.after) &&
      (query.before === undefined || entry.seq < query.before),
  );
  return (query.after === undefined ? entries.toReversed() : entries).slice(0, query.limit);
}

function ordersPage(state: ShopState, query: OrderQuery): Page<Line> {
  const sku = query.sku === undefined ? undefined : skuKey(query.sku);
  const lines = [...state.lines.values()]
    .filter((line) => query.channel === undefined || line.channel === query.channel)
    .filter((line) => sku === undefined || line.sku === sku)
    .filter((line) => query.search === undefined || line.orderId.startsWith(query.search))
    .filter((line) => query.state === undefined || isInState(line, query.state))
    .filter(({ placedAt }) => placedAt >= (query.from ?? -Infinity) && placedAt < (query.to ?? Infinity))
    .filter((line) => query.category === undefined || state.skus.get(line.sku)?.category === query.category)
    .toSorted((a, b) => oldestFirst(b, a));
  return pageAfter(
    lines,
    query,
    ["number", "string"],
    (line) => [line.placedAt, lineKey(line)],
    (line, [placedAt, key]) => {
      const order = Number(placedAt) - line.placedAt;
      return order > 0 || (order === 0 && compareText(lineKey(line), String(key)) < 0);
    },
  );
}

function isInState(line: Line, state: NonNullable<OrderQuery["state"]>): boolean {
  const { backlog, deficit } = queueColumns(line);
  const { live } = effectOf(line);
  switch (state) {
    case "unpaid":
      return line.stage === "created" && !line.expired && live > 0;
    case "pending":
    case "paid":
      return line.stage === state && live > 0;
    case "sold":
      return line.stage === "paid";
    case "short":
      return deficit > 0 || (line.kind === "spot" && backlog > 0);
    case "presale":
      return line.kind === "presale" && live > 0;
    case "refund":
      return ["requested", "agreed", "refunding"].includes(line.refund);
    case "closed":
      return live === 0;
  }
}

function salesOf(state: ShopState, query: SalesQuery): Sale[] {
  const sku = query.sku === undefined ? undefined : skuKey(query.sku);
  return [...state.sales.values()]
    .filter((sale) => sale.minute >= Math.floor(query.from / minuteMs) && sale.minute * minuteMs < query.to)
    .filter((sale) => sku === undefined || sale.sku === sku)
    .filter((sale) => query.session === undefined || sale.session === query.session)
    .toSorted(
      (a, b) =>
        a.minute - b.minute ||
        compareText(a.sku, b.sku) ||
        compareText(a.channel, b.channel) ||
        compareText(a.session, b.session),
    );
}

function categoriesOf(state: ShopState): string[] {
  const names = new Set([...state.skus.values()].map((sku) => sku.category));
  names.delete("");
  return [...names].toSorted(compareText);
}

function listingsPage(
  state: ShopState,
  query: { channel?: string; sku?: string; search?: string; cursor?: string | null; limit: number },
): Page<Listing> {
  const sku = query.sku === undefined ? undefined : skuKey(query.sku);
  const search = searchText(query.search ?? "");
  const keyOf = (one: Listing): string => pairKey(one.channel, one.listing);
  const listings = sortedBy([...state.listings.values()], keyOf)
    .filter((one) => query.channel === undefined || one.channel === query.channel)
    .filter((one) => sku === undefined || one.parts.some((part) => part.sku === sku))
    .filter((one) => [one.listing, one.title].some((text) => searchText(text).includes(search)));
  return pageAfter(
    listings,
    query,
    ["string"],
    (one) => [keyOf(one)],
    (one, [key]) => compareText(keyOf(one), String(key)) > 0,
  );
}

/** Copies of the lists: rows are never changed, so this is the shop as of now. */
function auditOf(state: ShopState): AuditReads {
  const head = { seq: state.seq, hash: state.hash };
  const batches = [...state.batches];
  const journal = [...state.journal];
  const stocks = [...state.stocks.values()].flat();
  const lines = [...state.lines.values()];
  const placements = [...state.placements.values()].flat();
  const sales = [...state.sales.values()];
  return {
    head,
    async *batches() {
      let next = 0;
      for (const batch of batches) {
        const entries: Entry[] = [];
        for (
          let entry = journal[next];
          entry !== undefined && entry.seq <= batch.lastSeq;
          entry = journal[++next]
        ) {
          entries.push(entry);
        }
        yield { ...batch, entries };
      }
      // Movements that are in no batch: they have no hash, so whoever checks finds them.
      const entries = journal.slice(next);
      const firstSeq = entries[0]?.seq;
      if (firstSeq === undefined) return;
      yield { firstSeq, lastSeq: firstSeq + entries.length - 1, at: 0, hash: "", entries };
    },
    async *stocks() {
      yield* stocks;
    },
    async *lines() {
      yield* lines;
    },
    async *placements() {
      yield* placements;
    },
    async *sales() {
      yield* sales;
    },
    close: () => Promise.resolve(),
  };
}
