import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { scopes } from "../../src/api/shop.ts";
import { SqliteStore } from "../../src/store/sqlite/store.ts";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer } from "./fixture.ts";

const main = path.resolve(import.meta.dirname, "../../src/main.ts");

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly printed: string[];
  readonly ended: Promise<number | null>;
}

function run(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [main, ...args], {
    env: { ...process.env, LANG: "zh_CN.UTF-8", DATABASE_URL: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function serve(dataDir: string, ...args: string[]): Promise<Running> {
  const child = run(["serve", "--data-dir", dataDir, "--port", "0", ...args]);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => printed.push(chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    if (child.stdout === null) return reject(new Error("no stdout"));
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed.push(line);
      const found = /https?:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`it ended with ${code}: ${printed.join("\n")}`)));
  });
  return { child, url, printed, ended };
}

async function output(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, text };
}

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "zaiku-serve-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("stopping", () => {
  test("whoever has asked is answered, streams end, newcomers are told to come back", async () => {
    const server = await startServer("sqlite");
    await fillShop(server, { A1: 10_000 });
    const commit = server.store.commit.bind(server.store);
    // A slow disk: the stop begins while orders are under way.
    let slow: (() => void) | undefined;
    let taken = 0;
    server.store.commit = async (...args) => {
      taken += args[1].length;
      await new Promise<void>((resolve) => (slow = resolve));
      return commit(...args);
    };
    const post = (orderId: string, agent?: Agent): Promise<{ status: number; connection: string }> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${server.key}`, "content-type": "application/json" };
        const outgoing = httpRequest(
          `${server.url}/api/v1/reservations`,
          { method: "POST", headers, ...(agent === undefined ? {} : { agent }) },
          (response) => {
            response.resume();
            response.on("end", () =>
              resolve({ status: response.statusCode ?? 0, connection: response.headers.connection ?? "" }),
            );
          },
        );
        outgoing.on("error", reject);
        outgoing.end(JSON.stringify({ channel: "douyin", orderId, lines: [{ sku: "A1", quantity: 1 }] }));
      });
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    const asked = Array.from({ length: 50 }, (_, index) => post(`S${index}`, agent));
    const live = await fetch(`${server.url}/api/v1/live`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    const events = httpRequest(`${server.url}/api/v1/order-events`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.key}`, "content-type": "application/x-ndjson" },
    });
    const eventAnswer = new Promise<string>((resolve, reject) => {
      events.on("response", (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve(text));
        response.on("error", reject);
      });
      events.on("error", reject);
    });
    events.write("broken\n");
    const { batcher } = await server.shops.open(1);
    const under = Date.now() + 20_000;
    while (slow === undefined || taken + batcher.depth < 50) {
      assert.ok(Date.now() < under, `${taken} taken, ${batcher.depth} waiting`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }

    const closing = server.http.close();
    assert.equal(
      await live.text().then((text) => text.includes("event: snapshot")),
      true,
      "the live stream ends",
    );
    server.store.commit = commit;
    slow();
    assert.deepEqual(new Set((await Promise.all(asked)).map(({ status }) => status)), new Set([201]));
    assert.match(await eventAnswer, /"invalid_json"[^]*"shutting_down"/);
    await closing;
    await assert.rejects(post("late"));
    assert.equal((await server.store.read.sku(1, "A1"))?.stocks[0]?.held, 50);
    agent.destroy();
    await server.close();
  });

  test("a request on a connection that is still open is told that the server stops", async () => {
    const server = await startServer("memory");
    await fillShop(server, { A1: 10 });
    const commit = server.store.commit.bind(server.store);
    let go: (() => void) | undefined;
    server.store.commit = async (...args) => {
      await new Promise<void>((resolve) => (go = resolve));
      return commit(...args);
    };
    const body = { channel: "douyin", orderId: "1", lines: [{ sku: "A1", quantity: 1 }] };
    const first = server.ask("POST", "/api/v1/reservations", { body });
    while (go === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    const late = await startLate(server.url);
    const closing = server.http.close();
    assertProblem(await late(), 503, "shutting_down");
    go();
    assert.equal((await first).status, 201);
    await closing;
    await server.close();

    /** A connection whose request begins before the stop and ends after it. */
    async function startLate(url: string): Promise<() => ReturnType<typeof server.ask>> {
      const { port } = new URL(url);
      const { connect } = await import("node:net");
      const socket = connect(Number(port), "127.0.0.1");
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write("GET /api/v1/me HTTP/1.1\r\nhost: x\r\n");
      await new Promise((resolve) => setTimeout(resolve, 50));
      return async () => {
        let text = "";
        socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
        socket.write("\r\n");
        await new Promise((resolve) => socket.once("close", resolve));
        const [head = "", json = ""] = text.split("\r\n\r\n");
        const [first = "", ...lines] = head.split("\r\n");
        const headers = new Headers(lines.map((line) => line.split(": ") as [string, string]));
        return { status: Number(first.split(" ")[1]), headers, body: JSON.parse(json) };
      };
    }
  });
});

