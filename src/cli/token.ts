import path from "node:path";
import pino from "pino";
import { scopes, type Scope } from "../api/shop.ts";
import { ensureDataDir, loadSecret } from "../config.ts";
import { systemClock } from "../engine/clock.ts";
import { createAccounts } from "../http/auth/accounts.ts";
import { exitOk } from "./exit.ts";
import { runCommand } from "./failure.ts";
import { parseFlags, UsageError } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { configOf } from "./workspace.ts";

/** `token NAME --scopes a,b`: creates an API key for a machine. The key is on stdout, once and never again. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("token", argv, io, async () => {
    const flags = parseFlags(argv, { flags: { scopes: "value" }, words: ["NAME"] });
    const [name = ""] = flags.words;
    const wanted = scopesOf(flags.value("scopes"));
    const config = configOf(flags, io);
    ensureDataDir(config);
    const accounts = await createAccounts({
      database:
        config.databaseUrl === null
          ? { kind: "sqlite", file: path.join(config.dataDir, "accounts.db") }
          : { kind: "postgres", url: config.databaseUrl },
      secret: loadSecret(config, (bytes) => systemClock.random(bytes)),
      baseUrl: config.baseUrl,
      clock: () => systemClock.now(),
      log: pino({ level: "silent" }),
    });
    try {
      const key = await accounts.createApiKey(name, wanted);
      if (flags.has("json")) io.out(JSON.stringify({ name, scopes: wanted, key }));
      else {
        io.out(key);
        io.err(say(io, "请现在就存好：以后不会再显示", "Keep it now: it is not shown again"));
      }
    } finally {
      await accounts.close();
    }
    return exitOk;
  });
}

function scopesOf(text: string | undefined): readonly Scope[] {
  const all = scopes.join(",");
  if (text === undefined)
    throw new UsageError(`缺少 --scopes（可选：${all}）`, `--scopes is missing (of ${all})`);
  const wanted = new Set<Scope>();
  for (const word of text.split(",").map((one) => one.trim())) {
    const scope = scopes.find((one) => one === word);
    if (scope === undefined)
      throw new UsageError(
        `没有权限「${word}」，可选：${all}`,
        `There is no scope "${word}"; there are: ${all}`,
      );
    wanted.add(scope);
  }
  return [...wanted];
}
