import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Activity, ActivityBodies, ActivityKind } from "./activity.ts";
import type { Alert } from "./alert.ts";
import {
  emptySession,
  foldAll,
  foldSession,
  incomingUnits,
  messagesKept,
  openAlerts,
  signatureState,
} from "./fold.ts";
import { at, t0 } from "./live.testing.ts";
import { openPatrol } from "./patrol.ts";
import { orderKey, type Review } from "./review.ts";
import { calmSku, defaults } from "./live.testing.ts";

/** Numbers them from 1, a minute apart. */
function activities(...entries: [kind: ActivityKind, body: unknown, sku?: string][]): Activity[] {
  return entries.map(
    ([kind, body, sku], index) =>
      ({
        seq: index + 1,
        session: "s1",
        at: at(index),
        actor: "小林",
        kind,
        body,
        ...(sku === undefined ? {} : { sku }),
      }) as Activity,
  );
}

function life(
  step: ActivityBodies["life"]["step"],
  to: ActivityBodies["life"]["to"],
  reason: string | null = null,
) {
  return ["life", { step, from: "draft", to, reason }] as [ActivityKind, unknown];
}

const alert: Alert = {
  id: "a1",
  session: "s1",
  rule: "tier1",
  subject: "A",
  sku: "A",
  severity: 1,
  raisedAt: t0,
  evidence: { left: 200 },
  level: 0,
  acknowledged: null,
  quietSince: null,
};
const signature = { digest: "d", by: "小林", at: t0, note: "", pass: 3, warn: 0, fail: 0 };
const review: Review = { channel: "douyin", orderId: "o1", takenAt: t0, lines: [], decided: null };

test("[N7] a session's life, signature and pointer are what its activities add up to", () => {
  const log = activities(
    ["precheck_signed", { signature }],
    life("sign", "prechecked"),
    ["plan_changed", { version: 2 }],
    life("go_live", "live", "补货刚到"),
    ["clock_followed", { on: true }],
    ["pointer", { slot: "1", by: "clock" }],
    ["pointer", { slot: "2", by: "tap" }],
    ["pointer", { slot: "1", by: "previous" }],
    life("end", "ended"),
  );
  const early = foldAll("s1", log.slice(0, 2));
  assert.equal(signatureState(early, false), "current");
  assert.equal(signatureState(early, true), "stale");
  assert.equal(signatureState(foldAll("s1", log.slice(0, 3)), false), "stale");
  assert.equal(signatureState(emptySession("s1"), false), "none");
  const clocked = foldAll("s1", log.slice(0, 6));
  assert.deepEqual([clocked.followsClock, clocked.pointer], [true, { slot: "1", since: at(5), by: "clock" }]);
  const tapped = foldAll("s1", log.slice(0, 7));
  assert.deepEqual([tapped.followsClock, tapped.pointer?.slot], [false, "2"]);
  const ended = foldAll("s1", log);
  assert.deepEqual(
    [ended.life, ended.liveSince, ended.endedAt, ended.unsignedReason, ended.pointer, ended.seq],
    ["ended", at(3), at(8), "补货刚到", null, 9],
  );
  assert.deepEqual(
    [...ended.shown],
    [
      ["1", { times: 2, firstAt: at(5), ms: 120_000 }],
      ["2", { times: 1, firstAt: at(6), ms: 60_000 }],
    ],
  );
  const resumed = foldSession(ended, {
    ...activities(life("resume", "live", "断流"))[0],
    seq: 10,
  } as Activity);
  assert.deepEqual([resumed.life, resumed.liveSince, resumed.endedAt], ["live", at(3), null]);
});

