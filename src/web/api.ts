import type { Problem } from "../api/problem.ts";
import type {
  CategoryItems,
  ChangeAnswer,
  ChannelBody,
  ChannelItems,
  ListingsBody,
  ListingsPage,
  SkuDetail,
  SkuPatch,
  SkusBody,
  WarehouseItems,
} from "../api/catalog.ts";
import type { AdjustmentBody, ReceiptBody, SeqAnswer } from "../api/goods.ts";
import type { JournalItems } from "../api/journal.ts";
import type { OrderDetail, OrdersPage, OrdersQuery } from "../api/orders.ts";
import type { Me, ShopItem, ShopPatch } from "../api/shop.ts";
import type { StockDetail, StockPage, StockQuery } from "../api/stock.ts";

export const apiBase = "/api/v1";

/** What the server refused, or `offline` when it could not be reached. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  /** The problem document; null when the answer had none. */
  readonly problem: Problem | null;

  constructor(status: number, code: string, problem: Problem | null = null) {
    super(problem?.detail ?? code);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

type QueryValue = string | number | boolean | null | undefined;

interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, QueryValue>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The same key makes a repeated request the same request. */
  readonly key?: string;
  readonly signal?: AbortSignal;
}

export function pathOf(path: string, query: RequestOptions["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${text}`;
}

/**
 * Asks the server and reads its JSON answer.
 * @throws ApiError with the problem document of a refusal, or code `offline`
 */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (options.key !== undefined) headers["idempotency-key"] = options.key;
  let response: Response;
  try {
    response = await fetch(pathOf(path, options.query), {
      method: options.method ?? "GET",
      headers,
      credentials: "same-origin",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "offline");
  }
  return readAnswer<T>(response);
}

async function readAnswer<T>(response: Response): Promise<T> {
  const text = await response.text();
  const json = parseJson(text);
  if (response.ok) return json as T;
  throw errorOf(response.status, json);
}

/** The error of a refusal's status and parsed body. */
export function errorOf(status: number, body: unknown): ApiError {
  const problem = typeof body === "object" && body !== null && "code" in body ? (body as Problem) : null;
  return new ApiError(status, problem?.code ?? `http_${status}`, problem);
}

export function parseJson(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** A name for one request. `crypto.randomUUID` is missing where the page is served without TLS, as in a shop's LAN. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const segment = encodeURIComponent;

export type StockListQuery = Omit<StockQuery, "cursor" | "limit"> & {
  cursor?: string | null;
  limit?: number;
};
export type OrderListQuery = Omit<OrdersQuery, "cursor"> & { cursor?: string | null };
export interface ListingListQuery {
  readonly channel?: string;
  readonly sku?: string;
  readonly search?: string;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** The routes of the server, one function each. */
export const api = {
  me: (signal?: AbortSignal) => request<Me>(`${apiBase}/me`, { signal }),
  saveShop: (body: ShopPatch) => request<ShopItem>(`${apiBase}/shop`, { method: "PATCH", body }),
  stock: (query: StockListQuery, signal?: AbortSignal) =>
    request<StockPage>(`${apiBase}/stock`, { query: { ...query }, signal }),
  sku: (sku: string, signal?: AbortSignal) =>
    request<StockDetail>(`${apiBase}/stock/${segment(sku)}`, { signal }),
  skuTraits: (sku: string, signal?: AbortSignal) =>
    request<SkuDetail>(`${apiBase}/skus/${segment(sku)}`, { signal }),
  skuJournal: (sku: string, query: { before?: number; limit?: number }, signal?: AbortSignal) =>
    request<JournalItems>(`${apiBase}/stock/${segment(sku)}/journal`, { query, signal }),
  saveSkus: (body: SkusBody) => request<ChangeAnswer>(`${apiBase}/skus`, { method: "PUT", body }),
  savePolicy: (sku: string, body: SkuPatch) =>
    request<ChangeAnswer>(`${apiBase}/skus/${segment(sku)}`, { method: "PATCH", body }),
  categories: () => request<CategoryItems>(`${apiBase}/categories`),
  channels: () => request<ChannelItems>(`${apiBase}/channels`),
  saveChannel: (channel: string, body: ChannelBody) =>
    request<ChangeAnswer>(`${apiBase}/channels/${segment(channel)}`, { method: "PUT", body }),
  warehouses: () => request<WarehouseItems>(`${apiBase}/warehouses`),
  saveWarehouse: (warehouse: string, name: string) =>
    request<ChangeAnswer>(`${apiBase}/warehouses/${segment(warehouse)}`, { method: "PUT", body: { name } }),
  listings: (query: ListingListQuery, signal?: AbortSignal) =>
    request<ListingsPage>(`${apiBase}/listings`, { query: { ...query }, signal }),
  saveListings: (channel: string, body: ListingsBody) =>
    request<ChangeAnswer>(`${apiBase}/channels/${segment(channel)}/listings`, { method: "PUT", body }),
  orders: (query: OrderListQuery, signal?: AbortSignal) =>
    // Empty texts are left out of a query; a category that is empty is that of products without one.
    request<OrdersPage>(`${apiBase}/orders${query.category === "" ? "?category=" : ""}`, {
      query: { ...query },
      signal,
    }),
  order: (channel: string, orderId: string, signal?: AbortSignal) =>
    request<OrderDetail>(`${apiBase}/orders/${segment(channel)}/${segment(orderId)}`, { signal }),
  cancelOrder: (channel: string, orderId: string, lineId?: string) =>
    request<unknown>(`${apiBase}/reservations/${segment(channel)}/${segment(orderId)}/cancel`, {
      method: "POST",
      body: lineId === undefined ? {} : { lineId },
    }),
  receive: (body: ReceiptBody, key: string) =>
    request<SeqAnswer>(`${apiBase}/receipts`, { method: "POST", body, key }),
  adjust: (body: AdjustmentBody, key: string) =>
    request<SeqAnswer>(`${apiBase}/adjustments`, { method: "POST", body, key }),
};
