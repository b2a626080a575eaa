import { serveChild, type Served } from "./lib/child.ts";
import { load } from "./lib/load.ts";
import type { Plan } from "./lib/plan.ts";
import { atLeast, atMost, number, type Goal, type Row, type Section } from "./lib/report.ts";
import { residentBytes } from "./lib/resident.ts";
import { median, medianRatio } from "./lib/stats.ts";
import { startZaiku, stockUp, type Zaiku } from "./lib/zaiku.ts";
import type { StreamsAnswer, StreamsInput, StreamsRequest } from "./workers/streams.ts";

/**
 * How long after the answer to a reservation does each reader of a live stream know of it, what does a reader
 * cost, and how much slower do reservations become? For the shop's stream, and for that of a session that is on
 * the air, which every screen of the control room reads.
 */

const skus = Array.from({ length: 200 }, (_, index) => (index === 0 ? "HOT" : `SKU-${index}`));
const hotSku = "HOT";
const probeSku = "SKU-1";
const unitsPerSku = 1_000_000_000;
const connections = 64;
const lifeMsMax = 900_000;
const session = "bench";
const slots = 24;
const hourMs = 3_600_000;

/** What the project wants: with so many screens and orders, and with a whole hall of them. */
const goals = {
  screens: 50,
  ordersPerSecond: 1_000,
  p99Ms: 300,
  streams: 2_000,
  megabytes: 300,
  share: 0.85,
};

type Stream = "shop" | "session";
const streams: Readonly<Record<Stream, { readonly path: string; readonly mark: string }>> = {
  shop: { path: "/api/v1/live", mark: "id: " },
  session: { path: `/api/v1/sessions/${session}/live`, mark: '"seq":' },
};

interface Measured {
  readonly quiet: StreamsAnswer;
  readonly paced: StreamsAnswer;
  readonly busy: StreamsAnswer;
  readonly bytesPerStream: number;
  readonly pacedPerSecond: number;
  readonly perSecond: number;
}

let runs = 0;

async function measure(zaiku: Zaiku, stream: Stream, count: number, plan: Plan): Promise<Measured> {
  const { port, key, pid } = zaiku;
  runs += 1;
  const input: StreamsInput = {
    port,
    key,
    sku: probeSku,
    prefix: `p${String(runs).padStart(5, "0")}`,
    ...streams[stream],
  };
  const readers: Served<unknown> = await serveChild("workers/streams.ts", input, { msMax: lifeMsMax });
  const ask = (request: StreamsRequest): Promise<StreamsAnswer> => readers.ask(request);
  const seconds = plan.seconds * 2;
  let loads = 0;
  const probed = async (perSecond?: number) => {
    loads += 1;
    const prefix = `l${String(runs).padStart(4, "0")}${loads}`;
    const pace = perSecond === undefined ? {} : { perSecond };
    const [answer, sold] = await Promise.all([
      ask({ ask: "probe", seconds }),
      load({ port, key, path: "/api/v1/reservations", sku: hotSku, prefix, connections, seconds, ...pace }),
    ]);
    return { answer, perSecond: sold.requests / sold.seconds };
  };
  try {
    const before = residentBytes(pid);
    await ask({ ask: "open", streams: count });
    const quiet = await ask({ ask: "probe", seconds });
    const bytesPerStream = count === 0 ? Number.NaN : (residentBytes(pid) - before) / count;
    const paced = await probed(goals.ordersPerSecond);
    const busy = await probed();
    for (const answer of [quiet, paced.answer, busy.answer]) {
      if (answer.open !== count) throw new Error(`Of ${count} streams ${answer.open} are still open.`);
    }
    return {
      quiet,
      paced: paced.answer,
      busy: busy.answer,
      bytesPerStream,
      pacedPerSecond: paced.perSecond,
      perSecond: busy.perSecond,
    };
  } finally {
    await readers.stop();
  }
}

type Phase = "quiet" | "paced" | "busy";
const phases: Readonly<Record<Phase, string>> = {
  quiet: "4 reservations a second",
  paced: `${goals.ordersPerSecond} reservations a second`,
  busy: `${connections} connections reserve as fast as they can`,
};

