import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "./csv.ts";

const rows: readonly (readonly [string, Parameters<typeof csvOf>[0][number], string])[] = [
  ["plain cells", ["a", 1, null, true], "a,1,,true"],
  [
    "commas, quotes and line ends are quoted",
    ["a,b", 'say "x"', "two\nlines"],
    '"a,b","say ""x""","two\nlines"',
  ],
  ["a text that a spreadsheet would run is made harmless", ["=1+1", "@x", "+86", "-a"], "'=1+1,'@x,'+86,'-a"],
  ["a negative number stays a number", ["-5", -5], "-5,-5"],
];

for (const [name, row, expected] of rows) {
  test(name, () => assert.equal(csvOf([row]), `\u{FEFF}${expected}\r\n`));
}
