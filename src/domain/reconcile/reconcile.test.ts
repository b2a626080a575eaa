import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { Line } from "../rows.ts";
import { World, type observeOf } from "../world.testing.ts";
import { causeCodes, causes, type CauseCode } from "./cause.ts";
import { repairCommands, type Context, type LineResult } from "./compare.ts";
import type { ChannelLine } from "./line.ts";
import { compareBookLines, compareChannelLines, reconcile } from "./merge.ts";
import { listOf, wholeTime } from "./reconcile.testing.ts";
import { Tally } from "./summary.ts";

async function compare(
  there: readonly ChannelLine[],
  here: Iterable<Line>,
  context: Partial<Context> = {},
): Promise<LineResult[]> {
  const results: LineResult[] = [];
  const books = [...here].filter((line) => line.channel === "douyin").toSorted(compareBookLines);
  const lines = there.toSorted(compareChannelLines);
  for await (const result of reconcile(lines, books, { ...wholeTime, ...context })) results.push(result);
  return results;
}

/** A shop with one paid order of three pieces and its list. */
function oneOrder(more: Parameters<typeof observeOf>[3] = {}): { world: World; list: ChannelLine } {
  const world = new World();
  world.sku("A", 100);
  world.sku("B", 100);
  world.observe("1", "A", 3, { amount: 900, ...more });
  const [list] = listOf(world.bench.lines.values());
  assert.ok(list !== undefined);
  return { world, list };
}

