import { assert } from "./assert.ts";
import type { Bench } from "./bench.ts";
import { move, type Cause } from "./ledger.ts";
import { backlogOf, coveredUnits, effectOf } from "./order.ts";
import type { Cover, Line, Stock } from "./rows.ts";
import type { Place, Reason } from "./place.ts";

/** A line while it is being settled: its facts stand, where its units are is being worked out. */
type Draft = Omit<Line, "covers" | "gone"> & { covers: readonly Cover[]; gone: number };

/**
 * Moves the units of a line to where its facts say that they belong, and writes the line. `draft` is a line
 * of its own with the new facts and the old covers; `known` is the line as it stood, or null for a new one.
 *
 * What physically happened comes first (returns, then shipping, which may take units that stood ready for
 * others: they are gone); then what is no longer wanted is released; then the line takes what it wants;
 * whatever no unit covers is backlog; and units that came free go to whoever has waited longest.
 */
export function settle(
  bench: Bench,
  known: Line | null,
  draft: Draft,
  warehouses: readonly string[],
  cause: Cause,
): Line {
  const booked = causeOf(draft, cause);
  const now = effectOf(draft);
  const before = takeBack(bench, known, draft, warehouses, booked);
  const from = before === null ? now.place : effectOf(before).place;

  const ships = now.shipped > draft.gone;
  if (ships) shipUnits(bench, draft, before === null, from, now.shipped - draft.gone, warehouses, booked);

  // A spot line that turns out to be a presale gives its units back: they are not the goods that it waits for.
  const becamePresale = draft.kind === "presale" && before?.kind === "spot";
  const surplus = coveredUnits(draft) - (becamePresale ? 0 : now.want);
  if (surplus > 0)
    release(
      bench,
      draft,
      from,
      surplus,
      draft.stage === "created" && draft.expired ? "expire" : "cancel",
      booked,
    );
  if (from !== now.place) changePlace(bench, draft, from, now.place, booked);

  const wanting = now.want - coveredUnits(draft);
  if (wanting > 0 && draft.kind === "spot") take(bench, draft, now.place, wanting, warehouses, booked);

  bookBacklog(bench, before, draft, booked);
  bench.setLine(draft);
  // Who gave way to what was sent may find free units in another warehouse.
  const gaveWay = ships && bench.stocksOf(draft.sku).length > 1;
  if (surplus > 0 || gaveWay) coverWaiting(bench, draft.sku, cause);
  return draft;
}

/**
 * Returned units are back in the building. Whoever waits for them gets them before this line takes anything,
 * and it may be the line itself: so where its units are is read again. Returns the line as it stands then.
 */
function takeBack(
  bench: Bench,
  before: Line | null,
  draft: Draft,
  warehouses: readonly string[],
  cause: Cause,
): Line | null {
  const good = draft.returnedGood - (before?.returnedGood ?? 0);
  const bad = draft.returnedBad - (before?.returnedBad ?? 0);
  if (good === 0 && bad === 0) return before;
  const home = warehouses[0];
  assert(home !== undefined, "a channel has at least one warehouse");
  const back = { sku: draft.sku, warehouse: home, from: "customer", reason: "return" } as const;
  move(bench, cause, { ...back, to: "available", quantity: good });
  move(bench, cause, { ...back, to: "quarantine", quantity: bad });
  coverWaiting(bench, draft.sku, cause);
  if (before === null) return null;
  const latest = bench.latest(before);
  draft.covers = latest.covers;
  draft.gone = latest.gone;
  return latest;
}

function changePlace(bench: Bench, line: Draft, from: Place, to: Place, cause: Cause): void {
  const reason = to === "committed" ? "payment" : "unpay";
  for (const { warehouse, units } of line.covers)
    move(bench, cause, { sku: line.sku, warehouse, from, to, quantity: units, reason });
}

/**
 * Gives free units to the lines that wait: first to what was sent without a unit (those goods are gone from
 * the shelf already), then to spot lines, oldest first.
 */
export function coverWaiting(bench: Bench, sku: string, cause: Cause): void {
  for (const { warehouse } of bench.stocksOf(sku)) {
    if (shortageOf(bench, sku) === 0) return;
    eachWaiting(bench, "deficit", sku, warehouse, (line, free) => {
      const units = Math.min(backlogOf(line).deficit, free);
      const booked = causeOf(line, cause);
      move(bench, booked, {
        sku,
        warehouse,
        from: "available",
        to: "customer",
        quantity: units,
        reason: "cover",
      });
      rewrite(bench, line, { ...line, gone: line.gone + units }, booked);
    });
    eachWaiting(bench, "spot", sku, warehouse, (line, free) => {
      const units = Math.min(effectOf(line).want - coveredUnits(line), free);
      cover(bench, line, warehouse, units, causeOf(line, cause));
    });
  }
}

