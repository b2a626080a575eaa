import { spawn } from "node:child_process";
import path from "node:path";
import { runChild } from "./child.ts";
import { findWrk } from "./tools.ts";

/** One reservation a request, each of another order, over connections that stay open. */
export interface LoadInput {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly sku: string;
  /** The beginning of every order's id: another one for each run. */
  readonly prefix: string;
  readonly connections: number;
  readonly seconds: number;
  /** So many requests a second; absent: as many as there are answers for. */
  readonly perSecond?: number;
}

export interface LoadAnswer {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers that were not 2xx. */
  readonly refused: number;
  /** Requests without an answer. */
  readonly failed: number;
}

const script = path.join(import.meta.dirname, "reserve.lua");
const extraMs = 30_000;

let hasWrk: boolean | undefined;

export function loadGenerator(): "wrk" | "autocannon" {
  hasWrk ??= findWrk();
  return hasWrk ? "wrk" : "autocannon";
}

/**
 * Loads a server from a process of its own.
 * @throws when a request was refused or failed: such a run measures something else
 */
export async function load(input: LoadInput): Promise<LoadAnswer> {
  const answer =
    // Only one of the two can keep to a pace.
    loadGenerator() === "wrk" && input.perSecond === undefined
      ? await runWrk(input)
      : await runChild<LoadAnswer>("workers/autocannon.ts", input, {
          msMax: input.seconds * 1_000 + extraMs,
        });
  if (answer.refused > 0 || answer.failed > 0 || answer.requests === 0) {
    throw new Error(`The load on ${input.path} did not go well: ${JSON.stringify(answer)}`);
  }
  return answer;
}

function runWrk({
  port,
  path: target,
  key,
  sku,
  prefix,
  connections,
  seconds,
}: LoadInput): Promise<LoadAnswer> {
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script];
  return new Promise((resolve, reject) => {
    const wrk = spawn("wrk", [...args, `http://127.0.0.1:${port}`], {
      env: { ...process.env, BENCH_PATH: target, BENCH_KEY: key, BENCH_SKU: sku, BENCH_PREFIX: prefix },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: seconds * 1_000 + extraMs,
    });
    let said = "";
    const keep = (chunk: Buffer): void => {
      said += chunk.toString("utf8");
    };
    wrk.stdout.on("data", keep);
    wrk.stderr.on("data", keep);
    wrk.on("error", reject);
    wrk.on("close", () => {
      const answer = /^\{.*\}$/m.exec(said)?.[0];
      if (answer === undefined) reject(new Error(`wrk did not answer:\n${said}`));
      else resolve(JSON.parse(answer) as LoadAnswer);
    });
  });
}
