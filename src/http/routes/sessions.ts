import type { FastifyInstance } from "fastify";
import { invalidBody } from "../../api/problem.ts";
import {
  RunOfShowQuery,
  SessionBody,
  SessionCopy,
  SessionParams,
  SessionPut,
  type RunOfShow,
  type SessionItem,
  type SessionPage,
} from "../../api/sessions.ts";
import { instantOf } from "../../api/text.ts";
import type { SessionState } from "../../domain/live/fold.ts";
import { lifeNames } from "../../domain/live/life.ts";
import { copySession, type SessionPlan } from "../../domain/live/session.ts";
import type { OpenSession, Refused } from "../../engine/sessions/sessions.ts";
import { SumsOfSessions } from "../../engine/sessions/sums.ts";
import { minorDigitsOf } from "../../import/clean.ts";
import { ImportFileError } from "../../import/problem.ts";
import { readRunOfShow } from "../../import/run-of-show.ts";
import type { ShopId } from "../../store/store.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { knownSkus, newSessionId, newSlotId, planOfBody, requireValid } from "../sessions/plan.ts";
import { sessionItem, sessionSummary } from "../sessions/present.ts";
import { refusedProblem, requireSaved, unknownSession } from "../sessions/refused.ts";
import { describe, typed } from "./schema.ts";

const tag = "Sessions";
/** The next ones and the latest: those further back are looked up by their id. */
const sessionsListedMax = 200;
const shortSkusMax = 1_000;
const fileBytesMax = 8 * 1_048_576;

/** Broadcasts and their plans. */
export const addSessionRoutes: AddRoutes = (app, context) => {
  addPlanRoutes(app, context);
  addEditRoutes(app, context);
  app.register(async (files) => {
    // A file is taken as it is, whatever it calls itself.
    files.removeAllContentTypeParsers();
    const options = { parseAs: "buffer", bodyLimit: fileBytesMax } as const;
    files.addContentTypeParser("*", options, (_request, body, done) => done(null, body));
    addFileRoute(files, context);
  });
};

function addPlanRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { store, clock } = context;
  const see = context.guard("stock:read");
  const plan = context.guard("catalog:write");
  const sumsOf = new Map<ShopId, SumsOfSessions>();

  routes.get(
    "/api/v1/sessions",
    { onRequest: see, schema: describe(tag, "Sessions, the next one first and past ones last") },
    async (request): Promise<SessionPage> => {
      const { id, sessions } = await context.shopOf(request);
      const sums = sumsOf.get(id) ?? new SumsOfSessions(store.read, id);
      sumsOf.set(id, sums);
      const [listed, shortageOf] = [await sessions.list(sessionsListedMax), await shortages(context, id)];
      const now = clock.now();
      const items = [];
      for (const open of listed) items.push(sessionSummary(open, await sums.of(open, now), shortageOf));
      return { items };
    },
  );

  routes.post(
    "/api/v1/sessions",
    { onRequest: plan, schema: { ...describe(tag, "Plan a session"), body: SessionBody } },
    async (request, reply): Promise<SessionItem> => {
      const { id, ...body } = request.body;
      const made = planOfBody(id ?? newSessionId(clock), body, clock);
      reply.code(201);
      return createSession(context, request, made);
    },
  );

  routes.get(
    "/api/v1/sessions/:session",
    { onRequest: see, schema: { ...describe(tag, "A session with its plan"), params: SessionParams } },
    async (request): Promise<SessionItem> => sessionItem(await openOf(context, request)),
  );
}

function addEditRoutes(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { store, clock } = context;
  const plan = context.guard("catalog:write");

  routes.put(
    "/api/v1/sessions/:session",
    {
      onRequest: plan,
      schema: { ...describe(tag, "Save a plan"), params: SessionParams, body: SessionPut },
    },
    async (request): Promise<SessionItem> => {
      const { id: shop, sessions } = await context.shopOf(request);
      const open = await openOf(context, request);
      const refused = overRefusal(open.state);
      if (refused !== null) throw refusedProblem(refused);
      const { version, ...body } = request.body;
      const saved = planOfBody(open.plan.id, body, clock);
      await requireValid(store.read, shop, saved, open);
      const acted = await sessions.save(saved, version, context.caller(request));
      return sessionItem(requireSaved(acted, acted.ok ? null : await sessions.get(open.plan.id)));
    },
  );

  routes.post(
    "/api/v1/sessions/:session/copies",
    {
      onRequest: plan,
      schema: {
        ...describe(tag, "Plan a session like a past one"),
        params: SessionParams,
        body: SessionCopy,
      },
    },
    async (request, reply): Promise<SessionItem> => {
      const { id, title, startsAt } = request.body;
      const copy = copySession((await openOf(context, request)).plan, {
        id: id ?? newSessionId(clock),
        ...(title === undefined ? {} : { title }),
        startsAt: instantOf(startsAt),
        slotId: () => newSlotId(clock),
      });
      reply.code(201);
      return createSession(context, request, copy);
    },
  );
}

