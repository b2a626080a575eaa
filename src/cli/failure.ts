import { ConfigError } from "../config.ts";
import { BackupRefused } from "../store/sqlite/backup.ts";
import { StoreUnavailable } from "../store/errors.ts";
import { ImportStopped } from "../import/apply/run.ts";
import { ProfileChoiceError } from "../import/apply/open.ts";
import { ImportFileError } from "../import/problem.ts";
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

function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { code: "usage", zh: error.zh, en: error.en };
  if (error instanceof CommandError) return error;
  if (error instanceof ConfigError) {
    const [zh = "", en = zh] = error.message.split("\n");
    return { code: "config", zh, en };
  }
  if (error instanceof ImportFileError || error instanceof ProfileChoiceError) return error;
  if (error instanceof ImportStopped) {
    return {
      code: "stopped",
      zh: `导入中断，已入账 ${error.rows} 行：同一文件再导入一次即可接着来，不会重复`,
      en: error.message,
    };
  }
  if (error instanceof StoreUnavailable) {
    return { code: "store_unavailable", zh: `数据库现在不可用（${error.message}）`, en: error.message };
  }
  if (error instanceof BackupRefused) return { code: "backup_refused", zh: error.message, en: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const system = error instanceof Error && "code" in error && "syscall" in error;
  if (system) return { code: "system", zh: `系统拒绝了操作：${message}`, en: message };
  return { code: "internal", zh: `程序出错：${message}`, en: message };
}
