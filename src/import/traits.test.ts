import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDays, parseSeason } from "./traits.ts";

test("a season is months or a word; all year is none; anything else is not guessed", () => {
  const rows: readonly (readonly [string, { first: number; last: number } | null | undefined])[] = [
    ["10-2", { first: 10, last: 2 }],
    ["１０月～２月", { first: 10, last: 2 }],
    ["3月至8月", { first: 3, last: 8 }],
    ["秋冬", { first: 9, last: 2 }],
    ["春夏款", { first: 3, last: 8 }],
    ["冬季", { first: 12, last: 2 }],
    ["Summer", { first: 6, last: 8 }],
    ["四季", null],
    ["all year", null],
    ["13-2", undefined],
    ["看情况", undefined],
  ];
  for (const [text, season] of rows) assert.deepEqual(parseSeason(text), season, text);
});

test("days are a number, or months and years of it", () => {
  const rows: readonly (readonly [string, number | undefined])[] = [
    ["540", 540],
    ["540天", 540],
    ["18个月", 540],
    ["２年", 730],
    ["2 weeks", 14],
    ["0", undefined],
    ["-3", undefined],
    ["很久", undefined],
    ["200年", undefined],
  ];
  for (const [text, days] of rows) assert.equal(parseDays(text), days, text);
});
