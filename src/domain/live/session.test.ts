import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  lifeSteps,
  lives,
  movePointer,
  stepLife,
  type Life,
  type LifeStep,
  type PointerMove,
} from "./life.ts";
import { at, planOf, slotOf, t0 } from "./live.testing.ts";
import {
  compareSessions,
  copySession,
  newSlot,
  plannedSkus,
  slotAt,
  slotTimes,
  slotTimesFrom,
  validateSession,
  type SessionPlan,
} from "./session.ts";
import { hourMs, minuteMs } from "./time.ts";

const signed = { signature: "current", reason: "why" } as const;

test("[N1] a session's life has these steps and no other", () => {
  const allowed: Record<LifeStep, Partial<Record<Life, Life>>> = {
    sign: { draft: "prechecked", prechecked: "prechecked" },
    reopen: { prechecked: "draft" },
    go_live: { draft: "live", prechecked: "live" },
    end: { live: "ended" },
    resume: { ended: "live" },
    review: { ended: "reviewed" },
    reopen_review: { reviewed: "ended" },
  };
  for (const life of lives) {
    for (const step of lifeSteps) {
      const outcome = stepLife(life, step, signed);
      assert.equal(
        outcome.ok ? outcome.life : outcome.code,
        allowed[step][life] ?? "wrong_life",
        `${life} ${step}`,
      );
      if (!outcome.ok) assert.match(outcome.words.zh, /「.+」/);
    }
  }
});

test("[N2] going live without a signature that is true needs a reason, and so does every way back", () => {
  const rows: [Life, LifeStep, "current" | "stale" | "none", string | null, string][] = [
    ["prechecked", "go_live", "current", null, "live"],
    ["prechecked", "go_live", "stale", null, "reason_needed"],
    ["prechecked", "go_live", "stale", "补货刚到", "live"],
    ["draft", "go_live", "none", null, "reason_needed"],
    ["draft", "go_live", "none", "   ", "reason_needed"],
    ["draft", "go_live", "none", "临时加播", "live"],
    ["prechecked", "reopen", "current", null, "reason_needed"],
    ["ended", "resume", "current", "", "reason_needed"],
    ["ended", "resume", "current", "断流", "live"],
    ["reviewed", "reopen_review", "current", null, "reason_needed"],
    ["live", "end", "none", null, "ended"],
    ["ended", "review", "none", null, "reviewed"],
  ];
  for (const [life, step, signature, reason, want] of rows) {
    const outcome = stepLife(life, step, { signature, reason });
    assert.equal(outcome.ok ? outcome.life : outcome.code, want, `${life} ${step} ${signature} ${reason}`);
  }
});

test("[N2] who is asked for a reason is told what it is needed for", () => {
  const asked = (life: Life, step: LifeStep, signature: "stale" | "none"): string => {
    const outcome = stepLife(life, step, { signature, reason: null });
    return outcome.ok ? "" : outcome.words.en;
  };
  assert.match(asked("draft", "go_live", "none"), /not signed/);
  assert.match(asked("prechecked", "go_live", "stale"), /have changed/);
  assert.equal(asked("ended", "resume", "none"), "Say why");
});

test("[N3] the pointer moves by tap, keyboard, API and clock, and only while the session is live", () => {
  const plan = planOf();
  const rows: [string | null, PointerMove, string][] = [
    [null, { by: "next" }, "1"],
    ["1", { by: "next" }, "2"],
    ["3", { by: "next" }, "no_slot"],
    ["2", { by: "previous" }, "1"],
    ["1", { by: "previous" }, "no_slot"],
    [null, { by: "previous" }, "no_slot"],
    ["1", { by: "tap", slot: "3" }, "3"],
    ["1", { by: "api", slot: "9" }, "unknown_slot"],
    ["gone", { by: "next" }, "1"],
    ["1", { by: "clock", at: at(10) }, "2"],
    ["1", { by: "clock", at: at(9.99) }, "1 stays"],
    ["1", { by: "clock", at: at(-1) }, "no_slot"],
    ["3", { by: "clock", at: at(30) }, "no_slot"],
  ];
  for (const [current, move, want] of rows) {
    const outcome = movePointer(plan, "live", current, move);
    const got = outcome.ok ? `${outcome.slot}${outcome.moved ? "" : " stays"}` : outcome.code;
    assert.equal(got, want, JSON.stringify([current, move]));
  }
  for (const life of lives.filter((one) => one !== "live")) {
    const outcome = movePointer(plan, life, "1", { by: "next" });
    assert.equal(!outcome.ok && outcome.code, "not_live");
  }
});

