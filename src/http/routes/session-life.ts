import type { FastifyInstance } from "fastify";
import { invalidBody } from "../../api/problem.ts";
import { ClockBody, LifeBody, PointerBody, SessionParams, type SessionItem } from "../../api/sessions.ts";
import { signatureState } from "../../domain/live/fold.ts";
import { movePointer, stepLife, type PointerMove } from "../../domain/live/life.ts";
import { readPrecheck } from "../../engine/sessions/precheck.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { requireSlots } from "../sessions/plan.ts";
import { sessionItem } from "../sessions/present.ts";
import { requireActed } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";
import { openOf } from "./sessions.ts";

const tag = "Sessions";

/** A session's life, and the product that is on. */
export const addSessionLifeRoutes: AddRoutes = (app, context) => {
  addLifeRoute(app, context);
  addPointerRoutes(app, context);
};

function addLifeRoute(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const run = context.guard("session:write");

  routes.post(
    "/api/v1/sessions/:session/life",
    {
      onRequest: run,
      schema: {
        ...describe(tag, "The next step of a session's life, or a step back with its reason"),
        params: SessionParams,
        body: LifeBody,
      },
    },
    async (request): Promise<SessionItem> => {
      const shop = await context.shopOf(request);
      const { step, reason = null } = request.body;
      const { plan, state } = await openOf(context, request);
      const { actor, at } = context.caller(request);
      let worse = false;
      if (step === "go_live") {
        requireSlots(plan);
        // What was signed may not be true any more.
        worse =
          state.life === "prechecked" &&
          (await readPrecheck(context.store, shop.id, plan, at)).worse.length > 0;
      }
      const acted = await shop.sessions.act(plan.id, (open) => {
        const from = open.state.life;
        const signature = signatureState(open.state, worse);
        const outcome = stepLife(from, step, { signature, reason });
        if (!outcome.ok) return outcome;
        const said = (reason ?? "").trim();
        const isNeeded = said !== "" && !(step === "go_live" && signature === "current");
        const body = { step, from, to: outcome.life, reason: isNeeded ? said : null };
        return [{ at, actor, kind: "life", body }];
      });
      return sessionItem(requireActed(acted).open);
    },
  );
}

function addPointerRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const run = context.guard("session:write");

  routes.post(
    "/api/v1/sessions/:session/pointer",
    {
      onRequest: run,
      schema: { ...describe(tag, "Which product is on"), params: SessionParams, body: PointerBody },
    },
    async (request): Promise<SessionItem> => {
      const { sessions } = await context.shopOf(request);
      const move = moveOf(request.body);
      const { actor, at } = context.caller(request);
      const acted = await sessions.act(request.params.session, ({ plan, state }) => {
        const outcome = movePointer(plan, state.life, state.pointer?.slot ?? null, move);
        if (!outcome.ok) return outcome;
        const sku = plan.slots.find((slot) => slot.id === outcome.slot)?.sku;
        const body = { slot: outcome.slot, by: move.by };
        return outcome.moved
          ? [{ at, actor, kind: "pointer", body, ...(sku === undefined ? {} : { sku }) }]
          : [];
      });
      return sessionItem(requireActed(acted).open);
    },
  );

  routes.post(
    "/api/v1/sessions/:session/clock",
    {
      onRequest: run,
      schema: {
        ...describe(tag, "Whether the pointer follows the plan's clock"),
        params: SessionParams,
        body: ClockBody,
      },
    },
    async (request): Promise<SessionItem> => {
      const { sessions } = await context.shopOf(request);
      const { on } = request.body;
      const { actor, at } = context.caller(request);
      const acted = await sessions.act(request.params.session, ({ state }) =>
        state.followsClock === on ? [] : [{ at, actor, kind: "clock_followed", body: { on } }],
      );
      return sessionItem(requireActed(acted).open);
    },
  );
}

function moveOf({ by, slot }: PointerBody): Exclude<PointerMove, { readonly by: "clock" }> {
  if (by === "next" || by === "previous") return { by };
  if (slot !== undefined) return { by, slot };
  throw invalidBody({ path: "slot", problem: "say which slot", problemZh: "请指定排品中的哪一项" });
}
