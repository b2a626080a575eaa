import { ImportFileError, problem } from "../problem.ts";
import { excelDateText } from "./excel-date.ts";
import type { FileLimits } from "./limits.ts";
import type { Row } from "./row.ts";
import type { Source } from "./source.ts";
import { plainText, readWorkbook, textCollector } from "./workbook.ts";
import type { SheetPart, Workbook } from "./workbook.ts";
import { xmlReader } from "./xml.ts";
import type { XmlAttributes, XmlListener } from "./xml.ts";
import { openArchive } from "./zip.ts";
import type { Archive } from "./zip.ts";

export interface OpenSheet {
  readonly sheet: string;
  /** All sheets that can be asked for. */
  readonly sheets: readonly string[];
  readonly batches: AsyncGenerator<Row[]>;
  progress(): { bytesRead: number; bytesTotal: number };
  close(): void;
}

/**
 * Opens one sheet of an xlsx workbook: the named one, else the first visible one that holds anything. Rows are read
 * as a stream; only texts that cells share are held in memory.
 *
 * @throws ImportFileError for what is no workbook, is damaged, or inflates past the limits
 */
export async function openSheet(source: Source, limits: FileLimits, sheetName?: string): Promise<OpenSheet> {
  const archive = await openArchive(source, limits);
  try {
    const workbook = await readWorkbook(archive, limits);
    const sheets = workbook.sheets.map((sheet) => sheet.name);
    const progress = { bytesRead: 0 };
    for (const sheet of candidates(workbook, sheetName)) {
      progress.bytesRead = 0;
      const batches = sheetBatches(archive, workbook, sheet, limits, progress);
      const first = await batches.next();
      if (first.done === true) continue;
      return {
        sheet: sheet.name,
        sheets,
        batches: startingWith(first.value, batches),
        progress: () => ({
          bytesRead: progress.bytesRead,
          bytesTotal: Math.max(archive.claimedBytes(sheet.part), progress.bytesRead),
        }),
        close: () => archive.close(),
      };
    }
    throw new ImportFileError("file_empty");
  } catch (error) {
    archive.close();
    throw error;
  }
}

function candidates(workbook: Workbook, sheetName: string | undefined): readonly SheetPart[] {
  if (sheetName === undefined) {
    const visible = workbook.sheets.filter((sheet) => !sheet.hidden);
    return visible.length > 0 ? visible : workbook.sheets;
  }
  const named = workbook.sheets.filter((sheet) => sheet.name === sheetName);
  if (named.length > 0) return named;
  const name = workbook.sheets.map((sheet) => sheet.name).join("、");
  throw new ImportFileError("sheet_missing", { value: sheetName, name });
}

async function* startingWith(first: Row[], rest: AsyncGenerator<Row[]>): AsyncGenerator<Row[]> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

async function* sheetBatches(
  archive: Archive,
  workbook: Workbook,
  sheet: SheetPart,
  limits: FileLimits,
  progress: { bytesRead: number },
): AsyncGenerator<Row[]> {
  const { listener, take } = sheetListener(workbook, limits);
  const reader = xmlReader(listener);
  const count = (bytes: number): void => {
    progress.bytesRead += bytes;
  };
  for await (const chunk of archive.stream(sheet.part, limits.xlsxUncompressedBytesMax, count)) {
    reader.write(chunk);
    const rows = take();
    if (rows.length > 0) yield rows;
  }
  reader.end();
  const rows = take();
  if (rows.length > 0) yield rows;
}

/** The cell that is being read. */
interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string;
}

