import type { Product, ProductDay, ProductLot } from "../../domain/analysis/product.ts";
import type { Instant } from "../../domain/rows.ts";
import type { DaySkuFigures } from "../../store/days.ts";
import type { Reads, ShopId, StockItem, Store } from "../../store/store.ts";
import { breathe } from "./breathe.ts";
import type { OpenSession } from "../sessions/sessions.ts";

/** What the analyses know of each product, out of the closed days: one row for each day on which it moved. */

export const productLimits = {
  /** Rows read at once: between two pages whatever else waits has its turn. */
  pageRows: 10_000,
  pageStock: 1_000,
  productsPerTurn: 100,
} as const;

const dayMs = 86_400_000;

export interface ProductsInput {
  readonly store: Pick<Store, "read" | "days">;
  readonly shop: ShopId;
  /** Dates, both included. */
  readonly from: string;
  readonly through: string;
  /** `sku date` of every product that was on in a session that day. */
  readonly shown: ReadonlySet<string>;
  /** The instant at which a day began, for the age of what came in on it. */
  readonly beganAt: (date: string) => Instant;
}

export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}

/** Every product that has or had units in the window. */
export async function readProducts(input: ProductsInput): Promise<readonly Product[]> {
  const { store, shop, from, through } = input;
  const items = await stockItems(store.read, shop);
  const before = new Map(
    (await store.days.latest(shop, shiftDate(from, -1))).map((row) => [row.sku, row] as const),
  );
  const rows = new Map<string, DaySkuFigures[]>();
  for (let after: { sku: string; date: string } | null = null; ;) {
    const page: readonly DaySkuFigures[] = await store.days.figures(shop, {
      from,
      to: through,
      after,
      limit: productLimits.pageRows,
    });
    for (const row of page) {
      const known = rows.get(row.sku);
      if (known === undefined) rows.set(row.sku, [row]);
      else known.push(row);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < productLimits.pageRows) break;
    after = { sku: last.sku, date: last.date };
    await breathe();
  }
  const dates: string[] = [];
  for (let date = from; date <= through; date = shiftDate(date, 1)) dates.push(date);
  const products: Product[] = [];
  let count = 0;
  for (const sku of [...new Set([...before.keys(), ...rows.keys()])].toSorted()) {
    const days = daysOf(sku, before.get(sku), rows.get(sku) ?? [], dates, input.shown);
    if (days.length > 0) products.push(productOf(sku, items.get(sku), days, rows.get(sku) ?? [], input));
    count += 1;
    if (count % productLimits.productsPerTurn === 0) await breathe();
  }
  return products;
}

/** Days between its rows stand as the last row left it; before its first row there is no product. */
function daysOf(
  sku: string,
  before: DaySkuFigures | undefined,
  rows: readonly DaySkuFigures[],
  dates: readonly string[],
  shown: ReadonlySet<string>,
): readonly ProductDay[] {
  const days: ProductDay[] = [];
  let last = before;
  let index = 0;
  for (const date of dates) {
    const row = rows[index]?.date === date ? rows[index] : undefined;
    if (row !== undefined) index += 1;
    last = row ?? last;
    if (last === undefined) continue;
    days.push({
      closing: last.closing,
      sellable: last.available,
      sold: row?.sold ?? 0,
      amount: row?.amount ?? 0,
      returned: row?.returned ?? 0,
      shown: shown.size > 0 && shown.has(`${sku} ${date}`),
    });
  }
  return days;
}

function productOf(
  sku: string,
  item: StockItem | undefined,
  days: readonly ProductDay[],
  rows: readonly DaySkuFigures[],
  input: ProductsInput,
): Product {
  return {
    sku,
    name: item?.name ?? sku,
    category: item?.category ?? "",
    style: null,
    price: item?.price ?? 0,
    cost: null,
    days,
    lots: lotsOf(days.at(-1)?.closing ?? 0, rows, input),
    leadDays: null,
    incoming: 0,
    presale: item?.presale ?? 0,
    shortage: item?.shortage ?? 0,
    season: null,
  };
}

/** What came first is taken to have gone first: the units that are here are those of the latest deliveries. */
function lotsOf(
  closing: number,
  rows: readonly DaySkuFigures[],
  input: ProductsInput,
): readonly ProductLot[] {
  const lots: ProductLot[] = [];
  let left = closing;
  for (const row of rows.toReversed()) {
    const units = Math.min(left, row.received);
    if (units <= 0) continue;
    lots.push({ arrivedAt: input.beganAt(row.date), units, expiresAt: null });
    left -= units;
  }
  // Older than the window, or come in another way: at least as old as its beginning.
  if (left > 0) lots.push({ arrivedAt: input.beganAt(input.from), units: left, expiresAt: null });
  return lots;
}

async function stockItems(read: Pick<Reads, "stock">, shop: ShopId): Promise<ReadonlyMap<string, StockItem>> {
  const items = new Map<string, StockItem>();
  for (let cursor: string | null = null; ;) {
    const query = { soldSince: 0, limit: productLimits.pageStock, cursor };
    const page: Awaited<ReturnType<Reads["stock"]>> = await read.stock(shop, query);
    for (const item of page.items) items.set(item.sku, item);
    cursor = page.next;
    if (cursor === null) return items;
  }
}

/** Which product was on in a session on which business day. */
export function shownIn(
  sessions: readonly OpenSession[],
  dateOf: (at: Instant) => string,
): ReadonlySet<string> {
  const shown = new Set<string>();
  for (const { plan, state } of sessions)
    for (const { id, sku } of plan.slots) {
      const slot = state.shown.get(id);
      if (slot !== undefined) shown.add(`${sku} ${dateOf(slot.firstAt)}`);
    }
  return shown;
}
