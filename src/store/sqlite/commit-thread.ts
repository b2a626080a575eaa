import { Worker } from "node:worker_threads";
import { InvariantError } from "../../domain/assert.ts";
import type { Command } from "../../domain/command.ts";
import type { Instant } from "../../domain/rows.ts";
import { StoreUnavailable, UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import type { Batch, Committing } from "./commit.ts";
import type { BatchAnswer, BatchFailure, BatchRequest, CommitWorkerData } from "./commit-worker.ts";

interface Waiting {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Commits on a thread and a connection of its own: while a batch is decided, written and flushed, this thread reads requests
 * and writes answers. Whoever calls it takes turns, so one batch is under way. What goes between the two is JSON, which is
 * several times as fast as a structured clone of so many small objects.
 */
export class CommitThread implements Committing {
  readonly #data: CommitWorkerData;
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;

  constructor(data: CommitWorkerData) {
    this.#data = data;
  }

  /**
   * @throws UnknownShop, StoreUnavailable, InvariantError: nothing was written; also StoreUnavailable when the thread is lost,
   * and then nobody can tell
   */
  commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<Batch> {
    const { promise, resolve, reject } = Promise.withResolvers<Batch>();
    const worker = (this.#worker ??= this.#start());
    this.#waiting = { resolve, reject };
    worker.ref();
    worker.postMessage(JSON.stringify({ shop, commands, at } satisfies BatchRequest));
    return promise;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.ref();
    worker.postMessage(null);
    await gone;
  }

  /** Idle it keeps no process alive. */
  #start(): Worker {
    const worker = new Worker(new URL("./commit-worker.ts", import.meta.url), { workerData: this.#data });
    worker.on("message", (text: string) => {
      worker.unref();
      const answer = JSON.parse(text) as BatchAnswer;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if ("failure" in answer) waiting?.reject(errorOf(answer.failure));
      else waiting?.resolve(answer.batch);
    });
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", () => this.#lose(worker, undefined));
    return worker;
  }

  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(new StoreUnavailable("The thread that writes the database has ended.", { cause }));
  }
}

/** The error as it was thrown there: a thread's messages carry no classes. */
function errorOf({ kind, message, stack, shop }: BatchFailure): Error {
  if (kind === "unknown_shop") return new UnknownShop(shop);
  const cause = { cause: stack };
  if (kind === "unavailable") return new StoreUnavailable(message, cause);
  return kind === "invariant" ? new InvariantError(message, cause) : new Error(message, cause);
}
