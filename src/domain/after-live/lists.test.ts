import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { hourMs } from "../live/time.ts";
import { backlogOf, coveredUnits } from "../order.ts";
import type { Line } from "../rows.ts";
import { World } from "../world.testing.ts";
import { deskCommands, shortageDesk, type DeskAction, type DeskLine, type DeskRules } from "./desk.ts";
import { doubtfulSkus, openRefunds, pendingPayments, presaleLines, type DoubtInput } from "./lists.ts";

const t0 = 1_000_000;
const ids = (list: readonly { readonly line: Line }[]): readonly string[] =>
  list.map(({ line }) => line.orderId);

function linesOf(world: World): readonly Line[] {
  return [...world.bench.lines.values()];
}

const rules: DeskRules = {
  now: t0,
  shipHours: () => 48,
  alternates: (sku) => (sku === "A" ? [{ sku: "B", sellable: 3 }] : []),
};

/** Five units of A, ten sold to five buyers. */
function oversold(): World {
  const world = new World();
  world.sku("A", 5);
  world.sku("B", 3);
  for (let order = 1; order <= 5; order += 1)
    world.observe(String(order), "A", 2, { at: t0 + order, updatedAt: t0 + order, amount: 200 });
  return world;
}

void suite("the lists of a review", () => {
  test("[RV6] pending payments are apart: they hold their units and are no sale; unpaid and paid ones are not among them", () => {
    const world = new World();
    world.sku("A", 50);
    world.observe("later", "A", 3, { stage: "pending", updatedAt: 20 });
    world.observe("first", "A", 2, { stage: "pending", updatedAt: 10 });
    world.observe("unpaid", "A", 1, { stage: "created" });
    world.observe("paid", "A", 1);
    world.observe("closed", "A", 1, { stage: "pending", closed: 1 });
    const pending = pendingPayments(linesOf(world), t0);
    assert.deepEqual(ids(pending), ["first", "later"]);
    assert.deepEqual(
      pending.map(({ held }) => held),
      [2, 3],
    );
    assert.equal(world.stock("A").held, 6, "and the unpaid one");
  });

  test("[RV7] refunds stand in the order in which they are due; those of today are marked, sent goods have to come back", () => {
    const world = new World();
    world.sku("A", 50);
    world.observe("sent", "A", 2, { refund: "requested", shipped: 2, updatedAt: t0 });
    world.observe("old", "A", 1, { refund: "agreed", updatedAt: t0 - 40 * hourMs });
    world.observe("done", "A", 1, { refund: "refunded" });
    world.observe("none", "A", 1);
    const found = openRefunds(linesOf(world), { answerHours: () => 48, now: t0, dayEnds: t0 + 24 * hourMs });
    assert.deepEqual(
      found.map(({ line, sent, units, today, overdue }) => [line.orderId, sent, units, today, overdue]),
      [
        ["old", false, 1, true, false],
        ["sent", true, 2, false, false],
      ],
    );
  });

  test("[RV8] presale stands apart, by its promised date", () => {
    const world = new World();
    world.sku("A", 50);
    for (const orderId of ["nobody said", "soon", "late"])
      world.observe(orderId, "A", 2, { kind: "presale" });
    world.observe("spot", "A", 2);
    const promised = new Map([
      ["soon", t0 + 5],
      ["late", t0 - 5],
    ]);
    const found = presaleLines(linesOf(world), ({ orderId }) => promised.get(orderId) ?? null, t0);
    assert.deepEqual(ids(found), ["late", "soon", "nobody said"]);
    assert.deepEqual(
      found.map(({ late, waiting }) => [late, waiting]),
      [
        [true, 2],
        [false, 2],
        [false, 2],
      ],
    );
  });

  test("[RV9] what comes goes to whoever ordered first; the others are swapped while there is something to swap for, else refunded", () => {
    const world = oversold();
    const desk = shortageDesk(linesOf(world), [{ sku: "A", units: 1, arrivesAt: t0 + hourMs }], rules);
    assert.deepEqual(
      desk.map(({ line, short, promised, suggested, swapFor }) => [
        line.orderId,
        short,
        promised,
        suggested,
        swapFor,
      ]),
      [
        ["3", 1, 1, "wait", null],
        ["4", 2, 0, "swap", "B"],
        ["5", 2, 0, "refund", null],
      ],
    );
    const late = shortageDesk(linesOf(world), [{ sku: "A", units: 5, arrivesAt: t0 + 90 * hourMs }], {
      ...rules,
      alternates: () => [],
    });
    assert.deepEqual(
      late.map(({ suggested }) => suggested),
      ["presale", "presale", "presale"],
    );
    assert.ok((late[0]?.hoursLeft ?? 0) > 47);
  });

  test("[RV10] each decision is a command that ends the shortage of its line, and leaves what stands ready for it", () => {
    const decided = (action: DeskAction): readonly [World, DeskLine] => {
      const world = oversold();
      const line = shortageDesk(linesOf(world), [], rules).find((one) => one.swapFor !== null);
      assert.ok(line !== undefined);
      assert.equal(line.line.orderId, "3");
      const outcomes = world.runAll(deskCommands(line, action, { actor: "tester", at: t0 + 9 }));
      for (const { code } of outcomes) assert.ok(["applied", "shortage", "reserved"].includes(code), code);
      assert.equal(world.verify(), null);
      return [world, line];
    };
    const shortOf = (world: World): number =>
      linesOf(world).reduce((sum, line) => sum + (line.orderId === "3" ? backlogOf(line).shortage : 0), 0);
    for (const action of ["refund", "presale", "swap"] as const)
      assert.equal(shortOf(decided(action)[0]), 0, action);
    assert.equal(decided("refund")[0].stock("A").committed, 5, "its first unit is still its own");
    assert.equal(decided("swap")[0].stock("B").committed, 1);
    assert.equal(shortOf(decided("wait")[0]), 1);
  });

  test("[RV9] whatever is short and coming, no unit is promised twice and no swap takes more than there is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 }),
        fc.array(
          fc.record({ units: fc.integer({ min: 0, max: 9 }), hours: fc.integer({ min: 0, max: 90 }) }),
          { maxLength: 4 },
        ),
        fc.integer({ min: 0, max: 12 }),
        (orders, incoming, sellable) => {
          const world = new World();
          world.sku("A", 6);
          for (const [index, units] of orders.entries())
            world.observe(`${index}`, "A", units, { updatedAt: t0 + index });
          const desk = shortageDesk(
            linesOf(world),
            incoming.map(({ units, hours }) => ({ sku: "A", units, arrivesAt: t0 + hours * hourMs })),
            { ...rules, alternates: () => [{ sku: "B", sellable }] },
          );
          const sum = (of: (line: DeskLine) => number): number =>
            desk.reduce((all, line) => all + of(line), 0);
          assert.equal(
            sum(({ short }) => short),
            world.stock("A").shortage,
          );
          assert.ok(sum(({ promised }) => promised) <= incoming.reduce((all, { units }) => all + units, 0));
          assert.ok(sum(({ short, swapFor }) => (swapFor === null ? 0 : short)) <= sellable);
          for (const { promised, short } of desk) assert.ok(promised <= short);
        },
      ),
    );
  });

  test("[RV9] what the desk promises is what the books do when the goods come: sent units are paid first, then who ordered first", () => {
    const order = fc.record({
      units: fc.integer({ min: 1, max: 5 }),
      at: fc.integer({ min: 1, max: 3 }),
      sent: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(order, { minLength: 1, maxLength: 10 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
        (orders, arrivals) => {
          const world = new World();
          world.sku("A", 4);
          for (const [index, { units, at, sent }] of orders.entries())
            world.observe(`${index}`, "A", units, { placedAt: t0 + at, ...(sent ? { shipped: units } : {}) });
          const incoming = arrivals.map((units, index) => ({ sku: "A", units, arrivesAt: t0 + index }));
          const desk = shortageDesk(linesOf(world), incoming, rules);
          const covered = (): ReadonlyMap<string, number> =>
            new Map(linesOf(world).map((line) => [line.orderId, coveredUnits(line)]));
          const before = covered();
          for (const units of arrivals) world.receive("A", units);
          const after = covered();
          for (const { line, promised } of desk)
            assert.equal(
              (after.get(line.orderId) ?? 0) - (before.get(line.orderId) ?? 0),
              promised,
              line.orderId,
            );
        },
      ),
      { numRuns: 300 },
    );
  });

  test("[RV11] what is doubtful is counted tonight, the most doubtful first, with its reasons", () => {
    const calm: DoubtInput = {
      sku: "A",
      shortageMost: 0,
      shippedUnbooked: 0,
      lastVariance: 0,
      returned: 0,
      sold: 1,
      onHand: 50,
      daysSinceCount: 3,
    };
    const found = doubtfulSkus([
      calm,
      { ...calm, sku: "B", shortageMost: 2 },
      { ...calm, sku: "C", lastVariance: -1, returned: 1 },
      { ...calm, sku: "D", sold: 60 },
      { ...calm, sku: "E", daysSinceCount: null, onHand: 2, sold: 0 },
      { ...calm, sku: "F", returned: 3, onHand: 3 },
    ]);
    assert.deepEqual(
      found.map(({ sku, doubts }) => [sku, ...doubts]),
      [
        ["B", "oversold"],
        ["C", "variance", "returned"],
        ["F", "returned"],
        ["D", "busy"],
      ],
    );
    assert.equal(
      doubtfulSkus(
        [
          { ...calm, shortageMost: 1 },
          { ...calm, sku: "B", shortageMost: 1 },
        ],
        1,
      ).length,
      1,
    );
  });
});
