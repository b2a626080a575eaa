import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { cleanEnv, mainFile } from "./zaiku.ts";

/** A server in a process of its own, to be killed. */
export interface NodeProcess {
  readonly url: string;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit status. */
  stop(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** A test process that is told to end takes its servers with it. */
function endTogether(child: ChildProcess): void {
  if (running.size === 0 && process.listenerCount("SIGTERM") === 0) {
    process.once("SIGTERM", () => {
      for (const one of running) one.kill("SIGKILL");
      process.exit(1);
    });
  }
  running.add(child);
  child.once("close", () => running.delete(child));
}

/** Starts `zaiku serve` on a free port and resolves when it listens. */
export async function startNode(env: Readonly<Record<string, string>>): Promise<NodeProcess> {
  const child = spawn(process.execPath, [mainFile, "serve", "--port", "0"], {
    env: cleanEnv({ ZAIKU_LOG_LEVEL: "error", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  endTogether(child);
  const closed = once(child, "close").then(([code]) => code as number | null);
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const url = await Promise.race([urlOf(child), closed.then(() => null)]);
  if (url === null) throw new Error(`the server did not start: ${said}`);
  return {
    url,
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    stop() {
      child.kill("SIGTERM");
      return closed;
    },
  };
}

async function urlOf(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line);
    if (found === null) continue;
    // Whatever it says later must not fill the pipe.
    child.stdout.resume();
    return found[0];
  }
  return null;
}
