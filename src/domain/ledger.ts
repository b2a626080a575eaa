import { assert } from "./assert.ts";
import type { Bench } from "./bench.ts";
import type { PickedUnits } from "./command.ts";
import { insidePlaces, isStaging, qualityOf, type Place, type Quality, type Reason } from "./place.ts";
import type { Instant, Placement, Stock } from "./rows.ts";
import { compareText } from "./text.ts";

/** Who and what a movement is booked for. */
export interface Cause {
  readonly at: Instant;
  readonly actor: string;
  readonly channel: string | null;
  readonly orderId: string | null;
  readonly lineId: string | null;
  readonly doc: string | null;
  /** The units that a parcel has, where its picks were scanned: they leave before others do. */
  readonly picked?: readonly PickedUnits[] | undefined;
}

export interface Move {
  readonly sku: string;
  readonly warehouse: string;
  readonly from: Place;
  readonly to: Place;
  readonly quantity: number;
  readonly reason: Reason;
  /** The bin it is taken from; absent: whichever the rule picks. */
  readonly bin?: string;
  /** The bin it is put into; absent: the bin it came from, or not put away yet. */
  readonly toBin?: string;
  readonly lot?: string;
}

/**
 * Moves units: the only function that changes a balance. Where the goods also change shelf or quality, the
 * placements change with them and each shelf touched has its own entry.
 */
export function move(bench: Bench, cause: Cause, moved: Move): void {
  if (moved.quantity === 0) return;
  assert(
    moved.quantity > 0 && Number.isSafeInteger(moved.quantity),
    "a movement has a whole, positive quantity",
  );
  const from = qualityOf(moved.from);
  const to = qualityOf(moved.to);
  const bins = moved.bin !== undefined || moved.toBin !== undefined;
  if (from === to && !(from !== null && bins)) {
    book(bench, cause, moved, null, null, moved.lot ?? null);
    return;
  }
  for (const slice of from === null ? [null] : pick(bench, moved, from, pickedFor(cause, moved))) {
    const quantity = slice?.quantity ?? moved.quantity;
    const lot = slice?.lot ?? moved.lot ?? "";
    const toBin = to === null ? null : (moved.toBin ?? slice?.bin ?? "");
    if (slice !== null && from !== null) place(bench, { ...slice, quantity: -quantity });
    if (to !== null && toBin !== null) {
      place(bench, { sku: moved.sku, warehouse: moved.warehouse, bin: toBin, lot, quality: to, quantity });
    }
    book(bench, cause, { ...moved, quantity }, slice?.bin ?? null, toBin, lot);
  }
}

/** A line in the SKU's history that moves nothing: its policy changed. */
export function note(bench: Bench, cause: Cause, sku: string, warehouse: string): void {
  book(
    bench,
    cause,
    { sku, warehouse, from: "available", to: "available", quantity: 0, reason: "policy" },
    null,
    null,
    null,
  );
}

function book(
  bench: Bench,
  cause: Cause,
  moved: Move,
  fromBin: string | null,
  toBin: string | null,
  lot: string | null,
): void {
  const before = bench.stock(moved.sku, moved.warehouse);
  const after: Record<string, unknown> & Stock = { ...before, seq: bench.seq + 1 };
  add(after, moved.from, -moved.quantity);
  add(after, moved.to, moved.quantity);
  for (const place of insidePlaces)
    assert(after[place] >= 0, `invariant 2: ${place} of ${moved.sku} would be ${after[place]}`);
  assert(after.shortage >= 0 && after.presale >= 0, `a backlog of ${moved.sku} would be negative`);
  bench.setStock(after);
  bench.entries.push({
    sku: moved.sku,
    warehouse: moved.warehouse,
    from: moved.from,
    to: moved.to,
    quantity: moved.quantity,
    reason: moved.reason,
    at: cause.at,
    actor: cause.actor,
    channel: cause.channel,
    orderId: cause.orderId,
    lineId: cause.lineId,
    doc: cause.doc,
    fromBin,
    toBin,
    lot: lot === "" ? null : lot,
  });
}

/** `demand` is not kept: it is what the two backlogs add up to, with the sign turned. */
function add(stock: Record<string, unknown>, place: Place, units: number): void {
  if (place !== "demand") stock[place] = (stock[place] as number) + units;
}

/**
 * Which shelves the units are taken from: the bin and lot that were named, else oldest lot first, then by bin.
 * What is sent was picked before where picks are scanned: it comes out of staging, and nothing else does.
 */
function pick(
  bench: Bench,
  moved: Move,
  quality: Quality,
  picked: readonly PickedUnits[],
): readonly Placement[] {
  const slices: Placement[] = [];
  let open = moved.quantity;
  const there = shelves(bench, moved, quality);
  const taken = new Map<Placement, number>();
  const take = (one: Placement, most: number): void => {
    const before = taken.get(one) ?? 0;
    const quantity = Math.min(open, most, one.quantity - before);
    if (quantity <= 0) return;
    taken.set(one, before + quantity);
    slices.push({ ...one, quantity });
    open -= quantity;
  };
  for (const { bin, lot, units } of picked) {
    const shelf = there.find((one) => one.bin === bin && one.lot === lot);
    if (shelf !== undefined) take(shelf, units);
  }
  for (const one of there) {
    if (open === 0) break;
    take(one, one.quantity);
  }
  assert(open === 0, `invariant 6: the shelves hold ${open} fewer of ${moved.sku} than the books`);
  return slices;
}

const nothingPicked: readonly PickedUnits[] = [];

function pickedFor({ picked, lineId }: Cause, { sku, to }: Move): readonly PickedUnits[] {
  if (picked === undefined || to !== "customer") return nothingPicked;
  return picked.filter((one) => one.lineId === lineId && one.sku === sku);
}

function shelves(bench: Bench, moved: Move, quality: Quality): readonly Placement[] {
  return bench
    .placementsOf(moved.sku)
    .filter((one) => one.warehouse === moved.warehouse && one.quality === quality && one.quantity > 0)
    .filter((one) => moved.bin === undefined || one.bin === moved.bin)
    .filter((one) => moved.lot === undefined || one.lot === moved.lot)
    .toSorted(
      (a, b) =>
        stagingRank(moved, a.bin) - stagingRank(moved, b.bin) ||
        compareText(a.lot, b.lot) ||
        compareText(a.bin, b.bin),
    );
}

function stagingRank({ to }: Pick<Move, "to">, bin: string): number {
  return isStaging(bin) === (to === "customer") ? 0 : 1;
}

/** Units on the shelves that a movement could take. */
export function unitsOnShelves(
  bench: Bench,
  moved: Omit<Move, "quantity" | "reason" | "to">,
  quality: Quality,
): number {
  let units = 0;
  for (const one of shelves(bench, { ...moved, to: moved.from, quantity: 0, reason: "policy" }, quality))
    units += one.quantity;
  return units;
}

function place(bench: Bench, delta: Placement): void {
  const all = bench.placementsOf(delta.sku);
  const same = (one: Placement): boolean =>
    one.warehouse === delta.warehouse &&
    one.bin === delta.bin &&
    one.lot === delta.lot &&
    one.quality === delta.quality;
  const before = all.find(same);
  const quantity = (before?.quantity ?? 0) + delta.quantity;
  assert(quantity >= 0, `a shelf of ${delta.sku} would be negative`);
  // An empty shelf stays in the list as zero, so that the store knows to clear its row.
  bench.set(bench.placements, delta.sku, [...all.filter((one) => !same(one)), { ...delta, quantity }]);
}
