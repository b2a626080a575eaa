import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { after, before, mock, suite, test } from "node:test";
import { promisify } from "node:util";
import { scopes } from "../../src/api/shop.ts";
import { createAccounts } from "../../src/http/auth/accounts.ts";
import type { AccountsDatabase } from "../../src/http/auth/database.ts";
import { roles } from "../../src/http/auth/roles.ts";
import type { Role } from "../../src/http/auth/roles.ts";
import {
  Visitor,
  addUser,
  createPlace,
  databaseKinds,
  enterOwner,
  enterUser,
  host,
  ownerPassword,
  startServer,
} from "./auth-fixture.ts";
import type { DatabaseKind, Headers, Server } from "./auth-fixture.ts";

function tokenOf(link: string | null): string {
  assert(link !== null && link.startsWith("/setup?token="));
  return link.slice("/setup?token=".length);
}

const newOwner = { username: "Boss", name: "老板", password: ownerPassword };

function runFirstStart(kind: DatabaseKind): void {
  suite(`first start on ${kind}`, () => {
    test("the link creates one owner, signs in, and is dead", async () => {
      const place = await createPlace(kind);
      let server = await startServer(place.database);
      const voided = tokenOf(await server.accounts.setupLink());
      await server.stop();

      server = await startServer(place.database);
      assert.equal(await server.accounts.needsOwner(), true);
      const token = tokenOf(await server.accounts.setupLink());
      const visitor = new Visitor(server);
      const create = (body: object) => visitor.post("/api/v1/setup/owner", { ...newOwner, token, ...body });

      for (const wrong of [voided, "x", `${token}x`]) {
        const answer = await create({ token: wrong });
        assert.deepEqual([answer.status, answer.body.code], [403, "invalid_token"]);
      }
      for (const [body, path] of [
        [{ password: "short" }, "password"],
        [{ password: "BOSSBOSS", username: "bossboss" }, "password"],
        [{ username: "a" }, "username"],
        [{ username: "老板 娘" }, "username"],
        [{ name: " " }, "name"],
        [{ name: "a\u0000b" }, "name"],
        [{ role: "viewer" }, "role"],
      ] as const) {
        const answer = await create(body);
        assert.deepEqual([answer.status, answer.body.code, answer.body.path], [400, "invalid_body", path]);
      }

      const both = await Promise.all([create({}), create({ username: "Other" })]);
      const statuses = both.map((answer) => answer.status).toSorted((a, b) => a - b);
      assert.equal(statuses[0], 201);
      assert([403, 409].includes(statuses[1] ?? 0), `the second use was answered ${statuses[1]}`);
      assert.equal((await visitor.get("/read/admin")).status, 200);

      const late = await create({ username: "late" });
      assert.deepEqual([late.status, late.body.code], [409, "setup_done"]);
      assert.equal(await server.accounts.needsOwner(), false);
      assert.equal(await server.accounts.setupLink(), null);
      assert.equal((await visitor.get("/api/v1/users")).body.items?.length, 1);
      await server.stop();
      await place.drop();
    });
  });
}

