import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { minuteMs } from "../../domain/live/time.ts";
import type { Sale } from "../../domain/rows.ts";
import { SessionSales, allKey } from "./sales.ts";

const now = Date.parse("2026-11-11T12:00:30Z");
const minute = Math.floor(now / minuteMs);

function sale(more: Partial<Sale>): Sale {
  return {
    minute,
    sku: "A",
    channel: "douyin",
    session: "s1",
    orders: 0,
    ordered: 0,
    sold: 0,
    soldAmount: 0,
    presold: 0,
    cancelled: 0,
    cancelledAmount: 0,
    shipped: 0,
    returned: 0,
    ...more,
  };
}

test("minutes read again and again, in any order, sum to what they say last", () => {
  const row = fc.record({
    minute: fc.integer({ min: minute - 20, max: minute }),
    sku: fc.constantFrom("A", "B"),
    channel: fc.constantFrom("douyin", "taobao"),
    orders: fc.nat(9),
    sold: fc.nat(99),
    soldAmount: fc.nat(9_999),
  });
  fc.assert(
    fc.property(fc.array(fc.array(row, { maxLength: 20 }), { maxLength: 10 }), (readings) => {
      const sales = new SessionSales();
      const last = new Map<string, Sale>();
      for (const reading of readings) {
        const rows = reading.map(sale);
        sales.take(rows, now);
        for (const one of rows) last.set(`${one.minute}/${one.sku}/${one.channel}`, one);
      }
      const sum = (field: "sold" | "orders" | "soldAmount", of: Partial<Sale> = {}): number =>
        [...last.values()]
          .filter((one) => Object.entries(of).every(([name, value]) => one[name as keyof Sale] === value))
          .reduce((all, one) => all + one[field], 0);
      assert.equal(sales.all.totals(allKey).sold, sum("sold"));
      assert.equal(sales.bySku.totals("A").soldAmount, sum("soldAmount", { sku: "A" }));
      assert.equal(sales.byChannel.totals("taobao").orders, sum("orders", { channel: "taobao" }));
      assert.equal(sales.soldIn("B", minute), sum("sold", { sku: "B", minute }));
      assert.equal(sales.take([...last.values()], now), false);
    }),
  );
});

test("what the session has promised: paid and unpaid, less what was closed, and never too few", () => {
  const rows: [more: Partial<Sale>, held: number, promised: number][] = [
    [{ ordered: 10 }, 10, 10],
    [{ ordered: 10, sold: 10 }, 0, 10],
    // Two of the paid were cancelled.
    [{ ordered: 10, sold: 10, cancelled: 2 }, 0, 8],
    // Four unpaid ones have expired: nobody holds them any more.
    [{ ordered: 10, sold: 6 }, 0, 6],
    // Four unpaid ones were cancelled: that takes nothing from the paid.
    [{ ordered: 10, sold: 6, cancelled: 4 }, 0, 6],
    // Others hold units too: of them no more counts than the session has unpaid.
    [{ ordered: 10, sold: 6 }, 50, 10],
  ];
  for (const [more, held, promised] of rows) {
    const sales = new SessionSales();
    sales.take([sale(more)], now);
    assert.equal(sales.promised("A", held), promised, JSON.stringify([more, held]));
  }
});

test("what came late is read again though its minute was read long ago", async () => {
  const rows = [sale({ minute: minute - 40, sold: 5 })];
  const asked: number[] = [];
  const read = {
    sales: async (_shop: number, { from }: { from: number }) => {
      asked.push(Math.round((now - from) / minuteMs));
      return rows.filter((one) => one.minute * minuteMs >= from - minuteMs);
    },
  };
  const sales = new SessionSales();
  await sales.follow(read, 1, "s1", now, now - 60 * minuteMs);
  rows[0] = sale({ minute: minute - 40, sold: 7 });
  await sales.follow(read, 1, "s1", now + 100, now - 60 * minuteMs);
  assert.equal(sales.bySku.totals("A").sold, 5);
  sales.late(now - 40 * minuteMs);
  assert.equal(sales.lateWaits, true);
  await sales.follow(read, 1, "s1", now + 400, now - 60 * minuteMs);
  assert.equal(sales.bySku.totals("A").sold, 7);
  assert.equal(sales.lateWaits, false);
  assert.equal(asked[1], 3);
});
