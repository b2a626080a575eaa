import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { effectOf } from "../../src/domain/order.ts";
import type { LineResult } from "../../src/domain/reconcile/compare.ts";
import type { ChannelLine } from "../../src/domain/reconcile/line.ts";
import { compareBookLines, compareChannelLines, reconcile } from "../../src/domain/reconcile/merge.ts";
import { wholeTime } from "../../src/domain/reconcile/reconcile.testing.ts";
import { Tally } from "../../src/domain/reconcile/summary.ts";
import { skuKey } from "../../src/domain/text.ts";
import { openWithProfile } from "../../src/import/apply/open.ts";
import { readRecords, type OrderLineRecord } from "../../src/import/rows.ts";
import { shippedProfiles } from "../import/fixture.ts";
import { ordersFile } from "../import/naive-week.ts";
import { linesOf, openWeek } from "./week.ts";

/** A row of an order export, as the comparison wants it. */
function channelLineOf(record: OrderLineRecord): ChannelLine {
  return {
    orderId: record.orderId,
    lineId: record.lineId,
    sku: record.sku === null ? null : skuKey(record.sku),
    listing: record.listing,
    quantity: record.quantity,
    amount: record.amountMinor,
    stage: record.stage,
    status: record.status,
    closed: record.closed ? record.quantity : 0,
    shipped: record.shipped ? record.quantity : 0,
    refund: record.refund,
    kind: record.kind,
    placedAt: record.placedAt,
    updatedAt: record.updatedAt,
    rank: record.rank,
  };
}

async function listOfFile(): Promise<ChannelLine[]> {
  const file = fileURLToPath(ordersFile);
  const { table, profile } = await openWithProfile(file, shippedProfiles, { kind: "orders" });
  const lines: ChannelLine[] = [];
  for await (const record of readRecords(table, profile))
    if (record.as === "orderLine") lines.push(channelLineOf(record));
  return lines.toSorted(compareChannelLines);
}

test("[RC9] the example week's own file against its books: all lines match but those that later invoices cancelled", async () => {
  const books = await openWeek();
  try {
    const [list, lines] = [await listOfFile(), (await linesOf(books)).toSorted(compareBookLines)];
    const tally = new Tally();
    const differing: LineResult[] = [];
    const context = { ...wholeTime, channel: "retail" };
    for await (const result of reconcile(list, lines, context)) {
      tally.add(result);
      if (result.differences.length > 0) differing.push(result);
    }
    const { lines: compared, matched, causes, there, here, skus } = tally.summary();
    assert.equal(compared, 14_323);
    assert.equal(there.lines, here.lines);
    assert.equal(there.amount, here.amount);
    const cancelled = lines.filter((line) => effectOf(line).closed > 0);
    const units = cancelled.reduce((sum, line) => sum + effectOf(line).closed, 0);
    assert.ok(units > 0);
    assert.deepEqual(
      causes.map(({ cause, lines: count, units: off }) => [cause, count, off]),
      [["closed_here", cancelled.length, units]],
    );
    assert.equal(matched, compared - cancelled.length);
    assert.equal(differing.length, cancelled.length);
    assert.equal(
      skus.reduce((sum, { live }) => sum + live, 0),
      units,
    );
  } finally {
    await books.close();
  }
});
