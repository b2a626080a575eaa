import type { FastifyInstance, FastifyRequest } from "fastify";
import { invalidBody } from "../../api/problem.ts";
import {
  DeliveriesQuery,
  DeliveryItems,
  PushKey,
  RobotBody,
  RobotItem,
  RobotItems,
  RobotParams,
  RobotPut,
  RobotTest,
} from "../../api/robots.ts";
import { timeOf, timeOrNull } from "../../api/text.ts";
import type { RobotKind } from "../../channels/robots/robot.ts";
import type { Document } from "../../domain/rows.ts";
import { noticeOf, robotKind, robotOf, type RobotRecord } from "../../engine/notify/notice.ts";
import type { DeliveryRow } from "../../store/deliveries.ts";
import type { ShopId } from "../../store/store.ts";
import { identityOf, type AddRoutes, type RouteContext } from "../deps.ts";
import { documentOf, putDocument } from "../documents.ts";
import { describe, typed } from "./schema.ts";

const tag = "Notifications";
const deliveriesDefault = 100;
/** Deliveries that are looked through for each receiver's latest. */
const latestMax = 500;

export const addRobotRoutes: AddRoutes = (app, context) => {
  addReceivers(app, context);
  addReceiver(app, context);
  addDeliveries(app, context);
};

function addReceivers(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { store, notifier, clock } = context;
  const admin = context.guard("catalog:write");
  const see = context.guard("stock:read");

  routes.get(
    "/api/v1/robots",
    { onRequest: see, schema: { ...describe(tag, "Receivers"), response: { 200: RobotItems } } },
    async (request) => {
      const { id } = await context.shopOf(request);
      const documents = await store.read.documents(id, robotKind);
      const latest = await store.deliveries.list(id, { limit: latestMax });
      return { items: await Promise.all(documents.map((one) => itemOf(context, id, one, latest))) };
    },
  );

  routes.post(
    "/api/v1/robots",
    {
      // A person may always let their own browser be told; the rest is for who runs the shop.
      onRequest: see,
      preHandler: (request, reply, done) => {
        const own = (request.body as RobotBody).kind === "web_push";
        if (own) done();
        else admin.call(app, request, reply, done);
      },
      schema: { ...describe(tag, "Add a receiver"), body: RobotBody, response: { 201: RobotItem } },
    },
    async (request, reply) => {
      const { id: shop } = await context.shopOf(request);
      const { kind, configuration, ...rest } = request.body;
      await check(context, shop, kind, configuration);
      const record = recordOf(rest, kind, notifier.sealed(configuration), ownerOf(request, kind));
      const id = clock.random(8);
      await putDocument(context, request, { kind: robotKind, id, version: 0, body: record });
      reply.code(201);
      return itemOf(context, shop, await documentOf(context, request, robotKind, id), []);
    },
  );
}

function addReceiver(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { notifier } = context;
  const admin = context.guard("catalog:write");

  routes.put(
    "/api/v1/robots/:robot",
    {
      onRequest: admin,
      schema: {
        ...describe(tag, "Change a receiver"),
        params: RobotParams,
        body: RobotPut,
        response: { 200: RobotItem },
      },
    },
    async (request) => {
      const { id: shop } = await context.shopOf(request);
      const { robot: id } = request.params;
      const before = robotOf(await documentOf(context, request, robotKind, id));
      const { version, configuration, ...rest } = request.body;
      if (configuration !== undefined) await check(context, shop, before.kind, configuration);
      const sealed = configuration === undefined ? before.sealed : notifier.sealed(configuration);
      const record = recordOf({ ...before, ...rest }, before.kind, sealed, before.user);
      await putDocument(context, request, { kind: robotKind, id, version, body: record });
      return itemOf(context, shop, await documentOf(context, request, robotKind, id), []);
    },
  );

  routes.delete(
    "/api/v1/robots/:robot",
    { onRequest: admin, schema: { ...describe(tag, "Remove a receiver"), params: RobotParams } },
    async (request, reply) => {
      const { version } = await documentOf(context, request, robotKind, request.params.robot);
      await putDocument(context, request, { kind: robotKind, id: request.params.robot, version, body: null });
      return reply.code(204).send();
    },
  );
}