describe("the serve command", () => {
  test("prints where it is and a one-time link, and a signal stops it, even twice", () =>
    withFolder(async (folder) => {
      const key = (
        await output(run(["token", "test", "--scopes", scopes.join(","), "--data-dir", folder]))
      ).text
        .split("\n")
        .find((line) => line.startsWith("zaiku_"));
      const { child, url, printed, ended } = await serve(folder);
      const me = (await (await fetch(`${url}/api/v1/me`)).json()) as { setup: string };
      assert.equal(me.setup, "needs_owner");
      while (!printed.some((line) => line.includes("Ctrl+C")))
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.match(printed.join("\n"), /\/setup\?token=\S+/);
      const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
      const put = (where: string, body: object) =>
        fetch(`${url}${where}`, { method: "PUT", headers, body: JSON.stringify(body) });
      assert.equal((await put("/api/v1/channels/douyin", {})).status, 200);
      assert.equal((await put("/api/v1/skus", { items: [{ code: "A1" }] })).status, 200);
      const orders = Array.from({ length: 200 }, (_, index) =>
        fetch(`${url}/api/v1/order-events`, {
          method: "POST",
          headers,
          body: JSON.stringify([
            {
              channel: "douyin",
              orderId: `o${index}`,
              updatedAt: "2026-11-11T20:00:00+08:00",
              stage: "paid",
              lines: [{ sku: "A1", quantity: 1 }],
            },
          ]),
        }).then(
          (response) => response.status,
          () => null,
        ),
      );
      await Promise.race(orders);
      const started = performance.now();
      child.kill("SIGTERM");
      child.kill("SIGTERM");
      const statuses = await Promise.all(orders);
      assert.equal(await ended, 0, printed.join("\n"));
      assert.ok(performance.now() - started < 10_000);
      const answered = statuses.filter((status) => status === 200).length;
      const store = new SqliteStore(path.join(folder, "zaiku.db"));
      const checked = await verify(store, 1);
      assert.equal(checked.difference, null);
      assert.ok(checked.lines >= answered && answered > 0, `${checked.lines} booked, ${answered} answered`);
      await store.close();
    }));

  test("says what is wrong with a setting, and with a port that is taken", () =>
    withFolder(async (folder) => {
      const taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
      const address = taken.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      const [busy, bad, unknown, misspelt] = await Promise.all([
        output(run(["serve", "--data-dir", folder, "--port", String(port)])),
        output(run(["serve", "--data-dir", folder], { PORT: "http" })),
        output(run(["serve", "--prot", "1"])),
        output(run(["sevre"])),
      ]);
      taken.close();
      assert.deepEqual([busy.code, busy.text.includes(`端口 ${port} 已被占用`)], [1, true], busy.text);
      assert.deepEqual([bad.code, bad.text.includes("PORT=http 不对")], [1, true], bad.text);
      assert.doesNotMatch(bad.text, /\bat .*\.ts:\d+/, "no stack");
      assert.deepEqual([unknown.code, unknown.text.includes("--port")], [2, true], unknown.text);
      assert.equal(misspelt.code, 2);
    }));
});
