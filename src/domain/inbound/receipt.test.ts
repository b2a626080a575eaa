import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { World } from "../world.testing.ts";
import {
  foldReceipt,
  noteDifferences,
  promisesKept,
  receiptMovements,
  receiptRefusals,
  receiptView,
  receiptWords,
  receivedLots,
  receiveOf,
  signProblem,
  wasSigned,
  type ExpectedLine,
  type Receipt,
  type ReceiptEvent,
  type ReceiptLine,
} from "./receipt.ts";

const t0 = 1_794_398_400_000;
const line = (sku: string, quantity: number, more: Partial<ReceiptLine> = {}): ReceiptLine => ({
  sku,
  lot: "",
  quality: "good",
  quantity,
  ...more,
});
const expects = (sku: string, quantity: number, more: Partial<ExpectedLine> = {}): ExpectedLine => ({
  sku,
  quantity,
  presale: false,
  request: null,
  ...more,
});

function opened(expected: readonly ExpectedLine[] = []): Receipt {
  const body = { warehouse: "main", supplier: "甲厂", note: "N-7", expected };
  const receipt = foldReceipt(null, { seq: 1, receipt: "r1", at: t0, actor: "p", kind: "opened", body });
  assert.ok(receipt !== null);
  return receipt;
}

function sign(receipt: Receipt, by: string, ...lines: readonly ReceiptLine[]): Receipt {
  assert.equal(signProblem(receipt, by, lines), null);
  const seq = receipt.seq + 1;
  const event = { seq, receipt: "r1", at: t0 + seq, actor: by, kind: "signed", body: { lines } } as const;
  const next = foldReceipt(receipt, event);
  assert.ok(next !== null);
  return next;
}

test("[U1] goods are booked once two people have counted the same, however each of them scanned it", () => {
  const first = sign(opened(), "p", line("A", 6), line("B", 1), line("A", 4));
  assert.deepEqual(
    [first.status, receiveOf(first, "IN"), receiptMovements(first, "IN")],
    ["second", null, []],
  );
  const second = sign(first, "q", line("B", 1), line("A", 10));
  assert.deepEqual([second.status, second.agreed?.first, second.agreed?.second], ["booked", "p", "q"]);
  assert.deepEqual(second.agreed?.lines, [line("A", 10), line("B", 1)]);
});

test("[U1] the same person twice is refused, and so is whatever cannot be a count", () => {
  const first = sign(opened(), "p", line("A", 10));
  const booked = sign(first, "q", line("A", 10));
  const rows: [Receipt, string, ReceiptLine[], string | null][] = [
    [first, "p", [line("A", 10)], "same_person"],
    [first, "q", [line("A", 10)], null],
    [first, "q", [], "lines_empty"],
    [first, "q", [line("A", 0)], "quantity_invalid"],
    [first, "q", [line("A", 1.5)], "quantity_invalid"],
    [first, "q", Array.from({ length: 5_001 }, () => line("A", 1)), "too_many_lines"],
    [booked, "r", [line("A", 10)], "receipt_over"],
  ];
  for (const [receipt, by, lines, refusal] of rows) assert.equal(signProblem(receipt, by, lines), refusal);
  assert.deepEqual(
    receiptRefusals.filter((code) => receiptWords[code].zh === "" || receiptWords[code].en === ""),
    [],
  );
});

test("[U2] the second person sees nothing of the first count; once they differ both see where", () => {
  const first = sign(opened(), "p", line("A", 10), line("B", 3));
  assert.deepEqual(receiptView(first, "q").counts, []);
  assert.equal(receiptView(first, "p").counts.length, 1);
  const differs = sign(first, "q", line("A", 9), line("B", 3));
  assert.equal(differs.status, "differs");
  for (const person of ["p", "q"]) {
    const view = receiptView(differs, person);
    assert.equal(view.counts.length, 2);
    assert.deepEqual(view.differences, [
      { line: { sku: "A", lot: "", quality: "good" }, quantities: [10, 9], dates: [] },
    ]);
  }
});

