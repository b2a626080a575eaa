import assert from "node:assert/strict";
import { test } from "node:test";
import { sellOutOf } from "./sell-out.ts";

const now = Date.parse("2026-11-11T12:00:30Z");
const minute = Math.floor(now / 60_000);
const steady = (from: number, sold: number) =>
  Array.from({ length: from }, (_, index) => ({ minute: minute - index, sold }));

test("500 units at 10 a minute last 50 minutes, however long it has been observed", () => {
  assert.deepEqual(sellOutOf(steady(5, 10), 500, now), { sold30: 50, minutesObserved: 5, etaMinutes: 50 });
  assert.deepEqual(sellOutOf(steady(30, 10), 500, now), { sold30: 300, minutesObserved: 30, etaMinutes: 50 });
  assert.deepEqual(sellOutOf(steady(120, 10), 500, now), {
    sold30: 300,
    minutesObserved: 30,
    etaMinutes: 50,
  });
});

test("without sales there is no estimate", () => {
  assert.deepEqual(sellOutOf([], 500, now), { sold30: 0, minutesObserved: 0, etaMinutes: null });
  const earlier = [{ minute: minute - 31, sold: 10 }];
  assert.deepEqual(sellOutOf(earlier, 500, now), { sold30: 0, minutesObserved: 30, etaMinutes: null });
});

test("nothing sellable is sold out now", () => {
  assert.equal(sellOutOf(steady(1, 3), 0, now).etaMinutes, 0);
});
