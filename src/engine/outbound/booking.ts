import type { Adjust, Observe } from "../../domain/command.ts";
import { pickKey } from "../../domain/floor/done-key.ts";
import type { FloorMovement } from "../../domain/floor/movement.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import type { Shipment, Wave, WaveMove } from "../../domain/outbound/wave.ts";
import { isStaging } from "../../domain/place.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import type { Answer, Batcher } from "../batcher.ts";

/** How waves become movements in the books. */

/** How often one movement is tried in a row, when an earlier try was refused and is remembered so: enough for a million. */
const triesMax = 20;

interface Due {
  readonly move: WaveMove;
  readonly index: number;
  n: number;
}

/** What the books must be told before a movement; null: they cannot take it yet. */
export type ToldBefore = (movement: FloorMovement) => Promise<readonly Adjust[] | null>;

/**
 * Tells the books what was carried and is not in `booked` yet. Each carrying has a key of its own: two nodes that
 * do it at once do it once. What they do not take is told again as soon as the units stand there by the books, or a count
 * has booked as lost what the carrying explains.
 * @returns how many the books do not take: by them the units stand elsewhere
 */
export async function bookMoves(
  { wave, moves }: Pick<Wave, "wave" | "moves">,
  booked: Set<number>,
  batcher: Pick<Batcher, "submitAll">,
  before: { readonly told: ToldBefore; readonly at: Instant },
): Promise<number> {
  const due = moves.flatMap((move, index) => (booked.has(index) ? [] : [{ move, index, n: 0 }]));
  const refused: Due[] = [];
  const answers = await batcher.submitAll(due.map((one) => moveCommand(wave, one)));
  for (const [index, one] of due.entries()) {
    if (resultOf(answers[index]) === "done") booked.add(one.index);
    else refused.push(one);
  }
  let waiting = 0;
  for (const one of refused) {
    const first = await before.told(movementOf(wave, one, before.at));
    if (first !== null && (await bookAgain(wave, one, first, batcher))) booked.add(one.index);
    else waiting += 1;
  }
  return waiting;
}

/**
 * Under the first key that was not refused before, with what goes before it in the same batch. The keys are doubled, so that however
 * often it was refused a free one is near.
 */
async function bookAgain(
  wave: string,
  due: Due,
  first: readonly Adjust[],
  batcher: Pick<Batcher, "submitAll">,
): Promise<boolean> {
  for (let attempt = 1; attempt <= triesMax; attempt += 1) {
    const commands = [...first, moveCommand(wave, { ...due, n: 2 ** attempt - 1 })];
    const result = resultOf((await batcher.submitAll(commands)).at(-1));
    if (result !== "refused_before") return result === "done";
  }
  return false;
}

function movementOf(wave: string, { move, index }: Due, recordedAt: Instant): FloorMovement {
  const { sku, units, from, to, by, at, slackMs, device, deviceSeq } = move;
  return {
    id: `${wave}/${index}`,
    sku,
    quantity: units,
    from,
    to,
    reason: isStaging(to.bin) ? "pick" : "unpick",
    at: Math.min(at, recordedAt),
    atUncertaintyMs: Math.ceil(slackMs),
    recordedAt,
    actor: by,
    device,
    deviceSeq,
    doc: wave,
  };
}

function moveCommand(wave: string, { move, index, n }: Due): Adjust {
  const { sku, units, from, to, by, at } = move;
  return {
    type: "adjust",
    action: "put_away",
    key: pickKey(wave, index, move, n),
    actor: by,
    at,
    warehouse: from.warehouse,
    sku,
    quantity: units,
    bin: from.bin,
    toBin: to.bin,
    lot: from.lot,
    note: wave,
  };
}

function resultOf(answer: Answer | undefined): "done" | "refused" | "refused_before" {
  if (answer === undefined || "error" in answer) return "refused";
  const { outcome } = answer;
  if (isRefusal(outcome)) return "refused";
  if (outcome.code !== "duplicate") return "done";
  const first: Outcome | null = outcome.first;
  return first !== null && isRefusal(first) ? "refused_before" : "done";
}

/** Whether the books know of all units of a parcel. */
export function isBooked({ lines }: Pick<Shipment, "lines">, known: readonly Line[]): boolean {
  return lines.every(({ lineId, sku, total }) => {
    const line = known.find((one) => one.lineId === lineId && one.sku === sku);
    return line !== undefined && line.shipped >= total;
  });
}

/**
 * What a parcel tells the books: how many units of each line are sent by now, and which of the picked units these
 * are. Totals, so that a platform that says the same counts nothing twice.
 */
export function shipCommand(
  { stagingBin }: Pick<Wave, "stagingBin">,
  shipment: Shipment,
  known: readonly Line[],
  at: Instant,
): Observe {
  const { channel, orderId, by: actor, at: updatedAt, lines, units } = shipment;
  const seen = lines.flatMap(({ lineId, sku, total }) => {
    const line = known.find((one) => one.lineId === lineId && one.sku === sku);
    if (line === undefined) return [];
    const { quantity, per, kind } = line;
    return [{ lineId, sku, quantity: quantity / per, kind, shipped: total / per }];
  });
  const picked = units.map(({ want, cell, units: count }) => ({
    lineId: want.lineId,
    sku: cell.sku,
    bin: stagingBin,
    lot: cell.lot,
    units: count,
  }));
  const placedAt = known[0]?.placedAt ?? updatedAt;
  const when = { at, updatedAt: Math.min(updatedAt, at), placedAt };
  return { type: "observe", actor, ...when, channel, orderId, rank: 0, buyer: null, lines: seen, picked };
}

/** A parcel leaves the staging bin: each lot of it as a movement. */
function leavingOf(
  { wave, warehouse, stagingBin }: Pick<Wave, "wave" | "warehouse" | "stagingBin">,
  { units, orderId, shipment, by: actor, at }: Shipment,
  recordedAt: Instant,
): readonly FloorMovement[] {
  const byCell = new Map<string, FloorMovement>();
  for (const { cell, units: quantity } of units) {
    const { sku, lot, quality } = cell;
    const key = JSON.stringify([sku, lot, quality]);
    const known = byCell.get(key);
    byCell.set(key, {
      id: `${wave}/${shipment}/${key}`,
      sku,
      quantity: quantity + (known?.quantity ?? 0),
      from: { warehouse, bin: stagingBin, lot, quality },
      to: null,
      reason: "ship",
      at: Math.min(at, recordedAt),
      atUncertaintyMs: 0,
      recordedAt,
      actor,
      device: null,
      deviceSeq: 0,
      doc: orderId,
    });
  }
  return [...byCell.values()];
}

/**
 * Tells the books of a parcel that has left, and before it what a count has booked as lost because it had left already: else
 * they would take the units from a shelf that still has them.
 * @returns whether they have it
 */
export async function tellParcel(
  wave: Pick<Wave, "wave" | "warehouse" | "stagingBin">,
  shipment: Shipment,
  known: readonly Line[],
  batcher: Pick<Batcher, "submitAll">,
  before: { readonly told: ToldBefore; readonly at: Instant },
): Promise<boolean> {
  const first: Adjust[] = [];
  for (const movement of leavingOf(wave, shipment, before.at))
    first.push(...((await before.told(movement)) ?? []));
  const commands = [...first, shipCommand(wave, shipment, known, before.at)];
  return resultOf((await batcher.submitAll(commands)).at(-1)) === "done";
}
