import path from "node:path";
import { createLog, startServer, type RunningServer } from "../../server.ts";
import { scopes } from "../../api/shop.ts";
import { ensureDataDir, loadSecret, readConfig, type Config } from "../../config.ts";
import { systemClock } from "../../engine/clock.ts";
import { createAccounts } from "../../http/auth/accounts.ts";
import type { SignInLinks } from "../../http/demo/sign-in-links.ts";
import type { ShownStock } from "../../sim/compare.ts";
import type { SimClock } from "../../sim/clock.ts";
import type { Wire } from "../../sim/player.ts";
import type { Io } from "../io.ts";
import { addressError } from "../serve.ts";

/** A real server in this process, with a clock of its own and a key to everything: what a broadcast is played on. */
export interface Stage {
  readonly url: string;
  readonly server: RunningServer;
  readonly clock: SimClock;
  readonly wire: Wire;
  readonly config: Config;
  readonly log: ReturnType<typeof createLog>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly dataDir: string;
  readonly clock: SimClock;
  readonly port?: string;
  readonly host?: string;
  readonly signInLinks?: SignInLinks;
}

/** What the journal and the timeline call whoever plays. */
const keyName = "场控";
const pageRows = 1_000;

/** Starts it on a data folder. Its log says only what fails, unless ZAIKU_LOG_LEVEL asks for more. */
export async function openStage(options: StageOptions, io: Io): Promise<Stage> {
  const { dataDir, clock, port = "0", host, signInLinks } = options;
  const config = readConfig(
    { "data-dir": dataDir, port, host },
    { ...io.env, DATABASE_URL: "", ZAIKU_LOG_LEVEL: io.env.ZAIKU_LOG_LEVEL ?? "error" },
  );
  ensureDataDir(config);
  const log = createLog(config.logLevel);
  const key = await createKey(config, log);
  const server = await startServer(config, log, {
    clock,
    ...(signInLinks === undefined ? {} : { signInLinks }),
  }).catch((error: unknown) => {
    throw addressError(error, config) ?? error;
  });
  const url = `http://127.0.0.1:${server.port}`;
  return { url, server, clock, wire: wireTo(url, key), config, log, close: () => server.close() };
}

async function createKey(config: Config, log: Stage["log"]): Promise<string> {
  const accounts = await createAccounts({
    database: { kind: "sqlite", file: path.join(config.dataDir, "accounts.db") },
    secret: loadSecret(config, (bytes) => systemClock.random(bytes)),
    baseUrl: null,
    clock: () => systemClock.now(),
    log,
  });
  try {
    return await accounts.createApiKey(keyName, scopes);
  } finally {
    await accounts.close();
  }
}

/** The API over HTTP, by a key. */
function wireTo(url: string, key: string): Wire {
  return async ({ method, path: where, body, headers }) => {
    const answer = await fetch(url + where, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") === true;
    return { status: answer.status, body: isJson && text !== "" ? (JSON.parse(text) as unknown) : null };
  };
}

/** Every SKU as the stock page shows it. */
export async function readStock(wire: Wire): Promise<ShownStock[]> {
  const items: ShownStock[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await wire({ method: "GET", path: `/api/v1/stock?limit=${pageRows}${page}` });
    if (status !== 200) throw new Error(`GET /stock: ${status}`);
    const { items: more, next } = body as { items: readonly ShownStock[]; next: string | null };
    items.push(...more);
    cursor = next;
  }
  return items;
}
