import { cleanId } from "./clean.ts";
import type { Sentence } from "./problem.ts";

/** A row that is given back, and why. */
export interface RejectedRow {
  readonly cells: readonly string[];
  readonly reasons: readonly Sentence[];
}

const reasonHeader = "原因 reason";
/** Excel opens a CSV as UTF-8 only where it begins so. */
const byteOrderMark = "\ufeff";
const lineEnd = "\r\n";

/**
 * Rows that were not taken, as a CSV file for Excel: the columns of the original and one more that says why. Corrected,
 * it can be imported again; the extra column is then ignored.
 *
 * @returns the file in pieces of text, to be written as UTF-8
 */
export async function* rejectFile(
  headers: readonly string[],
  rows: AsyncIterable<RejectedRow> | Iterable<RejectedRow>,
): AsyncGenerator<string> {
  yield byteOrderMark + csvLine([...headers, reasonHeader]);
  for await (const { cells, reasons } of rows) {
    const reason = reasons.map((sentence) => `${sentence.zh} / ${sentence.en}`).join("; ");
    // Where a row is too short the reason still belongs in its own column.
    const padding = Array<string>(Math.max(0, headers.length - cells.length)).fill("");
    yield csvLine([...cells, ...padding, reason]);
  }
}

function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => quoted(harmless(cell))).join(",") + lineEnd;
}

function quoted(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

const plainNumber = /^[+-]?\d{1,3}(?:,?\d{3})*(?:\.\d+)?$|^[+-]?\d+(?:\.\d+)?$/;

/**
 * Keeps a spreadsheet from taking a text for a formula: an apostrophe goes before texts that begin like one, also in
 * full width. Plain numbers stay numbers. Reading the file again takes the apostrophe off.
 */
export function harmless(cell: string): string {
  if (!/^[=+\-@\t\r\n＝＋－＠]/.test(cell)) return cell;
  return plainNumber.test(cleanId(cell)) && /^[+\-\d]/.test(cell) ? cell : `'${cell}`;
}
