import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

/**
 * Everything that is measured runs in a process of its own, so that no contender pays for another's garbage or
 * profits from its warm code. A child ends when its standard input does: also when this process is killed.
 */

const benchDir = path.resolve(import.meta.dirname, "..");
const stopMsMax = 10_000;

export type Environment = Readonly<Record<string, string>>;

export interface ChildOptions {
  readonly env?: Environment;
  /** The child is killed after so long. */
  readonly msMax: number;
}

/** A child that stays: what it said when it was ready, and how to end it. */
export interface Served<Info> {
  readonly info: Info;
  readonly pid: number;
  /** Sends one request, a JSON value, and waits for its answer. */
  ask<Answer>(request: unknown): Promise<Answer>;
  readonly stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();

/** Tells whatever still runs to end. A host of another program must get to end that one first. */
export function endAll(): void {
  for (const child of running) child.kill("SIGTERM");
}

function endFirmly(child: ChildProcess): void {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), stopMsMax).unref();
}

/** Runs `bench/<file>` with the options and answers with the value that it prints. */
export async function runChild<Answer>(file: string, input: unknown, options: ChildOptions): Promise<Answer> {
  const served = await serveChild<Answer>(file, input, options);
  await served.stop();
  return served.info;
}

/**
 * Starts `bench/<file>` and waits for the first line that it prints, a JSON value.
 * @throws when it ends before, with the end of what it said on standard error
 */
export async function serveChild<Info>(
  file: string,
  input: unknown,
  { env = {}, msMax }: ChildOptions,
): Promise<Served<Info>> {
  const child = spawn(process.execPath, [path.join(benchDir, file), JSON.stringify(input)], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const timer = setTimeout(() => endFirmly(child), msMax);
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-4_000);
  });
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => {
      clearTimeout(timer);
      running.delete(child);
      resolve();
    });
  });
  child.stdin.on("error", () => undefined);
  const lines = createInterface({ input: child.stdout });
  const nextLine = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const gone = (): void => reject(new Error(`${file} ended too early.\n${complaint}`));
      child.once("close", gone);
      lines.once("line", (line) => {
        child.off("close", gone);
        resolve(JSON.parse(line));
      });
    });
  const info = (await nextLine()) as Info;
  return {
    info,
    pid: child.pid ?? 0,
    ask: async <Answer>(request: unknown) => {
      const answer = nextLine();
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await answer) as Answer;
    },
    stop: async () => {
      child.stdin.end();
      const late = setTimeout(() => endFirmly(child), stopMsMax);
      await closed;
      clearTimeout(late);
    },
  };
}

// What a child does.

/** The options that this child was started with. */
export function childInput<Input>(): Input {
  return JSON.parse(process.argv[2] ?? "{}") as Input;
}

/** Says one value to the parent. */
export function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Ends this child with its parent: for one that only measures and says what it found. */
export function endWithParent(): void {
  process.stdin
    .on("end", () => process.exit(1))
    .on("error", () => process.exit(1))
    .resume();
}

/** Answers the parent's requests one by one, and resolves when it has no more: that is the time to end. */
export async function answerRequests(answer: (request: unknown) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
}

/** Calls `stop` when the parent is gone or asks for it. */
export function whenParentEnds(stop: () => void): void {
  process.stdin.on("end", stop).on("error", stop).resume();
  process.on("SIGTERM", stop);
  process.on("SIGINT", () => undefined);
}
