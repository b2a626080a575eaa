import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanId, cleanText } from "./clean.ts";
import { openTable } from "./file/table.ts";
import { problem } from "./problem.ts";
import { harmless, rejectFile } from "./reject-file.ts";
import type { RejectedRow } from "./reject-file.ts";

async function written(headers: readonly string[], rows: readonly RejectedRow[]): Promise<Buffer> {
  let text = "";
  for await (const piece of rejectFile(headers, rows)) text += piece;
  return Buffer.from(text);
}

test("rows come back with their reason in one more column, for Excel to open", async () => {
  const bytes = await written(
    ["编码", "数量"],
    [
      { cells: ["A1", "1,5"], reasons: [problem("not_integer", { column: "数量", value: "1,5" })] },
      {
        cells: ["A2"],
        reasons: [problem("columns_too_few", { expected: 2, actual: 1 }), { zh: "另外", en: "besides" }],
      },
    ],
  );
  assert.equal(
    bytes.toString(),
    "\ufeff编码,数量,原因 reason\r\n" +
      'A1,"1,5","「数量」必须是整数：1,5 / A whole number is needed in ""数量"": 1,5"\r\n' +
      'A2,,"列数不够：应有 2 列，这一行只有 1 列 / Too few columns: 2 expected, 1 found; 另外 / besides"\r\n',
  );
  const table = await openTable(bytes);
  assert.deepEqual(table.headers, ["编码", "数量", "原因 reason"]);
});

test("texts that a spreadsheet would compute are made harmless, numbers stay numbers", () => {
  const rows: readonly (readonly [cell: string, written: string])[] = [
    ["=1+1", "'=1+1"],
    ['=cmd|"/c calc"!A1', '\'=cmd|"/c calc"!A1'],
    ["+1+1", "'+1+1"],
    ["-1+1", "'-1+1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", "'\r=1"],
    ["＝1+1", "'＝1+1"],
    ['="123"', '\'="123"'],
    ["\t123", "'\t123"],
    ["-12", "-12"],
    ["+3.5", "+3.5"],
    ["-1,234.00", "-1,234.00"],
    ["-1,23", "'-1,23"],
    ["12", "12"],
    ["A-1", "A-1"],
    ["", ""],
  ];
  for (const [cell, expected] of rows) assert.equal(harmless(cell), expected, JSON.stringify(cell));
});

test("no cell of any reject file begins as a formula, and reading it again gives the same ids and texts", async () => {
  const unit = fc.constantFrom(..."=+-@\t'\",;A1 裙\r\n|!".split(""));
  const cells = fc.array(fc.string({ unit, maxLength: 10 }), { minLength: 2, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(fc.array(cells, { minLength: 1, maxLength: 8 }), async (rows) => {
      const bytes = await written(
        ["编码", "名称"],
        rows.map((row) => ({ cells: row, reasons: [{ zh: "原因", en: "reason" }] })),
      );
      const table = await openTable(bytes);
      const again: (readonly string[])[] = [];
      for await (const row of table.rows) again.push(row.cells);
      assert.equal(again.length, rows.length);
      for (const [at, row] of rows.entries()) {
        const [id = "", text = ""] = row;
        const [idAgain = "", textAgain = ""] = again[at] ?? [];
        for (const cell of [idAgain, textAgain]) assert.ok(!/^[=@\t\r]/.test(cell));
        assert.equal(cleanId(idAgain), cleanId(id));
        if (!/^[\t\r\n]/.test(text)) assert.equal(cleanText(textAgain), cleanText(text));
      }
    }),
    { numRuns: 300 },
  );
});
