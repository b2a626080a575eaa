import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, preHandlerHookHandler } from "fastify";
import type { Scope } from "../../api/shop.ts";
import { defaultShop } from "./base.ts";
import type { Base } from "./base.ts";
import { createAuth } from "./better-auth.ts";
import { openDatabase } from "./database.ts";
import type { AccountsDatabase } from "./database.ts";
import { createIdentifier } from "./identify.ts";
import type { Actor, Identity } from "./identity.ts";
import { createKey } from "./keys.ts";
import { accountLimits } from "./limits.ts";
import type { RouteDeps } from "./routes/deps.ts";
import { addKeyRoutes } from "./routes/keys.ts";
import { addPasswordRoute, addSessionRoutes, addSetupRoute } from "./routes/session.ts";
import { addUserRoutes } from "./routes/users.ts";
import { issueSetupLink } from "./setup.ts";
import { countOwners } from "./users.ts";

export interface AccountsOptions {
  readonly database: AccountsDatabase;
  /** The installation's secret, at least 16 characters. Another one ends all sessions. */
  readonly secret: string;
  /** The address people use, e.g. `https://stock.example`; null takes the host that each request names. */
  readonly baseUrl: string | null;
  readonly clock: () => number;
  readonly log: FastifyBaseLogger;
}

export interface Accounts {
  /**
   * Adds `request.identity` and the routes of accounts. Once, on the root, before routes that need a scope. Bodies
   * are read and checked, and errors answered, as the app does it.
   */
  readonly register: (app: FastifyInstance) => void;
  /** Who asks, by API key or session cookie; null when nobody. A promise only when the database must be asked. */
  readonly identify: (request: FastifyRequest) => Identity | null | Promise<Identity | null>;
  /**
   * Lets through who has the scope, and sets `request.identity`; answers the others with a problem, 401 or 403.
   * A change by cookie must come from our own pages, so every route that changes something must stand behind it.
   */
  readonly requireScope: (scope: Scope) => preHandlerHookHandler;
  /** Whether nobody can manage accounts yet. */
  readonly needsOwner: () => Promise<boolean>;
  /** A one-time link on which the first owner is created, e.g. `/setup?token=…`; null when there is an owner. */
  readonly setupLink: () => Promise<string | null>;
  /**
   * Creates an API key for the terminal.
   * @returns the key, which is kept nowhere
   * @throws when the name is no name, or there are too many keys
   */
  readonly createApiKey: (name: string, scopes: readonly Scope[]) => Promise<string>;
  readonly close: () => Promise<void>;
}

const secretCharsMin = 16;
const terminal: Actor = { id: "terminal", name: "终端", kind: "system" };

function checkOptions({ secret, baseUrl }: AccountsOptions): void {
  if (secret.length < secretCharsMin) {
    throw new Error(
      `The secret has fewer than ${secretCharsMin} characters. 密钥至少要 ${secretCharsMin} 个字符。`,
    );
  }
  if (baseUrl !== null && !/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? "")) {
    throw new Error(
      `The base URL ${baseUrl} is not an http or https address. 访问地址要以 http:// 或 https:// 开头。`,
    );
  }
}

function registerRoutes(app: FastifyInstance, deps: RouteDeps): void {
  app.decorateRequest("identity", null);
  app.register(async (scope) => {
    scope.addHook("onRoute", (route) => {
      route.bodyLimit = accountLimits.bodyBytesMax;
    });
    addSessionRoutes(scope, deps);
    addPasswordRoute(scope, deps);
    addSetupRoute(scope, deps);
    addUserRoutes(scope, deps);
    addKeyRoutes(scope, deps);
  });
}

/** Opens the accounts: brings their tables to this version, and knows from then on who asks. */
export async function createAccounts(options: AccountsOptions): Promise<Accounts> {
  checkOptions(options);
  const { baseUrl, clock, log } = options;
  const database = openDatabase(options.database, log);
  const auth = createAuth({ database, secret: options.secret, baseUrl, log });
  const context = await auth.$context;
  await database.migrate(() => context.runMigrations());
  const known = {
    auth,
    adapter: context.adapter,
    hashPassword: (password: string) => context.password.hash(password),
    database,
    clock,
    log,
  };
  const identifier = createIdentifier(known, baseUrl);
  const base: Base = { ...known, forget: identifier.forget };
  const { identify, requireScope } = identifier;
  // There is always an owner from the first one on.
  let hasOwner = false;
  return {
    register: (app) => registerRoutes(app, { base, baseUrl, identify, requireScope }),
    identify,
    requireScope,
    needsOwner: async () => {
      hasOwner ||= (await countOwners(base, defaultShop)) > 0;
      return !hasOwner;
    },
    setupLink: () => issueSetupLink(base),
    createApiKey: async (name, scopes) => {
      const answer = await createKey(base, defaultShop, terminal, { name, scopes });
      if (answer.ok) return answer.value.key;
      const { code, data } = answer.reason;
      const why = typeof data.problem === "string" ? data.problem : "";
      throw new Error(`The API key was not created: ${code} ${why}`);
    },
    close: async () => {
      await identifier.settle();
      await database.close();
    },
  };
}
