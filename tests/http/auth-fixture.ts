import assert from "node:assert/strict";
import crypto from "node:crypto";
import type { BinaryLike, ScryptOptions } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import Fastify from "fastify";
import type { InjectOptions } from "fastify";
import { scopes } from "../../src/api/shop.ts";
import { createAccounts } from "../../src/http/auth/accounts.ts";
import type { AccountsDatabase } from "../../src/http/auth/database.ts";
import type { Role } from "../../src/http/auth/roles.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { addBodyParsers, addValidation } from "../../src/http/body.ts";
import { createErrorHandler } from "../../src/http/errors.ts";
import { createDatabase } from "../support/postgres.ts";

type Hashed = (error: Error | null, key: Buffer) => void;
const { scrypt } = crypto;

/**
 * The library's password hash costs a tenth of a second and 32 MB by design, and these tests need hundreds. So
 * here the same function runs with its smallest cost; everything else is as it ships.
 */
function cheapScrypt(text: BinaryLike, salt: BinaryLike, bytes: number, _cost: ScryptOptions, done: Hashed) {
  scrypt(text, salt, bytes, { N: 2 }, done);
}
Object.assign(crypto, { scrypt: cheapScrypt });
syncBuiltinESMExports();

export const databaseKinds = ["sqlite", "postgres"] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

/** A place for accounts that is gone after `drop`. */
export async function createPlace(kind: DatabaseKind): Promise<{
  database: AccountsDatabase;
  drop(): Promise<void>;
}> {
  if (kind === "postgres") {
    const database = await createDatabase();
    return { database: { kind, url: database.url }, drop: () => database.drop() };
  }
  const folder = mkdtempSync(path.join(tmpdir(), "zaiku-accounts-"));
  return {
    database: { kind, file: path.join(folder, "accounts.db") },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const host = "zaiku.test:4000";
export const ownerPassword = "correct horse battery";

/** Starts with the system's, by which the library dates its sessions; stands still until it is moved. */
export class TestClock {
  now = systemClock.now();
  readonly read = () => this.now;
}

interface ListedItem {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  readonly scopes?: readonly string[];
  readonly createdBy?: string | null;
  readonly expiresAt?: string | null;
  readonly lastUsedAt?: string | null;
  readonly lastSignInAt?: string | null;
  readonly mustChangePassword?: boolean;
  readonly action?: string;
  readonly at?: string;
  readonly actor?: { readonly name: string; readonly kind: string };
  readonly target?: { readonly name: string };
  readonly detail?: string | null;
}

/** Undefined leaves a header out that a browser would send. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Whatever the routes answer: each fills a part of it. */
interface Body extends Partial<ListedItem> {
  readonly code?: string;
  readonly path?: string;
  readonly kind?: string;
  readonly by?: string;
  readonly key?: string;
  readonly oneTimePassword?: string;
  readonly user?: ListedItem;
  readonly item?: ListedItem;
  readonly items?: readonly ListedItem[];
}

/** A browser: it keeps cookies, names its origin, and has an address of its own. */
export class Visitor {
  static #count = 0;
  readonly #server: Server;
  readonly address: string;
  readonly cookies = new Map<string, string>();

  constructor(server: Server) {
    Visitor.#count += 1;
    this.#server = server;
    this.address = `10.0.${Math.floor(Visitor.#count / 250)}.${(Visitor.#count % 250) + 1}`;
  }

  async send(
    method: NonNullable<InjectOptions["method"]>,
    url: string,
    payload?: object,
    more: Headers = {},
  ) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers: Headers = {
      host,
      "x-forwarded-for": this.address,
      origin: method === "GET" ? undefined : `http://${host}`,
      cookie: cookie === "" ? undefined : cookie,
      ...more,
    };
    const response = await this.#server.app.inject({
      method,
      url,
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      ...(payload === undefined ? {} : { payload }),
    });
    const setCookies = [response.headers["set-cookie"] ?? []].flat();
    for (const text of setCookies) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (text.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const body: Body = response.body === "" ? {} : response.json<Body>();
    return { status: response.statusCode, headers: response.headers, body, text: response.body, setCookies };
  }

  get(url: string) {
    return this.send("GET", url);
  }

  post(url: string, payload?: object, more: Headers = {}) {
    return this.send("POST", url, payload, more);
  }

  signIn(username: string, password: string) {
    return this.post("/api/auth/sign-in/username", { username, password });
  }

  changePassword(currentPassword: string, newPassword: string) {
    return this.post("/api/auth/change-password", { currentPassword, newPassword });
  }
}

export interface Server extends Awaited<ReturnType<typeof startServer>> {}

/** A bare app with accounts and one guarded route for reading and one for writing per scope. */
export async function startServer(
  database: AccountsDatabase,
  options: { clock?: () => number; baseUrl?: string } = {},
) {
  const lines: string[] = [];
  const stream = { write: (line: string) => lines.push(line) };
  const app = Fastify({ logger: { level: "trace", stream }, trustProxy: true });
  addBodyParsers(app);
  addValidation(app);
  app.setErrorHandler(createErrorHandler(systemClock));
  const accounts = await createAccounts({
    database,
    secret: "a secret of this installation",
    baseUrl: options.baseUrl ?? null,
    clock: options.clock ?? (() => systemClock.now()),
    log: app.log,
  });
  accounts.register(app);
  for (const scope of scopes) {
    const preHandler = accounts.requireScope(scope);
    const answer = async (request: { identity: { name: string } | null }) => ({ by: request.identity?.name });
    // Fastify reads a single colon as the start of a parameter.
    const name = scope.replace(":", "::");
    app.get(`/read/${name}`, { preHandler }, answer);
    app.post(`/write/${name}`, { preHandler }, answer);
  }
  app.get("/who", async (request) => {
    const identity = await accounts.identify(request);
    return identity === null ? {} : { ...identity, scopes: [...identity.scopes] };
  });
  await app.ready();
  return {
    app,
    accounts,
    lines,
    stop: async () => {
      await app.close();
      await accounts.close();
    },
  };
}

/** Creates the first owner by the link and signs them in. */
export async function enterOwner(server: Server): Promise<Visitor> {
  const link = await server.accounts.setupLink();
  assert(link !== null);
  const token = new URL(link, `http://${host}`).searchParams.get("token");
  const owner = new Visitor(server);
  const body = { token, username: "owner", name: "老板", password: ownerPassword };
  const answer = await owner.post("/api/v1/setup/owner", body);
  assert.equal(answer.status, 201, answer.text);
  return owner;
}

/** Creates a user; the answer carries id and one-time password. */
export async function addUser(owner: Visitor, username: string, role: Role) {
  const answer = await owner.post("/api/v1/users", { name: `用户 ${username}`, username, role });
  assert.equal(answer.status, 201, answer.text);
  const { user, oneTimePassword } = answer.body;
  assert(user !== undefined && oneTimePassword !== undefined);
  return { id: user.id, username, oneTimePassword, password: `own password of ${username}` };
}

/** A user who has signed in and chosen a password. */
export async function enterUser(server: Server, owner: Visitor, username: string, role: Role) {
  const user = await addUser(owner, username, role);
  const visitor = new Visitor(server);
  assert.equal((await visitor.signIn(username, user.oneTimePassword)).status, 200);
  const changed = await visitor.changePassword(user.oneTimePassword, user.password);
  assert.equal(changed.status, 204, changed.text);
  return { ...user, visitor };
}