void suite("reconciliation", () => {
  test("[RC1] a list that says what the books say matches line by line, bundles too", async () => {
    const { world } = oneOrder();
    world.run({
      type: "putListings",
      channel: "douyin",
      items: [
        {
          listing: "set",
          parts: [
            { sku: "A", units: 2, gift: false },
            { sku: "B", units: 1, gift: false },
          ],
        },
      ],
      ...world.by(),
    });
    world.observe("2", "A", 4, { listing: "set", amount: 1_001 });
    const results = await compare(listOf(world.bench.lines.values()), world.bench.lines.values());
    assert.equal(results.length, 2);
    assert.deepEqual(
      results.flatMap(({ differences }) => differences),
      [],
    );
  });

  /** What the list says instead of what the books say, and what the comparison has to find. */
  const cases: readonly (readonly [string, Partial<ChannelLine>, readonly CauseCode[], number, string?])[] = [
    ["the same", {}, [], 0],
    ["more pieces there", { quantity: 5, updatedAt: 2_000_000 }, ["changed_there"], 2],
    ["more pieces in an older list", { quantity: 5, updatedAt: 5 }, ["books_newer"], 2],
    ["closed there", { closed: 3 }, ["closed_there"], -3],
    ["partly closed there", { closed: 1 }, ["closed_there"], -1],
    ["refunded there", { refund: "refunded" }, ["refunded_there"], -3],
    ["a refund asked for", { refund: "requested" }, ["refund_there"], 0],
    ["sent there", { shipped: 3 }, ["shipped_there"], -3],
    ["partly sent and partly closed there", { shipped: 2, closed: 1 }, ["shipped_there", "closed_there"], -3],
    ["unpaid there", { stage: "created", updatedAt: 2_000_000 }, ["unpaid_there"], 0],
    ["pending there", { stage: "pending", updatedAt: 2_000_000 }, ["pending_there"], 0],
    ["a word nobody knows", { stage: null, status: "冻结" }, ["unknown_status"], 0],
    ["cheaper there", { amount: 800 }, ["lower_there"], 0],
    ["dearer there", { amount: 1_000 }, ["higher_there"], 0],
    ["a cent off", { amount: 899 }, ["rounding"], 0],
    ["no amount there", { amount: null }, [], 0],
    ["another product there", { sku: "B" }, ["product_changed"], 0],
    ["another line id, the same product", { lineId: "9" }, [], 0],
  ];
  for (const [what, change, expected, units] of cases) {
    test(`[RC2] ${what}`, async () => {
      const { world, list } = oneOrder();
      const [result, ...more] = await compare([{ ...list, ...change }], world.bench.lines.values(), {
        amountTolerance: 1,
      });
      assert.ok(result !== undefined);
      assert.deepEqual(more, []);
      assert.deepEqual(
        result.differences.map(({ cause }) => cause),
        expected,
      );
      const live = result.differences.flatMap((one) => one.live);
      assert.equal(
        live.reduce((sum, one) => sum + one.units, 0),
        units,
      );
      for (const { cause, repair } of result.differences) assert.equal(repair, causes[cause].repair);
    });
  }

  test("[RC2] what the books did and the channel did not", async () => {
    const closed = oneOrder({ closed: 2 });
    const [first] = await compare([{ ...closed.list, closed: 0 }], closed.world.bench.lines.values());
    assert.deepEqual(
      first?.differences.map(({ cause }) => cause),
      ["closed_here"],
    );
    const shipped = oneOrder({ shipped: 3 });
    const [second] = await compare([{ ...shipped.list, shipped: 0 }], shipped.world.bench.lines.values());
    assert.deepEqual(
      second?.differences.map(({ cause }) => cause),
      ["shipped_here"],
    );
    const expired = oneOrder({ stage: "created", expiresAt: 5 });
    expired.world.run({ type: "expire", channel: "douyin", orderId: "1", ...expired.world.by() });
    const paid = { ...expired.list, stage: "paid", updatedAt: 2_000_000 } as const;
    const [third] = await compare([paid], expired.world.bench.lines.values());
    assert.deepEqual(
      third?.differences.map(({ cause }) => cause),
      ["paid_after_expiry"],
    );
  });

  test("[RC3] a line on one side only has a cause: too new, too old, unmapped, unpaid, out of the list's period, or lost", async () => {
    const { world, list } = oneOrder();
    const here = [...world.bench.lines.values()];
    const causeOf = async (
      there: readonly ChannelLine[],
      books: readonly Line[],
      context: Partial<Context> = {},
    ): Promise<string | undefined> => (await compare(there, books, context))[0]?.differences[0]?.cause;
    assert.equal(await causeOf([list], []), "lost_event");
    assert.equal(await causeOf([list], [], { readUntil: list.updatedAt - 1 }), "not_read_yet");
    assert.equal(await causeOf([list], [], { booksSince: list.placedAt + 1 }), "before_books");
    assert.equal(await causeOf([list], [], { isMapped: () => false }), "unmapped");
    assert.equal(await causeOf([{ ...list, closed: 3 }], []), "closed_before_seen");
    assert.equal(await causeOf([], here), "unknown_there");
    assert.equal(await causeOf([], here, { to: list.placedAt }), "outside_list");
    const unpaid = oneOrder({ stage: "created" });
    assert.equal(await causeOf([], [...unpaid.world.bench.lines.values()]), "unpaid_not_listed");
    const closed = oneOrder({ closed: 3 });
    assert.equal(await causeOf([], [...closed.world.bench.lines.values()]), "closed_not_listed");
  });

  test("[RC4] a line that the list has twice counts once, as it was last", async () => {
    const { world, list } = oneOrder();
    const older = { ...list, updatedAt: list.updatedAt - 10, quantity: 7 };
    const results = await compare([older, list, older], world.bench.lines.values());
    assert.equal(results.length, 1);
    assert.deepEqual(results[0]?.differences, []);
  });

  test("[RC4] a list that is not sorted is refused, never compared wrongly", async () => {
    const { world, list } = oneOrder();
    const unsorted = ["2", "1"].map((orderId) => ({ ...list, orderId }));
    await assert.rejects(async () => {
      for await (const _ of reconcile(unsorted, world.bench.lines.values(), wholeTime));
    }, /sorted by order id/);
  });

  /** Any shop of paid, unpaid, closed and shipped orders against any list of the same orders. */
  const looks = fc.array(
    fc.record({
      order: fc.integer({ min: 1, max: 8 }),
      sku: fc.constantFrom("A", "B"),
      quantity: fc.integer({ min: 1, max: 6 }),
      stage: fc.constantFrom("created", "pending", "paid"),
      closed: fc.integer({ min: 0, max: 6 }),
      shipped: fc.integer({ min: 0, max: 6 }),
      refund: fc.constantFrom("none", "requested", "refunded"),
      amount: fc.integer({ min: 1, max: 5_000 }),
      at: fc.integer({ min: 1_000, max: 900_000 }),
    }),
    { maxLength: 25 },
  );
  type Looks = typeof looks extends fc.Arbitrary<infer T> ? T : never;

  function shopOf(seen: Looks): World {
    const world = new World();
    for (const sku of ["A", "B"]) world.sku(sku, 30);
    const skus = new Map<number, string>();
    for (const { order, sku, quantity, at, closed, shipped, ...more } of seen) {
      skus.set(order, skus.get(order) ?? sku);
      world.observe(String(order), skus.get(order) ?? sku, quantity, {
        ...more,
        closed: Math.min(closed, quantity),
        shipped: Math.min(shipped, Math.max(0, quantity - closed)),
        updatedAt: at,
      });
    }
    return world;
  }

  test("[RC5] every repair in one tap: what is taken over matches when it is compared again, and twice changes nothing", async () => {
    await fc.assert(
      fc.asyncProperty(looks, looks, async (seenHere, seenThere) => {
        const world = shopOf(seenHere);
        const list = listOf(shopOf(seenThere).bench.lines.values());
        const tap = (results: readonly LineResult[]): void => {
          for (const result of results) {
            const actions = new Set(result.differences.map(({ repair }) => repair));
            for (const action of actions)
              world.runAll(repairCommands(result, action, wholeTime, { actor: "tester", at: 1_000_000 }));
          }
        };
        const taken = causeCodes.filter((cause) => causes[cause].repair === "take_over");
        const before = await compare(list, world.bench.lines.values());
        tap(before);
        assert.equal(world.verify(), null);
        const after = await compare(list, world.bench.lines.values());
        const left = after.flatMap(({ differences }) => differences.map(({ cause }) => cause));
        assert.deepEqual(
          left.filter((cause) => taken.includes(cause)),
          [],
        );
        const { seq } = world.bench;
        tap(after.filter(({ differences }) => differences.every(({ repair }) => repair === "take_over")));
        assert.equal(world.bench.seq, seq, "nothing more to move");
      }),
      { numRuns: 150 },
    );
  });

  test("[RC6] the causes explain every unit by which a SKU's two sides differ", async () => {
    await fc.assert(
      fc.asyncProperty(looks, looks, async (seenHere, seenThere) => {
        const tally = new Tally();
        const list = listOf(shopOf(seenThere).bench.lines.values());
        for (const result of await compare(list, shopOf(seenHere).bench.lines.values())) tally.add(result);
        const { skus, lines, matched, differing } = tally.summary();
        assert.equal(matched + differing, lines);
        for (const { sku, live, shipped, causes: found } of skus) {
          assert.equal(
            found.reduce((sum, one) => sum + one.live, 0),
            live,
            `${sku} to be sent`,
          );
          assert.equal(
            found.reduce((sum, one) => sum + one.shipped, 0),
            shipped,
            `${sku} sent`,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test("[RC7] 100,000 lines are compared in less than 10 seconds", async (t) => {
    const { world, list } = oneOrder();
    const [known] = world.bench.lines.values();
    assert.ok(known !== undefined);
    const ids = Array.from({ length: 100_000 }, (_, index) => String(1_000_000 + index));
    const books = ids.filter((_, index) => index % 100 !== 7).map((orderId) => ({ ...known, orderId }));
    const lines = ids
      .filter((_, index) => index % 100 !== 13)
      .map((orderId, index) => ({ ...list, orderId, quantity: index % 50 === 3 ? 4 : 3 }));
    const tally = new Tally();
    // The processor's time: other tests that run beside this one are no part of it.
    const before = process.cpuUsage();
    for await (const result of reconcile(lines, books, wholeTime)) tally.add(result);
    const { user, system } = process.cpuUsage(before);
    const seconds = (user + system) / 1e6;
    const { differing, skus } = tally.summary();
    t.diagnostic(`100,000 lines, ${differing} of them different: ${seconds.toFixed(2)} s`);
    assert.ok(seconds < 10, `${seconds} s`);
    assert.ok(differing > 3_900);
    assert.equal(skus.length, 1);
  });
});
