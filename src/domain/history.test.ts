import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Command, Observe } from "./command.ts";
import { backlogOf, coveredUnits, effectOf } from "./order.ts";
import { onHand } from "./rows.ts";
import { World, observeOf, reserveOf } from "./world.testing.ts";

/**
 * Random histories against the invariants. Everything a shop can live through is in the mix: late, repeated
 * and shuffled events, shortages, cancellations, shipments of units that the books do not have, returns, losses.
 */
const skus = ["A", "B"];
const units = fc.integer({ min: 1, max: 6 });

const event: fc.Arbitrary<Observe> = fc
  .record({
    orderId: fc.constantFrom("o1", "o2", "o3", "o4", "o5"),
    channel: fc.constantFrom("douyin", "taobao"),
    sku: fc.constantFrom(...skus),
    quantity: units,
    kind: fc.constantFrom("spot" as const, "spot" as const, "presale" as const),
    updatedAt: fc.integer({ min: 1, max: 9 }),
    rank: fc.integer({ min: 0, max: 2 }),
    stage: fc.constantFrom("created" as const, "pending" as const, "paid" as const, "paid" as const),
    counters: fc.record(
      {
        closed: fc.integer({ min: 0, max: 6 }),
        shipped: fc.integer({ min: 0, max: 6 }),
        returnedGood: fc.integer({ min: 0, max: 3 }),
        returnedBad: fc.integer({ min: 0, max: 3 }),
      },
      { requiredKeys: [] },
    ),
  })
  // The line's id is its SKU, so that an order's events agree on which line they speak of.
  .map(({ orderId, sku, quantity, counters, ...more }) =>
    observeOf(orderId, sku, quantity, {
      ...more,
      ...counters,
      lineId: sku,
      placedAt: Number(orderId.slice(1)),
    }),
  );

const command: fc.Arbitrary<(world: World, index: number) => Command> = fc.oneof(
  { weight: 6, arbitrary: event.map((one) => () => one) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.nat(20), fc.array(fc.tuple(fc.constantFrom(...skus), units), { minLength: 1, maxLength: 3 }))
      .map(
        ([id, lines]) =>
          (world: World): Command =>
            reserveOf(`r${id}`, lines, { at: world.now, expiresAt: world.now + 5, buyer: "b" }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...skus), units, fc.boolean(), fc.constantFrom("", "x", "y"))
      .map(([sku, quantity, presale, bin]) => (world: World, index: number): Command => ({
        type: "receive",
        key: `k${index}`,
        opening: false,
        warehouse: "main",
        lines: [{ sku, quantity, presale, bin }],
        ...world.by(),
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          "count_gain",
          "count_loss",
          "write_off",
          "quarantine",
          "release",
          "destroy",
          "loan",
          "loan_return",
          "loan_lost",
          "put_away",
        ),
        fc.constantFrom(...skus),
        units,
      )
      .map(
        ([action, sku, quantity]) =>
          (world: World, index: number): Command =>
            ({
              type: "adjust",
              key: `k${index}`,
              action,
              warehouse: "main",
              sku,
              quantity,
              toBin: "z",
              ...world.by(),
            }) as Command,
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("pay" as const, "cancel" as const, "expire" as const), fc.nat(20))
      .map(([type, id]) => (world: World): Command => ({
        type,
        channel: "douyin",
        orderId: `r${id}`,
        ...world.by(),
      })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...skus), units)
      .map(([sku, quantity]) => (world: World, index: number): Command => ({
        type: "closeMatching",
        key: `k${index}`,
        channel: "douyin",
        buyer: "b",
        sku,
        quantity,
        ...world.by(),
      })),
  },
);

