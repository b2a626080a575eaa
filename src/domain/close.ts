import type { Bench } from "./bench.ts";
import type { Cancel, CloseMatching, Expire, Pay } from "./command.ts";
import { quantityRefusal } from "./check.ts";
import { recall, remember } from "./idempotency.ts";
import type { Cause } from "./ledger.ts";
import { apply, causeOf } from "./order-line.ts";
import { effectOf, mergeFacts, stages } from "./order.ts";
import type { Applied, Outcome, Refusal } from "./outcome.ts";
import { sellableIn } from "./reserve.ts";
import type { Channel, Line } from "./rows.ts";
import { compareText, skuKey } from "./text.ts";

/** What becomes of an order once it is known: paid, cancelled, expired, or closed by a line that names no order. */

export function pay(bench: Bench, command: Pay): Outcome {
  const order = openOrder(bench, command);
  if ("refusal" in order) return order.refusal;
  const { channel, lines } = order;
  if (lines.every((line) => line.stage === "paid"))
    return { code: "duplicate", first: { code: "applied", seq: bench.seq }, lines };
  if (lines.every((line) => effectOf(line).live === 0)) return { code: "order_closed", path: "orderId" };
  const late = unpromised(bench, lines, channel);
  if (late !== null) return late;
  const cause = causeOf(command, command.at);
  return applied(
    bench,
    lines.map((line) => {
      const paid = mergeFacts(line, {
        updatedAt: Math.max(command.at, line.stampAt),
        rank: Math.max(line.stampRank, stages.indexOf("paid")),
        quantity: line.quantity,
        kind: line.kind,
        stage: "paid",
      });
      return apply(bench, line, { ...line, ...paid, expiresAt: null }, channel, cause, false);
    }),
  );
}

/** A payment whose hold has run out, or that held nothing yet, is promised units only if there still are some. */
function unpromised(bench: Bench, lines: readonly Line[], channel: Channel): Refusal | null {
  const bySku = new Map<string, { wanted: number; line: Line }>();
  for (const line of lines) {
    if (line.kind !== "spot" || effectOf(line).want > 0 || effectOf(line).live === 0) continue;
    const known = bySku.get(line.sku);
    bySku.set(line.sku, { wanted: (known?.wanted ?? 0) + effectOf(line).live, line });
  }
  for (const [key, { wanted, line }] of bySku) {
    const sku = bench.sku(key);
    const free = sku === null ? 0 : sellableIn(bench, sku, channel);
    if (wanted <= free) continue;
    return line.expired
      ? { code: "hold_expired", path: "orderId", sku: sku?.code ?? key, expiresAt: line.expiresAt }
      : {
          code: "insufficient_stock",
          path: "orderId",
          sku: sku?.code ?? key,
          requested: wanted,
          sellable: free,
        };
  }
  return null;
}

export function cancel(bench: Bench, command: Cancel): Outcome {
  const order = openOrder(bench, command);
  if ("refusal" in order) return order.refusal;
  const lines = order.lines.filter((line) => command.lineId === undefined || line.lineId === command.lineId);
  if (lines.length === 0)
    return { code: "unknown_order", path: "lineId", channel: command.channel, orderId: command.orderId };
  const open = lines.filter((line) => effectOf(line).live > 0);
  if (open.length === 0) {
    const shipped = lines.reduce((units, line) => units + effectOf(line).shipped, 0);
    if (lines.some((line) => effectOf(line).closed > 0))
      return { code: "duplicate", first: { code: "applied", seq: bench.seq }, lines };
    return { code: "already_shipped", path: "orderId", shipped };
  }
  const cause = causeOf(command, command.at);
  return applied(
    bench,
    open.map((line) => closeUnits(bench, line, effectOf(line).live, order.channel, cause)),
  );
}

export function expire(bench: Bench, command: Expire): Outcome {
  const order = openOrder(bench, command);
  if ("refusal" in order) return order.refusal;
  const due = order.lines.filter(
    (line) =>
      line.stage === "created" && !line.expired && line.expiresAt !== null && line.expiresAt <= command.at,
  );
  if (due.length === 0) return { code: "duplicate", first: null, lines: order.lines };
  const cause = causeOf(command, command.at);
  return applied(
    bench,
    due.map((line) => apply(bench, line, { ...line, expired: true }, order.channel, cause, false)),
  );
}

export function closeMatching(bench: Bench, command: CloseMatching): Outcome {
  const invalid = quantityRefusal(command.quantity, "quantity");
  if (invalid !== null) return invalid;
  const channel = bench.channel(command.channel);
  if (channel === null) return { code: "unknown_channel", path: "channel", channel: command.channel };
  const sku = skuKey(command.sku);
  if (bench.sku(sku) === null) return { code: "unknown_sku", path: "sku", sku: command.sku };
  const record = {
    key: command.key,
    kind: "closeMatching",
    content: JSON.stringify([command.channel, command.buyer, sku, command.quantity]),
  };
  const earlier = recall(bench, record);
  if (earlier !== null) return earlier;
  const cause = causeOf(command, command.at);
  let open = command.quantity;
  const candidates = command.buyer === null ? [] : bench.buyerLines(command.buyer, sku);
  for (const line of candidates.filter((one) => one.channel === command.channel).toSorted(latestFirst)) {
    const units = Math.min(open, effectOf(line).live);
    if (units === 0) continue;
    closeUnits(bench, line, units, channel, { ...cause, doc: command.key });
    open -= units;
  }
  const closed = command.quantity - open;
  const outcome: Outcome =
    open > 0
      ? { code: "unmatched", seq: bench.seq, closed, unmatched: open }
      : { code: "applied", seq: bench.seq, closed };
  remember(bench, command, record, outcome);
  return outcome;
}

function closeUnits(bench: Bench, line: Line, units: number, channel: Channel, cause: Cause): Line {
  const closed = effectOf(line).closed + units;
  return apply(bench, line, { ...line, closed }, channel, cause, false);
}

function latestFirst(a: Line, b: Line): number {
  return (
    b.placedAt - a.placedAt || compareOrdinals(b.orderId, a.orderId) || compareOrdinals(b.lineId, a.lineId)
  );
}

/** `10` comes after `9`: line numbers are counted, not spelled. */
function compareOrdinals(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}

function openOrder(
  bench: Bench,
  command: Pay | Cancel | Expire,
): { channel: Channel; lines: readonly Line[] } | { refusal: Refusal } {
  const channel = bench.channel(command.channel);
  if (channel === null)
    return { refusal: { code: "unknown_channel", path: "channel", channel: command.channel } };
  const lines = bench.orderLines(command.channel, command.orderId);
  if (lines.length > 0) return { channel, lines };
  return {
    refusal: { code: "unknown_order", path: "orderId", channel: command.channel, orderId: command.orderId },
  };
}

function applied(bench: Bench, lines: readonly Line[]): Applied {
  return { code: "applied", seq: bench.seq, lines };
}
