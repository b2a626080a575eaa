import type { Instant } from "../domain/rows.ts";
import type { Clock } from "../engine/clock.ts";
import type { Log } from "../engine/errors.ts";
import type { OpenShop, Shops } from "../engine/shops.ts";
import type { Store } from "../store/store.ts";

/**
 * Timed work. Each job runs for each shop under a lease, so any number of nodes do it once. A run that fails
 * is logged and tried again at its next turn.
 */

export const jobLimits = {
  /** A node that dies keeps the others from its jobs for so long. */
  leaseMs: 30_000,
  /** Shops that other processes created or changed are noticed within. */
  shopsRefreshMs: 30_000,
} as const;

export interface JobRun {
  readonly shop: OpenShop;
  readonly now: Instant;
  /** The lease ends then; whatever is not done is left for the next turn. */
  readonly until: Instant;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
}

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** Answers how much of what it did, for the state that people see. */
  run(run: JobRun): Promise<Readonly<Record<string, number>>>;
}

/** What a job did since the process started. */
export interface JobState {
  readonly job: string;
  readonly everyMs: number;
  readonly runs: number;
  readonly failures: number;
  readonly lastRunAt: Instant | null;
  readonly lastError: string | null;
  readonly done: Readonly<Record<string, number>>;
}

export interface RunnerOptions {
  readonly store: Pick<Store, "work">;
  readonly shops: Pick<Shops, "all" | "refresh">;
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: readonly Job[];
}

interface Running {
  readonly job: Job;
  readonly leases: Map<number, Instant>;
  state: JobState;
  callOff: () => void;
  turn: Promise<void>;
}

export class JobRunner {
  readonly #options: RunnerOptions;
  readonly #owner: string;
  readonly #running: Running[];
  readonly #stop = new AbortController();
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#owner = options.clock.random(8);
    this.#running = options.jobs.map((job) => ({
      job,
      leases: new Map(),
      state: {
        job: job.name,
        everyMs: job.everyMs,
        runs: 0,
        failures: 0,
        lastRunAt: null,
        lastError: null,
        done: {},
      },
      callOff: () => {},
      turn: Promise.resolve(),
    }));
  }

  start(): void {
    for (const running of this.#running) this.#nextTurn(running);
  }

  state(): readonly JobState[] {
    return this.#running.map(({ state }) => state);
  }

  /** Starts no further turn, waits for those under way, and gives the leases back. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const running of this.#running) running.callOff();
    await Promise.all(this.#running.map((running) => running.turn));
    const { store, log } = this.#options;
    const held = this.#running.flatMap(({ job, leases }) =>
      [...leases.keys()].map((shop) => ({ job, shop })),
    );
    await Promise.all(
      held.map(({ job, shop }) =>
        store.work.release(shop, job.name, this.#owner).catch((error: unknown) => {
          log.warn({ err: error, job: job.name, shop }, "a lease was not given back; it runs out by itself");
        }),
      ),
    );
  }

  /** The next turn is counted from the end of this one, so that a slow job never runs beside itself. */
  #nextTurn(running: Running): void {
    if (this.#stop.signal.aborted) return;
    running.callOff = this.#options.clock.after(running.job.everyMs, () => {
      running.turn = this.#takeTurn(running).then(() => this.#nextTurn(running));
    });
  }

  async #takeTurn(running: Running): Promise<void> {
    const { log } = this.#options;
    try {
      for (const shop of await this.#shops()) {
        if (this.#stop.signal.aborted) return;
        await this.#runFor(running, shop);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      running.state = { ...running.state, failures: running.state.failures + 1, lastError: message };
      log.error({ err: error, job: running.job.name }, "a job failed; it is tried again at its next turn");
    }
  }

  async #shops(): Promise<readonly OpenShop[]> {
    const { shops, clock } = this.#options;
    if (clock.elapsedMs() - this.#refreshedAt < jobLimits.shopsRefreshMs) return shops.all();
    const all = await shops.refresh();
    this.#refreshedAt = clock.elapsedMs();
    return all;
  }

  async #runFor(running: Running, shop: OpenShop): Promise<void> {
    const { clock } = this.#options;
    const until = await this.#lease(running, shop);
    if (until === null) return;
    const now = clock.now();
    const done = await running.job.run({ shop, now, until, signal: this.#stop.signal });
    const sums: Record<string, number> = { ...running.state.done };
    for (const [name, count] of Object.entries(done)) sums[name] = (sums[name] ?? 0) + count;
    running.state = {
      ...running.state,
      runs: running.state.runs + 1,
      lastRunAt: now,
      lastError: null,
      done: sums,
    };
  }

  /** Renewed at half its time only: each renewal is a write to the disk. */
  async #lease({ job, leases }: Running, shop: OpenShop): Promise<Instant | null> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const held = leases.get(shop.id) ?? Number.NEGATIVE_INFINITY;
    if (held - now > jobLimits.leaseMs / 2) return held;
    if (!(await store.work.lease(shop.id, job.name, this.#owner, jobLimits.leaseMs, now))) {
      leases.delete(shop.id);
      return null;
    }
    leases.set(shop.id, now + jobLimits.leaseMs);
    return now + jobLimits.leaseMs;
  }
}
