import { assert } from "../assert.ts";
import type { Bench } from "../bench.ts";
import { isQuantity, quantityRefusal } from "../check.ts";
import type { SentLine, TransferStep } from "../command.ts";
import { recall, remember } from "../idempotency.ts";
import { move, type Cause } from "../ledger.ts";
import type { Outcome, Refusal } from "../outcome.ts";
import { isStaging, type InsidePlace, type Quality } from "../place.ts";
import type { Placement } from "../rows.ts";
import { coverWaiting } from "../settle.ts";
import { compareText, pairKey, skuKey } from "../text.ts";
import {
  foldTransfer,
  inTransit,
  receiveProblem,
  transferKind,
  transitWarehouse,
  type ReceivedLine,
  type Transfer,
  type TransferEvent,
  type TransferLine,
} from "./transfer.ts";

/**
 * One step of a transfer: its units and its document, or neither. Units that are promised stay where they are. What is
 * on its way stands in the books of `transitWarehouse`; both ends of a movement between warehouses name the outside
 * place `supplier`, where they cancel out.
 */
export function carry(bench: Bench, command: TransferStep): Outcome {
  const refused = stepRefusal(bench, command);
  if (refused !== null) return refused;
  const { key, transfer, step, actor, at } = command;
  const record = { key, kind: "transfer", content: JSON.stringify([transfer, step]) };
  const earlier = recall(bench, record);
  if (earlier !== null) return earlier;
  const document = bench.document(transferKind, transfer);
  const version = document?.version ?? 0;
  if (version !== command.version) return { code: "version_conflict", path: "version", version };
  const state = (document?.body ?? null) as Transfer | null;
  const event = eventOf(bench, command, state);
  if ("code" in event) {
    remember(bench, command, record, event);
    return event;
  }
  const after = foldTransfer(state, event);
  assert(after !== null && after !== state, "a step of a transfer changes it");
  bench.set(bench.documents, pairKey(transferKind, transfer), {
    kind: transferKind,
    id: transfer,
    version: version + 1,
    body: after,
    updatedAt: at,
    updatedBy: actor,
  });
  const outcome: Outcome = { code: "applied", seq: bench.seq, version: version + 1 };
  remember(bench, command, record, outcome);
  return outcome;
}

/** What a step must not say, whatever the transfer is. */
function stepRefusal(bench: Bench, { step }: TransferStep): Refusal | null {
  if (step.kind === "close") return null;
  for (const [index, line] of step.lines.entries()) {
    const invalid = quantityRefusal(line.quantity, `lines[${index}].quantity`);
    if (invalid !== null) return invalid;
    if (bench.sku(skuKey(line.sku)) === null)
      return { code: "unknown_sku", path: `lines[${index}].sku`, sku: line.sku };
  }
  if (step.lines.length === 0) return { code: "invalid_command", path: "lines", problem: "there is no line" };
  if (step.kind !== "send") return null;
  for (const path of ["from", "to"] as const) {
    const warehouse = step[path];
    if (bench.warehouse(warehouse) === null) return { code: "unknown_warehouse", path, warehouse };
  }
  return step.from === step.to
    ? { code: "invalid_command", path: "to", problem: "it goes to the warehouse that it comes from" }
    : null;
}

/** Moves the units of a step, and says what it is for the document. Refused, nothing has moved. */
function eventOf(bench: Bench, command: TransferStep, state: Transfer | null): TransferEvent | Refusal {
  const { transfer, step, actor: by, at } = command;
  const cause: Cause = { at, actor: by, channel: null, orderId: null, lineId: null, doc: transfer };
  const base = { transfer, at, by };
  if (step.kind === "send") {
    const slices = slicesOf(bench, step.from, step.lines);
    if ("code" in slices) return slices;
    for (const slice of slices) send(bench, cause, slice);
    const { from, to, note } = step;
    return { ...base, kind: "sent", from, to, note, lines: merged(slices) };
  }
  assert(state !== null && state.closedAt === null, "a transfer is open until it is closed");
  if (step.kind === "receive") {
    const lines = step.lines.map((line) => ({ ...line, sku: skuKey(line.sku) }));
    assert(receiveProblem(state, lines, by) === null, "what is received was sent, and by somebody else");
    for (const line of lines) receiveLine(bench, cause, state.to, line);
    return { ...base, kind: "received", lines };
  }
  for (const line of inTransit(state)) {
    if (step.fate === "back") receiveLine(bench, cause, state.from, { ...line, bin: "", damaged: 0 });
    else leaveTransit(bench, cause, line, "lost");
  }
  return { ...base, kind: "closed", fate: step.fate, reason: step.reason };
}

