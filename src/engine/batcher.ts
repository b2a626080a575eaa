import { assert } from "../domain/assert.ts";
import type { Command } from "../domain/command.ts";
import type { Outcome } from "../domain/outcome.ts";
import { StoreUnavailable } from "../store/errors.ts";
import type { ShopId, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Busy, CommandFailed, ShuttingDown, type EngineError, type Log } from "./errors.ts";

/**
 * One shop is one serial history. The batcher collects whatever arrived while the last batch was being
 * committed and commits that next: no timers, no fixed size. One batch is under way at a time.
 *
 * A store that commits beside this thread works while answers are being written and requests read. Were a batch all that
 * waits, the two would take turns: everybody is answered, then everybody asks, then everybody waits for the disk. So a batch is at
 * most half of those who are here, once it is big enough to be worth a flush.
 */

export const batcherLimits = {
  /** Commands that may wait; one more is answered `Busy` at once. */
  queueCommandsMax: 20_000,
  /** Commands in one transaction. */
  batchCommandsMax: 4_096,
  /** Turns of the event loop that a batch waits for more, as long as each brings some. */
  gatherTurnsMax: 3,
  /** Bulk waits for room instead of being refused, and leaves this much of the queue to single commands. */
  queueBulkCommandsMax: 10_000,
  /** Commits that may fail while the culprit of a failed batch is looked for. */
  failedCommitsMax: 64,
  busyRetryMs: 500,
  unavailableRetryMs: 1_000,
} as const;

type BatcherLimits = Record<keyof typeof batcherLimits, number>;

/** What is measured. `depth` is how many commands wait once the batch was taken. */
export interface BatcherHooks {
  onBatch?(batch: { outcomes: readonly Outcome[]; failed: number; commitMs: number; depth: number }): void;
}

export interface BatcherOptions {
  /** Where it does not say from when on batches are split, it commits in this thread. */
  readonly store: Pick<Store, "commit"> & Partial<Pick<Store, "splitFromCommands">>;
  readonly shop: ShopId;
  readonly clock: Clock;
  readonly log: Log;
  readonly hooks?: BatcherHooks;
  readonly limits?: Partial<BatcherLimits>;
}

/** What became of one command of many. */
export type Answer = { readonly outcome: Outcome } | { readonly error: EngineError };

interface Pending {
  readonly command: Command;
  settle(outcome: Outcome): void;
  fail(error: EngineError): void;
}

/** A batch that is in the books: how many commands, and what answers them. */
interface Committed {
  readonly commands: number;
  readonly answer: () => void;
}

/** What a batch has come to so far. */
interface Tally {
  outcomes: Outcome[];
  failed: number;
  failedCommits: number;
  readonly answers: (() => void)[];
}

interface Waiter {
  readonly count: number;
  readonly go: () => void;
}