test("[I1][I2][I6][B5][T3] every random history leaves balanced books, no idle unit and true rollups", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (history) => {
      const world = new World();
      for (const sku of skus) world.sku(sku, 5, { bufferUnits: 1, limitPerBuyer: 9 });
      for (const [index, make] of history.entries()) {
        world.now += 1;
        world.run(make(world, index));
        for (const sku of skus) {
          const stock = world.stock(sku);
          const waits = [...world.bench.lines.values()].some(
            (line) => line.sku === sku && backlogOf(line).shortage > 0,
          );
          assert(
            !waits || stock.available === 0,
            `${sku} has ${stock.available} free units while a line waits`,
          );
        }
      }
      assert.equal(world.verify(), null);
      rollupsAreTrue(world);
    }),
    { numRuns: 1_500 },
  );
});

function rollupsAreTrue(world: World): void {
  for (const sku of skus) {
    const lines = [...world.bench.lines.values()].filter((line) => line.sku === sku);
    const sales = world.bench.sales.filter((sale) => sale.sku === sku);
    const paid = lines.filter((line) => line.stage === "paid");
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
    assert.equal(sum(sales.map((sale) => sale.sold + sale.presold)), sum(paid.map((line) => line.quantity)));
    assert.equal(sum(sales.map((sale) => sale.cancelled)), sum(lines.map((line) => effectOf(line).closed)));
    assert.equal(sum(sales.map((sale) => sale.shipped)), sum(lines.map((line) => effectOf(line).shipped)));
    assert.equal(sum(sales.map((sale) => sale.ordered)), sum(lines.map((line) => line.quantity)));
  }
}

test("[I4] any permutation of the same events, with any repetition, ends in the same stock", () => {
  const shuffled = fc.array(event, { minLength: 1, maxLength: 14 }).chain((events) =>
    fc.tuple(
      fc.constant(events),
      fc.shuffledSubarray([...events, ...events], {
        minLength: events.length,
        maxLength: events.length * 2,
      }),
    ),
  );
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 0, max: 40 }), ([events, mixed], opening) => {
      // A subarray may leave some out: they are added at the end, so that each has been seen at least once.
      const orders = [events, [...mixed, ...events]];
      const [first, second] = orders.map((order) => {
        const world = new World();
        for (const sku of skus) world.sku(sku, opening);
        world.runAll(order);
        assert.equal(world.verify(), null);
        return shapeOf(world);
      });
      assert.deepEqual(second, first);
    }),
    { numRuns: 1_500 },
  );
});

/** What I4 promises: lines' facts and on hand always; all balances when nothing is short, else the total backlog. */
function shapeOf(world: World): unknown {
  const lines = [...world.bench.lines.values()].map(
    ({ covers: _covers, gone: _gone, expiresAt: _expiresAt, ...facts }) => facts,
  );
  lines.sort((a, b) =>
    `${a.channel}${a.orderId}${a.lineId}` < `${b.channel}${b.orderId}${b.lineId}` ? -1 : 1,
  );
  return {
    lines,
    stock: skus.map((sku) => {
      const { seq: _seq, held, committed, lost: _lost, ...stock } = world.stock(sku);
      const shown = {
        onHand: onHand(world.stock(sku)),
        quarantine: stock.quarantine,
        shortage: stock.shortage,
        presale: stock.presale,
      };
      return stock.shortage > 0 ? shown : { ...stock, held, committed };
    }),
  };
}

test("[T2] a command that fails in the middle leaves nothing behind", () => {
  const world = new World();
  world.sku("A", 5);
  const before = JSON.stringify([[...world.bench.lines], [...world.bench.stocks], world.bench.seq]);
  assert.throws(() =>
    world.bench.attempt(() => {
      world.bench.setStock({ ...world.stock("A"), available: 1 });
      world.bench.fillOrder("x", []);
      throw new Error("power cut");
    }),
  );
  assert.equal(world.reserve("1", "A", 9).code, "insufficient_stock");
  assert.equal(JSON.stringify([[...world.bench.lines], [...world.bench.stocks], world.bench.seq]), before);
  assert.equal(coveredUnits({ covers: [] }), 0);
});