test("[N7] alerts, mutes, patrols and messages open and close in the state", () => {
  const card = openPatrol(
    { id: "p1", dueAt: t0, openedAt: t0 },
    [calmSku("A", { current: { slot: "1", target: null, minutesLeft: 5, sold: 0 } })],
    defaults,
  );
  const mute = { rule: "eta", subject: "A", until: at(60), by: "小林", reason: "" } as const;
  const log = activities(
    ["alert_raised", { alert }],
    ["alert_acknowledged", { alert: "a1", acknowledgement: { by: "小林", at: at(1), action: "tell_host" } }],
    ["alert_escalated", { alert: "a1", level: 2 }],
    ["alert_muted", { mute }],
    ["patrol_opened", { card, ordinal: 3, missed: 1 }],
    ["patrol_escalated", { patrol: "p1", level: 1 }],
    ["host_message", { message: "m1", text: "最后 30 件", alert: "a1" }],
    ["host_message_acknowledged", { message: "m1" }],
    ["host_screen", { screen: "tablet", online: false }],
  );
  const open = foldAll("s1", log);
  assert.deepEqual(openAlerts(open), [
    { ...alert, level: 2, acknowledged: { by: "小林", at: at(1), action: "tell_host" } },
  ]);
  assert.deepEqual([open.mutes, open.lastPatrol, open.patrols.get("p1")?.level], [[mute], 3, 1]);
  assert.deepEqual(open.messages, [
    { message: "m1", text: "最后 30 件", by: "小林", at: at(6), acknowledgedAt: at(7) },
  ]);
  assert.deepEqual(open.screens.get("tablet"), { online: false, since: at(8) });
  const rest = activities(
    ["alert_resolved", { alert: "a1", reason: "recovered" }],
    ["alert_unmuted", { rule: "eta", subject: "A" }],
    [
      "patrol_answered",
      { patrol: "p1", answers: [{ sku: "A", group: "current", answer: "fine", by: "小林", at: at(2) }] },
    ],
  ).map((one) => ({ ...one, seq: one.seq + 9 }) as Activity);
  const closed = rest.reduce(foldSession, open);
  assert.deepEqual([closed.alerts.size, closed.mutes.length, closed.patrols.size], [0, 0, 0]);
});

test("[N7] a mute that is over is forgotten, an empty card is answered by a look, a message is read once", () => {
  const mute = (rule: string, until: number) => ({ rule, subject: null, until, by: "小林", reason: "" });
  const empty = openPatrol({ id: "p1", dueAt: t0, openedAt: t0 }, [], defaults);
  const half = openPatrol(
    { id: "p2", dueAt: t0, openedAt: t0 },
    [calmSku("A", { peak10: 99, last10: 0 }), calmSku("B", { peak10: 99, last10: 0 })],
    defaults,
  );
  const answers = [{ sku: "A", group: "cooling", answer: "noted", by: "小林", at: t0 }];
  const state = foldAll(
    "s1",
    activities(
      ["alert_muted", { mute: mute("eta", at(1)) }],
      ["alert_muted", { mute: mute("tier1", at(99)) }],
      ["patrol_opened", { card: empty, ordinal: 1, missed: 0 }],
      ["patrol_answered", { patrol: "p1", answers: [] }],
      ["patrol_opened", { card: half, ordinal: 2, missed: 0 }],
      ["patrol_answered", { patrol: "p2", answers }],
      ["host_message", { message: "m1", text: "", alert: null }],
      ["host_message", { message: "m2", text: "", alert: null }],
      ["host_message_acknowledged", { message: "m1" }],
      ["host_message_acknowledged", { message: "m1" }],
    ),
  );
  assert.deepEqual(
    state.mutes.map((one) => one.rule),
    ["tier1"],
  );
  assert.deepEqual([[...state.patrols.keys()], state.patrols.get("p2")?.answers.length], [["p2"], 1]);
  assert.deepEqual(
    state.messages.map((one) => one.acknowledgedAt),
    [at(8), null],
  );
});

