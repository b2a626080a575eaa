import assert from "node:assert/strict";
import { test } from "node:test";
import { createDeflateRaw } from "node:zlib";
import writeExcelFile from "write-excel-file/node";
import { ImportFileError } from "../problem.ts";
import { excelDateText, isDateFormat } from "./excel-date.ts";
import { openTable } from "./table.ts";
import type { TableOptions } from "./table.ts";
import type { Row } from "./row.ts";
import { workbookParts, zipBytes } from "./test-files.ts";
import type { WorkbookParts, ZipPart } from "./test-files.ts";

interface Read {
  readonly headers: readonly string[];
  readonly rows: readonly Row[];
  readonly sheet: string | null;
}

async function read(bytes: Uint8Array, options: TableOptions = {}): Promise<Read> {
  const table = await openTable(bytes, options);
  const rows: Row[] = [];
  for await (const row of table.rows) rows.push(row);
  const { bytesRead, bytesTotal } = table.progress();
  assert.equal(bytesRead, bytesTotal);
  return { headers: table.headers, rows, sheet: table.sheet };
}

function workbook(parts: WorkbookParts): Buffer {
  return zipBytes(workbookParts(parts));
}

/** One sheet with these rows of XML. */
function sheet(rows: string): Buffer {
  return workbook({ sheets: [{ name: "S", xml: `<sheetData>${rows}</sheetData>` }] });
}

const header = `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`;

async function refused(bytes: Uint8Array, code: string, options: TableOptions = {}): Promise<void> {
  await assert.rejects(read(bytes, options), (error: unknown) => {
    assert.ok(error instanceof ImportFileError, String(error));
    assert.equal(error.code, code);
    assert.match(error.zh, /[\u4e00-\u9fff]/);
    return true;
  });
}

test("a workbook written by a spreadsheet library is read cell for cell", async () => {
  const bytes = await writeExcelFile([
    ["商家编码", "商品名称", "售价", "数量", "上架", "日期", "时间"],
    [
      { value: "00123", type: String },
      { value: '5" 钉子 & <木板>\n二行', type: String },
      { value: 2.55, type: Number, format: "#,##0.00" },
      { value: 1234, type: Number },
      { value: true, type: Boolean },
      { value: new Date(Date.UTC(2024, 10, 11)), type: Date, format: "yyyy/mm/dd" },
      {
        value: new Date(Date.UTC(2024, 10, 11, 20, 5, 30)),
        type: Date,
        format: 'yyyy"年"m"月"d"日" hh:mm:ss',
      },
    ],
    [null, "只有名称", 0.1, -3, false, null, null],
  ]).toBuffer();
  const { headers, rows } = await read(bytes);
  assert.deepEqual(headers, ["商家编码", "商品名称", "售价", "数量", "上架", "日期", "时间"]);
  assert.deepEqual(rows, [
    {
      line: 2,
      cells: ["00123", '5" 钉子 & <木板>\n二行', "2.55", "1234", "TRUE", "2024-11-11", "2024-11-11 20:05:30"],
    },
    { line: 3, cells: ["", "只有名称", "0.1", "-3", "FALSE", "", ""] },
  ]);
});

test("the first visible sheet with data is taken, or the named one", async () => {
  const data = (text: string): string =>
    `<sheetData><row r="3"><c r="A3" t="str"><v>${text}</v></c></row><row r="4"><c r="A4"><v>1</v></c></row></sheetData>`;
  const bytes = workbook({
    sheets: [
      { name: "隐藏", xml: data("hidden"), hidden: true },
      { name: "空", xml: '<sheetData><row r="1"/></sheetData>' },
      { name: "库存", xml: data("stock") },
      { name: "说明", xml: data("notes") },
    ],
  });
  const first = await read(bytes);
  assert.deepEqual(
    [first.sheet, first.headers, first.rows],
    ["库存", ["stock"], [{ line: 4, cells: ["1"] }]],
  );
  assert.deepEqual((await read(bytes, { sheet: "说明" })).headers, ["notes"]);
  assert.deepEqual((await read(bytes, { sheet: "隐藏" })).headers, ["hidden"]);
  await refused(bytes, "sheet_missing", { sheet: "没有" });
});

