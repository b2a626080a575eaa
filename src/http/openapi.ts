import { promisify } from "node:util";
import { gzip } from "node:zlib";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance } from "fastify";
import { Problem } from "../api/problem.ts";
import { OrderEvent, EventResult } from "../api/orders.ts";
import type { RouteContext } from "./deps.ts";
import { referenceHeaders } from "./headers.ts";

/** The OpenAPI document, made from the schemas that validate; and a page on which people read it. */

const documentPath = "/api/v1/openapi.json";
const referencePath = "/api/docs";
const compress = promisify(gzip);

type Json = Record<string, unknown>;

/** Before any route: it listens to what is added. */
export async function addOpenapi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Zaiku 在库",
        version,
        description:
          "Keeps the stock of a live-stream shop true. Quantities are integers, money is an integer in minor units, " +
          "times are RFC 3339 with offset. Errors are RFC 9457 problem documents with a stable `code`. Every change " +
          "may be sent again: an order's id, or the Idempotency-Key, keeps it from counting twice.",
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      components: {
        securitySchemes: {
          key: { type: "http", scheme: "bearer", description: "An API key." },
          session: { type: "apiKey", in: "cookie", name: "zaiku.session_token", description: "Signed in." },
        },
      },
    },
    convertConstToEnum: false,
    transformObject: (document) =>
      completed("openapiObject" in document ? (document.openapiObject as Json) : {}),
  });
}

/** What the routes' schemas cannot say: problems, credentials, streams. */
function completed(document: Json): Json {
  const components = (document.components ?? {}) as Json;
  const schemas = { ...(components.schemas as Json | undefined), Problem, EventResult, OrderEvent };
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, Json>>).map(
    ([path, operations]) => [
      path,
      Object.fromEntries(
        Object.entries(operations).map(([method, operation]) => [method, operationOf(path, operation)]),
      ),
    ],
  );
  return { ...document, components: { ...components, schemas }, paths: Object.fromEntries(paths) };
}

function operationOf(path: string, operation: Json): Json {
  const responses = {
    ...(operation.responses as Json),
    default: {
      description: "A problem: see its code.",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    },
  };
  const open = path === "/api/v1/me" || path.endsWith("/owner") || path.includes("{token}");
  const security = open ? [] : [{ key: [] }, { session: [] }];
  if (path === "/api/v1/order-events")
    return { ...streamed(operation), responses: streamedAnswers(responses), security };
  if (path === "/api/v1/live") return { ...operation, responses: liveAnswers(responses), security };
  return { ...operation, responses, security };
}

function streamed(operation: Json): Json {
  const body = operation.requestBody as { content: Json };
  const lines = { schema: { $ref: "#/components/schemas/OrderEvent" } };
  return {
    ...operation,
    requestBody: { ...body, content: { ...body.content, "application/x-ndjson": lines } },
  };
}

function streamedAnswers(responses: Json): Json {
  const ok = responses["200"] as { content: Json };
  const lines = { schema: { $ref: "#/components/schemas/EventResult" } };
  return { ...responses, 200: { ...ok, content: { ...ok.content, "application/x-ndjson": lines } } };
}

function liveAnswers(responses: Json): Json {
  const { 200: _, ...others } = responses;
  const stream = {
    schema: { type: "string", description: "Events `snapshot` and `change`, each with its number as id." },
  };
  return { ...others, 200: { description: "The live stream.", content: { "text/event-stream": stream } } };
}

/** After every route. The page needs no network but this server. */
export function addReference(app: FastifyInstance, { clock }: RouteContext): void {
  const hidden = { schema: { hide: true } };
  let document: string | undefined;
  app.get(documentPath, hidden, async (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    return reply.type("application/json; charset=utf-8").send(document);
  });

  app.get(referencePath, hidden, async (_request, reply) => reply.redirect(`${referencePath}/`));

  const nonce = clock.random(16);
  let page: Promise<FastifyInstance> | undefined;
  app.get(`${referencePath}/`, hidden, async (_request, reply) => {
    const answer = await (await (page ??= openReference(nonce))).inject(`${referencePath}/`);
    return reply.headers(referenceHeaders(nonce)).type("text/html; charset=utf-8").send(answer.body);
  });

  let script: Promise<Buffer> | undefined;
  app.get(`${referencePath}/js/scalar.js`, hidden, async (_request, reply) => {
    script ??= (async () => {
      const answer = await (await (page ??= openReference(nonce))).inject(`${referencePath}/js/scalar.js`);
      return compress(answer.rawPayload);
    })();
    return reply
      .headers({ "content-encoding": "gzip", "cache-control": "private, max-age=86400" })
      .type("text/javascript; charset=utf-8")
      .send(await script);
  });
}

/** Five megabytes of script, in an app of their own: loaded when somebody opens the page for the first time. */
async function openReference(nonce: string): Promise<FastifyInstance> {
  const { default: scalar } = await import("@scalar/fastify-api-reference");
  const app = Fastify();
  await app.register(scalar, {
    routePrefix: referencePath,
    configuration: {
      url: documentPath,
      pageTitle: "Zaiku 在库 API",
      nonce,
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: "never",
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
  await app.ready();
  return app;
}
