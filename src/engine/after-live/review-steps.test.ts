import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../../tests/support/fake-clock.ts";
import type { Command } from "../../domain/command.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import { MemoryStore } from "../../store/memory/store.ts";
import { newSheetId } from "../counts/sheet-id.ts";
import { expectDeliveries } from "../inbound/expected.ts";
import { Shops } from "../shops.ts";
import { openShortage, reviewLists } from "./review-steps.ts";

const silent = { info() {}, warn() {}, error() {} };
const dayMs = 24 * hourMs;

/** A shop with five units of each SKU on its shelves. */
async function openShop(skus: readonly string[]) {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const shops = new Shops({ store, clock, log: silent });
  await store.createShop({
    name: "s",
    timeZone: "Asia/Shanghai",
    dayCutHour: 4,
    currency: "CNY",
    createdAt: 0,
  });
  const shop = await shops.open(1);
  const by = { actor: "test", at: clock.now() };
  const lines = skus.map((sku) => ({ sku, quantity: 5, bin: "A-01" }));
  const sell = (
    orderId: string,
    sku: string,
    quantity: number,
    kind: "spot" | "presale" = "spot",
  ): Command => ({
    actor: "test",
    at: clock.now(),
    type: "observe",
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "paid",
    updatedAt: clock.now(),
    rank: 0,
    placedAt: clock.now(),
    lines: [{ lineId: "1", sku, quantity, kind }],
  });
  const commit = async (commands: readonly Command[]): Promise<void> => {
    for (const { code } of await store.commit(1, commands, clock.now()))
      assert.match(code, /applied|shortage/);
  };
  await commit([
    { ...by, type: "putSkus", items: skus.map((code) => ({ code })) },
    { ...by, type: "putChannel", channel: { channel: "douyin" } },
    { ...by, type: "receive", key: "opening", warehouse: "main", opening: true, lines },
  ]);
  const expect = async (sku: string, units: number, expectedAt: Instant | null): Promise<void> => {
    const id = `${sku}-${expectedAt ?? "some-day"}`;
    const made = [{ id, sku, units, expectedAt, source: "replenish" as const }];
    assert.equal(await expectDeliveries(shop.batcher, made, { actor: "test", at: clock.now() }), 1);
  };
  const lists = async () => {
    const { date, from, to } = shop.day();
    const answer = await shop.reports.day(date);
    assert.ok(answer !== null);
    const subject = { kind: "day", id: date, title: date, date, period: { from, to } } as const;
    return reviewLists({ store, shop: 1, now: clock.now(), dayEnds: to }, subject, answer.report);
  };
  return { store, clock, shops, shop, sell, commit, expect, lists };
}

test("[RV12] the desk waits for what comes in time, asks for patience for what comes late or without a date", async () => {
  const { store, clock, shops, sell, commit, expect, lists } = await openShop(["A", "B", "C", "D", "E"]);
  await commit([
    sell("1", "A", 8),
    sell("2", "B", 9),
    sell("3", "C", 6),
    sell("4", "D", 6),
    sell("5", "E", 6),
  ]);
  const now = clock.now();
  await expect("A", 3, now + 24 * hourMs);
  await expect("B", 4, now + 72 * hourMs);
  await expect("C", 1, null);
  // What is overdue may still come within the deadline.
  await expect("D", 1, now - hourMs);
  const options = { store, shop: 1, now, dayEnds: now };
  const found = (await openShortage(options)).map(({ line, suggested, promised }) => [
    line.sku,
    suggested,
    promised,
  ]);
  const wanted = [
    ["A", "wait", 3],
    ["B", "presale", 4],
    ["C", "presale", 1],
    ["D", "wait", 1],
    ["E", "refund", 0],
  ];
  assert.deepEqual(found, wanted);
  assert.deepEqual(
    (await lists()).shortage.map(({ suggested }) => suggested),
    wanted.map(([, suggested]) => suggested),
  );
  await shops.close();
});

test("[RV12] a presale line has the date of the delivery that brings its last unit, after what oversold lines take", async () => {
  const { clock, shops, sell, commit, expect, lists } = await openShop(["A", "B"]);
  const now = clock.now();
  await commit([sell("short", "A", 6)]);
  for (const [order, quantity] of [
    ["1", 2],
    ["2", 3],
    ["3", 2],
  ] as const) {
    clock.jump(1_000);
    await commit([sell(order, "A", quantity, "presale")]);
  }
  // One unit of the first is the oversold line's, two are order 1's; the second brings order 2 its last.
  await expect("A", 3, now + hourMs);
  await expect("A", 4, now + 5 * dayMs);
  const read = async () =>
    (await lists()).presale.map(({ line, promisedAt, late }) => [line.orderId, promisedAt, late]);
  assert.deepEqual(await read(), [
    ["1", now + hourMs, false],
    ["2", now + 5 * dayMs, false],
    ["3", null, false],
  ]);
  clock.jump(2 * hourMs);
  assert.deepEqual((await read())[0], ["1", now + hourMs, true]);
  await shops.close();
});

test("[RV13] a SKU that was counted some days ago is not one that was never counted; after 30 days it is", async () => {
  const { store, clock, shops, sell, commit, lists } = await openShop(["A", "B"]);
  const id = newSheetId({ openedAt: clock.now(), unscanned: false }, clock);
  const line = { cell: { bin: "A-01", sku: "A", lot: "", quality: "good" }, quantity: 5, variance: 0 };
  const body = { kind: "closed", body: { proof: [line] } };
  await store.workEvents.append(1, "count", id, [{ at: clock.now(), actor: "test", body }], 0);
  const doubtful = async () =>
    (await lists()).doubtful.filter(({ doubts }) => doubts.includes("never_counted")).map(({ sku }) => sku);
  for (const [days, wanted] of [
    [4, ["B"]],
    [30, ["B"]],
    [31, ["A", "B"]],
  ] as const) {
    clock.jump(Date.parse("2026-11-11T12:00:00Z") + days * dayMs - clock.now());
    await commit([sell(`a${days}`, "A", 1), sell(`b${days}`, "B", 1)]);
    assert.deepEqual((await doubtful()).toSorted(), wanted, `after ${days} days`);
  }
  await shops.close();
});
