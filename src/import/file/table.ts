import { ImportFileError, problem } from "../problem.ts";
import { csvBatches } from "./csv.ts";
import { decodeText, detectEncoding } from "./encoding.ts";
import type { Encoding } from "./encoding.ts";
import { fileLimitsDefault, headerSearchRowsMax } from "./limits.ts";
import type { FileLimits } from "./limits.ts";
import type { Row } from "./row.ts";
import { openSource } from "./source.ts";
import type { FileInput, Source } from "./source.ts";
import { openSheet } from "./xlsx.ts";

/** A file as a table: its header and then, once, its rows in file order, one by one or in batches. */
export interface Table {
  readonly format: "csv" | "xlsx";
  /** Of a CSV file. */
  readonly encoding: Encoding | null;
  /** Of a workbook: the sheet that is read, and all there are. */
  readonly sheet: string | null;
  readonly sheets: readonly string[];
  /** As they stand in the file. */
  readonly headers: readonly string[];
  readonly headerLine: number;
  /** Data rows that are not blank, with exactly as many cells as headers unless the row has a problem. */
  readonly rows: AsyncIterable<Row>;
  /** The same rows, some thousands at a time: several times cheaper where every row counts. */
  readonly batches: AsyncIterable<readonly Row[]>;
  /** Bytes of rows read so far and in all; of a workbook they are inflated bytes. */
  progress(): Progress;
  /** Frees the file, also in the middle. Reading to the end does so too. */
  close(): Promise<void>;
}

