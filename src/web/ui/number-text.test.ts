import assert from "node:assert/strict";
import { test } from "node:test";
import { readNumber, showNumber } from "./number-text.ts";

const units = { least: 1, most: 500, decimals: 0, required: false };

test("a number is read as people type it, and anything else is not taken", () => {
  const rows: [text: string, value: number | null | undefined][] = [
    ["12", 12],
    [" 1２ ", 12],
    ["", null],
    ["0", undefined],
    ["501", undefined],
    ["1.5", undefined],
    ["-3", undefined],
    ["1e2", undefined],
    ["abc", undefined],
  ];
  for (const [text, value] of rows) assert.equal(readNumber(text, units)?.value, value, text);
  assert.equal(readNumber("", { ...units, required: true }), null);
  assert.equal(readNumber("1,000", { ...units, most: 9_999 })?.value, 1_000);
});

test("money is kept in its smallest unit, without the errors of fractions", () => {
  const money = { least: 0, most: 10_000_000, decimals: 2, required: false };
  assert.equal(readNumber("159", money)?.value, 15_900);
  assert.equal(readNumber("0.29", money)?.value, 29);
  assert.equal(readNumber("1.1", money)?.value, 110);
  assert.equal(readNumber("1.234", money), null);
  assert.equal(showNumber(15_900, 2), "159");
  assert.equal(showNumber(29, 2), "0.29");
  assert.equal(showNumber(null, 2), "");
});
