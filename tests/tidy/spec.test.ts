import assert from "node:assert/strict";
import { test } from "node:test";
import { isTest, readCode, readFiles } from "./source.ts";

const spec = readFiles().find((file) => file.path === "docs/spec.md");

/** The numbered rules: list items that begin with a bold number. */
function readRules(text: string): string[] {
  return Array.from(text.matchAll(/^- \*\*([A-Z]+\d+)\*\*/gm), (match) => match[1] ?? "");
}

/** The numbers that test names begin with: `[L3] …`, or `[L3][L4] …` for one test of two rules. */
function readTestedRules(text: string): string[] {
  return Array.from(text.matchAll(/["'`]((?:\[[A-Z]+\d+\])+) /g)).flatMap((match) =>
    Array.from((match[1] ?? "").matchAll(/[A-Z]+\d+/g), ([id]) => id),
  );
}

test("rules and the tests that carry their numbers are read", () => {
  assert.deepEqual(readRules("- **L1** one\n- **LX12** two\n  - **L3** inside\ntext **L4**\n"), [
    "L1",
    "LX12",
  ]);
  const names = 'test("' + "[L1] one" + '", f); test(`' + "[L2][LX12] ${x}" + "`, f); // [L3] not a name";
  assert.deepEqual(readTestedRules(names), ["L1", "L2", "LX12"]);
});

test("every rule of the specification has a test, and every numbered test a rule", () => {
  if (spec === undefined) return;
  const rules = readRules(spec.text);
  assert.ok(rules.length > 0, "docs/spec.md has numbered rules");
  assert.deepEqual(
    rules.filter((id, index) => rules.indexOf(id) !== index),
    [],
    "numbers given twice",
  );
  // Suites that several adapters share live beside the test files that call them.
  const sources = [...readCode("src").filter((file) => isTest(file.path)), ...readCode("tests")].filter(
    (file) => !file.path.startsWith("tests/tidy/"),
  );
  const tested = new Map<string, string>();
  for (const file of sources) for (const id of readTestedRules(file.text)) tested.set(id, file.path);
  assert.deepEqual(
    rules.filter((id) => !tested.has(id)),
    [],
    "rules without a test",
  );
  assert.deepEqual(
    [...tested].filter(([id]) => !rules.includes(id)).map(([id, file]) => `${id} in ${file}`),
    [],
    "tests of unknown rules",
  );
});
