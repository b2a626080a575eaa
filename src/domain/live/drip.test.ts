import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  dueTranches,
  nextTranche,
  releasedUnits,
  strictCap,
  tranchesProblem,
  type StrictInput,
  type Tranche,
} from "./drip.ts";
import { at, t0 } from "./live.testing.ts";

function input(more: Partial<StrictInput>): StrictInput {
  return { stopped: false, sellable: 100, allotments: [], drip: null, ...more };
}

test("[V9] strict selling may promise what is sellable, less where an allotment or a drip release caps it", () => {
  const session = { name: "session", units: 60, promised: 20 };
  const creator = { name: "达人A", units: 30, promised: 25 };
  const rows: [Partial<StrictInput>, units: number, by: string, allotment: string | null][] = [
    [{}, 100, "sellable", null],
    [{ sellable: -3 }, 0, "sellable", null],
    [{ allotments: [session] }, 40, "allotment", "session"],
    [{ allotments: [session, creator] }, 5, "allotment", "达人A"],
    [{ allotments: [{ ...session, promised: 61 }] }, 0, "allotment", "session"],
    [{ allotments: [session], sellable: 10 }, 10, "sellable", null],
    [{ drip: { released: 50, promised: 20 } }, 30, "drip", null],
    [{ drip: { released: 0, promised: 0 } }, 0, "drip", null],
    [{ drip: { released: 50, promised: 20 }, allotments: [creator] }, 5, "allotment", "达人A"],
    [
      { drip: { released: 100, promised: 0 }, allotments: [{ ...session, units: 120 }] },
      100,
      "sellable",
      null,
    ],
    [{ stopped: true, allotments: [creator] }, 0, "stopped", null],
  ];
  for (const [change, units, by, allotment] of rows)
    assert.deepEqual(strictCap(input(change)), { units, by, allotment }, JSON.stringify(change));
});

test("[V9] no cap ever promises more than the pool has, and raising one never lowers the answer", () => {
  const some = fc.record({
    stopped: fc.boolean(),
    sellable: fc.integer({ min: -5, max: 200 }),
    allotments: fc.array(fc.record({ name: fc.constant("x"), units: fc.nat(200), promised: fc.nat(200) }), {
      maxLength: 3,
    }),
    drip: fc.option(fc.record({ released: fc.nat(200), promised: fc.nat(200) })),
  });
  fc.assert(
    fc.property(some, fc.nat(50), (one, more) => {
      const { units } = strictCap(one);
      assert.ok(units >= 0 && units <= Math.max(0, one.sellable));
      const raised = {
        ...one,
        sellable: one.sellable + more,
        allotments: one.allotments.map((each) => ({ ...each, units: each.units + more })),
      };
      assert.ok(strictCap(raised).units >= units);
    }),
  );
});

const tranches: readonly Tranche[] = [
  { id: "t1", units: 100, afterMinutes: 0 },
  { id: "t2", units: 200, afterMinutes: 10 },
  { id: "t3", units: 300, afterMinutes: null },
];

test("[V10] a tranche comes out when its time has come since the slot began, or at a tap", () => {
  const due = (minutes: number, ...out: string[]): string[] =>
    dueTranches(
      tranches,
      out.map((tranche) => ({ tranche, at: t0 })),
      t0,
      at(minutes),
    ).map((one) => one.id);
  assert.deepEqual(dueTranches(tranches, [], null, at(99)), [], "not before the slot has begun");
  assert.deepEqual(due(0), ["t1"]);
  assert.deepEqual(due(9.9, "t1"), []);
  assert.deepEqual(due(10, "t1"), ["t2"]);
  assert.deepEqual(due(99), ["t1", "t2"], "the one by tap waits");
  assert.equal(nextTranche(tranches, [])?.id, "t1");
  assert.equal(
    nextTranche(tranches, [{ tranche: "t1", at: t0 }])?.id,
    "t2",
    "a tap may be ahead of the clock",
  );
  assert.equal(
    nextTranche(
      tranches,
      tranches.map((one) => ({ tranche: one.id, at: t0 })),
    ),
    null,
  );
});

test("[V10] the units that are out are those of the released tranches, each once; without tranches there is no cap", () => {
  assert.equal(releasedUnits([], []), null);
  assert.equal(releasedUnits(tranches, []), 0);
  const out = [
    { tranche: "t3", at: t0 },
    { tranche: "t3", at: at(1) },
    { tranche: "gone", at: t0 },
  ];
  assert.equal(releasedUnits(tranches, out), 300);
});

test("[V10] tranches that cannot work are refused with the reason", () => {
  const one = (change: Partial<Tranche>): Tranche => ({ id: "t1", units: 10, afterMinutes: null, ...change });
  const rows: [readonly Tranche[], allotment: number | null, want: RegExp | null][] = [
    [[], null, null],
    [tranches, null, null],
    [tranches, 600, null],
    [[one({ units: 1, afterMinutes: 0 })], 1, null],
    [tranches, 599, /600/],
    [[one({}), one({})], null, /one id/],
    [[one({ units: 0 })], null, /at least 1/],
    [[one({ units: 1.5 })], null, /whole/],
    [[one({ afterMinutes: 5 }), one({ id: "t2", afterMinutes: 4 })], null, /order of time/],
    [[one({ afterMinutes: -1 })], null, /order of time/],
    [[one({ afterMinutes: 5 }), one({ id: "t2" }), one({ id: "t3", afterMinutes: 5 })], null, null],
    [Array.from({ length: 51 }, (_, index) => one({ id: `t${index}` })), null, /50/],
  ];
  for (const [list, allotment, want] of rows) {
    const problem = tranchesProblem(list, allotment);
    if (want === null) assert.equal(problem, null);
    else assert.match(problem?.en ?? "", want);
  }
});
