import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import pino from "pino";
import { loadSecret } from "../src/config.ts";
import { systemClock } from "../src/engine/clock.ts";
import { createAccounts } from "../src/http/auth/accounts.ts";
import { serveChild, type Served } from "./lib/child.ts";
import { load } from "./lib/load.ts";
import type { Plan } from "./lib/plan.ts";
import { atLeast, atMost, number, type Row, type Section } from "./lib/report.ts";
import { median, medianRatio } from "./lib/stats.ts";
import { startZaiku, stockUp, type Zaiku } from "./lib/zaiku.ts";
import type {
  BinToCount,
  CountersAnswer,
  CountersInput,
  CountersRequest,
  Percentiles,
} from "./workers/counters.ts";

/**
 * A warehouse is counted whole while the shop sells: how long does a sheet take to open, an entry to be answered,
 * an approval to be booked, and how much slower do reservations become?
 */

const hotSku = "HOT";
const hotUnits = 1_000_000_000;
const unitsPerBin = 10;
const connections = 64;
const lifeMsMax = 900_000;
const linesPerRequest = 500;
/** From the list of sheets to the first sheet: nobody chooses its kind faster. */
const formMs = 2_000;
/** A bin every two seconds is faster than anybody is. */
const binEveryMs = 2_000;
const goals = { openMs: 200, entryP99Ms: 100, approvalMs: 2_000, reservationsShare: 0.9 };

interface Size {
  readonly bins: number;
  readonly skus: number;
  readonly people: number;
  readonly lines: number;
  readonly seconds: number;
}

interface Warehouse {
  readonly zaiku: Zaiku;
  readonly people: Served<unknown>;
  /** The key of one of them: who counts does not approve. */
  readonly counter: string;
  readonly bins: readonly BinToCount[];
  readonly size: Size;
}

interface Opened {
  readonly sheet: string;
  readonly openMs: number;
  readonly joinMs: Percentiles;
}

interface Measured {
  readonly opened: Opened;
  readonly alone: CountersAnswer;
  readonly approvalMs: number;
  readonly busy: CountersAnswer;
  readonly busyApprovalMs: number;
  readonly perSecond: number;
  readonly perSecondAlone: number;
}

let runs = 0;
let approvals = 0;
const ids = (kind: string): string => `${kind}${String(runs).padStart(5, "0")}`;

async function timed<Answer>(act: () => Promise<Answer>): Promise<{ ms: number; answer: Answer }> {
  const startedAt = performance.now();
  const answer = await act();
  return { ms: performance.now() - startedAt, answer };
}

function binsOf({ bins, skus }: Size): readonly BinToCount[] {
  // The product that is sold stands in one more.
  return Array.from({ length: bins - 1 }, (_, index) => {
    const [zone, rack, level] = [Math.floor(index / 1_000), Math.floor(index / 10) % 100, index % 10];
    const bin = `${String.fromCharCode(65 + zone)}-${String(rack).padStart(2, "0")}-${level}`;
    return { bin, sku: `SKU-${index % skus}`, quantity: unitsPerBin };
  });
}

async function inParts<Item>(items: readonly Item[], act: (part: readonly Item[]) => Promise<unknown>) {
  for (let start = 0; start < items.length; start += linesPerRequest)
    await act(items.slice(start, start + linesPerRequest));
}

/** As many people as count, each with an account, as the books know who counted. */
async function hire(dataDir: string, people: number): Promise<readonly string[]> {
  const secret = loadSecret({ dataDir, secret: null }, (bytes) => systemClock.random(bytes));
  const accounts = await createAccounts({
    database: { kind: "sqlite", file: path.join(dataDir, "accounts.db") },
    secret,
    baseUrl: null,
    clock: () => systemClock.now(),
    log: pino({ level: "silent" }),
  });
  try {
    const keys: string[] = [];
    for (let person = 0; person < people; person += 1)
      keys.push(await accounts.createApiKey(`counter ${person + 1}`, ["stock:read", "stock:write"]));
    return keys;
  } finally {
    await accounts.close();
  }
}

async function furnish(zaiku: Zaiku, size: Size): Promise<readonly BinToCount[]> {
  const bins = binsOf(size);
  await stockUp(zaiku, [hotSku], hotUnits);
  const skus = [...new Set(bins.map(({ sku }) => sku))];
  await inParts(skus, (part) =>
    zaiku.send("PUT", "/api/v1/skus", {
      items: part.map((code) => ({ code, name: `商品 ${code}`, price: 1_990 })),
    }),
  );
  await inParts(bins, (part) =>
    zaiku.send("POST", "/api/v1/receipts", {
      lines: part.map(({ bin, sku, quantity }) => ({ bin, sku, quantity })),
    }),
  );
  await zaiku.send("PUT", "/api/v1/counts/policy", {
    version: 0,
    picks: { main: "scanned" },
    tolerance: { units: 0, percent: null, valueMinor: null },
    levels: [{ role: "operator", valueMinorMax: null }],
    everyDays: { A: 7, B: 30, C: 90 },
    binsByWeekday: [40, 40, 40, 40, 40, 0, 0],
  });
  return bins;
}

