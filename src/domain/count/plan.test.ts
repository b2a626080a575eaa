import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { momentOf } from "../floor/when.ts";
import {
  accuracyBy,
  accuracyByCause,
  accuracyOf,
  accuracyOver,
  planKept,
  type CountedBin,
} from "./accuracy.ts";
import { minute, movementOf, shelfIn, t0 } from "./fixture.testing.ts";
import {
  abcClasses,
  cyclePolicyDefault,
  planCycle,
  touchedBins,
  zeroBins,
  type AbcClass,
  type PlanBin,
} from "./plan.ts";

test("[A1] classes go by price × units moved: A carries the first 80 %, B up to 95 %, what did not move is C", () => {
  const inputs = [
    { sku: "slow", price: 100_000, moved: 0 },
    { sku: "b", price: 10, moved: 15 },
    { sku: "a1", price: 100, moved: 6 },
    { sku: "a2", price: 1, moved: 200 },
    { sku: "c", price: 5, moved: 10 },
  ];
  assert.deepEqual(
    [...abcClasses(inputs)],
    [
      ["a1", "A"],
      ["a2", "A"],
      ["b", "B"],
      ["c", "C"],
      ["slow", "C"],
    ],
  );
  assert.deepEqual([...abcClasses([{ sku: "only", price: 1, moved: 1 }])], [["only", "A"]]);
  assert.deepEqual([...abcClasses([{ sku: "none", price: 1, moved: 0 }])], [["none", "C"]]);
});

test("[A2] doubtful bins are counted first and always, then those never counted, then by class and delay", () => {
  const classes = new Map<string, AbcClass>([
    ["a", "A"],
    ["b", "B"],
    ["c", "C"],
  ]);
  const bin = (name: string, route: number, skus: string[], countedDay: number | null): PlanBin => ({
    bin: name,
    route,
    skus,
    countedDay,
  });
  const bins = [
    bin("fresh", 1, ["a"], 95),
    bin("late-a", 2, ["c", "a"], 90),
    bin("later-a", 3, ["a"], 80),
    bin("late-b", 4, ["b"], 60),
    bin("never", 5, [], null),
    bin("minus", 6, ["c"], 99),
    bin("argued", 7, ["c"], 99),
  ];
  const doubtful = new Map([
    ["minus", "negative" as const],
    ["argued", "disputed" as const],
  ]);
  const policy = { ...cyclePolicyDefault, binsByWeekday: [4, 0, 0, 0, 0, 0, 0] };
  const monday = planCycle(bins, classes, doubtful, { day: 100, weekday: 0 }, policy);
  assert.deepEqual(
    monday.today.map((one) => [one.bin, one.why, one.class]),
    [
      ["later-a", "due", "A"],
      ["never", "never", "C"],
      ["minus", "negative", "C"],
      ["argued", "disputed", "C"],
    ],
  );
  assert.deepEqual(
    monday.later.map((one) => [one.bin, one.daysOverdue]),
    [
      ["late-a", 3],
      ["late-b", 10],
    ],
  );
  const tuesday = planCycle(bins, classes, doubtful, { day: 100, weekday: 1 }, policy);
  assert.deepEqual(
    tuesday.today.map((one) => one.bin),
    ["minus", "argued"],
  );
});

test("[A3] touched bins are those where something may have moved; empty ones are confirmed once by a look", () => {
  const floor = new Floor();
  floor.move(movementOf("1", 0, "A", 5, null, shelfIn("a")));
  floor.move(movementOf("2", 0, "B", 5, null, shelfIn("b")));
  floor.move(
    movementOf("3", 50, "A", 5, shelfIn("a"), shelfIn("c"), {
      atUncertaintyMs: 5 * minute,
      recordedAt: t0 + 90 * minute,
    }),
  );
  const window = (from: number, to: number) => ({
    ...momentOf(0),
    from: t0 + from * minute,
    to: t0 + to * minute,
  });
  assert.deepEqual(touchedBins(floor, "main", window(10, 40)), []);
  assert.deepEqual(touchedBins(floor, "main", window(10, 45)), ["a", "c"]);
  assert.deepEqual(touchedBins(floor, "main", window(-1, 99)), ["a", "b", "c"]);
  const emptied = new Map([["a", momentOf(t0 + 50 * minute, 5 * minute)]]);
  const looked = (at: number) => new Map([["a", momentOf(t0 + at * minute)]]);
  assert.deepEqual(zeroBins(floor.standing(), emptied, new Map()), ["a"]);
  assert.deepEqual(zeroBins(floor.standing(), emptied, looked(52)), ["a"]);
  assert.deepEqual(zeroBins(floor.standing(), emptied, looked(56)), []);
});