test("[U2] after a difference anybody counts again, and the first two people who agree book it", () => {
  const differs = sign(sign(opened(), "p", line("A", 10)), "q", line("A", 9));
  assert.equal(sign(differs, "p", line("A", 9)).agreed?.first, "q");
  assert.equal(sign(differs, "p", line("A", 8)).status, "differs");
  assert.equal(sign(differs, "r", line("A", 10)).agreed?.first, "p");
  // A lot or a quality that differs is a difference too.
  assert.equal(sign(sign(opened(), "p", line("A", 10)), "q", line("A", 10, { lot: "L1" })).status, "differs");
  assert.equal(
    sign(sign(opened(), "p", line("A", 1)), "q", line("A", 1, { quality: "bad" })).status,
    "differs",
  );
});

test("[U1] nothing is ever booked on one person's word, whatever is signed in whatever order", () => {
  const signed = fc.record({
    by: fc.constantFrom("p", "q", "r"),
    quantity: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(signed, { maxLength: 8 }), (all) => {
      let receipt = opened();
      const latest = new Map<string, number>();
      for (const { by, quantity } of all) {
        if (signProblem(receipt, by, [line("A", quantity)]) !== null) continue;
        receipt = sign(receipt, by, line("A", quantity));
        latest.set(by, quantity);
        const twice = [...latest.values()].some((one, index, list) => list.indexOf(one) !== index);
        assert.equal(receipt.status === "booked", twice);
      }
      if (receipt.agreed !== null) assert.notEqual(receipt.agreed.first, receipt.agreed.second);
    }),
  );
});

test("[U3] what came is held against the supplier's note and against what suppliers promised", () => {
  const expected = [
    expects("A", 10, { request: "ask1" }),
    expects("A", 5, { request: "ask2" }),
    expects("B", 2, { request: "ask3" }),
    expects("C", 1),
  ];
  const lines = [line("A", 11), line("A", 1, { quality: "bad" }), line("C", 1), line("D", 4)];
  const booked = sign(sign(opened(expected), "p", ...lines), "q", ...lines);
  assert.deepEqual(noteDifferences(booked), [
    { sku: "A", noted: 15, came: 12, bad: 1 },
    { sku: "B", noted: 2, came: 0, bad: 0 },
    { sku: "D", noted: 0, came: 4, bad: 0 },
  ]);
  assert.deepEqual(
    [...promisesKept(booked)],
    [
      ["ask1", 10],
      ["ask2", 2],
      ["ask3", 0],
    ],
  );
});

test("[U4] a booked receipt is in the ledger and on the floor, presale lines covered first", () => {
  const world = new World();
  const floor = new Floor();
  world.sku("A");
  world.observe("p1", "A", 3, { kind: "presale" });
  world.observe("o1", "A", 2);
  assert.deepEqual([world.stock("A").presale, world.stock("A").shortage], [3, 2]);
  const lines = [line("A", 9, { lot: "L1" }), line("A", 1, { quality: "bad" })];
  const expected = [expects("A", 4, { presale: true })];
  const booked = sign(sign(opened(expected), "p", ...lines), "q", ...lines);
  const command = receiveOf(booked, "IN");
  assert.ok(command !== null);
  assert.deepEqual(
    command.lines.map((one) => [one.quantity, one.quality, one.presale ?? false]),
    [
      [1, "bad", false],
      [4, "good", true],
      [5, "good", false],
    ],
  );
  assert.equal(world.run(command).code, "applied");
  assert.equal(world.run(command).code, "duplicate");
  const { available, committed, quarantine, presale, shortage } = world.stock("A");
  assert.deepEqual([available, committed, quarantine, presale, shortage], [4, 5, 1, 0, 0]);
  for (const movement of receiptMovements(booked, "IN")) floor.move(movement);
  assert.deepEqual(
    floor.inBin("main", "IN").map((one) => [one.lot, one.quality, one.quantity]),
    [
      ["", "bad", 1],
      ["L1", "good", 9],
    ],
  );
});

