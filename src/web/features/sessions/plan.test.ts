import assert from "node:assert/strict";
import { test } from "node:test";
import {
  codesOf,
  differs,
  edit,
  instantOf,
  localOf,
  looksLikeTable,
  problemsOf,
  slotField,
  slotOf,
  spareMinutes,
  startsOf,
  type Draft,
} from "./plan.ts";

const evening = Date.parse("2026-11-11T12:00:00Z");
const hour = 3_600_000;

function draftWith(...minutes: number[]): Draft {
  return {
    title: "一场",
    channels: ["douyin"],
    rooms: [],
    hostScreen: { lastUnits: 50, showPrice: true, showLimit: true, showEta: true, showNext: true },
    startsAt: evening,
    endsAt: evening + hour,
    slots: minutes.map((one, index) => slotOf({ sku: `A${index}`, minutes: one }, `s${index}`)),
  };
}

const idsOf = (draft: Draft) => draft.slots.map((slot) => slot.id).join(" ");

test("each slot begins when the one before it ends, and the spare time is what is left", () => {
  const draft = draftWith(10, 15, 5);
  assert.deepEqual(
    startsOf(draft).map((at) => (at - evening) / 60_000),
    [0, 10, 25, 30],
  );
  assert.equal(spareMinutes(draft), 30);
  assert.equal(spareMinutes(draftWith(50, 30)), -20);
  assert.equal(spareMinutes(draftWith()), 60);
});

test("a slot moves to the place of another, both ways, and stays when it is told nonsense", () => {
  const draft = draftWith(1, 1, 1, 1);
  const move = (from: string, to: string) => idsOf(edit(draft, { kind: "move", from, to }));
  assert.equal(move("s0", "s2"), "s1 s2 s0 s3");
  assert.equal(move("s3", "s0"), "s3 s0 s1 s2");
  assert.equal(move("s1", "s1"), "s0 s1 s2 s3");
  assert.equal(move("s9", "s1"), "s0 s1 s2 s3");
});

test("an edit that comes back to what was there is no change", () => {
  const draft = draftWith(10);
  const there = edit(draft, { kind: "slot", id: "s0", patch: { target: 5 } });
  assert.ok(differs(draft, there));
  assert.ok(!differs(draft, edit(there, { kind: "slot", id: "s0", patch: { target: null } })));
});

test("codes are taken from whatever stands between them, each once", () => {
  assert.deepEqual(codesOf(" A-1\nB2，C3\tA-1；\r\n"), ["A-1", "B2", "C3"]);
  assert.ok(looksLikeTable("商品编码\t计划\nA1\t200"));
  assert.ok(!looksLikeTable("A1\nB2, C3"));
});

test("a server's path leads to the slot and its field", () => {
  assert.deepEqual(slotField("slots[3].target"), { index: 3, field: "target" });
  assert.deepEqual(slotField("slots[0].tranches[1].units"), { index: 0, field: "tranches" });
  assert.deepEqual(slotField("slots[2]"), { index: 2, field: "sku" });
  assert.equal(slotField("title"), null);
  const all = [{ path: "title", zh: "空", en: "empty" }];
  assert.deepEqual(problemsOf({ path: "endsAt", detail: "a", detailZh: "b", problems: all }), all);
  assert.deepEqual(problemsOf({ path: "endsAt", detail: "a", detailZh: "b" }), [
    { path: "endsAt", zh: "b", en: "a" },
  ]);
  assert.deepEqual(problemsOf(null), []);
});

test("times are those of the shop's own clock, on both sides of a change of it", () => {
  assert.equal(localOf(evening, "Asia/Shanghai"), "2026-11-11T20:00");
  assert.equal(instantOf("2026-11-11T20:00", "Asia/Shanghai"), evening);
  assert.equal(instantOf("2026-11-11", "Asia/Shanghai"), null);
  for (const local of ["2026-03-29T00:30", "2026-03-29T03:30", "2026-10-25T04:00", "2026-07-01T12:00"]) {
    const instant = instantOf(local, "Europe/Berlin");
    assert.equal(localOf(instant ?? 0, "Europe/Berlin"), local);
  }
});
