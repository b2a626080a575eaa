import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { FakeClock } from "../../tests/support/fake-clock.ts";
import type { Command } from "../domain/command.ts";
import { Shops } from "../engine/shops.ts";
import { MemoryStore } from "../store/memory/store.ts";
import type { OutboxItem } from "../store/store.ts";
import { expireJob } from "./expire.ts";
import { logTarget, outboxJob, outboxLimits, retryDelayMs, type OutboxTarget } from "./outbox.ts";
import { JobRunner, jobLimits, type Job } from "./runner.ts";

const minuteMs = 60_000;

describe("timed work", () => {
  let store: MemoryStore;
  let clock: FakeClock;
  let shops: Shops;
  let logged: { level: string; message: string }[];
  const write = (level: string) => (_data: object, message: string) => void logged.push({ level, message });
  const log = { info: write("info"), warn: write("warn"), error: write("error") };

  const runnerOf = (...jobs: Job[]): JobRunner => new JobRunner({ store, shops, clock, log, jobs });
  const commit = async (...commands: Command[]) => store.commit(1, commands, clock.now());
  const base = () => ({ actor: "test", at: clock.now() });

  beforeEach(async () => {
    logged = [];
    store = new MemoryStore();
    clock = new FakeClock();
    shops = new Shops({ store, clock, log });
    await store.createShop({
      name: "s",
      timeZone: "Asia/Shanghai",
      dayCutHour: 4,
      currency: "CNY",
      createdAt: 0,
    });
    await commit(
      { ...base(), type: "putSkus", items: [{ code: "A" }] },
      { ...base(), type: "putChannel", channel: { channel: "douyin", holdMinutes: 15 } },
      {
        ...base(),
        type: "receive",
        key: "r",
        opening: true,
        warehouse: "main",
        lines: [{ sku: "A", quantity: 10 }],
      },
    );
  });

  const reserve = (orderId: string, quantity: number): Command => ({
    ...base(),
    type: "reserve",
    channel: "douyin",
    orderId,
    buyer: null,
    stage: "created",
    lines: [{ lineId: "1", sku: "A", quantity }],
  });
  const observe = (orderId: string, quantity: number): Command => ({
    ...base(),
    type: "observe",
    channel: "douyin",
    orderId,
    buyer: null,
    updatedAt: clock.now(),
    rank: 0,
    status: "风控中",
    placedAt: clock.now(),
    lines: [{ lineId: "1", sku: "A", quantity }],
  });
  const held = async (): Promise<number> => (await store.read.sku(1, "A"))?.stocks[0]?.held ?? -1;

  test("an unpaid hold is released a second after its time, a pending one never", async () => {
    await commit(reserve("1", 4), observe("2", 3));
    const runner = runnerOf(expireJob(store, log));
    runner.start();
    clock.jump(15 * minuteMs - 2_000);
    await clock.pass(1_999);
    assert.equal(await held(), 7);
    await clock.pass(1_001);
    assert.equal(await held(), 3);
    const [entry] = await store.read.journal(1, { limit: 1 });
    assert.deepEqual([entry?.reason, entry?.actor], ["expire", "system:expire"]);
    clock.jump(24 * 60 * minuteMs);
    await clock.pass(2_000);
    assert.equal(await held(), 3);
    assert.equal(runner.state()[0]?.done.released, 1);
    await runner.stop();
  });

  test("more holds than a page are released in one turn", async () => {
    await commit({
      ...base(),
      type: "receive",
      key: "r2",
      opening: true,
      warehouse: "main",
      lines: [{ sku: "A", quantity: 2_500 }],
    });
    await commit(...Array.from({ length: 2_500 }, (_, index) => reserve(String(index), 1)));
    const runner = runnerOf(expireJob(store, log));
    clock.jump(16 * minuteMs);
    runner.start();
    await clock.pass(1_000);
    for (let waited = 0; (await held()) > 0 && waited < 100; waited += 1) await clock.pass(0);
    assert.equal(await held(), 0);
    await runner.stop();
  });

  test("two nodes do a job once; one that stops hands it over, one that dies after its lease", async () => {
    const runs: string[] = [];
    const job = (node: string): Job => ({
      name: "tick",
      everyMs: 1_000,
      run: async () => {
        runs.push(node);
        return { ticks: 1 };
      },
    });
    const a = runnerOf(job("a"));
    const b = runnerOf(job("b"));
    a.start();
    b.start();
    await clock.pass(10_000);
    assert.equal(new Set(runs).size, 1);
    assert.equal(runs.length, 10);
    await a.stop();
    runs.length = 0;
    await clock.pass(2_000);
    assert.deepEqual(runs, ["b", "b"]);

    // Dies: neither runs nor gives back.
    const c = runnerOf(job("c"));
    c.start();
    store.work.release = async () => {};
    await b.stop();
    runs.length = 0;
    await clock.pass(jobLimits.leaseMs + 2_000);
    assert.ok(runs.length > 0 && runs.every((node) => node === "c"));
    await c.stop();
  });

  test("a job that fails is tried again and its failure is seen", async () => {
    let broken = true;
    const runner = runnerOf({
      name: "shaky",
      everyMs: 1_000,
      run: async () => {
        if (broken) throw new Error("no connection");
        return {};
      },
    });
    runner.start();
    await clock.pass(1_000);
    assert.deepEqual([runner.state()[0]?.failures, runner.state()[0]?.lastError], [1, "no connection"]);
    assert.equal(logged.filter(({ level }) => level === "error").length, 1);
    broken = false;
    await clock.pass(1_000);
    assert.deepEqual([runner.state()[0]?.runs, runner.state()[0]?.lastError], [1, null]);
    await runner.stop();
  });

  test("a shop that another process creates is worked for", async () => {
    const seen = new Set<number>();
    const runner = runnerOf({
      name: "look",
      everyMs: 1_000,
      run: async ({ shop }) => {
        seen.add(shop.id);
        return {};
      },
    });
    runner.start();
    await clock.pass(1_000);
    await store.createShop({
      name: "t",
      timeZone: "Asia/Shanghai",
      dayCutHour: 4,
      currency: "CNY",
      createdAt: 0,
    });
    await clock.pass(jobLimits.shopsRefreshMs + 1_000);
    assert.deepEqual([...seen], [1, 2]);
    await runner.stop();
  });

  test("a message is delivered once, in the order of the books", async () => {
    const sent: OutboxItem[] = [];
    const target: OutboxTarget = { name: "test", deliver: async (item) => void sent.push(item) };
    await commit(observe("1", 3), observe("2", 1));
    const runner = runnerOf(outboxJob(store, [target, logTarget(log)], log, clock));
    runner.start();
    await clock.pass(5_000);
    assert.deepEqual(
      sent.map((item) => [item.topic, item.payload.orderId]),
      [
        ["unknown_status", "1"],
        ["unknown_status", "2"],
      ],
    );
    assert.equal(runner.state()[0]?.done.delivered, 2);
    assert.ok(logged.some(({ message }) => message === "outbox: unknown_status"));
    await runner.stop();
  });

  test("a message that is not taken is tried again, later and later, and given up in the end", async () => {
    const attempts: number[] = [];
    const target: OutboxTarget = {
      name: "test",
      deliver: async () => {
        attempts.push(clock.now());
        throw new Error("502");
      },
    };
    await commit(observe("1", 3));
    const runner = runnerOf(outboxJob(store, [target], log, clock));
    runner.start();
    for (let attempt = 1; attempt <= outboxLimits.attemptsMax + 5; attempt += 1) {
      clock.jump(retryDelayMs(attempt) - outboxLimits.everyMs);
      await clock.pass(2 * outboxLimits.everyMs);
    }
    assert.equal(attempts.length, outboxLimits.attemptsMax);
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    for (const [index, gap] of gaps.entries()) {
      const wanted = retryDelayMs(index + 1);
      assert.ok(
        gap >= wanted && gap <= wanted + 2 * outboxLimits.everyMs,
        `${gap} after ${index + 1} attempts`,
      );
    }
    assert.equal(logged.filter(({ level }) => level === "error").length, 1);
    await runner.stop();
  });
});