test("[U4] where nobody said what the goods are for, presale lines are covered first; who says so is heeded", () => {
  const world = new World();
  world.sku("A");
  world.observe("p1", "A", 3, { kind: "presale" });
  world.observe("o1", "A", 2);
  const waiting = { A: world.stock("A").presale };
  const bookedFor = (expected: readonly ExpectedLine[]) => {
    const first = sign(opened(expected), "p", line("A", 4));
    const body = { lines: [line("A", 4)], waiting };
    const event = { seq: 3, receipt: "r1", at: t0 + 3, actor: "q", kind: "signed", body } as const;
    const booked = foldReceipt(first, event);
    assert.ok(booked !== null);
    return receiveOf(booked, "IN");
  };
  const linesOf = (expected: readonly ExpectedLine[]) =>
    bookedFor(expected)?.lines.map(({ quantity, presale = false }) => [quantity, presale]);
  const rule = [
    [3, true],
    [1, false],
  ];
  assert.deepEqual(linesOf([]), rule);
  assert.deepEqual(linesOf([expects("A", 4, { presale: null })]), rule);
  assert.deepEqual(linesOf([expects("A", 4, { presale: false })]), [[4, false]]);
  assert.deepEqual(linesOf([expects("A", 1, { presale: true })]), [
    [1, true],
    [3, false],
  ]);
  const command = bookedFor([]);
  assert.ok(command !== null);
  assert.equal(world.run(command).code, "applied");
  const { committed, presale, shortage } = world.stock("A");
  assert.deepEqual([committed, presale, shortage], [4, 0, 1]);
});

test("[U6] a lot's dates are kept with it; two that differ are a difference, one that nobody else said is not", () => {
  const lot = (more: Partial<ReceiptLine> = {}) => line("A", 5, { lot: "L1", ...more });
  const said = sign(
    sign(opened(), "p", lot({ expiresOn: "2027-01-31" })),
    "q",
    lot({ madeOn: "2026-11-01" }),
  );
  assert.equal(said.status, "booked");
  assert.deepEqual(receivedLots(said), [
    { sku: "A", lot: "L1", madeOn: "2026-11-01", expiresOn: "2027-01-31", supplier: "甲厂" },
  ]);
  const first = sign(opened(), "p", lot({ expiresOn: "2027-01-31" }), line("A", 1));
  const other = sign(first, "q", lot({ expiresOn: "2027-03-31" }), line("A", 1));
  assert.equal(other.status, "differs");
  assert.deepEqual(receiptView(other, "p").differences, [
    {
      line: { sku: "A", lot: "L1", quality: "good" },
      quantities: [5, 5],
      dates: ["2027-01-31", "2027-03-31"],
    },
  ]);
  assert.deepEqual(receivedLots(other), []);
});

test("[U7] a count that is sent again by its name is known; without a name, or of another, it is not", () => {
  const body = { lines: [line("A", 2)], key: "k1" };
  const event = { seq: 2, receipt: "r1", at: t0, actor: "p", kind: "signed", body } as const;
  const signed = foldReceipt(opened(), event);
  assert.ok(signed !== null);
  assert.deepEqual(
    [wasSigned(signed, "p", "k1"), wasSigned(signed, "p", "k2"), wasSigned(signed, "q", "k1")],
    [true, false, false],
  );
  assert.equal(wasSigned(sign(opened(), "p", line("A", 2)), "p", null), false);
});

test("[U1] a receipt is what its events add up to; what is over stays, and the same event counts once", () => {
  const receipt = sign(opened(), "p", line("A", 10));
  const event = (more: object): ReceiptEvent =>
    ({
      seq: 3,
      receipt: "r1",
      at: t0,
      actor: "q",
      kind: "signed",
      body: { lines: [line("A", 10)] },
      ...more,
    }) as ReceiptEvent;
  assert.equal(foldReceipt(null, event({})), null);
  assert.equal(foldReceipt(receipt, event({ seq: 2 })), receipt);
  assert.equal(foldReceipt(receipt, event({ receipt: "r2" })), receipt);
  const cancelled = foldReceipt(receipt, event({ kind: "cancelled", body: { reason: "错单" } }));
  assert.ok(cancelled !== null);
  assert.equal(cancelled.status, "cancelled");
  assert.deepEqual(foldReceipt(cancelled, event({ seq: 4 })), { ...cancelled, seq: 4 });
  assert.equal(signProblem(cancelled, "q", [line("A", 10)]), "receipt_over");
});
