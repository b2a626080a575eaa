import { setTimeout as sleep } from "node:timers/promises";
import { runChild, serveChild } from "./lib/child.ts";
import type { Disk } from "./lib/disk.ts";
import { load, loadGenerator, type LoadAnswer } from "./lib/load.ts";
import type { Plan } from "./lib/plan.ts";
import { startPostgres, type Postgres } from "./lib/postgres.ts";
import { atLeast, atMost, number, type Goal, type Row, type Section } from "./lib/report.ts";
import { inRounds, type Contender } from "./lib/rounds.ts";
import { median, medianRatio } from "./lib/stats.ts";
import { findRedis } from "./lib/tools.ts";
import { startZaiku, stockUp, type Zaiku } from "./lib/zaiku.ts";
import type { EventStreamAnswer, EventStreamInput } from "./workers/event-stream.ts";
import type { PeerInput } from "./workers/peer-server.ts";
import type { RedisHostInput } from "./workers/redis-host.ts";

/**
 * What does a durable reservation a request cost over the same server's route that does nothing, and how fast is
 * it beside the usual ways behind the same Fastify? And how many lines a second does the stream of events take?
 */

type Target = "noop" | "sqlite" | "postgres" | "redis" | "per-order";

const names: Readonly<Record<Target, string>> = {
  noop: "the same server, a POST that does nothing",
  sqlite: "Zaiku, SQLite",
  postgres: "Zaiku, PostgreSQL",
  redis: "Redis Lua, appendfsync always",
  "per-order": "PostgreSQL, UPDATE + INSERT an order",
};

const goals = { noopShare: 0.55, noopP99Times: 4, redisTimes: 1, perOrderTimes: 15, streamLines: 80_000 };
const unitsPerSku = 1_000_000_000;
const hotSku = "HOT";
const streamSkus = Array.from({ length: 200 }, (_, index) => `SKU-${index + 1}`);
const peerKey = "bench-key-0000000000000000";
const lifeMsMax = 900_000;
const streamMsMax = 60_000;

/** A server that can be loaded, and what its books say afterwards. */
interface Endpoint {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  /** Null where nothing is sold. */
  readonly promised: (() => Promise<number>) | null;
}

interface World {
  readonly endpoints: ReadonlyMap<Target, Endpoint>;
  readonly zaiku: Readonly<Record<"sqlite" | "postgres", Zaiku>>;
}

/** Starts everything. What has started is put on `started`, also when something after it fails. */
async function open(
  plan: Plan,
  disk: Disk,
  postgres: Postgres,
  started: (() => Promise<void>)[],
): Promise<World> {
  const { dir } = plan;
  const { env } = disk;
  const endpoints = new Map<Target, Endpoint>();
  const start = async (databaseUrl: string | null): Promise<Zaiku> => {
    const zaiku = await startZaiku({ databaseUrl, dir, env });
    started.push(zaiku.stop);
    await stockUp(zaiku, [hotSku, ...streamSkus], unitsPerSku);
    return zaiku;
  };
  const sqlite = await start(null);
  const pg = await start(await postgres.createDatabase());
  const { port, key } = sqlite;
  const path = "/api/v1/reservations";
  endpoints.set("noop", { port, key, path: "/bench/noop", promised: null });
  endpoints.set("sqlite", { port, key, path, promised: sqlite.promised });
  endpoints.set("postgres", { port: pg.port, key: pg.key, path, promised: pg.promised });
  const addPeer = async (target: Target, input: PeerInput): Promise<void> => {
    const served = await serveChild<{ port: number }>("workers/peer-server.ts", input, {
      env,
      msMax: lifeMsMax,
    });
    started.push(served.stop);
    const promised = async (): Promise<number> => {
      const response = await fetch(`http://127.0.0.1:${served.info.port}/promised`);
      return ((await response.json()) as { promised: number }).promised;
    };
    endpoints.set(target, { port: served.info.port, key: peerKey, path, promised });
  };
  const peer = { key: peerKey, sku: hotSku, units: unitsPerSku };
  await addPeer("per-order", { ...peer, peer: "postgres", url: await postgres.createDatabase() });
  const program = findRedis();
  if (program !== null) {
    const input: RedisHostInput = { program, dir };
    const redis = await serveChild<{ port: number }>("workers/redis-host.ts", input, {
      env,
      msMax: lifeMsMax,
    });
    started.push(redis.stop);
    await addPeer("redis", { ...peer, peer: "redis", redisPort: redis.info.port });
  }
  return { endpoints, zaiku: { sqlite, postgres: pg } };
}

let runs = 0;

/** One run on one endpoint, after a short one that warms it up; what it answered must stand in its books. */
async function loadOne(endpoint: Endpoint, connections: number, plan: Plan): Promise<LoadAnswer> {
  const { port, key, path } = endpoint;
  const run = (seconds: number): Promise<LoadAnswer> => {
    runs += 1;
    const prefix = String(runs).padStart(6, "0");
    return load({ port, key, path, sku: hotSku, prefix, connections, seconds });
  };
  await run(1);
  const before = await settled(endpoint);
  const answer = await run(Math.max(1, Math.round(plan.seconds * 1.5)));
  const booked = (await settled(endpoint)) - before;
  // Those that were under way when the load ended are booked and were not waited for: one a connection.
  const isTrue = booked >= answer.requests && booked <= answer.requests + connections;
  if (endpoint.promised !== null && !isTrue) {
    throw new Error(`${path} on ${port}: ${answer.requests} answered, ${booked} in the books`);
  }
  return answer;
}

const settledMs = 100;

