import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { limits } from "../../domain/limits.ts";
import type { Line, Sale } from "../../domain/rows.ts";
import { lineOf, lineRow } from "./lines.ts";
import { sumSales } from "./rows.ts";

const sale: Sale = {
  minute: 1,
  sku: "A",
  channel: "douyin",
  session: "",
  orders: 1,
  ordered: 1,
  sold: 1,
  soldAmount: limits.amountMinorMax,
  presold: 0,
  cancelled: 0,
  cancelledAmount: 0,
  shipped: 0,
  returned: 0,
};

test("[T3] a minute of the dearest lines that can be is still counted to the last cent", () => {
  const lines = 900;
  const [sum] = sumSales(Array.from({ length: lines }, () => sale));
  assert.ok(Number.isSafeInteger(sum?.soldAmount));
  assert.equal(sum?.soldAmount, lines * limits.amountMinorMax);
});

test("[T3] what adds nothing is no row, and rows differ by minute, SKU, channel and session", () => {
  const none = { orders: 0, ordered: 0, sold: 0, soldAmount: 0 };
  const sums = sumSales([
    sale,
    { ...sale, session: "s" },
    { ...sale, channel: "jd" },
    sale,
    { ...sale, minute: 2, ...none },
    { ...sale, sku: "B" },
  ]);
  const short = sums.map(({ sku, channel, session, sold }) => `${sku} ${channel} ${session} ${sold}`);
  assert.deepEqual(short, ["A douyin  2", "A douyin s 1", "A jd  1", "B douyin  1"]);
});

const text = fc.string({ unit: "grapheme", maxLength: 8 });
const count = fc.nat({ max: 9 });
const at = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });
const line: fc.Arbitrary<Line> = fc.record({
  channel: text,
  orderId: text,
  lineId: text,
  sku: text,
  listing: fc.option(text, { nil: null }),
  per: fc.integer({ min: 1, max: 9 }),
  quantity: fc.integer({ min: 1, max: 99 }),
  kind: fc.constantFrom("spot", "presale"),
  stage: fc.constantFrom("created", "pending", "paid"),
  stampAt: fc.oneof(at, fc.constant(-1)),
  stampRank: count,
  closed: count,
  shipped: count,
  returnedGood: count,
  returnedBad: count,
  refund: fc.constantFrom("none", "requested", "refunded"),
  refundAt: fc.oneof(at, fc.constant(-1)),
  deductAt: fc.constantFrom("order", "payment"),
  expired: fc.boolean(),
  amount: count,
  buyer: fc.option(text, { nil: null }),
  region: fc.option(text, { nil: null }),
  session: fc.option(text, { nil: null }),
  placedAt: at,
  expiresAt: fc.option(at, { nil: null }),
  covers: fc.uniqueArray(
    fc.record({ warehouse: fc.oneof(fc.constant("main"), text), units: fc.integer({ min: 1, max: 9 }) }),
    { maxLength: 2, selector: (cover) => cover.warehouse },
  ),
  gone: count,
});

test("an order line comes back from its row as it was", () => {
  fc.assert(
    fc.property(line, (one) => {
      assert.deepEqual(lineOf(lineRow(1, one, { folded: 0, byBuyer: 0, batches: "" })), {
        ...one,
        covers: one.covers.map((cover) => ({ ...cover })),
      });
    }),
    { numRuns: 500 },
  );
});
