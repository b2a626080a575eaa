import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ServerInfo, ZaikuServerInput } from "../workers/zaiku-server.ts";
import { serveChild, type Environment } from "./child.ts";

/** A server of the product with a shop that sells, as any program reaches it: over HTTP, with an API key. */
export interface Zaiku {
  readonly port: number;
  readonly pid: number;
  readonly key: string;
  readonly dataDir: string;
  get<Answer>(path: string): Promise<Answer>;
  send<Answer>(method: "POST" | "PUT", path: string, body: unknown): Promise<Answer>;
  /** Units that are held or committed, by the books. */
  readonly promised: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export interface ZaikuOptions {
  readonly databaseUrl: string | null;
  readonly dir: string;
  readonly env: Environment;
  /** A folder with books in it already; it is kept. Absent: a new one. */
  readonly dataDir?: string;
}

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const lifeMsMax = 900_000;
const allScopes = "stock:read,stock:write,orders:write,catalog:write,session:write";

/** Creates an API key the way an operator does. */
export function createKey(dataDir: string, databaseUrl: string | null): string {
  const args = [main, "token", "bench", "--scopes", allScopes, "--json", "--data-dir", dataDir];
  const env = { ...process.env, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };
  const made = spawnSync(process.execPath, args, { encoding: "utf8", env });
  if (made.status !== 0) throw new Error(`No API key was made.\n${made.stdout}${made.stderr}`);
  return (JSON.parse(made.stdout) as { key: string }).key;
}

export async function startZaiku({ databaseUrl, dir, env, ...options }: ZaikuOptions): Promise<Zaiku> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(dir, "zaiku-data-"));
  const key = createKey(dataDir, databaseUrl);
  const input: ZaikuServerInput = { dataDir, databaseUrl };
  const served = await serveChild<ServerInfo>("workers/zaiku-server.ts", input, { env, msMax: lifeMsMax });
  const { port } = served.info;
  const ask = async <Answer>(method: string, target: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${target}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "POST" ? { "idempotency-key": `bench-${performance.now()}` } : {}),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${target}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  return {
    port,
    key,
    dataDir,
    pid: served.pid,
    get: (target) => ask("GET", target),
    send: ask,
    promised: async () => {
      type Totals = { totals: { held: number; committed: number } };
      const { totals } = await ask<Totals>("GET", "/api/v1/stock?limit=1");
      return totals.held + totals.committed;
    },
    stop: async () => {
      await served.stop();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const skusPerRequest = 500;

/** Gives the shop a channel and SKUs with so many units each. */
export async function stockUp(zaiku: Zaiku, skus: readonly string[], units: number): Promise<void> {
  await zaiku.send("PUT", "/api/v1/channels/douyin", { platform: "douyin", name: "抖音" });
  for (let start = 0; start < skus.length; start += skusPerRequest) {
    const part = skus.slice(start, start + skusPerRequest);
    await zaiku.send("PUT", "/api/v1/skus", { items: part.map((code) => ({ code, name: `商品 ${code}` })) });
    const lines = part.map((sku) => ({ sku, quantity: units, bin: "A-01" }));
    await zaiku.send("POST", "/api/v1/receipts", { lines });
  }
}
