import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type {
  LiveChange,
  LiveSnapshot,
  StockDetail,
  StockItem,
  StockPage,
  StockTotals,
} from "../../api/stock.ts";
import { mergePages } from "./merge.ts";

/** Names of the answers that the page keeps, and that the stream keeps true. */
export const keys = {
  me: ["me"],
  stock: ["stock"],
  stockLists: ["stock", "list"],
  stockTotals: ["stock", "totals"],
  skus: ["stock", "sku"],
  sku: (sku: string) => ["stock", "sku", sku],
  skuJournal: (sku: string) => ["stock", "journal", sku],
  orders: ["orders"],
  channels: ["channels"],
  warehouses: ["warehouses"],
  categories: ["categories"],
  listings: ["listings"],
  users: ["users"],
  apiKeys: ["apiKeys"],
} as const;

/** How long the parts of a drawer that are not in the stream (holders, journal, curve) may stay behind it. */
const detailDelayMs = 700;
const listDelayMs = 4_000;

/** Writes what the stream says into the kept answers. */
export class FeedWriter {
  readonly #client: QueryClient;
  #seenSeq = 0;
  #turn = 0;
  #newSkus = false;
  readonly #stale = new Set<string>();
  #detailTimer: ReturnType<typeof setTimeout> | undefined;
  #listTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: QueryClient) {
    this.#client = client;
  }

  /** What a new or too old reader gets. Whatever it does not say is asked for again. */
  snapshot(snapshot: LiveSnapshot): void {
    const missed = this.#seenSeq > 0 && snapshot.seq !== this.#seenSeq;
    this.#seenSeq = snapshot.seq;
    this.#client.setQueryData(keys.stockTotals, snapshot.totals);
    this.#merge(snapshot.items);
    if (missed || this.#listsBehind(snapshot.seq))
      void this.#client.invalidateQueries({ queryKey: keys.stock });
    if (missed) void this.#client.invalidateQueries({ queryKey: keys.orders });
  }

  change(change: LiveChange): void {
    this.#seenSeq = Math.max(this.#seenSeq, change.seq);
    if (change.totals !== undefined) {
      const before = this.#client.getQueryData<StockTotals>(keys.stockTotals);
      this.#newSkus ||= before?.skus !== change.totals.skus;
      this.#client.setQueryData(keys.stockTotals, change.totals);
    }
    this.#merge(change.items);
    for (const item of change.items) this.#stale.add(item.sku);
    this.#detailTimer ??= setTimeout(() => this.#refreshDetails(), detailDelayMs);
    this.#listTimer ??= setTimeout(() => this.#refreshLists(), listDelayMs);
  }

  stop(): void {
    clearTimeout(this.#detailTimer);
    clearTimeout(this.#listTimer);
    this.#detailTimer = undefined;
    this.#listTimer = undefined;
  }

  #listsBehind(seq: number): boolean {
    return this.#client
      .getQueriesData<InfiniteData<StockPage>>({ queryKey: keys.stockLists })
      .some(([, data]) => data?.pages.some((page) => page.seq < seq) === true);
  }

  #merge(items: readonly StockItem[]): void {
    if (items.length === 0) return;
    const changed = new Map(items.map((item) => [item.sku, item]));
    this.#client.setQueriesData<InfiniteData<StockPage>>({ queryKey: keys.stockLists }, (data) =>
      mergePages(data, changed),
    );
    for (const [queryKey, detail] of this.#client.getQueriesData<StockDetail>({ queryKey: keys.skus })) {
      const now = detail === undefined ? undefined : changed.get(detail.item.sku);
      if (detail === undefined || now === undefined || now.seq < detail.item.seq) continue;
      this.#client.setQueryData(queryKey, { ...detail, item: now });
    }
  }

  /** Only what is on screen is asked for again; the rest when it is opened. */
  #refreshDetails(): void {
    this.#detailTimer = undefined;
    for (const sku of this.#stale) {
      void this.#client.invalidateQueries({ queryKey: keys.sku(sku) });
      void this.#client.invalidateQueries({ queryKey: keys.skuJournal(sku) });
    }
    this.#stale.clear();
  }

  /** A filtered list does not know which rows came to belong to it, nor a sorted one where they stand. */
  #refreshLists(): void {
    this.#listTimer = undefined;
    this.#turn += 1;
    const turn = this.#turn;
    const all = this.#newSkus;
    this.#newSkus = false;
    const predicate = (query: ListQuery) => all || (isSelective(query) && turn % pagesOf(query) === 0);
    void this.#client.invalidateQueries({ queryKey: keys.stockLists, predicate });
    void this.#client.invalidateQueries({ queryKey: keys.orders });
  }
}

interface ListKey {
  readonly filter?: string;
  readonly search?: string;
  readonly sort?: string;
}

interface ListQuery {
  readonly queryKey: readonly unknown[];
  readonly state: { readonly data?: unknown };
}

/** A list that somebody scrolled far down costs one request a page: it is asked for again less often. */
function pagesOf({ state }: ListQuery): number {
  const data = state.data as InfiniteData<StockPage> | undefined;
  return Math.max(1, data?.pages.length ?? 1);
}

function isSelective(query: ListQuery): boolean {
  const key = query.queryKey[2] as ListKey | undefined;
  const sorted = key?.sort !== undefined && key.sort !== "code" && key.sort !== "name";
  return sorted || (key?.filter !== undefined && key.filter !== "all");
}
