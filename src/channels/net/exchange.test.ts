import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { exchange, readObject, retryAfterMs, systemCode } from "./exchange.ts";
import type { Request } from "./exchange.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import type { Resolve } from "./guarded-fetch.ts";
import { publicOnly } from "./policy.ts";
import type { NetPolicy } from "./policy.ts";

const local: NetPolicy = { httpAllowed: true, privateAllowed: true, anyRobotHostAllowed: true };
const servers: Server[] = [];

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

after(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

function ask(url: string, more: Partial<Request> = {}): Request {
  return { url, method: "POST", headers: {}, body: "{}", timeoutMs: 10_000, answerBytesMax: 65_536, ...more };
}

const never = new AbortController().signal;
const both = [
  ["the guarded fetch", guardedFetch(local)],
  ["the global fetch", fetch],
] as const;

for (const [name, send] of both) {
  test(`${name}: a request is sent whole and its answer read`, async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        seen.push(request.method, request.headers["x-a"], Buffer.concat(chunks).toString());
        response.setHeader("retry-after", "7").writeHead(429).end('{"库存":1}');
      });
    });
    const request = ask(url, { headers: { "x-a": "b" }, body: "在库" });
    const answer = await exchange(request, { fetch: send, signal: never });
    assert.ok(answer.ok);
    assert.deepEqual(seen, ["POST", "b", "在库"]);
    assert.deepEqual([answer.status, answer.text], [429, '{"库存":1}']);
    assert.equal(retryAfterMs(answer.headers, 0), 7_000);
  });

  test(`${name}: an answer without content`, async () => {
    const url = await serve((_, response) => response.writeHead(204).end());
    const answer = await exchange(ask(url), { fetch: send, signal: never });
    assert.ok(answer.ok);
    assert.deepEqual([answer.status, answer.text], [204, ""]);
  });

  test(`${name}: a redirect is not followed`, async () => {
    let followed = 0;
    const url = await serve((request, response) => {
      if (request.url === "/inside") followed += 1;
      response.writeHead(302, { location: "/inside" }).end();
    });
    const answer = await exchange(ask(url), { fetch: send, signal: never });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "redirected");
    assert.match(answer.words.zh, /302.*最终的地址/);
    assert.equal(followed, 0);
  });

  test(`${name}: ten megabytes are not read`, async () => {
    const piece = Buffer.alloc(65_536, "a");
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const url = await serve((_, response) => {
      response.on("close", closed.resolve);
      const write = (): void => {
        while (sent < 160 * piece.length) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    });
    const answer = await exchange(ask(url), { fetch: send, signal: never });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "too_large");
    await closed.promise;
    assert.ok(sent < 160 * piece.length, `${sent} bytes were sent`);
  });

  test(`${name}: of an answer that is of no interest nothing is read`, async () => {
    const url = await serve((_, response) => response.end(Buffer.alloc(10_000_000)));
    const answer = await exchange(ask(url, { answerBytesMax: 0 }), { fetch: send, signal: never });
    assert.ok(answer.ok);
    assert.deepEqual([answer.status, answer.text], [200, ""]);
  });

  test(`${name}: a server that never answers is given up after the timeout`, async () => {
    const url = await serve(() => undefined);
    const answer = await exchange(ask(url, { timeoutMs: 30 }), { fetch: send, signal: never });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "timeout");
    assert.match(answer.words.zh, /0\.03 秒/);
  });

  test(`${name}: a server that stops in the middle of its answer is given up after the timeout`, async () => {
    const url = await serve((_, response) => void response.write("{"));
    const answer = await exchange(ask(url, { timeoutMs: 100 }), { fetch: send, signal: never });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "timeout");
  });

  test(`${name}: a server that hangs up`, async () => {
    const url = await serve((request) => request.socket.destroy());
    const answer = await exchange(ask(url), { fetch: send, signal: never });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "unreachable");
  });

  test(`${name}: a server that is down`, async () => {
    const answer = await exchange(ask("http://127.0.0.1:9/"), { fetch: send, signal: never });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "unreachable");
  });

  test(`${name}: stopping ends the call at once`, async () => {
    const stop = new AbortController();
    const url = await serve(() => stop.abort());
    const answer = await exchange(ask(url), { fetch: send, signal: stop.signal });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "aborted");
    const again = await exchange(ask(url), { fetch: send, signal: stop.signal });
    assert.ok(!again.ok);
    assert.equal(again.reason, "aborted");
  });
}

