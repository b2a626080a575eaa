import type { FastifyInstance, FastifyRequest, InjectOptions } from "fastify";
import { Type } from "typebox";
import { DemoBody, DemoState } from "../../api/demo.ts";
import { ProblemError } from "../../api/problem.ts";
import { pause } from "../../engine/clock.ts";
import { broadcastDefaults, minuteMs } from "../../sim/broadcast.ts";
import { generateBroadcast } from "../../sim/generate.ts";
import { Crew } from "../../sim/crew.ts";
import { Player, type Pace, type Wire } from "../../sim/player.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { describe, typed } from "../routes/schema.ts";
import type { SignInLinks } from "./sign-in-links.ts";

const tag = "Demo";
const speedDefault = 10;
const minutesMin = 8;
const tickMs = 1_000;
const leadMs = 3_000;
const usedLink = {
  what: "such sign-in link (each works once; a new one is in the terminal)",
  whatZh: "这个登录链接（只能用一次，终端里有新的）",
};
const notEmpty = {
  problem: "the shop has goods of its own; the demo is for an empty one",
  problemZh: "店铺里已经有商品，演示只能载入空店铺",
};

/** A broadcast for a shop that has nothing yet, played by this process in the name of whoever asked for it. */
export const addDemoRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);
  const demos = new Demos(app, context);
  if (context.signInLinks !== undefined) addSignIn(app, context.signInLinks);

  routes.get(
    "/api/v1/demo",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "How far the demo is"), response: { 200: DemoState } },
    },
    async (request) => demos.stateOf((await context.shopOf(request)).id),
  );

  routes.post(
    "/api/v1/demo",
    {
      onRequest: context.guard("admin"),
      schema: {
        ...describe(tag, "Load a shop with a broadcast, and play it; only into an empty shop"),
        body: DemoBody,
        response: { 202: DemoState },
      },
    },
    async (request, reply) => {
      const shop = await context.shopOf(request);
      const { skus } = await context.store.read.stockTotals(shop.id, shop.day().from);
      if (skus > 0) throw new ProblemError("conflict", notEmpty);
      return reply.code(202).send(await demos.begin(shop.id, request, request.body));
    },
  );
};

interface Demo {
  readonly session: string;
  readonly minutes: number;
  readonly origin: number;
  state: DemoState["state"];
}

/** The demos of this process, one a shop. */
class Demos {
  readonly #app: FastifyInstance;
  readonly #context: RouteContext;
  readonly #demos = new Map<number, Demo>();

  constructor(app: FastifyInstance, context: RouteContext) {
    this.#app = app;
    this.#context = context;
  }

  stateOf(shop: number): DemoState {
    const demo = this.#demos.get(shop);
    if (demo === undefined) return { state: "none", session: null, minutes: 0, played: 0 };
    const { state, session, minutes, origin } = demo;
    const played = Math.min(minutes, (this.#context.clock.now() - origin) / minuteMs);
    return { state, session, minutes, played: Math.round(played * 10) / 10 };
  }

  /** Resolves when the catalogue and the plan are there; the broadcast goes on by itself. */
  async begin(
    shop: number,
    request: FastifyRequest,
    { speed = speedDefault, seed = 1 }: DemoBody,
  ): Promise<DemoState> {
    const { clock, log, stopping } = this.#context;
    if (this.#demos.get(shop)?.state === "playing") return this.stateOf(shop);
    const minutes = Math.max(minutesMin, Math.round(broadcastDefaults.durationMinutes / speed));
    const broadcast = generateBroadcast({ seed, durationMinutes: minutes });
    const origin = clock.now() + leadMs;
    const demo: Demo = { session: broadcast.plan.id, minutes, origin, state: "playing" };
    this.#demos.set(shop, demo);
    const ended = new AbortController();
    const signal = AbortSignal.any([stopping, ended.signal]);
    const wire = this.#wireOf(request, () => ended.abort());
    const pace: Pace = {
      reach: async (at, end) => {
        if (at > clock.now()) await pause(clock, at - clock.now(), end);
      },
    };
    const crew = new Crew(wire, broadcast.plan.id);
    const player = new Player({ broadcast, wire, pace, origin, tickMs, crew, signal });
    try {
      await player.setUp();
    } catch (error) {
      this.#demos.delete(shop);
      throw error;
    }
    const played = player.play().then(
      () => {
        demo.state = signal.aborted ? "stopped" : "ended";
        const { failures } = player.tally;
        if (Object.keys(failures).length > 0) log.warn({ shop, failures }, "parts of the demo were refused");
      },
      (error: unknown) => {
        demo.state = "stopped";
        if (!signal.aborted) log.error({ err: error, shop }, "the demo stopped");
      },
    );
    played.catch(() => {});
    return this.stateOf(shop);
  }

  /** Calls the routes themselves, as whoever asked for the demo: the journal names that person. */
  #wireOf({ headers }: FastifyRequest, onDenied: () => void): Wire {
    const { cookie, authorization, origin, host } = headers;
    const asked = Object.fromEntries(
      Object.entries({ cookie, authorization, origin, host }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    return async ({ method, path, body, headers: more }) => {
      const call: InjectOptions = {
        method,
        url: path,
        headers: { ...asked, ...more },
        ...(body === undefined ? {} : { payload: body as object }),
      };
      const answer = await this.#app.inject(call);
      if (answer.statusCode === 401) onDenied();
      const type = String(answer.headers["content-type"] ?? "");
      return { status: answer.statusCode, body: type.includes("json") ? answer.json() : null };
    };
  }
}

/** `GET /demo/sign-in?token=…`: signs in, and goes to the page that the link is for. */
function addSignIn(app: FastifyInstance, links: SignInLinks): void {
  typed(app).get(
    "/demo/sign-in",
    {
      schema: {
        hide: true,
        querystring: Type.Object({ token: Type.String({ minLength: 1, maxLength: 128 }) }),
      },
    },
    async (request, reply) => {
      const found = links.take(request.query.token);
      if (found === null) throw new ProblemError("not_found", usedLink);
      const host = request.headers.host ?? "";
      const answer = await app.inject({
        method: "POST",
        url: "/api/auth/sign-in/username",
        headers: { host, origin: `${request.protocol}://${host}` },
        payload: { ...found.account, rememberMe: false },
      });
      const cookies = answer.headers["set-cookie"];
      if (cookies !== undefined) reply.header("set-cookie", cookies);
      return reply
        .header("referrer-policy", "no-referrer")
        .header("cache-control", "no-store")
        .redirect(answer.statusCode < 300 ? found.next : "/", 303);
    },
  );
}
