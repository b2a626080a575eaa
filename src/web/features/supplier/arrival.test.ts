import assert from "node:assert/strict";
import { test } from "node:test";
import { arrivalOf, arrivalText } from "./arrival.ts";

const noon = new Date(2026, 10, 30, 12, 0).getTime();
const local = (time: string | null) => (time === null ? null : arrivalText(time));

test("a day means its evening, across the end of a month, and never a time that is over", () => {
  assert.equal(local(arrivalOf({ kind: "today" }, noon)), "2026-11-30T18:00");
  assert.equal(local(arrivalOf({ kind: "tomorrow" }, noon)), "2026-12-01T18:00");
  assert.equal(local(arrivalOf({ kind: "three" }, noon)), "2026-12-03T18:00");
  const night = new Date(2026, 10, 30, 21, 0).getTime();
  assert.equal(local(arrivalOf({ kind: "today" }, night)), "2026-11-30T23:59");
});

test("a time is that of the supplier's own clock; nothing said is nothing known", () => {
  assert.equal(local(arrivalOf({ kind: "at", local: "2026-12-05T09:30" }, noon)), "2026-12-05T09:30");
  assert.equal(arrivalOf({ kind: "at", local: "" }, noon), null);
  assert.equal(arrivalOf({ kind: "unknown" }, noon), null);
});
