import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sheet } from "../domain/report/sheet.ts";
import { openTable } from "./file/table.ts";
import { xlsxOf } from "./sheet-file.ts";

const sheets: readonly Sheet[] = ["日报", "按渠道"].map((title) => ({
  title,
  headers: ["商品", "件数"],
  rows: [
    [
      { as: "text", text: "=1+1" },
      { as: "number", number: 3 },
    ],
    [
      { as: "text", text: "合计" },
      { as: "formula", formula: "SUM(B2:B2)", number: 3 },
    ],
  ],
}));

test("[RP3] a workbook is the same to the byte in another year, and no file in it says when it was written", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.parse("2026-11-25T12:00:00Z") });
  const now = await xlsxOf(sheets, 2);
  t.mock.timers.setTime(Date.parse("2031-03-04T05:06:08Z"));
  assert.ok(now.equals(await xlsxOf(sheets, 2)));
  const table = await openTable(now);
  try {
    assert.deepEqual(table.headers, ["商品", "件数"]);
  } finally {
    await table.close();
  }
});