test("shared, rich, inline and computed texts, reading aids left out", async () => {
  const bytes = workbook({
    texts:
      '<si><t>a</t></si><si><r><t>红</t></r><r><rPr/><t xml:space="preserve"> 色</t></r><rPh><t>hong</t></rPh></si><si><t>x_x000D_y_x005F_z</t></si>',
    sheets: [
      {
        name: "S",
        xml:
          '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>b</t></r><r><t>c</t></r></is></c></row>' +
          '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="str"><f>A1</f><v>算&amp;出</v></c></row>' +
          '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="e"><v>#N/A</v></c></row>' +
          '<row r="4"><c r="A4" t="s"><v>99</v></c><c r="B4" t="d"><v>2024-11-11T00:00:00</v></c></row></sheetData>',
      },
    ],
  });
  const { headers, rows } = await read(bytes);
  assert.deepEqual(headers, ["a", "bc"]);
  assert.deepEqual(
    rows.map((row) => row.cells),
    [
      ["红 色", "算&出"],
      ["x\ry_z", "#N/A"],
      ["", "2024-11-11T00:00:00"],
    ],
  );
});

test("numbers come out as they were typed, long ids show that they are spoilt", async () => {
  const values: readonly (readonly [stored: string, text: string])[] = [
    ["2.5499999999999998", "2.55"],
    ["0.10000000000000001", "0.1"],
    ["12", "12"],
    ["-3", "-3"],
    ["1.2E3", "1200"],
    ["123456789012345", "123456789012345"],
    ["536365123456789000", "5.36365123456789E+17"],
    ["5.36365123456789E+17", "5.36365123456789E+17"],
    ["1.0E+15", "1E+15"],
  ];
  const rows = values.map(
    ([stored], at) => `<row r="${at + 2}"><c r="A${at + 2}"><v>${stored}</v></c></row>`,
  );
  const table = await read(sheet(header + rows.join("")));
  assert.deepEqual(
    table.rows.map((row) => row.cells[0]),
    values.map(([, text]) => text),
  );
});

test("gaps, missing addresses and prefixes of other writers", async () => {
  const { rows } = await read(
    sheet(
      `${header}<row><c><v>1</v></c><c><v>2</v></c></row><row r="9"><c r="B9"><v>3</v></c></row><row r="9"><c r="A9"><v>4</v></c></row>` +
        '<row r="12"><c r="A12"><v>5</v></c><c r="D12" s="0"/></row>',
    ),
  );
  assert.deepEqual(rows, [
    { line: 2, cells: ["1", "2"] },
    { line: 9, cells: ["", "3"] },
    { line: 10, cells: ["4", ""] },
    { line: 12, cells: ["5", ""] },
  ]);
  const prefixed = workbookParts({ sheets: [{ name: "S", xml: "" }] }).map((part) =>
    part.name.includes("sheet1")
      ? {
          ...part,
          bytes: Buffer.from(
            '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c r="A1" t="str"><x:v>h</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>',
          ),
        }
      : part,
  );
  assert.deepEqual((await read(zipBytes(prefixed))).rows, [{ line: 2, cells: ["7"] }]);
});

test("cells beyond the header and beyond all columns are problems of their row", async () => {
  const { rows } = await read(
    sheet(
      `${header}<row r="2"><c r="C2"><v>1</v></c></row><row r="3"><c r="XFD3"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>`,
    ),
  );
  assert.deepEqual(
    rows.map((row) => row.problem?.code),
    ["columns_too_many", "columns_too_many", undefined],
  );
  assert.ok((rows[1]?.cells.length ?? 0) <= 512);
  const long = await read(
    sheet(`${header}<row r="2"><c r="A2" t="str"><v>${"x".repeat(40_000)}</v></c></row>`),
  );
  assert.equal(long.rows[0]?.problem?.code, "cell_too_long");
});

