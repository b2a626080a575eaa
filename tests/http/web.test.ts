import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { assertProblem, startServer, type TestServer } from "./fixture.ts";

describe("the page", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "zaiku-web-"));
  let server: TestServer;
  const html = { headers: { accept: "text/html" }, key: null };

  before(async () => {
    mkdirSync(path.join(folder, "assets"));
    writeFileSync(path.join(folder, "index.html"), "<!doctype html><title>在库</title>");
    writeFileSync(path.join(folder, "assets", "index-BX1a2b3c.js"), "export {};");
    writeFileSync(path.join(folder, "favicon.svg"), "<svg/>");
    writeFileSync(path.join(folder, ".stamp"), "built");
    server = await startServer("memory", { webDir: folder });
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is served at its own addresses, asked for anew each time, under a strict policy", async () => {
    for (const where of ["/", "/stock", "/stock/A%2F1", "/setup?token=x"]) {
      const { status, headers, body } = await server.ask("GET", where, html);
      assert.deepEqual([status, body], [200, "<!doctype html><title>在库</title>"], where);
      assert.equal(headers.get("cache-control"), "no-cache");
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/);
      assert.doesNotMatch(policy, /'unsafe-eval'/);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
    }
  });

  test("files with a hash are kept for a year, others are asked for", async () => {
    const hashed = await server.ask("GET", "/assets/index-BX1a2b3c.js", { key: null });
    assert.equal(hashed.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.match(hashed.headers.get("content-type") ?? "", /javascript/);
    const icon = await server.ask("GET", "/favicon.svg", { key: null });
    assert.deepEqual([icon.status, icon.headers.get("cache-control")], [200, "no-cache"]);
  });

  test("what is not there is not the page", async () => {
    assertProblem(await server.ask("GET", "/assets/index-old.js", html), 404, "not_found");
    assertProblem(await server.ask("GET", "/api/v1/nothing", html), 404, "not_found");
    assertProblem(await server.ask("GET", "/stock", { key: null }), 404, "not_found");
    assertProblem(await server.ask("GET", "/.stamp", html), 404, "not_found");
    assertProblem(await server.ask("GET", "/%2e%2e/%2e%2e/etc/passwd.txt", html), 404, "not_found");
    assertProblem(await server.ask("POST", "/stock", html), 404, "not_found");
  });

  test("a server without a built page says how to build it", async () => {
    const bare = await startServer("memory");
    const { status, body } = await bare.ask("GET", "/", html);
    assert.equal(status, 404);
    assert.match(body, /npm start/);
    await bare.close();
  });

  test("metrics are for whom the setting names", async () => {
    const token = await startServer("memory", { metricsAccess: { token: "let me in" } });
    assertProblem(await token.ask("GET", "/metrics"), 401, "unauthenticated");
    assert.equal((await token.ask("GET", "/metrics", { key: "let me in" })).status, 200);
    await token.close();
    const off = await startServer("memory", { metricsAccess: "off" });
    assertProblem(await off.ask("GET", "/metrics"), 404, "not_found");
    await off.close();
    const loopback = await startServer("memory", { metricsAccess: "loopback", trustProxy: true });
    assert.equal((await loopback.ask("GET", "/metrics")).status, 200);
    const through = { headers: { "x-forwarded-for": "203.0.113.9" } };
    assertProblem(await loopback.ask("GET", "/metrics", through), 403, "forbidden");
    await loopback.close();
  });
});
