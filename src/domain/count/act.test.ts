import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { cellKey } from "../floor/shelf.ts";
import { momentOf } from "../floor/when.ts";
import {
  approveLines,
  askRecount,
  cancelSheet,
  closeBin,
  closeSheet,
  countLimits,
  countRefusals,
  countWords,
  enterCount,
  openSheet,
  type Approval,
  type Approver,
  type CountAnswer,
} from "./act.ts";
import { eventOf } from "./books.testing.ts";
import type { CountEntry } from "./entry.ts";
import {
  after,
  cellIn,
  closeOf,
  entryOf,
  lineIn,
  minute,
  movementOf,
  price,
  sheetOf,
  shelfIn,
  specOf,
  t0,
} from "./fixture.testing.ts";
import { linesOf } from "./line.ts";
import { adjustOf, anchorsOf, approvedByAnchor, postingsOf } from "./post.ts";
import { foldSheet, foldSheetAll, type CountEvent, type Sheet } from "./sheet.ts";
import { approvalDefault } from "./tolerance.ts";
import { counterView, openView, progressOf } from "./view.ts";

function floorOf(inA = 10): Floor {
  const floor = new Floor();
  floor.move(movementOf("in-a", -60, "A", inA, null, shelfIn("a")));
  floor.move(movementOf("in-b", -60, "B", 5, null, shelfIn("b")));
  return floor;
}

function add(sheet: Sheet, floor: Floor, ...entries: readonly CountEntry[]): Sheet {
  return entries.reduce(
    (next, entry) => after(next, enterCount(next, floor, entry, true), entry.by, entry.recordedAt),
    sheet,
  );
}

const code = (answer: CountAnswer): string | null => (answer.ok ? null : answer.code);
const owner: Approver = { by: "boss", role: "owner", levels: approvalDefault };
const approval = (bin: string, variance: number, sku = "A"): Approval => ({
  key: cellKey(cellIn(bin, sku)),
  variance,
  reason: variance === 0 ? null : "damaged",
});

/** Two people found eight where ten should be. */
function twoShort(floor: Floor): Sheet {
  return add(sheetOf(), floor, entryOf("p", cellIn("a"), 8, 5), entryOf("q", cellIn("a"), 8, 6));
}

test("[Q6] a counter gets the same bytes whatever the books expect", () => {
  const entries = [entryOf("p", cellIn("a"), 6, 5)];
  const viewOf = (units: number): string => {
    const floor = floorOf(units);
    const sheet = entries.reduce(
      (next, entry) => after(next, enterCount(next, floor, entry, true), entry.by),
      sheetOf({ kind: "spot", bins: [], cells: [cellIn("a"), cellIn("b", "B")] }),
    );
    return JSON.stringify(counterView(sheet, linesOf(sheet, floor, price), "p", false));
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1_000 }), (one, other) => {
      assert.equal(viewOf(one), viewOf(other));
    }),
  );
  assert.doesNotMatch(viewOf(777), /777|expected|variance/);
});

test("[Q6] the second person is asked without a number, the first is not; an open sheet shows what is expected", () => {
  const floor = floorOf();
  const sheet = add(sheetOf(), floor, entryOf("p", cellIn("a"), 8, 5));
  const lines = linesOf(sheet, floor, price);
  assert.deepEqual(counterView(sheet, lines, "p", false).again, []);
  const view = counterView(sheet, lines, "q", false);
  assert.deepEqual(
    view.again.map((one) => one.cell.bin),
    ["a"],
  );
  assert.deepEqual([view.mine, counterView(sheet, lines, "p", false).mine[0]?.quantity], [[], 8]);
  assert.equal(view.notice, null);
  assert.match(counterView(sheet, lines, "q", true).notice?.zh ?? "", /不扫码/);
  assert.deepEqual(
    openView(view, floor, sheet.spec).expected.map((one) => [one.bin, one.quantity]),
    [
      ["a", 10],
      ["b", 5],
    ],
  );
});