test("serial dates of both calendars", () => {
  const rows: readonly (readonly [serial: number, from1904: boolean, text: string | null])[] = [
    [45_607, false, "2024-11-11"],
    [45_607.836458333, false, "2024-11-11 20:04:30"],
    [44_145, true, "2024-11-11"],
    [1, false, "1900-01-01"],
    [59, false, "1900-02-28"],
    [61, false, "1900-03-01"],
    [0.5, false, "12:00:00"],
    [45_607.999999, false, "2024-11-12"],
    [-1, false, null],
    [3_000_000, false, null],
    [Number.NaN, false, null],
  ];
  for (const [serial, from1904, text] of rows)
    assert.equal(excelDateText(serial, from1904), text, String(serial));
});

test("which number formats are dates", () => {
  for (const id of [14, 22, 31, 47, 58]) assert.equal(isDateFormat(id, undefined), true, String(id));
  for (const id of [0, 1, 2, 4, 11, 49]) assert.equal(isDateFormat(id, undefined), false, String(id));
  for (const code of [
    "yyyy-mm-dd",
    'yyyy"年"m"月"d"日"',
    "[$-804]aaaa;@ d",
    "[h]:mm",
    "h:mm AM/PM",
    "mm:ss.0",
  ]) {
    assert.equal(isDateFormat(164, code), true, code);
  }
  for (const code of [
    "General",
    "0.00",
    "#,##0.00_);[Red](#,##0.00)",
    "[$¥-804]#,##0.00",
    '0"days"',
    "0\\d",
    "@",
    "0.00E+00",
  ]) {
    assert.equal(isDateFormat(164, code), false, code);
  }
});

test("archives that are no workbook say what to do", async () => {
  const good = workbookParts({ sheets: [{ name: "S", xml: `<sheetData>${header}</sheetData>` }] });
  const inner: ZipPart = { name: "xl/embeddings/book.xlsx", bytes: Buffer.from("PK") };
  await refused(zipBytes([...good, inner]), "xlsx_nested");
  await refused(
    zipBytes(good.map((part) => ({ ...part, encrypted: part.name === "xl/styles.xml" }))),
    "xlsx_encrypted",
  );
  await refused(zipBytes([{ name: "订单.csv", bytes: Buffer.from("a,b\n1,2\n") }]), "zip_not_xlsx");
  await refused(
    zipBytes([
      { name: "mimetype", bytes: Buffer.from("x") },
      { name: "content.xml", bytes: Buffer.from("<x/>") },
    ]),
    "not_a_table",
  );
  await refused(zipBytes(good).subarray(0, -30), "xlsx_damaged");
  await refused(zipBytes(good.filter((part) => !part.name.includes("sheet1"))), "not_a_table");
  await refused(sheet(`${header}<row r="2"><c r="A2"><v>1</v></row>`), "xlsx_damaged");
  await refused(sheet(`${header}<row r="2"><c r="A2"><v>1`), "xlsx_damaged");
  await refused(sheet(header), "header_only");
  await refused(sheet(""), "file_empty");
  const damaged = zipBytes(good);
  damaged.fill(0xff, damaged.indexOf("sheet1.xml") + 12, damaged.indexOf("sheet1.xml") + 40);
  await refused(damaged, "xlsx_damaged");
});

