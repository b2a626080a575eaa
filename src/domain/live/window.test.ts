import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { at, t0 } from "./live.testing.ts";
import { minutesObserved, sellOutEta } from "./metric.ts";
import { minuteMs } from "./time.ts";
import { minuteOf, SalesWindow, windowMinutesMax, type Delta } from "./window.ts";

function delta(minute: number, sold: number, more: Partial<Delta> = {}): Delta {
  return {
    minute: minuteOf(t0) + minute,
    orders: 1,
    ordered: sold,
    sold,
    soldAmount: sold * 100,
    cancelledAmount: 0,
    ...more,
  };
}

test("[E1] 10 units in each of the last 30 minutes and 500 left: 50 minutes, in every second of a minute", () => {
  const window = new SalesWindow();
  for (let minute = 0; minute < 60; minute += 1) window.add("A", delta(minute, 10), at(minute));
  // The minute under way goes on at the same pace.
  for (const passed of [0, 0.25, 0.5, 1]) {
    const steady = new SalesWindow();
    for (let minute = 0; minute < 60; minute += 1) steady.add("A", delta(minute, 10), at(minute));
    steady.add("A", delta(60, 10 * passed), at(60));
    const now = at(60) + passed * (minuteMs - 1);
    const eta = sellOutEta(500, steady.last("A", "sold", 30, now), minutesObserved(t0, now));
    assert.ok(Math.abs((eta ?? 0) - 50) < 0.01, `${passed}: ${eta}`);
  }
  assert.equal(sellOutEta(500, window.last("A", "sold", 30, at(60)), minutesObserved(t0, at(60))), 50);
});

test("[E5] a late minute goes to where it belongs, one from the future to now, an old one to the totals", () => {
  const window = new SalesWindow();
  window.add("A", delta(100, 5), at(100));
  window.add("A", delta(97, 3), at(100));
  window.add("A", delta(900, 2), at(100));
  window.add("A", delta(10, 7), at(100));
  assert.deepEqual(window.perMinute("A", "sold", 5, at(100)), [0, 3, 0, 0, 7]);
  assert.equal(window.totals("A").sold, 17);
  assert.equal(window.last("A", "sold", 3, at(100.5)), 3 * 0.5 + 7);
  assert.deepEqual(window.perMinute("B", "sold", 2, at(100)), [0, 0]);
  assert.deepEqual(
    [window.last("B", "sold", 30, at(100)), window.peak("B"), window.totals("B").orders],
    [0, 0, 0],
  );
  window.add("A", delta(300, 1), at(300));
  assert.deepEqual(window.perMinute("A", "sold", 3, at(300)), [0, 0, 1]);
  assert.equal(window.peak("A"), 10);
  assert.equal(window.earliest("A", 30, at(300)), minuteOf(at(300)));
  assert.equal(window.earliest("A", 30, at(400)), null);
  assert.equal(window.earliest("B", 30, at(300)), null);
});

test("[E5] an hour is remembered, to the part of the minute in which it began", () => {
  const window = new SalesWindow();
  for (let minute = 0; minute <= 90; minute += 1) window.add("A", delta(minute, minute), at(minute));
  const sum = (from: number, to: number): number => ((from + to) * (to - from + 1)) / 2;
  assert.equal(window.last("A", "sold", 60, at(90)), sum(30, 90));
  assert.equal(window.last("A", "sold", 60, at(90.75)), sum(31, 90) + 30 / 4);
  assert.equal(window.earliest("A", 60, at(90)), minuteOf(at(30)));
  assert.equal(window.perMinute("A", "sold", 60, at(90))[0], 31);
});

test("[E5] what came since an instant counts the part of its minute that lies after it", () => {
  const window = new SalesWindow();
  window.add("A", delta(0, 60), at(1));
  window.add("A", delta(1, 10), at(1.5));
  assert.equal(window.since("A", "sold", at(0.5), at(2)), 30 + 10);
  assert.equal(window.since("A", "sold", at(1), at(1.5)), 10);
  assert.equal(window.since("A", "sold", at(1.25), at(1.5)), 5);
  assert.equal(window.since("A", "sold", at(2), at(2)), 0);
  assert.equal(window.since("A", "sold", at(3), at(2)), 0);
  assert.equal(window.since("A", "sold", at(-500), at(2)), 70);
});

test("[E5] whatever order the minutes come in, the window answers what a plain sum answers", () => {
  const added = fc.record({ minute: fc.nat(150), now: fc.nat(150), sold: fc.nat(50) });
  fc.assert(
    fc.property(
      fc.array(added, { maxLength: 80 }),
      fc.nat(60),
      fc.integer({ min: 1, max: 60 }),
      (deltas, later, minutes) => {
        const window = new SalesWindow();
        const plain = new Map<number, number>();
        let head = 0;
        let total = 0;
        for (const one of deltas) {
          head = Math.max(head, one.now);
          const minute = Math.min(one.minute, head);
          window.add("A", delta(one.minute, one.sold), at(head));
          plain.set(minute, (plain.get(minute) ?? 0) + one.sold);
          total += one.sold;
        }
        const now = head + later / 60;
        const current = Math.floor(now);
        const sold = (minute: number): number => plain.get(minute) ?? 0;
        let want = sold(current - minutes) * (1 - (now - current));
        for (let minute = current - minutes + 1; minute <= current; minute += 1) want += sold(minute);
        assert.ok(Math.abs(window.last("A", "sold", minutes, at(now)) - want) < 1e-6);
        assert.equal(window.totals("A").sold, total);
      },
    ),
  );
});

test("[E5] the peak is the best ten minutes in a row", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(30), { minLength: 1, maxLength: windowMinutesMax }),
      fc.array(fc.nat(59), { maxLength: 10 }),
      (units, late) => {
        const window = new SalesWindow();
        const all = [...units];
        for (const [minute, sold] of units.entries()) window.add("A", delta(minute, sold), at(minute));
        for (const minute of late.map((one) => one % units.length)) {
          window.add("A", delta(minute, 4), at(units.length));
          all[minute] = (all[minute] ?? 0) + 4;
        }
        let best = 0;
        for (let end = 0; end < all.length; end += 1)
          best = Math.max(
            best,
            all.slice(Math.max(0, end - 9), end + 1).reduce((sum, one) => sum + one, 0),
          );
        assert.equal(window.peak("A"), best);
      },
    ),
  );
});
