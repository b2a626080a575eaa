import assert from "node:assert/strict";
import { test } from "node:test";
import type { PrecheckLineItem } from "../../../api/sessions.ts";
import { alikeOf, donePercent, groupsOf } from "./precheck.ts";

function line(check: string, sku: string | null, result: PrecheckLineItem["result"]): PrecheckLineItem {
  return { id: `${check}:${sku}`, check, sku, name: sku, result, evidence: {}, fixes: [] };
}

test("products with failed lines come first, each with its worst line first, equal ones as planned", () => {
  const groups = groupsOf([
    line("known", "A", "pass"),
    line("stock", "B", "warn"),
    line("mapped", "B", "fail"),
    line("known", "B", "pass"),
    line("stock", "C", "warn"),
    line("stock", "D", "warn"),
    line("connector", null, "fail"),
  ]);
  assert.deepEqual(
    groups.map(({ sku, worst, open, passed }) => [sku, worst, open.map((one) => one.check), passed.length]),
    [
      ["B", "fail", ["mapped", "stock"], 1],
      [null, "fail", ["connector"], 0],
      ["C", "warn", ["stock"], 0],
      ["D", "warn", ["stock"], 0],
      ["A", "pass", [], 1],
    ],
  );
});

test("a list with anything open is not at 100 per cent", () => {
  assert.equal(donePercent({ pass: 999, warn: 1, fail: 0 }), 99);
  assert.equal(donePercent({ pass: 4, warn: 0, fail: 0 }), 100);
  assert.equal(donePercent({ pass: 0, warn: 0, fail: 0 }), 100);
});

test("what two open lines need alike is one deed; what one needs, or what is a decision, is not", () => {
  const offering = (sku: string, result: PrecheckLineItem["result"], ...actions: readonly string[]) => ({
    ...line("counted", sku, result),
    fixes: actions.map((action) => ({ action, units: 2 })),
  });
  const alike = alikeOf([
    offering("A", "warn", "set_limit", "unplan"),
    offering("B", "fail", "open_spot_count", "unplan"),
    offering("C", "pass", "set_limit"),
    offering("D", "warn", "unplan", "set_limit"),
  ]);
  assert.deepEqual(alike, [
    {
      action: "set_limit",
      fixes: [
        { line: "counted:A", action: "set_limit", units: 2 },
        { line: "counted:D", action: "set_limit", units: 2 },
      ],
    },
  ]);
});
