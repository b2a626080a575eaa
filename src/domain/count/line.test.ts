import assert from "node:assert/strict";
import { test } from "node:test";
import { Floor } from "../floor/floor.ts";
import { momentOf } from "../floor/when.ts";
import { closeBin, enterCount, resolveEntry } from "./act.ts";
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
  t0,
} from "./fixture.testing.ts";
import { linesOf } from "./line.ts";
import type { Sheet, SheetSpec } from "./sheet.ts";
import { isTolerated, type Tolerance } from "./tolerance.ts";

/** Ten of A in bin a, five of B in bin b. */
function floorOf(): Floor {
  const floor = new Floor();
  floor.move(movementOf("in-a", -60, "A", 10, null, shelfIn("a")));
  floor.move(movementOf("in-b", -60, "B", 5, null, shelfIn("b")));
  return floor;
}

function counted(floor: Floor, entries: readonly CountEntry[], more: Partial<SheetSpec> = {}): Sheet {
  return entries.reduce(
    (sheet, entry) => after(sheet, enterCount(sheet, floor, entry, true), entry.by, entry.recordedAt),
    sheetOf(more),
  );
}

function statusOf(floor: Floor, entries: readonly CountEntry[], more: Partial<SheetSpec> = {}): unknown[] {
  const line = lineIn(counted(floor, entries, more), floor, cellIn("a"));
  return [line.status, line.variance?.low ?? null, line.variance?.high ?? null];
}

test("[Q5] a count is compared with what stood there at its own time, whatever moved before or after", () => {
  const floor = floorOf();
  floor.move(movementOf("pick", 10, "A", 3, shelfIn("a"), shelfIn("stage")));
  floor.move(movementOf("more", 20, "A", 6, null, shelfIn("a")));
  assert.deepEqual(statusOf(floor, [entryOf("p", cellIn("a"), 10, 5)]), ["matched", 0, 0]);
  assert.deepEqual(statusOf(floor, [entryOf("p", cellIn("a"), 7, 15)]), ["matched", 0, 0]);
  assert.deepEqual(statusOf(floor, [entryOf("p", cellIn("a"), 13, 25)]), ["matched", 0, 0]);
  assert.deepEqual(statusOf(floor, [entryOf("p", cellIn("a"), 7, 25)]), ["recount_other", -6, -6]);
});

test("[Q5] a movement within the time of a count makes the variance a range, and one more look is asked for", () => {
  const floor = floorOf();
  const pick = movementOf("pick", 10, "A", 3, shelfIn("a"), shelfIn("stage"), {
    atUncertaintyMs: 5 * minute,
    recordedAt: t0 + 90 * minute,
  });
  floor.move(pick);
  const first = entryOf("p", cellIn("a"), 7, 12);
  assert.deepEqual(statusOf(floor, [first]), ["recount_time", -3, 0]);
  assert.deepEqual(lineIn(counted(floor, [first]), floor, cellIn("a")).rounds[0]?.expected.inside, [pick]);
  // The same person may look again: it is the moment that was doubtful, not the person.
  const again = entryOf("p", cellIn("a"), 7, 20, { mode: "replace" });
  assert.deepEqual(statusOf(floor, [first, again]), ["matched", 0, 0]);
  // Or another: one error explains both counts.
  assert.deepEqual(statusOf(floor, [first, entryOf("q", cellIn("a"), 5, 20)]), ["confirmed", -2, -2]);
  assert.deepEqual(statusOf(floor, [first, entryOf("q", cellIn("a"), 2, 20)]), ["recount_third", -5, -5]);
});

