import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, onRequestHookHandler } from "fastify";
import type { Caller } from "../api/commands.ts";
import { ProblemError } from "../api/problem.ts";
import type { Scope } from "../api/shop.ts";
import type { Clock } from "../engine/clock.ts";
import type { OpenShop, Shops } from "../engine/shops.ts";
import type { LiveSources } from "../channels/live-sources.ts";
import type { Notifier } from "../channels/notifier.ts";
import type { JobState } from "../jobs/runner.ts";
import type { Store } from "../store/store.ts";
import type { Accounts } from "./auth/accounts.ts";
import type { Identity } from "./auth/identity.ts";
import type { SignInLinks } from "./demo/sign-in-links.ts";
import type { Metrics } from "./metrics.ts";
import type { ContactKeys } from "../domain/odd/side.ts";
import type { BuyerKey } from "./pii.ts";
import { makePage, type Page, type PageAsk } from "./reports/pages.ts";
import type { MakePage } from "./reports/thread.ts";

/** Who may read /metrics: anybody, programs on this machine, whoever has the token, or nobody. */
export type MetricsAccess = "open" | "loopback" | "off" | { readonly token: string };

/** What the routes are made of. */
export interface HttpDeps {
  readonly store: Store;
  readonly shops: Shops;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly buyerKey: BuyerKey;
  /** The keys of a shop's phones and addresses. */
  readonly contactKeys: (shop: number) => ContactKeys;
  readonly metrics: Metrics;
  readonly jobs: () => readonly JobState[];
  readonly notifier: Notifier;
  readonly liveSources: LiveSources;
  readonly metricsAccess: MetricsAccess;
  /** Addresses of proxies whose X-Forwarded headers are believed, or how many there are. */
  readonly trustProxy: boolean | string | number;
  /** The folder of the built page; null serves none. */
  readonly webDir: string | null;
  readonly version: string;
  /** Holds what is uploaded and people's own import profiles; null: a folder for temporary files. */
  readonly dataDir: string | null;
  /** Makes the pages that read much; absent: in this thread. */
  readonly makePage?: MakePage;
  /** Links that sign in without a password, each once: a demo server has them, and no other. */
  readonly signInLinks?: SignInLinks;
  /** What a phone must trust before it believes our https, and the port of it; absent: there is none. */
  readonly authority?: { readonly certificate: string; readonly port: () => number };
}

/** Adds the routes of one resource. */
export type AddRoutes = (app: FastifyInstance, context: RouteContext) => void;

/** `HttpDeps` with what every route does alike. */
export interface RouteContext extends Omit<HttpDeps, "makePage"> {
  /** As `onRequest`: who has no right to it is told so before the body is read. */
  guard(scope: Scope): onRequestHookHandler;
  shopOf(request: FastifyRequest): OpenShop | Promise<OpenShop>;
  caller(request: FastifyRequest): Caller;
  /** Reports, analyses and their files, as the bytes that are sent. */
  makePage(shop: OpenShop, ask: PageAsk): Promise<Page | null>;
  /** Aborted when the server begins to stop: streams end then. */
  readonly stopping: AbortSignal;
}

export function createContext(deps: HttpDeps, stopping: AbortSignal): RouteContext {
  const { accounts, clock, shops, buyerKey } = deps;
  return {
    ...deps,
    stopping,
    makePage: (shop, ask) =>
      deps.makePage?.(shop, ask) ??
      makePage(
        {
          ...shop.afterLive,
          analyser: shop.analyser,
          names: shop.names,
          timeZone: () => shop.shop.timeZone,
        },
        ask,
      ),
    guard(scope) {
      const admit = accounts.requireScope(scope);
      return function (request, reply, done) {
        admit.call(this, request, reply, done);
      };
    },
    shopOf(request) {
      const { shop } = identityOf(request);
      return shops.get(shop) ?? shops.open(shop);
    },
    caller: (request) => {
      const identity = identityOf(request);
      return {
        actor: actorOf(identity),
        at: clock.now(),
        buyerKey,
        liveOn: (channel, at) => shops.get(identity.shop)?.sessions.liveOn(channel, at) ?? null,
        heard: (channel, happenedAt) => shops.get(identity.shop)?.live.heard(channel, happenedAt),
      };
    },
  };
}

export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new ProblemError("unauthenticated");
  return request.identity;
}

/** How the journal names who did it: a person by id and name, for names are not unique; a key by its name. */
export function actorOf(identity: Pick<Identity, "id" | "kind" | "name">): string {
  return identity.kind === "key" ? `key:${identity.name}` : `${identity.id}/${identity.name}`;
}
