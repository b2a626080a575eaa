import { groupBy } from "../floor/group.ts";
import { cellKey, type Bin, type Cell, type Lot, type Standing } from "../floor/shelf.ts";
import type { Instant } from "../rows.ts";
import { compareText, pairKey } from "../text.ts";

/** One line of an order that waits to be sent, in units of a SKU. */
export interface Want {
  readonly channel: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  /** Units of the line that had been sent when it was planned. */
  readonly sent: number;
}

/** What one person takes from one shelf, for one order or for all orders of a wave. */
export interface PickTask {
  readonly task: string;
  readonly cell: Cell;
  readonly units: number;
  /** For whom, in the order in which they are served. */
  readonly wants: readonly Want[];
}

export interface PickPlan {
  /** In the order in which somebody walks past the bins. */
  readonly tasks: readonly PickTask[];
  /** What no shelf has. */
  readonly short: readonly Want[];
}

export interface PickSource {
  /** Good units that may be taken, without those on open pick lists. */
  readonly shelves: readonly Standing[];
  /** By `pairKey(sku, lot)`; a lot without a row is old and does not expire. */
  readonly lots: ReadonlyMap<string, Lot>;
  /** The bins that may be picked from, by name. */
  readonly bins: ReadonlyMap<string, Bin>;
  readonly now: Instant;
  /** How long goods must still keep when they are sent, in milliseconds. */
  readonly lifeMsMin: number;
}

/** The name of an order's line with one SKU of it: a bundle's line has several. */
export function wantKey({ channel, orderId, lineId, sku }: Omit<Want, "units" | "sent">): string {
  return `${channel}\u0000${orderId}\u0000${lineId}\u0000${sku}`;
}

/**
 * Which shelf each wanted unit is taken from: the lot that expires first, of those the one that came first (FEFO,
 * then FIFO), then by the route. Lots that would not keep long enough, and shelves with anything but good units,
 * are left alone. One order's list and a wave are the same thing: a shelf is visited once.
 * @param tasksBefore the list has so many tasks already: the new ones are numbered after them
 */
export function planPicks(wants: readonly Want[], source: PickSource, tasksBefore = 0): PickPlan {
  const bySku = groupBy(
    source.shelves.filter((shelf) => isPickable(shelf, source)),
    (shelf) => shelf.sku,
  );
  const queues = new Map(
    Array.from(bySku, ([sku, shelves]) => [
      sku,
      shelves
        .toSorted((a, b) => compareShelves(a, b, source))
        .map((shelf) => ({ shelf, left: shelf.quantity })),
    ]),
  );
  const taken = new Map<string, { cell: Cell; units: number; wants: Want[] }>();
  const short: Want[] = [];
  for (const want of wants) {
    let open = want.units;
    for (const place of queues.get(want.sku) ?? []) {
      const units = Math.min(open, place.left);
      if (units === 0) continue;
      place.left -= units;
      open -= units;
      const { warehouse, bin, sku, lot, quality } = place.shelf;
      const key = cellKey(place.shelf);
      const task = taken.get(key) ?? { cell: { warehouse, bin, sku, lot, quality }, units: 0, wants: [] };
      task.units += units;
      task.wants.push({ ...want, units });
      taken.set(key, task);
    }
    if (open > 0) short.push({ ...want, units: open });
  }
  const routeOf = (cell: Cell): number => source.bins.get(cell.bin)?.route ?? Number.MAX_SAFE_INTEGER;
  const tasks = [...taken.values()]
    .toSorted((a, b) => routeOf(a.cell) - routeOf(b.cell) || compareText(cellKey(a.cell), cellKey(b.cell)))
    .map((task, index) => ({ task: String(tasksBefore + index + 1), ...task }));
  return { tasks, short };
}

function isPickable(shelf: Standing, { bins, lots, now, lifeMsMin }: PickSource): boolean {
  if (shelf.quality !== "good" || shelf.quantity <= 0) return false;
  if (bins.get(shelf.bin)?.active !== true) return false;
  const expiresAt = lots.get(pairKey(shelf.sku, shelf.lot))?.expiresAt ?? null;
  return expiresAt === null || expiresAt - now > lifeMsMin;
}

function compareShelves(one: Standing, other: Standing, { lots, bins }: PickSource): number {
  const lotOf = (shelf: Standing): Lot | undefined => lots.get(pairKey(shelf.sku, shelf.lot));
  const expiry = (shelf: Standing): number => lotOf(shelf)?.expiresAt ?? Number.MAX_SAFE_INTEGER;
  const came = (shelf: Standing): number => lotOf(shelf)?.receivedAt ?? 0;
  const route = (shelf: Standing): number => bins.get(shelf.bin)?.route ?? Number.MAX_SAFE_INTEGER;
  return (
    expiry(one) - expiry(other) ||
    came(one) - came(other) ||
    compareText(one.lot, other.lot) ||
    route(one) - route(other) ||
    compareText(one.bin, other.bin)
  );
}
