import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { World } from "../world.testing.ts";
import {
  arrivalMovements,
  foldReturn,
  inspectionMovement,
  inspectProblem,
  returnRefusals,
  returnWords,
  uninspected,
  type ReturnEvent,
  type ReturnParcel,
} from "./parcel.ts";
import {
  decideProblem,
  decisionAdjust,
  foldQuarantine,
  quarantineList,
  quarantineOldDays,
  quarantineOpen,
  type Decision,
  type QuarantineEvent,
  type Quarantined,
} from "./quarantine.ts";
import {
  foldLoan,
  loanOpen,
  loanProblem,
  loanReminders,
  loanWords,
  type Loan,
  type LoanEvent,
} from "./sample.ts";

const t0 = 1_794_398_400_000;
const day = 86_400_000;

function arrived(order: ReturnParcel["order"] = { channel: "douyin", orderId: "o1" }): ReturnParcel {
  const body = {
    warehouse: "main",
    bin: "RET",
    waybill: "SF9",
    order,
    lines: [{ lineId: "1", sku: "A", units: 3 }],
  };
  const parcel = foldReturn(null, { seq: 1, parcel: "p1", at: t0, actor: "p", kind: "arrived", body });
  assert.ok(parcel !== null);
  return parcel;
}

const look = (good: number, bad: number, more: object = {}) => ({
  lineId: "1",
  sku: "A",
  good,
  bad,
  reason: "damaged" as const,
  photos: ["1.jpg"],
  ...more,
});

const inspected = (parcel: ReturnParcel, body: ReturnType<typeof look>): ReturnParcel => {
  const event = { seq: parcel.seq + 1, parcel: "p1", at: t0, actor: "q", kind: "inspected", body } as const;
  return foldReturn(parcel, event) ?? parcel;
};

test("[Y1] returned goods are inspected up to what came; what is not good has a reason and a picture", () => {
  const parcel = arrived();
  const rows: [ReturnType<typeof look>, string | null][] = [
    [look(2, 1), null],
    [look(3, 0, { reason: "no_reason", photos: [] }), null],
    [look(0, 0), "units_invalid"],
    [look(3, 1), "units_invalid"],
    [look(-1, 1), "units_invalid"],
    [look(0.5, 0), "units_invalid"],
    [look(0, 1, { photos: [] }), "photo_needed"],
    [look(0, 1, { reason: "no_reason" }), "reason_needed"],
    [look(1, 0, { sku: "B" }), "line_unknown"],
  ];
  for (const [body, refusal] of rows) assert.equal(inspectProblem(parcel, body), refusal);
  const part = inspected(parcel, look(1, 1));
  assert.deepEqual(uninspected(part), [{ lineId: "1", sku: "A", units: 1 }]);
  assert.equal(inspectProblem(part, look(2, 0)), "units_invalid");
  const done = inspected(part, look(1, 0));
  assert.equal(inspectProblem(done, look(1, 0)), "line_unknown");
  assert.deepEqual(
    returnRefusals.filter((code) => returnWords[code].zh === "" || returnWords[code].en === ""),
    [],
  );
});

test("[Y2] until somebody has looked, a returned unit stands there and cannot be sold", () => {
  const floor = new Floor();
  const recorded = { at: t0, atUncertaintyMs: 0, recordedAt: t0, device: null, deviceSeq: 0, actor: "p" };
  const parcel = arrived();
  for (const movement of arrivalMovements(parcel, recorded)) floor.move(movement);
  const there = (): unknown[] => floor.inBin("main", "RET").map((one) => [one.quality, one.quantity]);
  assert.deepEqual(there(), [["bad", 3]]);
  const movement = inspectionMovement(parcel, 2, look(2, 1), recorded);
  assert.ok(movement !== null && floor.move(movement));
  assert.deepEqual(there(), [
    ["bad", 1],
    ["good", 2],
  ]);
  assert.equal(inspectionMovement(parcel, 3, look(0, 1), recorded), null);
});