/** Calls `give` for each waiting line whose channel sells from the warehouse, as long as it has free units. */
function eachWaiting(
  bench: Bench,
  name: "deficit" | "spot",
  sku: string,
  warehouse: string,
  give: (line: Line, free: number) => void,
): void {
  const free = (): number => bench.stock(sku, warehouse).available;
  let passedOver = 0;
  while (free() > 0) {
    const asked = free() + passedOver;
    const lines = bench.queue(name, sku, asked);
    passedOver = 0;
    for (const line of lines) {
      if (!sellsFrom(bench, line.channel, warehouse)) passedOver += 1;
      else if (free() > 0) give(line, free());
    }
    if (lines.length < asked) return;
  }
}

function sellsFrom(bench: Bench, channel: string, warehouse: string): boolean {
  return bench.channel(channel)?.warehouses.includes(warehouse) ?? false;
}

/** Goods that presale lines wait for have arrived in a warehouse and are available: oldest line first. */
export function coverPresale(
  bench: Bench,
  sku: string,
  warehouse: string,
  units: number,
  cause: Cause,
): void {
  let open = units;
  if (open === 0 || bench.stocksOf(sku).every((stock) => stock.presale === 0)) return;
  for (const line of bench.queue("presale", sku, open)) {
    const wanted = Math.min(effectOf(line).want - coveredUnits(line), open);
    if (wanted === 0) break;
    cover(bench, line, warehouse, wanted, causeOf(line, cause));
    open -= wanted;
  }
}

/**
 * Good units are gone from a warehouse, whatever they were promised to: a count says so, or they were sent
 * for another order. Free ones first, then those of unpaid lines, then of paid ones, latest first; whoever
 * gives way is owed them. Returns how many could not be taken, because the books had no more.
 */
export function takeGood(
  bench: Bench,
  sku: string,
  warehouse: string,
  units: number,
  to: Extract<Place, "customer" | "lost">,
  reason: Reason,
  cause: Cause,
  shelf: { readonly bin?: string; readonly lot?: string } = {},
): number {
  const free = Math.min(units, bench.stock(sku, warehouse).available);
  move(bench, cause, { sku, warehouse, from: "available", to, quantity: free, reason, ...shelf });
  let open = units - free;
  while (open > 0) {
    const displaced = displaceOne(bench, sku, warehouse, open, cause);
    if (displaced === 0) return open;
    move(bench, cause, { sku, warehouse, from: "available", to, quantity: displaced, reason, ...shelf });
    open -= displaced;
  }
  return 0;
}

/** The next line in turn gives back up to `units` of a warehouse. Returns how many: 0 when there is none. */
function displaceOne(bench: Bench, sku: string, warehouse: string, units: number, cause: Cause): number {
  const stock = bench.stock(sku, warehouse);
  if (stock.held + stock.committed === 0) return 0;
  for (let count = 1; ; count *= 2) {
    const lines = bench.queue("covered", sku, count);
    const line = lines.find((one) => one.covers.some((cover) => cover.warehouse === warehouse));
    if (line === undefined) {
      assert(lines.length === count, "held and committed units belong to lines");
      continue;
    }
    const given = Math.min(units, coverIn(line, warehouse));
    const booked = causeOf(line, cause);
    const from = effectOf(line).place;
    move(bench, booked, { sku, warehouse, from, to: "available", quantity: given, reason: "displace" });
    rewrite(bench, line, { ...line, covers: withCover(line.covers, warehouse, -given) }, booked);
    return given;
  }
}

function shipUnits(
  bench: Bench,
  draft: Draft,
  isNew: boolean,
  from: Place,
  units: number,
  warehouses: readonly string[],
  cause: Cause,
): void {
  let open = units;
  for (const cover of draft.covers) {
    const sent = Math.min(open, cover.units);
    move(bench, cause, {
      sku: draft.sku,
      warehouse: cover.warehouse,
      from,
      to: "customer",
      quantity: sent,
      reason: "ship",
    });
    draft.covers = withCover(draft.covers, cover.warehouse, -sent);
    draft.gone += sent;
    open -= sent;
  }
  if (open === 0) return;
  // The line has used up its own units; it must not be found among those that can give way to it.
  if (!isNew) bench.setLine({ ...draft });
  // Free units of every warehouse go before promised ones of any.
  for (const warehouse of warehouses.length > 1 ? warehouses : []) {
    const quantity = Math.min(open, bench.stock(draft.sku, warehouse).available);
    move(bench, cause, {
      sku: draft.sku,
      warehouse,
      from: "available",
      to: "customer",
      quantity,
      reason: "ship",
    });
    draft.gone += quantity;
    open -= quantity;
  }
  for (const warehouse of warehouses) {
    const sent = open - takeGood(bench, draft.sku, warehouse, open, "customer", "ship", cause);
    draft.gone += sent;
    open -= sent;
  }
}

