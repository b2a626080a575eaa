import type { FastifyInstance, FastifyRequest } from "fastify";
import { invalidBody } from "../../api/problem.ts";
import { PrecheckSettingsPut, type PrecheckSettingsAnswer } from "../../api/policies.ts";
import { FixBody, SessionParams, SignBody, type PrecheckItem } from "../../api/sessions.ts";
import { stepLife } from "../../domain/live/life.ts";
import { signPrecheck } from "../../domain/live/precheck.ts";
import { settingsId } from "../../engine/live-settings.ts";
import {
  bookSettingsDefault,
  precheckKind,
  precheckSettingsKind,
  readPrecheck,
  readPrecheckSettings,
} from "../../engine/sessions/precheck.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { putDocument } from "../documents.ts";
import { mend } from "../sessions/mend.ts";
import { requireSlots } from "../sessions/plan.ts";
import { precheckItem } from "../sessions/present.ts";
import { refusedProblem, requireActed } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";
import { openOf } from "./sessions.ts";

const tag = "Precheck";

/** What is looked at before a session goes live: the list, what mends it, and who signs it. */
export const addPrecheckRoutes: AddRoutes = (app, context) => {
  const routes = typed(app);

  routes.get(
    "/api/v1/sessions/:session/precheck",
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "The list as the books have it now"), params: SessionParams },
    },
    async (request): Promise<PrecheckItem> => {
      const { id } = await context.shopOf(request);
      const { plan, state } = await openOf(context, request);
      return precheckItem(await readPrecheck(context.store, id, plan, context.clock.now()), state);
    },
  );

  routes.post(
    "/api/v1/sessions/:session/precheck/fixes",
    {
      onRequest: context.guard("session:write"),
      schema: {
        ...describe(tag, "Mend a line of the list; answers the list as it is then"),
        params: SessionParams,
        body: FixBody,
      },
    },
    async (request): Promise<PrecheckItem> => {
      const { id } = await context.shopOf(request);
      const { plan } = await openOf(context, request);
      const precheck = await readPrecheck(context.store, id, plan, context.clock.now());
      await mend(context, request, plan, precheck, request.body);
      const open = await openOf(context, request);
      return precheckItem(await readPrecheck(context.store, id, open.plan, context.clock.now()), open.state);
    },
  );

  addSignatureRoute(app, context);
  addSettingsRoutes(app, context);
};

function addSettingsRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const answer = async (request: FastifyRequest): Promise<PrecheckSettingsAnswer> => {
    const { id } = await context.shopOf(request);
    const { version, value } = await readPrecheckSettings(context.store.read, id);
    return { version, settings: value, defaults: bookSettingsDefault };
  };

  routes.get(
    "/api/v1/precheck-settings",
    {
      onRequest: context.guard("stock:read"),
      schema: describe(tag, "What prechecks of this shop ask for"),
    },
    answer,
  );

  routes.put(
    "/api/v1/precheck-settings",
    {
      onRequest: context.guard("catalog:write"),
      schema: { ...describe(tag, "Change what prechecks ask for"), body: PrecheckSettingsPut },
    },
    async (request) => {
      const { version, settings } = request.body;
      const setAsideBin = settings.setAsideBin.trim();
      if (setAsideBin === "")
        throw invalidBody({
          path: "settings.setAsideBin",
          problem: "write how the names of these bins begin",
          problemZh: "请写这些库位名称的开头",
        });
      const body = { ...settings, setAsideBin };
      await putDocument(context, request, { kind: precheckSettingsKind, id: settingsId, version, body });
      return answer(request);
    },
  );
}

function addSignatureRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/sessions/:session/precheck/signature",
    {
      onRequest: context.guard("session:write"),
      schema: {
        ...describe(tag, "Sign the list that is on the screen"),
        params: SessionParams,
        body: SignBody,
      },
    },
    async (request): Promise<PrecheckItem> => {
      const { id, sessions } = await context.shopOf(request);
      const { plan } = await openOf(context, request);
      requireSlots(plan);
      const { actor, at } = context.caller(request);
      const { seen, note = "" } = request.body;
      const precheck = await readPrecheck(context.store, id, plan, at);
      const { lines, digest } = precheck;
      const signed = signPrecheck(lines, { seen, digest, by: actor, at, note: note.trim() });
      if (!signed.ok) throw refusedProblem(signed);
      await keepLines(context, request, plan.id, lines);
      const acted = await sessions.act(plan.id, ({ state }) => {
        const outcome = stepLife(state.life, "sign", { signature: "none", reason: null });
        if (!outcome.ok) return outcome;
        const body = { step: "sign", from: state.life, to: outcome.life, reason: null } as const;
        return [
          { at, actor, kind: "precheck_signed", body: { signature: signed.signature } },
          { at, actor, kind: "life", body },
        ];
      });
      return precheckItem({ ...precheck, worse: [] }, requireActed(acted).open.state);
    },
  );
}

/** What was signed, line by line: later lists are compared with it. */
async function keepLines(
  context: RouteContext,
  request: Parameters<typeof putDocument>[1],
  session: string,
  lines: readonly object[],
): Promise<void> {
  const { id: shop } = await context.shopOf(request);
  const before = await context.store.read.document(shop, precheckKind, session);
  const write = { kind: precheckKind, id: session, version: before?.version ?? 0, body: lines };
  await putDocument(context, request, write);
}
