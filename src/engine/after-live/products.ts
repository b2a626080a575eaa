import type { Product, ProductDay, ProductLot } from "../../domain/analysis/product.ts";
import type { Instant, SkuTraits } from "../../domain/rows.ts";
import { unpackFigures, type DayFigures } from "../../store/day-columns.ts";
import type { Reads, ShopId, StockItem, Store } from "../../store/store.ts";
import { shiftDate } from "./dates.ts";
import { breathe } from "./breathe.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { ShelvedLot } from "./expiry-lots.ts";

/** What the analyses know of each product, out of the closed days: one text a day, of all that moved. */

const dayMs = 86_400_000;

export const productLimits = {
  /** Days read at once. Between two days whatever else waits has its turn. */
  daysPerPage: 30,
  pageStock: 1_000,
  productsPerTurn: 100,
} as const;

export interface ProductsInput {
  readonly store: Pick<Store, "read" | "days">;
  readonly shop: ShopId;
  /** Dates, both included. */
  readonly from: string;
  readonly through: string;
  /** `sku date` of every product that was on in a session that day. */
  readonly shown: ReadonlySet<string>;
  /** Units that are ordered and not here, by SKU. */
  readonly incoming: ReadonlyMap<string, number>;
  /** Lots that expire and stand on the shelves, by SKU. */
  readonly shelved?: ReadonlyMap<string, readonly ShelvedLot[]>;
  /** The instant at which a day began, for the age of what came in on it. */
  readonly beganAt: (date: string) => Instant;
}

/** A product while its days are read, the earliest first. */
class Draft {
  readonly days: ProductDay[] = [];
  /** Days on which something came in. */
  readonly came: { readonly date: string; readonly units: number }[] = [];
  /** How it stood after its last row, if there was one. */
  #closing: number;
  #available: number;
  #isThere: boolean;
  /** The number of the day that comes next. */
  #next = 0;

  constructor(before: Pick<DayFigures, "closing" | "available"> | null) {
    this.#closing = before?.closing ?? 0;
    this.#available = before?.available ?? 0;
    this.#isThere = before !== null;
  }