function release(bench: Bench, draft: Draft, from: Place, units: number, reason: Reason, cause: Cause): void {
  let open = units;
  for (const cover of draft.covers.toReversed()) {
    const given = Math.min(open, cover.units);
    move(bench, cause, {
      sku: draft.sku,
      warehouse: cover.warehouse,
      from,
      to: "available",
      quantity: given,
      reason,
    });
    draft.covers = withCover(draft.covers, cover.warehouse, -given);
    open -= given;
  }
  assert(open === 0, "a line releases only what it has");
}

/** From the first warehouse that has it whole, else split in their order; less when there is less. */
function take(
  bench: Bench,
  draft: Draft,
  to: Place,
  units: number,
  warehouses: readonly string[],
  cause: Cause,
): void {
  const { sku } = draft;
  const whole = warehouses.find((warehouse) => bench.stock(sku, warehouse).available >= units);
  let open = units;
  for (const warehouse of whole === undefined ? warehouses : [whole]) {
    const quantity = Math.min(open, bench.stock(sku, warehouse).available);
    if (quantity === 0) continue;
    move(bench, cause, { sku, warehouse, from: "available", to, quantity, reason: "order" });
    draft.covers = withCover(draft.covers, warehouse, quantity);
    open -= quantity;
  }
}

function cover(bench: Bench, line: Line, warehouse: string, units: number, cause: Cause): void {
  const to = effectOf(line).place;
  move(bench, cause, { sku: line.sku, warehouse, from: "available", to, quantity: units, reason: "cover" });
  rewrite(bench, line, { ...line, covers: withCover(line.covers, warehouse, units) }, cause);
}

function rewrite(bench: Bench, before: Line, after: Line, cause: Cause): void {
  bookBacklog(bench, before, after, cause);
  bench.setLine(after);
}

/** The journal's entries for what is owed and covered by no unit. */
function bookBacklog(bench: Bench, before: Line | null, after: Line, cause: Cause): void {
  const was = before === null ? { shortage: 0, presale: 0 } : backlogOf(before);
  const now = backlogOf(after);
  for (const place of ["shortage", "presale"] as const) {
    const delta = now[place] - was[place];
    if (delta > 0) {
      move(bench, cause, {
        sku: after.sku,
        warehouse: backlogWarehouse,
        from: "demand",
        to: place,
        quantity: delta,
        reason: "short",
      });
    } else if (delta < 0) {
      move(bench, cause, {
        sku: after.sku,
        warehouse: backlogWarehouse,
        from: place,
        to: "demand",
        quantity: -delta,
        reason: "cover",
      });
    }
  }
}

/**
 * What is owed is owed by the shop, not by a warehouse. The rows need one all the same: it is the one that
 * every shop has.
 */
export const backlogWarehouse = "main";

export function shortageOf(bench: Bench, sku: string): number {
  return sum(bench.stocksOf(sku), "shortage");
}

export function sum(stocks: readonly Stock[], place: "available" | "shortage" | "presale"): number {
  let units = 0;
  for (const stock of stocks) units += stock[place];
  return units;
}

function coverIn(line: Line, warehouse: string): number {
  return line.covers.find((cover) => cover.warehouse === warehouse)?.units ?? 0;
}

function withCover(covers: readonly Cover[], warehouse: string, delta: number): readonly Cover[] {
  if (delta === 0) return covers;
  const known = covers.find((cover) => cover.warehouse === warehouse);
  if (known === undefined) return [...covers, { warehouse, units: delta }];
  const units = known.units + delta;
  assert(units >= 0, "a cover is never negative");
  return units === 0
    ? covers.filter((cover) => cover !== known)
    : covers.map((cover) => (cover === known ? { warehouse, units } : cover));
}

/** A movement for a line is booked under that line's order, whatever command set it off. */
function causeOf(line: Pick<Line, "channel" | "orderId" | "lineId">, cause: Cause): Cause {
  return {
    at: cause.at,
    actor: cause.actor,
    doc: cause.doc,
    channel: line.channel,
    orderId: line.orderId,
    lineId: line.lineId,
    picked: cause.picked,
  };
}
