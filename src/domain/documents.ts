import type { Bench } from "./bench.ts";
import type { Adjust, AdjustAction, Receive } from "./command.ts";
import { linesRefusal, quantityRefusal } from "./check.ts";
import { recall, remember } from "./idempotency.ts";
import { move, unitsOnShelves, type Cause } from "./ledger.ts";
import type { Outcome, Refusal } from "./outcome.ts";
import { qualityOf, type Place, type Quality, type Reason } from "./place.ts";
import { coverPresale, coverWaiting, takeGood } from "./settle.ts";
import { skuKey } from "./text.ts";

/** Goods arrive: from the supplier to the shelf, and from there to whoever waits for them. */
export function receive(bench: Bench, command: Receive): Outcome {
  const invalid = linesRefusal(command.lines);
  if (invalid !== null) return invalid;
  if (bench.warehouse(command.warehouse) === null) {
    return { code: "unknown_warehouse", path: "warehouse", warehouse: command.warehouse };
  }
  for (const [index, line] of command.lines.entries()) {
    if (bench.sku(skuKey(line.sku)) === null)
      return { code: "unknown_sku", path: `lines[${index}].sku`, sku: line.sku };
  }
  const record = { key: command.key, kind: "receive", content: receiveContent(command) };
  const earlier = recall(bench, record);
  if (earlier !== null) return earlier;
  const cause = causeOf(command);
  for (const line of command.lines) {
    const sku = skuKey(line.sku);
    const to = line.quality === "bad" ? "quarantine" : "available";
    move(bench, cause, {
      sku,
      warehouse: command.warehouse,
      from: "supplier",
      to,
      quantity: line.quantity,
      reason: command.opening ? "opening" : "receive",
      toBin: line.bin ?? "",
      lot: line.lot ?? "",
    });
    if (to === "quarantine") continue;
    if (line.presale === true) coverPresale(bench, sku, command.warehouse, line.quantity, cause);
    coverWaiting(bench, sku, cause);
  }
  const outcome: Outcome = { code: "applied", seq: bench.seq };
  remember(bench, command, record, outcome);
  return outcome;
}

function receiveContent(command: Receive): string {
  return JSON.stringify([
    command.warehouse,
    command.opening,
    command.lines.map((line) => [
      skuKey(line.sku),
      line.quantity,
      line.quality ?? "good",
      line.bin ?? "",
      line.lot ?? "",
      line.presale ?? false,
    ]),
  ]);
}

interface Path {
  readonly from: Place;
  readonly to: Place;
  readonly reason: Reason;
}

/** Which way each deliberate movement goes. Those that a quality decides are in `pathOf`. */
const paths: Record<
  Exclude<AdjustAction, "count_gain" | "count_loss" | "supplier_return" | "put_away">,
  Path
> = {
  write_off: { from: "available", to: "lost", reason: "write_off" },
  quarantine: { from: "available", to: "quarantine", reason: "quarantine" },
  release: { from: "quarantine", to: "available", reason: "release" },
  destroy: { from: "quarantine", to: "lost", reason: "write_off" },
  loan: { from: "available", to: "loaned", reason: "loan" },
  loan_return: { from: "loaned", to: "available", reason: "loan_return" },
  loan_return_bad: { from: "loaned", to: "quarantine", reason: "loan_return" },
  loan_lost: { from: "loaned", to: "lost", reason: "write_off" },
};

function pathOf({ action, quality }: Adjust): Path {
  const shelf: Place = quality === "bad" ? "quarantine" : "available";
  if (action === "count_gain") return { from: "lost", to: shelf, reason: "count_gain" };
  if (action === "count_loss") return { from: shelf, to: "lost", reason: "count_loss" };
  if (action === "supplier_return") return { from: shelf, to: "supplier", reason: "supplier_return" };
  if (action === "put_away") return { from: shelf, to: shelf, reason: "put_away" };
  return paths[action];
}

/** One deliberate movement. It takes free units only; a count's loss takes whatever is gone from the shelf. */
export function adjust(bench: Bench, command: Adjust): Outcome {
  const invalid = quantityRefusal(command.quantity, "quantity");
  if (invalid !== null) return invalid;
  if (bench.warehouse(command.warehouse) === null) {
    return { code: "unknown_warehouse", path: "warehouse", warehouse: command.warehouse };
  }
  const sku = skuKey(command.sku);
  if (bench.sku(sku) === null) return { code: "unknown_sku", path: "sku", sku: command.sku };
  const record = { key: command.key, kind: "adjust", content: adjustContent(command, sku) };
  const earlier = recall(bench, record);
  if (earlier !== null) return earlier;
  const path = pathOf(command);
  const outcome: Outcome = shortfall(bench, command, sku, path) ?? moved(bench, command, sku, path);
  remember(bench, command, record, outcome);
  return outcome;
}

function moved(bench: Bench, command: Adjust, sku: string, path: Path): Outcome {
  const cause = causeOf(command);
  const shelf = {
    ...(command.bin === undefined ? {} : { bin: command.bin }),
    ...(command.lot === undefined ? {} : { lot: command.lot }),
  };
  if (command.action === "count_loss" && path.from === "available") {
    takeGood(bench, sku, command.warehouse, command.quantity, "lost", "count_loss", cause, shelf);
  } else {
    const toBin = command.toBin ?? (qualityOf(path.from) === null ? command.bin : undefined);
    move(bench, cause, {
      sku,
      warehouse: command.warehouse,
      ...path,
      quantity: command.quantity,
      ...shelf,
      ...(toBin === undefined ? {} : { toBin }),
    });
  }
  // Who gave way to a loss may find free units in another warehouse.
  if (path.to === "available" || command.action === "count_loss") coverWaiting(bench, sku, cause);
  return { code: "applied", seq: bench.seq };
}

/** The refusal when the place, or the shelf that was named, has fewer units. */
function shortfall(bench: Bench, command: Adjust, sku: string, path: Path): Refusal | null {
  const refuse = (place: string, present: number): Refusal | null =>
    present >= command.quantity
      ? null
      : {
          code: "insufficient_units",
          path: "quantity",
          sku: command.sku,
          place,
          requested: command.quantity,
          present,
        };
  const stock = bench.stock(sku, command.warehouse);
  const from = path.from;
  const quality: Quality | null = qualityOf(from);
  if (from === "loaned") return refuse("loaned", stock.loaned);
  if (quality === null) return null;
  // Moving a shelf's goods, and finding some gone, does not ask to whom they were promised.
  const promisedToo = command.action === "put_away" || command.action === "count_loss";
  const good = promisedToo ? stock.available + stock.held + stock.committed : stock.available;
  const present = quality === "bad" ? stock.quarantine : good;
  return (
    refuse(from, present) ??
    refuse(
      "shelf",
      unitsOnShelves(bench, { sku, warehouse: command.warehouse, from, ...shelfOf(command) }, quality),
    )
  );
}

function shelfOf(command: Adjust): { bin?: string; lot?: string } {
  return {
    ...(command.bin === undefined ? {} : { bin: command.bin }),
    ...(command.lot === undefined ? {} : { lot: command.lot }),
  };
}

function adjustContent(command: Adjust, sku: string): string {
  const { action, warehouse, quantity, quality, bin, toBin, lot } = command;
  return JSON.stringify([
    action,
    warehouse,
    sku,
    quantity,
    quality ?? "good",
    bin ?? null,
    toBin ?? null,
    lot ?? null,
  ]);
}

function causeOf(command: Receive | Adjust): Cause {
  return {
    at: command.at,
    actor: command.actor,
    channel: null,
    orderId: null,
    lineId: null,
    doc: command.key,
  };
}
