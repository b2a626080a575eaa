import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { verify } from "../../src/store/verify.ts";
import { assertProblem, fillShop, startServer, type TestServer } from "./fixture.ts";

const megabyte = 1_048_576;

describe("bad input", () => {
  let server: TestServer;
  let seqBefore: number;

  before(async () => {
    server = await startServer("sqlite");
    await fillShop(server, { A1: 100 });
    seqBefore = (await server.store.read.head(1)).seq;
  });
  after(async () => {
    assert.equal((await server.store.read.head(1)).seq, seqBefore, "nothing of it was booked");
    assert.equal((await verify(server.store, 1)).difference, null);
    assert.deepEqual(
      server.logged.filter((line) => line.includes('"level":50')),
      [],
    );
    await server.close();
  });

  const order = { channel: "douyin", orderId: "1", lines: [{ sku: "A1", quantity: 1 }] };
  const line = (change: object) => ({ ...order, lines: [{ ...order.lines[0], ...change }] });
  const rows: [name: string, body: unknown, path: string][] = [
    ["nothing", null, ""],
    ["a list", [order], ""],
    ["a number", 7, ""],
    ["a number as id", { ...order, orderId: 6941 }, "orderId"],
    ["an object as id", { ...order, orderId: {} }, "orderId"],
    ["a missing channel", { orderId: "1", lines: order.lines }, "channel"],
    ["lines as object", { ...order, lines: {} }, "lines"],
    ["a text as quantity", line({ quantity: "2" }), "lines[0].quantity"],
    ["nothing bought", line({ quantity: 0 }), "lines[0].quantity"],
    ["a negative quantity", line({ quantity: -5 }), "lines[0].quantity"],
    ["half a piece", line({ quantity: 1.5 }), "lines[0].quantity"],
    ["2^53 pieces", line({ quantity: 2 ** 53 }), "lines[0].quantity"],
    ["2^53 fen", line({ amount: 2 ** 53 }), "lines[0].amount"],
    ["a negative amount", line({ amount: -1 }), "lines[0].amount"],
    ["a stage that is none", { ...order, stage: "sold" }, "stage"],
    ["a local time", { ...order, expiresAt: "2026-11-11 20:00" }, "expiresAt"],
    ["a field too many", { ...order, price: 1 }, "price"],
    [
      "__proto__",
      JSON.parse(
        '{"__proto__":{"x":1},"channel":"douyin","orderId":"1","lines":[{"sku":"A1","quantity":1}]}',
      ),
      "__proto__",
    ],
    ["neither SKU nor listing", { ...order, lines: [{ quantity: 1 }] }, "lines[0]"],
    [
      "two lines of one number",
      {
        ...order,
        lines: [
          { lineId: "a", sku: "A1", quantity: 1 },
          { lineId: "a", sku: "A1", quantity: 1 },
        ],
      },
      "lines[1].lineId",
    ],
    ["U+0000", { ...order, orderId: "1\u00002" }, "orderId"],
    ["half a character", { ...order, orderId: "1\ud83d" }, "orderId"],
    ["an id of 1 MB", { ...order, orderId: "9".repeat(megabyte) }, "orderId"],
    ["a buyer of 1 MB", { ...order, buyer: "王".repeat(megabyte / 3) }, "buyer"],
    ["201 lines", { ...order, lines: Array.from({ length: 201 }, () => order.lines[0]) }, "lines"],
  ];
  for (const [name, body, path] of rows) {
    test(`a reservation with ${name}`, async () => {
      assertProblem(await server.ask("POST", "/api/v1/reservations", { body }), 400, "invalid_body", path);
    });
  }

  const raws: [name: string, raw: string | Buffer, status: number, code: string][] = [
    ["no JSON", "{", 400, "invalid_body"],
    ["words", "hello", 400, "invalid_body"],
    ["nothing at all", "", 400, "invalid_body"],
    ["JSON twice", "{}{}", 400, "invalid_body"],
    [
      "GB18030",
      Buffer.from([0x7b, 0x22, 0xc9, 0xcc, 0xc6, 0xb7, 0x22, 0x3a, 0x31, 0x7d]),
      400,
      "invalid_encoding",
    ],
    ["half a UTF-8 character", Buffer.from('{"channel":"抖').subarray(0, -1), 400, "invalid_encoding"],
    ["nesting without end", "[".repeat(megabyte), 400, "invalid_body"],
    [
      "an infinite number",
      '{"channel":"douyin","orderId":"1","lines":[{"sku":"A1","quantity":1e999}]}',
      400,
      "invalid_body",
    ],
  ];
  for (const [name, raw, status, code] of raws) {
    test(`a body of ${name}`, async () => {
      assertProblem(await server.ask("POST", "/api/v1/reservations", { raw }), status, code);
    });
  }

  test("what was typed is not repeated in the answer to broken JSON", async () => {
    const answer = await server.ask("POST", "/api/v1/reservations", { raw: '{"buyer":"小王 13800000000",}' });
    assertProblem(answer, 400, "invalid_body", "");
    assert.doesNotMatch(JSON.stringify(answer.body), /小王|13800000000/);
  });

  test("a type of body that is not taken", async () => {
    const send = (type: string) =>
      server.ask("POST", "/api/v1/reservations", { raw: "<a/>", headers: { "content-type": type } });
    assertProblem(await send("text/xml"), 415, "unsupported_media_type");
    assertProblem(await send("nonsense"), 415, "unsupported_media_type");
    assertProblem(await send("application/x-ndjson"), 415, "unsupported_media_type");
    const form = await send("application/x-www-form-urlencoded");
    assertProblem(form, 415, "unsupported_media_type");
  });

  test("a body of 17 MB is refused, announced or not, and the connection lives on", async () => {
    const raw = Buffer.alloc(17 * megabyte, " ");
    assertProblem(await server.ask("POST", "/api/v1/reservations", { raw }), 413, "body_too_large");
    assertProblem(await server.ask("POST", "/api/v1/order-events", { raw }), 413, "body_too_large");
    assert.equal((await server.ask("GET", "/healthz")).status, 200);
  });

  test("a body of 100 MB is refused before it is sent, in bounded memory", async () => {
    const before = process.memoryUsage().rss;
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = httpRequest(
        `${server.url}/api/v1/reservations`,
        {
          method: "POST",
          headers: {
            authorization: `Bearer ${server.key}`,
            "content-type": "application/json",
            "content-length": String(100 * megabyte),
          },
        },
        (response) => {
          resolve(response.statusCode);
          outgoing.destroy();
        },
      );
      outgoing.on("error", reject);
      // One megabyte of a hundred: the answer comes on the header alone.
      outgoing.write(Buffer.alloc(megabyte, " "));
    });
    assert.equal(status, 413);
    const endless = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = httpRequest(
        `${server.url}/api/v1/reservations`,
        {
          method: "POST",
          headers: { authorization: `Bearer ${server.key}`, "content-type": "application/json" },
        },
        (response) => {
          resolve(response.statusCode);
          stopped = true;
          outgoing.destroy();
        },
      );
      let stopped = false;
      outgoing.on("error", (error) => (stopped ? undefined : reject(error)));
      const chunk = Buffer.alloc(megabyte, " ");
      const pump = (sent: number): void => {
        if (stopped || sent === 100) return;
        if (outgoing.write(chunk)) setImmediate(() => pump(sent + 1));
        else outgoing.once("drain", () => pump(sent + 1));
      };
      pump(0);
    });
    assert.equal(endless, 413);
    const grown = (process.memoryUsage().rss - before) / megabyte;
    assert.ok(grown < 150, `memory grew by ${grown} MB`);
  });

  test("ids of every kind in an address", async () => {
    const get = (id: string) => server.ask("GET", `/api/v1/orders/douyin/${id}`);
    assertProblem(await get(encodeURIComponent("单".repeat(128))), 404, "unknown_order");
    assertProblem(await get(encodeURIComponent("单".repeat(129))), 400, "invalid_body", "orderId");
    assertProblem(await get("%00"), 400, "invalid_body", "orderId");
    assertProblem(await get("%ff"), 400, "invalid_body");
    assertProblem(await get("%"), 400, "invalid_body");
    assertProblem(await get("9".repeat(4_000)), 400, "invalid_body");
    assertProblem(await get(encodeURIComponent("a/b?c#d e")), 404, "unknown_order");
  });

  test("what is no HTTP gets an answer, and the server goes on", async () => {
    const { port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write("GET nonsense\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    });
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.match(answer, /application\/problem\+json/);
    const huge = await server.ask("GET", "/healthz", { headers: { "x-huge": "x".repeat(100_000) } });
    assertProblem(huge, 431, "invalid_body");
    assert.equal((await server.ask("GET", "/healthz")).status, 200);
  });

  test("an idempotency key of every kind", async () => {
    const send = (key: string) =>
      server.ask("POST", "/api/v1/receipts", {
        body: { lines: [{ sku: "none", quantity: 1 }] },
        headers: { "idempotency-key": key },
      });
    assertProblem(await send("x".repeat(129)), 400, "invalid_body", "idempotency-key");
    assertProblem(await send(" "), 400, "invalid_body", "idempotency-key");
    assertProblem(await send("x"), 422, "unknown_sku");
  });

  test("too many lines, too many SKUs, too many parts", async () => {
    const lines = Array.from({ length: 5_001 }, () => ({ sku: "A1", quantity: 1 }));
    const receipt = await server.ask("POST", "/api/v1/receipts", {
      body: { lines },
      headers: { "idempotency-key": "k" },
    });
    assertProblem(receipt, 400, "invalid_body", "lines");
    const items = Array.from({ length: 1_001 }, (_, index) => ({ code: `S${index}` }));
    assertProblem(await server.ask("PUT", "/api/v1/skus", { body: { items } }), 400, "invalid_body", "items");
    const parts = Array.from({ length: 51 }, () => ({ sku: "A1", units: 1 }));
    const listing = { items: [{ listing: "1", parts }] };
    const mapped = await server.ask("PUT", "/api/v1/channels/douyin/listings", { body: listing });
    assertProblem(mapped, 400, "invalid_body", "items[0].parts");
  });
});