test("[Q11] who counted does not approve, a difference has a reason, and the role may sign its value", () => {
  const floor = floorOf();
  const sheet = twoShort(floor);
  const lines = linesOf(sheet, floor, price);
  const tryIt = (approvals: Approval[], approver: Partial<Approver> = {}): string | null =>
    code(approveLines(sheet, lines, approvals, { ...owner, ...approver }, price));
  assert.equal(tryIt([approval("x", -2)]), "line_unknown");
  assert.equal(tryIt([approval("a", -3)]), "variance_changed");
  assert.equal(tryIt([approval("a", -2)], { by: "q" }), "own_count");
  assert.equal(tryIt([{ ...approval("a", -2), reason: null }]), "reason_needed");
  assert.equal(tryIt([approval("a", -2)], { role: "host" }), "role_too_low");
  const levels = [{ role: "owner", valueMinorMax: 199 }];
  assert.equal(tryIt([approval("a", -2)], { levels }), "role_too_low");
  assert.equal(tryIt([approval("a", -2)], { levels: [{ role: "owner", valueMinorMax: 200 }] }), null);
  const open = add(sheetOf(), floor, entryOf("p", cellIn("a"), 8, 5));
  const openLines = linesOf(open, floor, price);
  assert.equal(code(approveLines(open, openLines, [approval("a", -2)], owner, price)), "line_open");
  const done = after(sheet, approveLines(sheet, lines, [approval("a", -2)], owner, price));
  const again = approveLines(done, linesOf(done, floor, price), [approval("a", -2)], owner, price);
  assert.equal(code(again), "line_approved");
  assert.equal(
    code(approveLines(sheet, lines, Array(5_001).fill(approval("a", -2)), owner, price)),
    "too_many",
  );
});

test("[Q11] a movement that comes in between looking and approving refuses the approval", () => {
  const floor = floorOf();
  const sheet = twoShort(floor);
  const seen = lineIn(sheet, floor, cellIn("a")).settled?.variance ?? 0;
  floor.move(movementOf("late", 1, "A", 2, shelfIn("a"), shelfIn("stage"), { recordedAt: t0 + 90 * minute }));
  const answer = approveLines(sheet, linesOf(sheet, floor, price), [approval("a", seen)], owner, price);
  assert.equal(code(answer), "variance_changed");
});

test("[Q12] an approval posts the difference with its reason, value and both counters, once", () => {
  const floor = floorOf();
  let sheet = twoShort(floor);
  sheet = after(sheet, approveLines(sheet, linesOf(sheet, floor, price), [approval("a", -2)], owner, price));
  for (const anchor of anchorsOf(sheet)) floor.anchor(anchor);
  const [posting, ...more] = postingsOf(floor, new Map());
  assert.ok(posting !== undefined && more.length === 0);
  const line = approvedByAnchor(sheet).get(posting.anchor);
  assert.ok(line !== undefined);
  assert.deepEqual(
    [line.reason, line.valueMinor, line.counters, line.by],
    ["damaged", -200, ["p", "q"], "boss"],
  );
  assert.deepEqual(adjustOf(posting, "s1", line, 100, { key: "k", actor: "boss", at: t0 }), {
    type: "adjust",
    action: "count_loss",
    warehouse: "main",
    sku: "A",
    quantity: 2,
    quality: "good",
    bin: "a",
    note: "count=s1 reason=damaged value=-200 counters=p+q approved=boss",
    key: "k",
    actor: "boss",
    at: t0,
  });
  const posted = new Map([[posting.anchor, posting.delta]]);
  assert.deepEqual(postingsOf(floor, posted), []);
  // A pick from before the count comes in late: it explains one of the two, which is found again.
  floor.move(movementOf("late", 1, "A", 1, shelfIn("a"), shelfIn("stage"), { recordedAt: t0 + 90 * minute }));
  assert.deepEqual(
    postingsOf(floor, posted).map(({ delta, kind }) => [delta, kind]),
    [[1, "restated"]],
  );
  assert.equal(floor.quantity(cellIn("a")), 8);
});

