import assert from "node:assert/strict";
import { test } from "node:test";
import { lineOfCode } from "./transfer-line.ts";

const lines = [
  { sku: "WJ", code: "wj-1", lot: "L1", barcodes: ["6901234567892"], open: 3 },
  { sku: "WJ", code: "wj-1", lot: "L2", barcodes: ["6901234567892"], open: 30 },
];
const none = () => 0;

test("a code fills the first line with room, a lot's label its own, a case one that takes it whole", () => {
  const of = (code: string, units = 1, countOf: (line: (typeof lines)[number]) => number = none) => {
    const found = lineOfCode(lines, code, units, countOf);
    return found === null ? null : [found.line.lot, found.fits];
  };
  assert.deepEqual(of("6901234567892"), ["L1", true]);
  assert.deepEqual(
    of("WJ-1", 1, ({ open, lot }) => (lot === "L1" ? open : 0)),
    ["L2", true],
  );
  assert.deepEqual(of("l2"), ["L2", true]);
  assert.deepEqual(of("WJ", 24), ["L2", true]);
  assert.deepEqual(of("WJ", 31), ["L1", false]);
  assert.deepEqual(
    of("WJ", 1, ({ open }) => open),
    ["L1", false],
  );
  assert.equal(of("NN"), null);
  assert.equal(of(""), null);
});
