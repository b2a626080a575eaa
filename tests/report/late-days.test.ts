import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { Command } from "../../src/domain/command.ts";
import type { CountFact } from "../../src/domain/count/sheet.ts";
import { canonicalText } from "../../src/domain/report/canonical.ts";
import type { DayReport } from "../../src/domain/report/day-report.ts";
import { balanceParts, noBalance } from "../../src/domain/report/balance.ts";
import type { SaleSums } from "../../src/domain/report/fold.ts";
import { DayReports } from "../../src/engine/after-live/reports.ts";
import { newSheetId } from "../../src/engine/counts/sheet-id.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { actor, hourMs, observe, receive, shopWithStock, startAt } from "../store/harness.ts";

const dayMs = 24 * hourMs;
const skus = ["A", "B"] as const;

/** What happens at a shop, told when it happened or up to four days later, in whatever order. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom(
      "paid",
      "unpaid",
      "presale",
      "paid_later",
      "close",
      "refund",
      "ship",
      "receive",
      "close_day",
    ),
    sku: fc.constantFrom(...skus),
    channel: fc.constantFrom("douyin", "taobao"),
    order: fc.integer({ min: 1, max: 6 }),
    units: fc.integer({ min: 1, max: 5 }),
    afterHours: fc.integer({ min: 0, max: 14 }),
    lateHours: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 96 })),
  }),
  { minLength: 10, maxLength: 50 },
);
type Step = (typeof steps extends fc.Arbitrary<readonly (infer One)[]> ? One : never) & object;

interface Played {
  readonly reports: readonly DayReport[];
  readonly kept: ReadonlyMap<string, string>;
  readonly store: MemoryStore;
  readonly shop: number;
}

function commandOf(
  { what, sku, channel, order, units, lateHours }: Step,
  index: number,
  now: number,
): Command | null {
  const updatedAt = now - lateHours * hourMs;
  if (what === "close_day") return null;
  if (what === "receive")
    return receive({ key: `r${index}`, opening: false, lines: [{ sku, quantity: units }], at: updatedAt });
  // An order's quantity and kind are its number's, so that one order is told of many times.
  const quantity = 1 + (order % 4);
  const line = {
    lineId: "1",
    sku,
    quantity,
    amount: quantity * 990,
    ...(what === "presale" || order === 6 ? { kind: "presale" as const } : {}),
    ...(what === "close" ? { closed: Math.min(units, quantity) } : {}),
    ...(what === "refund" ? { closed: quantity, refund: "refunded" as const } : {}),
    ...(what === "ship" ? { shipped: Math.min(units, quantity) } : {}),
  };
  const stage = what === "unpaid" ? ("created" as const) : ("paid" as const);
  const orderId = `${sku}${order}`;
  return observe(orderId, [], { channel, stage, lines: [line], updatedAt, placedAt: updatedAt, at: now });
}

async function play(list: readonly Step[]): Promise<Played> {
  const store = new MemoryStore();
  const shop = await shopWithStock(store, { A: 9, B: 4 });
  const row = (await store.shops())[0];
  assert.ok(row !== undefined);
  let now = startAt;
  const clock = { now: () => now };
  const days = new DayReports({ store, shop: { id: shop, shop: row }, clock });
  const kept = new Map<string, string>();
  for (const [index, step] of list.entries()) {
    now += step.afterHours * hourMs + 1_000;
    const command = commandOf(step, index, now);
    if (command !== null) {
      const [outcome] = await store.commit(shop, [command], now);
      assert.ok(outcome !== undefined);
    } else
      for (const { date } of await days.closeDue()) {
        const day = await days.day(date);
        assert.ok(day !== null);
        kept.set(date, canonicalText(day.report));
      }
  }
  now += 2 * dayMs;
  await days.closeDue();
  const reports: DayReport[] = [];
  const [last, ...before] = await days.list({ limit: 1_000 });
  assert.ok(last !== undefined);
  for (const { date } of [last, ...before].toReversed()) {
    const day = await days.day(date);
    assert.ok(day !== null);
    reports.push(day.report);
  }
  const open = await days.day(days.dateOf(now));
  assert.ok(open !== null);
  reports.push(open.report);
  return { reports, kept, store, shop };
}

const counted = ["orders", "ordered", "sold", "presold", "cancelled", "amount", "cancelledAmount"] as const;
type Counted = Record<(typeof counted)[number], number>;

function addTo(sums: Map<string, Counted>, key: string, sales: Omit<SaleSums, "presaleAmount">): void {
  const known = sums.get(key) ?? (Object.fromEntries(counted.map((part) => [part, 0])) as Counted);
  for (const part of counted) known[part] += sales[part];
  sums.set(key, known);
}

function present(sums: ReadonlyMap<string, Counted>): unknown {
  return [...sums]
    .filter(([, sum]) => counted.some((part) => sum[part] !== 0))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

void suite("days whose facts come late and out of order", () => {
  test("[RP1][RP2][RP4][RP13] every row balances, closing is the next opening, the sum over days is the ledger, and a closed day stays", async () => {
    let lateGroups = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const { reports, kept, store, shop } = await play(list);
        let closing = new Map<string, unknown>();
        const bySku = new Map<string, Counted>();
        const byChannel = new Map<string, Counted>();
        for (const report of reports) {
          assert.ok(report.balanced, report.date);
          const text = kept.get(report.date);
          if (text !== undefined) assert.equal(canonicalText(report), text, "made again, it is the same");
          for (const row of report.rows) {
            assert.deepEqual(row.openingBalance, closing.get(row.sku) ?? noBalance);
            addTo(bySku, row.sku, row.sales);
          }
          for (const { channel, sales } of report.channels) addTo(byChannel, channel, sales);
          closing = new Map(report.rows.map((row) => [row.sku, row.closingBalance]));
          for (const group of report.late ?? []) {
            lateGroups += 1;
            assert.ok(group.date < report.date);
          }
        }
        const wantSku = new Map<string, Counted>();
        const wantChannel = new Map<string, Counted>();
        for (const { soldAmount, ...sale } of await store.read.sales(shop, { from: 0, to: startAt * 2 })) {
          const sums = { ...sale, amount: soldAmount, refunded: 0, refundedAmount: 0 };
          addTo(wantSku, sale.sku, sums);
          addTo(wantChannel, sale.channel, sums);
        }
        assert.deepEqual(present(bySku), present(wantSku));
        assert.deepEqual(present(byChannel), present(wantChannel));
        for (const sku of skus) {
          const found = await store.read.sku(shop, sku);
          for (const part of balanceParts) {
            const units = found?.stocks.reduce((sum, stock) => sum + stock[part], 0) ?? 0;
            assert.equal(
              (closing.get(sku) as Record<string, number> | undefined)?.[part] ?? 0,
              units,
              `${sku} ${part}`,
            );
          }
        }
      }),
      { numRuns: 150 },
    );
    assert.ok(lateGroups > 50, `only ${lateGroups} groups were late`);
  });

  test("[RP2] what the books began with is on the first day also where nothing but a sale stands on it", async () => {
    // The order was cancelled before it was heard of: it moved nothing, and is the first day's only fact.
    const early = { what: "close", sku: "A", channel: "douyin", order: 1, units: 2, afterHours: 0 } as const;
    const { reports } = await play([
      { ...early, lateHours: 17 },
      { ...early, what: "close_day", lateHours: 0 },
      { ...early, what: "paid", lateHours: 0 },
    ]);
    assert.equal(reports.at(-1)?.rows.find(({ sku }) => sku === "A")?.closingBalance.available, 9);
  });

  test("[RP13] a sale that is heard after its day was closed stands on the open day, apart, with its own date", async () => {
    const store = new MemoryStore();
    const shop = await shopWithStock(store, { A: 9 });
    const [row] = await store.shops();
    assert.ok(row !== undefined);
    let now = startAt + dayMs;
    const days = new DayReports({ store, shop: { id: shop, shop: row }, clock: { now: () => now } });
    const [closed] = await days.closeDue();
    assert.equal(closed?.date, "2026-01-05");
    const sold = observe("1", [["A", 3]], { stage: "paid", updatedAt: startAt + hourMs, at: now });
    const late = { minutes: 30 };
    await store.commit(shop, [sold], now);
    const open = await days.day("2026-01-06");
    assert.equal(open?.report.totals.sold, 3);
    const [group, ...others] = open.report.late ?? [];
    assert.equal(others.length, 0);
    assert.deepEqual(
      [group?.date, group?.movements, group?.sales.sold, group?.rows[0]?.sku],
      ["2026-01-05", 1, 3, "A"],
    );
    assert.equal((await days.day("2026-01-05"))?.hash, closed.hash);
    // Closed, and closed again a day later: it was booked once.
    now += dayMs + late.minutes * 60_000;
    await days.closeDue();
    now += dayMs;
    await days.closeDue();
    const [third, second] = await days.list({ limit: 2 });
    assert.deepEqual([second?.date, second?.sales.sold, third?.sales.sold], ["2026-01-06", 3, 0]);
  });

  test("[RP14] counts that were approved on a day are in its report: the last of each shelf, and what was off", async () => {
    const store = new MemoryStore();
    const shop = await shopWithStock(store, { A: 9, B: 4 });
    const [row] = await store.shops();
    assert.ok(row !== undefined);
    let now = startAt + 2 * hourMs;
    const days = new DayReports({ store, shop: { id: shop, shop: row }, clock: { now: () => now } });
    const random = { random: () => "abcdef" };
    const line = (sku: string, bin: string, quantity: number, variance: number) => ({
      cell: { warehouse: "main", bin, sku, lot: "", quality: "good" as const },
      quantity,
      when: { from: now, to: now, device: null, first: 0, last: 0 },
      variance,
      valueMinor: 0,
      reason: null,
      counters: ["甲"],
    });
    const write = (minutes: number, body: CountFact) => {
      const sheet = newSheetId({ openedAt: startAt + minutes, unscanned: false }, random);
      return store.workEvents.append(shop, "count", sheet, [{ at: now, actor, body }], 0);
    };
    await write(1, { kind: "approved", body: { lines: [line("A", "A-01", 7, -2)], role: "owner" } });
    now += hourMs;
    await write(2, { kind: "approved", body: { lines: [line("A", "A-01", 8, -1)], role: "owner" } });
    await write(3, { kind: "closed", body: { proof: [line("A", "A-02", 0, 0), line("B", "A-01", 4, 0)] } });
    const seen = async (): Promise<unknown> =>
      (await days.day("2026-01-05"))?.report.rows.map(({ sku, counted: units, variance }) => [
        sku,
        units,
        variance,
      ]);
    const expected = [
      ["A", 8, -1],
      ["B", 4, 0],
    ];
    assert.deepEqual(await seen(), expected);
    now += dayMs;
    await days.closeDue();
    assert.deepEqual(await seen(), expected);
    const [summary] = await days.list({ limit: 1 });
    assert.deepEqual([summary?.figures.counted, summary?.figures.variance], [12, -1]);
  });
});
