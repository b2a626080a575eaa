import { Worker } from "node:worker_threads";
import type { AfterLive, MakeAfterLive } from "../../engine/after-live/reading.ts";
import { DayReports } from "../../engine/after-live/reports.ts";
import type { Clock } from "../../engine/clock.ts";
import type { Shop, ShopId, Store } from "../../store/store.ts";
import type { Page, PageAsk } from "./pages.ts";

/** Where pages that read much are worked out. */
export type MakePage = (
  shop: { readonly id: ShopId; readonly shop: Shop },
  ask: PageAsk,
) => Promise<Page | null>;

/** What the thread is asked. Its answers are plain values. */
export interface ReportRequest {
  readonly id: number;
  readonly shop: Shop;
  /** Reports follow the server's clock. */
  readonly now: number;
  readonly call: ReportCall;
}

type Answers = Pick<AfterLive["reports"], "closeDue" | "list" | "day"> &
  Pick<AfterLive, "sessionReport" | "prepare" | "slowScan"> & { page(ask: PageAsk): Promise<Page | null> };
export type ReportCall = {
  [Name in keyof Answers]: { readonly name: Name; readonly given: Parameters<Answers[Name]> };
}[keyof Answers];

export type ReportAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: { readonly message: string; readonly stack: string } };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface ReportThreadOptions {
  /** The program of the thread, and what it opens the books with. */
  readonly program: URL;
  readonly workerData: unknown;
  readonly store: Pick<Store, "read" | "days" | "workEvents">;
  readonly clock: Pick<Clock, "now">;
}

/**
 * Reports, analyses and their files, on a thread and a connection of their own: this thread goes on selling, and only
 * passes on the bytes. It starts when it is first asked something, and again when it was lost.
 */
export class ReportThread {
  readonly #options: ReportThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;
  #closed = false;

  constructor(options: ReportThreadOptions) {
    this.#options = options;
  }

  readonly page: MakePage = ({ shop }, ask) => this.#ask(shop, { name: "page", given: [ask] });

  /** What the engine asks of one shop. Days and dates are worked out here. */
  readonly afterLive: MakeAfterLive = (owner) => {
    const { store, clock } = this.#options;
    const here = new DayReports({ store, shop: owner, clock });
    return {
      reports: {
        closeDue: () => this.#ask(owner.shop, { name: "closeDue", given: [] }),
        list: (query) => this.#ask(owner.shop, { name: "list", given: [query] }),
        day: (date) => this.#ask(owner.shop, { name: "day", given: [date] }),
        dateOf: (at) => here.dateOf(at),
        spanOf: (date) => here.spanOf(date),
      },
      sessionReport: (session) => this.#ask(owner.shop, { name: "sessionReport", given: [session] }),
      slowScan: (week) => this.#ask(owner.shop, { name: "slowScan", given: [week] }),
      prepare: (days) => this.#ask(owner.shop, { name: "prepare", given: [days] }),
    };
  };

  /** Whoever still waits is told that the server stops. */
  async close(): Promise<void> {
    this.#closed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    const gone = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.ref();
    worker.postMessage(null);
    await gone;
    this.#failAll(new Error("The server is stopping."));
  }

  #ask<T>(shop: Shop, call: ReportCall): Promise<T> {
    if (this.#closed) return Promise.reject(new Error("The server is stopping."));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const worker = (this.#worker ??= this.#start());
    this.#last += 1;
    this.#waiting.set(this.#last, { resolve: resolve as Waiting["resolve"], reject });
    worker.ref();
    const now = this.#options.clock.now();
    worker.postMessage({ id: this.#last, shop, now, call } satisfies ReportRequest);
    return promise;
  }

  /** Idle it keeps no process alive. */
  #start(): Worker {
    const { program, workerData } = this.#options;
    const worker = new Worker(program, { workerData });
    worker.on("message", (answer: ReportAnswer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) worker.unref();
      if ("failure" in answer) {
        const { message, stack } = answer.failure;
        waiting?.reject(new Error(message, { cause: stack }));
      } else waiting?.resolve(answer.value);
    });
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", () => this.#lose(worker, undefined));
    return worker;
  }

  #lose(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#failAll(new Error("The thread that makes reports has ended.", { cause }));
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
