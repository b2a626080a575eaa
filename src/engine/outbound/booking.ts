import type { Adjust, Observe } from "../../domain/command.ts";
import { pickKey } from "../../domain/floor/done-key.ts";
import { isRefusal, type Outcome } from "../../domain/outcome.ts";
import type { Shipment, Wave, WaveMove } from "../../domain/outbound/wave.ts";
import type { Instant, Line } from "../../domain/rows.ts";
import type { Answer, Batcher } from "../batcher.ts";

/** How waves become movements in the books. */

/** How often one movement is tried in a row, when an earlier try was refused and is remembered so. */
const triesMax = 20;

interface Due {
  readonly move: WaveMove;
  readonly index: number;
  n: number;
}

/**
 * Tells the books what was carried and is not in `booked` yet. Each carrying has a key of its own: two nodes that
 * do it at once do it once.
 * @returns how many the books do not take: by them the units stand elsewhere
 */
export async function bookMoves(
  { wave, moves }: Pick<Wave, "wave" | "moves">,
  booked: Set<number>,
  batcher: Pick<Batcher, "submitAll">,
): Promise<number> {
  let due: readonly Due[] = moves.flatMap((move, index) =>
    booked.has(index) ? [] : [{ move, index, n: 0 }],
  );
  let waiting = 0;
  for (let attempt = 1; due.length > 0 && attempt <= triesMax; attempt += 1) {
    const answers = await batcher.submitAll(due.map((one) => moveCommand(wave, one)));
    const again: Due[] = [];
    for (const [index, one] of due.entries()) {
      const result = resultOf(answers[index]);
      if (result === "done") booked.add(one.index);
      else if (result === "refused_before") again.push({ ...one, n: one.n + 1 });
      else waiting += 1;
    }
    due = again;
  }
  return waiting + due.length;
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
