import assert from "node:assert/strict";
import { test } from "node:test";
import { axisDay, dayAfter } from "./days.ts";

test("an axis has the year only where its days are of several years, whichever comes first", () => {
  const label = (dates: readonly string[]) => dates.map(axisDay(dates));
  assert.deepEqual(label(["2026-11-10", "2026-11-11"]), ["11-10", "11-11"]);
  assert.deepEqual(label(["2010-12-01", "2026-11-11"]), ["10-12-01", "26-11-11"]);
  assert.deepEqual(label(["2026-01-01", "2025-12-31"]), ["26-01-01", "25-12-31"]);
  assert.deepEqual(label([]), []);
});

test("a day later is the next in the calendar", () => {
  assert.equal(dayAfter("2028-02-28", 1), "2028-02-29");
  assert.equal(dayAfter("2026-12-31", 1), "2027-01-01");
});