function runSessions(kind: DatabaseKind): void {
  suite(`sessions on ${kind}`, () => {
    let place: Awaited<ReturnType<typeof createPlace>>;
    let server: Server;
    let owner: Visitor;
    before(async () => {
      place = await createPlace(kind);
      server = await startServer(place.database);
      owner = await enterOwner(server);
    });
    after(async () => {
      await server.stop();
      await place.drop();
    });

    test("signing in sets one cookie that no script and no other site gets", async () => {
      const visitor = new Visitor(server);
      const answer = await visitor.signIn(" ＯＷＮＥＲ ", ownerPassword);
      assert.equal(answer.status, 200);
      assert.equal(answer.body.user?.name, "老板");
      assert.equal(answer.setCookies.length, 1);
      assert.match(answer.setCookies[0] ?? "", /; HttpOnly(?:;|$)/);
      assert.match(answer.setCookies[0] ?? "", /; SameSite=Lax(?:;|$)/);
      assert.match(answer.setCookies[0] ?? "", /; Max-Age=2592000(?:;|$)/);
      assert.doesNotMatch(answer.setCookies[0] ?? "", /Secure/);
      const [session = ""] = (visitor.cookies.get("zaiku.session_token") ?? "").split(".");
      assert(session.length >= 32 && !answer.text.includes(session), "the body carries the session's token");

      const secure = await visitor.send(
        "POST",
        "/api/auth/sign-in/username",
        { username: "owner", password: ownerPassword },
        { "x-forwarded-proto": "https", origin: `https://${host}` },
      );
      assert.equal(secure.status, 200, secure.text);
      assert.match(secure.setCookies[0] ?? "", /; Secure/);

      const brief = { username: "owner", password: ownerPassword, rememberMe: false };
      const forgotten = await new Visitor(server).post("/api/auth/sign-in/username", brief);
      assert.doesNotMatch(forgotten.setCookies[0] ?? "", /Max-Age|Expires/i);
    });

    test("signing out ends the session at once, and no other", async () => {
      const visitor = new Visitor(server);
      await visitor.signIn("owner", ownerPassword);
      assert.equal((await visitor.get("/read/admin")).status, 200);
      const stolen = new Visitor(server);
      for (const [name, value] of visitor.cookies) stolen.cookies.set(name, value);
      assert.equal((await visitor.post("/api/auth/sign-out")).status, 204);
      assert.equal(visitor.cookies.size, 0);
      const answer = await stolen.get("/read/stock:read");
      assert.deepEqual([answer.status, answer.body.code], [401, "unauthenticated"]);
      assert.equal((await owner.get("/read/admin")).status, 200);
      assert.equal((await new Visitor(server).post("/api/auth/sign-out")).status, 204);
    });

    test("a cookie that was altered is nobody's", async () => {
      const thief = new Visitor(server);
      const cookie = owner.cookies.get("zaiku.session_token") ?? "";
      for (const forged of [cookie.slice(0, -4), cookie.split(".")[0] ?? "", "%E0%A4%A", `${cookie}x`]) {
        thief.cookies.set("zaiku.session_token", forged);
        assert.equal((await thief.get("/read/stock:read")).status, 401, forged);
      }
    });

    test("every wrong sign-in sounds the same; the eleventh in a minute waits, also on another node", async () => {
      mock.timers.enable({ apis: ["Date"], now: Date.now() });
      try {
        const guesser = new Visitor(server);
        const malformed = ["a", "'; drop table user --", "owner\u0000", "x".repeat(400)];
        for (const username of ["owner", "nobody", ...malformed, ...malformed]) {
          const answer = await guesser.signIn(username, "not the password");
          assert.deepEqual([answer.status, answer.body.code], [401, "invalid_credentials"]);
        }
        const refused = await guesser.signIn("owner", ownerPassword);
        assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
        const seconds = Number(refused.headers["retry-after"]);
        assert(seconds > 0 && seconds <= 60);
        assert.equal((await new Visitor(server).signIn("owner", ownerPassword)).status, 200);

        const other = await startServer(place.database);
        const again = await other.app.inject({
          method: "POST",
          url: "/api/auth/sign-in/username",
          headers: { "x-forwarded-for": guesser.address, "x-zaiku-address": "10.9.9.9" },
          payload: { username: "owner", password: ownerPassword },
        });
        assert.equal(again.statusCode, 429);
        await other.stop();

        mock.timers.setTime(Date.now() + 61_000);
        assert.equal((await guesser.signIn("owner", ownerPassword)).status, 200);
      } finally {
        mock.timers.reset();
      }
    });

    test("a one-time password must be replaced before anything else", async () => {
      const user = await addUser(owner, "newcomer", "operator");
      const elsewhere = new Visitor(server);
      await elsewhere.signIn("newcomer", user.oneTimePassword);
      const visitor = new Visitor(server);
      const answer = await visitor.signIn("newcomer", user.oneTimePassword);
      assert.equal(answer.body.user?.mustChangePassword, true);
      for (const url of ["/read/stock:read", "/read/admin"]) {
        const refused = await visitor.get(url);
        assert.deepEqual([refused.status, refused.body.code], [403, "password_change_required"]);
      }
      assert.deepEqual((await visitor.get("/who")).body.scopes, []);
      for (const [current, next, path] of [
        [user.oneTimePassword, "short", "newPassword"],
        [user.oneTimePassword, user.oneTimePassword, "newPassword"],
        [user.oneTimePassword, "NEWCOMER", "newPassword"],
        [user.oneTimePassword, "x".repeat(129), "newPassword"],
        ["wrong", user.password, "currentPassword"],
      ] as const) {
        const refused = await visitor.changePassword(current, next);
        assert.deepEqual([refused.status, refused.body.code, refused.body.path], [400, "invalid_body", path]);
      }
      assert.equal((await visitor.changePassword(user.oneTimePassword, user.password)).status, 204);
      assert.equal((await visitor.get("/read/stock:read")).status, 200);
      assert.equal((await elsewhere.get("/who")).body.id, undefined, "the other session must end");
      const old = await new Visitor(server).signIn("newcomer", user.oneTimePassword);
      assert.equal(old.status, 401);
      assert.equal((await new Visitor(server).signIn("newcomer", user.password)).status, 200);
    });

    test("nothing else of the library can be reached", async () => {
      const calls = [
        "sign-up/email",
        "sign-in/email",
        "api-key/create",
        "update-user",
        "list-sessions",
        "ok",
      ];
      for (const call of calls) {
        assert.equal((await owner.post(`/api/auth/${call}`, {})).status, 404, call);
      }
      assert.equal((await owner.get("/api/auth/get-session")).status, 404);
    });

    test("a change by cookie comes from our own pages; a key may come from anywhere", async () => {
      const key = await server.accounts.createApiKey("cross-site", ["stock:write"]);
      const cases: [headers: Headers, allowed: boolean][] = [
        [{ origin: `http://${host}` }, true],
        [{ origin: `https://${host}` }, true],
        [{ origin: undefined, "sec-fetch-site": "same-origin" }, true],
        [{ origin: undefined }, false],
        [{ origin: "null" }, false],
        [{ origin: "https://evil.example" }, false],
        [{ origin: "http://zaiku.test:4001" }, false],
        [{ origin: `http://${host}.evil.example` }, false],
        [{ origin: `http://${host}`, "sec-fetch-site": "cross-site" }, false],
        [{ origin: undefined, "sec-fetch-site": "cross-site" }, false],
        [{ origin: undefined, "sec-fetch-site": "same-site" }, false],
      ];
      for (const [headers, allowed] of cases) {
        const answer = await owner.post("/write/stock:write", {}, headers);
        assert.equal(answer.status, allowed ? 200 : 403, JSON.stringify(headers));
        if (!allowed) assert.equal(answer.body.code, "cross_site");
        const out = await owner.post(
          "/api/auth/change-password",
          { currentPassword: "x", newPassword: "y" },
          headers,
        );
        assert.equal(out.body.code, allowed ? "invalid_body" : "cross_site", JSON.stringify(headers));
        const machine = await new Visitor(server).post(
          "/write/stock:write",
          {},
          {
            ...headers,
            authorization: `Bearer ${key}`,
          },
        );
        assert.equal(machine.status, 200);
      }
      assert.equal(
        (await owner.send("GET", "/read/admin", undefined, { origin: "https://evil.example" })).status,
        200,
      );
      const body = { username: "owner", password: ownerPassword };
      const forged = await new Visitor(server).post("/api/auth/sign-in/username", body, {
        origin: "https://evil.example",
      });
      assert.deepEqual([forged.status, forged.body.code], [403, "cross_site"]);
      const program = await new Visitor(server).post("/api/auth/sign-in/username", body, {
        origin: undefined,
      });
      assert.equal(program.status, 200);
    });

    test("the log carries no password, cookie, key or token", async () => {
      const key = await server.accounts.createApiKey("logged", ["stock:read"]);
      await new Visitor(server).send("GET", "/read/stock:read", undefined, {
        authorization: `Bearer ${key}`,
      });
      await new Visitor(server).signIn("owner", "a wrong password");
      const log = server.lines.join("");
      assert.match(log, /Invalid password/);
      const secrets = [ownerPassword, "a wrong password", key, ...owner.cookies.values()];
      for (const secret of secrets) assert(!log.includes(secret));
    });
  });
}

