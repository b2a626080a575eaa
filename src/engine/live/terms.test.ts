import assert from "node:assert/strict";
import { test } from "node:test";
import type { Activity, ActivityKind } from "../../domain/live/activity.ts";
import { emptySession, foldSession } from "../../domain/live/fold.ts";
import { at, planOf, slotOf } from "../../domain/live/live.testing.ts";
import type { SessionPlan } from "../../domain/live/session.ts";
import type { OpenSession } from "../sessions/sessions.ts";
import type { SkuStock } from "./stock.ts";
import { dueTerms, restoredTerms, sessionUnits } from "./terms.ts";

const stock: SkuStock = {
  sku: "A",
  code: "A",
  name: "商品A",
  category: "",
  price: 9_900,
  deductAt: "order",
  bufferUnits: 10,
  bufferPercent: 0,
  limitPerBuyer: null,
  limitHours: 24,
  selling: true,
  available: 500,
  held: 0,
  shortage: 0,
  presale: 0,
  onHand: 500,
  seq: 1,
};

function openOf(plan: Partial<SessionPlan>, ...entries: [ActivityKind, unknown, string?][]): OpenSession {
  const live: [ActivityKind, unknown] = [
    "life",
    { step: "go_live", from: "draft", to: "live", reason: null },
  ];
  const activities = [live, ...entries].map(
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
  const state = activities.reduce(foldSession, emptySession("s1"));
  return { plan: planOf(plan), version: 1, updatedAt: at(0), updatedBy: "小林", state };
}

test("the plan's terms are due once, and again only when the plan says something else", () => {
  const slots = [
    slotOf("1", "A", { price: 4_900, buyerLimit: 2, buffer: 30 }),
    slotOf("2", "A", { price: 3_900 }),
  ];
  const due = dueTerms(openOf({ slots }), stock);
  assert.deepEqual(due?.set, { price: 4_900, limitPerBuyer: 2, limitHours: 4, bufferUnits: 30 });
  assert.deepEqual(due.before, { price: 9_900, limitPerBuyer: null, limitHours: 24, bufferUnits: 10 });
  const applied: [ActivityKind, unknown, string] = ["terms_applied", due, "A"];
  assert.equal(dueTerms(openOf({ slots }, applied), { ...stock, price: 4_500 }), null);
  // Its second slot is on: other terms.
  const second = openOf({ slots }, applied, ["pointer", { slot: "2", by: "tap" }]);
  assert.equal(dueTerms(second, stock)?.set.price, 3_900);
  // A product without terms is left alone.
  assert.equal(dueTerms(openOf({ slots: [slotOf("1", "A")] }), stock), null);
});

test("what somebody changed during the session stays; the rest is put back", () => {
  const terms = {
    planned: "",
    set: { price: 4_900, bufferUnits: 30 },
    before: { price: 9_900, bufferUnits: 10 },
  };
  const during = { ...stock, price: 4_900, bufferUnits: 77 };
  assert.deepEqual(restoredTerms(terms, during, false), { price: 9_900 });
  assert.deepEqual(restoredTerms(terms, during, true), { price: 9_900, bufferUnits: 10 });
});

test("the pool, the allotment, the parts that are out and a stop each hold the promise down", () => {
  const tranches = [
    { id: "t1", units: 40, afterMinutes: 0 },
    { id: "t2", units: 60, afterMinutes: null },
  ];
  const released: [ActivityKind, unknown, string] = [
    "tranche_released",
    { slot: "1", tranche: "t1", units: 40 },
    "A",
  ];
  const stopped: [ActivityKind, unknown, string] = ["stop_sell", { channels: [] }, "A"];
  const plain = openOf({ slots: [slotOf("1", "A")] });
  const allotted = openOf({ slots: [slotOf("1", "A", { allotment: 100 })] });
  const dripped = openOf({ slots: [slotOf("1", "A", { allotment: 100, tranches })] }, released);
  const ended = openOf({ slots: [slotOf("1", "A")] }, stopped);
  const rows: [OpenSession, promised: number, remaining: number, cap: number, buffer: number][] = [
    [plain, 0, 490, 490, 10],
    [allotted, 0, 100, 100, 400],
    [allotted, 30, 70, 70, 430],
    [dripped, 0, 100, 40, 460],
    [dripped, 35, 65, 5, 495],
    [dripped, 40, 60, 0, 500],
    [ended, 0, 490, 0, 10],
  ];
  for (const [open, promised, remaining, cap, buffer] of rows) {
    const units = sessionUnits(open, stock, promised);
    assert.deepEqual([units.remaining, units.cap.units, units.bufferUnits], [remaining, cap, buffer]);
  }
});
