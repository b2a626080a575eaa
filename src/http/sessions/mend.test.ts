import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newSlot, type Slot } from "../../domain/live/session.ts";
import { loweredTo } from "./mend.ts";

const slot = (id: string, target: number | null, sku = "A1"): Slot => ({ ...newSlot(id, sku), target });
const targets = (slots: readonly Slot[]) => slots.map(({ target }) => target);

test("a product's targets come down to what there is, shared as they were", () => {
  const slots = [slot("a", 30), slot("b", 40, "B2"), slot("c", 10), slot("d", null)];
  assert.deepEqual(targets(loweredTo(slots, "A1", 20)), [15, 40, 5, null]);
  assert.deepEqual(targets(loweredTo(slots, "A1", 1)), [1, 40, null, null]);
  assert.deepEqual(targets(loweredTo(slots, "A1", 40)), [30, 40, 10, null]);
});

test("the lowered targets sum to what there is, and none rises by more than rounding", () => {
  const some = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 20_000 }), (planned, units) => {
      const slots = planned.map((target, index) => slot(String(index), target));
      const lowered = targets(loweredTo(slots, "A1", units));
      const sum = lowered.reduce<number>((total, target) => total + (target ?? 0), 0);
      const before = planned.reduce((total, target) => total + target, 0);
      assert.equal(sum, Math.min(units, before));
      for (const [index, target] of lowered.entries()) assert((target ?? 0) <= (planned[index] ?? 0));
    }),
  );
});
