import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { scopes, type Scope } from "../../src/api/shop.ts";
import { LiveSources } from "../../src/channels/live-sources.ts";
import type { NetPolicy } from "../../src/channels/net/policy.ts";
import { Notifier } from "../../src/channels/notifier.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { openShop, Shops } from "../../src/engine/shops.ts";
import { createSeal } from "../../src/engine/notify/seal.ts";
import { createApp, type HttpApp } from "../../src/http/app.ts";
import { createAccounts, type Accounts } from "../../src/http/auth/accounts.ts";
import type { HttpDeps } from "../../src/http/deps.ts";
import { Metrics } from "../../src/http/metrics.ts";
import { createBuyerKey, createContactKeys } from "../../src/http/pii.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { PostgresStore } from "../../src/store/postgres/store.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/store.ts";
import { createDatabase } from "../support/postgres.ts";

export type StoreKind = Store["kind"];

/** What a route answered. `body` is the parsed JSON, or the text where it is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Tests look into answers of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any -- a test asserts what it reads
  readonly body: any;
}

export interface AskOptions {
  readonly body?: unknown;
  /** Sent as it is, instead of `body` as JSON. */
  readonly raw?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The API key; null asks as nobody. Absent: one that may do everything. */
  readonly key?: string | null;
}

/** A real server on a free loopback port, over a store of its own. */
export interface TestServer {
  readonly url: string;
  readonly store: Store;
  readonly shops: Shops;
  readonly accounts: Accounts;
  readonly http: HttpApp;
  /** An API key that may do everything. */
  readonly key: string;
  /** Whatever was logged, as JSON lines. */
  readonly logged: string[];
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  keyFor(...allowed: readonly Scope[]): Promise<string>;
  close(): Promise<void>;
}

const secret = "a secret of at least sixteen characters";
const seal = createSeal(secret);
/** Receivers and sources of tests are on this machine. */
const testNet: NetPolicy = { httpAllowed: true, privateAllowed: true, anyRobotHostAllowed: true };

async function openStore(
  kind: StoreKind,
  folder: string,
): Promise<{ store: Store; drop: () => Promise<void> }> {
  const nothing = async (): Promise<void> => {};
  if (kind === "memory") return { store: new MemoryStore(), drop: nothing };
  if (kind === "sqlite") return { store: new SqliteStore(path.join(folder, "zaiku.db")), drop: nothing };
  const database = await createDatabase();
  return { store: new PostgresStore({ url: database.url }), drop: () => database.drop() };
}

export async function startServer(
  kind: StoreKind,
  change: Partial<HttpDeps> & { readonly port?: number } = {},
): Promise<TestServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "zaiku-http-"));
  const { store: opened, drop } = await openStore(kind, folder);
  const store = change.store ?? opened;
  await opened.migrate();
  await openShop(store, change.clock ?? systemClock);
  const logged: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void logged.push(line) });
  const clock = change.clock ?? systemClock;
  const accounts = await createAccounts({
    database: { kind: "memory" },
    secret,
    baseUrl: null,
    clock: () => clock.now(),
    log,
  });
  const metrics = new Metrics();
  const shops = new Shops({ store, clock, log, hooks: metrics.hooks });
  await shops.refresh();
  metrics.watch(shops, () => []);
  const http = await createApp({
    store,
    shops,
    accounts,
    clock,
    log,
    metrics,
    buyerKey: createBuyerKey(secret),
    contactKeys: createContactKeys(secret),
    jobs: () => [],
    notifier: new Notifier({ store, seal, clock, policy: testNet, baseUrl: null }),
    liveSources: new LiveSources({ seal, policy: testNet }),
    metricsAccess: "open",
    trustProxy: false,
    webDir: null,
    version: "0.0.0",
    dataDir: folder,
    ...change,
  });
  await http.app.listen({ port: change.port ?? 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(http.app.server.address() as AddressInfo).port}`;
  const key = await accounts.createApiKey("test", scopes);
  return {
    url,
    store,
    shops,
    accounts,
    http,
    key,
    logged,
    ask: (method, where, options) => ask(url, key, method, where, options),
    keyFor: (...allowed) => accounts.createApiKey(allowed.join(" "), allowed),
    close: async () => {
      await http.close();
      await shops.close();
      await accounts.close();
      await store.close();
      await drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(
  url: string,
  key: string,
  method: string,
  where: string,
  options: AskOptions = {},
): Promise<Answer> {
  const credential = options.key === undefined ? key : options.key;
  const hasBody = options.raw !== undefined || options.body !== undefined;
  const response = await fetch(url + where, {
    method,
    headers: {
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(hasBody ? { "content-type": "application/json" } : {}),
      ...options.headers,
    },
    ...(hasBody ? { body: options.raw ?? JSON.stringify(options.body) } : {}),
    redirect: "manual",
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && !text.includes("}\n{") ? JSON.parse(text) : text,
  };
}

/** Channels, SKUs and opening stock, the way a new shop would put them in. */
export async function fillShop(
  server: TestServer,
  stock: Readonly<Record<string, number>>,
  channels: readonly string[] = ["douyin"],
): Promise<void> {
  for (const channel of channels) {
    const put = await server.ask("PUT", `/api/v1/channels/${channel}`, {
      body: { platform: channel, name: channel },
    });
    assert.equal(put.status, 200, JSON.stringify(put.body));
  }
  const items = Object.keys(stock).map((code) => ({ code, name: `商品 ${code}`, price: 9_900 }));
  const skus = await server.ask("PUT", "/api/v1/skus", { body: { items } });
  assert.equal(skus.status, 200, JSON.stringify(skus.body));
  const lines = Object.entries(stock)
    .filter(([, quantity]) => quantity > 0)
    .map(([sku, quantity]) => ({ sku, quantity, bin: "A-01" }));
  if (lines.length === 0) return;
  const receipt = await server.ask("POST", "/api/v1/receipts", {
    body: { lines },
    headers: { "idempotency-key": "opening" },
  });
  assert.equal(receipt.status, 201, JSON.stringify(receipt.body));
}

/** Asserts that an answer is the problem document of a code, with everything that every one has. */
export function assertProblem(answer: Answer, status: number, code: string, path?: string): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.equal(answer.body.code, code, JSON.stringify(answer.body));
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.type, `https://zaiku.dev/errors/${code}`);
  for (const field of ["title", "detail", "detailZh"]) assert.match(answer.body[field], /\S/);
  assert.match(answer.body.detailZh, /\p{Script=Han}/u);
  assert.doesNotMatch(answer.body.detail + answer.body.detailZh, /[{}]|undefined/);
  if (path !== undefined) assert.equal(answer.body.path, path, JSON.stringify(answer.body));
}