  /** Days without a row stand as the last row left it; before its first row there is no product. */
  reach(day: number): void {
    if (this.#next < day && this.#isThere) {
      const quiet = quietDay(this.#closing, this.#available);
      for (let next = this.#next; next < day; next += 1) this.days.push(quiet);
    }
    this.#next = day;
  }

  add(day: number, date: string, figures: Readonly<DayFigures>): void {
    if (this.#next < day) this.reach(day);
    const { closing, available, sold, amount, returned, received } = figures;
    this.days.push({ closing, sellable: available, sold, amount, returned, shown: false });
    this.#closing = closing;
    this.#available = available;
    this.#isThere = true;
    if (received > 0) this.came.push({ date, units: received });
    this.#next = day + 1;
  }
}

/** One for all days that stand alike: a year of thousands of products is mostly these. */
function quietDay(closing: number, available: number): ProductDay {
  return { closing, sellable: available, sold: 0, amount: 0, returned: 0, shown: false };
}

/** Every product that has or had units in the window. */
export async function readProducts(input: ProductsInput): Promise<readonly Product[]> {
  const { store, shop, from, through } = input;
  const items = await stockItems(store.read, shop);
  const traits = await store.read.skuTraits(shop);
  const drafts = new Map<string, Draft>();
  for (const row of await store.days.latest(shop, shiftDate(from, -1))) drafts.set(row.sku, new Draft(row));
  const dates: string[] = [];
  for (let date = from; date <= through; date = shiftDate(date, 1)) dates.push(date);
  const numbers = new Map(dates.map((date, day) => [date, day]));
  const order: { sku: string; draft: Draft }[] = [];
  for (let start = 0; start < dates.length; start += productLimits.daysPerPage) {
    const page = dates.slice(start, start + productLimits.daysPerPage);
    const range = { from: page[0] ?? from, to: page.at(-1) ?? through };
    for (const { date, body } of await store.days.columns(shop, range)) {
      const day = numbers.get(date) ?? 0;
      let row = 0;
      unpackFigures(body, (sku, figures) => {
        // Day after day the same products stand in the same order: most are found without a look into the map.
        const expected = order[row];
        const draft = expected?.sku === sku ? expected.draft : draftOf(drafts, sku);
        if (expected?.sku !== sku) order[row] = { sku, draft };
        row += 1;
        draft.add(day, date, figures);
      });
      await breathe();
    }
  }
  const products: Product[] = [];
  let count = 0;
  for (const sku of [...drafts.keys()].toSorted()) {
    const draft = drafts.get(sku);
    draft?.reach(dates.length);
    if (draft !== undefined && draft.days.length > 0)
      products.push(
        productOf(sku, {
          item: items.get(sku),
          traits: traits.get(sku) ?? noTraits,
          days: withShown(sku, draft.days, dates, input.shown),
          came: draft.came,
          input,
        }),
      );
    count += 1;
    if (count % productLimits.productsPerTurn === 0) await breathe();
  }
  return products;
}

function draftOf(drafts: Map<string, Draft>, sku: string): Draft {
  const known = drafts.get(sku);
  if (known !== undefined) return known;
  const draft = new Draft(null);
  drafts.set(sku, draft);
  return draft;
}

function withShown(
  sku: string,
  days: readonly ProductDay[],
  dates: readonly string[],
  shown: ReadonlySet<string>,
): readonly ProductDay[] {
  if (shown.size === 0) return days;
  const skipped = dates.length - days.length;
  return days.map((day, index) =>
    shown.has(`${sku} ${dates[skipped + index] ?? ""}`) ? { ...day, shown: true } : day,
  );
}

const noTraits: SkuTraits = { cost: null, season: null, shelfLifeDays: null, leadDays: null, style: null };

interface Known {
  readonly item: StockItem | undefined;
  readonly traits: SkuTraits;
  readonly days: readonly ProductDay[];
  readonly came: Draft["came"];
  readonly input: ProductsInput;
}

function productOf(sku: string, { item, traits, days, came, input }: Known): Product {
  const { cost, season, style, leadDays, shelfLifeDays } = traits;
  return {
    sku,
    name: item?.name ?? sku,
    category: item?.category ?? "",
    style,
    price: item?.price ?? 0,
    cost,
    days,
    lots: allLots(sku, days.at(-1)?.closing ?? 0, came, shelfLifeDays, input),
    leadDays,
    incoming: input.incoming.get(sku) ?? 0,
    presale: item?.presale ?? 0,
    shortage: item?.shortage ?? 0,
    season,
  };
}

/** The lots whose own date is known, and what else stands there, reckoned from the deliveries. */
function allLots(
  sku: string,
  closing: number,
  came: Draft["came"],
  shelfLifeDays: number | null,
  input: ProductsInput,
): readonly ProductLot[] {
  const named: ProductLot[] = [];
  let left = Math.max(0, closing);
  for (const { units, arrivedAt, ...lot } of input.shelved?.get(sku) ?? []) {
    // Shelves are those of now, the closing that of the last closed day: what came since is in no day yet.
    const kept = Math.min(left, units);
    if (kept > 0) named.push({ ...lot, units: kept, arrivedAt: arrivedAt ?? input.beganAt(input.from) });
    left -= kept;
  }
  if (named.length === 0) return lotsOf(closing, came, shelfLifeDays, input);
  return left === 0 ? named : [...named, ...lotsOf(left, came, shelfLifeDays, input)];
}

/** What came first is taken to have gone first: the units that are here are those of the latest deliveries. */
function lotsOf(
  closing: number,
  came: Draft["came"],
  shelfLifeDays: number | null,
  input: ProductsInput,
): readonly ProductLot[] {
  const lots: ProductLot[] = [];
  // Goods are taken to be fresh when they come: where nobody wrote down their day, that is the latest it can be.
  const add = (arrivedAt: Instant, units: number): void => {
    lots.push({
      arrivedAt,
      units,
      expiresAt: shelfLifeDays === null ? null : arrivedAt + shelfLifeDays * dayMs,
    });
  };
  let left = closing;
  for (let index = came.length - 1; index >= 0 && left > 0; index -= 1) {
    const { date, units } = came[index] ?? { date: "", units: 0 };
    const kept = Math.min(left, units);
    add(input.beganAt(date), kept);
    left -= kept;
  }
  // Older than the window, or come in another way: at least as old as its beginning.
  if (left > 0) add(input.beganAt(input.from), left);
  return lots;
}

async function stockItems(read: Pick<Reads, "stock">, shop: ShopId): Promise<ReadonlyMap<string, StockItem>> {
  const items = new Map<string, StockItem>();
  for (let cursor: string | null = null; ;) {
    const query = { soldSince: null, limit: productLimits.pageStock, cursor };
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
