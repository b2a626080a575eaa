import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { edgeCodes } from "../../src/api/outcomes.ts";
import { outcomeCodes } from "../../src/domain/outcome.ts";
import { accountMeanings } from "../../src/http/auth/problem.ts";
import { startServer, type TestServer } from "./fixture.ts";

const errorsFile = path.resolve(import.meta.dirname, "../../docs/errors.md");

test("docs/errors.md names every code, and no other", () => {
  if (!existsSync(errorsFile)) return;
  const text = readFileSync(errorsFile, "utf8");
  // A code may be explained once more where it means something special; its first place is its own.
  const documented = [...new Set(Array.from(text.matchAll(/^\| `(\w+)` \|/gm), ([, code]) => code ?? ""))];
  const codes: string[] = [...outcomeCodes, ...edgeCodes, ...Object.keys(accountMeanings)];
  assert.deepEqual(
    codes.filter((code) => !documented.includes(code)),
    [],
    "codes that it lacks",
  );
  assert.deepEqual(
    outcomeCodes.filter((code) => documented.includes(code)),
    documented.filter((code) => (outcomeCodes as readonly string[]).includes(code)),
    "the order of precedence",
  );
});

interface Operation {
  readonly tags?: string[];
  readonly summary?: string;
  readonly parameters?: { name: string; in: string; required?: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  readonly security?: object[];
}

describe("the OpenAPI document", () => {
  let server: TestServer;
  let document: {
    openapi: string;
    info: { title: string; version: string };
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
  };

  before(async () => {
    server = await startServer("memory");
    const answer = await server.ask("GET", "/api/v1/openapi.json", { key: null });
    assert.equal(answer.status, 200);
    document = answer.body;
  });
  after(() => server.close());

  const operations = (): [name: string, path: string, operation: Operation][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
        `${method} ${path}`,
        path,
        operation,
      ]),
    );

  test("describes every route of the API", () => {
    assert.match(document.openapi, /^3\.1\./);
    const names = operations().map(([name]) => name);
    for (const wanted of [
      "post /api/v1/reservations",
      "post /api/v1/reservations/{channel}/{orderId}/pay",
      "post /api/v1/order-events",
      "get /api/v1/stock",
      "get /api/v1/live",
      "put /api/v1/skus",
      "patch /api/v1/shop",
      "post /api/v1/imports",
      "post /api/v1/users",
    ]) {
      assert.ok(names.includes(wanted), `${wanted} is missing of ${names.join(", ")}`);
    }
    assert.ok(names.every((name) => !name.includes("/metrics") && !name.includes("/docs")));
  });

  test("is valid by the standard's own schema", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.equal(valid, true, JSON.stringify(errors, null, 2));
  });

  test("each operation has its tag, summary, parameters, answers and problems", () => {
    for (const [name, path, operation] of operations()) {
      if (!path.startsWith("/api/v1/")) continue;
      assert.ok((operation.tags ?? []).length > 0, `${name} has a tag`);
      assert.match(operation.summary ?? "", /^\S/, `${name} has a summary`);
      const inPath = Array.from(path.matchAll(/\{(\w+)\}/g), ([, parameter]) => parameter ?? "");
      const described = (operation.parameters ?? []).filter((one) => one.in === "path");
      assert.deepEqual(described.map((one) => one.name).toSorted(), inPath.toSorted(), name);
      assert.ok(
        described.every((one) => one.required === true),
        name,
      );
      const { default: problem, ...answers } = operation.responses;
      assert.ok(Object.keys(answers).length > 0, `${name} has an answer`);
      assert.ok("application/problem+json" in (problem?.content ?? {}), `${name} may end in a problem`);
      for (const { description } of Object.values(operation.responses))
        assert.equal(typeof description, "string");
      assert.ok(Array.isArray(operation.security), name);
    }
  });

  test("every reference leads somewhere, and every schema is one", () => {
    const schemas = new Set(Object.keys(document.components.schemas));
    const types = new Set(["object", "array", "string", "integer", "number", "boolean", "null"]);
    const walk = (value: unknown, where: string): void => {
      if (Array.isArray(value)) {
        for (const [index, one] of value.entries()) walk(one, `${where}[${index}]`);
        return;
      }
      if (typeof value !== "object" || value === null) return;
      for (const [name, one] of Object.entries(value)) {
        if (name === "$ref") {
          const [, schema = ""] = /^#\/components\/schemas\/(\w+)$/.exec(String(one)) ?? [];
          assert.ok(schemas.has(schema), `${where}: ${String(one)}`);
        }
        // A property of this name is a schema, not a type.
        if (name === "type" && !where.endsWith("properties") && !where.includes("securitySchemes")) {
          for (const type of [one].flat())
            assert.ok(types.has(String(type)), `${where}.type: ${String(type)}`);
        }
        if (name === "pattern" && typeof one === "string")
          assert.doesNotThrow(() => new RegExp(one, "u"), where);
        walk(one, `${where}.${name}`);
      }
    };
    walk(document, "");
  });

  test("streams are described as streams", () => {
    const events = document.paths["/api/v1/order-events"]?.post;
    assert.deepEqual(Object.keys(events?.requestBody?.content ?? {}).toSorted(), [
      "application/json",
      "application/x-ndjson",
    ]);
    assert.ok("application/x-ndjson" in (events?.responses["200"]?.content ?? {}));
    assert.ok("text/event-stream" in (document.paths["/api/v1/live"]?.get?.responses["200"]?.content ?? {}));
  });

  test("people read it on a page that needs no other server", async () => {
    const moved = await server.ask("GET", "/api/docs", { key: null });
    assert.deepEqual([moved.status, moved.headers.get("location")], [302, "/api/docs/"]);
    const page = await server.ask("GET", "/api/docs/", { key: null });
    assert.equal(page.status, 200);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(
      page.headers.get("content-security-policy") ?? "",
    )?.[1];
    assert.ok(nonce !== undefined && nonce.length >= 16);
    const scripts = Array.from(
      String(page.body).matchAll(/<script([^>]*)>/g),
      ([, attributes]) => attributes ?? "",
    );
    assert.ok(
      scripts.length > 0 && scripts.every((attributes) => attributes.includes(nonce)),
      scripts.join(),
    );
    assert.doesNotMatch(page.body, /(?:src|href)="https?:/);
    const script = await server.ask("GET", "/api/docs/js/scalar.js", { key: null });
    assert.equal(script.status, 200);
    assert.ok(script.body.length > 1_000_000);
  });
});
