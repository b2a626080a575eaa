import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { Client } from "pg";
import type { Environment } from "./child.ts";

/** A PostgreSQL of the bench's own, with fsync on, which ends when the bench does. */
export interface Postgres {
  /** An empty database. */
  createDatabase(): Promise<string>;
  dropDatabase(url: string): Promise<void>;
  readonly stop: () => Promise<void>;
}

const host = fileURLToPath(new URL("../../tests/support/postgres-host.ts", import.meta.url));

/** @param env what the server runs with besides, e.g. the shim of a slow disk */
export async function startPostgres(env: Environment): Promise<Postgres> {
  const child = spawn(process.execPath, [host], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout });
  const server = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("close", () => reject(new Error("PostgreSQL did not start.")));
  });
  let created = 0;
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    createDatabase: async () => {
      created += 1;
      const name = `bench_${created}`;
      await run(`create database ${name}`);
      const url = new URL(server);
      url.pathname = `/${name}`;
      return url.href;
    },
    dropDatabase: (url) => run(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`),
    stop: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