test("[N4] a slot begins when the one before it ends; on the air, what runs over pushes what follows", () => {
  const plan = planOf({ slots: [slotOf("1", "A", { minutes: 5 }), slotOf("2", "B"), slotOf("3", "C")] });
  assert.deepEqual(
    slotTimes(plan).map(({ slot, startsAt, endsAt }) => [slot, startsAt - t0, endsAt - t0]),
    [
      ["1", 0, 5 * minuteMs],
      ["2", 5 * minuteMs, 15 * minuteMs],
      ["3", 15 * minuteMs, 25 * minuteMs],
    ],
  );
  assert.deepEqual(
    [slotAt(plan, t0 - 1), slotAt(plan, t0), slotAt(plan, at(15)), slotAt(plan, at(25))],
    [null, "1", "3", null],
  );
  // Slot 2 came two minutes early and has run over by one.
  const times = slotTimesFrom(plan, { slot: "2", since: at(3) }, at(14));
  assert.deepEqual(
    times.map(({ slot, startsAt, endsAt }) => [slot, (startsAt - t0) / minuteMs, (endsAt - t0) / minuteMs]),
    [
      ["2", 3, 14],
      ["3", 14, 24],
    ],
  );
  assert.deepEqual(slotTimesFrom(plan, { slot: "gone", since: t0 }, t0), []);
});

test("[N4] slots follow each other without gap or overlap, whatever their lengths", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 30 }),
      fc.nat(29),
      fc.integer({ min: -100, max: 1_000 }),
      (minutes, place, now) => {
        const slots = minutes.map((one, index) => slotOf(`${index}`, "A", { minutes: one }));
        const plan = planOf({ slots });
        const current = { slot: `${place % slots.length}`, since: t0 };
        for (const times of [slotTimes(plan), slotTimesFrom(plan, current, at(now))]) {
          for (const [index, time] of times.entries()) {
            assert.ok(time.endsAt > time.startsAt);
            assert.equal(time.endsAt, times[index + 1]?.startsAt ?? time.endsAt);
          }
        }
        assert.equal(slotTimesFrom(plan, current, at(now)).length, slots.length - (place % slots.length));
      },
    ),
  );
});

test("[N5] a copy has the same products and terms at other times, under new ids", () => {
  const past = planOf({ slots: [slotOf("1", "A", { target: 300, alternates: ["B"] }), slotOf("2", "B")] });
  const copy = copySession(past, { id: "s2", startsAt: at(7 * 24 * 60), slotId: (index) => `n${index}` });
  assert.deepEqual(copy, {
    ...past,
    id: "s2",
    startsAt: at(7 * 24 * 60),
    endsAt: at(7 * 24 * 60) + 4 * hourMs,
    slots: [
      { ...past.slots[0], id: "n0" },
      { ...past.slots[1], id: "n1" },
    ],
  });
  assert.equal(copySession(past, { id: "s3", title: "返场", startsAt: t0, slotId: String }).title, "返场");
  assert.equal(past.id, "s1");
});

const known = { skus: new Set(["A", "B", "C"]), channels: new Set(["douyin", "taobao"]) };

