import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pino, { type Logger } from "pino";
import { ensureDataDir, loadSecret, type Config } from "./config.ts";
import { LiveSources } from "./channels/live-sources.ts";
import { Notifier } from "./channels/notifier.ts";
import { openStore } from "./cli/open-store.ts";
import { systemClock, type Clock } from "./engine/clock.ts";
import { createSeal } from "./engine/notify/seal.ts";
import { Shops, openShop } from "./engine/shops.ts";
import { createApp } from "./http/app.ts";
import { createAccounts, type Accounts } from "./http/auth/accounts.ts";
import type { SignInLinks } from "./http/demo/sign-in-links.ts";
import { Metrics } from "./http/metrics.ts";
import { createBuyerKey } from "./http/pii.ts";
import { countJob } from "./jobs/counts.ts";
import { expireJob } from "./jobs/expire.ts";
import { deliveryJob, noticeTarget } from "./jobs/deliveries.ts";
import { liveJob } from "./jobs/live.ts";
import { liveSourceJob } from "./jobs/live-sources.ts";
import { logTarget, outboxJob } from "./jobs/outbox.ts";
import { JobRunner } from "./jobs/runner.ts";
import { reportsJob } from "./jobs/reports.ts";
import { shortageJob } from "./jobs/shortage.ts";
import type { Store } from "./store/store.ts";

/** A server that answers. */
export interface RunningServer {
  /** The port that it listens on: the one that was asked for, or the free one that was found. */
  readonly port: number;
  readonly version: string;
  /** Where the first owner is created, without the host; null when there is one. Shown once. */
  readonly setupPath: string | null;
  /** Stops in order: answers whoever asked, then closes. */
  close(): Promise<void>;
}

/** What a server has that a demo or a rehearsal starts, and no other. */
export interface ServerOptions {
  /** Whose time the books and the timed work follow. Signing in follows the system's. */
  readonly clock?: Clock;
  readonly signInLinks?: SignInLinks;
}

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const webDir = path.join(root, "dist", "web");

/** On stderr, one JSON object a line. Bodies, buyers, cookies and keys are never in it. */
export function createLog(level: Config["logLevel"]): Logger {
  return pino(
    {
      level,
      redact: {
        paths: ["buyer", "*.buyer", "password", "*.password", "*.headers.authorization", "*.headers.cookie"],
        remove: true,
      },
      serializers: { err: shortError },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** What helps to find the fault. Databases put whole rows into other fields of their errors. */
function shortError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  const code = "code" in error ? error.code : undefined;
  const cause = error.cause === undefined ? {} : { cause: shortError(error.cause) };
  return { name, message, ...(code === undefined ? {} : { code }), stack, ...cause };
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    version: string;
  };
  return version;
}

/**
 * The composition root: config → store → engine → jobs → http. Answers once it listens.
 * @throws ConfigError, StoreUnavailable, and the system's error when the address is taken
 */
export async function startServer(
  config: Config,
  log: Logger,
  options: ServerOptions = {},
): Promise<RunningServer> {
  ensureDataDir(config);
  const secret = loadSecret(config, (bytes) => systemClock.random(bytes));
  if (config.databaseUrl !== null && config.secret === null) {
    log.warn("ZAIKU_SECRET is not set: a second node on this database must have this node's secret file");
  }
  const store = await openStore(config);
  const opened: { close(): Promise<void> }[] = [store];
  try {
    return await serve(config, log, { store, secret, opened, ...options });
  } catch (error) {
    for (const one of opened.toReversed()) await one.close();
    throw error;
  }
}

interface Opened extends ServerOptions {
  readonly store: Store;
  readonly secret: string;
  /** Closed in the opposite order when the start fails half-way. */
  readonly opened: { close(): Promise<void> }[];
}

async function serve(
  config: Config,
  log: Logger,
  { store, secret, opened, clock = systemClock, signInLinks }: Opened,
): Promise<RunningServer> {
  const version = readVersion();
  await openShop(store, clock);
  const accounts = await openAccounts(config, log, secret);
  opened.push(accounts);
  const metrics = new Metrics();
  const shops = new Shops({ store, clock, log, hooks: metrics.hooks });
  await shops.refresh();
  const { privateNetwork, baseUrl } = config;
  const seal = createSeal(secret);
  const policy = { httpAllowed: privateNetwork, privateAllowed: privateNetwork, anyRobotHostAllowed: false };
  const notifier = new Notifier({ store, seal, clock, policy, baseUrl });
  const liveSources = new LiveSources({ seal, policy });
  const jobs = new JobRunner({
    store,
    shops,
    clock,
    log,
    jobs: [
      expireJob(store, log),
      outboxJob(store, [logTarget(log), noticeTarget(store)], log, clock),
      deliveryJob(store, notifier, clock),
      shortageJob(store),
      countJob(store),
      liveJob(log),
      reportsJob(store, log),
      liveSourceJob(store, liveSources, async (shop) => shop.sessions.live().length > 0),
    ],
  });
  metrics.watch(shops, () => jobs.state());
  const http = await createApp({
    store,
    shops,
    accounts,
    clock,
    log,
    metrics,
    version,
    webDir,
    buyerKey: createBuyerKey(secret),
    jobs: () => jobs.state(),
    notifier,
    liveSources,
    metricsAccess: config.metricsAccess,
    trustProxy: config.trustProxy,
    dataDir: config.dataDir,
    ...(signInLinks === undefined ? {} : { signInLinks }),
  });
  opened.push(http);
  const setupPath = await accounts.setupLink();
  await http.app.listen({ port: config.port, host: config.host });
  jobs.start();
  return {
    port: (http.app.server.address() as AddressInfo).port,
    version,
    setupPath,
    close: async () => {
      await Promise.all([http.close(), jobs.stop()]);
      await shops.close();
      await accounts.close();
      await store.close();
    },
  };
}

/** Beside the books and not in them, so that signing in never waits for a commit of orders. */
function openAccounts(config: Config, log: Logger, secret: string): Promise<Accounts> {
  return createAccounts({
    database:
      config.databaseUrl === null
        ? { kind: "sqlite", file: path.join(config.dataDir, "accounts.db") }
        : { kind: "postgres", url: config.databaseUrl },
    secret,
    baseUrl: config.baseUrl,
    clock: () => systemClock.now(),
    log,
  });
}
