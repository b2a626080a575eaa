import type { Bench } from "./bench.ts";
import type { OrderedLine, Reserve } from "./command.ts";
import { linesRefusal, partsRefusal } from "./check.ts";
import { recall, remember } from "./idempotency.ts";
import { apply, causeOf, minuteMs, newLine, resolve, type Part } from "./order-line.ts";
import { effectOf, firstFacts, stages } from "./order.ts";
import type { Outcome, Refusal } from "./outcome.ts";
import {
  bufferOf,
  onHand,
  sellable,
  type Channel,
  type Instant,
  type Line,
  type Sku,
  type Stock,
} from "./rows.ts";
import { sum } from "./settle.ts";
import { reservePrefix, skuKey } from "./text.ts";

const hourMs = 3_600_000;

export function reserve(bench: Bench, command: Reserve): Outcome {
  const invalid = linesRefusal(command.lines);
  if (invalid !== null) return invalid;
  const channel = bench.channel(command.channel);
  if (channel === null) return { code: "unknown_channel", path: "channel", channel: command.channel };
  const known = bench.orderLines(command.channel, command.orderId);
  if (known.length > 0) return repeatedReserve(bench, command, known);
  const earlier = recallRefusal(bench, command);
  if (earlier !== null) return earlier;

  const wanted: { part: Part; line: OrderedLine }[] = [];
  for (const [index, line] of command.lines.entries()) {
    const resolved = resolve(bench, command.channel, line, `lines[${index}]`);
    if ("refusal" in resolved) return resolved.refusal;
    for (const part of resolved.parts) wanted.push({ part, line });
  }
  const repeated = partsRefusal(wanted.map(({ part }) => part));
  if (repeated !== null) return repeated;
  const refusal = firstRefusal(bench, command, channel, wanted);
  if (refusal !== null) {
    remember(bench, command, recordOf(command), refusal);
    return refusal;
  }
  const cause = causeOf(command, command.at);
  const lines = wanted.map(({ part, line }, index) => {
    const sighting = {
      updatedAt: command.at,
      rank: stages.indexOf(command.stage),
      quantity: line.quantity * part.per,
      kind: line.kind ?? "spot",
      stage: command.stage,
    };
    const after: Line = {
      ...newLine(command, part, firstFacts(sighting, part.sku.deductAt), command.at),
      expiresAt: expiryOf(command, channel),
    };
    return apply(bench, null, after, channel, cause, index === 0);
  });
  return { code: "applied", seq: bench.seq, lines };
}

/** The key of a reservation: its order's own id. The length parts the two ids, whatever signs they hold. */
export function reserveKey(command: Pick<Reserve, "channel" | "orderId">): string {
  return `${reservePrefix}${command.channel.length}:${command.channel}:${command.orderId}`;
}

/** Only a refusal is kept as a record: of what was taken there are lines. */
function recallRefusal(bench: Bench, command: Reserve): Outcome | null {
  if (bench.neverRefused && bench.records.size === 0) return null;
  return bench.record(reserveKey(command)) === null ? null : recall(bench, recordOf(command));
}

function recordOf(command: Reserve): { key: string; kind: string; content: string } {
  return { key: reserveKey(command), kind: "reserve", content: contentOf(command) };
}

function contentOf(command: Reserve): string {
  return JSON.stringify([
    command.buyer,
    command.lines.map((line) => [
      line.lineId,
      line.sku ?? null,
      line.listing ?? null,
      line.quantity,
      line.kind ?? "spot",
    ]),
  ]);
}

/** Sums a SKU over all lines first: two lines of 2 do not pass against 3. */
function firstRefusal(
  bench: Bench,
  command: Reserve,
  channel: Channel,
  wanted: readonly { part: Part; line: OrderedLine }[],
): Refusal | null {
  const bySku = new Map<string, { sku: Sku; spot: number; presale: number; path: string }>();
  for (const { part, line } of wanted) {
    const sums = bySku.get(part.sku.sku) ?? { sku: part.sku, spot: 0, presale: 0, path: part.path };
    sums[line.kind ?? "spot"] += line.quantity * part.per;
    bySku.set(part.sku.sku, sums);
  }
  const all = [...bySku.values()];
  const checks = [sellingRefusal, limitRefusal, quotaRefusal, stockRefusal];
  for (const check of checks) {
    for (const one of all) {
      const refusal = check(bench, command, channel, one);
      if (refusal !== null) return refusal;
    }
  }
  return null;
}