async function open({ zaiku, people }: Warehouse): Promise<Opened> {
  const { ms, answer } = await timed(() =>
    zaiku.send<{ sheet: string }>("POST", "/api/v1/counts", {
      kind: "full",
      purpose: ids("full "),
      anyway: true,
    }),
  );
  const asked: CountersRequest = { ask: "join", sheet: answer.sheet };
  return { sheet: answer.sheet, openMs: ms, joinMs: await people.ask<Percentiles>(asked) };
}

async function sendAs(key: string, { port }: Zaiku, target: string, body: unknown): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}${target}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${target}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}

/** A sheet whose every line differs by one unit, counted and ready to be approved. */
async function prepareApproval({ zaiku, counter, bins, size }: Warehouse): Promise<() => Promise<number>> {
  // One more this time, one fewer the next: the shelves end as they began.
  approvals += 1;
  const off = approvals % 2;
  const part = bins.slice(0, size.lines);
  const { sheet } = await zaiku.send<{ sheet: string }>("POST", "/api/v1/counts", {
    kind: "cycle",
    bins: part.map(({ bin }) => bin),
    tolerance: { units: 5, percent: null, valueMinor: null },
    purpose: `approval ${approvals}`,
    anyway: true,
  });
  const at = `/api/v1/counts/${sheet}`;
  await inParts(part, (some) =>
    sendAs(counter, zaiku, `${at}/entries`, {
      entries: some.map(({ bin, sku, quantity }) => ({
        id: `approval ${approvals} ${bin}`,
        bin,
        sku,
        quantity: quantity + off,
      })),
    }),
  );
  await inParts(part, (some) =>
    sendAs(counter, zaiku, `${at}/bins/close`, { bins: some.map(({ bin }) => ({ bin })) }),
  );
  type Lines = { lines: { line: string; settled: { variance: number } | null }[] };
  const { lines } = await zaiku.get<Lines>(`${at}/lines`);
  const differing = lines.filter(({ settled }) => settled !== null && settled.variance !== 0);
  if (differing.length !== size.lines) throw new Error(`${differing.length} of ${size.lines} lines differ.`);
  const body = {
    lines: differing.map(({ line, settled }) => ({
      line,
      variance: settled?.variance ?? 0,
      reason: "unknown",
    })),
  };
  return async () => {
    type Approved = { approved: number; posted: number; waiting: number };
    const { ms, answer } = await timed(() => zaiku.send<Approved>("POST", `${at}/approvals`, body));
    if (answer.posted !== size.lines) throw new Error(`Not all was booked: ${JSON.stringify(answer)}`);
    return ms;
  };
}

async function sell({ zaiku, size }: Warehouse): Promise<number> {
  runs += 1;
  const sold = await load({
    port: zaiku.port,
    key: zaiku.key,
    path: "/api/v1/reservations",
    sku: hotSku,
    prefix: ids("l"),
    connections,
    seconds: size.seconds,
  });
  return sold.requests / sold.seconds;
}

async function measure(warehouse: Warehouse, round: number): Promise<Measured> {
  const { zaiku, people, bins, size } = warehouse;
  const opened = await open(warehouse);
  const part = size.people * Math.ceil((size.seconds * 1_000) / binEveryMs);
  const count = (from: number): Promise<CountersAnswer> => {
    const asked: CountersRequest = {
      ask: "count",
      bins: bins.slice(from, from + part),
      everyMs: binEveryMs,
      seconds: size.seconds,
    };
    return people.ask<CountersAnswer>(asked);
  };
  const alone = await count(0);
  const approvalMs = await (await prepareApproval(warehouse))();
  let perSecondAlone = Number.NaN;
  if (round % 2 === 0) perSecondAlone = await sell(warehouse);
  const approve = await prepareApproval(warehouse);
  const [perSecond, busy, busyApprovalMs] = await Promise.all([
    sell(warehouse),
    count(part),
    new Promise<void>((resolve) => setTimeout(resolve, size.seconds * 250)).then(approve),
  ]);
  if (round % 2 === 1) perSecondAlone = await sell(warehouse);
  await zaiku.send("POST", `/api/v1/counts/${opened.sheet}/cancel`, { reason: "the round is over" });
  return { opened, alone, approvalMs, busy, busyApprovalMs, perSecond, perSecondAlone };
}

function answeredRow(what: string, setting: string, all: readonly Percentiles[], goal?: number): Row {
  const p99Ms = median(all.map((one) => one.p99Ms));
  return {
    what,
    setting,
    unit: "ms, p99",
    rounds: all.map((one) => one.p99Ms),
    p50Ms: median(all.map((one) => one.p50Ms)),
    p99Ms,
    ...(goal === undefined ? {} : { goals: [atMost(p99Ms, goal, "ms p99")] }),
  };
}

