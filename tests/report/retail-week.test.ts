import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { columns, balanceParts, noBalance, type Balance } from "../../src/domain/report/balance.ts";
import { canonicalText } from "../../src/domain/report/canonical.ts";
import { dayReports, type DayReport } from "../../src/domain/report/day-report.ts";
import { ReportDays, type Closing } from "../../src/domain/report/days.ts";
import { DayFold, emptyOpening } from "../../src/domain/report/fold.ts";
import { businessDayOf } from "../../src/engine/day.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import type { Opened } from "../import/fixture.ts";
import { openWeek, stockAt } from "./week.ts";

/** The shop of the example week: British time, a day from four in the morning to the next. */
const rules = { timeZone: "Europe/London", dayCutHour: 4 };
const dayOf = (at: number) => businessDayOf(at, rules);
const weekEnd = Date.parse("2010-12-08T04:00:00Z");

async function reportsOf(
  { store, shop }: Opened,
  closings: readonly Closing[] = [],
): Promise<readonly DayReport[]> {
  const fold = new DayFold(
    new ReportDays(dayOf, closings),
    (warehouse, bin) => `${warehouse}/${bin.slice(0, 1)}`,
  );
  const audit = await store.read.audit(shop);
  try {
    for await (const { firstSeq, entries } of audit.batches())
      for (const [index, entry] of entries.entries()) fold.addEntry(entry, firstSeq + index);
    for await (const sale of audit.sales()) fold.addSale(sale);
  } finally {
    await audit.close();
  }
  assert.ok(store instanceof MemoryStore);
  const { skus } = store.state(shop);
  return dayReports(fold.daysOf(stockAt, weekEnd), {
    opening: emptyOpening,
    currency: "GBP",
    skuOf: (sku) => skus.get(sku) ?? null,
  });
}

async function balancesOf({ store, shop }: Opened): Promise<Map<string, Balance>> {
  const balances = new Map<string, Balance>();
  const audit = await store.read.audit(shop);
  try {
    for await (const stock of audit.stocks()) {
      const before = balances.get(stock.sku) ?? noBalance;
      const sums = balanceParts.map((part) => [part, before[part] + stock[part]]);
      balances.set(stock.sku, Object.fromEntries(sums) as Balance);
    }
  } finally {
    await audit.close();
  }
  return balances;
}

void suite("day reports of a real week", () => {
  let books: Opened;
  before(async () => {
    books = await openWeek();
  });
  after(() => books.close());

  test("[RP1][RP2] every row balances to the unit, each day opens where the last closed, the days sum to the import", async () => {
    const reports = await reportsOf(books);
    assert.deepEqual(
      reports.map(({ date }) => date),
      ["01", "02", "03", "04", "05", "06", "07"].map((day) => `2010-12-${day}`),
    );
    for (const report of reports) {
      assert.ok(report.balanced, `${report.date} balances`);
      for (const { code, faults } of report.rows) assert.deepEqual(faults, [], `${code} on ${report.date}`);
      const { opening, openingStock, received, returned, adjusted, loaned, shipped, closing } = report.totals;
      assert.equal(opening + openingStock + received + returned + adjusted - loaned - shipped, closing);
    }
    for (const [index, report] of reports.entries()) {
      const next = reports[index + 1];
      if (next === undefined) break;
      const opened = new Map(next.rows.map((row) => [row.sku, row.openingBalance]));
      for (const row of report.rows) assert.deepEqual(opened.get(row.sku), row.closingBalance, row.code);
    }

    const change = { ...noBalance } as Record<keyof Balance, number>;
    for (const { totals } of reports)
      for (const part of balanceParts)
        change[part] += totals.closingBalance[part] - totals.openingBalance[part];
    const { available, committed, lost, shortage } = change;
    assert.deepEqual(
      { available, committed, lost, shortage },
      { available: 44_371, committed: 119_564, lost: 230, shortage: 1_128 },
    );
    const sums = Object.fromEntries(
      columns.map((column) => [column, reports.reduce((sum, { totals }) => sum + totals.columns[column], 0)]),
    );
    assert.equal(sums["openingStock"], 164_165);
    assert.equal(sums["writtenOff"], 230);
    assert.equal(Number(sums["promised"]) - Number(sums["freed"]), 119_564);
    assert.equal(Number(sums["shortageOwed"]) - Number(sums["shortageCovered"]), 1_128);

    // The books themselves, another way: what each SKU's last report closed with is what the stock rows say.
    const last = reports.at(-1);
    const closing = new Map(last?.rows.map((row) => [row.sku, row.closingBalance]));
    for (const [sku, balance] of await balancesOf(books))
      assert.deepEqual(closing.get(sku) ?? noBalance, balance, sku);
  });

  test("[RP3] made again, a day's report is the same to the byte; the shop's zones and channels sum to the whole", async () => {
    const first = await reportsOf(books);
    const again = await reportsOf(books);
    assert.deepEqual(again.map(canonicalText), first.map(canonicalText));
    for (const { totals, zones, channels, categories } of first) {
      const sum = (units: readonly number[]): number => units.reduce((all, one) => all + one, 0);
      assert.equal(sum(zones.map(({ closing }) => closing)), totals.closing);
      assert.equal(sum(channels.map(({ sales }) => sales.sold)), totals.sold);
      assert.equal(sum(channels.map(({ sales }) => sales.amount)), totals.sales.amount);
      assert.equal(sum(categories.map(({ closing }) => closing)), totals.closing);
      assert.equal(sum(categories.map(({ shipped }) => shipped)), totals.shipped);
    }
  });

  test("[RP4] what happened on a closed day and was written later is booked on the next, and the closed day stays", async () => {
    const [monday] = await reportsOf(books);
    assert.ok(monday !== undefined);
    const head = await books.store.read.head(books.shop);
    const closing = { date: monday.date, to: monday.to, seq: head.seq };
    const sku = monday.rows.find((row) => row.closingBalance.available > 10)?.sku ?? "";
    const [outcome] = await books.store.commit(
      books.shop,
      [
        {
          type: "adjust",
          key: "late-1",
          action: "count_loss",
          warehouse: "main",
          sku,
          quantity: 3,
          actor: "tester",
          at: monday.from + 1_000,
        },
      ],
      Date.parse("2010-12-02T09:00:00Z"),
    );
    assert.equal(outcome?.code, "applied");
    const [closed, tuesday] = await reportsOf(books, [closing]);
    assert.ok(closed !== undefined && tuesday !== undefined);
    assert.equal(canonicalText(closed), canonicalText(monday));
    assert.equal(tuesday.rows.find((row) => row.sku === sku)?.late, 1);
    assert.equal(tuesday.totals.columns.lost, 3);
    assert.ok(tuesday.balanced);
    const [open] = await reportsOf(books);
    assert.equal(open?.totals.columns.lost, 3, "without the closing it is booked on the day it happened");
  });
});
