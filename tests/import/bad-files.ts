import { workbookParts, zipBytes } from "../../src/import/file/test-files.ts";

/** A file that nobody can import, and the code that says why. */
export interface BadFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly code: string;
}

const mebibyte = 1_048_576;

function zipBomb(): Uint8Array {
  const header = '<row r="1"><c t="inlineStr"><is><t>商家编码</t></is></c></row>';
  const xml = `<sheetData>${header}${"<row/>".repeat((24 * mebibyte) / 6)}</sheetData>`;
  return zipBytes(workbookParts({ sheets: [{ name: "S", xml }] }));
}

/** Bad input of every kind that a shop may send. */
export const badFiles: readonly BadFile[] = [
  { name: "empty.csv", bytes: Buffer.alloc(0), code: "file_empty" },
  { name: "header-only.csv", bytes: Buffer.from("商家编码,库存数量\n"), code: "header_only" },
  {
    name: "half-a-character.csv",
    bytes: Buffer.concat([
      Buffer.from("商家编码,库存数量\n红裙子长款,5\n"),
      Buffer.from("裙").subarray(0, 2),
    ]),
    code: "encoding_broken",
  },
  { name: "bomb.xlsx", bytes: zipBomb(), code: "xlsx_ratio" },
  {
    name: "old.xls",
    bytes: Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(600)]),
    code: "old_xls",
  },
  {
    name: "archive.zip",
    bytes: zipBytes([{ name: "a.txt", bytes: Buffer.from("a") }]),
    code: "zip_not_xlsx",
  },
  { name: "picture.csv", bytes: Buffer.from("\u0089PNG\r\n\u001a\n\0\0\0\0", "latin1"), code: "not_a_table" },
  {
    name: "page.xls",
    bytes: Buffer.from("<html><table><tr><td>1</td></tr></table></html>"),
    code: "html_table",
  },
];

/** A stock list in which each row but the last is wrong in its own way. */
export const wrongRows = Buffer.from(
  [
    "商家编码,商品名称,库存数量",
    "BIG,x,9007199254740992",
    "NEG,x,-5",
    "HALF,x,1.5",
    "CTRL\u0001,x,1",
    `${"L".repeat(1_048_576)},x,1`,
    "GOOD,x,7",
  ].join("\n"),
);