function latencyRow(stream: Stream, count: number, phase: Phase, rounds: readonly Measured[]): Row {
  const answers = rounds.map((round) => round[phase]);
  const missed = answers.reduce((sum, answer) => sum + answer.missed, 0);
  const p99Ms = median(answers.map((answer) => answer.p99Ms));
  const reached = median(rounds.map((round) => round.pacedPerSecond));
  const notes = [
    ...(missed > 0 ? [`${missed} not told within 5 s`] : []),
    ...(phase === "paced" ? [`${number(reached)}/s reached`] : []),
  ];
  return {
    what: `${stream}, ${number(count)} streams: from the answer to the event`,
    setting: phases[phase],
    unit: "ms, p99",
    rounds: answers.map((answer) => answer.p99Ms),
    p50Ms: median(answers.map((answer) => answer.p50Ms)),
    p99Ms,
    ...(notes.length > 0 ? { ratio: notes.join(", ") } : {}),
    ...(phase === "paced" && count === goals.screens ? { goals: [screenGoal(p99Ms, reached)] } : {}),
  };
}

/** A machine that cannot sell so many a second has not shown it. */
function screenGoal(p99Ms: number, perSecond: number): Goal {
  return {
    text: `≤ ${goals.p99Ms} ms p99 at ${number(goals.ordersPerSecond)}/s`,
    met: p99Ms <= goals.p99Ms && perSecond >= goals.ordersPerSecond * 0.95,
  };
}

function rowsOf(
  stream: Stream,
  count: number,
  rounds: readonly Measured[],
  alone: readonly Measured[],
): Row[] {
  const rates = rounds.map((round) => round.perSecond);
  const share = medianRatio(
    rates,
    alone.map((round) => round.perSecond),
  );
  const many = count === goals.streams;
  const sold: Row = {
    what: `${stream}, ${number(count)} streams: reservations`,
    setting: `${connections} connections`,
    unit: "requests/s",
    rounds: rates,
    ...(count === 0 ? {} : { ratio: `${number(share)} of without streams` }),
    ...(many ? { goals: [atLeast(share, goals.share, "of without streams")] } : {}),
  };
  if (count === 0) return [sold];
  const megabytes = rounds
    .map((round) => (round.bytesPerStream * count) / 1_000_000)
    .filter((one) => !Number.isNaN(one));
  return [
    ...(["quiet", "paced", "busy"] as const).map((phase) => latencyRow(stream, count, phase, rounds)),
    sold,
    {
      what: `${stream}, ${number(count)} streams: memory`,
      setting: "resident, more than without them",
      unit: "MB",
      rounds: megabytes,
      ratio: `${number((median(megabytes) * 1_000_000) / count / 1_024)} KiB a stream`,
      ...(many ? { goals: [atMost(median(megabytes), goals.megabytes, "MB")] } : {}),
    },
  ];
}

/** A session of 24 products that is on the air, the hot one in front of the camera. */
async function goLive(zaiku: Zaiku): Promise<void> {
  const now = Date.now();
  const path = `/api/v1/sessions/${session}`;
  await zaiku.send("POST", "/api/v1/sessions", {
    id: session,
    title: "bench",
    channels: ["douyin"],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + 4 * hourMs).toISOString(),
    slots: skus.slice(0, slots).map((sku, index) => ({ id: `s${index}`, sku, target: 1_000 })),
  });
  await zaiku.send("POST", `${path}/life`, { step: "go_live", reason: "bench" });
  await zaiku.send("POST", `${path}/pointer`, { by: "tap", slot: "s0" });
}

async function rowsOfStream(
  stream: Stream,
  counts: readonly number[],
  plan: Plan,
  tell: (text: string) => void,
): Promise<Row[]> {
  const zaiku = await startZaiku({ databaseUrl: null, dir: plan.dir, env: {} });
  try {
    await stockUp(zaiku, skus, unitsPerSku);
    if (stream === "session") await goLive(zaiku);
    const measured = new Map<number, Measured[]>(counts.map((count) => [count, []]));
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
        tell(`${stream}, round ${round + 1} of ${plan.rounds}: ${count} streams`);
        measured.get(count)?.push(await measure(zaiku, stream, count, plan));
      }
    }
    const alone = measured.get(0) ?? [];
    return counts.flatMap((count) => rowsOf(stream, count, measured.get(count) ?? [], alone));
  } finally {
    await zaiku.stop();
  }
}

export async function feed(plan: Plan, tell: (text: string) => void): Promise<Section> {
  const counts = plan.quick ? [0, goals.screens] : [0, goals.screens, goals.streams];
  const rows: Row[] = [];
  for (const stream of ["shop", "session"] as const)
    rows.push(...(await rowsOfStream(stream, counts, plan, tell)));
  return {
    id: "feed",
    title: "The live streams",
    rows,
    notes: [
      "shop: every change of every SKU. session: what the screens of a session of 24 products on the air show.",
      "All readers are in one process on the same machine: with many of them their own work is part of the latency and takes processor time from the server.",
      "A reader is told at most once in 100 ms, with 2,000 of them once in 400 ms, so up to that is the feed's own design.",
    ],
  };
}
