import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { languageOf, type Io } from "../../src/cli/io.ts";

/** What a command printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that the person stands in. */
  readonly from?: string;
}

export const mainFile = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const projectFolder = fileURLToPath(new URL("../..", import.meta.url));

/** The environment without what would make the command look elsewhere. */
export function cleanEnv(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of [
    "DATABASE_URL",
    "ZAIKU_DATA_DIR",
    "ZAIKU_SECRET",
    "PORT",
    "INIT_CWD",
    "LC_ALL",
    "LC_MESSAGES",
  ])
    delete env[name];
  // A test process of node:test would make its children report to it.
  delete env.NODE_TEST_CONTEXT;
  return { ...env, LANG: "zh_CN.UTF-8", ...more };
}

/** Runs one command of the product to its end, in a process of its own. */
export function runZaiku(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const env = cleanEnv({
      ...(options.from === undefined ? {} : { INIT_CWD: options.from }),
      ...options.env,
    });
    const child = spawn(process.execPath, [mainFile, ...args], {
      cwd: projectFolder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

interface Command {
  run(argv: readonly string[], io: Io): Promise<number>;
}

/** Runs one command in this process: the same but for what `main.ts` does, and much quicker. */
export async function callZaiku(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const [name = "help", ...rest] = args;
  const env = cleanEnv({ ...(options.from === undefined ? {} : { INIT_CWD: options.from }), ...options.env });
  let stdout = "";
  let stderr = "";
  const io: Io = {
    out: (line) => void (stdout += `${line}\n`),
    err: (line) => void (stderr += `${line}\n`),
    raw: (text) => void (stderr += text),
    env,
    isTty: false,
    closed: false,
    language: languageOf(env),
  };
  const command = (await import(`../../src/cli/${name}.ts`)) as Command;
  return { code: await command.run(rest, io), stdout, stderr };
}

/** A folder of its own for one test, and what removes it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "zaiku-test-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
