import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Observe } from "./command.ts";
import { backlogOf, coveredUnits } from "./order.ts";
import type { Cover } from "./rows.ts";
import { World, observeOf } from "./world.testing.ts";

/** Several warehouses: which one a line is covered from, and that none keeps a unit that somebody waits for. */

const warehouses = ["main", "east", "west"] as const;
const units = fc.integer({ min: 1, max: 6 });

function worldOf(
  channels: Readonly<Record<string, readonly string[]>>,
  opening: readonly number[] = [],
): World {
  const world = new World();
  for (const warehouse of warehouses)
    world.run({ type: "putWarehouse", warehouse, name: warehouse, ...world.by() });
  for (const [channel, from] of Object.entries(channels))
    world.run({ type: "putChannel", channel: { channel, warehouses: from }, ...world.by() });
  world.sku("A");
  for (const [index, quantity] of opening.entries())
    if (quantity > 0)
      world.receive("A", quantity, { warehouse: warehouses[index] ?? "main", key: `o${index}` });
  return world;
}

const event: fc.Arbitrary<Observe> = fc
  .record({
    id: fc.nat(5),
    channel: fc.constantFrom("douyin", "taobao"),
    quantity: units,
    updatedAt: fc.integer({ min: 1, max: 9 }),
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
  .map(({ id, quantity, counters, ...more }) =>
    observeOf(`o${id}`, "A", quantity, { ...more, ...counters, placedAt: id }),
  );

/** What the rule says of a new line: all from the first that has it, else what each has, in order. */
function expectedCovers(free: readonly (readonly [string, number])[], wanted: number): readonly Cover[] {
  const whole = free.find(([, available]) => available >= wanted);
  if (whole !== undefined) return [{ warehouse: whole[0], units: wanted }];
  const covers: Cover[] = [];
  let open = wanted;
  for (const [warehouse, available] of free) {
    const taken = Math.min(open, available);
    if (taken > 0) covers.push({ warehouse, units: taken });
    open -= taken;
  }
  return covers;
}

test("[B4] whatever stands where, a new line is covered from the first that has it whole, else split in order", () => {
  const order = fc.shuffledSubarray([...warehouses], { minLength: 1 });
  const opening = fc.array(fc.nat(6), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(order, opening, fc.array(units, { maxLength: 8 }), (from, stock, wants) => {
      const world = worldOf({ douyin: from }, stock);
      for (const [index, wanted] of wants.entries()) {
        const free = from.map((warehouse) => [warehouse, world.stock("A", warehouse).available] as const);
        world.observe(`o${index}`, "A", wanted, {});
        const covers = world.bench.orderLines("douyin", `o${index}`)[0]?.covers;
        assert.deepEqual(covers, expectedCovers(free, wanted));
      }
      assert.equal(world.verify(), null);
    }),
    { numRuns: 600 },
  );
});

const act = fc.oneof(
  { weight: 6, arbitrary: event },
  {
    weight: 3,
    arbitrary: fc.record({
      receive: fc.constantFrom(...warehouses),
      quantity: units,
    }),
  },
  { weight: 2, arbitrary: fc.record({ lose: fc.constantFrom(...warehouses), quantity: units }) },
);

test("[B5] no warehouse keeps a free unit that a line of one of its channels waits for", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const channels = { douyin: ["main", "east"], taobao: ["west", "main"] };
      const world = worldOf(channels, [3, 3, 3]);
      for (const [index, one] of acts.entries()) {
        world.now += 1;
        if ("type" in one) world.run(one);
        else if ("receive" in one)
          world.receive("A", one.quantity, { warehouse: one.receive, key: `r${index}` });
        else world.adjust("count_loss", "A", one.quantity, { warehouse: one.lose, key: `l${index}` });
        for (const line of world.bench.lines.values()) {
          if (backlogOf(line).shortage === 0) continue;
          for (const warehouse of channels[line.channel as keyof typeof channels])
            assert.equal(
              world.stock("A", warehouse).available,
              0,
              `${line.orderId} waits after step ${index} while ${warehouse} has free units`,
            );
        }
      }
      assert.equal(world.verify(), null);
    }),
    { numRuns: 1_500 },
  );
});

test("[I4] over several warehouses that all channels sell from, any permutation ends in the same sums", () => {
  const shuffled = fc
    .array(event, { minLength: 1, maxLength: 12 })
    .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray([...events, ...events])));
  fc.assert(
    fc.property(
      shuffled,
      fc.array(fc.nat(12), { minLength: 3, maxLength: 3 }),
      ([events, mixed], opening) => {
        const [first, second] = [events, [...mixed, ...events]].map((order) => {
          const world = worldOf({ douyin: warehouses, taobao: warehouses }, opening);
          world.runAll(order);
          assert.equal(world.verify(), null);
          return sumsOf(world);
        });
        assert.deepEqual(second, first);
      },
    ),
    { numRuns: 1_000 },
  );
});

function sumsOf(world: World): unknown {
  const sums = { available: 0, held: 0, committed: 0, quarantine: 0, customer: 0, shortage: 0 };
  for (const stock of world.bench.stocksOf("A"))
    for (const place of Object.keys(sums) as (keyof typeof sums)[]) sums[place] += stock[place];
  const lines = [...world.bench.lines.values()]
    .map(({ covers: _covers, gone: _gone, expiresAt: _expiresAt, ...facts }) => facts)
    .toSorted((a, b) => (`${a.channel}${a.orderId}` < `${b.channel}${b.orderId}` ? -1 : 1));
  const onHand = sums.available + sums.held + sums.committed + sums.quarantine;
  const short = sums.shortage > 0;
  assert.ok([...world.bench.lines.values()].every((line) => coveredUnits(line) >= 0));
  return { lines, onHand, quarantine: sums.quarantine, shortage: sums.shortage, ...(short ? {} : sums) };
}
