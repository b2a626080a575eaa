import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { hourMs } from "../live/time.ts";
import type { Entry } from "../rows.ts";
import { World, type observeOf } from "../world.testing.ts";
import { addToColumns, balanceParts, emptyColumns, faultsOf, noBalance } from "./balance.ts";
import { canonicalText } from "./canonical.ts";
import { dayReports, type DayReport } from "./day-report.ts";
import { ReportDays, type ReportDay } from "./days.ts";
import { addDaySums, DayFold, emptyOpening, quietDay, type DaySums, type ZoneOf } from "./fold.ts";
import { daySheet } from "./sheet.ts";

const dayMs = 24 * hourMs;

/** Business days of an imagined shop: a day of 24 hours from 04:00, named by its number. */
function dayOf(at: number): ReportDay {
  const number = Math.floor((at - 4 * hourMs) / dayMs);
  const from = number * dayMs + 4 * hourMs;
  return { date: `2000-01-${String(number).padStart(2, "0")}`, from, to: from + dayMs };
}

function reportsOf(world: World, zoneOf?: ZoneOf): readonly DayReport[] {
  const fold = new DayFold(new ReportDays(dayOf), zoneOf);
  for (const [index, entry] of world.bench.entries.entries()) fold.addEntry(entry, index + 1);
  for (const sale of world.bench.sales) fold.addSale(sale);
  return dayReports(fold.days(), {
    opening: emptyOpening,
    currency: "CNY",
    skuOf: (sku) => ({ sku, code: sku, name: sku, category: sku === "A" ? "衣" : "食" }),
  });
}

/** One thing after another in a shop of two SKUs over five days. */
const steps = fc.array(
  fc.record({
    day: fc.integer({ min: 1, max: 5 }),
    sku: fc.constantFrom("A", "B"),
    units: fc.integer({ min: 1, max: 9 }),
    what: fc.constantFrom(
      "receive",
      "bad",
      "presale_goods",
      "paid",
      "unpaid",
      "presale",
      "ship",
      "close",
      "refund",
      "return",
      "count_gain",
      "count_loss",
      "write_off",
      "quarantine",
      "release",
      "destroy",
      "supplier_return",
      "loan",
      "loan_return",
      "loan_return_bad",
      "loan_lost",
      "put_away",
    ),
    order: fc.integer({ min: 1, max: 6 }),
  }),
  { maxLength: 60 },
);
type Step = typeof steps extends fc.Arbitrary<(infer T)[]> ? T : never;

/** How each kind of order event is seen; everything else that happens is a deliberate movement. */
function seenAs(what: Step["what"], units: number, quantity: number): Parameters<typeof observeOf>[3] | null {
  const amount = 100 * quantity;
  const some = Math.min(units, quantity);
  const events: Partial<Record<Step["what"], Parameters<typeof observeOf>[3]>> = {
    paid: { amount },
    unpaid: { stage: "created", amount },
    presale: { kind: "presale", amount },
    ship: { shipped: some },
    close: { closed: some },
    refund: { refund: "refunded" },
    return: { shipped: quantity, returnedGood: some },
  };
  return events[what] ?? null;
}

function take(world: World, { what, sku, units, order }: Step): void {
  const id = `${sku}${order}`;
  const known = world.bench.lines.values().find((line) => line.orderId === id);
  const quantity = known?.quantity ?? units;
  const seen = seenAs(what, units, quantity);
  if (seen !== null) world.observe(id, sku, quantity, { ...seen, updatedAt: world.now, at: world.now });
  else if (what === "receive") world.receive(sku, units);
  else if (what === "bad") world.receive(sku, units, { quality: "bad" });
  else if (what === "presale_goods") world.receive(sku, units, { presale: true });
  else world.adjust(what, sku, units, what === "put_away" ? { toBin: `B${order}` } : {});
}

function shopOf(list: readonly Step[]): World {
  const world = new World();
  for (const sku of ["A", "B"]) world.sku(sku, 20);
  for (const step of list.toSorted((a, b) => a.day - b.day)) {
    world.now = dayOf(0).from + step.day * dayMs + world.bench.seq * 1_000;
    take(world, step);
  }
  return world;
}