test("[Y2] a parcel that nobody knows finds its order once; older and foreign events change nothing", () => {
  const parcel = arrived(null);
  const matched = (seq: number, orderId: string, id = "p1"): ReturnEvent => ({
    seq,
    parcel: id,
    at: t0,
    actor: "p",
    kind: "matched",
    body: { channel: "jd", orderId },
  });
  const known = foldReturn(parcel, matched(2, "o7"));
  assert.equal(known?.order?.orderId, "o7");
  assert.equal(foldReturn(known, matched(3, "o8"))?.order?.orderId, "o7");
  assert.equal(foldReturn(parcel, matched(1, "o8")), parcel);
  assert.equal(foldReturn(parcel, matched(9, "o8", "p2")), parcel);
  assert.equal(foldReturn(null, matched(1, "o8")), null);
});

function lent(units: number, dueAt = t0 + 2 * day): Loan {
  const body = { sku: "A", warehouse: "main", session: "s1", borrower: "小林", units, dueAt };
  const loan = foldLoan(null, { seq: 1, loan: "l1", at: t0, actor: "p", kind: "lent", body });
  assert.ok(loan !== null);
  return loan;
}

test("[Y3] of a loan no more comes back or is written off than is out, whatever is tried", () => {
  const tries = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("returned" as const),
        body: fc.record({ good: fc.integer({ min: -1, max: 4 }), bad: fc.nat(3) }),
      }),
      fc.record({
        kind: fc.constant("written_off" as const),
        body: fc.record({ units: fc.integer({ min: -1, max: 4 }), reason: fc.constantFrom("摔坏", " ") }),
      }),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(tries, (steps) => {
      let loan = lent(6);
      let out = 6;
      for (const step of steps) {
        if (loanProblem(loan, step, t0) !== null) continue;
        loan =
          foldLoan(loan, { ...step, seq: loan.seq + 1, loan: "l1", at: t0, actor: "p" } as LoanEvent) ?? loan;
        out -= step.kind === "returned" ? step.body.good + step.body.bad : step.body.units;
        assert.ok(out >= 0);
        assert.equal(loanOpen(loan), out);
      }
    }),
  );
  const rows: [Parameters<typeof loanProblem>[1], string | null][] = [
    [{ kind: "written_off", body: { units: 1, reason: " " } }, "reason_needed"],
    [{ kind: "written_off", body: { units: 0, reason: "x" } }, "units_invalid"],
    [{ kind: "extended", body: { dueAt: t0, reason: "x" } }, "due_invalid"],
    [{ kind: "extended", body: { dueAt: t0 + 1, reason: "" } }, "reason_needed"],
    [{ kind: "extended", body: { dueAt: t0 + 1, reason: "加场" } }, null],
  ];
  for (const [step, refusal] of rows) assert.equal(loanProblem(lent(6), step, t0), refusal);
  assert.ok(Object.values(loanWords).every((words) => words.zh !== "" && words.en !== ""));
});

test("[Y3] whoever has samples is reminded a day before they are due and every day after, once each", () => {
  const loan = lent(2);
  const steps = (now: number, last?: number): number[] =>
    loanReminders([loan], last === undefined ? new Map() : new Map([["l1", last]]), now).map(
      (one) => one.step,
    );
  assert.deepEqual(steps(t0 + day - 1), []);
  assert.deepEqual(steps(t0 + day), [0]);
  assert.deepEqual(steps(t0 + day, 0), []);
  assert.deepEqual(steps(t0 + 2 * day, 0), [1]);
  assert.deepEqual(steps(t0 + 5 * day, 1), [4]);
  const back = foldLoan(loan, {
    seq: 2,
    loan: "l1",
    at: t0,
    actor: "p",
    kind: "returned",
    body: { good: 1, bad: 1 },
  });
  assert.ok(back !== null);
  assert.deepEqual(loanReminders([back], new Map(), t0 + 9 * day), []);
  const longer = foldLoan(loan, {
    seq: 2,
    loan: "l1",
    at: t0,
    actor: "p",
    kind: "extended",
    body: { dueAt: t0 + 9 * day, reason: "" },
  });
  assert.equal(longer?.dueAt, t0 + 9 * day);
  assert.equal(
    foldLoan(loan, {
      seq: 1,
      loan: "l1",
      at: t0,
      actor: "p",
      kind: "written_off",
      body: { units: 1, reason: "" },
    }),
    loan,
  );
});