function msRow(what: string, setting: string, all: readonly number[], goal: number): Row {
  return { what, setting, unit: "ms", rounds: all, goals: [atMost(median(all), goal, "ms")] };
}

function rowsOf(rounds: readonly Measured[], firstMs: number, size: Size): Row[] {
  const bins = `${number(size.bins)} bins`;
  const people = `${size.people} people, a bin each ${binEveryMs / 1_000} s`;
  const { openMs, entryP99Ms, approvalMs } = goals;
  return [
    msRow(
      `opening a sheet of ${bins}`,
      `the first after a start, ${formMs / 1_000} s after the list`,
      [firstMs],
      openMs,
    ),
    msRow(
      `opening a sheet of ${bins}`,
      "later ones",
      rounds.map((round) => round.opened.openMs),
      openMs,
    ),
    answeredRow(
      "the sheet on a phone, the first time",
      bins,
      rounds.map((round) => round.opened.joinMs),
      openMs,
    ),
    ...(["alone", "busy"] as const).flatMap((phase) => [
      answeredRow(
        "an entry's answer",
        phase === "alone" ? people : `${people}, beside the reservations`,
        rounds.map((round) => round[phase].entry),
        entryP99Ms,
      ),
      answeredRow(
        "a closed bin's answer",
        phase,
        rounds.map((round) => round[phase].close),
      ),
      answeredRow(
        "what is new on the sheet",
        phase,
        rounds.map((round) => round[phase].news),
      ),
    ]),
    msRow(
      `approving ${number(size.lines)} lines`,
      "alone",
      rounds.map((round) => round.approvalMs),
      approvalMs,
    ),
    msRow(
      `approving ${number(size.lines)} lines`,
      "beside the reservations",
      rounds.map((round) => round.busyApprovalMs),
      approvalMs,
    ),
    ...soldRows(rounds, size),
  ];
}

function soldRows(rounds: readonly Measured[], size: Size): Row[] {
  const share = medianRatio(
    rounds.map((round) => round.perSecond),
    rounds.map((round) => round.perSecondAlone),
  );
  return [
    {
      what: "reservations",
      setting: `${connections} connections, nobody counts`,
      unit: "requests/s",
      rounds: rounds.map((round) => round.perSecondAlone),
    },
    {
      what: "reservations",
      setting: `while ${size.people} people count and ${number(size.lines)} lines are approved, ${size.seconds} s`,
      unit: "requests/s",
      rounds: rounds.map((round) => round.perSecond),
      ratio: `${number(share)} of without counting`,
      goals: [atLeast(share, goals.reservationsShare, "of without")],
    },
  ];
}

export async function counts(plan: Plan, tell: (text: string) => void): Promise<Section> {
  const size: Size = plan.quick
    ? { bins: 2_000, skus: 500, people: 50, lines: 500, seconds: plan.seconds * 4 }
    : { bins: 20_000, skus: 2_000, people: 50, lines: 5_000, seconds: plan.seconds * 5 };
  const dataDir = mkdtempSync(path.join(plan.dir, "zaiku-data-"));
  const start = { databaseUrl: null, dir: plan.dir, dataDir, env: {} };
  try {
    tell(`a warehouse of ${number(size.bins)} bins`);
    const first = await startZaiku(start);
    const bins = await furnish(first, size);
    await first.stop();
    const keys = await hire(dataDir, size.people);
    const zaiku = await startZaiku(start);
    try {
      const input: CountersInput = { port: zaiku.port, keys };
      const people = await serveChild<unknown>("workers/counters.ts", input, { msMax: lifeMsMax });
      try {
        const warehouse: Warehouse = { zaiku, people, counter: keys[0] ?? "", bins, size };
        // As a person comes to it: the list of sheets is shown, and its form takes a moment to fill in.
        await zaiku.get("/api/v1/counts");
        await new Promise((resolve) => setTimeout(resolve, formMs));
        const { openMs, sheet } = await open(warehouse);
        await zaiku.send("POST", `/api/v1/counts/${sheet}/cancel`, { reason: "only opened" });
        const measured: Measured[] = [];
        for (let round = 0; round < plan.rounds; round += 1) {
          tell(`round ${round + 1} of ${plan.rounds}`);
          measured.push(await measure(warehouse, round));
        }
        return {
          id: "counts",
          title: "Counting while the shop sells",
          rows: rowsOf(measured, openMs, size),
          notes: [
            "An entry is durable when it is answered. Each person enters a bin, closes it and reads what is new, all three beside each other's.",
          ],
        };
      } finally {
        await people.stop();
      }
    } finally {
      await zaiku.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