void suite("day reports", () => {
  test("[I9][RP1][RP2] whatever a shop does, every row balances, days follow each other, and the last closes as the books stand", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const world = shopOf(list);
        const reports = reportsOf(world, (_, bin) => (bin === "" ? "" : "架"));
        for (const report of reports) {
          assert.ok(report.balanced);
          for (const row of report.rows) {
            const { opening, openingStock, received, returned, adjusted, loaned, shipped, closing } = row;
            assert.equal(opening + openingStock + received + returned + adjusted - loaned - shipped, closing);
            const { presale } = row;
            assert.equal(presale.opening + presale.owed - presale.covered, presale.closing);
          }
        }
        for (const [index, { rows }] of reports.entries()) {
          const next = reports[index + 1]?.rows ?? [];
          for (const row of rows) {
            const after = next.find(({ sku }) => sku === row.sku);
            if (after !== undefined) assert.deepEqual(after.openingBalance, row.closingBalance);
          }
        }
        for (const sku of ["A", "B"]) {
          const closing = reports.at(-1)?.rows.find((row) => row.sku === sku)?.closingBalance;
          const stock = world.stock(sku);
          for (const part of balanceParts)
            assert.equal(closing?.[part] ?? 0, stock[part], `${part} of ${sku}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("[RP3] the same journal gives the same bytes, and any change of a number another text", () => {
    const list: readonly Step[] = [
      { day: 1, sku: "A", units: 3, what: "paid", order: 1 },
      { day: 2, sku: "A", units: 2, what: "ship", order: 1 },
    ];
    const [first, again] = [reportsOf(shopOf(list)), reportsOf(shopOf(list))];
    assert.equal(canonicalText(first), canonicalText(again));
    assert.notEqual(canonicalText(first), canonicalText(reportsOf(shopOf(list.slice(1)))));
    assert.equal(canonicalText({ b: -0, a: [1, null, "衣"], c: undefined }), '{"a":[1,null,"衣"],"b":0}');
    assert.throws(() => canonicalText({ a: Number.NaN }), /no finite number/);
    assert.throws(() => canonicalText({ a: new Map() }), /collection/);
  });

  test("[RP5] a movement that no column knows does not balance, and the row says by how much", () => {
    const strange = { from: "supplier", to: "loaned", quantity: 4, reason: "receive" } as Entry;
    const sums = emptyColumns();
    addToColumns(sums, strange);
    const faults = faultsOf(noBalance, sums, { ...noBalance, loaned: 4 });
    assert.deepEqual(faults, [{ equation: "loaned", opening: 0, change: 0, closing: 4, off: 4 }]);
  });

  test("[RP6] sold, cancelled, refunded, presale, counted and amounts stand beside the units", () => {
    const world = new World();
    world.now = dayOf(0).from + dayMs;
    world.sku("A", 50);
    world.observe("1", "A", 5, { amount: 500, updatedAt: world.now, at: world.now });
    world.observe("2", "A", 4, { amount: 400, kind: "presale", updatedAt: world.now, at: world.now });
    world.observe("3", "A", 3, { amount: 300, updatedAt: world.now, at: world.now });
    world.observe("3", "A", 3, { refund: "refunded", updatedAt: world.now + 1, at: world.now + 1 });
    world.observe("1", "A", 5, { closed: 1, updatedAt: world.now + 1, at: world.now + 1 });
    const fold = new DayFold(new ReportDays(dayOf));
    for (const [index, entry] of world.bench.entries.entries()) fold.addEntry(entry, index + 1);
    for (const sale of world.bench.sales) fold.addSale(sale);
    fold.addRefund({ at: world.now, sku: "A", channel: "douyin", units: 3, amount: 300 });
    fold.addCount({ at: world.now, sku: "A", counted: 48, expected: 50 });
    const [report] = dayReports(fold.days(), { opening: emptyOpening, currency: "CNY", skuOf: () => null });
    const [row] = report?.rows ?? [];
    assert.ok(row !== undefined && report !== undefined);
    const { sold, cancelled, refunded, counted, variance, presale, sales } = row;
    assert.deepEqual(
      { sold, cancelled, refunded, counted, variance },
      {
        sold: 8,
        cancelled: 1,
        refunded: 3,
        counted: 48,
        variance: -2,
      },
    );
    assert.deepEqual([presale.sold, presale.owed, presale.closing], [4, 4, 4]);
    assert.equal(presale.amount, null, "the rollups do not say what presale brought");
    assert.deepEqual([sales.amount, sales.cancelledAmount, sales.refundedAmount], [1_200, 400, 300]);
    assert.equal(report.totals.sold, 8);
    assert.equal(report.channels[0]?.promised, 8);
  });

  test("[RP4] a movement of a closed day is booked on the first day that was open when it was written", () => {
    const days = new ReportDays(dayOf, [
      { ...dayOf(dayMs * 1.5), seq: 10 },
      { ...dayOf(dayMs * 2.5), seq: 20 },
    ]);
    const dateOf = (at: number, seq: number): string =>
      `${days.assign(at, seq).day.date}${days.assign(at, seq).lateOf === null ? "" : " late"}`;
    assert.equal(dateOf(dayMs * 1.5, 10), "2000-01-01");
    assert.equal(dateOf(dayMs * 1.5, 11), "2000-01-02 late");
    assert.equal(dateOf(dayMs * 1.5, 21), "2000-01-03 late");
    assert.equal(dateOf(dayMs * 2.5, 20), "2000-01-02");
    assert.equal(dateOf(dayMs * 7.5, 21), "2000-01-07");
  });

  test("[RP10] the sheet's formulas give 0 for each row's balance and the sums of the columns", () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const report of reportsOf(shopOf(list))) {
          const { headers, rows } = daySheet(report, "zh");
          assert.equal(rows.length, report.rows.length + 1);
          for (const [index, row] of rows.entries()) {
            assert.equal(row.length, headers.length);
            const check = row.at(-1);
            assert.ok(check?.as === "formula");
            const line = index + 2;
            assert.equal(
              check.formula,
              `D${line}+E${line}+F${line}+G${line}+H${line}-I${line}-J${line}-K${line}`,
            );
            assert.equal(check.number, 0);
            if (index < rows.length - 1) continue;
            const sold = row[headers.indexOf("成交件数")];
            assert.ok(sold?.as === "formula");
            assert.equal(sold.formula, `SUM(L2:L${rows.length})`);
            assert.equal(sold.number, report.totals.sold);
          }
        }
      }),
      { numRuns: 50 },
    );
    const named = { sku: "A", code: "A", name: "=HYPERLINK(1)", category: "" };
    const fold = new DayFold(new ReportDays(dayOf));
    for (const [index, entry] of shopOf([]).bench.entries.entries()) fold.addEntry(entry, index + 1);
    const [report] = dayReports(fold.days(), { opening: emptyOpening, currency: "CNY", skuOf: () => named });
    assert.ok(report !== undefined);
    assert.deepEqual(daySheet(report, "en").rows[0]?.[1], { as: "text", text: "=HYPERLINK(1)" });
  });

  test("[RP11] a day's sums add up in any pieces: a read model that grows batch by batch gives the same report", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (list, size) => {
        const { entries, sales } = shopOf(list).bench;
        const kept = new Map<string, DaySums>();
        const keep = (batch: DayFold): void => {
          for (const sums of batch.days()) {
            const known = kept.get(sums.day.date) ?? quietDay(sums.day);
            addDaySums(known, sums);
            kept.set(sums.day.date, known);
          }
        };
        for (let first = 0; first < entries.length; first += size) {
          const batch = new DayFold(new ReportDays(dayOf));
          for (const [index, entry] of entries.slice(first, first + size).entries())
            batch.addEntry(entry, first + index + 1);
          keep(batch);
        }
        const rest = new DayFold(new ReportDays(dayOf));
        for (const sale of sales) rest.addSale(sale);
        keep(rest);
        const known = { opening: emptyOpening, currency: "CNY", skuOf: () => null };
        const whole = new DayFold(new ReportDays(dayOf));
        for (const [index, entry] of entries.entries()) whole.addEntry(entry, index + 1);
        for (const sale of sales) whole.addSale(sale);
        const days = [...kept.values()].toSorted((a, b) => a.day.from - b.day.from);
        assert.equal(canonicalText(dayReports(days, known)), canonicalText(dayReports(whole.days(), known)));
      }),
      { numRuns: 60 },
    );
  });
});