function entered(units: number, since = t0): Quarantined {
  const shelf = { warehouse: "main", bin: "Q", lot: "", quality: "bad" as const };
  const event = {
    seq: 1,
    item: `q${since}`,
    at: since,
    actor: "p",
    kind: "entered",
    sku: "A",
    shelf,
    cause: "破损",
    units,
  } as const;
  const item = foldQuarantine(null, event);
  assert.ok(item !== null);
  return item;
}

const decide = (item: Quarantined, decision: Decision, units: number): Quarantined => {
  const event: QuarantineEvent = {
    seq: item.seq + 1,
    item: item.item,
    at: t0,
    actor: "q",
    kind: "decided",
    decision,
    units,
    reason: "x",
  };
  return foldQuarantine(item, event) ?? item;
};

test("[Y4] what is in quarantine is repaired, sold, sent back or destroyed, no more than is there, with a reason", () => {
  const item = entered(5);
  assert.equal(decideProblem(item, "destroy", 6, "x"), "units_invalid");
  assert.equal(decideProblem(item, "destroy", 0, "x"), "units_invalid");
  assert.equal(decideProblem(item, "destroy", 1, " "), "reason_needed");
  const repairing = decide(item, "repair", 3);
  assert.deepEqual([repairing.repairing, quarantineOpen(repairing)], [3, 5]);
  assert.equal(decideProblem(repairing, "repair", 3, "x"), "units_invalid");
  const sold = decide(repairing, "resell", 2);
  assert.deepEqual([sold.repairing, quarantineOpen(sold)], [1, 3]);
  const world = new World();
  world.sku("A");
  world.receive("A", 5, { quality: "bad" });
  const by = { actor: "q", at: t0, note: "x" };
  for (const [index, decision] of (["resell", "supplier", "destroy", "repair"] as const).entries()) {
    const adjust = decisionAdjust(entered(5), decision, index + 1, { key: decision, ...by });
    if (adjust === null) assert.equal(decision, "repair");
    else {
      const { bin: _bin, ...anywhere } = adjust;
      const answer = world.run(anywhere);
      assert.equal(answer.code, decision === "destroy" ? "insufficient_units" : "applied");
    }
  }
  const { available, quarantine } = world.stock("A");
  assert.deepEqual([available, quarantine], [1, 2]);
});

test("[Y4] the list shows the oldest first, how old it is and what is overdue; what is decided is gone", () => {
  const rows = quarantineList(
    [entered(1, t0), entered(2, t0 - 7 * day), decide(entered(1, t0 - 9 * day), "destroy", 1)],
    t0 + day - 1,
  );
  assert.deepEqual(
    rows.map(({ open, days, old }) => [open, days, old]),
    [
      [2, quarantineOldDays, true],
      [1, 0, false],
    ],
  );
  const item = entered(1);
  assert.equal(
    foldQuarantine(null, {
      seq: 1,
      item: "x",
      at: t0,
      actor: "q",
      kind: "decided",
      decision: "repair",
      units: 1,
      reason: "x",
    }),
    null,
  );
  assert.equal(
    foldQuarantine(item, {
      seq: 1,
      item: item.item,
      at: t0,
      actor: "q",
      kind: "decided",
      decision: "repair",
      units: 1,
      reason: "x",
    }),
    item,
  );
});
