import assert from "node:assert/strict";
import { test } from "node:test";
import { alertText } from "./alert-words.ts";

test("an alert's numbers are read at a glance: separators, no tenth of a unit, a dash where nobody knows", () => {
  const evidence = { sold: 12_345.4, target: 5_000, projected: 16_000.6 };
  assert.deepEqual(alertText({ rule: "outsells_plan", evidence }, "SKU-1001"), {
    zh: "SKU-1001 已卖 12,345 件，计划 5,000 件，照此会卖到 16,001 件",
    en: "SKU-1001: 12,345 sold of 5,000 planned, heading for 16,001",
  });
  assert.match(alertText({ rule: "shortage", evidence: { shortage: null } }, "A").zh, /—/);
});
