import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { Client } from "pg";

/** A database of its own for one test file. */
export interface TestDatabase {
  /** `postgres://…`, as DATABASE_URL takes it. */
  readonly url: string;
  /** Closes whatever is still connected and removes the database. */
  drop(): Promise<void>;
}

/** A PostgreSQL server that lives no longer than this process. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const hostScript = fileURLToPath(new URL("./postgres-host.ts", import.meta.url));

/**
 * Starts a real PostgreSQL on a random loopback port, with fsync on, in a folder that is removed when it stops.
 * It is held by a process of its own, which stops it when this process ends, however this process ends.
 * @throws when the server does not come up; the message carries what it printed
 */
export async function startPostgres(): Promise<TestServer> {
  const host = spawn(process.execPath, [hostScript], { stdio: ["pipe", "pipe", "inherit"] });
  const closed = new Promise<void>((resolve) => host.once("close", () => resolve()));
  const lines = createInterface({ input: host.stdout });
  const firstLine = new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    host.once("error", reject);
    host.once("close", () => reject(new Error("The test PostgreSQL did not start; see above.")));
  });
  const url = await firstLine;
  lines.close();

  // An idle server must not keep a finished test process alive.
  host.unref();
  (host.stdin as Socket).unref();
  (host.stdout as Socket).unref();
  return {
    url,
    stop: async () => {
      host.ref();
      host.stdin.end();
      await closed;
    },
  };
}

let serverUrl: Promise<string> | undefined;

/** The server that `npm test` started for all its test processes, else one for this process alone. */
function findServer(): Promise<string> {
  serverUrl ??=
    process.env.ZAIKU_TEST_POSTGRES_URL === undefined
      ? startPostgres().then((server) => server.url)
      : Promise.resolve(process.env.ZAIKU_TEST_POSTGRES_URL);
  return serverUrl;
}

async function runStatement(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/**
 * Creates an empty database on the shared test server.
 * @returns its address, and `drop` to remove it early; what is not dropped goes with the server
 */
export async function createDatabase(): Promise<TestDatabase> {
  const server = await findServer();
  const name = `zaiku_test_${randomUUID().replaceAll("-", "")}`;
  await runStatement(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => runStatement(server, `drop database if exists ${name} with (force)`),
  };
}