export interface Progress {
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

export interface TableOptions {
  /** Name of the sheet of a workbook. Absent: the first that holds anything. */
  readonly sheet?: string;
  readonly limits?: Partial<FileLimits>;
  /** Where an upload is kept while it is read. */
  readonly spoolDir?: string;
}

/** What the formats have in common. */
interface Opened {
  readonly format: "csv" | "xlsx";
  readonly encoding: Encoding | null;
  readonly sheet: string | null;
  readonly sheets: readonly string[];
  readonly batches: AsyncGenerator<Row[]>;
  progress(): Progress;
  close(): void;
}

/**
 * Opens a CSV file or an xlsx workbook, recognised by content. Encoding, delimiter, sheet and header row are found.
 *
 * @param input a path, bytes, or a stream of bytes
 * @throws ImportFileError with a code of `fileErrorCodes`; rows throw it too where the trouble comes later
 */
export async function openTable(input: FileInput, options: TableOptions = {}): Promise<Table> {
  const limits: FileLimits = { ...fileLimitsDefault, ...options.limits };
  const source = await openSource(input, limits.fileBytesMax, options.spoolDir);
  try {
    const opened = await openFormat(source, limits, options.sheet);
    const close = async (): Promise<void> => {
      await opened.batches.return(undefined);
      opened.close();
      await source.close();
    };
    try {
      return await tableOf(opened, limits, close);
    } catch (error) {
      await close();
      throw error;
    }
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openFormat(source: Source, limits: FileLimits, sheet: string | undefined): Promise<Opened> {
  const head = await source.head(512);
  const starts = (...bytes: number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (starts(0xd0, 0xcf, 0x11, 0xe0)) throw new ImportFileError("old_xls");
  if (starts(0x50, 0x4b, 0x03, 0x04) || starts(0x50, 0x4b, 0x05, 0x06)) {
    return { format: "xlsx", encoding: null, ...(await openSheet(source, limits, sheet)) };
  }
  if (starts(0x25, 0x50, 0x44, 0x46)) throw new ImportFileError("not_a_table");
  if (/^\W*<(?:!doctype|html|table|meta|\?xml)/i.test(head.toString("latin1")))
    throw new ImportFileError("html_table");
  const encoding = await detectEncoding(() => source.read());
  let bytesRead = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source.read()) {
      bytesRead += chunk.length;
      yield chunk;
    }
  };
  return {
    format: "csv",
    encoding,
    sheet: null,
    sheets: [],
    batches: csvBatches(decodeText(counted(), encoding), limits),
    progress: () => ({ bytesRead, bytesTotal: source.bytesTotal }),
    close: () => {},
  };
}

async function tableOf(opened: Opened, limits: FileLimits, close: () => Promise<void>): Promise<Table> {
  const start = await readStart(opened.batches);
  const header = headerOf(start.rows);
  if (header === null) throw new ImportFileError("file_empty");
  const headers = trimEnd(header.row.cells).map((cell) => cell.trim());
  if (headers.length > limits.columnsMax) {
    throw new ImportFileError("header_columns_too_many", {
      actual: headers.length,
      limit: limits.columnsMax,
    });
  }
  const first = start.rows.slice(header.at + 1).filter((row) => !isBlank(row));
  if (first.length === 0 && start.ended) throw new ImportFileError("header_only");
  let taken = false;
  const once = <T>(iterate: (batches: AsyncGenerator<Row[]>) => AsyncGenerator<T>): AsyncIterable<T> => ({
    [Symbol.asyncIterator]() {
      if (taken) throw new ImportFileError("read_once");
      taken = true;
      return iterate(dataBatches(first, opened, headers.length, limits, close));
    },
  });
  return {
    format: opened.format,
    encoding: opened.encoding,
    sheet: opened.sheet,
    sheets: opened.sheets,
    headers,
    headerLine: header.row.line,
    rows: once(flattened),
    batches: once((batches) => batches),
    progress: () => opened.progress(),
    close,
  };
}

/** Reads until the header and one data row are sure to be among the rows. */
async function readStart(batches: AsyncGenerator<Row[]>): Promise<{ rows: Row[]; ended: boolean }> {
  const rows: Row[] = [];
  let filled = 0;
  while (filled <= headerSearchRowsMax) {
    const batch = await batches.next();
    if (batch.done === true) return { rows, ended: true };
    for (const row of batch.value) {
      rows.push(row);
      if (!isBlank(row)) filled += 1;
    }
  }
  return { rows, ended: false };
}

/**
 * The first of the leading rows that fills at least half as many cells as the fullest of them: exports may begin with
 * a title, a date or an explanation.
 */
function headerOf(rows: readonly Row[]): { row: Row; at: number } | null {
  const leading = rows.filter((row) => !isBlank(row)).slice(0, headerSearchRowsMax);
  const fullest = Math.max(0, ...leading.map(filledCells));
  const row = leading.find((candidate) => filledCells(candidate) * 2 >= fullest);
  return row === undefined ? null : { row, at: rows.indexOf(row) };
}

function filledCells(row: Row): number {
  return row.cells.filter((cell) => cell.trim() !== "").length;
}

function isBlank(row: Row): boolean {
  return row.problem === undefined && row.cells.every((cell) => cell === "" || cell.trim() === "");
}

function trimEnd(cells: readonly string[]): readonly string[] {
  let end = cells.length;
  while (end > 0 && (cells[end - 1] ?? "").trim() === "") end -= 1;
  return cells.slice(0, end);
}

async function* dataBatches(
  first: readonly Row[],
  opened: Opened,
  columns: number,
  limits: FileLimits,
  close: () => Promise<void>,
): AsyncGenerator<Row[]> {
  let count = 0;
  const padded = opened.format === "xlsx";
  try {
    for (let batch: readonly Row[] | null = first; batch !== null; batch = await nextBatch(opened.batches)) {
      const rows: Row[] = [];
      for (const row of batch) if (!isBlank(row)) rows.push(fitted(row, columns, padded));
      count += rows.length;
      if (count > limits.rowsMax) throw new ImportFileError("rows_too_many", { limit: limits.rowsMax });
      if (rows.length > 0) yield rows;
    }
    if (count === 0) throw new ImportFileError("header_only");
  } finally {
    await close();
  }
}

async function* flattened(batches: AsyncIterable<readonly Row[]>): AsyncGenerator<Row> {
  for await (const batch of batches) yield* batch;
}

async function nextBatch(batches: AsyncGenerator<Row[]>): Promise<Row[] | null> {
  const batch = await batches.next();
  return batch.done === true ? null : batch.value;
}

/** A row with as many cells as the header. Empty cells too many do no harm; a workbook leaves empty ones out. */
function fitted(row: Row, columns: number, padded: boolean): Row {
  const { line, cells } = row;
  if (row.problem !== undefined || cells.length === columns) return row;
  if (cells.length > columns) {
    const used = trimEnd(cells);
    if (used.length <= columns) return { line, cells: cells.slice(0, columns) };
    const data = { expected: columns, actual: used.length };
    return { line, cells, problem: problem("columns_too_many", data) };
  }
  if (padded) return { line, cells: [...cells, ...Array<string>(columns - cells.length).fill("")] };
  const data = { expected: columns, actual: cells.length };
  return { line, cells, problem: problem("columns_too_few", data) };
}
