import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake-clock.ts";
import type { Command } from "../domain/command.ts";
import { robotKind, type RobotRecord } from "../engine/notify/notice.ts";
import { Shops } from "../engine/shops.ts";
import { MemoryStore } from "../store/memory/store.ts";
import { shortageJob } from "./shortage.ts";

const robot: RobotRecord = {
  name: "群",
  kind: "webhook",
  sealed: "",
  active: true,
  severityMin: 1,
  topics: [],
  language: "zh",
  user: null,
};

test("outside a broadcast an oversold SKU is told once, another one again, and nothing twice after a restart", async () => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const silent = { info() {}, warn() {}, error() {} };
  const shops = new Shops({ store, clock, log: silent });
  const rules = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 0 };
  await store.createShop(rules);
  const shop = await shops.open(1);
  const base = () => ({ actor: "test", at: clock.now() });
  const oversell = (orderId: string, sku: string): Command => ({
    ...base(),
    type: "observe",
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "paid",
    updatedAt: clock.now(),
    rank: 0,
    placedAt: clock.now(),
    lines: [{ lineId: "1", sku, quantity: 6 }],
  });
  await store.commit(
    1,
    [
      { ...base(), type: "putSkus", items: [{ code: "A", name: "围巾" }, { code: "B" }] },
      { ...base(), type: "putChannel", channel: { channel: "douyin" } },
      { ...base(), type: "putDocument", kind: robotKind, id: "r", version: 0, body: robot },
    ],
    clock.now(),
  );
  const run = (job: ReturnType<typeof shortageJob>) =>
    job.run({ shop, now: clock.now(), until: clock.now() + 60_000, signal: new AbortController().signal });
  const titles = async (): Promise<string[]> =>
    (await store.deliveries.list(1, { limit: 10 }))
      .map(({ payload }) => JSON.parse(payload).title.zh as string)
      .toSorted();

  const job = shortageJob(store);
  assert.deepEqual(await run(job), { told: 0 });
  await store.commit(1, [oversell("1", "A")], clock.now());
  assert.deepEqual(await run(job), { told: 1 });
  assert.deepEqual(await run(job), { told: 0 });
  await run(shortageJob(store));
  assert.deepEqual(await titles(), ["超卖：围巾"]);
  await store.commit(1, [oversell("2", "B")], clock.now());
  await run(job);
  assert.deepEqual(await titles(), ["超卖：2 款商品欠货", "超卖：围巾"]);
  await shops.close();
});