test("[Q12] lines without a difference are kept as proof when the sheet is closed", () => {
  const floor = floorOf();
  let sheet = add(sheetOf(), floor, entryOf("p", cellIn("a"), 10, 5), entryOf("p", cellIn("b", "B"), 5, 6));
  const close = (): CountAnswer => closeSheet(sheet, linesOf(sheet, floor, price), price);
  assert.equal(code(close()), "lines_open");
  for (const bin of ["a", "b"]) sheet = after(sheet, closeBin(sheet, closeOf("p", bin, 7)), "p");
  sheet = after(sheet, close(), "boss", t0 + 10 * minute);
  assert.deepEqual(
    [sheet.status, [...sheet.approved.values()].map((line) => [line.variance, line.counters])],
    [
      "closed",
      [
        [0, ["p"]],
        [0, ["p"]],
      ],
    ],
  );
  assert.equal(anchorsOf(sheet).length, 2);
  const short = add(sheetOf({ bins: ["a"] }), floor, entryOf("p", cellIn("a"), 9, 5));
  const closedBin = after(short, closeBin(short, closeOf("p", "a", 7)), "p");
  assert.equal(code(closeSheet(closedBin, linesOf(closedBin, floor, price), price)), "lines_open");
  const progress = progressOf(sheet, linesOf(sheet, floor, price), price);
  assert.deepEqual(progress, {
    bins: 2,
    binsClosed: 2,
    lines: 2,
    byStatus: { approved: 2 },
    gain: 0,
    loss: 0,
    valueMinor: 0,
  });
});

test("[Q14] a closed sheet takes in what was counted before it was closed, and says what contradicts it", () => {
  const floor = floorOf();
  let sheet = add(sheetOf({ bins: ["a"] }), floor, entryOf("p", cellIn("a"), 10, 5));
  sheet = after(sheet, closeBin(sheet, closeOf("p", "a", 6)), "p");
  sheet = after(sheet, closeSheet(sheet, linesOf(sheet, floor, price), price), "boss", t0 + 10 * minute);
  const late = entryOf("q", cellIn("a"), 8, 8, { recordedAt: t0 + 60 * minute });
  assert.equal(
    code(enterCount(sheet, floor, { ...late, when: momentOf(t0 + 11 * minute) }, true)),
    "sheet_over",
  );
  assert.equal(code(closeBin(sheet, closeOf("q", "a", 11))), "sheet_over");
  sheet = add(sheet, floor, late);
  const line = lineIn(sheet, floor, cellIn("a"));
  assert.deepEqual([line.status, line.contradicted, line.rounds.length], ["approved", true, 2]);
  assert.equal(code(enterCount(sheet, floor, late, true)), null);
});

