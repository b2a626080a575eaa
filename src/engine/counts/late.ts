import type { Adjust } from "../../domain/command.ts";
import { Floor } from "../../domain/floor/floor.ts";
import type { FloorMovement } from "../../domain/floor/movement.ts";
import { cellKey, type Cell } from "../../domain/floor/shelf.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import { countsEngineLimits, type Counts } from "./counts.ts";
import { commandOf, dueOf } from "./posting.ts";
import { sheetIdParts } from "./sheet-id.ts";

/**
 * Movements from before a count that are heard of after it was booked. The count saw an empty shelf and said that the
 * units were lost; now a phone tells that they were picked. By the books they are gone, so the books would refuse the pick: what the
 * pick explains must be found again first.
 */

type Books = Pick<Counts, "standing" | "list" | "priceOf" | "outcomeOf">;
/** Numbers that were used by refused tries are passed over, each time twice as many. */
const triesMax = 20;

/**
 * What the books must be told before a movement, so that they have the units that it takes.
 * @param movement takes its units from a shelf
 * @returns nothing where the units stand there already; null where no count explains that they do not
 */
export async function toldBefore(counts: Books, movement: FloorMovement): Promise<readonly Adjust[] | null> {
  const { from, sku, quantity, recordedAt } = movement;
  if (from === null || (movement.to === null && !(await hasCounted(counts, recordedAt)))) return [];
  const cell: Cell = { ...from, sku };
  const now = await counts.standing();
  const there = now.floor.quantity(cell);
  if (there >= quantity) return [];
  const claims = now.floor.corrections(cell);
  if (claims.length === 0) return null;
  // The shelf alone, with the movement in it: what do its counts correct then?
  const shelf = new Floor();
  for (const known of now.floor.history(cell)) shelf.move(known);
  shelf.move(movement);
  for (const { anchor } of claims) shelf.anchor(anchor);
  const sheets = (await counts.list(now.since)).filter(
    ({ spec }) => sheetIdParts(spec.sheet)?.unscanned === false,
  );
  const own = cellKey(cell);
  const found = dueOf(shelf, now.posted, sheets).filter(
    ({ posting }) => posting.delta > 0 && cellKey(posting.cell) === own,
  );
  const units = found.reduce((sum, { posting }) => sum + posting.delta, 0);
  if (units === 0 || there + units < quantity) return null;
  const priceOf = await counts.priceOf();
  const told: Adjust[] = [];
  for (const one of found) {
    let command = commandOf(one, priceOf, recordedAt);
    for (let attempt = 1; attempt <= triesMax && (await counts.outcomeOf(command.key)) !== null; attempt += 1)
      command = commandOf({ ...one, n: one.n + 2 ** attempt - 1 }, priceOf, recordedAt);
    told.push(command);
  }
  return told;
}

/** Without a count nothing was booked as lost: then no parcel waits for the floor to be read. */
async function hasCounted(counts: Books, now: Instant): Promise<boolean> {
  const since = now - countsEngineLimits.openDays * 24 * hourMs;
  return (await counts.list(since)).some(({ approved }) => approved.size > 0);
}