type Wanted = { readonly sku: Sku; readonly spot: number; readonly presale: number; readonly path: string };

function sellingRefusal(
  _bench: Bench,
  _command: Reserve,
  _channel: Channel,
  { sku, path }: Wanted,
): Refusal | null {
  return sku.selling ? null : { code: "selling_stopped", path, sku: sku.code };
}

function limitRefusal(
  bench: Bench,
  command: Reserve,
  _channel: Channel,
  { sku, spot, presale, path }: Wanted,
): Refusal | null {
  const requested = spot + presale;
  if (sku.limitPerOrder !== null && requested > sku.limitPerOrder) {
    return {
      code: "purchase_limit",
      path,
      sku: sku.code,
      scope: "order",
      limit: sku.limitPerOrder,
      already: 0,
      requested,
    };
  }
  if (sku.limitPerBuyer === null || command.buyer === null) return null;
  const already = boughtUnits(bench.buyerLines(command.buyer, sku.sku), command.at - sku.limitHours * hourMs);
  if (already + requested <= sku.limitPerBuyer) return null;
  return {
    code: "purchase_limit",
    path,
    sku: sku.code,
    scope: "buyer",
    limit: sku.limitPerBuyer,
    already,
    requested,
  };
}

function quotaRefusal(
  bench: Bench,
  _command: Reserve,
  _channel: Channel,
  { sku, presale, path }: Wanted,
): Refusal | null {
  if (presale === 0 || sku.presaleQuota === null) return null;
  const presold = sum(bench.stocksOf(sku.sku), "presale");
  if (presold + presale <= sku.presaleQuota) return null;
  return { code: "presale_quota", path, sku: sku.code, quota: sku.presaleQuota, presold, requested: presale };
}

function stockRefusal(
  bench: Bench,
  command: Reserve,
  channel: Channel,
  { sku, spot, path }: Wanted,
): Refusal | null {
  // A line that will hold nothing yet is promised nothing yet.
  if (spot === 0 || (sku.deductAt === "payment" && command.stage === "created")) return null;
  const free = sellableIn(bench, sku, channel);
  return spot <= free
    ? null
    : { code: "insufficient_stock", path, sku: sku.code, requested: spot, sellable: free };
}

/** Units that strict selling may promise on a channel: what its warehouses have, less the SKU's buffer. */
export function sellableIn(bench: Bench, sku: Sku, channel: Channel): number {
  const stocks = bench.stocksOf(sku.sku);
  const mine = stocks.filter((stock) => channel.warehouses.includes(stock.warehouse));
  return sellable(sum(mine, "available"), bufferOf(sku, totalOnHand(stocks)));
}

function totalOnHand(stocks: readonly Stock[]): number {
  let units = 0;
  for (const stock of stocks) units += onHand(stock);
  return units;
}

function boughtUnits(lines: readonly Line[], since: Instant): number {
  let units = 0;
  for (const line of lines) {
    if (line.placedAt > since && !(line.stage === "created" && line.expired))
      units += line.quantity - effectOf(line).closed;
  }
  return units;
}

function repeatedReserve(bench: Bench, command: Reserve, known: readonly Line[]): Outcome {
  for (const [index, line] of command.lines.entries()) {
    const same = known.filter((one) => one.lineId === line.lineId);
    if (same.length === 0) return { code: "order_conflict", path: `lines[${index}].lineId`, field: "lineId" };
    const sku = line.sku === undefined ? null : skuKey(line.sku);
    if (sku !== null && !same.some((one) => one.sku === sku))
      return { code: "order_conflict", path: `lines[${index}].sku`, field: "sku" };
    if (line.listing !== undefined && same.some((one) => one.listing !== line.listing)) {
      return { code: "order_conflict", path: `lines[${index}].listing`, field: "listing" };
    }
    if (same.some((one) => one.quantity !== line.quantity * one.per)) {
      return { code: "order_conflict", path: `lines[${index}].quantity`, field: "quantity" };
    }
  }
  const named = new Set(command.lines.map((line) => line.lineId));
  if (known.some((one) => !named.has(one.lineId)))
    return { code: "order_conflict", path: "lines", field: "lines" };
  return { code: "duplicate", first: { code: "applied", seq: bench.seq }, lines: known };
}

function expiryOf(command: Reserve, channel: Channel): Instant | null {
  if (command.stage !== "created") return null;
  return command.expiresAt === undefined ? command.at + channel.holdMinutes * minuteMs : command.expiresAt;
}