test("[Q7] what differs is counted by another person; two agree when one error explains both, at any times", () => {
  const floor = floorOf();
  floor.move(movementOf("pick", 10, "A", 3, shelfIn("a"), shelfIn("stage")));
  const first = entryOf("p", cellIn("a"), 8, 5);
  const rows: [CountEntry[], string, number][] = [
    [[first], "recount_other", -2],
    // Eight before the pick and five after it are the same two units short.
    [[first, entryOf("q", cellIn("a"), 5, 15)], "confirmed", -2],
    [[first, entryOf("q", cellIn("a"), 7, 15)], "recount_third", 0],
    [[first, entryOf("q", cellIn("a"), 7, 15), entryOf("r", cellIn("a"), 7, 16)], "matched", 0],
    [[first, entryOf("q", cellIn("a"), 7, 15), entryOf("r", cellIn("a"), 5, 16)], "confirmed", -2],
    [[first, entryOf("q", cellIn("a"), 7, 15), entryOf("r", cellIn("a"), 6, 16)], "recount_third", -1],
  ];
  for (const [entries, status, variance] of rows)
    assert.deepEqual(statusOf(floor, entries), [status, variance, variance]);
  const confirmed = lineIn(
    counted(floor, [first, entryOf("q", cellIn("a"), 5, 15)]),
    floor,
    cellIn("a"),
  ).settled;
  assert.deepEqual(confirmed, {
    quantity: 5,
    when: momentOf(t0 + 15 * minute),
    expected: 7,
    variance: -2,
    counters: ["p", "q"],
  });
});

test("[Q8] within the tolerance one count is enough; every limit that is set must hold", () => {
  const rows: [Tolerance, number, number, boolean][] = [
    [{ units: 0, percent: null, valueMinor: null }, 0, 10, true],
    [{ units: 0, percent: null, valueMinor: null }, -1, 10, false],
    [{ units: null, percent: null, valueMinor: null }, 1, 10, false],
    [{ units: 2, percent: null, valueMinor: null }, -2, 10, true],
    [{ units: 2, percent: null, valueMinor: null }, 3, 10, false],
    [{ units: null, percent: 10, valueMinor: null }, -1, 10, true],
    [{ units: null, percent: 10, valueMinor: null }, -1, 9, false],
    [{ units: null, percent: 10, valueMinor: null }, 1, 0, false],
    [{ units: null, percent: null, valueMinor: 200 }, -2, 10, true],
    [{ units: null, percent: null, valueMinor: 199 }, -2, 10, false],
    [{ units: 5, percent: 50, valueMinor: 100 }, -2, 10, false],
  ];
  for (const [tolerance, variance, expected, tolerated] of rows)
    assert.equal(isTolerated(tolerance, variance, expected, 100), tolerated);
  const floor = floorOf();
  const tolerance = { units: 2, percent: null, valueMinor: null };
  const line = [entryOf("p", cellIn("a"), 8, 5)];
  assert.deepEqual(statusOf(floor, line, { tolerance }), ["tolerated", -2, -2]);
});

test("[Q9] an entry counts once; the same person's next one adds or replaces because it says so", () => {
  const floor = floorOf();
  const one = entryOf("p", cellIn("a"), 6, 5);
  const two = entryOf("p", cellIn("a"), 4, 6, { mode: "add" });
  const three = entryOf("p", cellIn("a"), 9, 7, { mode: "replace" });
  assert.deepEqual(statusOf(floor, [one, one, two, two]), ["matched", 0, 0]);
  assert.deepEqual(statusOf(floor, [one, two, three]), ["recount_other", -1, -1]);
  // In the order of counting, not of arrival.
  assert.deepEqual(statusOf(floor, [three, two, one]), ["recount_other", -1, -1]);
  const sheet = counted(floor, [one]);
  const live = enterCount(sheet, floor, entryOf("p", cellIn("a"), 4, 6), false);
  assert.equal(live.ok ? "" : live.code, "mode_needed");
});

test("[Q9] two phones of one person that did not know of each other are both kept, and somebody says which counts", () => {
  const floor = floorOf();
  const entries = [entryOf("p", cellIn("a"), 6, 5), entryOf("p", cellIn("a"), 4, 6, { id: "phone2" })];
  const sheet = counted(floor, entries);
  const line = lineIn(sheet, floor, cellIn("a"));
  assert.deepEqual([line.status, line.unclear.map((one) => one.id)], ["unclear", ["phone2"]]);
  const rows = [
    ["add", "matched", 0],
    ["replace", "recount_other", -6],
    ["drop", "recount_other", -4],
  ] as const;
  for (const [as, status, variance] of rows) {
    const resolved = after(sheet, resolveEntry(sheet, floor, "phone2", as));
    const { status: then, variance: off } = lineIn(resolved, floor, cellIn("a"));
    assert.deepEqual([then, off?.low], [status, variance]);
  }
  const unknown = resolveEntry(sheet, floor, "p-a-A--5", "add");
  assert.equal(unknown.ok ? "" : unknown.code, "entry_unknown");
});

