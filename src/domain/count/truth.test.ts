import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Floor } from "../floor/floor.ts";
import { cellKey, type Cell } from "../floor/shelf.ts";
import { momentOf } from "../floor/when.ts";
import { onHand } from "../rows.ts";
import { Books } from "./books.testing.ts";
import {
  allCells,
  binNames,
  cellAt,
  planFrom,
  playHistory,
  t0,
  type Delivery,
  type History,
  type Plan,
  type PlanShape,
} from "./history.testing.ts";
import { anchorsOf } from "./post.ts";
import { noTolerance, type Tolerance } from "./tolerance.ts";

const unseen = ["lose", "lose", "misplace"] as const;
const firstCountSuffices: Tolerance = { units: 1_000_000, percent: null, valueMinor: null };

/** Random plans: every draw is fast-check's, so that a failing one is made small. */
function planOf(shape: PlanShape): fc.Arbitrary<() => Plan> {
  return fc.gen().map((generate) => () => planFrom((min, max) => generate(fc.integer, { min, max }), shape));
}

/** Feeds the history in the order in which it reaches the server, approving every so often, then settles the rest. */
function run(history: History, tolerance: Tolerance, approveEvery: number): Books {
  const books = new Books(history.openedAt, tolerance);
  for (const [index, delivery] of history.deliveries.entries()) {
    books.deliver(delivery);
    // Phones send again what they got no answer for.
    if (index % 3 === 0) books.deliver(delivery);
    if (index % approveEvery === 0) books.approve(delivery.at);
  }
  books.finish(history);
  return books;
}

function check(books: Books, { truth, lost }: History): void {
  const { books: own, shelf } = books.compare(truth);
  assert.deepEqual(own, shelf, "each cell holds what truly stands there");
  const found = new Map<string, number>();
  for (const { anchor, correction } of books.floor.allCorrections())
    found.set(anchor.cell.sku, (found.get(anchor.cell.sku) ?? 0) + correction);
  for (const sku of ["A", "B"]) {
    assert.equal(found.get(sku) ?? 0, 0 - (lost.get(sku) ?? 0), `exactly what is missing of ${sku} is found`);
    const stands = allCells.reduce(
      (sum, cell, index) => sum + (cell.sku === sku ? (shelf[index] ?? 0) : 0),
      0,
    );
    assert.equal(onHand(books.world.stock(sku)), stands, `the ledger has what stands there of ${sku}`);
    const posted = books.world.bench.entries
      .filter((entry) => entry.sku === sku && entry.reason.startsWith("count_"))
      .reduce((sum, entry) => sum + (entry.to === "lost" ? -entry.quantity : entry.quantity), 0);
    assert.equal(posted, 0 - (lost.get(sku) ?? 0), `the ledger lost exactly what is missing of ${sku}`);
  }
  assert.equal(books.world.verify(), null);
}

const shapes: readonly (readonly [name: string, shape: PlanShape, tolerance: Tolerance])[] = [
  ["one count each, everything online", { unseen, online: true, people: ["p"] }, firstCountSuffices],
  ["one count each, phones offline", { unseen, online: false, people: ["p"] }, firstCountSuffices],
  ["two counts each, phones offline", { unseen, online: false, people: ["p", "q"] }, noTolerance],
];

for (const [name, shape, tolerance] of shapes) {
  test(`[Q1][Q2] with true counts the books equal the shelf, and a loss is found to the unit: ${name}`, () => {
    let meanwhile = 0;
    let recounted = 0;
    fc.assert(
      fc.property(planOf(shape), fc.integer({ min: 1, max: 30 }), (plan, approveEvery) => {
        const history = playHistory(plan());
        const books = run(history, tolerance, approveEvery);
        check(books, history);
        meanwhile += books.settledMeanwhile;
        recounted += books.recounted;
      }),
      { numRuns: 300 },
    );
    // Counting while goods move must settle most of it, or the property would only speak of quiet yards.
    assert.ok(meanwhile > recounted * 2, `${meanwhile} settled meanwhile, ${recounted} looked at again`);
  });
}

test("[Q2] the same movements and counts make the same floor in whatever order, however often", () => {
  fc.assert(
    fc.property(planOf({ unseen, online: false, people: ["p"] }), fc.gen(), (plan, generate) => {
      const history = playHistory(plan());
      const books = run(history, firstCountSuffices, 3);
      const movements = history.deliveries.flatMap((one) => one.movement ?? []);
      const acts = [
        ...movements.map((movement) => (floor: Floor) => floor.move(movement)),
        ...anchorsOf(books.sheet).map((anchor) => (floor: Floor) => floor.anchor(anchor)),
      ];
      const order = generate(fc.shuffledSubarray<number>, [...acts.keys(), ...acts.keys()], {
        minLength: acts.length * 2,
      });
      const one = new Floor();
      const other = new Floor();
      for (const act of acts) act(one);
      for (const index of order) acts[index]?.(other);
      assert.deepEqual(other.standing(), one.standing());
      assert.deepEqual(other.allCorrections(), one.allCorrections());
      assert.deepEqual(other.doubtful(), one.doubtful());
    }),
    { numRuns: 200 },
  );
});

test("[Q3] sales and reservations change nothing that a count sees", () => {
  fc.assert(
    fc.property(planOf({ unseen, online: false, people: ["p"] }), (plan) => {
      const history = playHistory(plan());
      const seen = [true, false].map((sales) => {
        const books = new Books(history.openedAt, noTolerance);
        for (const delivery of history.deliveries)
          if (sales || "movement" in delivery || delivery.commands.length === 0)
            books.deliver(sales ? delivery : { ...delivery, commands: [] });
        return books.lines().map(({ key, status, variance }) => [key, status, variance]);
      });
      assert.deepEqual(seen[1], seen[0]);
    }),
    { numRuns: 100 },
  );
});

test("[Q3] a product of which every unit is sold is counted, and a loss is owed to whoever gives way", () => {
  const books = new Books(t0, firstCountSuffices);
  const shelf = cellAt(0, 0);
  books.deliver(opening(shelf, 10));
  books.world.reserve("r1", "A", 4, { stage: "created", expiresAt: t0 + 3_600_000 });
  books.world.observe("o1", "A", 6);
  assert.equal(books.world.stock("A").available, 0);
  const truth = new Map([[cellKey(shelf), 9]]);
  const when = momentOf(t0 + 60_000);
  const entry = {
    id: "e",
    cell: shelf,
    quantity: 9,
    by: "p",
    when,
    recordedAt: when.to,
    mode: "first" as const,
  };
  books.deliver({ at: when.to, entry, commands: [] });
  for (const bin of binNames)
    books.deliver({
      at: when.to,
      close: { warehouse: "main", bin, by: "p", when, recordedAt: when.to },
      commands: [],
    });
  books.finish({ truth, endAt: when.to });
  const stock = books.world.stock("A");
  assert.deepEqual([stock.held, stock.committed, stock.shortage, stock.lost], [3, 6, 1, 1]);
  assert.equal(books.world.verify(), null);
});

function opening(cell: Cell, quantity: number): Delivery {
  const { sku, ...to } = cell;
  const line = { sku, quantity };
  const by = { actor: "test", at: t0 };
  return {
    at: t0,
    movement: {
      id: "open",
      sku,
      quantity,
      from: null,
      to,
      reason: "opening",
      at: t0,
      atUncertaintyMs: 0,
      recordedAt: t0,
      actor: "test",
      device: null,
      deviceSeq: 0,
      doc: null,
    },
    commands: [{ type: "receive", key: "open", opening: true, warehouse: "main", lines: [line], ...by }],
  };
}