const allowed: Readonly<Record<Role, readonly string[]>> = {
  owner: ["stock:read", "stock:write", "orders:write", "catalog:write", "session:write", "admin"],
  operator: ["stock:read", "stock:write", "orders:write", "catalog:write", "session:write"],
  host: ["stock:read"],
  warehouse: ["stock:read", "stock:write", "session:write"],
  viewer: ["stock:read"],
};

function runRoles(kind: DatabaseKind): void {
  test(`each role may what its scopes say, from the next request on, on ${kind}`, async () => {
    const place = await createPlace(kind);
    const server = await startServer(place.database);
    const owner = await enterOwner(server);
    const { visitor, id } = await enterUser(server, owner, "worker", "viewer");
    for (const role of roles) {
      const changed = await owner.send("PATCH", `/api/v1/users/${id}`, { role });
      assert.deepEqual([changed.status, changed.body.user?.role], [200, role]);
      assert.deepEqual((await visitor.get("/who")).body.scopes, allowed[role]);
      for (const scope of scopes) {
        const answer = await visitor.post(`/write/${scope}`, {});
        const may = allowed[role].includes(scope);
        assert.equal(answer.status, may ? 200 : 403, `${role} ${scope}`);
        if (!may) assert.equal(answer.body.code, "forbidden");
      }
      for (const url of ["/api/v1/users", "/api/v1/users/changes", "/api/v1/api-keys"]) {
        assert.equal((await visitor.get(url)).status, role === "owner" ? 200 : 403);
      }
    }
    await server.stop();
    await place.drop();
  });
}

