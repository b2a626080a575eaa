import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../support/chromium.ts";
import { cleanEnv, mainFile, runZaiku, temporaryFolder } from "../support/zaiku.ts";

export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
export const stockFile = path.join(projectFolder, "examples", "retail", "retail-opening-stock.gbk.csv");
export const ordersFile = path.join(projectFolder, "examples", "retail", "retail-week.csv");

export const owner = { name: "阿青", username: "aqing", password: "correct horse" } as const;

export const screens = {
  desk: { width: 1_440, height: 900 },
  wall: { width: 1_920, height: 1_080 },
  phone: { width: 390, height: 844 },
} as const;

const startMsMax = 120_000;

/** The product as a person runs it: one process, one data folder. */
export class Site {
  readonly #folder: string;
  readonly #remove: () => Promise<void>;
  #process: ChildProcess | null = null;
  url = "";
  /** The one-time link of the first start, as the terminal prints it. */
  setupLink: string | null = null;

  constructor(folder: string, remove: () => Promise<void>) {
    this.#folder = folder;
    this.#remove = remove;
  }

  /** Starts the server, again on its port if it ran before. */
  async start(): Promise<void> {
    const port = this.url === "" ? "0" : new URL(this.url).port;
    const args = [mainFile, "serve", "--port", port, "--data-dir", this.#folder];
    const child = spawn(process.execPath, args, { env: cleanEnv(), stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      const give = setTimeout(() => reject(new Error(`The server did not start: ${said}`)), startMsMax);
      const hear = (chunk: Buffer) => {
        said += chunk.toString("utf8");
        if (!said.includes("Ctrl+C")) return;
        clearTimeout(give);
        resolve();
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
      child.on("exit", (code) => reject(new Error(`The server ended with ${code}: ${said}`)));
    });
    this.url = /https?:\/\/[\d.]+:\d+/.exec(said)?.[0] ?? "";
    this.setupLink = /https?:\/\/\S+\/setup\?token=\S+/.exec(said)?.[0] ?? null;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.removeAllListeners("exit");
    child.kill(signal);
    await once(child, "exit");
  }

  /** Lets it hang, as a machine does that swaps: connections are taken and nothing is answered; or go on. */
  hang(hanging: boolean): void {
    this.#process?.kill(hanging ? "SIGSTOP" : "SIGCONT");
  }

  /** Runs a command of the product on the same data. */
  async run(...args: string[]): Promise<string> {
    const ended = await runZaiku([...args, "--data-dir", this.#folder]);
    if (ended.code !== 0) throw new Error(ended.stderr);
    return ended.stdout;
  }

  async close(): Promise<void> {
    await this.stop("SIGKILL");
    await this.#remove();
  }
}

/** A product that nobody has started yet. */
export async function newSite(): Promise<Site> {
  if (!existsSync(path.join(projectFolder, "dist", "web", "index.html"))) {
    throw new Error("The page is not built. `npm test -- --only web` builds it first.");
  }
  const { folder, remove } = await temporaryFolder();
  return new Site(folder, remove);
}

/** What a program may do in these tests: everything. */
const allScopes = "stock:read,stock:write,orders:write,catalog:write,session:write,admin";

/** Starts a site that has an owner, a name and a key for programs. */
async function furnish(site: Site): Promise<{ site: Site; key: string }> {
  const said = await site.run("token", "tests", "--scopes", allScopes);
  const words = said.trim().split(/\s+/);
  const key = words.find((word) => word.length >= 32) ?? "";
  await site.start();
  const token = new URL(site.setupLink ?? "").searchParams.get("token");
  await send(site, "POST", "/api/v1/setup/owner", { body: { token, ...owner } });
  await send(site, "PATCH", "/api/v1/shop", { key, body: { name: "安娜家居" } });
  return { site, key };
}

/** A product whose shop has nothing in it yet. */
export async function emptyShop(): Promise<{ site: Site; key: string }> {
  return furnish(await newSite());
}

/** A product with the real shop's stock list and week of orders in it. */
export async function realShop(): Promise<{ site: Site; key: string }> {
  const site = await newSite();
  await site.run("import", "stock", stockFile);
  await site.run("import", "orders", ordersFile);
  return furnish(site);
}

interface SendOptions {
  readonly key?: string;
  readonly body?: unknown;
}

let sent = 0;

/** What a program says to the API. */
export async function send<T>(
  site: Site,
  method: string,
  where: string,
  { key, body }: SendOptions,
): Promise<T> {
  sent += 1;
  const response = await fetch(`${site.url}${where}`, {
    method,
    headers: {
      "content-type": "application/json",
      "idempotency-key": `web-test-${process.pid}-${sent}`,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}

export interface Look {
  readonly screen?: keyof typeof screens;
  readonly theme?: "light" | "dark";
  readonly language?: "zh-CN" | "en";
}

/** A browser whose pages tell what went wrong in them. */
export class Visitor {
  readonly #browser: Browser;
  readonly problems: string[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async arrive(): Promise<Visitor> {
    return new Visitor(await launchChromium());
  }

  async open(site: Site, { screen = "desk", theme = "light", language = "zh-CN" }: Look = {}): Promise<Page> {
    const context = await this.#browser.newContext({
      viewport: screens[screen],
      baseURL: site.url,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      hasTouch: screen === "phone",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    await this.#choose(context, { "zaiku.theme": theme, "zaiku.language": language });
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    page.on("pageerror", (error) => this.problems.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      // A refusal that the test asks for is the browser's to report; ours are errors of the page.
      const text = message.text();
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) this.problems.push(text);
    });
    return page;
  }

  /** What a browser remembers, unless the page itself has changed it since. */
  async #choose(context: BrowserContext, choices: Readonly<Record<string, string>>): Promise<void> {
    await context.addInitScript((given: Readonly<Record<string, string>>) => {
      for (const [name, value] of Object.entries(given)) {
        if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
      }
    }, choices);
  }

  /** Opens a page as the owner. */
  async signIn(site: Site, look: Look = {}): Promise<Page> {
    const page = await this.open(site, look);
    const { username, password } = owner;
    const headers = { origin: site.url };
    const answer = await page.request.post("/api/auth/sign-in/username", {
      data: { username, password },
      headers,
    });
    if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
    return page;
  }

  async leave(): Promise<void> {
    await this.#browser.close();
  }
}

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds wrong on a page, as short texts. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(axeFile, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          root: Document,
          options: object,
        ): Promise<{
          violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  });
}

/** How many pixels a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}

/** The figure in a text such as `163,935 在库实物`. */
export function figureOf(text: string): number {
  return Number((/[\d,]+/.exec(text)?.[0] ?? "NaN").replaceAll(",", ""));
}