test("[N6] whatever is wrong with a plan is named with its place, in Chinese and in English", () => {
  assert.deepEqual(validateSession(planOf(), known), []);
  const edges = { title: "播".repeat(120), endsAt: t0 + 48 * hourMs };
  const terms = {
    minutes: 600,
    target: 1,
    price: 0,
    buyerLimit: 1,
    buffer: 0,
    allotment: 1,
    alternates: ["B"],
  };
  assert.deepEqual(validateSession(planOf({ ...edges, slots: [slotOf("1", "A", terms)] }), known), []);
  for (const open of [{ target: 9 }, { allotment: 9 }, { allotment: 0 }])
    assert.deepEqual(validateSession(planOf({ slots: [slotOf("1", "A", open)] }), known), []);
  const rows: [Partial<SessionPlan>, string][] = [
    [{ title: "  " }, "title_empty title"],
    [{ title: "播".repeat(121) }, "title_too_long title"],
    [{ endsAt: t0 }, "time_order endsAt"],
    [{ endsAt: Number.NaN }, "time_order endsAt"],
    [{ endsAt: t0 + 49 * hourMs }, "too_long endsAt"],
    [{ channels: [] }, "no_channel channels"],
    [{ channels: ["douyin", "mars"] }, "unknown_channel channels[1]"],
    [{ channels: ["douyin", "douyin"] }, "twice channels[1]"],
    [{ rooms: [{ room: "r", channel: "taobao", title: "" }] }, "room_channel rooms[0].channel"],
    [{ slots: [] }, "no_slot slots"],
    [{ slots: Array.from({ length: 501 }, (_, index) => slotOf(`${index}`, "A")) }, "too_many slots"],
    [{ slots: [slotOf("1", "A"), slotOf("1", "B")] }, "twice slots[1].id"],
    [{ slots: [slotOf("1", "Z")] }, "unknown_sku slots[0].sku"],
    [{ slots: [slotOf("1", "A", { minutes: 0 })] }, "minutes_range slots[0].minutes"],
    [{ slots: [slotOf("1", "A", { minutes: 1.5 })] }, "minutes_range slots[0].minutes"],
    [{ slots: [slotOf("1", "A", { target: 0 })] }, "units_range slots[0].target"],
    [{ slots: [slotOf("1", "A", { buffer: -1 })] }, "units_range slots[0].buffer"],
    [{ slots: [slotOf("1", "A", { price: 0.5 })] }, "units_range slots[0].price"],
    [{ slots: [slotOf("1", "A", { target: 10, allotment: 9 })] }, "target_above_allotment slots[0].target"],
    [{ slots: [slotOf("1", "A", { alternates: ["A"] })] }, "alternate_itself slots[0].alternates[0]"],
    [{ slots: [slotOf("1", "A", { alternates: ["B", "Z"] })] }, "unknown_sku slots[0].alternates[1]"],
    [{ slots: [slotOf("1", "A", { alternates: ["B", "B"] })] }, "twice slots[0].alternates[1]"],
    [
      { slots: [slotOf("1", "A", { allotment: 5, tranches: [{ id: "t", units: 6, afterMinutes: null }] })] },
      "tranches slots[0].tranches",
    ],
  ];
  for (const [change, want] of rows) {
    const problems = validateSession(planOf(change), known);
    assert.deepEqual(
      problems.map(({ code, path }) => `${code} ${path}`),
      [want],
    );
    for (const { zh, en } of problems) {
      assert.doesNotMatch(zh + en, /[{}]/, "every placeholder has its value");
      assert.match(zh, /\p{Script=Han}/u);
    }
  }
});

test("[N6] the products of a plan are named once, by their normalised code", () => {
  const plan = planOf({ slots: [newSlot("1", "ａ1 "), newSlot("2", "B"), newSlot("3", "a1")] });
  assert.deepEqual(plannedSkus(plan), ["A1", "B"]);
});

test("[N5] sessions are listed with the next one first and past ones last, the latest of them first", () => {
  const session = (id: string, hours: number): SessionPlan =>
    planOf({ id, startsAt: t0 + hours * hourMs, endsAt: t0 + (hours + 1) * hourMs });
  const plans = [
    session("old", -9),
    session("later", 30),
    session("past", -3),
    session("on", -0.5),
    session("next", 2),
  ];
  assert.deepEqual(
    plans.toSorted(compareSessions(t0)).map((plan) => plan.id),
    ["on", "next", "later", "past", "old"],
  );
});
