import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, suite, test } from "node:test";
import { canonicalText } from "../../src/domain/report/canonical.ts";
import { ReportDays } from "../../src/domain/report/days.ts";
import { dayReports } from "../../src/domain/report/day-report.ts";
import { DayFold, emptyOpening } from "../../src/domain/report/fold.ts";
import { zoneOfBin } from "../../src/engine/after-live/fold-days.ts";
import { Analyser } from "../../src/engine/after-live/analysis.ts";
import { DayReports, hashOf } from "../../src/engine/after-live/reports.ts";
import { businessDayOf } from "../../src/engine/day.ts";
import type { Shop } from "../../src/store/store.ts";
import { importFile, stores, type Opened } from "../import/fixture.ts";
import { ordersFile, stockFile } from "../import/naive-week.ts";
import { stockAt } from "./week.ts";

const rules = { timeZone: "Europe/London", dayCutHour: 4, currency: "GBP" };
const dates = ["01", "02", "03", "04", "05", "06", "07"].map((day) => `2010-12-${day}`);

for (const kind of ["memory", "sqlite", "postgres"] as const) {
  void suite(`${kind}: the days of a real week, closed and kept`, () => {
    let books: Opened;
    let shop: Shop;
    let now = Date.parse("2010-12-08T04:10:00Z");
    const reportsOf = (): DayReports =>
      new DayReports({ store: books.store, shop: { id: books.shop, shop }, clock: { now: () => now } });

    before(async () => {
      const open = stores[kind];
      assert.ok(open !== undefined);
      books = await open();
      shop = await books.store.updateShop(books.shop, rules);
      await importFile(books, fileURLToPath(stockFile), { kind: "stock", asOf: stockAt });
      await importFile(books, fileURLToPath(ordersFile), { kind: "orders" });
    });
    after(() => books.close());

    test("[RP1][RP2][RP3] days are closed once they are due, balance, and are the same as the whole journal says", async () => {
      const reports = reportsOf();
      // The seventh day has ended, and is not due for some minutes yet.
      assert.deepEqual(
        (await reports.closeDue()).map(({ date }) => date),
        dates.slice(0, 6),
      );
      now = Date.parse("2010-12-08T04:20:00Z");
      assert.deepEqual(
        (await reports.closeDue()).map(({ date }) => date),
        dates.slice(6),
      );
      assert.deepEqual(await reports.closeDue(), []);

      const fold = new DayFold(new ReportDays((at) => businessDayOf(at, rules)), zoneOfBin);
      const audit = await books.store.read.audit(books.shop);
      for await (const { firstSeq, entries } of audit.batches())
        for (const [index, entry] of entries.entries()) fold.addEntry(entry, firstSeq + index);
      for await (const sale of audit.sales()) fold.addSale(sale);
      const { seq } = audit.head;
      await audit.close();
      const { items } = await books.store.read.stock(books.shop, { soldSince: 0, limit: 1_000 });
      const names = new Map(items.map((item) => [item.sku, item]));
      const days = fold.daysOf(stockAt, Date.parse("2010-12-08T04:00:00Z"));
      const whole = dayReports(days, { opening: emptyOpening, currency: "GBP", skuOf: () => null });

      let closing = new Map<string, unknown>();
      for (const [index, date] of dates.entries()) {
        const kept = await reports.day(date);
        assert.ok(kept !== null && kept.report.balanced);
        const expected = whole[index];
        assert.ok(expected !== undefined);
        assert.equal(kept.report.seq, seq);
        const { code, name, category } = names.get(kept.report.rows[0]?.sku ?? "") ?? {};
        if (name !== undefined)
          assert.deepEqual(
            [kept.report.rows[0]?.code, kept.report.rows[0]?.name, kept.report.rows[0]?.category],
            [code, name, category],
          );
        const plain = (rows: typeof expected.rows): unknown =>
          rows.map(({ code: _c, name: _n, category: _k, ...row }) => ({
            ...row,
            cancelled: row.cancelled + row.refunded,
            refunded: 0,
            sales: { ...row.sales, refunded: 0, refundedAmount: 0 },
          }));
        assert.deepEqual(plain(kept.report.rows), plain(expected.rows), date);
        assert.deepEqual(kept.report.zones, expected.zones);
        assert.equal(kept.report.totals.sales.amount, expected.totals.sales.amount);
        for (const row of kept.report.rows)
          assert.deepEqual(closing.get(row.sku) ?? row.openingBalance, row.openingBalance);
        closing = new Map(kept.report.rows.map((row) => [row.sku, row.closingBalance]));
      }
    });

    test("[RP3] made again by another process, a closed day is the same to the byte", async () => {
      const [one, other] = [reportsOf(), reportsOf()];
      const heads = await books.store.days.heads(books.shop, { limit: 10 });
      assert.equal(heads.length, 7);
      for (const { date, hash } of heads) {
        const [a, b] = [await one.day(date), await other.day(date)];
        assert.ok(a !== null && b !== null);
        assert.equal(canonicalText(a.report), canonicalText(b.report));
        assert.equal(hashOf(a.report), hash);
      }
      const [latest] = await one.list({ limit: 1 });
      assert.equal(latest?.date, "2010-12-07");
      const day = await one.day("2010-12-07");
      assert.deepEqual(
        latest.figures,
        Object.fromEntries(
          Object.keys(latest.figures).map((name) => [
            name,
            day?.report.totals[name as keyof typeof latest.figures],
          ]),
        ),
      );
    });

    test("[RP4] what is heard later of a closed day stands on the open one, and the closed day stays", async () => {
      const reports = reportsOf();
      const before = await reports.day("2010-12-03");
      const row = before?.report.rows.find(({ closingBalance }) => closingBalance.available > 10);
      assert.ok(before !== null && row !== undefined);
      const adjust = {
        type: "adjust",
        action: "count_loss",
        warehouse: "main",
        sku: row.sku,
        quantity: 1,
        actor: "tester",
      } as const;
      const happened = Date.parse("2010-12-03T12:00:00Z");
      const [done] = await books.store.commit(books.shop, [{ ...adjust, key: "late", at: happened }], now);
      assert.equal(done?.code, "applied");
      assert.equal((await reports.day("2010-12-03"))?.hash, before.hash);
      const open = await reports.day("2010-12-08");
      assert.ok(open !== null);
      assert.equal(open.closedAt, null);
      assert.equal(open.report.rows.find(({ sku }) => sku === row.sku)?.late, 1);
      assert.ok(open.report.balanced);

      // Years later: of the quiet stretch only the last day is written, and each of its days can be asked for.
      now = Date.parse("2012-12-15T06:00:00Z");
      assert.deepEqual(
        (await reports.closeDue()).map(({ date }) => date),
        ["2010-12-08", "2012-12-14"],
      );
      const quiet = await reports.day("2011-06-11");
      assert.equal(quiet?.report.totals.opening, quiet?.report.totals.closing);
      assert.equal(quiet?.report.totals.closing, open.report.totals.closing);
      assert.equal(quiet?.report.totals.sold, 0);
      assert.equal(await reports.day("2010-11-30"), null);
      assert.equal(await reports.day("2012-12-16"), null);
    });
  });
}

