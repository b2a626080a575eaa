// People who count beside the selling: each opens bins of one sheet, enters what stands there, closes the bin and
// has the sheet's news sent, as the phone's page does. Everybody has an account of their own.
import { Agent, request } from "node:http";
import { answerRequests, childInput, say } from "../lib/child.ts";
import { Latencies } from "../lib/stats.ts";

export interface CountersInput {
  readonly port: number;
  /** One key a person. */
  readonly keys: readonly string[];
}

/** One bin as somebody finds it. */
export interface BinToCount {
  readonly bin: string;
  readonly sku: string;
  readonly quantity: number;
}

export type CountersRequest =
  | { readonly ask: "join"; readonly sheet: string }
  /** Counts the bins, each person one every `everyMs`, until they are done or the seconds are over. */
  | {
      readonly ask: "count";
      readonly bins: readonly BinToCount[];
      readonly everyMs: number;
      readonly seconds: number;
    };

export interface CountersAnswer {
  readonly requests: number;
  readonly bins: number;
  readonly entry: Percentiles;
  readonly close: Percentiles;
  readonly news: Percentiles;
}

export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const { port, keys } = childInput<CountersInput>();
const agent = new Agent({ keepAlive: true });
let sheet = "";
let entries = 0;
/** Up to which of the sheet's events each person's phone knows it. */
const known = keys.map(() => 0);

function send(key: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(text === undefined
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    const asked = request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const answer = Buffer.concat(parts).toString("utf8");
        if (response.statusCode !== 200) reject(new Error(`${method} ${path}: ${answer.slice(0, 500)}`));
        else resolve(JSON.parse(answer));
      });
    });
    asked.on("error", reject);
    asked.end(text);
  });
}

async function timed(latencies: Latencies, act: () => Promise<unknown>): Promise<unknown> {
  const startedAt = performance.now();
  const answer = await act();
  latencies.add(performance.now() - startedAt);
  return answer;
}

async function readNews(person: number, latencies: Latencies): Promise<void> {
  const after = known[person] ?? 0;
  const where = `/api/v1/counts/${sheet}${after === 0 ? "" : `?after=${after}`}`;
  const answer = (await timed(latencies, () => send(keys[person] ?? "", "GET", where))) as { seq: number };
  known[person] = answer.seq;
}

async function countBin(person: number, { bin, sku, quantity }: BinToCount, seen: Seen): Promise<void> {
  const key = keys[person] ?? "";
  entries += 1;
  const at = new Date().toISOString();
  const entry = { id: `bench-${process.pid}-${entries}`, bin, sku, quantity, from: at, to: at, queued: true };
  const taken = (await timed(seen.entry, () =>
    send(key, "POST", `/api/v1/counts/${sheet}/entries`, { entries: [entry] }),
  )) as { results: { result: string; code?: string }[] };
  if (taken.results[0]?.result !== "applied") throw new Error(`Not taken: ${JSON.stringify(taken)}`);
  const close = { bins: [{ bin, from: at, to: at }] };
  await timed(seen.close, () => send(key, "POST", `/api/v1/counts/${sheet}/bins/close`, close));
  await readNews(person, seen.news);
}

interface Seen {
  readonly entry: Latencies;
  readonly close: Latencies;
  readonly news: Latencies;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.max(0, ms)));

async function count(asked: Extract<CountersRequest, { ask: "count" }>): Promise<CountersAnswer> {
  const seen: Seen = { entry: new Latencies(), close: new Latencies(), news: new Latencies() };
  const left = [...asked.bins];
  const startedAt = performance.now();
  const endsAt = startedAt + asked.seconds * 1_000;
  let bins = 0;
  await Promise.all(
    keys.map(async (_, person) => {
      // They do not all press at the same moment.
      let due = startedAt + (person / keys.length) * asked.everyMs;
      while (due < endsAt) {
        await pause(due - performance.now());
        const bin = left.shift();
        if (bin === undefined) return;
        await countBin(person, bin, seen);
        bins += 1;
        due = Math.max(due + asked.everyMs, performance.now());
      }
    }),
  );
  const of = (latencies: Latencies): Percentiles => ({
    p50Ms: latencies.percentile(50),
    p99Ms: latencies.percentile(99),
  });
  const requests = seen.entry.count + seen.close.count + seen.news.count;
  return { requests, bins, entry: of(seen.entry), close: of(seen.close), news: of(seen.news) };
}

async function join(asked: Extract<CountersRequest, { ask: "join" }>): Promise<Percentiles> {
  sheet = asked.sheet;
  known.fill(0);
  const latencies = new Latencies();
  for (const person of keys.keys()) await readNews(person, latencies);
  return { p50Ms: latencies.percentile(50), p99Ms: latencies.percentile(99) };
}

say({ ready: true });
await answerRequests(async (value) => {
  const asked = value as CountersRequest;
  return asked.ask === "join" ? join(asked) : count(asked);
});
agent.destroy();
