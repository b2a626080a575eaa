import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReplayData, SessionView, ViewAlert } from "../../../api/session-view.ts";
import { newAlerts } from "./alarms.ts";
import { burnCurve } from "./charts.ts";
import { elapsedText, rangeOf, sparkPath, wholeMinutes, windowOf } from "./figures.ts";
import { overlayLook } from "./overlay-look.ts";
import { minuteAt, momentAt, ruleOf, shareOf, type Event } from "./replay.ts";
import { stepOf } from "./steps.ts";

const from = Date.parse("2026-11-25T12:00:00.000Z");
const timeAt = (minutes: number) => new Date(from + minutes * 60_000).toISOString();

function alert(id: string, over: Partial<ViewAlert> = {}): ViewAlert {
  return {
    id,
    rule: "tier3",
    subject: "A",
    sku: "A",
    name: "A",
    severity: 3,
    raisedAt: timeAt(0),
    evidence: {},
    level: 0,
    acknowledged: null,
    text: {
      zh: "",
      en: "",
    },
    title: {
      zh: "",
      en: "",
    },
    actions: ["tell_host"],
    hostWords: null,
    ...over,
  };
}

test("500 units at 10 a minute are said to last 50 minutes, and a rest never becomes none", () => {
  assert.equal(wholeMinutes(500 / 10), 50);
  assert.equal(wholeMinutes(49.999_999_999_9), 50);
  assert.equal(wholeMinutes(1.9), 1);
  assert.equal(wholeMinutes(0.2), 1);
  assert.equal(wholeMinutes(0), 0);
});

test("a range that nobody plans for is not written out", () => {
  assert.equal(rangeOf({ p10: 4.2, p50: 5, p90: 7.9 }), "4–7");
  assert.equal(rangeOf({ p10: 73, p50: 400, p90: 1_874 }), "73–999+");
  assert.equal(rangeOf({ p10: 1_200, p50: 1_300, p90: 1_874 }), null);
  assert.equal(rangeOf(null), null);
});

test("where only some rows fit, the current one is among them, with those that follow", () => {
  assert.deepEqual(windowOf(10, 3, 12), { from: 0, to: 10 });
  assert.deepEqual(windowOf(24, 0, 12), { from: 0, to: 12 });
  assert.deepEqual(windowOf(24, 10, 12), { from: 6, to: 18 });
  assert.deepEqual(windowOf(24, 23, 12), { from: 12, to: 24 });
  assert.deepEqual(windowOf(24, -1, 12), { from: 0, to: 12 });
});

test("a spark lies on the floor where nothing sells, and the clock counts hours", () => {
  assert.equal(sparkPath([0, 0, 0], 10, 4), "M0.0 4.0L5.0 4.0L10.0 4.0");
  assert.equal(sparkPath([], 10, 4), "");
  assert.equal(elapsedText(6_138_000), "01:42:18");
  assert.equal(elapsedText(-5), "00:00:00");
});

test("the curve is drawn to where it ends, and a far end does not flatten what was seen", () => {
  const points = [
    { at: timeAt(0), sellable: 500 },
    { at: timeAt(30), sellable: 200 },
  ];
  const near = burnCurve({ sku: "A", points, sellOutAt: timeAt(40) }, from + 30 * 60_000);
  assert.equal(near.reaches, true);
  assert.deepEqual(near.ahead.at(-1), [from + 40 * 60_000, 0]);
  const far = burnCurve({ sku: "A", points, sellOutAt: timeAt(300) }, from + 30 * 60_000);
  assert.equal(far.reaches, false);
  assert.ok((far.ahead.at(-1)?.[0] ?? 0) < from + 60 * 60_000);
  assert.deepEqual(burnCurve({ sku: "A", points, sellOutAt: null }, from).ahead, []);
  assert.deepEqual(burnCurve({ sku: "A", points: [], sellOutAt: null }, from).seen, []);
});

test("it rings for what is new or passed on, not for what was there before, nor for what somebody has taken", () => {
  const taken = alert("b", { acknowledged: { by: "x", at: timeAt(0), action: "got_it" } });
  assert.deepEqual(newAlerts([alert("a")], null), []);
  const rung = new Map([["a", 0]]);
  assert.deepEqual(newAlerts([alert("a"), taken], rung), []);
  assert.deepEqual(
    newAlerts([alert("a", { level: 1 }), alert("c", { severity: 1 })], rung).map((one) => one.id),
    ["a", "c"],
  );
});

test("the overlay takes from its address what makes sense", () => {
  const look = overlayLook(new URLSearchParams("size=9000&align=right&name=0&color=ff0000&background=red"));
  assert.deepEqual(
    [look.px, look.align, look.name, look.color, look.background],
    [400, "right", false, "#ff0000", null],
  );
  assert.equal(overlayLook(new URLSearchParams("size=x&align=up")).px, 44);
});

const data: ReplayData = {
  session: "s",
  from: timeAt(0),
  to: timeAt(3),
  minutes: [0, 1, 2].map((minute) => ({
    at: timeAt(minute),
    viewers: minute === 1 ? null : 100,
    likes: null,
    orders: { a: 2, b: minute },
    amount: 1_000,
  })),
  skus: [{ sku: "A", name: "A", sellable: [9, 7, 4], sold: [1, 2, 3] }],
};
const event = (seq: number, minute: number, kind: string, body: Event["body"]): Event => ({
  seq,
  at: timeAt(minute),
  actor: "u/x",
  kind,
  sku: null,
  body,
});

test("a moment of the replay is what was so then, a gap included", () => {
  const events = [
    event(1, 0, "pointer", { slot: "s1" }),
    event(2, 1, "alert_raised", { alert: { id: "s/tier1/A/1", rule: "tier1" } }),
    event(3, 2, "alert_resolved", { alert: "s/tier1/A/1", reason: "recovered" }),
  ];
  const skuOf = new Map([["s1", "A"]]);
  const middle = momentAt(data, events, from + 90_000, skuOf);
  assert.deepEqual(middle, {
    minute: 1,
    slot: "s1",
    sku: "A",
    viewers: null,
    orders: 3,
    amount: 2e3,
    sold: 3,
    openAlerts: 1,
  });
  assert.equal(momentAt(data, events, from + 150_000, skuOf).openAlerts, 0);
  assert.equal(minuteAt(data, from - 1), -1);
  assert.equal(minuteAt(data, from + 99 * 60_000), 2);
  assert.equal(shareOf(data, from + 90_000), 0.5);
  assert.equal(events[2] === undefined ? null : ruleOf(events[2]), "tier1");
});

test("a button opens the part of the panel where its numbers are entered; the rest is said to the server", () => {
  const view = {
    session: "s",
    pointer: { slot: "s1" },
    slots: [{ id: "s1", sku: "B" }],
    skus: [{ sku: "B" }],
  };
  const seen = view as unknown as SessionView;
  const first = alert("a");
  assert.deepEqual(stepOf(first, "stop_sell", seen), {
    kind: "panel",
    focus: { sku: "A", section: "stop", alert: "a" },
  });
  assert.deepEqual(stepOf(first, "got_it", seen), { kind: "send", body: { action: "got_it", alert: "a" } });
  // An alert about no product means the one that is on.
  const spike = alert("b", { rule: "order_spike", subject: "", sku: null });
  assert.deepEqual(stepOf(spike, "cap_buyer", seen), {
    kind: "panel",
    focus: { sku: "B", section: "limits", alert: "b" },
  });
  assert.equal(stepOf(spike, "view_orders", seen).kind, "page");
});
