import { coveredUnits, effectOf } from "../domain/order.ts";
import type { Outcome } from "../domain/outcome.ts";
import { isRefusal } from "../domain/outcome.ts";
import type { Line, Sale, Sku } from "../domain/rows.ts";
import type { Holders, JournalEntry } from "../store/store.ts";
import type { SkuItem } from "./catalog.ts";
import type { JournalItem, SaleItem } from "./journal.ts";
import type { EventResult, LineItem, OrderAnswer } from "./orders.ts";
import { problemOfRefusal } from "./problem.ts";
import type { HoldersItem } from "./stock.ts";
import { timeOf, timeOrNull } from "./text.ts";

const minuteMs = 60_000;

/** An order after a reservation, a payment, a cancellation. */
export function orderAnswer(
  order: { channel: string; orderId: string },
  lines: readonly Line[],
  seq: number,
): OrderAnswer {
  let first: Line | undefined;
  const shown = [];
  for (const line of lines) {
    first ??= line;
    const want = effectOf(line).want;
    const covered = coveredUnits(line);
    shown.push({
      lineId: line.lineId,
      sku: line.sku,
      quantity: line.quantity,
      covered,
      backlog: want - covered,
      stage: line.stage,
      kind: line.kind,
    });
  }
  return {
    channel: order.channel,
    orderId: order.orderId,
    stage: first?.stage ?? "created",
    expiresAt: timeOrNull(first?.expiresAt ?? null),
    lines: shown,
    seq,
  };
}

/** @param names of SKUs */
export function lineItem(line: Line, names: ReadonlyMap<string, string>): LineItem {
  const effect = effectOf(line);
  const covered = coveredUnits(line);
  return {
    channel: line.channel,
    orderId: line.orderId,
    lineId: line.lineId,
    sku: line.sku,
    name: names.get(line.sku) ?? "",
    listing: line.listing,
    per: line.per,
    quantity: line.quantity,
    amount: line.amount,
    kind: line.kind,
    stage: line.stage,
    refund: line.refund,
    region: line.region,
    session: line.session,
    placedAt: timeOf(line.placedAt),
    updatedAt: line.stampAt < 0 ? null : timeOf(line.stampAt),
    expiresAt: timeOrNull(line.expiresAt),
    expired: line.expired,
    closed: effect.closed,
    shipped: effect.shipped,
    returnedGood: effect.returnedGood,
    returnedBad: effect.returnedBad,
    live: effect.live,
    place: effect.place,
    covered,
    covers: [...line.covers],
    backlog: effect.want - covered,
    deficit: effect.shipped - line.gone,
  };
}

export function journalItem(entry: JournalEntry): JournalItem {
  return { ...entry, at: timeOf(entry.at), recordedAt: timeOf(entry.recordedAt) };
}

export function saleItem({ minute, ...sale }: Sale): SaleItem {
  return { at: timeOf(minute * minuteMs), ...sale };
}

export function skuItem(sku: Sku): SkuItem {
  return { ...sku, barcodes: [...sku.barcodes], createdAt: timeOf(sku.createdAt) };
}

export function holdersItem(holders: Holders, names: ReadonlyMap<string, string>): HoldersItem {
  return {
    byChannel: holders.byChannel.map((one) => ({ ...one, earliestExpiry: timeOrNull(one.earliestExpiry) })),
    waiting: [...holders.waiting],
    lines: holders.lines.map((line) => lineItem(line, names)),
  };
}

/** What became of one item of a batch of order events. */
export function eventResult(index: number, outcome: Outcome): EventResult {
  if (isRefusal(outcome)) {
    const { code, path, detail, detailZh } = problemOfRefusal(outcome);
    return { index, result: "rejected", code, path, detail, detailZh };
  }
  switch (outcome.code) {
    case "shortage":
      return { index, result: "shortage", seq: outcome.seq, shortage: outcome.shortage };
    case "duplicate":
      return { index, result: "duplicate" };
    case "stale":
      return { index, result: "stale" };
    case "applied":
    case "unmatched":
      return { index, result: "applied", seq: outcome.seq };
  }
}
