// The thread that makes reports: its own connections, until it is told to end.
import { setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { openBooks } from "./cli/open-store.ts";
import type { Config } from "./config.ts";
import { Analyser } from "./engine/after-live/analysis.ts";
import { DayReports } from "./engine/after-live/reports.ts";
import { sessionAnswer } from "./engine/after-live/kept-session.ts";
import { workOutScan } from "./engine/after-live/slow-scans.ts";
import { systemClock } from "./engine/clock.ts";
import { SkuNames } from "./engine/names.ts";
import { Sessions } from "./engine/sessions/sessions.ts";
import { makePage, type Desk, type Page } from "./http/reports/pages.ts";
import type { ReportAnswer, ReportCall, ReportRequest } from "./http/reports/thread.ts";
import type { Shop, ShopId } from "./store/store.ts";

/** Where processors are few, those who order go first: on Linux this is of the thread alone. */
const niceness = 10;
try {
  setPriority(0, niceness);
} catch {
  // Somebody runs us with less than we may ask for.
}

const store = await openBooks(workerData as Pick<Config, "dataDir" | "databaseUrl">, {
  thread: false,
});
/** The latest moment that the server has told of. */
let now = 0;
const clock = { ...systemClock, now: () => now };
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
const desks = new Map<ShopId, { desk: Desk; shop: Shop }>();

function deskOf(shop: Shop): Desk {
  const known = desks.get(shop.shop);
  if (known !== undefined) {
    known.shop = shop;
    return known.desk;
  }
  const owner = {
    id: shop.shop,
    get shop(): Shop {
      return desks.get(shop.shop)?.shop ?? shop;
    },
  };
  const reports = new DayReports({ store, shop: owner, clock });
  const batcher = { submit: () => Promise.reject(new Error("a report writes nothing")) };
  const sessions = new Sessions({ store, shop: shop.shop, clock, log: quiet, batcher });
  const analyser = new Analyser({ store, shop: shop.shop, reports, sessions, clock });
  const names = new SkuNames(store.read, shop.shop, clock);
  const desk: Desk = {
    reports,
    analyser,
    names,
    timeZone: () => owner.shop.timeZone,
    sessionReport: async (id) => {
      const open = await sessions.get(id);
      if (open === null) return null;
      return sessionAnswer({ store, shop: owner, sessions, names }, open, clock.now());
    },
    prepare: async (days) => void (await analyser.analyse(days)),
    slowScan: (week) => workOutScan(analyser, store.read, shop.shop, week),
  };
  desks.set(shop.shop, { desk, shop });
  return desk;
}

function run(desk: Desk, call: ReportCall): Promise<unknown> {
  switch (call.name) {
    case "closeDue":
      return desk.reports.closeDue();
    case "list":
      return desk.reports.list(...call.given);
    case "day":
      return desk.reports.day(...call.given);
    case "sessionReport":
      return desk.sessionReport(...call.given);
    case "prepare":
      return desk.prepare(...call.given);
    case "slowScan":
      return desk.slowScan(...call.given);
    case "page":
      return makePage(desk, ...call.given);
  }
}

async function answer({ id, shop, call }: ReportRequest): Promise<void> {
  try {
    const value = await run(deskOf(shop), call);
    // Bytes go over as they are; nobody here needs them any more.
    const bytes = call.name === "page" ? (value as Page | null)?.bytes : undefined;
    parentPort?.postMessage({ id, value } satisfies ReportAnswer, bytes === undefined ? [] : [bytes.buffer]);
  } catch (error) {
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    parentPort?.postMessage({ id, failure: { message, stack } } satisfies ReportAnswer);
  }
}

parentPort?.on("message", (request: ReportRequest | null) => {
  if (request === null) {
    void store.close().finally(() => parentPort?.close());
    return;
  }
  now = Math.max(now, request.now);
  void answer(request);
});
