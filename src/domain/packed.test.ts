import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { packEntries, packText, unpackEntries, unpackText } from "./packed.ts";
import { places, reasons } from "./place.ts";
import type { Entry } from "./rows.ts";

const text = fc.oneof(
  fc.constantFrom("", "~", "\\", "\\t", "a\tb", "a\nb", "douyin", "口红 01", "~x", "\\~"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
);
const nullable = fc.option(text, { nil: null });
const entry: fc.Arbitrary<Entry> = fc.record({
  sku: text,
  warehouse: text,
  from: fc.constantFrom(...places),
  to: fc.constantFrom(...places),
  quantity: fc.nat(),
  reason: fc.constantFrom(...reasons),
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  actor: text,
  channel: nullable,
  orderId: nullable,
  lineId: nullable,
  doc: nullable,
  fromBin: nullable,
  toBin: nullable,
  lot: nullable,
});

test("[I7] movements come back from their text as they were, and give the same text again", () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
      // What a burst has: runs of movements that differ in little.
      const all = entries.flatMap((one) => [one, one, { ...one, orderId: "next" }]);
      const packed = packEntries(all);
      const plain = all.map((one): Entry => ({ ...one }));
      assert.deepEqual(unpackEntries(packed), plain);
      assert.equal(packEntries(unpackEntries(packed)), packed);
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(unpackEntries(packEntries([])), []);
});

test("a text is one value, whatever stands in it", () => {
  fc.assert(
    fc.property(text, (one) => {
      const packed = packText(one);
      assert.doesNotMatch(packed, /^$|^~|[\t\n]/u);
      assert.equal(unpackText(packed), one);
    }),
  );
});

test("what is no journal is an error, not a guess", () => {
  assert.throws(() => unpackEntries("1"), /not whole/);
  assert.throws(() => unpackEntries("1\t1\t1\t1\tA\tmoon\theld\torder\t~\tme\tmain"), /the place moon/);
});
