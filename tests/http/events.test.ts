import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { Readable } from "node:stream";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const ndjson = { "content-type": "application/x-ndjson" };
const at = "2026-11-11T20:00:00+08:00";

interface Result {
  index: number;
  result: string;
  seq?: number;
  shortage?: number;
  code?: string;
  path?: string;
  detail?: string;
  detailZh?: string;
}

const event = (orderId: string, more: object = {}) => ({
  channel: "douyin",
  orderId,
  updatedAt: at,
  stage: "paid",
  buyer: "小王",
  lines: [{ sku: "A1", quantity: 1 }],
  ...more,
});

for (const kind of ["memory", "sqlite"] as const) {
  describe(`order events over ${kind}`, () => {
    let server: TestServer;

    before(async () => {
      server = await startServer(kind);
      await fillShop(server, { A1: 100, B2: 1 });
    });
    after(async () => {
      assert.equal((await verify(server.store, 1)).difference, null);
      await server.close();
    });

    const send = async (lines: readonly (string | object | Buffer)[]): Promise<Result[]> => {
      const bytes = Buffer.concat(
        lines.flatMap((line) => [
          Buffer.isBuffer(line) ? line : Buffer.from(typeof line === "string" ? line : JSON.stringify(line)),
          Buffer.from("\n"),
        ]),
      );
      const answer = await server.ask("POST", "/api/v1/order-events", { raw: bytes, headers: ndjson });
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/x-ndjson/);
      return parse(answer.body);
    };
    const parse = (body: unknown): Result[] =>
      (typeof body === "string"
        ? body.split("\n").filter((line) => line !== "")
        : [JSON.stringify(body)]
      ).map((line) => JSON.parse(line) as Result);

    test("an array: each item answered in its place, a bad one rejected, the others applied", async () => {
      const items = [
        event("E1"),
        event("E1"),
        event("E1", { updatedAt: "2026-11-11T19:00:00+08:00", stage: "created" }),
        event("E2", { lines: [{ sku: "B2", quantity: 3 }] }),
        { ...event("E3"), channel: "none" },
        event("E4", { lines: [{ sku: "none", quantity: 1 }] }),
        event("E5", { lines: [{ sku: "A1", quantity: -1 }] }),
        "not an object",
        event("E6", { lines: [{ sku: "A1", listing: "9", quantity: 1 }] }),
        event("E7", {
          lines: [
            { lineId: "1", sku: "A1", quantity: 1 },
            { lineId: "1", sku: "A1", quantity: 1 },
          ],
        }),
        event("E8", { updatedAt: new Date(Date.now() + 3 * 86_400_000).toISOString() }),
        event("E9"),
      ];
      const answer = await server.ask("POST", "/api/v1/order-events", { body: items });
      assert.equal(answer.status, 200);
      const results = answer.body.results as Result[];
      assert.deepEqual(
        results.map(({ index, result, code, path }) =>
          [index, result, code, path].filter((one) => one !== undefined),
        ),
        [
          [0, "applied"],
          [1, "duplicate"],
          [2, "stale"],
          [3, "shortage"],
          [4, "rejected", "unknown_channel", "channel"],
          [5, "rejected", "unknown_sku", "lines[0].sku"],
          [6, "rejected", "invalid_body", "lines[0].quantity"],
          [7, "rejected", "invalid_body", ""],
          [8, "rejected", "invalid_body", "lines[0]"],
          [9, "rejected", "invalid_body", "lines[1].lineId"],
          [10, "rejected", "invalid_body", "updatedAt"],
          [11, "applied"],
        ],
      );
      assert.equal(results[3]?.shortage, 2);
      for (const { result, detail, detailZh } of results) {
        if (result === "rejected") assert.match(detail ?? "", /\S/);
        if (result === "rejected") assert.match(detailZh ?? "", /\p{Script=Han}/u);
      }
      assert.deepEqual(answer.body.counts, { applied: 2, duplicate: 1, stale: 1, shortage: 1, rejected: 7 });
    });

    test("an array is a list of at most 10,000", async () => {
      assert.deepEqual((await server.ask("POST", "/api/v1/order-events", { body: [] })).body.results, []);
      assertProblem(await server.ask("POST", "/api/v1/order-events", { body: {} }), 400, "invalid_body", "");
      const many = Array.from({ length: 10_001 }, () => 0);
      assertProblem(
        await server.ask("POST", "/api/v1/order-events", { body: many }),
        400,
        "invalid_body",
        "",
      );
      const zeros = await server.ask("POST", "/api/v1/order-events", { body: many.slice(1) });
      assert.equal(zeros.body.counts.rejected, 10_000);
    });

    test("a stream: broken lines are rejected by name, the rest is applied, in order", async () => {
      const half = Buffer.from(JSON.stringify(event("半"))).subarray(0, -1);
      const broken = Buffer.from(JSON.stringify(event("X")).replace('"X"', '"X\u{1f600}"'));
      const cut = Buffer.concat([
        broken.subarray(0, broken.indexOf(0xf0) + 2),
        broken.subarray(broken.indexOf(0xf0) + 4),
      ]);
      const results = await send([
        event("N1"),
        "{",
        "",
        `${JSON.stringify(event("N2"))}\r`,
        cut,
        half,
        "null",
        JSON.stringify(event("N3")).padEnd(1_048_577, " "),
        event("N4", { orderId: "9".repeat(1_000_000) }),
        event("N5", { status: "风控审核中", stage: undefined }),
        event("N1", { stage: undefined, lines: [] }),
        event("none", { lines: [] }),
      ]);
      assert.deepEqual(
        results.map(({ index, result, code, path }) =>
          [index, result, code, path].filter((one) => one !== undefined),
        ),
        [
          [0, "applied"],
          [1, "rejected", "invalid_json", ""],
          [3, "applied"],
          [4, "rejected", "invalid_encoding", ""],
          [5, "rejected", "invalid_json", ""],
          [6, "rejected", "invalid_body", ""],
          [7, "rejected", "line_too_long", ""],
          [8, "rejected", "invalid_body", "orderId"],
          [9, "applied"],
          [10, "duplicate"],
          [11, "rejected", "unknown_order", "orderId"],
        ],
      );
      assert.equal((await server.ask("GET", "/api/v1/orders/douyin/N5")).body.lines[0].stage, "pending");
    });

    test("a stream without a last newline, with a byte order mark, in one-byte chunks", async () => {
      const bytes = Buffer.from(`\ufeff${JSON.stringify(event("一"))}\n${JSON.stringify(event("二"))}`);
      const response = await fetch(`${server.url}/api/v1/order-events`, {
        method: "POST",
        headers: { ...ndjson, authorization: `Bearer ${server.key}` },
        body: Readable.toWeb(Readable.from([...bytes].map((byte) => Buffer.from([byte])))) as ReadableStream,
        duplex: "half",
      } as RequestInit);
      const results = parse(await response.text());
      assert.deepEqual(
        results.map(({ index, result }) => [index, result]),
        [
          [0, "applied"],
          [1, "applied"],
        ],
      );
      assert.equal(
        (await server.ask("GET", `/api/v1/orders/douyin/${encodeURIComponent("二")}`)).status,
        200,
      );
    });

    test("a sender that waits for each answer gets each at once", async () => {
      const outgoing = httpRequest(`${server.url}/api/v1/order-events`, {
        method: "POST",
        headers: { ...ndjson, authorization: `Bearer ${server.key}` },
      });
      const incoming = new Promise<NodeJS.ReadableStream>((resolve) => outgoing.once("response", resolve));
      outgoing.write(`${JSON.stringify(event("W0"))}\n`);
      const answers = createInterface({ input: await incoming })[Symbol.asyncIterator]();
      for (let turn = 0; turn < 5; turn += 1) {
        if (turn > 0) outgoing.write(`${JSON.stringify(event(`W${turn}`))}\n`);
        const answer = JSON.parse(String((await answers.next()).value)) as Result;
        assert.deepEqual([answer.index, answer.result], [turn, "applied"]);
      }
      outgoing.end();
      assert.equal((await answers.next()).done, true);
    });

    test("a long stream is answered line by line in order, whatever its length", async () => {
      const count = 6_000;
      const lines = function* (): Generator<string> {
        for (let index = 0; index < count; index += 1) {
          yield index % 10 === 9
            ? "oops\n"
            : `${JSON.stringify(event(`Z${index}`, { lines: [{ sku: "A1", quantity: 1, closed: 1 }] }))}\n`;
        }
      };
      const response = await fetch(`${server.url}/api/v1/order-events`, {
        method: "POST",
        headers: { ...ndjson, authorization: `Bearer ${server.key}` },
        body: Readable.toWeb(Readable.from(lines())) as ReadableStream,
        duplex: "half",
      } as RequestInit);
      const results = parse(await response.text());
      assert.equal(results.length, count);
      for (const [index, one] of results.entries()) {
        assert.equal(one.index, index);
        assert.equal(one.result, index % 10 === 9 ? "rejected" : "applied", JSON.stringify(one));
      }
    });

    test("a sender that reads nothing until it has sent everything is not locked out", async () => {
      const line = Buffer.from(`${JSON.stringify(event("Q"))}\n`);
      const count = 20_000;
      const outgoing = httpRequest(`${server.url}/api/v1/order-events`, {
        method: "POST",
        headers: { ...ndjson, authorization: `Bearer ${server.key}` },
      });
      const incoming = new Promise<NodeJS.ReadableStream>((resolve) => outgoing.once("response", resolve));
      for (let sent = 0; sent < count; sent += 1_000) {
        const room = outgoing.write(Buffer.concat(Array.from({ length: 1_000 }, () => line)));
        if (!room) await new Promise((resolve) => outgoing.once("drain", resolve));
      }
      await new Promise<void>((resolve) => outgoing.end(resolve));
      let lines = 0;
      for await (const _ of createInterface({ input: await incoming })) lines += 1;
      assert.equal(lines, count);
    });

    test("a sender that breaks off leaves what was answered, and the server goes on", async () => {
      const outgoing = httpRequest(`${server.url}/api/v1/order-events`, {
        method: "POST",
        headers: { ...ndjson, authorization: `Bearer ${server.key}` },
      });
      outgoing.on("error", () => {});
      const incoming = new Promise<NodeJS.ReadableStream>((resolve) => outgoing.once("response", resolve));
      outgoing.write(`${JSON.stringify(event("BREAK1"))}\n{"channel":`);
      const answers = createInterface({ input: await incoming })[Symbol.asyncIterator]();
      assert.match(String((await answers.next()).value), /"applied"/);
      outgoing.destroy();
      assert.equal((await server.ask("GET", "/api/v1/orders/douyin/BREAK1")).status, 200);
      assert.deepEqual((await server.ask("GET", "/readyz")).body, { status: "ready" });
    });
  });
}
