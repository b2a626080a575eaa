import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AgoraCount, agoraCountLimits } from "./agora-count.ts";

test("without an answer changes are no number", () => {
  const count = new AgoraCount();
  count.change(1_000, 1);
  assert.equal(count.viewers, undefined);
  count.setBase(500, 10);
  assert.equal(count.viewers, 11);
});

test("changes after an answer are added, those before are in it already", () => {
  const count = new AgoraCount();
  count.setBase(10_000, 100);
  count.change(9_000, 1);
  count.change(10_000, 1);
  count.change(11_000, 1);
  count.change(12_000, -1);
  count.change(13_000, -1);
  assert.equal(count.viewers, 99);
  count.setBase(12_500, 500);
  assert.equal(count.viewers, 499);
  count.setBase(11_000, 7);
  assert.equal(count.viewers, 499, "an older answer that comes later says nothing");
});

test("a channel that is not there has no viewers, not none", () => {
  const count = new AgoraCount();
  count.setBase(1_000, 5);
  count.setBase(2_000, null);
  count.change(2_500, 1);
  assert.equal(count.viewers, null);
  count.setBase(2_400, 0);
  assert.equal(count.viewers, 1);
});

test("never below zero, whatever was lost", () => {
  const count = new AgoraCount();
  count.setBase(0, 1);
  for (let at = 1; at <= 5; at += 1) count.change(at, -1);
  assert.equal(count.viewers, 0);
});

test("memory is bounded, the number stays", () => {
  const count = new AgoraCount();
  count.setBase(0, 0);
  for (let at = 1; at <= 3 * agoraCountLimits.changesMax; at += 1) count.change(at, 1);
  assert.equal(count.viewers, 3 * agoraCountLimits.changesMax);
  const blind = new AgoraCount();
  for (let at = 1; at <= 2 * agoraCountLimits.changesMax; at += 1) blind.change(at, 1);
  blind.setBase(0, 0);
  assert.equal(blind.viewers, agoraCountLimits.changesMax);
});

test("the order in which changes and answers come does not matter", () => {
  const change = fc.record({ at: fc.nat(1_000), viewers: fc.constantFrom(1 as const, -1 as const) });
  const steps = fc.record({
    changes: fc.array(change),
    bases: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(steps, fc.infiniteStream(fc.nat()), ({ changes, bases }, picks) => {
      const acts = [
        ...changes.map(
          ({ at, viewers }) =>
            (count: AgoraCount) =>
              count.change(at, viewers),
        ),
        ...new Set(bases),
      ].map((act) =>
        typeof act === "number" ? (count: AgoraCount) => count.setBase(act, 5_000 + act) : act,
      );
      const inOrder = new AgoraCount();
      for (const act of acts) act(inOrder);
      const shuffled = new AgoraCount();
      const rest = [...acts];
      while (rest.length > 0) {
        const index = (picks.next().value ?? 0) % rest.length;
        rest.splice(index, 1).forEach((act) => act(shuffled));
      }
      assert.equal(shuffled.viewers, inOrder.viewers);
    }),
  );
});
