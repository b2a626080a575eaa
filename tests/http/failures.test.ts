import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { InvariantError } from "../../src/domain/assert.ts";
import type { Command } from "../../src/domain/command.ts";
import { batcherLimits } from "../../src/engine/batcher.ts";
import { StoreUnavailable } from "../../src/store/errors.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

/** What is wrong with the store, and may be set right again. */
let trouble: ((commands: readonly Command[]) => Promise<void>) | null = null;

describe("when something is wrong behind the routes", () => {
  let server: TestServer;

  before(async () => {
    server = await startServer("memory");
    await fillShop(server, { A1: 1_000 });
    const commit = server.store.commit.bind(server.store);
    server.store.commit = async (shop, commands, at) => {
      await trouble?.(commands);
      return commit(shop, commands, at);
    };
  });
  after(() => server.close());

  const reserve = (orderId: string) =>
    server.ask("POST", "/api/v1/reservations", {
      body: { channel: "douyin", orderId, buyer: "小王", lines: [{ sku: "A1", quantity: 1 }] },
    });
  const orderOf = (command: Command): string => ("orderId" in command ? command.orderId : "");

  test("a command at which the model fails answers internal; the others of its batch are booked", async () => {
    trouble = async (commands) => {
      if (commands.some((command) => orderOf(command) === "bad"))
        throw new InvariantError("invariant 2 is broken");
    };
    const ids = ["1", "2", "bad", "3", "4"];
    const answers = await Promise.all(ids.map(reserve));
    trouble = null;
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 500, 201, 201],
    );
    const failed = answers[2];
    assert.ok(failed !== undefined);
    assertProblem(failed, 500, "internal");
    assert.doesNotMatch(JSON.stringify(failed.body), /invariant/i, "the client is not told our secrets");
    const logged = server.logged.filter((line) => line.includes(String(failed.body.id)));
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? "", /invariant 2 is broken/);
    assert.equal((await reserve("bad")).status, 201, "the same request again, once the fault is gone");
  });

  test("a database that cannot be reached is busy", async () => {
    trouble = async () => {
      throw new StoreUnavailable("connection refused");
    };
    const answer = await reserve("later");
    assertProblem(answer, 503, "busy");
    assert.equal(answer.headers.get("retry-after"), "1");
    const events = await server.ask("POST", "/api/v1/order-events", {
      body: [
        {
          channel: "douyin",
          orderId: "e",
          updatedAt: "2026-11-11T20:00:00+08:00",
          stage: "paid",
          lines: [{ sku: "A1", quantity: 1 }],
        },
      ],
    });
    assert.deepEqual([events.body.results[0].result, events.body.results[0].code], ["rejected", "busy"]);
    trouble = null;
    assert.equal((await reserve("later")).status, 201);
  });

  test("a full queue is busy at once, and not ready", async () => {
    let go: (() => void) | undefined;
    trouble = () => new Promise((resolve) => (go = resolve));
    const { batcher } = await server.shops.open(1);
    const command: Command = { type: "expire", actor: "test", at: 0, channel: "douyin", orderId: "none" };
    const first = batcher.submit(command);
    while (go === undefined) await new Promise((resolve) => setImmediate(resolve));
    const waiting = Array.from({ length: batcherLimits.queueCommandsMax }, () => batcher.submit(command));
    const answer = await reserve("crowd");
    assertProblem(answer, 503, "busy");
    const ready = await server.ask("GET", "/readyz");
    assert.deepEqual([ready.status, ready.body.problems], [503, ["the queue is full"]]);
    assert.equal((await server.ask("GET", "/healthz")).status, 200);
    trouble = null;
    go();
    await Promise.all([first, ...waiting]);
    assert.equal((await reserve("crowd")).status, 201);
  });

  test("a read that fails answers internal with an id that the log knows", async () => {
    const reads = { ...server.store.read };
    Object.assign(server.store.read, { stock: () => Promise.reject(new Error("no such column: secret")) });
    const answer = await server.ask("GET", "/api/v1/stock");
    Object.assign(server.store.read, reads);
    assertProblem(answer, 500, "internal");
    assert.doesNotMatch(JSON.stringify(answer.body), /column/);
    assert.ok(
      server.logged.some((line) => line.includes(String(answer.body.id)) && line.includes("no such column")),
    );
  });

  test("a store that does not answer is not ready", async () => {
    const broken = await startServer("memory", {
      store: new (class extends MemoryStore {
        broken = false;
        override async shops() {
          if (this.broken) throw new StoreUnavailable("gone");
          return super.shops();
        }
      })(),
    });
    assert.equal((await broken.ask("GET", "/readyz")).status, 200);
    Object.assign(broken.store, { broken: true });
    const { status, body } = await broken.ask("GET", "/readyz");
    assert.deepEqual([status, body.problems], [503, ["the store does not answer"]]);
    await broken.close();
  });

  test("no log line carries a buyer, a key or a body", () => {
    for (const line of server.logged) assert.doesNotMatch(line, /小王|zaiku_|authorization/);
  });
});
