import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openDemo, type DemoServer } from "../../src/cli/broadcast/demo-server.ts";
import { processIo } from "../../src/cli/io.ts";
import { minuteMs } from "../../src/sim/broadcast.ts";
import { generateBroadcast } from "../../src/sim/generate.ts";
import { launchChromium } from "../../tests/support/chromium.ts";
import { screens, viewports, type Screen, type Theme, type Viewport } from "./screens.ts";

/** Plays a demo to the middle of its burst, stops its clock there, and takes every screen. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const seed = 11;
/** The burst is two minutes old; from here on it goes second by second, until the last units are left. */
const momentMinutes = 72.2;
const hotSku = "YR-5500-黑L";
const unitsLeft = 30;
const secondsMax = 60;
/** Fast, and slow enough for timed work (alerts, patrols) to keep step. */
const speed = 240;
const stillMs = 400;
const stillTimes = 3;
const pageMsMax = 30_000;
const bytesMax = 6_000_000;

/** How many elements there are; 0 while the page shows that it loads. */
const elementsUnlessLoading = `
  document.querySelector('[aria-busy="true"], output[aria-label^="正在"], output[aria-label^="载入"]') === null
    ? document.querySelectorAll("body *").length
    : 0
`;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: path.join(root, "docs", "images") },
    only: { type: "string" },
    minute: { type: "string", default: String(momentMinutes) },
    volume: { type: "string", default: "0.5" },
  },
});

const wanted = values.only?.split(",");
const taken = screens.filter(({ name }) => wanted === undefined || wanted.includes(name));
const folder = await mkdtemp(path.join(tmpdir(), "zaiku-screens-"));
const browser = await launchChromium();
const problems: string[] = [];
try {
  const broadcast = generateBroadcast({ seed, volume: Number(values.volume) });
  const demo = await openDemo(
    {
      broadcast,
      dataDir: folder,
      speed,
      onProgress: ({ at }) => {
        if (process.stdout.isTTY)
          process.stdout.write(`\r${Math.floor(at / minuteMs)} / ${values.minute} min `);
      },
    },
    processIo(),
  );
  try {
    await playTo(demo);
    demo.stage.clock.hold();
    process.stdout.write("\n");
    for (const [what, count] of Object.entries(demo.player.tally.failures))
      problems.push(`${count} × ${what}`);
    await mkdir(values.out, { recursive: true });
    for (const theme of ["dark", "light"] as const)
      for (const viewport of ["wall", "phone"] as const) await takeAll(browser, demo, theme, viewport);
  } finally {
    await demo.stage.close();
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
await tellSizes();
for (const problem of problems) process.stdout.write(`! ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** To the moment itself, or with another `--minute` to that one. */
async function playTo(demo: DemoServer): Promise<void> {
  const minute = Number(values.minute);
  await demo.player.play(minute * minuteMs);
  if (minute !== momentMinutes) return;
  for (let second = 1; second <= secondsMax && (await sellableOf(demo)) > unitsLeft; second += 1)
    await demo.player.play(minute * minuteMs + second * 1_000);
}

async function sellableOf({ stage }: DemoServer): Promise<number> {
  const answer = await stage.wire({ method: "GET", path: `/api/v1/stock/${encodeURIComponent(hotSku)}` });
  return (answer.body as { item: { sellable: number } }).item.sellable;
}

async function takeAll(from: Browser, demo: DemoServer, theme: Theme, viewport: Viewport): Promise<void> {
  const signedIn = await visitor(from, demo, theme, viewport);
  const stranger = await visitor(from, demo, theme, viewport);
  const first = await signedIn.newPage();
  await first.goto(demo.links.issue("/stock"), { waitUntil: "load" });
  await first.close();
  for (const screen of taken) {
    if (screen.viewports?.includes(viewport) === false || screen.themes?.includes(theme) === false) continue;
    await take(
      screen.open === true ? stranger : signedIn,
      demo,
      screen,
      `${screen.name}-${theme}-${viewport}`,
    );
  }
  await signedIn.close();
  await stranger.close();
}

async function visitor(
  from: Browser,
  demo: DemoServer,
  theme: Theme,
  viewport: Viewport,
): Promise<BrowserContext> {
  const context = await from.newContext({
    viewport: viewports[viewport],
    baseURL: demo.stage.url,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    hasTouch: viewport === "phone",
    reducedMotion: "reduce",
    colorScheme: theme,
  });
  await context.addInitScript((chosen: string) => {
    const { localStorage } = globalThis as unknown as {
      localStorage: { setItem(name: string, value: string): void };
    };
    localStorage.setItem("zaiku.theme", chosen);
    localStorage.setItem("zaiku.language", "zh-CN");
  }, theme);
  return context;
}

async function take(context: BrowserContext, demo: DemoServer, screen: Screen, name: string): Promise<void> {
  const where = addressOf(demo, screen);
  if (where === null) {
    problems.push(`${name}: the server has no such screen`);
    return;
  }
  const page = await context.newPage();
  page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`));
  try {
    await page.goto(where, { waitUntil: "load", timeout: pageMsMax });
    await ready(page, screen);
    const omitBackground = screen.transparent === true;
    await page.screenshot({
      path: path.join(values.out, `${name}.png`),
      omitBackground,
      animations: "disabled",
    });
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
  } finally {
    await page.close();
  }
}

/** A live page is never idle on the network: it is ready once nothing loads and its elements stay the same. */
async function ready(page: Page, { shows }: Screen): Promise<void> {
  if (shows !== undefined) await page.waitForSelector(shows, { timeout: pageMsMax });
  await page.waitForFunction("document.fonts.status === 'loaded'", undefined, { timeout: pageMsMax });
  const until = performance.now() + pageMsMax;
  let before = -1;
  for (let still = 0; still < stillTimes;) {
    if (performance.now() > until) throw new Error("it was still loading");
    await page.waitForTimeout(stillMs);
    const elements = await page.evaluate<number>(elementsUnlessLoading);
    still = elements > 0 && elements === before ? still + 1 : 0;
    before = elements;
  }
}

function addressOf({ screens: open }: DemoServer, { path: given }: Screen): string | null {
  const named: Readonly<Record<string, string | undefined>> = {
    session: `demo-${seed}`,
    sku: encodeURIComponent(hotSku),
    host: open.host,
    overlay: open.overlay,
  };
  let missing = false;
  const filled = given.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = named[name];
    if (value === undefined) missing = true;
    return value ?? "";
  });
  return missing ? null : filled;
}

async function tellSizes(): Promise<void> {
  const files = (await readdir(values.out)).filter((name) => name.endsWith(".png"));
  let bytes = 0;
  for (const name of files) bytes += (await stat(path.join(values.out, name))).size;
  process.stdout.write(`${files.length} pictures, ${(bytes / 1_000_000).toFixed(1)} MB in ${values.out}\n`);
  if (bytes > bytesMax)
    process.stdout.write(`More than ${bytesMax / 1_000_000} MB: commit only those that a page shows\n`);
}
