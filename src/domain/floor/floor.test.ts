import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chainErrors } from "./anchor.ts";
import { boundedSpan, serverSpan, type ClockSample } from "./clock.ts";
import { Floor } from "./floor.ts";
import { movementProblem, unscannedShipment, type FloorMovement } from "./movement.ts";
import type { Cell, Shelf } from "./shelf.ts";
import { hullOf, momentOf, orderOf, type When } from "./when.ts";

const t0 = 1_794_398_400_000;
const shelf = (bin: string, more: Partial<Shelf> = {}): Shelf => ({
  warehouse: "main",
  bin,
  lot: "",
  quality: "good",
  ...more,
});
const cell = (bin: string, more: Partial<Cell> = {}): Cell => ({ ...shelf(bin), sku: "A", ...more });

function moved(
  id: string,
  at: number,
  quantity: number,
  from: Shelf | null,
  to: Shelf | null,
): FloorMovement {
  const reason = from === null ? "receive" : to === null ? "ship" : "move";
  return {
    id,
    sku: "A",
    quantity,
    from,
    to,
    reason,
    at: t0 + at,
    atUncertaintyMs: 0,
    recordedAt: t0 + at,
    actor: "p",
    device: null,
    deviceSeq: 0,
    doc: null,
  };
}

test("[H1] a movement takes units from shelf to shelf or through the door, once", () => {
  const floor = new Floor();
  assert.equal(floor.move(moved("1", 0, 10, null, shelf("a"))), true);
  assert.equal(floor.move(moved("2", 1, 4, shelf("a"), shelf("b"))), true);
  assert.equal(floor.move(moved("2", 1, 4, shelf("a"), shelf("b"))), false);
  floor.move(moved("3", 2, 1, shelf("b"), null));
  floor.move({ ...moved("4", 3, 2, shelf("b"), shelf("b", { quality: "bad" })), reason: "regrade" });
  assert.deepEqual(
    floor.standing().map(({ bin, quality, quantity }) => [bin, quality, quantity]),
    [
      ["a", "good", 6],
      ["b", "bad", 2],
      ["b", "good", 1],
    ],
  );
  assert.deepEqual(
    floor.inBin("main", "b").map((one) => one.quantity),
    [2, 1],
  );
});

test("[H1] a movement that cannot have happened is named", () => {
  const good = moved("1", 0, 1, shelf("a"), shelf("b"));
  const rows: [Partial<FloorMovement>, string | null][] = [
    [{}, null],
    [{ quantity: 0 }, "quantity"],
    [{ quantity: 1.5 }, "quantity"],
    [{ quantity: 1_000_000_001 }, "quantity"],
    [{ atUncertaintyMs: -1 }, "uncertainty"],
    [{ from: null, to: null }, "ends"],
    [{ reason: "ship" }, "ends"],
    [{ from: null }, "ends"],
    [{ to: shelf("a") }, "same_shelf"],
    [{ to: shelf("b", { warehouse: "north" }) }, "two_warehouses"],
    [{ at: t0 + 1 }, "clock"],
    [{ at: t0 + 1, atUncertaintyMs: 1 }, null],
  ];
  for (const [change, problem] of rows) assert.equal(movementProblem({ ...good, ...change }), problem);
  assert.throws(() => new Floor().move({ ...good, quantity: 0 }), /quantity/);
});

test("[H2] a late movement from before an approved count changes what the count corrects, not what stands there", () => {
  const floor = new Floor();
  floor.move(moved("1", 0, 10, null, shelf("a")));
  floor.anchor({ id: "count", cell: cell("a"), quantity: 7, when: momentOf(t0 + 100) });
  assert.equal(floor.quantity(cell("a")), 7);
  assert.equal(floor.corrections(cell("a"))[0]?.correction, -3);
  floor.move({ ...moved("late", 50, 2, shelf("a"), shelf("b")), recordedAt: t0 + 900 });
  assert.equal(floor.quantity(cell("a")), 7);
  assert.equal(floor.corrections(cell("a"))[0]?.correction, -1);
  floor.move(moved("after", 200, 2, shelf("a"), shelf("b")));
  assert.equal(floor.quantity(cell("a")), 5);
});

