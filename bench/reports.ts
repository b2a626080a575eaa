import { constants, copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { copyToPostgres } from "./lib/year-postgres.ts";
import { codeOf, yearFolder, type YearShape } from "./lib/year.ts";
import { load } from "./lib/load.ts";
import type { Plan } from "./lib/plan.ts";
import { startPostgres } from "./lib/postgres.ts";
import { atLeast, atMost, number, type Row, type Section } from "./lib/report.ts";
import { Latencies, median, medianRatio } from "./lib/stats.ts";
import { startZaiku, type Zaiku } from "./lib/zaiku.ts";

/**
 * After a year of ten million movements: how long do a day's report, a year's analyses and the charts take, how long does a
 * small request wait for them, and how much slower do reservations become while somebody asks for them again and again?
 */

const whole: YearShape = { skus: 5_000, days: 365, movements: 10_000_000, seed: 1 };
const small: YearShape = { skus: 500, days: 40, movements: 100_000, seed: 1 };
const goals = { dayMs: 2_000, yearMs: 3_000, chartMs: 500, waitMs: 50, share: 0.85 };
const requests = 5;
const pingEveryMs = 10;
const connections = 64;
const dayMs = 86_400_000;

interface Target {
  readonly what: string;
  readonly path: string;
  readonly goalMs?: number;
  /** Worked out anew each time: another window for each request. */
  readonly anew?: (request: number) => string;
}

function targetsOf(days: number): readonly Target[] {
  const middle = new Date(Date.now() - Math.floor(days / 2) * dayMs).toISOString().slice(0, 10);
  const today = new Date(Date.now() + 4 * 3_600_000).toISOString().slice(0, 10);
  const day = `/api/v1/reports/days/${middle}`;
  return [
    { what: "Report of a day", path: day, goalMs: goals.dayMs },
    { what: "Report of the day under way", path: `/api/v1/reports/days/${today}`, goalMs: goals.dayMs },
    { what: "Its workbook", path: `${day}/report.xlsx` },
    {
      what: "Turnover and ageing of a year, the first time",
      path: `/api/v1/analysis?days=${days}`,
      anew: (request) => `/api/v1/analysis?days=${days - request}`,
      goalMs: goals.yearMs,
    },
    { what: "The same, again: its charts", path: `/api/v1/analysis?days=${days}`, goalMs: goals.chartMs },
    { what: "Amount by day, a year", path: "/api/v1/reports/days?limit=366", goalMs: goals.chartMs },
    { what: "A product and its bins", path: `/api/v1/stock/${codeOf(7)}`, goalMs: goals.chartMs },
    { what: "A product's history", path: `/api/v1/stock/${codeOf(7)}/journal`, goalMs: goals.chartMs },
  ];
}

async function timed(zaiku: Zaiku, target: string): Promise<{ readonly ms: number; readonly bytes: number }> {
  const startedAt = performance.now();
  const response = await fetch(`http://127.0.0.1:${zaiku.port}${target}`, {
    headers: { authorization: `Bearer ${zaiku.key}` },
  });
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${target}: ${response.status}`);
  return { ms: performance.now() - startedAt, bytes: byteLength };
}

/** A small request again and again, beside whatever else is asked: how long the server makes others wait. */
class Pings {
  readonly latencies = new Latencies();
  longestMs = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(zaiku: Zaiku) {
    this.#done = this.#run(zaiku);
  }

  async stop(): Promise<this> {
    this.#stopped = true;
    await this.#done;
    return this;
  }

  async #run(zaiku: Zaiku): Promise<void> {
    while (!this.#stopped) {
      const { ms } = await timed(zaiku, "/api/v1/me");
      this.latencies.add(ms);
      this.longestMs = Math.max(this.longestMs, ms);
      await new Promise((resolve) => {
        setTimeout(resolve, pingEveryMs);
      });
    }
  }
}

/** Processor time so far, of all threads and of the one that answers requests, in milliseconds. */
function processorMs(pid: number): { readonly all: number; readonly main: number } {
  const spentMs = (task: string): number => {
    try {
      return Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1e6;
    } catch {
      return 0;
    }
  };
  const tasks = readdirSync(`/proc/${pid}/task`);
  return { all: tasks.reduce((sum, task) => sum + spentMs(task), 0), main: spentMs(String(pid)) };
}

async function pageRows(zaiku: Zaiku, days: number, name: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { what, path: target, anew, goalMs } of targetsOf(days)) {
    const times: number[] = [];
    let size = 0;
    const pings = new Pings(zaiku);
    const before = processorMs(zaiku.pid);
    for (let request = 0; request < requests; request += 1) {
      const { ms, bytes } = await timed(zaiku, anew?.(request) ?? target);
      times.push(ms);
      size = bytes;
    }
    const after = processorMs(zaiku.pid);
    const { latencies, longestMs } = await pings.stop();
    const each = (spent: (of: typeof before) => number): string =>
      number((spent(after) - spent(before)) / requests);
    rows.push({
      what: `${name}: ${what}`,
      setting: `${number(size / 1_000)} kB`,
      unit: "ms",
      rounds: times,
      ratio: [
        `${each(({ all }) => all)} ms of processor, ${each(({ main }) => main)} of them where requests are answered`,
        `others waited ${number(latencies.percentile(99))} ms p99, ${number(longestMs)} at most`,
      ].join("; "),
      ...(goalMs === undefined ? {} : { goals: [atMost(median(times), goalMs, "ms")] }),
    });
  }
  return rows;
}

/** Reservations alone, and while somebody asks for reports without a pause; the two take turns. */
async function sellingRow(zaiku: Zaiku, days: number, name: string, plan: Plan): Promise<Row> {
  await zaiku.send("PUT", "/api/v1/channels/shop", { platform: "manual", name: "直营" });
  const sku = codeOf(3);
  await zaiku.send("POST", "/api/v1/receipts", { lines: [{ sku, quantity: 1_000_000_000, bin: "A-1" }] });
  const seconds = plan.seconds * 3;
  let runs = 0;
  const sell = async (): Promise<number> => {
    runs += 1;
    const prefix = `r${name.slice(0, 1)}${plan.seed}${String(runs).padStart(3, "0")}`;
    const path = "/api/v1/reservations";
    const sold = await load({ port: zaiku.port, path, key: zaiku.key, sku, prefix, connections, seconds });
    return sold.requests / sold.seconds;
  };
  const alone: number[] = [];
  const beside: number[] = [];
  let asked = 0;
  for (let round = 0; round < Math.max(3, plan.rounds); round += 1) {
    alone.push(await sell());
    let stopped = false;
    const asking = (async () => {
      const targets = targetsOf(days).filter(({ goalMs }) => goalMs !== undefined);
      for (; !stopped; asked += 1) {
        const target = targets[asked % targets.length];
        if (target !== undefined) await timed(zaiku, target.anew?.(1 + (asked % (days - 10))) ?? target.path);
      }
    })();
    beside.push(await sell());
    stopped = true;
    await asking;
  }
  const share = medianRatio(beside, alone);
  return {
    what: `${name}: reservations while reports are asked for without a pause`,
    setting: `${connections} connections; ${number(median(alone))}/s alone; ${asked} reports`,
    unit: "requests/s",
    rounds: beside,
    ratio: `${number(share)} of alone`,
    goals: [atLeast(share, goals.share, "of alone")],
  };
}

async function measure(zaiku: Zaiku, shape: YearShape, name: string, plan: Plan): Promise<Row[]> {
  // Closes the days since the year was made, and warms what any server would have in memory.
  await timed(zaiku, "/api/v1/reports/days?limit=1");
  const rows = await pageRows(zaiku, shape.days, name);
  return [...rows, await sellingRow(zaiku, shape.days, name, plan)];
}

export async function reports(plan: Plan, tell: (text: string) => void): Promise<Section> {
  const shape = plan.quick ? small : whole;
  const year = await yearFolder(plan.dir, shape, tell);
  const file = path.join(year, "zaiku.db");
  const notes = [
    `${number(shape.movements)} movements of ${number(shape.skus)} products on ${shape.days} days, nearly all of them every day; ${number(statSync(file).size / 1_000_000)} MB in SQLite. The year is made once and kept in ${plan.dir}.`,
    "Processor: of the server's process, the small requests beside the row's included. On a busy machine it says more than the time.",
    "Others waited: GET /me every 10 ms from the bench's own process, while the row's requests ran.",
  ];
  const rows: Row[] = [];
  const folder = mkdtempSync(path.join(plan.dir, "zaiku-reports-"));
  try {
    tell("SQLite: a copy of the year");
    copyFileSync(file, path.join(folder, "zaiku.db"), constants.COPYFILE_FICLONE);
    const zaiku = await startZaiku({ databaseUrl: null, dir: plan.dir, env: {}, dataDir: folder });
    try {
      tell("SQLite");
      rows.push(...(await measure(zaiku, shape, "SQLite", plan)));
    } finally {
      await zaiku.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const postgres = await startPostgres({});
  try {
    const databaseUrl = await postgres.createDatabase();
    await copyToPostgres(file, databaseUrl, tell);
    const zaiku = await startZaiku({ databaseUrl, dir: plan.dir, env: {} });
    try {
      tell("PostgreSQL");
      rows.push(...(await measure(zaiku, shape, "PostgreSQL", plan)));
    } finally {
      await zaiku.stop();
    }
  } finally {
    await postgres.stop();
  }
  return { id: "reports", title: "Reports after a year", rows, notes };
}