test("[Q15] entries are checked, and bad ones change nothing", () => {
  const floor = floorOf();
  const sheet = sheetOf();
  const entry = entryOf("p", cellIn("a"), 1, 5);
  const spot = sheetOf({ bins: [], cells: [cellIn("a")] });
  const rows: [Sheet, Partial<CountEntry>, string | null][] = [
    [sheet, {}, null],
    [sheet, { quantity: -1 }, "quantity_invalid"],
    [sheet, { quantity: 0.5 }, "quantity_invalid"],
    [sheet, { quantity: countLimits.quantityMax + 1 }, "quantity_invalid"],
    [sheet, { quantity: 6_901_234_567_892 }, "quantity_invalid"],
    [sheet, { recordedAt: t0 }, "time_invalid"],
    [sheet, { when: { ...momentOf(t0), from: t0 + 1 } }, "time_invalid"],
    [sheet, { cell: cellIn("c") }, "out_of_scope"],
    [sheet, { cell: cellIn("a", "A", { warehouse: "north" }) }, "out_of_scope"],
    [sheet, { cell: cellIn("a", "unexpected") }, null],
    [spot, {}, null],
    [spot, { cell: cellIn("a", "B") }, "out_of_scope"],
  ];
  for (const [on, change, refusal] of rows)
    assert.equal(code(enterCount(on, floor, { ...entry, ...change }, true)), refusal, JSON.stringify(change));
  assert.equal(code(openSheet(specOf({ bins: [] }))), "nothing_to_count");
  const bins = Array.from({ length: countLimits.binsPerSheetMax + 1 }, (_, index) => String(index));
  assert.equal(code(openSheet(specOf({ bins }))), "too_many");
  assert.equal(code(closeBin(sheet, closeOf("p", "z", 1))), "out_of_scope");
  assert.equal(code(closeBin(sheet, closeOf("p", "a", 2, 1))), "time_invalid");
  assert.equal(code(cancelSheet(sheet, " ")), "reason_needed");
  const cancelled = after(sheet, cancelSheet(sheet, "开错了"));
  assert.equal(code(enterCount(cancelled, floor, entry, true)), "sheet_over");
  assert.equal(code(cancelSheet(cancelled, "x")), "sheet_over");
  assert.deepEqual(
    countRefusals.filter((one) => countWords[one].zh === "" || countWords[one].en === ""),
    [],
  );
});

test("[Q7] somebody in charge can ask for one more look, and the line waits for it", () => {
  const floor = floorOf();
  let sheet = add(sheetOf(), floor, entryOf("p", cellIn("a"), 10, 5));
  const key = cellKey(cellIn("a"));
  const ask = (keys: string[]): CountAnswer =>
    askRecount(sheet, linesOf(sheet, floor, price), keys, "再看看");
  assert.equal(code(ask(["x"])), "line_unknown");
  sheet = after(sheet, ask([key]), "boss", t0 + 10 * minute);
  assert.equal(lineIn(sheet, floor, cellIn("a")).status, "recount_asked");
  sheet = add(sheet, floor, entryOf("q", cellIn("a"), 10, 20));
  assert.equal(lineIn(sheet, floor, cellIn("a")).status, "matched");
  sheet = after(sheet, approveLines(sheet, linesOf(sheet, floor, price), [approval("a", 0)], owner, price));
  assert.equal(code(ask([key])), "line_approved");
});

test("[Q15] a sheet is what its events add up to; repeated, older, foreign and unknown ones change nothing", () => {
  const facts = [
    { kind: "opened", body: { spec: specOf() } },
    { kind: "entry", body: { entry: entryOf("p", cellIn("a"), 8, 5) } },
    { kind: "bin_closed", body: { close: closeOf("p", "a", 6) } },
    { kind: "resolved", body: { entry: "x", as: "drop" } },
    { kind: "recount", body: { lines: ["l"], reason: "" } },
    { kind: "cancelled", body: { reason: "r" } },
  ] as const;
  const events = facts.map((fact, index) => eventOf(fact, "s1", index + 1, "p", t0 + index));
  const all = foldSheetAll(events);
  assert.deepEqual(
    events.reduce<Sheet | null>((sheet, event) => foldSheet(sheet, event), null),
    all,
  );
  assert.ok(all !== null);
  assert.deepEqual([all.status, all.seq, all.closedAt, all.entryIds.size], ["cancelled", 6, t0 + 5, 1]);
  const doubled = events.flatMap((event) => [event, event]);
  assert.deepEqual(foldSheetAll(doubled), all);
  assert.deepEqual(foldSheet(all, { ...(events[1] as CountEvent), sheet: "s2", seq: 9 }), all);
  assert.equal(foldSheet(null, events[1] as CountEvent), null);
  const unknown = { ...(events[1] as CountEvent), kind: "later_version", seq: 7 } as unknown as CountEvent;
  assert.deepEqual(foldSheet(all, unknown), { ...all, seq: 7, changes: [...all.changes, "any"] });
});
