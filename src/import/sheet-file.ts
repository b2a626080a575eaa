import type { CellObject, SheetData } from "write-excel-file/node";
import type { Sheet, SheetCell } from "../domain/report/sheet.ts";
import { harmless } from "./reject-file.ts";

/**
 * Sheets as files that open in Excel, WPS and LibreOffice. Texts stay texts: what begins like a formula is none,
 * neither in a workbook, whose cells have types, nor in a CSV, where an apostrophe goes before it.
 */

const headerColour = "#1f3a5f";
const totalColour = "#eef2f7";
/** Excel takes no longer name, and none with these signs. */
const sheetNameCharsMax = 31;
const byteOrderMark = "\ufeff";

/**
 * The same sheets give the same bytes, whenever they are written.
 * @param digits minor digits of the currency: 2 where 100 minor units are one of the currency
 */
export async function xlsxOf(sheets: readonly Sheet[], digits: number): Promise<Buffer> {
  // Loaded when it is first used: a server that starts writes no workbook.
  const { default: writeXlsxFile } = await import("write-excel-file/node");
  const file = await writeXlsxFile(
    sheets.map((sheet) => ({
      sheet: sheetName(sheet.title),
      data: dataOf(sheet, digits),
      columns: widthsOf(sheet),
      stickyRowsCount: 1,
    })),
    { fontSize: 11 },
  ).toBuffer();
  return withoutTimes(file);
}

/** Where a zip says what, in bytes. Its directory is at the end, and says where the header of each file is. */
const zip = {
  end: { signature: 0x0605_4b50, bytes: 22, entries: 10, directory: 16 },
  entry: { bytes: 46, time: 12, nameLength: 28, extraLength: 30, commentLength: 32, header: 42 },
  header: { time: 10 },
} as const;
/** Midnight of the first of January 1980: the earliest that a zip can say. */
const earliest = 0x0021_0000;

/** A workbook is a zip, which says of each file in it when it was written: here it does not matter when. */
function withoutTimes(file: Buffer): Buffer {
  const end = file.length - zip.end.bytes;
  if (end < 0 || file.readUInt32LE(end) !== zip.end.signature)
    throw new Error("the workbook is no zip as it was expected");
  let at = file.readUInt32LE(end + zip.end.directory);
  for (let left = file.readUInt16LE(end + zip.end.entries); left > 0; left -= 1) {
    const { bytes, time, header, nameLength, extraLength, commentLength } = zip.entry;
    file.writeUInt32LE(earliest, at + time);
    file.writeUInt32LE(earliest, file.readUInt32LE(at + header) + zip.header.time);
    const lengths = [nameLength, extraLength, commentLength].map((field) => file.readUInt16LE(at + field));
    at += lengths.reduce((sum, length) => sum + length, bytes);
  }
  return file;
}

function sheetName(title: string): string {
  return title.replaceAll(/[[\]:*?/\\]/g, "-").slice(0, sheetNameCharsMax);
}

function dataOf({ headers, rows, hasSum = true }: Sheet, digits: number): SheetData {
  const header = headers.map((value): CellObject => ({
    type: String,
    value,
    fontWeight: "bold",
    textColor: "#ffffff",
    backgroundColor: headerColour,
    align: "center",
    wrap: true,
  }));
  const body = rows.map((row, index) =>
    row.map((cell): CellObject | null => {
      const written = cellOf(cell, digits);
      const last = hasSum && index === rows.length - 1;
      return written === null || !last
        ? written
        : { ...written, fontWeight: "bold", backgroundColor: totalColour };
    }),
  );
  return [header, ...body];
}

function cellOf(cell: SheetCell, digits: number): CellObject | null {
  switch (cell.as) {
    case "text":
      return cell.text === "" ? null : { type: String, value: cell.text };
    case "number":
      return { type: Number, value: cell.number, format: "#,##0" };
    case "money":
      return {
        type: Number,
        value: cell.minor / 10 ** digits,
        format: digits === 0 ? "#,##0" : `#,##0.${"0".repeat(digits)}`,
      };
    case "formula":
      return { type: "Formula", value: cell.formula, format: "#,##0" };
    case "empty":
      return null;
  }
}

/** As wide as the widest text, Chinese counting double; numbers are narrow. */
function widthsOf({ headers, rows }: Sheet): { width: number }[] {
  return headers.map((header, column) => {
    let width = widthOf(header);
    for (const row of rows) {
      const cell = row[column];
      if (cell?.as === "text") width = Math.max(width, widthOf(cell.text));
    }
    return { width: Math.min(48, Math.max(9, width + 2)) };
  });
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
  return width;
}

/** One sheet as CSV in UTF-8; formulas are their results. */
export function csvOf({ headers, rows }: Sheet, digits: number): string {
  const lines = rows.map((row) => row.map((cell) => quoted(csvText(cell, digits))));
  return `${byteOrderMark}${[headers.map((one) => quoted(harmless(one))), ...lines]
    .map((line) => `${line.join(",")}\r\n`)
    .join("")}`;
}

function csvText(cell: SheetCell, digits: number): string {
  switch (cell.as) {
    case "text":
      return harmless(cell.text);
    case "number":
    case "formula":
      return String(cell.number);
    case "money":
      return (cell.minor / 10 ** digits).toFixed(digits);
    case "empty":
      return "";
  }
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
