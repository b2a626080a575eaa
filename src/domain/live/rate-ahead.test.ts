import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { evaluateForecast, forecast, type HistoryMinute } from "./forecast.ts";
import { at, planOf, slotOf } from "./live.testing.ts";
import type { Activity } from "./activity.ts";
import { emptySession, foldSession } from "./fold.ts";
import { timesNow } from "./look.ts";
import { rateAhead, type Ahead, type Showing } from "./rate-ahead.ts";
import { paceOf, showingsOf, withAhead } from "./showings.ts";

const noPace = { sold: 0, target: 0 };

function steady(units: number, minutes: number): number[] {
  return Array.from({ length: minutes }, () => units);
}

function seen(units: readonly number[], lastPart = 1) {
  return { units, exposure: units.map((_, index) => (index === units.length - 1 ? lastPart : 1)) };
}

function p50(sellable: number, perMinute: readonly number[], ahead: Ahead): number {
  const base = { heldUnpaid: 0, lastFraction: 1, holds: { ended: 0, expired: 0 }, holdMinutes: 0 };
  return forecast({ ...base, sellable, perMinute, ahead })?.p50 ?? Number.NaN;
}

test("[E13] a product that sells little by itself ends within the slot in which the plan sells it", () => {
  const showings: readonly Showing[] = [{ from: 30, to: 40, target: 600 }];
  // 30 units until the slot, then 60 a minute: 270 are gone four and a half minutes into it.
  assert.ok(Math.abs(p50(300, steady(1, 60), { showings, pace: noPace }) - 34.5) < 1e-9);
  assert.ok(Math.abs(p50(300, steady(1, 60), { showings: [], pace: noPace }) - 300) < 1e-9);
  // A slot without a target says nothing of its own.
  const silent = [{ from: 30, to: 40, target: null }];
  assert.ok(Math.abs(p50(300, steady(1, 60), { showings: silent, pace: noPace }) - 300) < 1e-9);
});

test("[E13] targets count for as much as those before them were met", () => {
  const showings: readonly Showing[] = [{ from: 30, to: 40, target: 600 }];
  const whole = p50(300, steady(1, 60), { showings, pace: { sold: 6_000, target: 6_000 } });
  const half = p50(300, steady(1, 60), { showings, pace: { sold: 3_000, target: 6_000 } });
  assert.ok(whole < half && half < 40, `${whole} ${half}`);
  assert.ok(half > 38.2, `${half}`);
});

test("[E13] in a slot what is seen takes the place of what was planned; after it the pace fades to the usual one", () => {
  const units = [...steady(2, 50), ...steady(80, 5)];
  const ahead = { showings: [{ from: -5, to: 5, target: 100 }], pace: noPace };
  const rates = rateAhead(seen(units), ahead);
  assert.ok(rates !== null && rates.now > 50, `${rates?.now}`);
  const { perMinute } = rates;
  assert.equal(perMinute[4], perMinute[0]);
  // The first minutes after the slot are as lively, twelve later a quarter is left of it, in the end what it sells by itself.
  assert.equal(perMinute[5], perMinute[0]);
  assert.ok((perMinute[17] ?? 0) < 0.3 * (perMinute[5] ?? 0));
  assert.ok((perMinute[120] ?? 99) < 2.5, `${perMinute[120]}`);
  // What is seen just after a slot is no sign of what the product sells by itself.
  const after = rateAhead(seen([...steady(2, 40), ...steady(80, 10), ...steady(40, 3)]), {
    showings: [{ from: -13, to: -3, target: 100 }],
    pace: noPace,
  });
  assert.ok((after?.perMinute[120] ?? 99) < 7, `${after?.perMinute[120]}`);
});

test("[E13] without sales and without a target nobody can say; with one it is what is planned", () => {
  assert.equal(rateAhead(seen([]), { showings: [], pace: noPace }), null);
  const planned = { showings: [{ from: 10, to: 20, target: 100 }], pace: noPace };
  assert.ok(Math.abs(p50(50, [0, 0, 0], planned) - 15) < 1e-9);
  assert.ok(Number.isFinite(p50(5_000, [], planned)));
});

