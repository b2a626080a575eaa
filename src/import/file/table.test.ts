import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { ImportFileError } from "../problem.ts";
import type { FileInput } from "./source.ts";
import type { Row } from "./row.ts";
import { openTable } from "./table.ts";
import type { Table, TableOptions } from "./table.ts";
import { gb18030Bytes, workbookParts, zipBytes } from "./test-files.ts";

const folder = await mkdtemp(join(tmpdir(), "zaiku-table-test-"));
after(() => rm(folder, { recursive: true, force: true }));

async function rowsOf(table: Table): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of table.rows) rows.push(row);
  return rows;
}

async function refused(input: FileInput, code: string, options: TableOptions = {}): Promise<void> {
  const reading = (async () => await rowsOf(await openTable(input, options)))();
  await assert.rejects(reading, (error: unknown) => {
    assert.ok(error instanceof ImportFileError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

const opening = "examples/retail/retail-opening-stock.gbk.csv";
const week = "examples/retail/retail-week.csv";

test("the real files are read whole", async () => {
  const stock = await openTable(opening);
  assert.deepEqual([stock.format, stock.encoding], ["csv", "gb18030"]);
  assert.deepEqual(stock.headers, ["商家编码", "商品名称", "类目", "售价(元)", "库存数量", "库位"]);
  const stockRows = await rowsOf(stock);
  assert.equal(stockRows.length, 2_210);
  assert.equal(
    stockRows.reduce((sum, row) => sum + Number(row.cells[4]), 0),
    164_165,
  );

  const orders = await openTable(week);
  assert.equal(orders.encoding, "utf-8");
  const orderRows = await rowsOf(orders);
  assert.equal(orderRows.length, 14_594);
  assert.equal(orderRows.at(-1)?.line, 14_595);
  for (const row of [...stockRows, ...orderRows]) assert.equal(row.problem, undefined);
  const { bytesRead, bytesTotal } = orders.progress();
  assert.deepEqual([bytesRead, bytesTotal], [1_183_421, 1_183_421]);
});

test("a path, bytes and a stream are one and the same; an upload leaves nothing behind", async () => {
  const bytes = await readFile(opening);
  const upload = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += 10_001) yield bytes.subarray(at, at + 10_001);
  };
  const expected = await rowsOf(await openTable(opening));
  assert.deepEqual(await rowsOf(await openTable(bytes)), expected);
  const table = await openTable(upload(), { spoolDir: folder });
  assert.equal((await readdir(folder)).length, 1);
  assert.deepEqual(await rowsOf(table), expected);
  assert.deepEqual(await readdir(folder), []);

  const left = await openTable(upload(), { spoolDir: folder });
  for await (const row of left.rows) if (row.line > 3) break;
  assert.deepEqual(await readdir(folder), []);
  const unread = await openTable(upload(), { spoolDir: folder });
  await unread.close();
  await unread.close();
  assert.deepEqual(await readdir(folder), []);
  await refused(upload(), "file_too_large", { spoolDir: folder, limits: { fileBytesMax: 50_000 } });
  assert.deepEqual(await readdir(folder), []);
});

test("rows are read once", async () => {
  const table = await openTable(Buffer.from("a,b\n1,2\n"));
  assert.deepEqual(await rowsOf(table), [{ line: 2, cells: ["1", "2"] }]);
  await assert.rejects(rowsOf(table), { code: "read_once" });
});

test("files that are no tables say what to do", async () => {
  await refused(join(folder, "nothing.csv"), "file_missing");
  await refused(folder, "file_missing");
  await refused(Buffer.alloc(0), "file_empty");
  await refused(Buffer.from("\ufeff"), "file_empty");
  await refused(Buffer.from("\n\n  \n"), "file_empty");
  await refused(Buffer.from("a,b\n"), "header_only");
  await refused(Buffer.from("a,b\n,\n\n"), "header_only");
  await refused(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "old_xls");
  await refused(Buffer.from("%PDF-1.7\n"), "not_a_table");
  await refused(Buffer.from("GIF89a\u0000\u0001"), "not_a_table");
  await refused(Buffer.from("\n<html><table><tr><td>1</td></tr></table>"), "html_table");
  await refused(Buffer.from('<?xml version="1.0"?><Workbook/>'), "html_table");
  await refused(Buffer.from("PK\u0003\u0004 and no more"), "xlsx_damaged");
  await refused(Buffer.from("商家编码,数量\nA1,1\n").subarray(0, -8), "encoding_broken");
});

test("every limit has its own refusal", async () => {
  const bytes = Buffer.from("a,b,c\n1,2,3\n4,5,6\n");
  await refused(bytes, "file_too_large", { limits: { fileBytesMax: 10 } });
  await refused(bytes, "rows_too_many", { limits: { rowsMax: 1 } });
  await refused(bytes, "header_columns_too_many", { limits: { columnsMax: 2 } });
  await refused(Buffer.from(`${"x".repeat(600_000)}\n1\n`), "line_too_long", {
    limits: { lineCharsMax: 300_000 },
  });
});

test("the header is found below titles; blank rows and columns are left out", async () => {
  const text = "库存报表\n\n导出时间:2024-11-11\n商家编码,数量,,\n\nA1,1,,\n,,,\nA2,2\nA3,3,x\n";
  const table = await openTable(Buffer.from(text));
  assert.deepEqual([table.headers, table.headerLine], [["商家编码", "数量"], 4]);
  assert.deepEqual(
    (await rowsOf(table)).map((row) => [row.line, ...row.cells, row.problem?.code]),
    [
      [6, "A1", "1", undefined],
      [8, "A2", "2", undefined],
      [9, "A3", "3", "x", "columns_too_many"],
    ],
  );
});

test("rows with too few columns are a problem in a CSV and natural in a workbook", async () => {
  const csv = await rowsOf(await openTable(Buffer.from("a,b,c\n1,2\n1,2,3\n")));
  assert.deepEqual(
    csv.map((row) => row.problem?.code),
    ["columns_too_few", undefined],
  );
  assert.equal(csv[0]?.problem?.zh, "列数不够：应有 3 列，这一行只有 2 列");
  const xml =
    '<sheetData><row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c></row></sheetData>';
  const rows = await rowsOf(await openTable(zipBytes(workbookParts({ sheets: [{ name: "S", xml }] }))));
  assert.deepEqual(rows, [{ line: 2, cells: ["1", ""] }]);
});

test("content decides what a file is, not its name", async () => {
  const path = join(folder, "orders.xlsx");
  await writeFile(path, "a,b\n1,2\n");
  assert.equal((await openTable(path)).format, "csv");
});

const encoders: Record<string, (text: string) => Buffer> = {
  "utf-8": (text) => Buffer.from(text),
  "utf-8 with mark": (text) => Buffer.from(`\ufeff${text}`),
  "utf-16le": (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  "utf-16be": (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
  gb18030: gb18030Bytes,
};

test("a table written with any delimiter, encoding, line end and quoting reads back the same cells", async () => {
  const headers = ["商家编码", "商品名称", "库存数量", "库位"];
  const character = fc.constantFrom(...'aB9 \'"",;|\t\n\r=-.连衣裙库存，（）元'.split(""));
  const cell = fc.string({ unit: character, maxLength: 12 });
  const file = fc.record({
    columns: fc.integer({ min: 2, max: 4 }),
    rows: fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 12 }),
    delimiter: fc.constantFrom(",", "\t", ";", "|"),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    encoding: fc.constantFrom(...Object.keys(encoders)),
    quoteAll: fc.boolean(),
    endsWithLine: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      file,
      async ({ columns, rows, delimiter, lineEnd, encoding, quoteAll, endsWithLine }) => {
        const written = (text: string): string =>
          quoteAll || text.includes(delimiter) || /["\r\n]/.test(text)
            ? `"${text.replaceAll('"', '""')}"`
            : text;
        const cells = [headers, ...rows].map((row) => row.slice(0, columns));
        const lines = cells.map((row) => row.map(written).join(delimiter));
        const text = lines.join(lineEnd) + (endsWithLine ? lineEnd : "");
        const filled = cells.slice(1).filter((row) => row.some((value) => value.trim() !== ""));
        fc.pre(filled.length > 0);
        const table = await openTable(encoders[encoding]?.(text) ?? Buffer.alloc(0));
        assert.deepEqual(table.headers, headers.slice(0, columns));
        assert.deepEqual(
          (await rowsOf(table)).map((row) => row.cells),
          filled,
        );
      },
    ),
    { numRuns: 300 },
  );
});
