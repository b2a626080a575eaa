import assert from "node:assert/strict";
import { test } from "node:test";
import { importProblem } from "./layering.ts";
import { isTest, readCode, readImports } from "./source.ts";

test("imports point inward, layer by layer", () => {
  const problems = readCode("src")
    .filter((file) => !isTest(file.path))
    .flatMap((file) =>
      readImports(file.text).flatMap((imported) => {
        const problem = importProblem(file.path, imported);
        return problem === undefined
          ? []
          : [`${file.path}:${imported.line} ${imported.specifier}: ${problem}`];
      }),
    );
  assert.deepEqual(problems, []);
});

test("import lines are read in every form", () => {
  const text = `
import a from "./a.ts";
import type { B } from "./b.ts";
import { c, type D } from './c.ts';
import {
  e,
  f,
} from "./e.ts";
import "./g.css";
export { h } from "./h.ts";
export type { I } from "./i.ts";
export const value = "not from './j.ts'";
const k = await import("./k.ts");
const worker = new URL("./l.ts", import.meta.url);
import type from "./m.ts";
`;
  const found = readImports(text).map(({ specifier, typeOnly, line }) => [specifier, typeOnly, line]);
  assert.deepEqual(found, [
    ["./a.ts", false, 2],
    ["./b.ts", true, 3],
    ["./c.ts", false, 4],
    ["./e.ts", false, 5],
    ["./g.css", false, 9],
    ["./h.ts", false, 10],
    ["./i.ts", true, 11],
    ["./m.ts", false, 15],
    ["./k.ts", false, 13],
    ["./l.ts", false, 14],
  ]);
});

test("each forbidden arrow is found, each allowed one is not", () => {
  const rows: [from: string, specifier: string, typeOnly: boolean, allowed: boolean][] = [
    ["src/main.ts", "./http/server.ts", false, true],
    ["src/main.ts", "./config.ts", false, true],
    ["src/cli/serve.ts", "../http/server.ts", false, true],
    ["src/http/stock.ts", "../engine/engine.ts", false, true],
    ["src/http/stock.ts", "../cli/serve.ts", false, false],
    ["src/http/stock.ts", "../config.ts", false, false],
    ["src/api/schema.ts", "../domain/place.ts", false, true],
    ["src/engine/engine.ts", "../api/schema.ts", true, false],
    ["src/engine/engine.ts", "../../tests/support/clock.ts", false, false],
    ["src/store/sqlite/store.ts", "../store.ts", true, true],
    ["src/store/sqlite/store.ts", "../postgres/rows.ts", false, false],
    ["src/store/store.ts", "./sqlite/store.ts", false, false],
    ["src/domain/order.ts", "./place.ts", false, true],
    ["src/domain/order.ts", "../store/store.ts", true, false],
    ["src/domain/order.ts", "node:fs", false, false],
    ["src/domain/order.ts", "kysely", true, false],
    ["src/web/app/main.tsx", "../features/stock/page.tsx", false, true],
    ["src/web/features/stock/page.tsx", "../../ui/table.tsx", false, true],
    ["src/web/features/stock/page.tsx", "../import/page.tsx", false, false],
    ["src/web/features/stock/page.tsx", "../../app/router.tsx", false, false],
    ["src/web/ui/table.tsx", "../features/stock/page.tsx", false, false],
    ["src/web/feed/client.ts", "../../api/stock.ts", true, true],
    ["src/web/feed/client.ts", "../../api/stock.ts", false, false],
    ["src/web/feed/client.ts", "../../domain/place.ts", true, false],
    ["src/web/feed/client.ts", "node:fs", false, false],
    ["src/extra/thing.ts", "../domain/place.ts", false, false],
  ];
  for (const [from, specifier, typeOnly, allowed] of rows) {
    const problem = importProblem(from, { specifier, typeOnly, line: 1 });
    assert.equal(problem === undefined, allowed, `${from} → ${specifier}: ${problem ?? "allowed"}`);
  }
});
