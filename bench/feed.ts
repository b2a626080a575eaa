import { serveChild, type Served } from "./lib/child.ts";
import { load } from "./lib/load.ts";
import type { Plan } from "./lib/plan.ts";
import { number, type Row, type Section } from "./lib/report.ts";
import { residentBytes } from "./lib/resident.ts";
import { median, medianRatio } from "./lib/stats.ts";
import { startZaiku, stockUp, type Zaiku } from "./lib/zaiku.ts";
import type { StreamsAnswer, StreamsInput, StreamsRequest } from "./workers/streams.ts";

/**
 * How long after the answer to a reservation does each reader of the live stream know of it, what does a reader
 * cost, and how much slower do reservations become?
 */

const skus = Array.from({ length: 200 }, (_, index) => (index === 0 ? "HOT" : `SKU-${index}`));
const hotSku = "HOT";
const probeSku = "SKU-1";
const unitsPerSku = 1_000_000_000;
const connections = 64;
const lifeMsMax = 900_000;

interface Measured {
  readonly quiet: StreamsAnswer;
  readonly busy: StreamsAnswer;
  readonly bytesPerStream: number;
  readonly perSecond: number;
}

let runs = 0;

async function measure(zaiku: Zaiku, streams: number, plan: Plan): Promise<Measured> {
  const { port, key, pid } = zaiku;
  runs += 1;
  const input: StreamsInput = { port, key, sku: probeSku, prefix: `p${String(runs).padStart(5, "0")}` };
  const readers: Served<unknown> = await serveChild("workers/streams.ts", input, { msMax: lifeMsMax });
  const ask = (request: StreamsRequest): Promise<StreamsAnswer> => readers.ask(request);
  try {
    const before = residentBytes(pid);
    await ask({ ask: "open", streams });
    const quiet = await ask({ ask: "probe", seconds: plan.seconds * 2 });
    const bytesPerStream = streams === 0 ? Number.NaN : (residentBytes(pid) - before) / streams;
    const seconds = plan.seconds * 2;
    const prefix = `l${String(runs).padStart(5, "0")}`;
    const [busy, sold] = await Promise.all([
      ask({ ask: "probe", seconds }),
      load({ port, key, path: "/api/v1/reservations", sku: hotSku, prefix, connections, seconds }),
    ]);
    for (const answer of [quiet, busy]) {
      if (answer.open !== streams) throw new Error(`Of ${streams} streams ${answer.open} are still open.`);
    }
    return { quiet, busy, bytesPerStream, perSecond: sold.requests / sold.seconds };
  } finally {
    await readers.stop();
  }
}

type Phase = "quiet" | "busy";

function latencyRow(streams: number, phase: Phase, rounds: readonly Measured[]): Row {
  const answers = rounds.map((round) => round[phase]);
  const missed = answers.reduce((sum, answer) => sum + answer.missed, 0);
  return {
    what: `${number(streams)} streams: from the answer to the event`,
    setting:
      phase === "quiet"
        ? "4 reservations a second"
        : `${connections} connections reserve as fast as they can`,
    unit: "ms, p99",
    rounds: answers.map((answer) => answer.p99Ms),
    p50Ms: median(answers.map((answer) => answer.p50Ms)),
    p99Ms: median(answers.map((answer) => answer.p99Ms)),
    ...(missed > 0 ? { ratio: `${missed} not told within 5 s` } : {}),
  };
}

function rowsOf(streams: number, rounds: readonly Measured[], alone: readonly Measured[]): Row[] {
  const rates = rounds.map((round) => round.perSecond);
  const share = medianRatio(
    rates,
    alone.map((round) => round.perSecond),
  );
  const sold: Row = {
    what: `${number(streams)} streams: reservations`,
    setting: `${connections} connections`,
    unit: "requests/s",
    rounds: rates,
    ...(streams === 0 ? {} : { ratio: `${number(share)} of without streams` }),
  };
  if (streams === 0) return [sold];
  const memory = rounds.map((round) => round.bytesPerStream / 1_024).filter((kib) => !Number.isNaN(kib));
  return [
    latencyRow(streams, "quiet", rounds),
    latencyRow(streams, "busy", rounds),
    sold,
    {
      what: `${number(streams)} streams: memory`,
      setting: "resident, a stream",
      unit: "KiB",
      rounds: memory,
    },
  ];
}

export async function feed(plan: Plan, tell: (text: string) => void): Promise<Section> {
  const zaiku = await startZaiku({ databaseUrl: null, dir: plan.dir, env: {} });
  try {
    await stockUp(zaiku, skus, unitsPerSku);
    const counts = plan.quick ? [0, 50] : [0, 50, 2_000];
    const measured = new Map<number, Measured[]>(counts.map((count) => [count, []]));
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const count of round % 2 === 0 ? counts : counts.toReversed()) {
        tell(`round ${round + 1} of ${plan.rounds}: ${count} streams`);
        measured.get(count)?.push(await measure(zaiku, count, plan));
      }
    }
    const alone = measured.get(0) ?? [];
    return {
      id: "feed",
      title: "The live stream",
      rows: counts.flatMap((count) => rowsOf(count, measured.get(count) ?? [], alone)),
      notes: [
        "All readers are in one process on the same machine: with many of them their own work is part of the latency and takes processor time from the server.",
        "A reader is told at most once in 100 ms, so up to that is the feed's own design.",
      ],
    };
  } finally {
    await zaiku.stop();
  }
}
