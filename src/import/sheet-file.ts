import writeXlsxFile, { type CellObject, type SheetData } from "write-excel-file/node";
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

/** @param digits minor digits of the currency: 2 where 100 minor units are one of the currency */
export function xlsxOf(sheets: readonly Sheet[], digits: number): Promise<Buffer> {
  return writeXlsxFile(
    sheets.map((sheet) => ({
      sheet: sheetName(sheet.title),
      data: dataOf(sheet, digits),
      columns: widthsOf(sheet),
      stickyRowsCount: 1,
    })),
    { fontSize: 11 },
  ).toBuffer();
}

function sheetName(title: string): string {
  return title.replaceAll(/[[\]:*?/\\]/g, "-").slice(0, sheetNameCharsMax);
}

function dataOf({ headers, rows }: Sheet, digits: number): SheetData {
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
      // The last row is the sum.
      const last = index === rows.length - 1;
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