/** Units in the books once what was under way is in them: when they did not change for a while. */
async function settled(endpoint: Endpoint): Promise<number> {
  let last = -1;
  for (;;) {
    const now = (await endpoint.promised?.()) ?? 0;
    if (now === last) return now;
    last = now;
    await sleep(settledMs);
  }
}

async function streamOne(zaiku: Zaiku, plan: Plan, round: number): Promise<EventStreamAnswer> {
  const stream = async (lines: number): Promise<EventStreamAnswer> => {
    runs += 1;
    const prefix = String(runs).padStart(6, "0");
    const { port, key } = zaiku;
    const input: EventStreamInput = { port, key, prefix, lines, skus: streamSkus, seed: plan.seed + round };
    const answer = await runChild<EventStreamAnswer>("workers/event-stream.ts", input, {
      msMax: streamMsMax,
    });
    if (answer.lines !== lines || answer.other > 0) throw new Error(`A stream: ${JSON.stringify(answer)}`);
    return answer;
  };
  await stream(10_000);
  return stream(plan.quick ? 40_000 : 150_000);
}

type Measured = ReadonlyMap<string, readonly (LoadAnswer | EventStreamAnswer)[]>;

function ratesOf(measured: Measured, name: string): number[] {
  return (measured.get(name) ?? []).map(
    (one) => ("requests" in one ? one.requests : one.lines) / one.seconds,
  );
}

function loadsOf(measured: Measured, name: string): LoadAnswer[] {
  return (measured.get(name) ?? []).flatMap((one) => ("requests" in one ? [one] : []));
}

function rowOf(target: Target, connections: number, measured: Measured, isSlow: boolean): Row {
  const nameOf = (other: Target): string => `${other} ${connections}`;
  const rounds = ratesOf(measured, nameOf(target));
  const answers = loadsOf(measured, nameOf(target));
  const what = { what: names[target], setting: `${connections} connections`, unit: "requests/s", rounds };
  if (rounds.length === 0) return { ...what, note: "not installed" };
  const times = (other: Target): number => medianRatio(rounds, ratesOf(measured, nameOf(other)));
  const p99Ms = median(answers.map((one) => one.p99Ms));
  const noopP99Ms = median(loadsOf(measured, nameOf("noop")).map((one) => one.p99Ms));
  const own: Goal[] = [];
  if (target === "sqlite") {
    own.push(atLeast(times("noop"), goals.noopShare, "of no-op"));
    own.push(atMost(p99Ms / noopP99Ms, goals.noopP99Times, "× no-op's p99"));
    const redis = times("redis");
    if (!Number.isNaN(redis)) own.push({ text: "faster than Redis", met: redis > goals.redisTimes });
    own.push(atLeast(times("per-order"), goals.perOrderTimes, "× UPDATE + INSERT"));
  }
  const ratios = (["noop", "redis", "per-order"] as const).filter((other) => other !== target);
  const short = { noop: "no-op", redis: "Redis", "per-order": "UPDATE + INSERT" };
  const ratio = ratios
    .map((other) => ({ other, value: times(other) }))
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ other, value }) => `${number(value)} of ${short[other]}`)
    .join(", ");
  return {
    ...what,
    p50Ms: median(answers.map((one) => one.p50Ms)),
    p99Ms,
    ...(target === "sqlite" || target === "postgres" ? { ratio } : {}),
    // What a slow disk leaves is told beside the peers; the shares of a route that waits for no disk are not.
    goals: isSlow ? own.filter(({ text }) => !text.includes("no-op")) : own,
  };
}

function streamRow(kind: "sqlite" | "postgres", measured: Measured, isSlow: boolean): Row {
  const rounds = ratesOf(measured, `stream ${kind}`);
  const wanted = kind === "sqlite" && !isSlow ? [atLeast(median(rounds), goals.streamLines, "lines/s")] : [];
  return { what: names[kind], setting: "NDJSON order events, zipf", unit: "lines/s", rounds, goals: wanted };
}

export async function http(plan: Plan, disk: Disk, tell: (text: string) => void): Promise<Section> {
  const isSlow = disk.env.LD_PRELOAD !== undefined;
  const started: (() => Promise<void>)[] = [];
  const postgres = await startPostgres(disk.env);
  started.push(postgres.stop);
  try {
    const world = await open(plan, disk, postgres, started);
    const counts = plan.quick ? [64] : [64, 256];
    const targets = Object.keys(names) as Target[];
    const contenders: Contender<LoadAnswer | EventStreamAnswer>[] = [];
    for (const connections of counts) {
      for (const [target, endpoint] of world.endpoints) {
        const measure = (): Promise<LoadAnswer> => loadOne(endpoint, connections, plan);
        contenders.push({ name: `${target} ${connections}`, measure });
      }
    }
    for (const kind of ["sqlite", "postgres"] as const) {
      const measure = (round: number) => streamOne(world.zaiku[kind], plan, round);
      contenders.push({ name: `stream ${kind}`, measure });
    }
    const measured = await inRounds(contenders, plan.rounds, tell);
    return {
      id: "http",
      title: `Over HTTP (${disk.name})`,
      rows: [
        ...counts.flatMap((count) => targets.map((target) => rowOf(target, count, measured, isSlow))),
        ...(["sqlite", "postgres"] as const).map((kind) => streamRow(kind, measured, isSlow)),
      ],
      notes: [
        `One reservation of one unit of one SKU a request, each of another order and buyer; load from ${loadGenerator()}, one thread, nothing pinned to a core.`,
        "After each run the units in the books are compared to what was answered.",
      ],
    };
  } finally {
    for (const stop of started.toReversed()) await stop();
  }
}
