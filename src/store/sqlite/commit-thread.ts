import { Worker } from "node:worker_threads";
import { InvariantError } from "../../domain/assert.ts";
import type { Command } from "../../domain/command.ts";
import type { Instant } from "../../domain/rows.ts";
import { StoreUnavailable, UnknownShop } from "../errors.ts";
import type { ShopId } from "../store.ts";
import type { Batch } from "./commit.ts";
import type {
  BatchRequest,
  CommitWorkerData,
  SideRequest,
  WriteAnswer,
  WriteFailure,
} from "./commit-worker.ts";
import type { FileWriter, SqlAnswer } from "./file-writer.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes on a thread and a connection of its own: while a batch is decided, written and flushed, this thread reads requests
 * and writes answers. Batches go to it and come back as JSON, which is several times as fast as a structured clone of so many
 * small objects.
 *
 * Its errors are those of the writer there; and StoreUnavailable when the thread is lost: then nobody can tell what was written.
 */
export class CommitThread implements FileWriter {
  readonly #data: CommitWorkerData;
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;

  constructor(data: CommitWorkerData) {
    this.#data = data;
  }

  commit(shop: ShopId, commands: readonly Command[], at: Instant): Promise<Batch> {
    return this.#ask(JSON.stringify({ shop, commands, at } satisfies BatchRequest)) as Promise<Batch>;
  }

  readonly beside: FileWriter["beside"] = (name, ...args) =>
    this.#ask({ beside: name, args }) as ReturnType<FileWriter["beside"]> as Promise<never>;

  query(sql: string, parameters: readonly unknown[]): Promise<SqlAnswer> {
    return this.#ask({ sql, parameters }) as Promise<SqlAnswer>;
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

  #ask(request: string | SideRequest): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const worker = (this.#worker ??= this.#start());
    this.#waiting = { resolve, reject };
    worker.ref();
    worker.postMessage(request);
    return promise;
  }

  /** Idle it keeps no process alive. */
  #start(): Worker {
    const worker = new Worker(new URL("./commit-worker.ts", import.meta.url), { workerData: this.#data });
    worker.on("message", (said: string | WriteAnswer) => {
      worker.unref();
      const waiting = this.#waiting;
      this.#waiting = undefined;
      const answer = typeof said === "string" ? (JSON.parse(said) as WriteAnswer) : said;
      if ("failure" in answer) waiting?.reject(errorOf(answer.failure));
      else waiting?.resolve(answer.value);
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
function errorOf({ kind, message, stack, shop }: WriteFailure): Error {
  if (kind === "unknown_shop") return new UnknownShop(shop);
  const cause = { cause: stack };
  if (kind === "unavailable") return new StoreUnavailable(message, cause);
  return kind === "invariant" ? new InvariantError(message, cause) : new Error(message, cause);
}
