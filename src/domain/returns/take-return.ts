import type { Bench } from "../bench.ts";
import { isQuantity } from "../check.ts";
import type { Return } from "../command.ts";
import { recall, remember } from "../idempotency.ts";
import { move, unitsOnShelves, type Cause } from "../ledger.ts";
import { apply } from "../order-line.ts";
import type { Outcome, Refusal } from "../outcome.ts";
import type { Channel, Line } from "../rows.ts";
import { coverWaiting } from "../settle.ts";
import { skuKey } from "../text.ts";

/**
 * Units that came back and were looked at: good ones may be sold, the others stand in quarantine. Of an order's line no
 * more comes back than was sent; the money is another matter and is not asked. Goods that no order owns come from the
 * customers as a whole.
 */
export function takeReturn(bench: Bench, command: Return): Outcome {
  const { good, bad, order } = command;
  const whole = [good, bad].every((units) => units === 0 || isQuantity(units));
  if (!whole || !isQuantity(good + bad))
    return {
      code: "invalid_command",
      path: "good",
      problem: "good and bad are whole units, together at least 1",
    };
  const channel = order === null ? null : bench.channel(order.channel);
  if (order !== null && channel === null)
    return { code: "unknown_channel", path: "order.channel", channel: order.channel };
  if (bench.warehouse(command.warehouse) === null)
    return { code: "unknown_warehouse", path: "warehouse", warehouse: command.warehouse };
  const sku = skuKey(command.sku);
  if (bench.sku(sku) === null) return { code: "unknown_sku", path: "sku", sku: command.sku };
  const record = { key: command.key, kind: "return", content: contentOf(command, sku) };
  const earlier = recall(bench, record);
  if (earlier !== null) return earlier;
  const outcome =
    order === null || channel === null
      ? fromNobody(bench, command, sku)
      : fromLine(bench, command, { sku, channel, order });
  remember(bench, command, record, outcome);
  return outcome;
}

function contentOf({ order, warehouse, bin, good, bad }: Return, sku: string): string {
  return JSON.stringify([order, warehouse, bin, sku, good, bad]);
}

function fromNobody(bench: Bench, command: Return, sku: string): Outcome {
  const { warehouse, bin } = command;
  const cause = causeOf(command);
  const back = { sku, warehouse, from: "customer", reason: "return", toBin: bin } as const;
  move(bench, cause, { ...back, to: "available", quantity: command.good });
  move(bench, cause, { ...back, to: "quarantine", quantity: command.bad });
  coverWaiting(bench, sku, cause);
  return { code: "applied", seq: bench.seq };
}

interface Owner {
  readonly sku: string;
  readonly channel: Channel;
  readonly order: NonNullable<Return["order"]>;
}

function fromLine(bench: Bench, command: Return, { sku, channel, order }: Owner): Outcome {
  const line = bench
    .orderLines(order.channel, order.orderId)
    .find((one) => one.lineId === order.lineId && one.sku === sku);
  if (line === undefined) {
    const { channel: name, orderId } = order;
    return { code: "unknown_order", path: "order.lineId", channel: name, orderId };
  }
  const refusal = tooMany(command, line);
  if (refusal !== null) return refusal;
  const returned = {
    returnedGood: line.returnedGood + command.good,
    returnedBad: line.returnedBad + command.bad,
  };
  const others = channel.warehouses.filter((one) => one !== command.warehouse);
  // They are back where they are, whichever warehouse the channel sells from first.
  const at = { ...channel, warehouses: [command.warehouse, ...others] };
  const after = apply(bench, line, { ...line, ...returned }, at, causeOf(command), false);
  putDown(bench, command, sku);
  return { code: "applied", seq: bench.seq, lines: [after] };
}

function tooMany({ sku, good, bad }: Return, line: Line): Refusal | null {
  const present = line.shipped - line.returnedGood - line.returnedBad;
  const requested = good + bad;
  if (requested <= present) return null;
  return { code: "insufficient_units", path: "good", sku, place: "customer", requested, present };
}

/** What came back stands in the bin where it was looked at; what went to whoever waited for it has left. */
function putDown(bench: Bench, command: Return, sku: string): void {
  const { warehouse, bin: toBin, good, bad } = command;
  if (toBin === "") return;
  for (const [place, quality, units] of [
    ["available", "good", good],
    ["quarantine", "bad", bad],
  ] as const) {
    const shelf = { sku, warehouse, from: place, bin: "", lot: "" };
    const quantity = Math.min(units, unitsOnShelves(bench, shelf, quality));
    move(bench, causeOf(command), { ...shelf, to: place, toBin, quantity, reason: "put_away" });
  }
}

function causeOf({ at, actor, order, key }: Return): Cause {
  return {
    at,
    actor,
    channel: order?.channel ?? null,
    orderId: order?.orderId ?? null,
    lineId: order?.lineId ?? null,
    doc: key,
  };
}
