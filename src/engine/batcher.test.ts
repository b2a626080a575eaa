import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock, settle } from "../../tests/support/fake-clock.ts";
import { InvariantError } from "../domain/assert.ts";
import type { Command } from "../domain/command.ts";
import type { Outcome } from "../domain/outcome.ts";
import { StoreUnavailable } from "../store/errors.ts";
import { Batcher, type BatcherOptions } from "./batcher.ts";
import { Busy, CommandFailed, ShuttingDown } from "./errors.ts";

function command(orderId: string): Command {
  return { type: "pay", actor: "test", at: 0, channel: "c", orderId };
}

function idOf(one: Command): string {
  assert.ok(one.type === "pay");
  return one.orderId;
}

/** A store that records its batches, and commits when it is told to, or at once. */
class StoreStub {
  readonly batches: string[][] = [];
  readonly #held: (() => void)[] = [];
  splitFromCommands = Number.POSITIVE_INFINITY;
  hold = false;
  refuse: (ids: readonly string[]) => Error | null = () => null;

  async commit(_shop: number, commands: readonly Command[]): Promise<readonly Outcome[]> {
    const ids = commands.map(idOf);
    this.batches.push(ids);
    if (this.hold) await new Promise<void>((resolve) => this.#held.push(resolve));
    const error = this.refuse(ids);
    if (error !== null) throw error;
    return ids.map((id) => ({ code: "applied", seq: Number(id) }));
  }

  release(): void {
    for (const go of this.#held.splice(0)) go();
  }
}

function setUp(limits: BatcherOptions["limits"] = {}) {
  const store = new StoreStub();
  const logged: object[] = [];
  const log = { info: () => {}, warn: () => {}, error: (data: object) => void logged.push(data) };
  const measured: { commands: number; failed: number }[] = [];
  const hooks = {
    onBatch: (batch: { outcomes: readonly Outcome[]; failed: number }) =>
      void measured.push({ commands: batch.outcomes.length, failed: batch.failed }),
  };
  const batcher = new Batcher({ store, shop: 1, clock: new FakeClock(), log, hooks, limits });
  return { store, logged, measured, batcher };
}

const seqOf = (outcome: Outcome): number => ("seq" in outcome ? outcome.seq : -1);

test("commands of one turn are one batch, and each gets its own answer in order", async () => {
  const { store, batcher, measured } = setUp();
  const answers = await Promise.all(["1", "2", "3"].map((id) => batcher.submit(command(id))));
  assert.deepEqual(answers.map(seqOf), [1, 2, 3]);
  assert.deepEqual(store.batches, [["1", "2", "3"]]);
  assert.deepEqual(measured, [{ commands: 3, failed: 0 }]);
});

test("what arrives while a batch is committed is the next batch", async () => {
  const { store, batcher } = setUp();
  store.hold = true;
  const first = batcher.submit(command("1"));
  await settle();
  const others = ["2", "3"].map((id) => batcher.submit(command(id)));
  await settle();
  assert.deepEqual(store.batches, [["1"]]);
  assert.equal(batcher.depth, 2);
  store.hold = false;
  store.release();
  assert.deepEqual((await Promise.all([first, ...others])).map(seqOf), [1, 2, 3]);
  assert.deepEqual(store.batches, [["1"], ["2", "3"]]);
});

test("a batch is cut at its limit", async () => {
  const { store, batcher } = setUp({ batchCommandsMax: 2 });
  await Promise.all(["1", "2", "3", "4", "5"].map((id) => batcher.submit(command(id))));
  assert.deepEqual(store.batches, [["1", "2"], ["3", "4"], ["5"]]);
});

test("where commits happen beside it, half is committed while the other half is answered", async () => {
  const { store } = setUp();
  store.splitFromCommands = 2;
  store.hold = true;
  const batcher = new Batcher({ store, shop: 1, clock: new FakeClock(), log: console });
  const answered: string[] = [];
  const ask = (id: string): Promise<void> => batcher.submit(command(id)).then(() => void answered.push(id));
  const first = ["1", "2", "3", "4", "5", "6"].map(ask);
  await settle();
  assert.deepEqual(store.batches, [["1", "2", "3"]]);
  store.release();
  await settle();
  assert.deepEqual(answered, ["1", "2", "3"]);
  assert.deepEqual(store.batches.at(-1), ["4", "5", "6"], "on its way when the others are answered");
  const more = ["7", "8", "9"].map(ask);
  await settle();
  store.release();
  await settle();
  assert.deepEqual(store.batches.at(-1), ["7", "8", "9"]);
  store.hold = false;
  store.release();
  await Promise.all([...first, ...more]);
  // Too few to be worth two.
  await Promise.all(["10", "11"].map(ask));
  assert.deepEqual(store.batches.at(-1), ["10", "11"]);
  await batcher.close();
});

test("a full queue answers busy at once, and takes again when there is room", async () => {
  const { store, batcher } = setUp({ queueCommandsMax: 2 });
  store.hold = true;
  const running = batcher.submit(command("1"));
  await settle();
  const waiting = [batcher.submit(command("2")), batcher.submit(command("3"))];
  assert.equal(batcher.open, false);
  await assert.rejects(
    batcher.submit(command("4")),
    (error) => error instanceof Busy && error.retryAfterMs === 500,
  );
  store.hold = false;
  store.release();
  await Promise.all([running, ...waiting]);
  assert.equal(batcher.open, true);
  assert.equal(seqOf(await batcher.submit(command("5"))), 5);
});

test("bulk waits for room in its turn and leaves the rest of the queue to single commands", async () => {
  const { store, batcher } = setUp({ queueCommandsMax: 5, queueBulkCommandsMax: 3, batchCommandsMax: 3 });
  store.hold = true;
  const first = batcher.submitAll(["1", "2", "3"].map(command));
  await settle();
  const second = batcher.submitAll(["4", "5"].map(command));
  const third = batcher.submitAll(["6", "7"].map(command));
  await settle();
  assert.equal(batcher.depth, 2, "the third finds no room");
  const single = batcher.submit(command("8"));
  store.hold = false;
  store.release();
  await Promise.all([first, second, third, single]);
  assert.deepEqual(store.batches, [
    ["1", "2", "3"],
    ["4", "5", "8"],
    ["6", "7"],
  ]);
});

test("more than a batch is submitted part by part and answered in order", async () => {
  const { store, batcher } = setUp({ batchCommandsMax: 2 });
  const answers = await batcher.submitAll(["1", "2", "3", "4", "5"].map(command));
  assert.deepEqual(
    answers.map((answer) => ("outcome" in answer ? seqOf(answer.outcome) : -1)),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual(store.batches, [["1", "2"], ["3", "4"], ["5"]]);
});

test("a command at which the model fails is the only one that fails", async () => {
  const { store, batcher, logged, measured } = setUp();
  store.refuse = (ids) =>
    ids.includes("5") ? new InvariantError("invariant 2: available would be -1") : null;
  const ids = ["1", "2", "3", "4", "5", "6", "7", "8"];
  const answers = await batcher.submitAll(ids.map(command));
  assert.deepEqual(
    answers.map((answer) => ("outcome" in answer ? seqOf(answer.outcome) : answer.error.name)),
    [1, 2, 3, 4, "CommandFailed", 6, 7, 8],
  );
  assert.equal(logged.length, 1);
  await settle();
  assert.deepEqual(measured, [{ commands: 7, failed: 1 }]);
  const failed = answers[4];
  assert.ok(failed !== undefined && "error" in failed && failed.error instanceof CommandFailed);
  assert.ok(failed.error.cause instanceof InvariantError);
});

test("a store that fails at everything is not asked without end", async () => {
  const { store, batcher } = setUp({ failedCommitsMax: 8 });
  store.refuse = () => new Error("disk full");
  const answers = await batcher.submitAll(Array.from({ length: 500 }, (_, index) => command(String(index))));
  assert.ok(answers.every((answer) => "error" in answer && answer.error instanceof CommandFailed));
  assert.ok(store.batches.length < 24, `${store.batches.length} commits`);
});

test("a store that cannot be reached is busy, not broken, and is not asked twice", async () => {
  const { store, batcher } = setUp();
  store.refuse = () => new StoreUnavailable("connection refused");
  const answers = await Promise.allSettled(["1", "2"].map((id) => batcher.submit(command(id))));
  assert.ok(answers.every((answer) => answer.status === "rejected" && answer.reason instanceof Busy));
  assert.equal(store.batches.length, 1);
  store.refuse = () => null;
  assert.equal(seqOf(await batcher.submit(command("3"))), 3);
});

test("closing answers everyone, then takes no more", async () => {
  const { store, batcher } = setUp({ batchCommandsMax: 2, queueBulkCommandsMax: 2 });
  store.hold = true;
  const taken = ["1", "2", "3"].map((id) => batcher.submit(command(id)));
  await settle();
  const bulk = batcher.submitAll(["4", "5"].map(command));
  const closed = batcher.close();
  await assert.rejects(batcher.submit(command("6")), ShuttingDown);
  store.hold = false;
  store.release();
  assert.deepEqual((await Promise.all(taken)).map(seqOf), [1, 2, 3]);
  await closed;
  assert.deepEqual(
    (await bulk).map((answer) => "error" in answer && answer.error instanceof ShuttingDown),
    [true, true],
  );
  await new Batcher({ store, shop: 1, clock: new FakeClock(), log: console }).close();
});
