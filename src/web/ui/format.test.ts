import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFormat, splitSpan } from "./format.ts";

const shanghai = makeFormat({ language: "zh-CN", timeZone: "Asia/Shanghai", currency: "CNY" });

test("money is written from minor units, as many as the currency has", () => {
  assert.equal(shanghai.money(12_905), "¥129.05");
  assert.match(
    makeFormat({ language: "en", timeZone: "Asia/Tokyo", currency: "JPY" }).money(1_500),
    /1,500$/,
  );
  assert.equal(makeFormat({ language: "en", timeZone: "Asia/Tokyo", currency: "JPY" }).moneyScale, 1);
  assert.equal(makeFormat({ language: "en", timeZone: "UTC", currency: "???" }).money(150), "1.50");
});

test("a time says only as much as today does not", () => {
  const now = Date.parse("2026-11-25T21:00:00+08:00");
  assert.equal(shanghai.brief("2026-11-25T12:42:16Z", now), "20:42:16");
  assert.equal(shanghai.brief("2026-11-24T12:42:16Z", now), "11-24 20:42");
  assert.equal(shanghai.brief("2010-12-07T12:42:00Z", now), "2010-12-07 20:42");
});

test("a span is split for a countdown and never below zero", () => {
  assert.deepEqual(splitSpan(72_000), { days: 0, hours: 0, minutes: 1, seconds: 12 });
  assert.deepEqual(splitSpan(71_001), { days: 0, hours: 0, minutes: 1, seconds: 12 });
  assert.deepEqual(splitSpan(-5), { days: 0, hours: 0, minutes: 0, seconds: 0 });
  assert.deepEqual(splitSpan(90_061_000), { days: 1, hours: 1, minutes: 1, seconds: 1 });
});
