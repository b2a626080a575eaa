import { runChild } from "./lib/child.ts";
import type { Disk } from "./lib/disk.ts";
import type { Plan } from "./lib/plan.ts";
import { startPostgres, type Postgres } from "./lib/postgres.ts";
import { atLeast, number, type Goal, type Row, type Section } from "./lib/report.ts";
import { inRounds, type Contender } from "./lib/rounds.ts";
import { median, medianRatio } from "./lib/stats.ts";
import type { SellAnswer, SellInput, SellerName } from "./workers/sell.ts";

/**
 * How many order lines a second do the stores take, durable, in batches as they come through the engine's batcher,
 * and how many do their databases take in the usual way?
 */

const names: Readonly<Record<SellerName, string>> = {
  "zaiku-sqlite": "Zaiku, SQLite",
  "zaiku-sqlite-events": "Zaiku, SQLite, order events",
  "zaiku-postgres": "Zaiku, PostgreSQL",
  "sqlite-minimal": "SQLite, group commit, minimal schema",
  "postgres-update": "PostgreSQL, UPDATE + INSERT an order",
  "postgres-cte": "PostgreSQL, one statement an order",
};

const linesGoals: Partial<Record<SellerName, number>> = {
  "zaiku-sqlite": 100_000,
  "zaiku-sqlite-events": 100_000,
  "zaiku-postgres": 50_000,
};

/** The peer that sets the measure, on the same database. */
const comparedTo: Partial<Record<SellerName, SellerName>> = {
  "zaiku-sqlite": "sqlite-minimal",
  "zaiku-sqlite-events": "sqlite-minimal",
  "zaiku-postgres": "postgres-update",
};

interface Setting {
  readonly seller: SellerName;
  readonly workload: SellInput["workload"];
  readonly inFlight: number;
}

/** One transaction an order goes no faster with more of them in flight than with these. */
const perOrderInFlight = 64;
const runMsMax = 60_000;

/** @param disk a slow one is asked less: what changes is the flush alone */
function settingsOf({ quick }: Plan, isSlow: boolean): Setting[] {
  const inFlights = quick || isSlow ? [512] : [64, 512, 4_096];
  const workloads = isSlow ? (["hot"] as const) : (["hot", "zipf"] as const);
  const batching: SellerName[] = isSlow
    ? ["zaiku-sqlite", "sqlite-minimal", "zaiku-postgres"]
    : ["zaiku-sqlite", "zaiku-sqlite-events", "sqlite-minimal", "zaiku-postgres"];
  const perOrder: SellerName[] = ["postgres-update", "postgres-cte"];
  return workloads.flatMap((workload) => [
    ...inFlights.flatMap((inFlight) => batching.map((seller) => ({ seller, workload, inFlight }))),
    ...perOrder.map((seller) => ({ seller, workload, inFlight: perOrderInFlight })),
  ]);
}

function nameOf({ seller, workload, inFlight }: Setting): string {
  return `${seller} ${workload} ${inFlight}`;
}

function contenderOf(setting: Setting, plan: Plan, disk: Disk, postgres: Postgres): Contender<SellAnswer> {
  const needsDatabase = setting.seller.includes("postgres");
  return {
    name: nameOf(setting),
    measure: async (round) => {
      const url = needsDatabase ? await postgres.createDatabase() : "";
      const { seconds, warmSeconds, dir } = plan;
      const input: SellInput = { ...setting, url, seconds, warmSeconds, dir, seed: plan.seed + round };
      const answer = await runChild<SellAnswer>("workers/sell.ts", input, { env: disk.env, msMax: runMsMax });
      if (needsDatabase) await postgres.dropDatabase(url);
      return answer;
    },
  };
}

type Answers = ReadonlyMap<string, readonly SellAnswer[]>;

function ratesOf(answers: Answers, name: string): number[] {
  return (answers.get(name) ?? []).map((answer) => answer.perSecond);
}

function rowOf(setting: Setting, settings: readonly Setting[], answers: Answers, disk: Disk): Row {
  const { seller, workload, inFlight } = setting;
  const all = answers.get(nameOf(setting)) ?? [];
  const rounds = ratesOf(answers, nameOf(setting));
  const peer = settings.find(
    (one) =>
      one.seller === comparedTo[seller] &&
      one.workload === workload &&
      (one.inFlight === inFlight || one.seller === "postgres-update"),
  );
  const wanted = linesGoals[seller];
  const goals: Goal[] =
    wanted === undefined || disk.env.LD_PRELOAD !== undefined
      ? []
      : [atLeast(median(rounds), wanted, "lines/s")];
  const ratio =
    peer === undefined ? {} : { ratio: ratioText(rounds, ratesOf(answers, nameOf(peer)), peer.seller) };
  return {
    what: names[seller],
    setting: `${workload}, ${number(inFlight)} in flight`,
    unit: "lines/s",
    rounds,
    p50Ms: median(all.map((answer) => answer.p50Ms)),
    p99Ms: median(all.map((answer) => answer.p99Ms)),
    cpuUs: median(all.map((answer) => answer.cpuUs)),
    ...ratio,
    goals,
  };
}

function ratioText(rounds: readonly number[], of: readonly number[], peer: SellerName): string {
  const short = peer === "sqlite-minimal" ? "minimal" : "UPDATE + INSERT";
  return `${number(medianRatio(rounds, of))} of ${short}`;
}

export async function inProcess(plan: Plan, disk: Disk, tell: (text: string) => void): Promise<Section> {
  const isSlow = disk.env.LD_PRELOAD !== undefined;
  const settings = settingsOf(plan, isSlow);
  const postgres = await startPostgres(disk.env);
  try {
    const contenders = settings.map((setting) => contenderOf(setting, plan, disk, postgres));
    const answers = await inRounds(contenders, plan.rounds, tell);
    return {
      id: "inproc",
      title: `In process, durable: order lines a second (${disk.name})`,
      rows: settings.map((setting) => rowOf(setting, settings, answers, disk)),
      notes: [
        "Each run is a process of its own with an empty database; afterwards the units in its books are compared to what it answered.",
        "hot: one SKU; zipf: 200 SKUs, the k-th 1/k times as often as the first. One line of one unit an order.",
        "CPU µs is the selling process's alone, an order: PostgreSQL's own processes come on top.",
      ],
    };
  } finally {
    await postgres.stop();
  }
}
