import assert from "node:assert/strict";
import { test } from "node:test";
import { samplingOf } from "../domain/live/review.ts";
import { policyDefault } from "../domain/live/policy.ts";
import type { Sale } from "../domain/rows.ts";
import { previewReviews } from "./review-preview.ts";

const none = {
  sku: "A",
  channel: "douyin",
  ordered: 0,
  sold: 0,
  soldAmount: 0,
  presold: 0,
  cancelled: 0,
  cancelledAmount: 0,
  shipped: 0,
  returned: 0,
};
/** Twenty minutes of ten orders, three of sixty, and calm again; each minute's orders in two rows. */
const perMinute = [...Array.from({ length: 20 }, () => 10), 60, 60, 60, 10, 10, 10];
const evening = (session: string): Sale[] =>
  perMinute.flatMap((orders, minute) => [
    { ...none, session, minute: 1_000 + minute, orders: orders - 1 },
    { ...none, session, minute: 1_000 + minute, orders: 1, channel: "taobao" },
  ]);
const policy = samplingOf(policyDefault);

test("[V12] the preview of order review goes through the day's sessions by the numbers on screen", () => {
  // Three times ten is the threshold: the three minutes of sixty, five per cent of 180 orders.
  assert.deepEqual(previewReviews(evening("s1"), policy), { minutes: 3, orders: 9 });
  assert.deepEqual(previewReviews(evening("s1"), { ...policy, samplePercent: 100 }).orders, 180);
  assert.deepEqual(previewReviews(evening("s1"), { ...policy, spikePercent: 700 }), {
    minutes: 0,
    orders: 0,
  });
  assert.deepEqual(previewReviews(evening("s1"), { ...policy, floorPerMinute: 61 }).minutes, 0);
  assert.deepEqual(previewReviews([...evening("s1"), ...evening("s2")], policy).minutes, 6);
});

test("[V12] sales of no session are no part of it, nor is a session's beginning", () => {
  assert.deepEqual(previewReviews(evening(""), policy), { minutes: 0, orders: 0 });
  assert.deepEqual(previewReviews([], policy), { minutes: 0, orders: 0 });
  const young = evening("s1").map((sale) => ({ ...sale, orders: sale.minute < 1_009 ? 90 : 0 }));
  assert.deepEqual(previewReviews(young, policy).minutes, 0);
});
