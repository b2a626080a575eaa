import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { BatcherHooks } from "../engine/batcher.ts";
import type { Shops } from "../engine/shops.ts";
import type { JobState } from "../jobs/runner.ts";

/**
 * What Prometheus reads. On the way of an order only plain numbers are counted; they become metrics when
 * somebody asks for them.
 */

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const sizeBuckets = [1, 4, 16, 64, 256, 1_024, 4_096];

/** Requests of one route and status, by how long they took. */
class Latency {
  readonly buckets = new Float64Array(secondsBuckets.length + 1);
  sum = 0;

  add(seconds: number): void {
    let index = 0;
    while (index < secondsBuckets.length && seconds > (secondsBuckets[index] ?? 0)) index += 1;
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    this.sum += seconds;
  }
}

export class Metrics {
  readonly registry = new Registry();
  readonly #outcomes = new Map<string, number>();
  /** Route → status → latencies. */
  readonly #latencies = new Map<string, Map<number, Latency>>();
  readonly #batchSize: Histogram;
  readonly #commitSeconds: Histogram;
  readonly #failed: Counter;
  readonly #cuts: Counter;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: "zaiku_" });
    this.#batchSize = new Histogram({
      name: "zaiku_batch_commands",
      help: "Commands in one commit",
      buckets: sizeBuckets,
      registers,
    });
    this.#commitSeconds = new Histogram({
      name: "zaiku_commit_seconds",
      help: "How long one commit took, the disk included",
      buckets: secondsBuckets,
      registers,
    });
    this.#failed = new Counter({
      name: "zaiku_commands_failed_total",
      help: "Commands that the store or the model failed at",
      registers,
    });
    this.#cuts = new Counter({
      name: "zaiku_feed_cuts_total",
      help: "Readers of the live stream that did not keep up",
      registers,
    });
    const outcomes = this.#outcomes;
    this.#collected(Counter, "zaiku_outcomes_total", "Commands by outcome", ["code"], (set) => {
      for (const [code, count] of outcomes) set({ code }, count);
    });
  }

  get hooks(): BatcherHooks & { onFeedCut(): void } {
    return {
      onBatch: ({ outcomes, failed, commitMs }) => {
        this.#batchSize.observe(outcomes.length + failed);
        this.#commitSeconds.observe(commitMs / 1_000);
        if (failed > 0) this.#failed.inc(failed);
        for (const { code } of outcomes) this.#outcomes.set(code, (this.#outcomes.get(code) ?? 0) + 1);
      },
      onFeedCut: () => this.#cuts.inc(),
    };
  }

  onRequest(route: string, status: number, seconds: number): void {
    let byStatus = this.#latencies.get(route);
    if (byStatus === undefined) this.#latencies.set(route, (byStatus = new Map()));
    let latency = byStatus.get(status);
    if (latency === undefined) byStatus.set(status, (latency = new Latency()));
    latency.add(seconds);
  }

  /** Reads queues, readers and jobs whenever somebody asks. */
  watch(shops: Shops, jobs: () => readonly JobState[]): void {
    this.#collected(Gauge, "zaiku_queue_commands", "Commands that wait for a commit", ["shop"], (set) => {
      for (const { id, batcher } of shops.all()) set({ shop: String(id) }, batcher.depth);
    });
    this.#collected(Gauge, "zaiku_feed_readers", "Readers of the live stream", ["shop"], (set) => {
      for (const { id, feed } of shops.all()) set({ shop: String(id) }, feed.readers);
    });
    this.#collected(Counter, "zaiku_job_done_total", "What timed work did", ["job", "what"], (set) => {
      for (const { job, done } of jobs()) {
        for (const [what, count] of Object.entries(done)) set({ job, what }, count);
      }
    });
    this.#collected(
      Counter,
      "zaiku_job_failures_total",
      "Turns of timed work that failed",
      ["job"],
      (set) => {
        for (const { job, failures } of jobs()) set({ job }, failures);
      },
    );
  }

  async text(): Promise<string> {
    return `${await this.registry.metrics()}\n${this.#latencyText()}`;
  }

  #collected(
    Metric: typeof Counter | typeof Gauge,
    name: string,
    help: string,
    labelNames: string[],
    collect: (set: (labels: Record<string, string>, value: number) => void) => void,
  ): void {
    const metric: Counter | Gauge = new Metric({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect: () => {
        metric.reset();
        collect((labels, value) => metric.inc(labels, value));
      },
    });
  }

  #latencyText(): string {
    const name = "zaiku_http_seconds";
    const lines = [`# HELP ${name} How long requests took`, `# TYPE ${name} histogram`];
    for (const [route, byStatus] of this.#latencies) {
      for (const [status, latency] of byStatus) {
        const labels = `route="${escapeLabel(route)}",status="${status}"`;
        let count = 0;
        for (const [index, bucket] of latency.buckets.entries()) {
          count += bucket;
          const le = secondsBuckets[index] ?? "+Inf";
          lines.push(`${name}_bucket{${labels},le="${le}"} ${count}`);
        }
        lines.push(`${name}_sum{${labels}} ${latency.sum}`, `${name}_count{${labels}} ${count}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