function addDeliveries(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { store, notifier, clock } = context;
  const admin = context.guard("catalog:write");
  const see = context.guard("stock:read");

  routes.post(
    "/api/v1/robots/:robot/test",
    {
      onRequest: admin,
      schema: {
        ...describe(tag, "Send a test message now"),
        params: RobotParams,
        response: { 200: RobotTest },
      },
    },
    async (request) => {
      const { id: shop } = await context.shopOf(request);
      const record = robotOf(await documentOf(context, request, robotKind, request.params.robot));
      const now = clock.now();
      const zh = "这是一条测试消息：收到它，说明预警能送到这里。";
      const en = "This is a test message: alerts will reach you here.";
      const alarm = {
        id: `test/${clock.random(8)}`,
        title: record.language === "zh" ? "在库 测试消息" : "Zaiku test message",
        text: record.language === "zh" ? zh : en,
        severity: 1 as const,
        at: now,
      };
      const result = await notifier.send(shop, record, alarm, now, context.stopping);
      return result.outcome === "delivered"
        ? { ok: true, zh: "已送达", en: "Delivered" }
        : { ok: false, ...result.reason };
    },
  );

  routes.get(
    "/api/v1/deliveries",
    {
      onRequest: see,
      schema: {
        ...describe(tag, "What was sent to whom, and what became of it"),
        querystring: DeliveriesQuery,
        response: { 200: DeliveryItems },
      },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const { limit = deliveriesDefault, ...query } = request.query;
      const robots = new Map(
        (await store.read.documents(id, robotKind)).map((one) => [one.id, robotOf(one).name]),
      );
      const rows = await store.deliveries.list(id, { ...query, limit });
      return { items: rows.map((row) => deliveryItem(row, robots.get(row.robot) ?? null)) };
    },
  );

  routes.get(
    "/api/v1/push-key",
    {
      onRequest: see,
      schema: { ...describe(tag, "The key a browser subscribes with"), response: { 200: PushKey } },
    },
    async (request) => ({ publicKey: await notifier.pushKey((await context.shopOf(request)).id) }),
  );
}

type Settings = Partial<Pick<RobotRecord, "active" | "severityMin" | "topics" | "language">> & {
  readonly name: string;
};

function recordOf(
  settings: Omit<Settings, "severityMin"> & { readonly severityMin?: number },
  kind: string,
  sealed: string,
  user: string | null,
): RobotRecord {
  const { name, active = true, severityMin = 1, topics = [], language = "zh" } = settings;
  return { name, kind, sealed, active, severityMin: severityMin as 1 | 2 | 3, topics, language, user };
}

function ownerOf(request: FastifyRequest, kind: string): string | null {
  return kind === "web_push" ? identityOf(request).id : null;
}

async function check(
  context: RouteContext,
  shop: ShopId,
  kind: string,
  configuration: unknown,
): Promise<void> {
  const fault = await context.notifier.faultOf(shop, kind, configuration);
  if (fault === null) return;
  const path = fault.path === "" ? "configuration" : `configuration.${fault.path}`;
  throw invalidBody({ path, problem: fault.en, problemZh: fault.zh });
}

async function itemOf(
  { notifier }: RouteContext,
  shop: ShopId,
  document: Document,
  latest: readonly DeliveryRow[],
): Promise<RobotItem> {
  const record = robotOf(document);
  const last = latest.find((row) => row.robot === document.id);
  return {
    id: document.id,
    version: document.version,
    name: record.name,
    kind: record.kind as RobotKind,
    active: record.active,
    severityMin: record.severityMin,
    topics: [...record.topics],
    language: record.language,
    description: await notifier.description(shop, record),
    last:
      last === undefined
        ? null
        : { at: timeOf(last.endedAt ?? last.createdAt), state: last.state, error: last.error },
  };
}

function deliveryItem(row: DeliveryRow, robotName: string | null) {
  const { title } = noticeOf(row.payload);
  return {
    message: row.message,
    robot: row.robot,
    robotName,
    topic: row.topic,
    session: row.session,
    titleZh: title.zh,
    titleEn: title.en,
    createdAt: timeOf(row.createdAt),
    state: row.state,
    attempts: row.attempts,
    dueAt: timeOrNull(row.dueAt),
    endedAt: timeOrNull(row.endedAt),
    error: row.error,
  };
}
