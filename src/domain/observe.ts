import type { Bench } from "./bench.ts";
import type { Observe, SeenLine } from "./command.ts";
import { linesRefusal, partsRefusal } from "./check.ts";
import { apply, causeOf, newLine, resolve, type Part } from "./order-line.ts";
import { backlogOf, firstFacts, mergeFacts, type Sighting } from "./order.ts";
import type { Outcome, Refusal } from "./outcome.ts";
import type { Facts, Instant, Line } from "./rows.ts";
import { skuKey } from "./text.ts";

export function observe(bench: Bench, command: Observe): Outcome {
  const invalid = linesRefusal(command.lines);
  if (invalid !== null) return invalid;
  const channel = bench.channel(command.channel);
  if (channel === null) return { code: "unknown_channel", path: "channel", channel: command.channel };
  const known = bench.orderLines(command.channel, command.orderId);
  const seen = sightings(bench, command, known);
  if ("refusal" in seen) return seen.refusal;
  const cause = causeOf(command, Math.min(command.updatedAt, command.at));
  const lines: Line[] = [];
  let changed = false;
  for (const one of seen.seen) {
    if ("part" in one) {
      const opensOrder = known.length === 0 && lines.length === 0;
      const facts = firstFacts(one.sighting, one.part.sku.deductAt);
      lines.push(
        apply(bench, null, newLine(command, one.part, facts, command.placedAt), channel, cause, opensOrder),
      );
      changed = true;
      continue;
    }
    const after = withFacts(one.line, mergeFacts(one.line, one.sighting), command, one.amount);
    changed = changed || after !== one.line;
    lines.push(after === one.line ? one.line : apply(bench, one.line, after, channel, cause, false));
  }
  return observed(bench, command, lines, changed);
}

/** A line that is known, or the part of a new one; and what the event says of it. */
type SeenPart =
  | { readonly line: Line; readonly sighting: Sighting; readonly amount: number }
  | { readonly part: Part; readonly sighting: Sighting };

/** What the event says of each line, per SKU. A line once seen keeps the parts that it was seen with. */
function sightings(
  bench: Bench,
  command: Observe,
  known: readonly Line[],
): { seen: readonly SeenPart[] } | { refusal: Refusal } {
  if (command.lines.length === 0) return everyLine(command, known);
  const found: SeenPart[] = [];
  for (const [index, seen] of command.lines.entries()) {
    const named = known.filter((line) => line.lineId === seen.lineId);
    const same = ofItsSku(named, seen);
    if (same.length === 0 && named.length > 0)
      return { refusal: { code: "order_conflict", path: `lines[${index}].sku`, field: "sku" } };
    for (const [nth, line] of same.entries()) {
      found.push({
        line,
        sighting: sightingOf(command, seen, line.per),
        amount: nth === 0 ? (seen.amount ?? 0) : 0,
      });
    }
    if (same.length > 0) continue;
    const resolved = resolve(bench, command.channel, seen, `lines[${index}]`);
    if ("refusal" in resolved) return resolved;
    for (const part of resolved.parts) found.push({ part, sighting: sightingOf(command, seen, part.per) });
  }
  const repeated = partsRefusal(found.flatMap((one) => ("part" in one ? [one.part] : [])));
  return repeated === null ? { seen: found } : { refusal: repeated };
}

/** Of the lines that bear the event's line id, those that it speaks of: where it names a SKU, the one of that SKU. */
function ofItsSku(named: readonly Line[], { sku }: SeenLine): readonly Line[] {
  if (sku === undefined || named.length === 0) return named;
  const key = skuKey(sku);
  return named.filter((line) => line.sku === key);
}

function everyLine(
  command: Observe,
  known: readonly Line[],
): { seen: readonly SeenPart[] } | { refusal: Refusal } {
  if (known.length === 0) {
    return {
      refusal: { code: "unknown_order", path: "orderId", channel: command.channel, orderId: command.orderId },
    };
  }
  const stage = command.stage === undefined ? {} : { stage: command.stage };
  return {
    seen: known.map((line) => ({
      line,
      sighting: { ...stampOf(command), quantity: line.quantity, kind: line.kind, ...stage },
      amount: 0,
    })),
  };
}

function sightingOf(command: Observe, seen: SeenLine, per: number): Sighting {
  const stage = seen.stage ?? command.stage;
  return {
    ...stampOf(command),
    quantity: seen.quantity * per,
    kind: seen.kind ?? "spot",
    ...(stage === undefined ? {} : { stage }),
    closed: (seen.closed ?? 0) * per,
    shipped: (seen.shipped ?? 0) * per,
    returnedGood: (seen.returnedGood ?? 0) * per,
    returnedBad: (seen.returnedBad ?? 0) * per,
    ...(seen.refund === undefined ? {} : { refund: seen.refund }),
  };
}

function stampOf(command: Observe): { updatedAt: Instant; rank: number } {
  return { updatedAt: command.updatedAt, rank: command.rank };
}

/** The line with its new facts; the line itself when nothing is new. An amount that came late is taken once. */
function withFacts(line: Line, facts: Facts, command: Observe, amountSeen: number): Line {
  const amount = line.amount === 0 ? amountSeen : line.amount;
  if (facts === line && amount === line.amount) return line;
  const expiresAt = facts.stage === "created" ? (line.expiresAt ?? command.expiresAt ?? null) : null;
  return { ...line, ...facts, amount, expiresAt };
}

function observed(bench: Bench, command: Observe, lines: readonly Line[], changed: boolean): Outcome {
  if (!changed) {
    const knownAt = Math.max(...lines.map((line) => line.stampAt));
    return command.updatedAt < knownAt
      ? { code: "stale", knownAt }
      : { code: "duplicate", first: null, lines };
  }
  if (command.status !== undefined && command.stage === undefined) {
    bench.outbox.push({
      topic: "unknown_status",
      key: `${command.channel}:${command.orderId}`,
      payload: { channel: command.channel, orderId: command.orderId, status: command.status },
    });
  }
  const shortage = totalShortage(bench, lines);
  return shortage > 0
    ? { code: "shortage", seq: bench.seq, shortage, lines }
    : { code: "applied", seq: bench.seq, lines };
}

/** The lines as they stand after the whole command: one may have taken a unit that another gave back. */
function totalShortage(bench: Bench, lines: readonly Line[]): number {
  let units = 0;
  for (const line of lines) {
    const now = bench
      .orderLines(line.channel, line.orderId)
      .find((one) => one.lineId === line.lineId && one.sku === line.sku);
    units += backlogOf(now ?? line).shortage;
  }
  return units;
}
