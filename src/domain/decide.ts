import { unreachable } from "./assert.ts";
import { isEmpty, noNeeds, type Bench, type Needs } from "./bench.ts";
import { cancel, closeMatching, expire, pay } from "./close.ts";
import { putChannel, putDocument, putListings, putSkus, putWarehouse } from "./catalog.ts";
import type { Adjust, Command, Receive, Return, TransferStep } from "./command.ts";
import { adjust, receive } from "./documents.ts";
import { carry } from "./floor/carry.ts";
import { transferKind } from "./floor/transfer.ts";
import { observe } from "./observe.ts";
import { reserve, reserveKey } from "./reserve.ts";
import { takeReturn } from "./returns/take-return.ts";
import type { Outcome } from "./outcome.ts";
import { pairKey, skuKey } from "./text.ts";

/**
 * Decides one command on the workbench: load, then decide, then commit. Synchronous and pure but for the
 * workbench; a missing row is thrown as `Missing`, a broken promise of the model as `InvariantError`.
 */
export function decide(bench: Bench, command: Command): Outcome {
  switch (command.type) {
    case "reserve":
      return reserve(bench, command);
    case "observe":
      return observe(bench, command);
    case "pay":
      return pay(bench, command);
    case "cancel":
      return cancel(bench, command);
    case "expire":
      return expire(bench, command);
    case "closeMatching":
      return closeMatching(bench, command);
    case "receive":
      return receive(bench, command);
    case "adjust":
      return adjust(bench, command);
    case "return":
      return takeReturn(bench, command);
    case "transfer":
      return carry(bench, command);
    case "putSkus":
      return putSkus(bench, command);
    case "putChannel":
      return putChannel(bench, command);
    case "putListings":
      return putListings(bench, command);
    case "putWarehouse":
      return putWarehouse(bench, command);
    case "putDocument":
      return putDocument(bench, command);
    default:
      return unreachable(command);
  }
}

/**
 * Decides a batch, command after command on one workbench, so that the second of two sees what the first
 * took. Yields what must be loaded; the store loads it into the bench and goes on. Returns one outcome a command.
 */
export function* decideBatch(bench: Bench, commands: readonly Command[]): Generator<Needs, Outcome[], void> {
  const wanted = noNeeds();
  // Put together once: a text that is new each time is dear as a key.
  const orders = commands.map((one) => ("orderId" in one ? pairKey(one.channel, one.orderId) : ""));
  for (const [index, command] of commands.entries()) touch(wanted, bench, command, orders[index] ?? "");
  forgetKept(wanted, bench);
  if (!isEmpty(wanted)) yield wanted;
  const more = noNeeds();
  for (const [index, command] of commands.entries()) touchLoaded(more, bench, command, orders[index] ?? "");
  if (!isEmpty(more)) yield more;

  const outcomes: Outcome[] = [];
  for (const [index, command] of commands.entries()) {
    if ("orderId" in command) bench.expectOrder(command.channel, command.orderId, orders[index] ?? "");
    for (;;) {
      const attempt = bench.attempt(() => decide(bench, command));
      if ("done" in attempt) {
        outcomes.push(attempt.done);
        break;
      }
      yield attempt.needs;
    }
  }
  return outcomes;
}

/** What the store kept from the batch before need not be loaded. */
function forgetKept(needs: Needs, bench: Bench): void {
  for (const name of ["channels", "listings", "skus"] as const) {
    for (const key of needs[name]) if (bench[name].has(key)) needs[name].delete(key);
  }
}

/** The rows that a command surely needs, known from the command alone. */
function touch(needs: Needs, bench: Bench, command: Command, order: string): void {
  if (order !== "" && !bench.hasOrder(order)) needs.orders.add(order);
  switch (command.type) {
    case "reserve":
    case "observe":
      if (command.type === "reserve" && !bench.neverRefused) needs.records.add(reserveKey(command));
      needs.channels.add(command.channel);
      for (const line of command.lines) {
        if (line.listing === undefined) needs.skus.add(skuKey(line.sku ?? ""));
        else needs.listings.add(pairKey(command.channel, line.listing));
      }
      return;
    case "pay":
    case "cancel":
    case "expire":
      needs.channels.add(command.channel);
      return;
    case "closeMatching":
      needs.channels.add(command.channel);
      needs.skus.add(skuKey(command.sku));
      needs.records.add(command.key);
      if (command.buyer !== null) needs.buyers.add(pairKey(command.buyer, skuKey(command.sku)));
      return;
    case "receive":
    case "adjust":
    case "return":
    case "transfer":
      return touchGoods(needs, command);
    case "putSkus":
      for (const item of command.items) needs.skus.add(skuKey(item.code));
      return;
    case "putChannel":
      needs.channels.add(command.channel.channel);
      return;
    case "putListings":
      needs.channels.add(command.channel);
      for (const item of command.items) {
        needs.listings.add(pairKey(command.channel, item.listing));
        for (const part of item.parts) needs.skus.add(skuKey(part.sku));
      }
      return;
    case "putWarehouse":
      needs.warehouses.add(command.warehouse);
      return;
    case "putDocument":
      needs.documents.add(pairKey(command.kind, command.id));
      return;
    default:
      unreachable(command);
  }
}

/** The same of a command that moves goods on shelves. */
function touchGoods(needs: Needs, command: Receive | Adjust | Return | TransferStep): void {
  needs.records.add(command.key);
  const goods = goodsOf(command);
  for (const { sku } of goods) {
    needs.skus.add(skuKey(sku));
    needs.placements.add(skuKey(sku));
  }
  if (command.type === "return" && command.order !== null) {
    const { channel, orderId } = command.order;
    needs.channels.add(channel);
    needs.orders.add(pairKey(channel, orderId));
  }
  if (command.type !== "transfer") {
    needs.warehouses.add(command.warehouse);
    return;
  }
  needs.documents.add(pairKey(transferKind, command.transfer));
  if (command.step.kind !== "send") return;
  needs.warehouses.add(command.step.from);
  needs.warehouses.add(command.step.to);
}

function goodsOf(command: Receive | Adjust | Return | TransferStep): readonly { readonly sku: string }[] {
  if (command.type === "receive") return command.lines;
  if (command.type !== "transfer") return [command];
  return command.step.kind === "close" ? [] : command.step.lines;
}

/** What only shows once the first rows are there: a bundle's parts, an order's SKUs, a limited buyer's lines. */
function touchLoaded(needs: Needs, bench: Bench, command: Command, order: string): void {
  if (order !== "") {
    for (const { line } of bench.knownLines(order)) if (!bench.skus.has(line.sku)) needs.skus.add(line.sku);
  }
  if (command.type !== "reserve" && command.type !== "observe") return;
  for (const line of command.lines) {
    if (line.listing !== undefined) {
      for (const part of bench.listings.get(pairKey(command.channel, line.listing))?.parts ?? []) {
        if (!bench.skus.has(part.sku)) needs.skus.add(part.sku);
      }
      continue;
    }
    const sku = skuKey(line.sku ?? "");
    if (
      command.type === "reserve" &&
      command.buyer !== null &&
      (bench.skus.get(sku)?.limitPerBuyer ?? null) !== null
    ) {
      needs.buyers.add(pairKey(command.buyer, sku));
    }
  }
}
