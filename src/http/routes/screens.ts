import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ProblemError } from "../../api/problem.ts";
import { ScreenBody, type ActionAnswer, type ScreenAnswer } from "../../api/session-actions.ts";
import type { HostView } from "../../api/session-view.ts";
import { SessionParams } from "../../api/sessions.ts";
import { IdText, NameId, closed, text, timeOf } from "../../api/text.ts";
import type { ScreenRecord } from "../../engine/live/screens.ts";
import type { OpenShop } from "../../engine/shops.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { requireActed } from "../sessions/refused.ts";
import { streamsOf } from "../sessions/streams.ts";
import { Guesses, shopOf, tokenHeaders } from "../sessions/tokens.ts";
import { seenMessage } from "./session-actions.ts";
import { stream } from "./session-live.ts";
import { openOf } from "./sessions.ts";
import { describe, typed } from "./schema.ts";

const tag = "Screens";
const tokenCharsMax = 80;
const TokenParams = Type.Object({ token: text(tokenCharsMax, 1) }, closed);
const MessageParams = Type.Object({ token: text(tokenCharsMax, 1), message: NameId }, closed);
const ScreenParams = Type.Object({ session: IdText, screen: IdText }, closed);
/** A link that was ended elsewhere is asked about so often. */
const allowedMs = 10_000;

/** Host screens and overlays: links without log-in that show one session, and nothing of the shop's money. */
export const addScreenRoutes: AddRoutes = (app, context) => {
  addListRoute(app, context);
  addManagedRoutes(app, context);
  addTokenRoutes(app, context);
};

function addListRoute(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  routes.get(
    "/api/v1/sessions/:session/screens",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "A session's screens"), params: SessionParams },
    },
    async (request) => {
      const { live } = await context.shopOf(request);
      const { plan, state } = await openOf(context, request);
      const screens = await live.screens.list(plan.id);
      return {
        items: screens.map(({ screen, kind, name, createdAt }) => ({
          screen,
          kind,
          name,
          // Only the hash of a link is kept: a new link is made by asking for the same screen again.
          path: null,
          online: state.screens.get(screen)?.online ?? false,
          createdAt: timeOf(createdAt),
        })),
      };
    },
  );
}

function addManagedRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const act = context.guard("session:write");

  routes.post(
    "/api/v1/sessions/:session/screens",
    {
      onRequest: act,
      schema: {
        ...describe(tag, "A link to a screen that works without log-in; shown this once"),
        params: SessionParams,
        body: ScreenBody,
      },
    },
    async (request, reply): Promise<ScreenAnswer> => {
      const { live } = await context.shopOf(request);
      const { plan } = await openOf(context, request);
      const { kind, name } = request.body;
      const { actor } = context.caller(request);
      const made = await live.screens.create(plan.id, kind, name.trim(), actor);
      if (made === null)
        throw new ProblemError("conflict", {
          problem: "There are too many links for this session: end one first",
          problemZh: "这个场次的屏幕链接太多了，请先停用一个",
        });
      reply.code(201);
      return { screen: made.screen, path: `/${kind === "host" ? "screen" : "overlay"}/${made.token}` };
    },
  );

  routes.delete(
    "/api/v1/sessions/:session/screens/:screen",
    {
      onRequest: act,
      schema: { ...describe(tag, "End every link to a screen"), params: ScreenParams },
    },
    async (request, reply) => {
      const { live } = await context.shopOf(request);
      const { session, screen } = request.params;
      const { actor } = context.caller(request);
      if (!(await live.screens.end(session, screen, actor)))
        throw new ProblemError("not_found", { what: "such screen", whatZh: "这块屏幕" });
      reply.code(204);
      return reply.send();
    },
  );
}

function addTokenRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const guesses = new Guesses(() => context.clock.now());
  const schema = (summary: string) => ({ ...describe(tag, summary), params: TokenParams });

  const found = async (
    request: FastifyRequest,
    token: string,
  ): Promise<{ readonly shop: OpenShop; readonly screen: ScreenRecord }> => {
    guesses.check(request);
    const shop = await shopOf(context, token);
    const screen = shop === null ? null : await shop.live.screens.find(token);
    if (shop === null || screen === null) throw guesses.wrong(request);
    return { shop, screen };
  };

  routes.get(
    "/api/v1/screens/:token/view",
    { schema: schema("What a screen shows") },
    async (request, reply): Promise<HostView> => {
      reply.headers(tokenHeaders);
      const { shop, screen } = await found(request, request.params.token);
      const view = await streamsOf(shop.live).of(screen.session).hostView(screen.kind);
      if (view === null) throw guesses.wrong(request);
      return view;
    },
  );

  routes.get(
    "/api/v1/screens/:token/live",
    {
      exposeHeadRoute: false,
      schema: schema("The stream of a screen (text/event-stream): `view` on every change"),
    },
    async (request, reply) => {
      const { token } = request.params;
      const { shop, screen } = await found(request, token);
      let asked = context.clock.elapsedMs();
      const allowed = async (): Promise<boolean> => {
        if (context.clock.elapsedMs() - asked < allowedMs) return true;
        asked = context.clock.elapsedMs();
        return (await shop.live.screens.find(token)) !== null;
      };
      const { session, kind } = screen;
      const ended = shop.live.screens.connect(screen, () => reply.raw.end());
      return stream(request, reply, { shop, session, kind, allowed, headers: tokenHeaders, ended });
    },
  );

  routes.post(
    "/api/v1/screens/:token/messages/:message",
    { schema: { ...describe(tag, "The host has seen a message"), params: MessageParams } },
    async (request, reply): Promise<ActionAnswer> => {
      reply.headers(tokenHeaders);
      const { token, message } = request.params;
      const { shop, screen } = await found(request, token);
      // The overlay is seen by everybody: it speaks for nobody.
      if (screen.kind !== "host") throw guesses.wrong(request);
      const at = context.clock.now();
      const acted = await shop.sessions.act(screen.session, ({ state }) =>
        seenMessage(state.messages, message, `screen:${screen.name}`, at),
      );
      return { activity: requireActed(acted).open.state.seq };
    },
  );
}
