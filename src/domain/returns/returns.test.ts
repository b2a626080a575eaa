import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { World } from "../world.testing.ts";
import {
  foldReturn,
  inspectProblem,
  linesOfOrder,
  returnCommand,
  returnRefusals,
  returnWords,
  returnable,
  uninspected,
  type Inspection,
  type ReturnEvent,
  type ReturnLine,
  type ReturnParcel,
} from "./parcel.ts";
import {
  daysSince,
  decideProblem,
  decisionAdjust,
  foldQuarantine,
  foldQuarantinePaper,
  oldestFirst,
  quarantineBase,
  quarantineWords,
  repairing,
  type Decision,
  type DecisionTaken,
  type Quarantined,
} from "./quarantine.ts";
import {
  foldLoan,
  loanAdjusts,
  loanOpen,
  loanProblem,
  loanReminders,
  loanSums,
  loanWords,
  type Loan,
  type LoanEvent,
} from "./sample.ts";

const t0 = 1_794_398_400_000;
const day = 86_400_000;

function arrived(order: ReturnParcel["order"] = { channel: "douyin", orderId: "o1" }): ReturnParcel {
  const body = {
    request: "r1",
    warehouse: "main",
    bin: "RET",
    waybill: "SF9",
    order,
    note: "",
    lines: [{ lineId: order === null ? "" : "1", sku: "A", units: 3 }],
  };
  const parcel = foldReturn(null, { seq: 1, parcel: "p1", at: t0, actor: "p", kind: "arrived", body });
  assert.ok(parcel !== null);
  return parcel;
}

type Looked = Omit<Inspection, "seq" | "by" | "at">;
const look = (good: number, bad: number, more: Partial<Looked> = {}): Looked => ({
  entry: `e${good}-${bad}`,
  lineId: "1",
  sku: "A",
  good,
  bad,
  reason: "damaged",
  photos: ["1"],
  ...more,
});

const inspected = (parcel: ReturnParcel, body: Looked): ReturnParcel => {
  const event = { seq: parcel.seq + 1, parcel: "p1", at: t0, actor: "q", kind: "inspected", body } as const;
  return foldReturn(parcel, event) ?? parcel;
};

