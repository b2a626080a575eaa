import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { MetricsAccess } from "./http/deps.ts";

/** Something in the settings is wrong: the message says what, in both languages, and is all that is printed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Every setting, checked once at the start. */
export interface Config {
  /** Absolute. Holds the database, the accounts, the secret. */
  readonly dataDir: string;
  /** `postgres://…`; null: SQLite in the data folder. */
  readonly databaseUrl: string | null;
  readonly port: number;
  /**
   * The address to listen on. Only this machine by default: until the owner is created, whoever reaches the
   * server could be the first. `0.0.0.0` lets the phones and tablets of the room in.
   */
  readonly host: string;
  /** The pages also by https, on the next port, with a certificate of this installation. */
  readonly https: boolean;
  /** The address people use, e.g. `https://stock.example`; null: whatever each request names. */
  readonly baseUrl: string | null;
  readonly logLevel: LogLevel;
  readonly trustProxy: boolean | string | number;
  readonly metricsAccess: MetricsAccess;
  /** Receivers and live sources may be in the private network, and be called without TLS. */
  readonly privateNetwork: boolean;
  /** From ZAIKU_SECRET; null: the file in the data folder. */
  readonly secret: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;
/** The flags that settings are read from; a flag goes before the environment. */
export type ConfigFlags = Readonly<{
  "data-dir"?: string | undefined;
  port?: string | undefined;
  host?: string | undefined;
  https?: boolean | undefined;
}>;

const portDefault = 4000;
const secretCharsMin = 16;
const secretBytes = 32;
const secretFile = "secret";

/**
 * Settings from flags, then the environment, then defaults.
 * @throws ConfigError naming the setting, what is wrong with it, and what it may be
 */
export function readConfig(flags: ConfigFlags, env: Environment): Config {
  return Object.freeze({
    dataDir: readDataDir(flags, env),
    databaseUrl: readUrl(
      env,
      "DATABASE_URL",
      /^postgres(?:ql)?:$/,
      "postgres://user:password@host:5432/zaiku",
    ),
    port: readPort(flags, env),
    host: flags.host ?? given(env, "ZAIKU_HOST") ?? "127.0.0.1",
    https: flags.https === true || readChoice(env, "ZAIKU_HTTPS", ["on", "off"] as const, "off") === "on",
    baseUrl: readUrl(env, "ZAIKU_BASE_URL", /^https?:$/, "https://stock.example"),
    logLevel: readChoice(env, "ZAIKU_LOG_LEVEL", logLevels, "info"),
    trustProxy: readTrustProxy(env),
    metricsAccess: readMetrics(env),
    privateNetwork: readChoice(env, "ZAIKU_PRIVATE_NETWORK", ["allow", "deny"], "deny") === "allow",
    secret: readSecret(env),
  });
}

/** An empty variable is as good as none. */
function given(env: Environment, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

function readDataDir(flags: ConfigFlags, env: Environment): string {
  const named = flags["data-dir"] ?? given(env, "ZAIKU_DATA_DIR");
  if (named === null) return path.resolve("data");
  // Against the folder that the person stood in: npm runs us in the project's own.
  return path.resolve(env.INIT_CWD ?? ".", named);
}

function readPort(flags: ConfigFlags, env: Environment): number {
  const [name, text] = flags.port === undefined ? ["PORT", given(env, "PORT")] : ["--port", flags.port];
  if (text === null) return portDefault;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw wrong(
    name,
    text,
    "0 到 65535 之间的整数（0 = 任选一个空闲端口）",
    "a whole number from 0 to 65535 (0 = any free port)",
  );
}

function readUrl(env: Environment, name: string, protocols: RegExp, example: string): string | null {
  const text = given(env, name);
  if (text === null) return null;
  if (protocols.test(URL.parse(text)?.protocol ?? "")) return text;
  // It may carry a password: it is not repeated.
  throw wrong(name, "…", `像 ${example} 这样的地址`, `an address like ${example}`);
}

function readChoice<T extends string>(env: Environment, name: string, choices: readonly T[], fallback: T): T {
  const text = given(env, name);
  if (text === null) return fallback;
  const choice = choices.find((one) => one === text);
  if (choice !== undefined) return choice;
  throw wrong(name, text, `其中之一：${choices.join("、")}`, `one of ${choices.join(", ")}`);
}

/** `true`, a number of proxies, or their addresses. Whoever is believed can name any address as the client's. */
function readTrustProxy(env: Environment): boolean | string | number {
  const text = given(env, "ZAIKU_TRUST_PROXY");
  if (text === null || text === "false") return false;
  if (text === "true") return true;
  return /^\d+$/.test(text) ? Number(text) : text;
}

function readMetrics(env: Environment): MetricsAccess {
  const token = given(env, "ZAIKU_METRICS_TOKEN");
  if (token !== null) return { token };
  return readChoice(env, "ZAIKU_METRICS", ["open", "loopback", "off"] as const, "loopback");
}

function readSecret(env: Environment): string | null {
  const secret = given(env, "ZAIKU_SECRET");
  if (secret === null || secret.length >= secretCharsMin) return secret;
  throw wrong(
    "ZAIKU_SECRET",
    "…",
    `至少 ${secretCharsMin} 个字符的随机文字`,
    `a random text of at least ${secretCharsMin} characters`,
  );
}

function wrong(name: string, value: string, wantedZh: string, wanted: string): ConfigError {
  return new ConfigError(
    `${name}=${value} 不对，应为${wantedZh}。\n${name}=${value} is wrong: it must be ${wanted}.`,
  );
}

/** Creates the data folder, for its owner's eyes only. @throws ConfigError */
export function ensureDataDir({ dataDir }: Pick<Config, "dataDir">): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new ConfigError(
      `不能建立数据目录 ${dataDir}（${code}）。请检查权限，或用 --data-dir 换一个目录。\n` +
        `The data folder ${dataDir} cannot be created (${code}). Check its permissions, or name another with --data-dir.`,
    );
  }
}

/**
 * The installation's secret: it signs sessions and turns buyers into keys. From ZAIKU_SECRET, else from a file
 * in the data folder, which must be there; it is made on first use. Nodes that share a database must share the
 * secret, and a backup without it cannot recognise earlier buyers.
 * @param random makes a new one, of so many random bytes
 * @throws ConfigError
 */
export function loadSecret(
  config: Pick<Config, "dataDir" | "secret">,
  random: (bytes: number) => string,
): string {
  if (config.secret !== null) return config.secret;
  const file = path.join(config.dataDir, secretFile);
  createSecret(file, random);
  let secret = "";
  try {
    secret = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw unreadable(file, error);
  }
  if (secret.length >= secretCharsMin) return secret;
  throw new ConfigError(
    `${file} 内容不完整。若有备份请还原它；全新安装可删除后重启。\n` +
      `${file} is incomplete. Restore it from a backup; on a new installation delete it and start again.`,
  );
}

/** Puts a whole file in place or none: of two processes that start together one makes it, and both read it. */
function createSecret(file: string, random: (bytes: number) => string): void {
  if (existsSync(file)) return;
  const draft = `${file}.${random(4)}`;
  try {
    writeFileSync(draft, `${random(secretBytes)}\n`, { flag: "wx", mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unreadable(file, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

function unreadable(file: string, error: unknown): ConfigError {
  const { code = "" } = error as NodeJS.ErrnoException;
  return new ConfigError(
    `不能读写 ${file}（${code}）。请检查权限。\n${file} cannot be read or written (${code}). Check its permissions.`,
  );
}
