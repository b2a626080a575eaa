import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, CDPSession, Page } from "playwright-core";
import { openDemo, type DemoServer } from "../../src/cli/broadcast/demo-server.ts";
import type { Io } from "../../src/cli/io.ts";
import { minuteMs, type Broadcast } from "../../src/sim/broadcast.ts";
import { launchChromium } from "../../tests/support/chromium.ts";

/** Plays a demo before the wall in Chromium, and reads how smooth it was and what the tab keeps. */

/** A frame that lasts longer is seen to stand still. */
export const slowFrameMs = 100;
const wallSize = { width: 1_920, height: 1_080 };
const readyMsMax = 60_000;
/** Frames are counted up to this reading, from the one before it. */
const tracedReading = 2;
const tasksKept = 50;

export interface WatchOptions {
  readonly broadcast: Broadcast;
  /** Times as fast as the clock on the wall. */
  readonly speed: number;
  /** Simulated minutes at which the heap is read, rising; the wall is opened before the first. */
  readonly readAt: readonly number[];
  readonly io: Io;
  readonly onProgress?: (kept: Kept) => void;
}

/** What the tab keeps, after its garbage was collected. Bytes. */
export interface Kept {
  readonly minute: number;
  readonly heapBytes: number;
  readonly nodes: number;
  /** Resident memory of the tab's process; null where the system does not say. */
  readonly residentBytes: number | null;
}

export interface SlowFrame {
  readonly ms: number;
  /** Of them the page's own scripts, and style and layout. */
  readonly scriptMs: number;
  readonly layoutMs: number;
  /** The scripts that took most of it. */
  readonly by: string;
}

/** How smooth it was between the second reading and the third. */
export interface Smooth {
  readonly seconds: number;
  readonly frames: number;
  /** The longest time between two frames, in milliseconds. */
  readonly longestMs: number;
  /** How often two frames were further apart than `slowFrameMs`, the page's work or not. */
  readonly gaps: number;
  /** Those in which the page had something to do. */
  readonly slow: readonly SlowFrame[];
  /** The page's longest tasks by what they took of the processor, in milliseconds: no other work is in them. */
  readonly tasksMs: readonly number[];
}

export interface Watched extends Smooth {
  readonly kept: readonly Kept[];
}

/** Counts frames, and remembers the long ones with what made them long. */
const recorder = `
  (() => {
    let seen = null;
    let began = 0;
    let last = null;
    const frame = (now) => {
      if (seen !== null && last !== null) {
        const gap = now - last;
        seen.frames += 1;
        seen.longestMs = Math.max(seen.longestMs, gap);
        if (gap > ${slowFrameMs}) seen.gaps += 1;
      }
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    globalThis.wallBegin = () => {
      began = performance.now();
      seen = { seconds: 0, frames: 0, longestMs: 0, gaps: 0, slow: [] };
    };
    globalThis.wallEnd = () => {
      const all = { ...seen, seconds: (performance.now() - began) / 1000 };
      seen = null;
      return all;
    };
    const note = (one) => Math.round(one.duration) + " ms " + one.invoker + " " + one.sourceFunctionName;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (seen === null || entry.duration <= ${slowFrameMs}) continue;
        const end = entry.startTime + entry.duration;
        seen.slow.push({
          ms: Math.round(entry.duration),
          scriptMs: Math.round(entry.scripts.reduce((sum, one) => sum + one.duration, 0)),
          layoutMs: entry.styleAndLayoutStart > 0 ? Math.round(end - entry.styleAndLayoutStart) : 0,
          by: entry.scripts.toSorted((a, b) => b.duration - a.duration).slice(0, 2).map(note).join(", "),
        });
      }
    }).observe({ type: "long-animation-frame" });
  })();
`;

export async function watchWall(options: WatchOptions): Promise<Watched> {
  const folder = await mkdtemp(path.join(tmpdir(), "zaiku-wall-"));
  const browser = await launchChromium({ args: ["--enable-precise-memory-info"] });
  try {
    const { broadcast, speed, io } = options;
    const demo = await openDemo({ broadcast, dataDir: folder, speed }, io);
    try {
      return await play(browser, demo, options);
    } finally {
      await demo.stage.close();
    }
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function play(browser: Browser, demo: DemoServer, options: WatchOptions): Promise<Watched> {
  const { broadcast, readAt, onProgress } = options;
  const context = await browser.newContext({
    viewport: wallSize,
    baseURL: demo.stage.url,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
  });
  await context.addInitScript(recorder);
  const page = await context.newPage();
  await demo.player.play(0);
  await page.goto(demo.links.issue(`/live/${broadcast.plan.id}/wall`), { waitUntil: "load" });
  await page.waitForSelector("[data-testid=wall]", { timeout: readyMsMax });
  const cdp = await context.newCDPSession(page);
  await cdp.send("HeapProfiler.enable");
  const kept: Kept[] = [];
  let smooth: Smooth | null = null;
  for (const [index, minute] of readAt.entries()) {
    const traced = index === tracedReading;
    if (traced) await beginFrames(browser, page);
    // Simulated time stands still from its end to the next turn.
    await demo.player.play(minute * minuteMs);
    if (traced) smooth = await endFrames(browser, page);
    const now = await keptNow(browser, page, cdp, minute);
    kept.push(now);
    onProgress?.(now);
  }
  if (smooth === null) throw new Error(`there must be more than ${tracedReading} readings`);
  return { ...smooth, kept };
}

async function beginFrames(browser: Browser, page: Page): Promise<void> {
  const categories = ["disabled-by-default-devtools.timeline", "devtools.timeline", "__metadata"];
  await browser.startTracing(page, { categories });
  await page.evaluate("wallBegin()");
}

async function endFrames(browser: Browser, page: Page): Promise<Smooth> {
  const seen = await page.evaluate<Smooth>("wallEnd()");
  const trace = JSON.parse((await browser.stopTracing()).toString("utf8")) as Trace;
  return {
    ...seen,
    longestMs: Math.round(seen.longestMs),
    slow: seen.slow.toSorted((a, b) => b.ms - a.ms),
    tasksMs: tasksOf(trace),
  };
}

interface Trace {
  readonly traceEvents: readonly {
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    /** Microseconds of the processor. */
    readonly tdur?: number;
    readonly args?: { readonly name?: string };
  }[];
}

/** The longest tasks of the page's main thread, the longest first. */
function tasksOf({ traceEvents }: Trace): readonly number[] {
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid }) => name === "RunTask" && main.has(`${pid}/${tid}`))
    .map(({ tdur = 0 }) => Math.round(tdur / 1_000))
    .toSorted((a, b) => b - a)
    .slice(0, tasksKept);
}

/** Twice: what the first collection sets free may hold what the second one finds. */
async function keptNow(browser: Browser, page: Page, cdp: CDPSession, minute: number): Promise<Kept> {
  for (let turn = 0; turn < 2; turn += 1) await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const nodes = await page.evaluate<number>("document.querySelectorAll('*').length");
  return { minute, heapBytes: usedSize, nodes, residentBytes: await residentOf(browser) };
}

/** Of the biggest renderer: there is one page. */
async function residentOf(browser: Browser): Promise<number | null> {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  const sizes = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => residentBytes(id));
  return sizes.reduce<number | null>((most, one) => (one === null ? most : Math.max(most ?? 0, one)), null);
}

function residentBytes(pid: number): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))?.[1];
  return kib === undefined ? null : Number(kib) * 1_024;
}