test("[H2] each count corrects what the one before left, and an uncertain one as little as it allows", () => {
  const rows: [bounds: [number, number][], corrections: number[]][] = [
    [[[-3, -3]], [-3]],
    [
      [
        [-3, -3],
        [-3, -3],
      ],
      [-3, 0],
    ],
    [
      [
        [-3, -3],
        [-5, -1],
      ],
      [-3, 0],
    ],
    [
      [
        [-3, -3],
        [-2, 0],
      ],
      [-3, 1],
    ],
    [
      [
        [-4, 0],
        [-4, -4],
      ],
      [0, -4],
    ],
  ];
  for (const [bounds, corrections] of rows) {
    const chain = chainErrors(bounds.map(([low, high]) => ({ low, high })));
    assert.deepEqual(
      chain.map((one) => one.correction),
      corrections,
    );
  }
});

test("[H3] what stood there at a time is a range where a movement may lie on either side", () => {
  const floor = new Floor();
  floor.move(moved("1", 0, 10, null, shelf("a")));
  floor.move({ ...moved("2", 100, 3, shelf("a"), shelf("b")), atUncertaintyMs: 20, recordedAt: t0 + 500 });
  floor.move({ ...moved("3", 110, 2, null, shelf("a")), atUncertaintyMs: 20, recordedAt: t0 + 500 });
  const at = (ms: number): unknown[] => {
    const { low, high, inside } = floor.expected(cell("a"), momentOf(t0 + ms));
    return [low, high, inside.map((one) => one.id)];
  };
  assert.deepEqual(at(79), [10, 10, []]);
  assert.deepEqual(at(80), [7, 10, ["2"]]);
  assert.deepEqual(at(100), [7, 12, ["2", "3"]]);
  assert.deepEqual(at(125), [7, 9, ["3"]]);
  assert.deepEqual(at(131), [9, 9, []]);
  assert.deepEqual(
    floor.touched(cell("a"), momentOf(t0 + 100)).map((one) => one.id),
    ["2", "3"],
  );
});

test("[H3] of one device the order is known, whatever its clock says", () => {
  const when = (from: number, to: number, device: string | null, first: number, last = first): When => ({
    from,
    to,
    device,
    first,
    last,
  });
  assert.equal(orderOf(when(0, 100, "d", 1), when(50, 60, "d", 2)), "before");
  assert.equal(orderOf(when(0, 100, "d", 4), when(50, 60, "d", 2, 3)), "after");
  assert.equal(orderOf(when(0, 100, "d", 3), when(50, 60, "d", 2, 4)), "inside");
  assert.equal(orderOf(when(0, 100, "d", 1), when(50, 60, "e", 2)), "inside");
  assert.equal(orderOf(when(0, 49, null, 0), when(50, 60, null, 0)), "before");
  assert.equal(orderOf(when(0, 50, null, 0), when(50, 60, null, 0)), "inside");
  assert.deepEqual(hullOf(when(3, 5, "d", 2), when(1, 4, "d", 7)), when(1, 5, "d", 2, 7));
  assert.equal(hullOf(when(3, 5, "d", 2), when(1, 4, "e", 7)).device, null);
});

test("[H4] a device's moment lies within what its questions to the server allow", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -86_400_000, max: 86_400_000 }),
      fc.integer({ min: -200, max: 200 }),
      fc.array(fc.record({ at: fc.nat(7_200_000), there: fc.nat(5_000), back: fc.nat(5_000) }), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(7_200_000),
      (skewMs, driftPpm, asked, at) => {
        // The device's clock at a true time: off by a constant, and wandering.
        const device = (time: number): number => time + skewMs + (time * driftPpm) / 1_000_000;
        const samples = asked.map(({ at: sent, there, back }): ClockSample => ({
          deviceSentAt: device(sent),
          serverAt: sent + there,
          deviceReceivedAt: device(sent + there + back),
        }));
        const span = serverSpan(samples, device(at));
        assert.ok(
          span !== null && span.from <= at + 2 && span.to >= at - 2,
          `${at} in ${JSON.stringify(span)}`,
        );
      },
    ),
  );
});