/** Turns the elements of a sheet into rows. Blank rows are left out; gaps within a row become empty cells. */
function sheetListener(workbook: Workbook, limits: FileLimits): { listener: XmlListener; take: () => Row[] } {
  const inline = textCollector(limits.cellCharsMax);
  const cell: OpenCell = { column: -1, type: "n", style: 0, value: "" };
  let rows: Row[] = [];
  let cells: string[] = [];
  let widest = 0;
  let line = 0;
  let inSheetData = false;
  let inValue = false;
  const listener: XmlListener = {
    open(name, attribute) {
      if (name === "sheetData") inSheetData = true;
      if (!inSheetData) return;
      if (name === "row") {
        line = Math.max(line + 1, wholeNumber(attribute("r")) ?? 0);
        cells = [];
        widest = 0;
        cell.column = -1;
      } else if (name === "c") {
        beginCell(cell, attribute);
        inline.begin();
      } else if (name === "v") inValue = true;
      else inline.open(name);
    },
    text(text) {
      if (inValue && cell.value.length <= limits.cellCharsMax) cell.value += text;
      else inline.text(text);
    },
    close(name) {
      if (name === "sheetData") inSheetData = false;
      else if (name === "v") inValue = false;
      else if (name === "c") {
        const text = cell.type === "inlineStr" ? inline.end() : cellText(cell, workbook);
        if (text === "") return;
        widest = Math.max(widest, cell.column + 1);
        if (cell.column >= limits.columnsMax) return;
        while (cells.length < cell.column) cells.push("");
        cells[cell.column] = text;
      } else if (name === "row") {
        if (widest > 0) rows.push(rowOf(line, cells, widest, limits));
      } else inline.close(name);
    },
  };
  const take = (): Row[] => {
    const taken = rows;
    rows = [];
    return taken;
  };
  return { listener, take };
}

function beginCell(cell: OpenCell, attribute: XmlAttributes): void {
  const column = columnOf(attribute("r"));
  cell.column = column > cell.column ? column : cell.column + 1;
  cell.type = attribute("t") ?? "n";
  cell.style = wholeNumber(attribute("s")) ?? 0;
  cell.value = "";
}

function wholeNumber(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** 0-based column of an address such as `AB12`; −1 where there is none. */
function columnOf(address: string | undefined): number {
  if (address === undefined) return -1;
  let column = 0;
  for (let at = 0; at < address.length && at < 4; at += 1) {
    const letter = address.charCodeAt(at) - 64;
    if (letter < 1 || letter > 26) break;
    column = column * 26 + letter;
  }
  return column - 1;
}

function rowOf(line: number, cells: string[], widest: number, limits: FileLimits): Row {
  if (widest > limits.columnsMax) {
    const data = { expected: limits.columnsMax, actual: widest };
    return { line, cells, problem: problem("columns_too_many", data) };
  }
  const longest = cells.reduce((most, text) => Math.max(most, text.length), 0);
  if (longest <= limits.cellCharsMax) return { line, cells };
  return {
    line,
    cells: cells.map((text) => text.slice(0, limits.cellCharsMax)),
    problem: problem("cell_too_long", { actual: longest, limit: limits.cellCharsMax }),
  };
}

function cellText(cell: OpenCell, workbook: Workbook): string {
  if (cell.value === "") return "";
  switch (cell.type) {
    case "s":
      return workbook.texts[wholeNumber(cell.value) ?? -1] ?? "";
    case "b":
      return cell.value === "1" ? "TRUE" : "FALSE";
    case "n":
      return numberText(cell, workbook);
    default:
      // `str` (a formula's text), `e` (a formula's error, #N/A), `d` (a date as text).
      return plainText(cell.value);
  }
}

/** From here on a double no longer holds every whole number that Excel shows: it keeps 15 digits. */
const exactBelow = 1e15;

/** Numbers are stored as doubles in up to 17 digits; the shortest text that means the same double is what was typed. */
function numberText(cell: OpenCell, workbook: Workbook): string {
  const value = Number(cell.value);
  if (!Number.isFinite(value)) return plainText(cell.value);
  if (workbook.dateStyles[cell.style] === true)
    return excelDateText(value, workbook.from1904) ?? String(value);
  // A long order number stored as a number has lost its last digits. It is shown the way Excel shows it, so that
  // whoever reads it as an id can tell.
  if (Math.abs(value) >= exactBelow) return value.toExponential().replace("e", "E");
  return String(value);
}
