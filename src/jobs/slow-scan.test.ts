import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake-clock.ts";
import type { Command } from "../domain/command.ts";
import { weekOf } from "../engine/after-live/dates.ts";
import { reportLimits } from "../engine/after-live/reports.ts";
import { readScans } from "../engine/after-live/slow-scans.ts";
import { noticeOf, robotKind, type RobotRecord } from "../engine/notify/notice.ts";
import { Shops } from "../engine/shops.ts";
import { MemoryStore } from "../store/memory/store.ts";
import { slowScanJob } from "./slow-scan.ts";

const dayMs = 86_400_000;
const robot: RobotRecord = {
  name: "群",
  kind: "webhook",
  sealed: "",
  active: true,
  severityMin: 1,
  topics: ["report"],
  language: "zh",
  user: null,
};

test("[AN16] the week of a date begins on its Monday", () => {
  assert.deepEqual(["2026-11-23", "2026-11-25", "2026-11-29", "2026-11-30", "2027-01-01"].map(weekOf), [
    "2026-11-23",
    "2026-11-23",
    "2026-11-23",
    "2026-11-30",
    "2026-12-28",
  ]);
});

test("[AN16] each Monday's scan says what is new and what sells again, is told once, and by one node", async (t) => {
  const store = new MemoryStore();
  // A Monday at noon in Shanghai.
  const clock = new FakeClock(Date.parse("2026-09-07T04:00:00Z"));
  const silent = { info() {}, warn() {}, error() {} };
  const shops = new Shops({ store, clock, log: silent });
  t.after(() => shops.close());
  const rules = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 0 };
  await store.createShop(rules);
  const shop = await shops.open(1);
  const base = () => ({ actor: "test", at: clock.now() });
  const stock = (sku: string, key: string): Command => ({
    ...base(),
    type: "receive",
    key,
    warehouse: "main",
    opening: false,
    lines: [{ sku, quantity: 20, bin: "A-01" }],
  });
  const sell = (sku: string, orderId: string): Command => ({
    ...base(),
    type: "observe",
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "paid",
    lines: [{ lineId: "1", sku, quantity: 1, amount: 100 }],
    placedAt: clock.now(),
    updatedAt: clock.now(),
    rank: 0,
  });
  await store.commit(
    1,
    [
      { ...base(), type: "putChannel", channel: { channel: "douyin" } },
      {
        ...base(),
        type: "putSkus",
        items: ["A", "B", "C"].map((code) => ({ code, name: `名${code}`, price: 100 })),
      },
      { ...base(), type: "putDocument", kind: robotKind, id: "r", version: 0, body: robot },
      stock("A", "a"),
      stock("B", "b"),
    ],
    clock.now(),
  );
  const run = (job: ReturnType<typeof slowScanJob>) =>
    job.run({ shop, now: clock.now(), until: clock.now() + 60_000, signal: new AbortController().signal });
  const messages = async () =>
    (await store.deliveries.list(1, { limit: 50 })).filter(({ message }) => message.startsWith("slow-scan/"));
  const toMonday = (date: string): void => {
    clock.jump(shop.reports.spanOf(date).from + reportLimits.graceMs + 60_000 - clock.now());
  };
  const job = slowScanJob(store);
  assert.deepEqual(await run(job), { scanned: 0, told: 0 }, "no day is closed yet");

  // Five weeks later A and B have stood for more than thirty days.
  clock.jump(33 * dayMs);
  await store.commit(1, [stock("C", "c")], clock.now());
  toMonday("2026-10-12");
  assert.deepEqual(await run(job), { scanned: 1, told: 1 });
  assert.deepEqual(await run(job), { scanned: 0, told: 0 });
  const [first] = await readScans(store.read, 1, 5);
  assert.deepEqual(
    [first?.week, first?.through, first?.before, first?.items.map(({ sku }) => sku), first?.fresh],
    ["2026-10-12", "2026-10-11", null, ["A", "B"], []],
  );

  // In the week that follows somebody buys A; five weeks on C has stood for long, too.
  clock.jump(32 * dayMs);
  await store.commit(1, [sell("A", "1")], clock.now());
  toMonday("2026-11-16");
  await run(slowScanJob(store));
  const [second] = await readScans(store.read, 1, 5);
  assert.deepEqual(
    [second?.week, second?.before, second?.items.map(({ sku }) => sku), second?.fresh, second?.left],
    ["2026-11-16", "2026-10-12", ["B", "C"], ["C"], [{ sku: "A", name: "名A", reason: "sold" }]],
  );
  // Another node, or this one after a restart.
  assert.deepEqual((await run(slowScanJob(store)))["scanned"], 0);
  const told = await messages();
  assert.deepEqual(told.map(({ message }) => message).toSorted(), [
    "slow-scan/2026-10-12",
    "slow-scan/2026-11-16",
  ]);
  const latest = told.find(({ message }) => message.endsWith("11-16"));
  const notice = noticeOf(latest?.payload ?? "{}");
  assert.match(notice.text.zh, /新增 \*\*1\*\* 款，走出 \*\*1\*\* 款/u);
  assert.match(notice.text.zh, /名C/u);
  assert.doesNotMatch(notice.text.zh, /名B/u);
});