test("[A9] bins of the list that never held goods are to be seen once; those with goods or that were seen are not", () => {
  const standing = [
    { warehouse: "main", bin: "a", sku: "s", lot: "", quality: "good", quantity: 0 },
    { warehouse: "main", bin: "c", sku: "s", lot: "", quality: "good", quantity: 1 },
  ] as const;
  const emptied = new Map([["a", momentOf(t0)]]);
  const listed = ["c", "b", "a", "0", "seen"];
  const seen = new Map([["seen", momentOf(t0)]]);
  assert.deepEqual(zeroBins(standing, emptied, seen, listed), ["a", "0", "b"]);
  assert.deepEqual(zeroBins(standing, emptied, new Map([...seen, ["0", momentOf(t0)]]), listed), ["a", "b"]);
});

const binOf = (bin: string, variances: number[], more: Partial<CountedBin> = {}): CountedBin => ({
  bin,
  zone: "S",
  day: 1,
  counter: "p",
  lines: variances.map((variance) => ({ variance, valueMinor: variance * 100, reason: "damaged" })),
  ...more,
});

test("[A6] IRA is bins counted without variance ÷ bins counted, as a whole, by zone, counter, day and cause", () => {
  const bins = [
    binOf("1", [0, 0]),
    binOf("2", [0, -2, 1], { zone: "T" }),
    binOf("3", [], { counter: "q", day: 2 }),
  ];
  assert.deepEqual(accuracyOf(bins), {
    bins: 3,
    accurate: 2,
    ira: 66.6,
    gain: 1,
    loss: 2,
    netMinor: -100,
    grossMinor: 300,
  });
  assert.equal(accuracyOf([]).ira, null);
  assert.equal(
    accuracyOf(Array.from({ length: 10_000 }, (_, index) => binOf(`${index}`, [index === 0 ? 1 : 0]))).ira,
    99.9,
  );
  const parts = (by: "zone" | "counter" | "day") => accuracyBy(bins, by).map((one) => [one.part, one.ira]);
  assert.deepEqual(parts("zone"), [
    ["S", 100],
    ["T", 0],
  ]);
  assert.deepEqual(parts("counter"), [
    ["p", 50],
    ["q", 100],
  ]);
  assert.deepEqual(parts("day"), [
    [1, 50],
    [2, 100],
  ]);
  const lines = accuracyOver(bins, "zone", 9);
  assert.equal(
    lines.reduce((days, line) => days + line.days.length, 0),
    new Set(bins.map(({ zone, day }) => `${zone} ${day}`)).size,
  );
  assert.deepEqual(
    lines.map(({ part, days }) => [part, days.map(({ day, ira }) => [day, ira])]),
    [
      [
        "S",
        [
          [1, 100],
          [2, 100],
        ],
      ],
      ["T", [[1, 0]]],
    ],
  );
  assert.deepEqual(accuracyOver(bins, "zone", 1), lines.slice(0, 1));
  const mixed = [...bins, binOf("4", [5], { lines: [{ variance: 5, valueMinor: 500, reason: null }] })];
  assert.deepEqual(accuracyByCause(mixed), [
    { cause: "unknown", lines: 1, units: 5, grossMinor: 500 },
    { cause: "damaged", lines: 2, units: 3, grossMinor: 300 },
  ]);
});

test("[A6] the parts sum to the whole", () => {
  const bin = fc.record({
    bin: fc.constantFrom("1", "2", "3"),
    zone: fc.constantFrom("S", "T"),
    day: fc.nat(3),
    counter: fc.constantFrom("p", "q"),
    lines: fc.array(
      fc
        .integer({ min: -5, max: 5 })
        .map((variance) => ({ variance, valueMinor: variance * 7, reason: null })),
      { maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(
      fc.array(bin),
      fc.constantFrom("zone" as const, "counter" as const, "day" as const),
      (bins, by) => {
        const { ira: _ira, ...whole } = accuracyOf(bins);
        for (const [name, value] of Object.entries(whole)) {
          const parts = accuracyBy(bins, by).map((one) => one[name as keyof typeof whole]);
          assert.equal(
            parts.reduce((sum, part) => sum + part, 0),
            value,
          );
        }
      },
    ),
  );
});

test("[A7] counts done are held against the plan, day by day; others do not make up for them", () => {
  const planned = [
    { day: 2, bin: "a" },
    { day: 1, bin: "a" },
    { day: 1, bin: "b" },
  ];
  const counted = [
    { day: 1, bin: "b" },
    { day: 1, bin: "z" },
    { day: 3, bin: "a" },
  ];
  assert.deepEqual(planKept(planned, counted), [
    { day: 1, planned: 2, done: 1 },
    { day: 2, planned: 1, done: 0 },
  ]);
});
