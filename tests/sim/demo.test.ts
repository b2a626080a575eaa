import assert from "node:assert/strict";
import { test } from "node:test";
import { SignInLinks } from "../../src/http/demo/sign-in-links.ts";
import { assertProblem, fillShop, startServer } from "../http/fixture.ts";

test("an empty shop can be loaded with the demo, once, and only by who may do everything", async () => {
  const server = await startServer("memory");
  try {
    const low = await server.keyFor("stock:read");
    assertProblem(await server.ask("POST", "/api/v1/demo", { key: low, body: {} }), 403, "forbidden");
    assert.equal((await server.ask("GET", "/api/v1/demo", { key: low })).body.state, "none");
    const begun = await server.ask("POST", "/api/v1/demo", { body: { speed: 30 } });
    assert.equal(begun.status, 202, JSON.stringify(begun.body));
    assert.equal(begun.body.state, "playing");
    assert.equal(begun.body.minutes, 8);
    const stock = await server.ask("GET", "/api/v1/stock?limit=1");
    assert.equal(stock.body.totals.skus, 24);
    const session = await server.ask("GET", `/api/v1/sessions/${begun.body.session}`);
    assert.equal(session.status, 200, JSON.stringify(session.body));
    assertProblem(await server.ask("POST", "/api/v1/demo", { body: {} }), 409, "conflict");
  } finally {
    await server.close();
  }
});

test("a shop that has goods of its own is left alone", async () => {
  const server = await startServer("memory");
  try {
    await fillShop(server, { A: 5 });
    assertProblem(await server.ask("POST", "/api/v1/demo", { body: {} }), 409, "conflict");
    assert.equal((await server.ask("GET", "/api/v1/stock?limit=1")).body.totals.skus, 1);
  } finally {
    await server.close();
  }
});

test("a sign-in link works once; an ordinary server has none at all", async () => {
  const used: string[] = [];
  let count = 0;
  const random = (bytes: number) => String((count += 1)).padStart(bytes * 2, "0");
  const links = new SignInLinks(random, (next) => used.push(next));
  const server = await startServer("memory", { signInLinks: links });
  const ordinary = await startServer("memory");
  try {
    const setup = await server.accounts.setupLink();
    const token = new URL(setup ?? "", server.url).searchParams.get("token");
    links.account = { username: "demo", password: "a long made-up password" };
    const owner = { token, name: "演示店主", ...links.account };
    const created = await server.ask("POST", "/api/v1/setup/owner", { key: null, body: owner });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const link = links.issue("/live");
    const first = await server.ask("GET", link, { key: null });
    assert.equal(first.status, 303);
    assert.equal(first.headers.get("location"), "/live");
    assert.equal(first.headers.get("referrer-policy"), "no-referrer");
    const cookie = first.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    const me = await server.ask("GET", "/api/v1/me", { key: null, headers: { cookie } });
    assert.equal(me.body.user.name, "演示店主");
    assert.deepEqual(used, ["/live"]);
    assertProblem(await server.ask("GET", link, { key: null }), 404, "not_found");
    assertProblem(await server.ask("GET", "/demo/sign-in?token=guess", { key: null }), 404, "not_found");
    assert.equal(
      server.logged.some((line) => line.includes(link.slice(-20))),
      false,
    );
    assert.equal((await ordinary.ask("GET", link, { key: null })).status, 404);
  } finally {
    await server.close();
    await ordinary.close();
  }
});
