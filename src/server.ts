import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
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
import { createBuyerKey, createContactKeys } from "./http/pii.ts";
import { ReportThread } from "./http/reports/thread.ts";
import { countJob } from "./jobs/counts.ts";
import { outboundJob } from "./jobs/outbound.ts";
import { expireJob } from "./jobs/expire.ts";
import { deliveryJob, noticeTarget } from "./jobs/deliveries.ts";
import { liveJob } from "./jobs/live.ts";
import { liveSourceJob } from "./jobs/live-sources.ts";
import { logTarget, outboxJob } from "./jobs/outbox.ts";
import { JobRunner, type Job } from "./jobs/runner.ts";
import { reportsJob } from "./jobs/reports.ts";
import { returnsJob } from "./jobs/returns.ts";
import { shortageJob } from "./jobs/shortage.ts";
import { slowScanJob } from "./jobs/slow-scan.ts";
import type { Store } from "./store/store.ts";

/** A server that answers. */
export interface RunningServer {
  /** The port that it listens on: the one that was asked for, or the free one that was found. */
  readonly port: number;
  /** That of https; null: there is none. */
  readonly httpsPort: number | null;
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
const reportProgram = new URL("./report-worker.ts", import.meta.url);

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
  const { dataDir, databaseUrl } = config;
  const reports = new ReportThread({
    program: reportProgram,
    workerData: { dataDir, databaseUrl },
    store,
    clock,
  });
  opened.push(reports);
  const shops = new Shops({ store, clock, log, hooks: metrics.hooks, afterLive: reports.afterLive });
  await shops.refresh();
  const { notifier, liveSources } = openOutside(config, store, secret, clock);
  const jobs = new JobRunner({
    store,
    shops,
    clock,
    log,
    jobs: jobsOf(store, clock, log, notifier, liveSources),
  });
  const secure = await prepareHttps(config);
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
    contactKeys: createContactKeys(secret),
    jobs: () => jobs.state(),
    notifier,
    liveSources,
    makePage: reports.page,
    metricsAccess: config.metricsAccess,
    trustProxy: config.trustProxy,
    dataDir: config.dataDir,
    ...(signInLinks === undefined ? {} : { signInLinks }),
    ...(secure === null ? {} : { authority: secure.authority }),
  });
  opened.push(http);
  const setupPath = await accounts.setupLink();
  await http.app.listen({ port: config.port, host: config.host });
  const listener = await secure?.listen(http.app, log);
  jobs.start();
  return {
    port: (http.app.server.address() as AddressInfo).port,
    httpsPort: listener?.port ?? null,
    version,
    setupPath,
    close: async () => {
      await Promise.all([http.close(), listener?.close(), jobs.stop()]);
      await shops.close();
      await reports.close();
      await accounts.close();
      await store.close();
    },
  };
}

/** Loaded when it is asked for: few servers make certificates. Null: the settings want none. */
async function prepareHttps({ https, dataDir, port, host }: Config) {
  if (!https) return null;
  const { certificatesOf, listenHttps } = await import("./cli/https/listener.ts");
  const { authority } = await certificatesOf({ dataDir, clock: systemClock });
  let listening = 0;
  return {
    authority: { certificate: authority, port: () => listening },
    async listen(app: FastifyInstance, log: Logger) {
      const options = { dataDir, port: port === 0 ? 0 : port + 1, host, clock: systemClock, log };
      const listener = await listenHttps(app, options);
      listening = listener.port;
      return listener;
    },
  };
}

/** What talks to the world outside. */
function openOutside(config: Config, store: Store, secret: string, clock: Clock) {
  const { privateNetwork, baseUrl } = config;
  const seal = createSeal(secret);
  const policy = { httpAllowed: privateNetwork, privateAllowed: privateNetwork, anyRobotHostAllowed: false };
  return {
    notifier: new Notifier({ store, seal, clock, policy, baseUrl }),
    liveSources: new LiveSources({ seal, policy }),
  };
}

function jobsOf(
  store: Store,
  clock: Clock,
  log: Logger,
  notifier: Notifier,
  liveSources: LiveSources,
): readonly Job[] {
  return [
    expireJob(store, log),
    outboxJob(store, [logTarget(log), noticeTarget(store)], log, clock),
    deliveryJob(store, notifier, clock),
    shortageJob(store),
    countJob(store),
    outboundJob(),
    returnsJob(store),
    liveJob(log),
    reportsJob(store, log),
    slowScanJob(store),
    liveSourceJob(store, liveSources, async (shop) => shop.sessions.live().length > 0),
  ];
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