export class Batcher {
  readonly #options: BatcherOptions;
  readonly #limits: BatcherLimits;
  readonly #splitFrom: number;
  #queue: Pending[] = [];
  #waiters: Waiter[] = [];
  /** A batch is under way, or will be at the end of this turn of the event loop. */
  #running = false;
  #closing = false;
  #whenIdle: (() => void)[] = [];

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#limits = { ...batcherLimits, ...options.limits };
    this.#splitFrom = options.store.splitFromCommands ?? Number.POSITIVE_INFINITY;
  }

  /** Commands that wait for the next batch. */
  get depth(): number {
    return this.#queue.length;
  }

  /** Whether a single command would be taken now. */
  get open(): boolean {
    return !this.#closing && this.#queue.length < this.#limits.queueCommandsMax;
  }

  /**
   * Answers once the command is durable.
   * @throws Busy, ShuttingDown: it was not taken; CommandFailed: it failed and nothing of it happened
   */
  submit(command: Command): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#closing) return reject(new ShuttingDown());
      if (this.#queue.length >= this.#limits.queueCommandsMax) {
        return reject(new Busy(this.#limits.busyRetryMs));
      }
      this.#queue.push({ command, settle: resolve, fail: reject });
      this.#schedule();
    });
  }

  /**
   * Submits many, in order, and answers each. Where the queue is full it waits for room: the caller holds
   * back its own source as long as this does not resolve.
   */
  async submitAll(commands: readonly Command[]): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    const most = Math.min(this.#limits.batchCommandsMax, this.#limits.queueBulkCommandsMax);
    for (let start = 0; start < commands.length; start += most) {
      const part = commands.slice(start, start + most);
      const room = this.#room(part.length);
      if (room !== null) await room;
      for (const answer of await this.#submitPart(part)) answers.push(answer);
    }
    return answers;
  }

  #submitPart(commands: readonly Command[]): Promise<readonly Answer[]> {
    if (this.#closing) return Promise.resolve(commands.map(() => ({ error: new ShuttingDown() })));
    return new Promise((resolve) => {
      const answers: Answer[] = [];
      let open = commands.length;
      const answer = (index: number, one: Answer): void => {
        answers[index] = one;
        open -= 1;
        if (open === 0) resolve(answers);
      };
      for (const [index, command] of commands.entries()) {
        this.#queue.push({
          command,
          settle: (outcome) => answer(index, { outcome }),
          fail: (error) => answer(index, { error }),
        });
      }
      this.#schedule();
    });
  }

  /** Takes no more, and resolves when everything that was taken is answered. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { go } of this.#waiters.splice(0)) go();
    if (!this.#running) return;
    await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  #room(count: number): Promise<void> | null {
    if (this.#closing || (this.#waiters.length === 0 && this.#fits(count))) return null;
    return new Promise((resolve) => this.#waiters.push({ count, go: resolve }));
  }

  #fits(count: number): boolean {
    return this.#queue.length === 0 || this.#queue.length + count <= this.#limits.queueBulkCommandsMax;
  }

  #schedule(): void {
    if (this.#running) return;
    this.#running = true;
    this.#gather(0, this.#limits.gatherTurnsMax);
  }

  /**
   * The immediate comes after this turn's I/O: also a store that commits at once gets a batch, not one command.
   * While requests are still being read the batch waits for them: they would else wait for its disk flush.
   */
  #gather(seen: number, turns: number): void {
    setImmediate(() => {
      const { length } = this.#queue;
      if (turns > 0 && length > seen && length < this.#limits.batchCommandsMax)
        this.#gather(length, turns - 1);
      else void this.#run();
    });
  }

  async #run(): Promise<void> {
    let committing = this.#commit(this.#take(0));
    for (;;) {
      const { commands, answer } = await committing;
      this.#admit();
      // The next is on its way before this one is answered: they take their time side by side.
      const next = this.#isSplit && this.#queue.length > 0 ? this.#commit(this.#take(commands)) : null;
      answer();
      if (next === null) break;
      committing = next;
    }
    if (this.#queue.length > 0) {
      this.#gather(0, this.#limits.gatherTurnsMax);
      return;
    }
    this.#running = false;
    for (const idle of this.#whenIdle.splice(0)) idle();
  }

  get #isSplit(): boolean {
    return Number.isFinite(this.#splitFrom);
  }

  /** @param answering commands that are committed and about to be answered */
  #take(answering: number): Pending[] {
    const half = Math.ceil((this.#queue.length + answering) / 2);
    const most = Math.min(this.#limits.batchCommandsMax, Math.max(half, this.#splitFrom));
    if (this.#queue.length > most) return this.#queue.splice(0, most);
    const batch = this.#queue;
    this.#queue = [];
    return batch;
  }

  /** Lets bulk in, in the order in which it asked, as far as there is room. */
  #admit(): void {
    let admitted = this.#queue.length;
    for (let next = this.#waiters[0]; next !== undefined; next = this.#waiters[0]) {
      if (admitted > 0 && admitted + next.count > this.#limits.queueBulkCommandsMax) return;
      admitted += next.count;
      this.#waiters.shift();
      next.go();
    }
  }

  async #commit(batch: readonly Pending[]): Promise<Committed> {
    const { clock } = this.#options;
    const startedAt = clock.elapsedMs();
    const tally: Tally = { outcomes: [], failed: 0, failedCommits: 0, answers: [] };
    await this.#commitPart(batch, tally);
    this.#options.hooks?.onBatch?.({
      outcomes: tally.outcomes,
      failed: tally.failed,
      commitMs: clock.elapsedMs() - startedAt,
      depth: this.#queue.length,
    });
    const answer = (): void => {
      for (const one of tally.answers) one();
    };
    return { commands: batch.length, answer };
  }

  /**
   * Commits all or, when that fails, each half by itself: a command at which the model fails is answered
   * with its failure, and all others go on as if it had not been there.
   */
  async #commitPart(part: readonly Pending[], tally: Tally): Promise<void> {
    const { store, shop, clock } = this.#options;
    let outcomes: readonly Outcome[];
    try {
      outcomes = await store.commit(
        shop,
        part.map((pending) => pending.command),
        clock.now(),
      );
    } catch (error) {
      tally.failedCommits += 1;
      if (error instanceof StoreUnavailable) return this.#failAll(part, tally, error);
      const tooMany = tally.failedCommits >= this.#limits.failedCommitsMax;
      if (part.length === 1 || tooMany) return this.#failAll(part, tally, error);
      const half = Math.ceil(part.length / 2);
      await this.#commitPart(part.slice(0, half), tally);
      await this.#commitPart(part.slice(half), tally);
      return;
    }
    assert(outcomes.length === part.length, "a commit answers every command");
    tally.answers.push(() => {
      for (const [index, pending] of part.entries()) pending.settle(outcomes[index] as Outcome);
    });
    if (tally.outcomes.length === 0) tally.outcomes = outcomes as Outcome[];
    else tally.outcomes.push(...outcomes);
  }

  #failAll(part: readonly Pending[], tally: Tally, cause: unknown): void {
    const { clock, log, shop } = this.#options;
    tally.failed += part.length;
    const fail = (errorOf: (pending: Pending) => EngineError): void => {
      const errors = part.map(errorOf);
      tally.answers.push(() => {
        for (const [index, pending] of part.entries()) pending.fail(errors[index] as EngineError);
      });
    };
    if (cause instanceof StoreUnavailable) {
      log.error({ err: cause, shop, commands: part.length }, "the store cannot be reached");
      return fail(() => new Busy(this.#limits.unavailableRetryMs, { cause }));
    }
    fail(({ command: { type } }) => {
      const id = clock.random(8);
      log.error(
        { err: cause, shop, id, type },
        "A COMMAND FAILED: this is a bug, and nothing of it was applied",
      );
      return new CommandFailed(id, { cause });
    });
  }
}