test("[Y1] returned goods are inspected up to what came; what is not good has a reason and a picture", () => {
  const parcel = arrived();
  const rows: [Looked, string | null][] = [
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
  // What the books refused stands no more.
  const refused = { inspection: 2, code: "insufficient_units" };
  const undone = foldReturn(done, {
    seq: 4,
    parcel: "p1",
    at: t0,
    actor: "q",
    kind: "refused",
    body: refused,
  });
  assert.deepEqual(undone === null ? [] : uninspected(undone), [{ lineId: "1", sku: "A", units: 2 }]);
  const wordless = returnRefusals.filter(
    (code) => returnWords[code].zh === "" || returnWords[code].en === "",
  );
  assert.deepEqual(wordless, []);
});

test("[Y1] of an order no more comes back than it was sent; what it never had stays without a line", () => {
  const world = new World();
  world.sku("A", 10);
  world.sku("B", 10);
  world.observe("o1", "A", 3, { stage: "paid", shipped: 3, returnedBad: 1 });
  const lines = world.bench.orderLines("douyin", "o1");
  const asked = (sku: string, units: number, lineId = ""): ReturnLine[] => [{ lineId, sku, units }];
  const waiting = [{ lineId: "1", sku: "A", units: 1 }];
  assert.deepEqual(
    lines.map((line) => returnable(line, waiting)),
    [1],
  );
  assert.deepEqual(linesOfOrder(lines, asked("A", 2), []), [{ lineId: "1", sku: "A", units: 2 }]);
  assert.equal(linesOfOrder(lines, asked("A", 2), waiting), null);
  assert.equal(linesOfOrder(lines, [...asked("A", 1), ...asked("A", 2, "1")], []), null);
  assert.equal(linesOfOrder(lines, asked("A", 1, "9"), []), null);
  assert.deepEqual(linesOfOrder(lines, asked("B", 4), []), asked("B", 4));
});

test("[Y2] until somebody has looked, a returned unit stands in the building and cannot be sold", () => {
  const world = new World();
  world.sku("A", 5);
  world.observe("o1", "A", 3, { stage: "paid", shipped: 3, refund: "requested" });
  const parcel = arrived();
  assert.equal(world.stock("A").available, 2);
  const [inspection] = inspected(parcel, look(2, 1)).inspections;
  assert.ok(inspection !== undefined);
  const command = returnCommand(parcel, inspection);
  assert.equal(world.run(command).code, "applied");
  // The same inspection again is the same movement.
  assert.equal(world.run(command).code, "duplicate");
  const { available, quarantine, customer } = world.stock("A");
  assert.deepEqual([available, quarantine, customer], [4, 1, 0]);
  const [line] = world.bench.orderLines("douyin", "o1");
  assert.deepEqual([line?.returnedGood, line?.returnedBad, line?.refund], [2, 1, "requested"]);
  const shelves = world.bench.placementsOf("A").filter(({ quantity }) => quantity > 0);
  assert.deepEqual(
    shelves
      .filter(({ bin }) => bin === "RET")
      .map(({ quality, quantity }) => `${quality} ${quantity}`)
      .toSorted(),
    ["bad 1", "good 2"],
  );
  const more = world.run({ ...command, key: "return/p2/2", good: 1, bad: 0 });
  assert.equal(more.code, "insufficient_units");
  assert.equal(world.verify(), null);
});

test("[Y5] a return is booked in the warehouse and bin where it is, each key once, whatever comes between", () => {
  const step = fc.record({
    key: fc.nat(6),
    order: fc.constantFrom("o1", "o2", null),
    good: fc.integer({ min: 0, max: 3 }),
    bad: fc.integer({ min: 0, max: 2 }),
    warehouse: fc.constantFrom("main", "second"),
    bin: fc.constantFrom("", "RET"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const world = new World();
      world.run({ type: "putWarehouse", warehouse: "second", name: "Second", ...world.by() });
      world.sku("A", 6);
      // Of the second order more was sent than the books had: its goods are owed.
      for (const [order, units] of [
        ["o1", 4],
        ["o2", 5],
      ] as const)
        world.observe(order, "A", units, { stage: "paid", shipped: units });
      const keys = new Map<number, string>();
      for (const { key, order, ...rest } of steps) {
        const content = JSON.stringify([order, rest]);
        const command = {
          type: "return" as const,
          key: `return/p/${key}`,
          order: order === null ? null : { channel: "douyin", orderId: order, lineId: "1" },
          sku: "A",
          ...rest,
          ...world.by(),
        };
        const { code } = world.run(command);
        if (rest.good + rest.bad === 0) assert.equal(code, "invalid_command");
        else if (keys.has(key)) assert.equal(code, keys.get(key) === content ? "duplicate" : "key_conflict");
        else {
          keys.set(key, content);
          if (order === null) assert.equal(code, "applied");
          else assert.ok(code === "applied" || code === "insufficient_units");
        }
        assert.equal(world.verify(), null);
      }
      for (const order of ["o1", "o2"]) {
        const [line] = world.bench.orderLines("douyin", order);
        assert.ok(line !== undefined && line.returnedGood + line.returnedBad <= line.shipped);
      }
    }),
    { numRuns: 200 },
  );
});

test("[Y2] a parcel that nobody knows finds its order once; older and foreign events change nothing", () => {
  const parcel = arrived(null);
  const matched = (seq: number, orderId: string, id = "p1"): ReturnEvent => ({
    seq,
    parcel: id,
    at: t0,
    actor: "p",
    kind: "matched",
    body: { channel: "jd", orderId, lines: [{ lineId: "7", sku: "A", units: 3 }] },
  });
  const known = foldReturn(parcel, matched(2, "o7"));
  assert.deepEqual([known?.order?.orderId, known?.lines[0]?.lineId], ["o7", "7"]);
  assert.equal(foldReturn(known, matched(3, "o8"))?.order?.orderId, "o7");
  assert.equal(foldReturn(parcel, matched(1, "o8")), parcel);
  assert.equal(foldReturn(parcel, matched(9, "o8", "p2")), parcel);
  assert.equal(foldReturn(null, matched(1, "o8")), null);
  const begun = inspected(parcel, look(1, 0, { lineId: "" }));
  assert.equal(foldReturn(begun, matched(3, "o8"))?.order, null);
});

function lent(units: number, dueAt = t0 + 2 * day): Loan {
  const body = {
    request: "r",
    sku: "A",
    warehouse: "main",
    bin: "",
    session: "s1",
    borrower: "小林",
    note: "",
    units,
    dueAt,
  };
  const loan = foldLoan(null, { seq: 1, loan: "l1", at: t0, actor: "p", kind: "lent", body });
  assert.ok(loan !== null);
  return loan;
}

const stepOf = (loan: Loan, fact: Pick<LoanEvent, "kind" | "body">): Loan =>
  foldLoan(loan, { ...fact, seq: loan.seq + 1, loan: "l1", at: t0, actor: "p" } as LoanEvent) ?? loan;

test("[Y3] of a loan no more comes back or is written off than is out, whatever is tried, and the books follow", () => {
  const tries = fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("returned" as const),
        body: fc.record({ good: fc.integer({ min: -1, max: 4 }), bad: fc.nat(3), bin: fc.constant("B1") }),
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
      const world = new World();
      world.sku("A", 9);
      const book = (loan: Loan): void => {
        const step = loan.steps.at(-1);
        assert.ok(step !== undefined);
        for (const adjust of loanAdjusts(loan, step)) assert.equal(world.run(adjust).code, "applied");
      };
      let loan = lent(6);
      book(loan);
      let out = 6;
      for (const step of steps) {
        if (loanProblem(loan, step, t0) !== null) continue;
        loan = stepOf(loan, step);
        book(loan);
        out -= step.kind === "returned" ? step.body.good + step.body.bad : step.body.units;
        assert.ok(out >= 0);
        assert.deepEqual([loanOpen(loan), world.stock("A").loaned], [out, out]);
      }
      const { available, quarantine } = world.stock("A");
      const { returnedGood, returnedBad } = loanSums(loan);
      assert.deepEqual([available, quarantine], [3 + returnedGood, returnedBad]);
      assert.equal(world.verify(), null);
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
  const undone = stepOf(lent(6), { kind: "refused", body: { step: 1, code: "x" } });
  assert.equal(loanOpen(undone), 0);
});

test("[Y3] whoever has samples is reminded a day before they are due and every day after, once each", () => {
  const loan = lent(2);
  const sent = new Set<string>();
  const steps = (now: number, one = loan): number[] => {
    const due = loanReminders([one], sent, now);
    for (const { key } of due) sent.add(key);
    return due.map(({ step }) => step);
  };
  assert.deepEqual(steps(t0 + day - 1), []);
  assert.deepEqual(steps(t0 + day), [0]);
  assert.deepEqual(steps(t0 + day), []);
  assert.deepEqual(steps(t0 + 2 * day), [1]);
  assert.deepEqual(steps(t0 + 5 * day), [4]);
  const back = stepOf(loan, { kind: "returned", body: { good: 1, bad: 1, bin: "" } });
  assert.deepEqual(steps(t0 + 9 * day, back), []);
  // Who may keep them longer is reminded anew.
  const longer = stepOf(loan, { kind: "extended", body: { dueAt: t0 + 9 * day, reason: "加场" } });
  assert.equal(longer.dueAt, t0 + 9 * day);
  assert.deepEqual(steps(t0 + 8 * day, longer), [0]);
  const old = {
    seq: 1,
    loan: "l1",
    at: t0,
    actor: "p",
    kind: "extended",
    body: { dueAt: 1, reason: "" },
  } as const;
  assert.equal(foldLoan(loan, old), loan);
});

/** What stands in quarantine, as the world's journal says it. */
function itemsOf(world: World, after = 0, base: readonly Quarantined[] = []): readonly Quarantined[] {
  return world.bench.entries
    .slice(after)
    .map((entry, index) => ({ ...entry, seq: after + index + 1 }))
    .reduce(foldQuarantine, base);
}

function taken(world: World, item: Quarantined, decision: Decision, units: number): DecisionTaken {
  const { sku, shelf } = item;
  return { seq: world.bench.seq, decision, units, reason: "x", by: "q", at: t0, shelf, sku };
}

test("[Y4] what is in quarantine is repaired, sold, sent back or destroyed, no more than is there, with a reason", () => {
  const world = new World();
  world.sku("A");
  world.receive("A", 5, { quality: "bad", bin: "Q" });
  const [item] = itemsOf(world);
  assert.ok(item !== undefined);
  assert.deepEqual([item.open, item.shelf.bin, item.reason], [5, "Q", "receive"]);
  const rows: [Decision, number, string, string | null][] = [
    ["destroy", 6, "x", "units_invalid"],
    ["destroy", 0, "x", "units_invalid"],
    ["destroy", 1, " ", "reason_needed"],
    ["repair", 4, "x", "units_invalid"],
    ["repair", 3, "x", null],
  ];
  for (const [decision, units, reason, refusal] of rows)
    assert.equal(decideProblem(item, 2, { decision, units, reason }), refusal);
  const twice = [taken(world, item, "repair", 3), taken(world, item, "resell", 2)];
  assert.deepEqual([repairing(twice.slice(0, 1), 5), repairing(twice, 3)], [3, 1]);
  for (const decision of ["resell", "supplier", "destroy", "repair"] as const) {
    const adjust = decisionAdjust(item.item, taken(world, item, decision, 1));
    if (adjust === null) assert.equal(decision, "repair");
    else assert.equal(world.run(adjust).code, "applied");
  }
  const { available, quarantine } = world.stock("A");
  assert.deepEqual([available, quarantine], [1, 2]);
  assert.deepEqual(
    itemsOf(world).map(({ item: name, open }) => [name, open]),
    [[item.item, 2]],
  );
  assert.ok(Object.values(quarantineWords).every((words) => words.zh !== "" && words.en !== ""));
  const event = { seq: 1, id: "Q1", at: t0, actor: "q" };
  const paper = foldQuarantinePaper(null, {
    ...event,
    kind: "decided",
    body: taken(world, item, "repair", 1),
  });
  assert.equal(
    foldQuarantinePaper(paper, { ...event, kind: "decided", body: taken(world, item, "repair", 1) }),
    paper,
  );
  const gone = { kind: "refused", body: { step: 1, code: "x" } } as const;
  assert.deepEqual(foldQuarantinePaper(paper, { ...event, ...gone, seq: 2 }).decisions, []);
});

test("[Y4] whichever way units come and go, the list of quarantine is the books, shelf by shelf", () => {
  const bins = fc.constantFrom("", "Q", "RET");
  const step = fc.record({
    action: fc.constantFrom("bad", "quarantine", "release", "destroy", "count_loss", "put_away", "decide"),
    units: fc.integer({ min: 1, max: 4 }),
    bin: bins,
    toBin: bins,
    lot: fc.constantFrom("", "L1"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.nat(25), (steps, cut) => {
      const world = new World();
      world.sku("A", 20);
      let early: { readonly seq: number; readonly items: readonly Quarantined[] } | null = null;
      for (const [index, { action, units, bin, toBin, lot }] of steps.entries()) {
        const items = itemsOf(world);
        const shelf = { bin, ...(lot === "" ? {} : { lot }) };
        if (action === "bad") world.receive("A", units, { quality: "bad", ...shelf });
        else if (action === "decide") {
          const item = items[units % Math.max(1, items.length)];
          if (item === undefined) continue;
          const adjust = decisionAdjust(item.item, taken(world, item, "destroy", Math.min(units, item.open)));
          assert.ok(adjust !== null);
          assert.equal(world.run(adjust).code, "applied");
          const left = itemsOf(world).find((one) => one.item === item.item)?.open ?? 0;
          assert.equal(left, item.open - Math.min(units, item.open));
        } else if (action === "put_away")
          world.adjust(action, "A", units, { quality: "bad", ...shelf, toBin });
        else if (action === "count_loss") world.adjust(action, "A", units, { quality: "bad", bin });
        else world.adjust(action, "A", units, action === "quarantine" ? {} : { bin });
        if (index === cut) early = { seq: world.bench.seq, items: itemsOf(world) };
      }
      assert.deepEqual(shelvesOf(itemsOf(world)), standing(world));
      // What was read before, and from there on, is the same as all at once.
      if (early !== null) assert.deepEqual(itemsOf(world, early.seq, early.items), itemsOf(world));
    }),
    { numRuns: 300 },
  );
});

function shelvesOf(items: readonly Quarantined[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { shelf, open } of items) {
    const key = `${shelf.bin}/${shelf.lot}`;
    sums[key] = (sums[key] ?? 0) + open;
  }
  return sums;
}

function standing(world: World): Record<string, number> {
  const bad = world.bench
    .placementsOf("A")
    .filter(({ quality, quantity }) => quality === "bad" && quantity > 0);
  return Object.fromEntries(bad.map(({ bin, lot, quantity }) => [`${bin}/${lot}`, quantity]));
}

test("[Y4] the list shows the oldest first, and what came before the movements at hand is not younger than they are", () => {
  const world = new World();
  world.sku("A", 9);
  world.now = t0;
  world.receive("A", 2, { quality: "bad", bin: "Q" });
  world.now = t0 + day;
  world.adjust("quarantine", "A", 3);
  const [first, second] = itemsOf(world).toSorted(oldestFirst);
  assert.deepEqual([first?.open, second?.open, second?.reason], [2, 3, "quarantine"]);
  assert.deepEqual(
    [daysSince(t0, t0 + 7 * day), daysSince(t0, t0 + day - 1), daysSince(t0, t0 - 1)],
    [7, 0, 0],
  );
  const shelf = { sku: "A", warehouse: "main", bin: "Q", lot: "", quality: "bad", quantity: 2 } as const;
  const [base] = quarantineBase([shelf], t0, 3);
  assert.deepEqual([base?.open, base?.since, base?.reason], [2, t0, null]);
});