test("[Q10] a closed bin counts what was not entered as none, and what nobody expected as it is", () => {
  const floor = floorOf();
  floor.move(movementOf("gone", -30, "C", 2, null, shelfIn("a")));
  floor.move(movementOf("gone2", -20, "C", 2, shelfIn("a"), null));
  let sheet = counted(floor, [entryOf("p", cellIn("a", "Z"), 3, 5)]);
  assert.deepEqual(
    linesOf(sheet, floor, price).map((line) => [line.cell.sku, line.status]),
    [["Z", "recount_other"]],
  );
  sheet = after(sheet, closeBin(sheet, closeOf("p", "a", 4, 6)), "p");
  sheet = after(sheet, closeBin(sheet, closeOf("p", "b", 7)), "p");
  assert.deepEqual(
    linesOf(sheet, floor, price).map((line) => [line.cell.sku, line.variance?.low, line.variance?.high]),
    [
      ["A", -10, -10],
      ["Z", 3, 3],
      ["B", -5, -5],
    ],
  );
  // Of somebody's two looks at a bin the later in time counts, whichever comes first.
  sheet = after(sheet, closeBin(sheet, closeOf("p", "b", 2)), "p");
  assert.deepEqual(
    sheet.closes.get("b")?.map((close) => close.when.from),
    [t0 + 7 * minute],
  );
});

test("[Q13] where picks are not scanned all bins together are one count, over the whole of its time", () => {
  const floor = new Floor(["main"]);
  floor.move(movementOf("in", -60, "A", 10, null, shelfIn("a")));
  let sheet = sheetOf();
  for (const entry of [entryOf("p", cellIn("a"), 4, 5), entryOf("q", cellIn("b"), 5, 30)])
    sheet = after(sheet, enterCount(sheet, floor, entry, true), entry.by);
  sheet = after(sheet, closeBin(sheet, closeOf("p", "a", 4, 6)), "p");
  assert.equal(lineIn(sheet, floor, cellIn("a")).status, "uncounted");
  sheet = after(sheet, closeBin(sheet, closeOf("q", "b", 29, 31)), "q");
  const line = lineIn(sheet, floor, cellIn("a"));
  assert.deepEqual(
    [line.status, line.variance, line.rounds[0]?.by],
    ["recount_other", { low: -1, high: -1 }, ["p", "q"]],
  );
  const stock = { sku: "A", warehouse: "main" };
  floor.setOpenPicks([{ ...stock, picks: [{ ...stock, units: 2, paidAt: t0 + 31 * minute }] }]);
  assert.deepEqual(
    [lineIn(sheet, floor, cellIn("a")).status, lineIn(sheet, floor, cellIn("a")).variance],
    ["recount_time", { low: -1, high: 1 }],
  );
  floor.setOpenPicks([{ ...stock, picks: [] }]);
  for (const [by, bin, quantity, at] of [
    ["q", "a", 4, 40],
    ["p", "b", 5, 50],
  ] as const) {
    const entry = entryOf(by, cellIn(bin), quantity, at);
    sheet = after(sheet, enterCount(sheet, floor, entry, true), by);
    sheet = after(sheet, closeBin(sheet, closeOf(by, bin, at)), by);
  }
  // The same two people, each in the other's bins: nobody has seen the whole for a second time alone.
  assert.equal(lineIn(sheet, floor, cellIn("a")).status, "recount_third");
  for (const [bin, quantity, at] of [
    ["a", 4, 60],
    ["b", 5, 61],
  ] as const) {
    sheet = after(sheet, enterCount(sheet, floor, entryOf("r", cellIn(bin), quantity, at), true), "r");
    sheet = after(sheet, closeBin(sheet, closeOf("r", bin, at)), "r");
  }
  assert.deepEqual(
    [lineIn(sheet, floor, cellIn("a")).status, lineIn(sheet, floor, cellIn("a")).settled?.variance],
    ["confirmed", -1],
  );
});
