import type { FastifyInstance, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { LiveSourceBody, LiveSourceItem, LiveSourceItems, LiveSourcePut } from "../../api/policies.ts";
import { ProblemError, invalidBody } from "../../api/problem.ts";
import { IdText, closed } from "../../api/text.ts";
import {
  liveSourceKind,
  liveSourceOf,
  roomSampleOf,
  type LiveSourceRecord,
} from "../../channels/live-sources.ts";
import type { Document } from "../../domain/rows.ts";
import type { AddRoutes, RouteContext } from "../deps.ts";
import { documentOf, putDocument } from "../documents.ts";
import { describe, typed } from "./schema.ts";

const tag = "Live data";
const path = "/api/v1/live-sources";
const SourceParams = Type.Object({ source: IdText }, closed);
const noticeBytesMax = 64 * 1_024;

/** Where viewers, likes and amount come from: set up by the shop, and told by the source itself. */
export const addLiveSourceRoutes: AddRoutes = (app, context) => {
  addSources(app, context);
  addSource(app, context);
  app.register(async (scope) => addNotices(scope, context));
};

function addSources(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { store, liveSources, clock } = context;
  const change = context.guard("catalog:write");

  routes.get(
    path,
    {
      onRequest: context.guard("stock:read"),
      schema: { ...describe(tag, "Live sources"), response: { 200: LiveSourceItems } },
    },
    async (request) => {
      const { id } = await context.shopOf(request);
      const documents = await store.read.documents(id, liveSourceKind);
      return { items: documents.map((document) => itemOf(context, id, document)) };
    },
  );

  routes.post(
    path,
    {
      onRequest: change,
      schema: {
        ...describe(tag, "Add a live source"),
        body: LiveSourceBody,
        response: { 201: LiveSourceItem },
      },
    },
    async (request, reply) => {
      const { id: shop } = await context.shopOf(request);
      const { name, kind, configuration, active = true } = request.body;
      check(context, kind, configuration);
      const body: LiveSourceRecord = { name, kind, active, sealed: liveSources.sealed(configuration) };
      const id = clock.random(8);
      await putDocument(context, request, { kind: liveSourceKind, id, version: 0, body });
      reply.code(201);
      return itemOf(context, shop, await documentOf(context, request, liveSourceKind, id));
    },
  );
}

function addSource(app: FastifyInstance, context: RouteContext): void {
  const routes = typed(app);
  const { liveSources } = context;
  const change = context.guard("catalog:write");

  routes.put(
    `${path}/:source`,
    {
      onRequest: change,
      schema: {
        ...describe(tag, "Change a live source"),
        params: SourceParams,
        body: LiveSourcePut,
        response: { 200: LiveSourceItem },
      },
    },
    async (request) => {
      const { id: shop } = await context.shopOf(request);
      const { source: id } = request.params;
      const before = liveSourceOf(await documentOf(context, request, liveSourceKind, id));
      const { version, name, configuration, active = before.active } = request.body;
      if (configuration !== undefined) check(context, before.kind, configuration);
      const sealed = configuration === undefined ? before.sealed : liveSources.sealed(configuration);
      const body: LiveSourceRecord = { name, kind: before.kind, active, sealed };
      await putDocument(context, request, { kind: liveSourceKind, id, version, body });
      return itemOf(context, shop, await documentOf(context, request, liveSourceKind, id));
    },
  );

  routes.delete(
    `${path}/:source`,
    { onRequest: change, schema: { ...describe(tag, "Remove a live source"), params: SourceParams } },
    async (request, reply) => {
      const { source: id } = request.params;
      const { version } = await documentOf(context, request, liveSourceKind, id);
      await putDocument(context, request, { kind: liveSourceKind, id, version, body: null });
      return reply.code(204).send();
    },
  );
}

/** The address that a source itself calls. Its signature is over the bytes, so they are taken as they come. */
function addNotices(scope: FastifyInstance, context: RouteContext): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: noticeBytesMax }, (_request, body, done) =>
    done(null, body),
  );
  typed(scope).post(
    `${path}/:source/notices`,
    { schema: { ...describe(tag, "What a source tells by itself (signed)"), params: SourceParams } },
    async (request, reply) => {
      const { store, clock } = context;
      const found = await findSource(context, request.params.source);
      const source = found === null ? null : context.liveSources.sourceOf(found.shop.id, found.document);
      if (found === null || source === null) throw new ProblemError("not_found");
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const received = source.receive({ headers: headersOf(request), body }, clock.now());
      if (!received.ok) {
        const { zh, en } = received.problem;
        return reply.code(received.status).send({ detail: en, detailZh: zh });
      }
      const { id, shop } = found.shop;
      const samples = received.samples.map((sample) => roomSampleOf(sample, shop.currency));
      if (samples.length > 0) await store.activities.putSamples(id, samples);
      return reply.code(200).send({ samples: samples.length, faults: received.faults });
    },
  );
}

/** Whoever calls has no account: the source's own id, which nobody can guess, says whose it is. */
async function findSource({ shops, store }: RouteContext, id: string) {
  for (const shop of shops.all()) {
    const document = await store.read.document(shop.id, liveSourceKind, id);
    if (document !== null) return { shop, document };
  }
  return null;
}

function headersOf(request: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function check({ liveSources }: RouteContext, kind: string, configuration: unknown): void {
  const fault = liveSources.faultOf(kind, configuration);
  if (fault === null) return;
  const where = fault.path === "" ? "configuration" : `configuration.${fault.path}`;
  throw invalidBody({ path: where, problem: fault.en, problemZh: fault.zh });
}

function itemOf({ liveSources }: RouteContext, shop: number, document: Document) {
  const { name, kind, active } = liveSourceOf(document);
  const source = liveSources.sourceOf(shop, document);
  return {
    id: document.id,
    version: document.version,
    name,
    kind,
    active,
    description: source?.description() ?? null,
    noticePath: kind === "agora" ? `${path}/${document.id}/notices` : null,
  };
}