test("[H4] a clock that was set by hand gives a wide span, one that never asked gives only what else is known", () => {
  const sample = (deviceAt: number, serverAt: number): ClockSample => ({
    deviceSentAt: deviceAt,
    deviceReceivedAt: deviceAt + 10,
    serverAt,
  });
  assert.deepEqual(serverSpan([sample(1_000, 1_005)], 1_005), { from: 1_000, to: 1_010 });
  assert.deepEqual(serverSpan([sample(1_000, 1_005), sample(1_100, 61_105)], 1_005), {
    from: 1_000,
    to: 61_011,
  });
  assert.equal(serverSpan([], 5), null);
  assert.deepEqual(boundedSpan(null, 100, 900), { from: 100, to: 900 });
  assert.deepEqual(boundedSpan({ from: 50, to: 950 }, 100, 900), { from: 100, to: 900 });
  assert.deepEqual(boundedSpan({ from: 950, to: 990 }, 100, 900), { from: 900, to: 900 });
});

test("[H8] cells that cannot be right are named: fewer than nothing, or a count that was overtaken", () => {
  const floor = new Floor();
  floor.move(moved("1", 0, 10, null, shelf("a")));
  floor.move(moved("2", 1, 1, shelf("b"), shelf("a")));
  floor.anchor({ id: "count", cell: cell("a"), quantity: 11, when: { ...momentOf(t0 + 100, 10) } });
  assert.deepEqual(
    floor.doubtful().map((one) => [one.cell.bin, one.why]),
    [["b", "negative"]],
  );
  floor.move({ ...moved("late", 95, 2, shelf("a"), null), recordedAt: t0 + 900 });
  assert.deepEqual(
    floor.doubtful().map((one) => [one.cell.bin, one.why]),
    [
      ["a", "disputed"],
      ["b", "negative"],
    ],
  );
  floor.anchor({ id: "again", cell: cell("a"), quantity: 9, when: momentOf(t0 + 500) });
  floor.anchor({ id: "b", cell: cell("b"), quantity: 0, when: momentOf(t0 + 500) });
  assert.deepEqual(floor.doubtful(), []);
});

test("[H9] where picks are not scanned a cell is a product on all shelves, and open orders widen it", () => {
  const floor = new Floor(["main"]);
  floor.move(moved("1", 0, 10, null, shelf("a")));
  floor.move(moved("2", 1, 4, shelf("a"), shelf("b")));
  assert.deepEqual(
    floor.standing().map((one) => [one.bin, one.quantity]),
    [["", 10]],
  );
  const by = { actor: "job", doc: "o1", sku: "A", warehouse: "main" };
  const ship = { ...by, id: "s1", units: 3, paidAt: t0 + 100, sentAt: t0 + 200, recordedAt: t0 + 250 };
  floor.move(unscannedShipment(ship));
  const main = { sku: "A", warehouse: "main" };
  const north = { sku: "A", warehouse: "north" };
  floor.setOpenPicks([
    { ...main, picks: [{ ...main, units: 2, paidAt: t0 + 150 }] },
    { ...north, picks: [{ ...north, units: 9, paidAt: t0 }] },
  ]);
  const at = (ms: number): number[] => {
    const { low, high, open } = floor.expected(cell("anywhere"), momentOf(t0 + ms));
    return [low, high, open];
  };
  assert.deepEqual(
    [at(99), at(100), at(160), at(202)],
    [
      [10, 10, 0],
      [7, 10, 0],
      [5, 10, 2],
      [5, 7, 2],
    ],
  );
  floor.setOpenPicks([{ ...main, picks: [] }]);
  assert.deepEqual(at(202), [7, 7, 0]);
});
