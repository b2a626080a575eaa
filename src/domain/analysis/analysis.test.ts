import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { validateSession } from "../live/session.ts";
import { fill } from "../live/words.ts";
import { World } from "../world.testing.ts";
import { accuracyReport, OversellFold, type AccuracyPeriod } from "./accuracy.ts";
import { abcOf, ageing, figuresByCategory, figuresOfGroup } from "./figures.ts";
import { bundlesOf, clearancePlan, unitsToReturn } from "./plan.ts";
import { daysWithoutSale, type Product } from "./product.ts";
import { dayMs, daysOf, productOf, today } from "./product.testing.ts";
import { expiringLots, isExpiryAtRisk, replenish, replenishmentOf, unitsExpiring } from "./replenish.ts";
import { isInSeason, thresholdsOf } from "./season.ts";
import { slowActionWords, slowCauseWords, slowMovers } from "./slow.ts";
import { trends } from "./trend.ts";

const policy = { slowMoverDays: 30, turnoverDays: 45 };
const idle = (sku: string, more: Partial<Product> = {}): Product =>
  productOf(sku, { days: daysOf(60), ...more });

void suite("analysis", () => {
  test("[AN1] active rate, turnover, sell-through, GMROI and returns are exactly as defined, in all and by category", () => {
    const products = [
      productOf("A", { days: daysOf(30, { sold: 10, amount: 50_000, closing: 200, returned: 1 }) }),
      idle("B", { days: daysOf(30, { closing: 100 }) }),
      idle("C", { days: daysOf(30, { closing: 0 }), category: "女装" }),
    ];
    const all = figuresOfGroup(products, 30);
    assert.equal(all.activeRate, 50);
    assert.equal(all.turnoverDays, 30);
    assert.equal(all.sellThrough, 50);
    assert.equal(all.returnPercent, 10);
    assert.equal(all.stockCost, 900_000);
    // Margin (50 − 30) × 300 units, twelve and a sixth times a year, on 9,000.00 of stock.
    assert.equal(all.gmroi, (600_000 * (365 / 30)) / 900_000);
    const unknown = figuresOfGroup([{ ...products[0], cost: null } as Product], 30);
    assert.deepEqual([unknown.gmroi, unknown.costMissing, all.costMissing], [null, 1, 0]);
    const slow = { slowMoverDays: 30, turnoverDays: 45 };
    const [food, clothes] = figuresByCategory(products, 30, (one) => thresholdsOf(one, slow, today));
    assert.deepEqual(food?.limit, { turnoverDays: 45, reason: "policy" });
    assert.deepEqual(
      [food?.category, food?.skus, clothes?.category, clothes?.inStock],
      ["零食", 2, "女装", 0],
    );
    assert.equal(clothes?.turnoverDays, null);
  });

  test("[AN2] A, B and C by money: the class in which a product's share begins; shares sum to the whole", () => {
    const amounts = [500, 300, 100, 60, 40, 0];
    const products = amounts.map((amount, index) =>
      productOf(`P${index}`, { days: daysOf(1, { sold: 1, amount }) }),
    );
    assert.deepEqual(
      abcOf(products, 30).map((one) => one.class),
      ["A", "A", "B", "B", "C", "C"],
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 40 }),
        (list) => {
          const items = abcOf(
            list.map((amount, index) => productOf(`P${index}`, { days: daysOf(1, { amount }) })),
            1,
          );
          const sum = items.reduce((all, { percent }) => all + percent, 0);
          assert.ok(list.every((amount) => amount === 0) ? sum === 0 : Math.abs(sum - 100) < 1e-6);
          assert.deepEqual(
            items.map((one) => one.class),
            items.map((one) => one.class).toSorted(),
          );
        },
      ),
    );
  });

  test("[AN3] every unit on the shelf has an age, and stands in one bucket", () => {
    const ages = [0, 30, 31, 60, 90, 91, 180, 181, 4_000];
    const lots = ages.map((days, index) => ({
      arrivedAt: today.now - days * dayMs,
      units: 1 + index,
      expiresAt: null,
    }));
    const buckets = ageing([productOf("A", { lots })], today.now);
    assert.deepEqual(
      buckets.map(({ units }) => units),
      [3, 7, 5, 13, 17],
    );
    assert.equal(
      buckets.reduce((sum, { units }) => sum + units, 0),
      45,
    );
    assert.equal(buckets[0]?.cost, 9_000);
  });

  test("[AN4] slow is what stood in stock without a sale; each has its causes, and actions with what they may bring", () => {
    const products = [
      productOf("HIT", { price: 4_000 }),
      idle("DEAR", { price: 9_000 }),
      idle("S", { style: "裙", category: "女装", season: { first: 5, last: 7 }, cost: null }),
      productOf("M", {
        style: "裙",
        category: "女装",
        days: daysOf(60, { sold: 5, amount: 25_000, shown: true }),
      }),
      idle("L", { style: "裙", category: "女装", days: daysOf(60, { closing: 0, sellable: 0 }) }),
      idle("GONE", { days: daysOf(60, { closing: 0, sellable: 0 }) }),
    ];
    const slow = slowMovers(products, () => policy, today);
    assert.deepEqual(
      slow.map(({ sku }) => sku),
      ["S", "DEAR"],
    );
    const causesOf = (sku: string): readonly string[] =>
      slow.find((one) => one.sku === sku)?.reasons.map(({ cause }) => cause) ?? [];
    assert.deepEqual(causesOf("S"), ["never_shown", "out_of_season", "better_sibling", "sizes_broken"]);
    assert.deepEqual(causesOf("DEAR"), ["never_shown", "dear"]);
    for (const { units, reasons, proposals } of slow) {
      assert.ok(proposals.length > 0);
      for (const { cause, evidence } of reasons)
        assert.ok(fill(slowCauseWords[cause].zh, evidence).ok, cause);
      for (const { action, values, units: sold, amount, margin } of proposals) {
        assert.ok(fill(slowActionWords[action].zh, values).ok, action);
        assert.ok(
          sold > 0 && sold <= units && amount > 0 && (margin === null || Number.isSafeInteger(margin)),
        );
      }
      const amounts = proposals.map(({ amount }) => amount);
      assert.deepEqual(
        amounts,
        amounts.toSorted((a, b) => b - a),
      );
    }
    assert.equal(daysWithoutSale(productOf("X", { days: [...daysOf(5, { closing: 0 }), ...daysOf(3)] })), 3);
  });

  test("[AN5] thresholds know seasons and shelf lives: sooner at the end, not yet before the beginning", () => {
    const reasonOf = (more: Partial<Product>) => thresholdsOf(idle("A", more), policy, today);
    assert.deepEqual(reasonOf({}), { ...policy, reason: "policy" });
    assert.deepEqual(reasonOf({ season: { first: 9, last: 11 } }), {
      slowMoverDays: 15,
      turnoverDays: 19,
      reason: "season_ending",
    });
    assert.equal(reasonOf({ season: { first: 10, last: 2 } }).reason, "policy");
    assert.deepEqual(reasonOf({ season: { first: 5, last: 7 } }), {
      slowMoverDays: 10,
      turnoverDays: 15,
      reason: "out_of_season",
    });
    assert.equal(reasonOf({ season: { first: 1, last: 3 } }).slowMoverDays, null);
    const lots = [{ arrivedAt: today.now, units: 5, expiresAt: today.now + 30 * dayMs }];
    assert.deepEqual(reasonOf({ lots }), { slowMoverDays: 10, turnoverDays: 20, reason: "shelf_life" });
    assert.deepEqual(
      [12, 1, 2, 3].map((month) => isInSeason({ first: 12, last: 2 }, month)),
      [true, true, true, false],
    );
  });

  test("[AN6] rising and falling are further from before than chance; days without stock count on neither side", () => {
    const both = (before: number, now: number): ReturnType<typeof daysOf> => [
      ...daysOf(7, { sold: before }),
      ...daysOf(7, { sold: now }),
    ];
    const found = trends([
      productOf("UP", { days: both(10, 30) }),
      productOf("DOWN", { days: both(30, 5) }),
      productOf("SAME", { days: both(10, 11) }),
      productOf("FEW", { days: both(0, 1) }),
      productOf("OUT", {
        days: [...daysOf(7, { sold: 10 }), ...daysOf(5, { closing: 0 }), ...daysOf(2, { sold: 10 })],
      }),
    ]);
    assert.deepEqual(
      found.map(({ sku, direction }) => [sku, direction]),
      [
        ["DOWN", "falling"],
        ["UP", "rising"],
      ],
    );
    assert.equal(found.find(({ sku }) => sku === "UP")?.changePercent, 200);
  });

  const order = { reviewDays: 7, servicePercent: 95, leadDaysDefault: 5, packUnits: () => 1 };

  test("[AN7] the proposal covers the lead time and the next review, less what is here and coming, plus what is owed", () => {
    const steady = productOf("A", { days: daysOf(60, { sold: 10, sellable: 30 }) });
    const one = replenishmentOf(steady, order, today);
    assert.ok(Math.abs(one.perDay - 10) < 1e-9 && one.safety === 0);
    assert.deepEqual([one.units, one.reorderPoint, one.position, one.urgent], [90, 50, 30, true]);
    const of = (more: Partial<Product>, with_: Partial<typeof order> = {}) =>
      replenishmentOf({ ...steady, ...more }, { ...order, ...with_ }, today);
    assert.equal(of({ incoming: 60 }).units, 0);
    assert.equal(of({ presale: 25 }).units, 115);
    assert.equal(of({}, { packUnits: () => 24 }).units, 96);
    const uneven = [...daysOf(30, { sold: 20, sellable: 30 }), ...daysOf(30, { sold: 2, sellable: 30 })];
    assert.ok(of({ days: uneven }).safety > 0);
    assert.equal(of({ days: daysOf(60) }).units, 0);
    const soldOut = [...daysOf(40, { sold: 10 }), ...daysOf(20, { closing: 0, sellable: 0 })];
    assert.ok(Math.abs(of({ days: soldOut }).perDay - 10) < 1e-9, "an empty shelf is no lack of demand");
    assert.deepEqual(
      replenish([steady, idle("B")], order, today).map(({ sku }) => sku),
      ["A"],
    );
  });

  test("[AN8] no more is ordered than sells before the season or the shelf life ends, and what will expire is known", () => {
    const steady = productOf("A", { days: daysOf(60, { sold: 10, sellable: 30 }) });
    const ending = replenishmentOf(
      { ...steady, season: { first: 9, last: 11 } },
      { ...order, reviewDays: 30 },
      today,
    );
    assert.deepEqual([ending.units, ending.cappedBy], [160, "season"]);
    const over = replenishmentOf({ ...steady, season: { first: 5, last: 7 } }, order, today);
    assert.deepEqual([over.units, over.cappedBy], [0, "season"]);
    const lots = [{ arrivedAt: today.now, units: 30, expiresAt: today.now + 2 * dayMs }];
    const fresh = replenishmentOf({ ...steady, lots }, order, today);
    assert.deepEqual([fresh.units, fresh.cappedBy], [40, "shelf_life"]);
    assert.equal(unitsExpiring({ ...steady, lots }, today.now), 10);
    assert.equal(isExpiryAtRisk({ ...steady, lots }, today.now), true);
    const later = [...lots, { arrivedAt: today.now, units: 30, expiresAt: today.now + 4 * dayMs }];
    assert.equal(unitsExpiring({ ...steady, lots: later }, today.now), 20);
  });

  test("[AN18] each lot that expires before it would be sold is listed, whoever expires first sold first", () => {
    const steady = productOf("A", { days: daysOf(60, { sold: 10, amount: 1_000 }) });
    const lot = (name: string | undefined, units: number, days: number) => ({
      arrivedAt: today.now,
      units,
      expiresAt: today.now + days * dayMs,
      ...(name === undefined ? {} : { lot: name }),
    });
    const lots = [
      lot("LATE", 30, 9),
      lot("EARLY", 30, 2),
      lot(undefined, 30, 4),
      { arrivedAt: today.now, units: 900, expiresAt: null },
    ];
    // Twenty of EARLY go in two days, twenty of the next in the two after; then there are five days for thirty.
    assert.deepEqual(
      expiringLots({ ...steady, lots }, today.now).map(({ lot: name, units, unsold, value }) => [
        name,
        units,
        unsold,
        value,
      ]),
      [
        ["EARLY", 30, 10, 30_000],
        [null, 30, 10, 30_000],
      ],
    );
    const gone = { ...idle("B"), lots: [lot("OVER", 5, -1)] };
    assert.deepEqual(
      expiringLots(gone, today.now).map(({ unsold }) => unsold),
      [5],
      "what is over already is all left over",
    );
  });

  test("[AN9] an oversell lasts from the first uncovered unit to the last covered one, as the journal says", () => {
    const world = new World();
    world.sku("A", 3);
    world.observe("1", "A", 5, { at: 10, updatedAt: 10 });
    world.observe("2", "A", 4, { at: 20, updatedAt: 20, channel: "taobao" });
    world.now = 30;
    world.receive("A", 10);
    world.observe("3", "A", 9, { at: 40, updatedAt: 40 });
    const fold = new OversellFold();
    for (const entry of world.bench.entries) fold.add(entry);
    const found = fold.oversells();
    assert.deepEqual(
      found.map(({ from, to, most, units, channels }) => ({ from, to, most, units, channels })),
      [
        { from: 10, to: 30, most: 6, units: 6, channels: ["douyin", "taobao"] },
        { from: 40, to: null, most: 5, units: 5, channels: ["douyin"] },
      ],
    );
    assert.equal(world.stock("A").shortage, 5);
  });

  test("[AN10] accuracy over time: oversold of what was ordered, bins and units that were right, and what that saved", () => {
    const period = (date: string, more: Partial<AccuracyPeriod>): AccuracyPeriod => ({
      date,
      ordered: 1_000,
      oversold: 0,
      bins: 10,
      binsRight: 10,
      varianceUnits: 0,
      countedUnits: 200,
      oversellCost: 0,
      ...more,
    });
    const report = accuracyReport([
      period("1", { oversold: 10, oversellCost: 5_000, binsRight: 6 }),
      period("2", { oversold: 10, oversellCost: 5_000, varianceUnits: 10 }),
      period("3", { ordered: 3_000, oversold: 3, oversellCost: 900 }),
      period("4", { ordered: 1_000, bins: 0, binsRight: 0, countedUnits: 0 }),
    ]);
    assert.deepEqual(report.points[0], {
      date: "1",
      ordered: 1_000,
      oversold: 10,
      oversellCost: 5_000,
      oversellPer100k: 1_000,
      ira: 60,
      unitAccuracy: 100,
    });
    assert.deepEqual(report.points[3], {
      date: "4",
      ordered: 1_000,
      oversold: 0,
      oversellCost: 0,
      oversellPer100k: 0,
      ira: null,
      unitAccuracy: null,
    });
    assert.deepEqual([report.before.ira, report.after.ira], [80, 100]);
    assert.deepEqual([report.savedUnits, report.savedAmount], [37, 19_100]);
    assert.deepEqual(report.saving, {
      ordered: 4_000,
      expectedUnits: 40,
      units: 3,
      expectedCost: 20_000,
      cost: 900,
    });
    assert.deepEqual([accuracyReport([]).savedUnits, accuracyReport([]).saving], [null, null]);
  });

  test("[AN11] what was chosen for slow movers is the draft of a session, with prices and targets", () => {
    const [mover] = slowMovers([idle("A"), productOf("HIT")], () => policy, today);
    assert.ok(mover !== undefined);
    const chosen = mover.proposals.map((proposal) => ({ mover, proposal, price: 5_000 }));
    const options = { id: "s9", title: "清仓专场", channels: ["douyin"], startsAt: today.now };
    const plan = clearancePlan(chosen, options);
    const bundles = chosen.filter(({ proposal }) => proposal.action === "bundle").length;
    assert.equal(bundles, 1);
    assert.equal(
      plan.slots.length,
      chosen.length - 1 + bundles,
      "what goes back to the supplier is not shown; a bundle's partner is on after it",
    );
    assert.ok(plan.slots.some(({ price }) => price === 2_500));
    assert.ok(plan.slots.every(({ target }) => target !== null && target > 0));
    const known = { skus: new Set(["A", "HIT"]), channels: new Set(["douyin"]) };
    assert.deepEqual(validateSession(plan, known), []);
  });

  test("[AN14] a bundle is the product at its bundle price with its partner after it, and a listing of both", () => {
    const movers = slowMovers([idle("A"), productOf("HIT")], () => policy, today);
    const [mover] = movers;
    const proposal = mover?.proposals.find(({ action }) => action === "bundle");
    assert.ok(mover !== undefined && proposal !== undefined);
    assert.deepEqual(proposal.values, { sku: "HIT", price: 4_500 + 5_000 });
    const chosen = [{ mover, proposal, price: 5_000 }];
    const plan = clearancePlan(chosen, { id: "s9", title: "t", channels: ["douyin"], startsAt: today.now });
    assert.deepEqual(
      plan.slots.map(({ sku, price, target }) => [sku, price, target]),
      [
        ["A", 4_500, proposal.units],
        ["HIT", null, proposal.units],
      ],
    );
    const of = (sku: string) => ({ name: `名${sku}`, price: 5_000 });
    const [bundle, ...others] = bundlesOf(chosen, of);
    assert.deepEqual(others, []);
    assert.deepEqual(bundle, {
      sku: "A",
      partner: "HIT",
      price: 9_500,
      listing: {
        listing: "set-A-HIT",
        title: "名A + 名HIT",
        parts: [
          { sku: "A", units: 1, gift: false },
          { sku: "HIT", units: 1, gift: false },
        ],
      },
    });
    assert.deepEqual(bundlesOf(chosen, of), [bundle], "the same pair is the same listing");
  });

  test("[AN15] what goes back to the supplier is what stands on shelves and nobody ordered", () => {
    const shelf = (warehouse: string, bin: string, quantity: number, quality: "good" | "bad" = "good") => ({
      sku: "A",
      warehouse,
      bin,
      lot: "",
      quality,
      quantity,
    });
    const placements = [
      shelf("main", "A-01", 3),
      shelf("main", "A-02", 9),
      shelf("main", "Q-01", 4, "bad"),
      shelf("east", "E-01", 5),
    ];
    const stocks = [
      { warehouse: "main", available: 10 },
      { warehouse: "east", available: 0 },
    ];
    assert.deepEqual(
      unitsToReturn(stocks, placements).map(({ bin, units }) => [bin, units]),
      [
        ["A-02", 9],
        ["A-01", 1],
      ],
    );
  });
});