test("[E13] every pace is a number that is not negative, whatever the plan says", () => {
  const minute = fc.double({ min: -90, max: 400, noNaN: true });
  const showing = fc.record({ from: minute, to: minute, target: fc.option(fc.nat(5_000), { nil: null }) });
  fc.assert(
    fc.property(
      fc.array(fc.nat(300), { maxLength: 60 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      fc.array(showing, { maxLength: 4 }),
      fc.record({ sold: fc.nat(9_000), target: fc.nat(9_000) }),
      (units, part, showings, pace) => {
        const rates = rateAhead(seen(units, part), { showings, pace });
        if (rates === null) return;
        assert.ok(rates.after > 0 && rates.now > 0 && Number.isFinite(rates.now));
        assert.ok(rates.perMinute.every((one) => one >= 0 && Number.isFinite(one)));
      },
    ),
    { numRuns: 500 },
  );
});

const pointer = (seq: number, minute: number, slot: string): Activity => ({
  seq,
  session: "s1",
  at: at(minute),
  actor: "小林",
  kind: "pointer",
  body: { slot, by: "tap" },
});
const plan = planOf({
  startsAt: at(0),
  slots: [
    slotOf("1", "A", { minutes: 10, target: 100 }),
    slotOf("2", "B", { minutes: 10, target: 200 }),
    slotOf("3", "A", { minutes: 20, target: 50 }),
  ],
});

test("[E13] slots that are over stand where they were, those to come where the pointer puts them", () => {
  const state = [pointer(1, 0, "1"), pointer(2, 5, "2")].reduce(foldSession, emptySession("s1"));
  const now = { plan, state, now: at(25) };
  const times = timesNow(now);
  // The second slot has run over by ten minutes and goes on.
  assert.deepEqual(showingsOf(now, "A", times), [
    { from: -25, to: -20, target: 100 },
    { from: 0, to: 20, target: 50 },
  ]);
  const [on, ...none] = showingsOf(now, "B", times);
  assert.ok(on !== undefined && none.length === 0 && on.from === -20 && on.to > 0 && on.target === 200);
  // Half of its time it had, half of its target counts; what is on is not counted yet.
  assert.deepEqual(
    paceOf(now, (sku, from, to) => (sku === "A" ? (to - from) / 60_000 : 999)),
    { sold: 5, target: 50 },
  );
  assert.deepEqual(showingsOf({ ...now, now: at(100) }, "B", timesNow({ ...now, now: at(100) })).length, 1);
});

test("[E10] looking back, a forecast knows the plan as it stood at that minute", () => {
  const rate = (minute: number): number => (minute >= 40 ? 30 : 1);
  let sellable = 200;
  const minutes = Array.from({ length: 60 }, (_, minute): HistoryMinute => {
    const left = Math.min(sellable, rate(minute));
    sellable -= left;
    return { sellable, lowest: sellable, heldUnpaid: 0, left, sold: left, holds: { ended: 0, expired: 0 } };
  });
  const histories = [{ sku: "A", holdMinutes: 0, minutes }];
  const later = planOf({
    startsAt: at(0),
    slots: [slotOf("1", "B", { minutes: 40 }), slotOf("2", "A", { minutes: 10, target: 300 })],
  });
  const activities = [pointer(1, 0, "1"), pointer(2, 40, "2")];
  const blind = evaluateForecast(histories)[2];
  const knowing = evaluateForecast(withAhead(histories, { plan: later, activities, from: at(0) }))[2];
  assert.ok((blind?.burst.medianError ?? 0) > 100);
  assert.ok((knowing?.burst.medianError ?? 99) < 1, `${knowing?.burst.medianError}`);
  assert.equal(knowing?.coverage, 1);
});