test("[RP1] a stock list that is dated after the orders imported with it is on the first day, once", async () => {
  const open = stores["memory"];
  assert.ok(open !== undefined);
  const books = await open();
  try {
    const shop = await books.store.updateShop(books.shop, rules);
    let now = Date.parse("2010-12-09T12:00:00Z");
    // Taken on the ninth, and the orders of the first to the eighth come after it.
    await importFile(books, fileURLToPath(stockFile), { kind: "stock", asOf: now });
    await importFile(books, fileURLToPath(ordersFile), { kind: "orders" });
    const clock = { now: () => now };
    const reports = new DayReports({ store: books.store, shop: { id: books.shop, shop }, clock });
    const [first, ...others] = (await reports.list({ limit: 20 })).toReversed();
    assert.equal(first?.figures.openingStock, 164_165);
    for (const { date, figures, balanced } of [first, ...others]) {
      assert.ok(balanced && figures.closing >= 0, date);
    }
    now = Date.parse("2010-12-10T12:00:00Z");
    const day = await reports.day("2010-12-09");
    assert.ok(day?.closedAt !== null && day !== null);
    assert.equal(day.report.totals.openingStock, 0);
    assert.equal(day.report.totals.closing, others.at(-1)?.figures.closing);
  } finally {
    await books.close();
  }
});

test("the analyses of a real week: what its closed days say, and once a day", async () => {
  const open = stores["sqlite"];
  assert.ok(open !== undefined);
  const books = await open();
  try {
    const shop = await books.store.updateShop(books.shop, rules);
    await importFile(books, fileURLToPath(stockFile), { kind: "stock", asOf: stockAt });
    await importFile(books, fileURLToPath(ordersFile), { kind: "orders" });
    const clock = { now: () => Date.parse("2010-12-08T05:00:00Z") };
    const { store } = books;
    const reports = new DayReports({ store, shop: { id: books.shop, shop }, clock });
    const sessions = { list: () => Promise.resolve([]) };
    const analyser = new Analyser({ store, shop: books.shop, reports, sessions, clock });
    const analysis = await analyser.analyse(7);
    assert.ok(analysis !== null);
    const week = await reports.list({ limit: 7 });
    const sum = (of: (one: (typeof week)[number]) => number): number =>
      week.reduce((all, one) => all + of(one), 0);
    assert.equal(analysis.through, "2010-12-07");
    assert.equal(
      analysis.all.sold,
      sum(({ sales }) => sales.sold),
    );
    assert.equal(
      analysis.all.amount,
      sum(({ sales }) => sales.amount),
    );
    assert.equal(analysis.all.stock, week[0]?.figures.closing);
    assert.equal(analysis.daily.length, 7);
    assert.equal(
      analysis.ageing.reduce((all, { units }) => all + units, 0),
      analysis.all.stock,
    );
    assert.ok(analysis.abc.length > 2_000 && analysis.abc[0]?.class === "A");
    assert.equal(await analyser.analyse(7), analysis);
  } finally {
    await books.close();
  }
});