const placeOf: Readonly<Record<Quality, InsidePlace>> = { good: "available", bad: "quarantine" };

/**
 * The shelves that the lines are taken from: the bin and the lot that they name, else the oldest lot first. Lines that
 * name more are served first, so that those that name less leave them theirs.
 */
function slicesOf(
  bench: Bench,
  warehouse: string,
  lines: readonly SentLine[],
): readonly Placement[] | Refusal {
  const taken: Placement[] = [];
  const left = new Map<string, Placement[]>();
  const free = new Map<string, number>();
  const named = ({ bin, lot }: SentLine): number => (bin === undefined ? 0 : 1) + (lot === undefined ? 0 : 1);
  for (const line of lines.toSorted((a, b) => named(b) - named(a))) {
    const sku = skuKey(line.sku);
    const { quality, quantity } = line;
    const place = placeOf[quality];
    const key = pairKey(sku, quality);
    const present = free.get(key) ?? bench.stock(sku, warehouse)[place];
    const refuse = (at: string, units: number): Refusal => ({
      code: "insufficient_units",
      path: "lines",
      sku: line.sku,
      place: at,
      requested: quantity,
      present: units,
    });
    if (present < quantity) return refuse(place, present);
    free.set(key, present - quantity);
    const shelves = left.get(key) ?? shelvesOf(bench, sku, warehouse, quality);
    left.set(key, shelves);
    let open = quantity;
    for (const [index, shelf] of shelves.entries()) {
      const fits =
        (line.bin === undefined || line.bin === shelf.bin) &&
        (line.lot === undefined || line.lot === shelf.lot);
      const units = fits ? Math.min(open, shelf.quantity) : 0;
      if (units === 0) continue;
      taken.push({ ...shelf, quantity: units });
      shelves[index] = { ...shelf, quantity: shelf.quantity - units };
      open -= units;
    }
    if (open > 0) return refuse("shelf", quantity - open);
  }
  return taken;
}

function shelvesOf(bench: Bench, sku: string, warehouse: string, quality: Quality): Placement[] {
  return bench
    .placementsOf(sku)
    .filter((one) => one.warehouse === warehouse && one.quality === quality && one.quantity > 0)
    .toSorted(
      (a, b) =>
        Number(isStaging(a.bin)) - Number(isStaging(b.bin)) ||
        compareText(a.lot, b.lot) ||
        compareText(a.bin, b.bin),
    );
}

function send(bench: Bench, cause: Cause, slice: Placement): void {
  const { sku, warehouse, bin, lot, quality, quantity } = slice;
  const out = { sku, quantity, reason: "transfer_out" } as const;
  move(bench, cause, { ...out, warehouse, from: placeOf[quality], to: "supplier", bin, lot });
  move(bench, cause, { ...out, warehouse: transitWarehouse, from: "supplier", to: "loaned", lot });
}

function leaveTransit(bench: Bench, cause: Cause, line: TransferLine, to: "supplier" | "lost"): void {
  const { sku, lot, quantity } = line;
  const reason = to === "lost" ? "write_off" : "transfer_in";
  move(bench, cause, { sku, warehouse: transitWarehouse, from: "loaned", to, quantity, reason, lot });
}

function receiveLine(bench: Bench, cause: Cause, warehouse: string, line: ReceivedLine): void {
  const { sku, lot, bin, quality, quantity, damaged } = line;
  assert(damaged === 0 || isQuantity(damaged), "damaged units are whole");
  assert(damaged <= quantity, "no more is damaged than came");
  leaveTransit(bench, cause, line, "supplier");
  const into = { sku, warehouse, from: "supplier", toBin: bin, lot, reason: "transfer_in" } as const;
  const bad = quality === "bad" ? quantity : damaged;
  move(bench, cause, { ...into, to: "quarantine", quantity: bad });
  move(bench, cause, { ...into, to: "available", quantity: quantity - bad });
  coverWaiting(bench, sku, cause);
}

/** One line for each SKU, lot and quality: from which bins it came is in the journal. */
function merged(slices: readonly Placement[]): readonly TransferLine[] {
  return inTransit({ sent: slices, received: [] });
}
