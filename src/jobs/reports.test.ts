import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../tests/support/fake-clock.ts";
import type { Command } from "../domain/command.ts";
import { robotKind, type RobotRecord } from "../engine/notify/notice.ts";
import { reportLimits } from "../engine/after-live/reports.ts";
import { Shops } from "../engine/shops.ts";
import { MemoryStore } from "../store/memory/store.ts";
import { reportJobLimits, reportsJob } from "./reports.ts";

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

test("[RP17] a day that a page closed before the job is told once, after a restart too; older days are no news", async () => {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const silent = { info() {}, warn() {}, error() {} };
  const shops = new Shops({ store, clock, log: silent });
  const rules = { name: "s", timeZone: "Asia/Shanghai", dayCutHour: 4, currency: "CNY", createdAt: 0 };
  await store.createShop(rules);
  const shop = await shops.open(1);
  const base = () => ({ actor: "test", at: clock.now() });
  const commands: Command[] = [
    { ...base(), type: "putSkus", items: [{ code: "A", name: "围巾" }] },
    { ...base(), type: "putDocument", kind: robotKind, id: "r", version: 0, body: robot },
    {
      ...base(),
      type: "receive",
      key: "opening",
      warehouse: "main",
      opening: true,
      lines: [{ sku: "A", quantity: 5, bin: "A-01" }],
    },
  ];
  await store.commit(1, commands, clock.now());
  const run = (job: ReturnType<typeof reportsJob>) =>
    job.run({ shop, now: clock.now(), until: clock.now() + 60_000, signal: new AbortController().signal });
  const messages = async (): Promise<string[]> =>
    (await store.deliveries.list(1, { limit: 20 })).map(({ message }) => message);
  const first = shop.day();
  clock.jump(first.to + reportLimits.graceMs + 1_000 - clock.now());
  // A page asks for the report, which closes the day.
  assert.notEqual((await shop.reports.day(first.date))?.closedAt ?? null, null);

  const job = reportsJob(store, silent);
  assert.deepEqual(await run(job), { closed: 0, told: 1, kept: 0 });
  assert.deepEqual(await messages(), [`report/day/${first.date}`]);
  assert.deepEqual(await run(job), { closed: 0, told: 0, kept: 0 });
  await run(reportsJob(store, silent));
  assert.deepEqual(await messages(), [`report/day/${first.date}`]);

  clock.jump(first.to + reportJobLimits.newsMs + 1_000 - clock.now());
  await run(reportsJob(store, silent));
  assert.ok((await messages()).length > 1);
  const told = await messages();
  assert.equal(told.filter((message) => message === `report/day/${first.date}`).length, 1);
  await shops.close();
});