type Request = Parameters<RouteContext["caller"]>[0];

async function createSession(
  context: RouteContext,
  request: Request,
  plan: SessionPlan,
): Promise<SessionItem> {
  const { id: shop, sessions } = await context.shopOf(request);
  await requireValid(context.store.read, shop, plan, null);
  const acted = await sessions.create(plan, context.caller(request));
  return sessionItem(requireSaved(acted, acted.ok ? null : await sessions.get(plan.id)));
}

/** @throws ProblemError `not_found` */
export async function openOf(
  context: RouteContext,
  request: Request & { readonly params: SessionParams },
): Promise<OpenSession> {
  const { sessions } = await context.shopOf(request);
  const open = await sessions.get(request.params.session);
  if (open === null) throw unknownSession();
  return open;
}

async function shortages({ store }: RouteContext, shop: ShopId): Promise<ReadonlyMap<string, number>> {
  const query = { filter: "short", soldSince: null, limit: shortSkusMax } as const;
  const { items } = await store.read.stock(shop, query);
  return new Map(items.map(({ sku, shortage }) => [sku, shortage]));
}

/** What was broadcast is what was planned: the review looks at it. */
function overRefusal({ life }: SessionState): Refused | null {
  if (life !== "ended" && life !== "reviewed") return null;
  const { zh, en } = lifeNames[life];
  return {
    ok: false,
    code: "wrong_life",
    words: {
      zh: `场次${zh}，计划不能再改；可以复制成新的场次`,
      en: `The session is ${en} and its plan stays as it was; copy it to plan another`,
    },
  };
}

function addFileRoute(app: FastifyInstance, context: RouteContext): void {
  typed(app).post(
    "/api/v1/sessions/run-of-show",
    {
      bodyLimit: fileBytesMax,
      onRequest: context.guard("catalog:write"),
      schema: {
        ...describe(tag, "Read a run-of-show from a CSV file or a workbook; nothing is saved"),
        querystring: RunOfShowQuery,
      },
    },
    async (request): Promise<RunOfShow> => {
      const { id, shop } = await context.shopOf(request);
      const body = request.body as Buffer | undefined;
      try {
        const file = await readRunOfShow(body ?? Buffer.alloc(0), minorDigitsOf(shop.currency));
        return await withKnown(context, id, file);
      } catch (error) {
        if (!(error instanceof ImportFileError)) throw error;
        throw invalidBody({ path: "", problem: error.en, problemZh: error.zh });
      }
    },
  );
}

/** Leaves out what there is not, and says so. */
async function withKnown(
  { store }: RouteContext,
  shop: ShopId,
  { slots, problems, columns }: Awaited<ReturnType<typeof readRunOfShow>>,
): Promise<RunOfShow> {
  const wanted = slots.flatMap(({ slot }) => [slot.sku, ...(slot.alternates ?? [])]);
  const known = await knownSkus(store.read, shop, new Set(wanted));
  const unknown = slots.flatMap(({ row, slot }) =>
    [slot.sku, ...(slot.alternates ?? [])]
      .filter((sku) => !known.has(sku))
      .map((sku) => ({
        row,
        zh: `没有商品 ${sku}，请先导入或新建`,
        en: `There is no SKU ${sku}: import or create it first`,
      })),
  );
  return {
    slots: slots
      .filter(({ slot }) => known.has(slot.sku))
      .map(({ slot: { alternates, ...slot } }) => {
        const usable = (alternates ?? []).filter((sku) => known.has(sku) && sku !== slot.sku);
        return usable.length === 0 ? slot : { ...slot, alternates: usable };
      }),
    problems: [...problems, ...unknown].toSorted((a, b) => a.row - b.row),
    columns,
  };
}