test("a refused connection is named by its code, without the address", async () => {
  const answer = await exchange(ask("http://127.0.0.1:9/robot?access_token=secret"), {
    fetch: guardedFetch(local),
    signal: never,
  });
  assert.ok(!answer.ok);
  assert.match(answer.words.zh, /连不上 127\.0\.0\.1（ECONNREFUSED）/);
  assert.doesNotMatch(JSON.stringify(answer), /secret/);
});

const answers =
  (...addresses: string[]): Resolve =>
  (_, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

test("a name that leads inside is refused when the connection is opened", async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls += 1;
    response.end("{}");
  });
  const port = new URL(url).port;
  const named = `http://hooks.example.com:${port}/`;
  const outside = { ...publicOnly, httpAllowed: true };
  for (const addresses of [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], []]) {
    const answer = await exchange(ask(named), {
      fetch: guardedFetch(outside, answers(...addresses)),
      signal: never,
    });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "blocked", addresses.join());
    assert.match(answer.words.zh, /内网或保留地址/);
  }
  assert.equal(calls, 0);
  const allowed = await exchange(ask(named), {
    fetch: guardedFetch(local, answers("127.0.0.1")),
    signal: never,
  });
  assert.ok(allowed.ok);
  assert.equal(calls, 1);
});

test("a name that is not known", async () => {
  const unknown: Resolve = (_, done) => done(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []);
  const answer = await exchange(ask("https://nobody.example.com/"), {
    fetch: guardedFetch(publicOnly, unknown),
    signal: never,
  });
  assert.ok(!answer.ok);
  assert.equal(answer.reason, "unreachable");
  assert.match(answer.words.zh, /ENOTFOUND/);
});

test("addresses in numbers are refused without a look-up", async () => {
  const resolve: Resolve = () => assert.fail("nothing is to be looked up");
  const hosts = ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:10.0.0.1]", "169.254.169.254"];
  for (const host of hosts) {
    const answer = await exchange(ask(`https://${host}/`), {
      fetch: guardedFetch(publicOnly, resolve),
      signal: never,
    });
    assert.ok(!answer.ok);
    assert.equal(answer.reason, "blocked", host);
  }
});

test("Retry-After in seconds, as a date, and as nonsense", () => {
  const at = Date.parse("2026-11-11T12:00:00Z");
  const of = (value: string): number | undefined => retryAfterMs(new Headers({ "retry-after": value }), at);
  assert.equal(of("120"), 120_000);
  assert.equal(of("Wed, 11 Nov 2026 12:01:00 GMT"), 60_000);
  assert.equal(of("Wed, 11 Nov 2026 11:59:00 GMT"), 0);
  assert.equal(of("soon"), undefined);
  assert.equal(retryAfterMs(new Headers(), at), undefined);
});

test("codes are found in what caused an error", () => {
  const inner = Object.assign(new Error("x"), { code: "ETIMEDOUT" });
  assert.equal(systemCode(new TypeError("fetch failed", { cause: inner })), "ETIMEDOUT");
  assert.equal(systemCode(new AggregateError([inner])), "ETIMEDOUT");
  assert.equal(systemCode("odd"), "network error");
});

test("only objects are read", () => {
  assert.deepEqual(readObject('{"a":1}'), { a: 1 });
  for (const text of ["", "[]", "null", "1", "<html>", '{"a":']) assert.equal(readObject(text), undefined);
});