test("[N7] supplier answers, tranches, stop-sell and reviews are in the state", () => {
  const log = activities(
    ["supplier_asked", { request: "r1", supplier: "工厂", units: 500, expiresAt: at(99) }, "A"],
    ["supplier_answered", { request: "r1", units: 300, arrivesAt: at(60), note: "" }],
    ["supplier_answered", { request: "r1", units: 400, arrivesAt: at(60), note: "多凑了 100" }],
    ["tranche_released", { slot: "1", tranche: "t1", units: 100 }],
    ["tranche_released", { slot: "1", tranche: "t1", units: 100 }],
    ["stop_sell", { channels: ["douyin", "taobao"] }, "A"],
    ["stop_sell_confirmed", { channel: "taobao" }, "A"],
    ["sampling", { on: true }],
    ["review_taken", { review }],
    ["playbook_step", { action: "cap_buyer", alert: null, detail: "1" }],
    ["note", { text: "hello" }],
  );
  const state = foldAll("s1", log);
  assert.equal(incomingUnits(state, "A"), 400);
  assert.deepEqual(state.released.get("1"), [{ tranche: "t1", at: at(3) }]);
  assert.deepEqual(state.stops.get("A")?.channels, [
    { channel: "douyin", confirmedAt: null },
    { channel: "taobao", confirmedAt: at(6) },
  ]);
  assert.deepEqual([state.sampling, [...state.reviews.keys()]], [true, [orderKey(review)]]);
  const rest = activities(
    [
      "review_decided",
      { order: { channel: "douyin", orderId: "o1" }, decided: { decision: "confirmed", by: "x", at: t0 } },
    ],
    ["stop_sell_lifted", { reason: "补到货" }, "A"],
    ["supplier_closed", { request: "r1", received: 400 }],
  ).map((one) => ({ ...one, seq: one.seq + 11 }) as Activity);
  const done = rest.reduce(foldSession, state);
  assert.deepEqual([done.reviews.size, done.stops.size, incomingUnits(done, "A")], [0, 0, 0]);
});

test("[N8] a repeated, older, foreign or unknown activity changes nothing, and none ever throws", () => {
  const log = activities(["alert_raised", { alert }], life("go_live", "live", "x"));
  const state = foldAll("s1", log);
  for (const one of log) assert.equal(foldSession(state, one), state);
  const foreign = { ...activities(["note", { text: "" }])[0], seq: 9, session: "s2" } as Activity;
  assert.equal(foldSession(state, foreign), state);
  for (const kind of ["hologram_opened", "constructor", "toString"]) {
    const later = {
      seq: 3,
      session: "s1",
      at: t0,
      actor: "x",
      kind,
      body: { any: 1 },
    } as unknown as Activity;
    assert.deepEqual(foldSession(state, later), { ...state, seq: 3 });
  }
  const orphans = activities(
    ["alert_resolved", { alert: "?", reason: "recovered" }],
    ["alert_acknowledged", { alert: "?", acknowledgement: { by: "", at: 0, action: "" } }],
    ["patrol_answered", { patrol: "?", answers: [] }],
    ["host_message_acknowledged", { message: "?" }],
    ["supplier_answered", { request: "?", units: 1, arrivesAt: null, note: "" }],
    ["stop_sell", { channels: [] }],
    ["stop_sell_confirmed", { channel: "?" }],
    ["stop_sell_lifted", { reason: "" }],
    ["review_decided", { order: { channel: "?", orderId: "?" }, decided: null }],
  );
  assert.deepEqual(foldAll("s1", orphans), { ...emptySession("s1"), seq: orphans.length });
});

test("[N8] folding in pieces, with repetitions, ends in the same state", () => {
  const entry: fc.Arbitrary<[ActivityKind, unknown]> = fc.oneof(
    fc.constantFrom("1", "2", "3").map((slot): [ActivityKind, unknown] => ["pointer", { slot, by: "tap" }]),
    fc.constant<[ActivityKind, unknown]>(["alert_raised", { alert }]),
    fc.constant<[ActivityKind, unknown]>(["alert_resolved", { alert: "a1", reason: "recovered" }]),
    fc
      .nat(99)
      .map((id): [ActivityKind, unknown] => ["host_message", { message: `m${id}`, text: "", alert: null }]),
    fc.constantFrom(life("go_live", "live", "x"), life("end", "ended")),
  );
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 60 }),
      fc.array(fc.nat(60), { maxLength: 20 }),
      (entries, again) => {
        const log = activities(...entries);
        const whole = foldAll("s1", log);
        const repeated = log.flatMap((one, index) => [
          one,
          ...again.filter((back) => back < index).map((back) => log[back] ?? one),
        ]);
        assert.deepEqual(repeated.reduce(foldSession, emptySession("s1")), whole);
        assert.ok(whole.messages.length <= messagesKept);
        let onMs = 0;
        for (const slot of whole.shown.values()) onMs += slot.ms;
        assert.ok(onMs <= 60_000 * Math.max(0, log.length - 1), "no more time on the air than passed");
      },
    ),
  );
});
