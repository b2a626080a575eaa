import { assert } from "../assert.ts";
import { groupBy } from "../report/group.ts";
import type { Line } from "../rows.ts";
import { compareText } from "../text.ts";
import { differencesOf, type Context, type LineResult } from "./compare.ts";
import type { ChannelLine } from "./line.ts";

type Source<Item> = Iterable<Item> | AsyncIterable<Item>;

/**
 * Compares a channel's list with the books, an order at a time. Both come sorted by order id
 * (`compareChannelLines`, `compareBookLines`), so nothing but one order of each is in memory, however long they are.
 * @throws InvariantError where a source is not sorted
 */
export async function* reconcile(
  channelLines: Source<ChannelLine>,
  bookLines: Source<Line>,
  context: Context,
): AsyncGenerator<LineResult> {
  const there = new Orders(channelLines);
  const here = new Orders(bookLines);
  let [order, known] = [await there.next(), await here.next()];
  while (order !== null || known !== null) {
    const side = compareOrders(order, known);
    yield* matchOrder(side <= 0 ? (order?.lines ?? []) : [], side >= 0 ? (known?.lines ?? []) : [], context);
    if (side <= 0) order = await there.next();
    if (side >= 0) known = await here.next();
  }
}

interface Order<Item> {
  readonly orderId: string;
  readonly lines: readonly Item[];
}

function compareOrders(a: Order<unknown> | null, b: Order<unknown> | null): number {
  if (a === null) return 1;
  return b === null ? -1 : compareText(a.orderId, b.orderId);
}

/** Reads a sorted source an order at a time. */
class Orders<Item extends { readonly orderId: string }> {
  readonly #iterator: Iterator<Item> | AsyncIterator<Item>;
  #ahead: Item | null = null;
  #last: string | null = null;
  #begun = false;

  constructor(source: Source<Item>) {
    this.#iterator =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  async next(): Promise<Order<Item> | null> {
    if (!this.#begun) this.#ahead = await this.#read();
    this.#begun = true;
    const first = this.#ahead;
    if (first === null) return null;
    const lines = [first];
    for (;;) {
      const step = this.#iterator.next();
      // A plain list answers at once: a promise for each of a hundred thousand lines would be most of the time.
      const { done, value } = step instanceof Promise ? await step : step;
      if (done === true) this.#ahead = null;
      else if (value.orderId === first.orderId) {
        lines.push(value);
        continue;
      } else this.#ahead = value;
      break;
    }
    const { orderId } = first;
    assert(
      this.#last === null || compareText(this.#last, orderId) < 0,
      `lines to compare are sorted by order id: ${orderId} comes after ${this.#last ?? ""}`,
    );
    this.#last = orderId;
    return { orderId, lines };
  }

  async #read(): Promise<Item | null> {
    const { done, value } = await this.#iterator.next();
    return done === true ? null : value;
  }
}

export function compareChannelLines(a: ChannelLine, b: ChannelLine): number {
  return compareText(a.orderId, b.orderId) || compareText(a.lineId, b.lineId);
}

export function compareBookLines(a: Line, b: Line): number {
  return compareText(a.orderId, b.orderId) || compareText(a.lineId, b.lineId) || compareText(a.sku, b.sku);
}

/**
 * The lines of one order, side by side: by line id; what is left over by product, because two exports number
 * their lines differently.
 */
export function matchOrder(
  there: readonly ChannelLine[],
  here: readonly Line[],
  context: Context,
): readonly LineResult[] {
  const known = groupBy(here, (line) => line.lineId);
  const open: ChannelLine[] = [];
  const results: LineResult[] = [];
  for (const line of latestOf(there)) {
    const lines = known.get(line.lineId);
    if (lines === undefined) open.push(line);
    else {
      known.delete(line.lineId);
      results.push(resultOf(line, lines, false, context));
    }
  }
  for (const line of open) {
    const found = findByProduct(line, known);
    if (found !== null) known.delete(found[0]);
    results.push(resultOf(line, found?.[1] ?? [], found !== null, context));
  }
  for (const lines of known.values()) results.push(resultOf(null, lines, false, context));
  return results;
}

/** A line that the list has twice counts once, as it was last. */
function latestOf(there: readonly ChannelLine[]): Iterable<ChannelLine> {
  if (there.length === 1) return there;
  const latest = new Map<string, ChannelLine>();
  for (const line of there) {
    const before = latest.get(line.lineId);
    if (
      before === undefined ||
      line.updatedAt > before.updatedAt ||
      (line.updatedAt === before.updatedAt && line.rank >= before.rank)
    )
      latest.set(line.lineId, line);
  }
  return latest.values();
}

/** The same product with the same quantity first, else the same product. */
function findByProduct(
  there: ChannelLine,
  known: ReadonlyMap<string, readonly Line[]>,
): readonly [string, readonly Line[]] | null {
  const same = [...known].filter(([, lines]) =>
    lines.some(({ sku, listing }) =>
      there.listing !== null && listing !== null ? listing === there.listing : sku === there.sku,
    ),
  );
  const exact = same.find(([, [line]]) => line !== undefined && line.quantity === there.quantity * line.per);
  return exact ?? same[0] ?? null;
}

function resultOf(
  there: ChannelLine | null,
  here: readonly Line[],
  byProduct: boolean,
  context: Context,
): LineResult {
  return {
    orderId: there?.orderId ?? here[0]?.orderId ?? "",
    lineId: here[0]?.lineId ?? there?.lineId ?? "",
    there,
    here,
    byProduct,
    differences: differencesOf(there, here, context),
  };
}
