// Holds one Redis, every write of which is on the disk before it is answered, and ends it when its own parent ends.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { childInput, say, whenParentEnds } from "../lib/child.ts";

export interface RedisHostInput {
  /** The program, and the name it goes by: Debian's tools package has the server under another name. */
  readonly program: string;
  readonly dir: string;
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

const { program, dir } = childInput<RedisHostInput>();
const folder = mkdtempSync(path.join(dir, "zaiku-redis-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const port = await findFreePort();
const settings = {
  port: String(port),
  bind: "127.0.0.1",
  dir: folder,
  appendonly: "yes",
  appendfsync: "always",
  save: "",
  "auto-aof-rewrite-percentage": "0",
  daemonize: "no",
};
const server = spawn(
  program,
  Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
  { argv0: "redis-server", stdio: ["ignore", "pipe", "inherit"] },
);
server.on("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.on("close", () => process.exit(0));
let log = "";
let ready = false;
server.stdout.on("data", (chunk: Buffer) => {
  if (ready) return;
  log += chunk.toString("utf8");
  if (!/ready to accept connections/i.test(log)) return;
  ready = true;
  say({ port });
});
whenParentEnds(() => server.kill("SIGKILL"));
