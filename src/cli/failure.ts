import { exitFailure, exitOk, exitUsage } from "./exit.ts";
import { UsageError } from "./flags.ts";
import { printCommand } from "./help.ts";
import { say, type Io } from "./io.ts";

/** Something that a person can do something about; the command ends with `exitFailure`. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  constructor(code: string, zh: string, en: string, options?: ErrorOptions) {
    super(en, options);
    this.code = code;
    this.zh = zh;
    this.en = en;
  }
}

interface Failure {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/**
 * Runs a command and says in words how it failed. With `--json` the one object on stdout is then
 * `{ error: { code, message, messageZh } }`.
 * @returns the exit status
 */
export async function runCommand(
  name: string,
  argv: readonly string[],
  io: Io,
  command: () => Promise<number>,
): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    printCommand(name, io);
    return exitOk;
  }
  try {
    return await command();
  } catch (error) {
    const failure = failureOf(error);
    if (argv.includes("--json")) {
      const { code, en, zh } = failure;
      io.out(JSON.stringify({ error: { code, message: en, messageZh: zh } }));
    }
    io.err(say(io, `出错了：${failure.zh}`, `Error: ${failure.en}`));
    if (failure.code === "internal" && error instanceof Error) io.err(error.stack ?? error.message);
    if (!(error instanceof UsageError)) return exitFailure;
    io.err(say(io, `用法见 npm run zaiku -- help ${name}`, `See npm run zaiku -- help ${name}`));
    return exitUsage;
  }
}

/** Errors are known by what they say of themselves: a command need not load the parts that others throw in. */
function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { code: "usage", zh: error.zh, en: error.en };
  if (!(error instanceof Error)) return { code: "internal", zh: String(error), en: String(error) };
  const { message, name } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  if ("zh" in error && "en" in error && code !== null)
    return { code, zh: String(error.zh), en: String(error.en) };
  if (name === "ConfigError") {
    // One sentence a line, Chinese first.
    const [zh = message, en = zh] = message.split("\n");
    return { code: "config", zh, en };
  }
  if (name === "StoreUnavailable")
    return { code: "store_unavailable", zh: `数据库现在不可用（${message}）`, en: message };
  if (name === "BackupRefused") return { code: "backup_refused", zh: `备份不能用：${message}`, en: message };
  if ("syscall" in error) return { code: "system", zh: `系统拒绝了操作：${message}`, en: message };
  return { code: "internal", zh: `程序出错：${message}`, en: message };
}
