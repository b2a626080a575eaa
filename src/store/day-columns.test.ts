import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { packFigures, unpackFigures } from "./day-columns.ts";
import type { DaySkuFigures } from "./days.ts";

const units = fc.integer({ min: -1_000_000, max: 1_000_000 });
const row = fc.record(
  {
    date: fc.constant("2026-01-05"),
    sku: fc.string({ minLength: 1, unit: fc.constantFrom("a", "B", "款", "\n", "\t", "\\", "~", " ") }),
    closing: units,
    available: units,
    received: units,
    sold: units,
    amount: fc.maxSafeInteger().map((value) => Math.floor(value / 4)),
    returned: units,
    shortage: units,
  },
  { noNullPrototype: true },
);

test("[RP12] a day's figures come back as they were, whatever the SKUs are called and however large the amounts", () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const found: DaySkuFigures[] = [];
      unpackFigures(packFigures(rows), (sku, figures) => found.push({ date: "2026-01-05", sku, ...figures }));
      assert.deepEqual(found, rows);
    }),
  );
});