for (const kind of databaseKinds) {
  runFirstStart(kind);
  runSessions(kind);
  runRoles(kind);
}

/** What a process that opens the accounts of `database` runs. */
function opening(database: AccountsDatabase): string {
  return `
    const { createAccounts } = await import(${JSON.stringify(accountsModule)});
    const log = { error: console.error, warn: console.error, info() {}, debug() {} };
    const options = { secret: "a secret of this installation", baseUrl: null, clock: Date.now, log };
    const accounts = await createAccounts({ ...options, database: ${JSON.stringify(database)} });
    console.log(await accounts.needsOwner());
    await accounts.close();`;
}

const accountsModule = new URL("../../src/http/auth/accounts.ts", import.meta.url).href;
const run = promisify(execFile);

for (const kind of databaseKinds) {
  test(`processes that start at the same moment bring up one schema on ${kind}`, async () => {
    const place = await createPlace(kind);
    const script = ["--input-type=module", "--eval", opening(place.database)];
    const processes = [1, 2].map(() => run(process.execPath, script));
    for (const { stdout, stderr } of await Promise.all(processes)) {
      assert.deepEqual([stdout.trim(), stderr], ["true", ""]);
    }
    await place.drop();
  });
}

test("only the server's own user can read the file of accounts", async () => {
  const place = await createPlace("sqlite");
  assert(place.database.kind === "sqlite");
  const server = await startServer(place.database);
  await enterOwner(server);
  for (const suffix of ["", "-wal"]) {
    const file: string = place.database.file + suffix;
    assert.equal(statSync(file).mode & 0o077, 0, file);
    assert(!readFileSync(file).includes(ownerPassword));
  }
  await server.stop();
  await place.drop();
});

test("behind a proxy that does not pass the host on, the configured address counts", async () => {
  const place = await createPlace("sqlite");
  const server = await startServer(place.database, { baseUrl: "https://stock.example" });
  await enterOwner(server);
  const visitor = new Visitor(server);
  const body = { username: "owner", password: ownerPassword };
  const answer = await visitor.post("/api/auth/sign-in/username", body, { origin: "https://stock.example" });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.setCookies[0] ?? "", /; Secure/);
  const write = await visitor.post("/write/admin", {}, { origin: "https://stock.example" });
  assert.equal(write.status, 200);
  await server.stop();
  await place.drop();
});

test("options that cannot be right are refused with what to do", async () => {
  const place = await createPlace("sqlite");
  const server = await startServer(place.database);
  const options = { database: { kind: "memory" }, clock: Date.now, log: server.app.log } as const;
  await assert.rejects(createAccounts({ ...options, secret: "short", baseUrl: null }), /16/);
  const secret = "a secret of this installation";
  await assert.rejects(createAccounts({ ...options, secret, baseUrl: "stock.example" }), /http/);
  await server.stop();
  await place.drop();
});
