import assert from "node:assert/strict";
import { test } from "node:test";
import type { DayHead, DaySkuRow } from "../../../src/store/days.ts";
import { unpackFigures } from "../../../src/store/day-columns.ts";
import { hourMs, newShop, observe, shopWithStock, startAt, type Opened } from "../harness.ts";

const dates = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08"];

function headOf(date: string, more: Partial<DayHead> = {}): DayHead {
  const from = startAt + dates.indexOf(date) * 24 * hourMs;
  return {
    date,
    from,
    to: from + 24 * hourMs,
    seq: 10 * (1 + dates.indexOf(date)),
    nextSeq: 1 + 10 * (1 + dates.indexOf(date)),
    closedAt: from + 25 * hourMs,
    hash: "ab".repeat(32),
    balanced: true,
    body: '{"channels":[]}',
    ...more,
  };
}

function rowOf(date: string, sku: string, closing: number): DaySkuRow {
  const figures = {
    closing,
    available: closing - 1,
    received: 4,
    sold: 2,
    amount: 1_980,
    returned: 0,
    shortage: 1,
  };
  return { date, sku, ...figures, body: `{"name":"${sku} ${date}"}` };
}

/** Closed days: written once, whole, and read by day, by SKU and by stretches of both. */
export function daysContract(opened: () => Opened): void {
  test("a day is closed once, with all its rows or none", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5, B: 5, C: 5 });
    const { days } = store;
    assert.equal(await days.head(shop, "2026-01-05"), null);
    assert.deepEqual(await days.heads(shop, { limit: 10 }), []);
    const first = headOf("2026-01-05");
    const rows = ["B", "A"].map((sku) => rowOf("2026-01-05", sku, 9));
    const done = await Promise.all([1, 2, 3].map(() => days.close(shop, first, rows)));
    assert.equal(done.filter(Boolean).length, 1);
    assert.equal(await days.close(shop, headOf("2026-01-05", { hash: "other" }), []), false);
    assert.deepEqual(await days.head(shop, "2026-01-05"), first);
    assert.deepEqual(await days.rows(shop, "2026-01-05"), [...rows].toReversed());
  });

  test("the last row of each SKU, and the figures of each day", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 5, B: 5, C: 5 });
    const { days } = store;
    const [one = "", two = "", three = "", four = ""] = dates;
    await days.close(shop, headOf(one), [rowOf(one, "A", 11), rowOf(one, "B", 12)]);
    await days.close(shop, headOf(two), [rowOf(two, "B", 22), rowOf(two, "C", 23)]);
    await days.close(shop, headOf(three), []);
    await days.close(shop, headOf(four, { balanced: false }), [rowOf(four, "A", 41)]);

    const latest = async (date: string): Promise<unknown> =>
      (await days.latest(shop, date)).map(({ sku, closing }) => [sku, closing]);
    assert.deepEqual(await latest("2026-01-04"), []);
    assert.deepEqual(await latest(one), [
      ["A", 11],
      ["B", 12],
    ]);
    assert.deepEqual(await latest(three), [
      ["A", 11],
      ["B", 22],
      ["C", 23],
    ]);
    assert.deepEqual(await latest(four), [
      ["A", 41],
      ["B", 22],
      ["C", 23],
    ]);

    assert.deepEqual(
      (await days.heads(shop, { limit: 2 })).map(({ date, balanced }) => [date, balanced]),
      [
        [four, false],
        [three, true],
      ],
    );
    assert.deepEqual(
      (await days.heads(shop, { from: two, to: three, limit: 9 })).map(({ date }) => date),
      [three, two],
    );
    assert.deepEqual(
      (await days.closings(shop)).map(({ date, seq }) => [date, seq]),
      dates.map((date, index) => [date, 10 * (index + 1)]),
    );

    const columns = await days.columns(shop, { from: two, to: four });
    const found: unknown[] = [];
    for (const { date, body } of columns)
      unpackFigures(body, (sku, { closing, available, sold }) =>
        found.push([date, sku, closing, available, sold]),
      );
    // A day on which nothing moved has none.
    assert.deepEqual(found, [
      [two, "B", 22, 21, 2],
      [two, "C", 23, 22, 2],
      [four, "A", 41, 40, 2],
    ]);
  });

  test("rollups of a stretch of time are added up by SKU and channel", async () => {
    const { store } = opened();
    const shop = await shopWithStock(store, { A: 50, B: 50 });
    const seen = (id: string, sku: string, units: number, channel: string, at: number) =>
      observe(id, [[sku, units]], { channel, stage: "paid", updatedAt: at, at: startAt + 5 * hourMs });
    await store.commit(
      shop,
      [
        seen("1", "A", 2, "douyin", startAt),
        seen("2", "A", 3, "douyin", startAt + hourMs),
        seen("3", "A", 4, "taobao", startAt + hourMs),
        seen("4", "B", 5, "douyin", startAt + 2 * hourMs),
      ],
      startAt + 5 * hourMs,
    );
    const sold = async (from: number, to: number): Promise<unknown> =>
      (await store.days.sold(shop, { from, to })).map(({ sku, channel, sales }) => [
        sku,
        channel,
        sales.orders,
        sales.sold,
        sales.presaleAmount,
      ]);
    assert.deepEqual(await sold(startAt, startAt + 2 * hourMs), [
      ["A", "douyin", 2, 5, 0],
      ["A", "taobao", 1, 4, 0],
    ]);
    assert.deepEqual(await sold(startAt + hourMs, startAt + 3 * hourMs), [
      ["A", "douyin", 1, 3, 0],
      ["A", "taobao", 1, 4, 0],
      ["B", "douyin", 1, 5, 0],
    ]);
    assert.deepEqual(await sold(0, startAt), []);
  });

  test("[I10] one shop's days are not another's", async () => {
    const { store } = opened();
    const [one, other] = [await newShop(store), await newShop(store)];
    await store.days.close(one, headOf("2026-01-05"), []);
    assert.equal(await store.days.head(other, "2026-01-05"), null);
    assert.equal(await store.days.close(other, headOf("2026-01-05"), []), true);
  });
}