/** Deflates a beginning and then so many mebibytes of one repeated text, without holding them. */
async function deflated(start: string, repeated: string, mebibytes: number): Promise<Buffer> {
  const deflate = createDeflateRaw({ level: 6 });
  const pieces: Buffer[] = [];
  deflate.on("data", (piece: Buffer) => pieces.push(piece));
  const ended = new Promise((resolve) => deflate.once("end", resolve));
  deflate.write(start);
  const block = Buffer.from(repeated.repeat(Math.ceil(1_048_576 / repeated.length)));
  for (let at = 0; at < mebibytes; at += 1) {
    if (!deflate.write(block)) await new Promise((resolve) => deflate.once("drain", resolve));
  }
  deflate.end();
  await ended;
  return Buffer.concat(pieces);
}

/** Reads without keeping anything, so that what is measured is the reader. */
async function countRows(bytes: Uint8Array): Promise<number> {
  let count = 0;
  for await (const batch of (await openTable(bytes)).batches) count += batch.length;
  return count;
}

test("a ZIP bomb is refused after a few mebibytes, whatever its headers claim", async () => {
  const bombs: readonly (readonly [part: string, start: string, repeated: string, code: string])[] = [
    ["xl/worksheets/sheet1.xml", `<x><sheetData>${header}`, "<row><c><v>1</v></c></row>", "xlsx_ratio"],
    ["xl/worksheets/sheet1.xml", `<x><sheetData>${header}`, "<row/>", "xlsx_ratio"],
    ["xl/sharedStrings.xml", "<x>", "<si><t>aaaaaaaa</t></si>", "xlsx_ratio"],
    // One endless text is given up even earlier.
    ["xl/sharedStrings.xml", "<x><si><t>", " ", "xlsx_damaged"],
    ["xl/styles.xml", "<x>", "<xf/>", "xlsx_ratio"],
  ];
  for (const [name, start, repeated, code] of bombs) {
    const bytes = await deflated(start, repeated, 64);
    assert.ok(bytes.length < 3_000_000);
    for (const claimedBytes of [100, 0x7fff_ffff]) {
      const parts = workbookParts({ sheets: [{ name: "S", xml: `<sheetData>${header}</sheetData>` }] });
      const bomb = parts.map((part) =>
        part.name === name ? { name, bytes, deflated: true, claimedBytes } : part,
      );
      const peakBefore = process.resourceUsage().maxRSS;
      await assert.rejects(countRows(zipBytes(bomb)), { code });
      assert.ok(process.resourceUsage().maxRSS - peakBefore < 150_000, "kibibytes more at the peak");
    }
  }
});

test("a workbook may not inflate past the limit, even slowly", async () => {
  const cells = Array.from(
    { length: 3_000 },
    (_, at) => `<row r="${at + 2}"><c r="A${at + 2}"><v>${at * 7919}</v></c></row>`,
  );
  const bytes = sheet(header + cells.join(""));
  assert.equal((await read(bytes)).rows.length, 3_000);
  await refused(bytes, "xlsx_too_large", { limits: { xlsxUncompressedBytesMax: 50_000 } });
  await refused(bytes, "rows_too_many", { limits: { rowsMax: 2_999 } });
});

test("sheets made to exhaust memory are refused or harmless", async () => {
  await refused(sheet(header + "<a>".repeat(100_000)), "xlsx_damaged");
  await refused(sheet(`${header}<!--${"x".repeat(9_000_000)}-->`), "xlsx_damaged");
  const random = Buffer.from(
    Array.from({ length: 3_000_000 }, (_, at) => 97 + (((at * at * 31) >> 3) % 26)),
  ).toString();
  await refused(sheet(`${header}<!--${random}-->`), "xlsx_damaged");
  await refused(
    workbook({
      sheets: [{ name: "S", xml: `<sheetData>${header}</sheetData>` }],
      texts: "<si/>".repeat(2_000),
    }),
    "xlsx_too_large",
    { limits: { xlsxTextsMax: 1_000 } },
  );
  // A far row after a near one makes no rows in between.
  const far = await read(sheet(`${header}<row r="1048576"><c r="A1048576"><v>1</v></c></row>`));
  assert.deepEqual(far.rows, [{ line: 1_048_576, cells: ["1", ""] }]);
});
