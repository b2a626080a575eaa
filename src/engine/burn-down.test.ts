import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../store/memory/store.ts";
import { BurnDown } from "./burn-down.ts";

const dayFrom = Date.parse("2026-11-11T04:00:00+08:00");
const minuteMs = 60_000;

async function openStore(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await store.createShop({
    name: "s",
    timeZone: "Asia/Shanghai",
    dayCutHour: 4,
    currency: "CNY",
    createdAt: 0,
  });
  return store;
}

async function receive(store: MemoryStore, quantity: number, at: number): Promise<void> {
  const base = { actor: "test", at };
  await store.commit(
    1,
    [
      { ...base, type: "putSkus", items: [{ code: "A" }] },
      {
        ...base,
        type: quantity > 0 ? "receive" : "adjust",
        key: `k${at}`,
        warehouse: "main",
        ...(quantity > 0
          ? { opening: false, lines: [{ sku: "A", quantity }] }
          : { action: "write_off", sku: "A", quantity: -quantity }),
      } as Parameters<MemoryStore["commit"]>[1][number],
    ],
    at,
  );
}

test("the day is drawn backwards from the balance, and goes on from where it was read", async () => {
  const store = await openStore();
  await receive(store, 100, dayFrom - minuteMs);
  await receive(store, -10, dayFrom + 10 * minuteMs);
  await receive(store, -20, dayFrom + 10 * minuteMs + 5_000);
  await receive(store, 50, dayFrom + 60 * minuteMs);
  const burnDown = new BurnDown(store.read, 1);
  const at = dayFrom + 90 * minuteMs;
  const draw = async (now: number, available: number) =>
    (await burnDown.points("a", dayFrom, { at: now, available, buffer: 5 }, 200)).map((point) => [
      (point.at - dayFrom) / minuteMs,
      point.sellable,
    ]);
  const first = [
    [0, 95],
    [11, 65],
    [61, 115],
  ];
  assert.deepEqual(await draw(at, 120), [...first, [90, 115]]);
  await receive(store, -30, at + 10_000);
  assert.deepEqual(await draw(at + 5 * minuteMs, 90), [...first, [91, 85], [95, 85]]);
  assert.deepEqual(await draw(at + 6 * minuteMs, 90), [...first, [91, 85], [96, 85]]);
});

test("a long day is thinned out, its ends stay", async () => {
  const store = await openStore();
  for (let minute = 0; minute < 500; minute += 1) await receive(store, 1, dayFrom + minute * minuteMs);
  const now = { at: dayFrom + 501 * minuteMs, available: 500, buffer: 0 };
  const points = await new BurnDown(store.read, 1).points("A", dayFrom, now, 200);
  assert.equal(points.length, 200);
  assert.deepEqual(points[0], { at: dayFrom, sellable: 0 });
  assert.deepEqual(points.at(-1), { at: now.at, sellable: 500 });
});
