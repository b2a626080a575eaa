import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { ImportFileError, problem } from "../problem.ts";
import { detectDelimiter, hintedDelimiter } from "./delimiter.ts";
import type { Delimiter } from "./delimiter.ts";
import { blockChars } from "./limits.ts";
import type { FileLimits } from "./limits.ts";
import type { Row } from "./row.ts";

/** How this file is written; found from its first block. */
interface Dialect {
  readonly delimiter: Delimiter;
  readonly newlines: readonly string[];
}

/** Characters among which the delimiter is looked for. */
const sampleChars = 65_536;

/**
 * Reads a CSV text, given in chunks, as rows in batches.
 *
 * The text is cut into blocks that end where a record ends, and csv-parse reads each block whole: that is fast, and a
 * block that it refuses (one stray quote) is read again line by line, so that a bad line costs nothing but itself.
 *
 * @throws ImportFileError `line_too_long`
 */
export async function* csvBatches(chunks: AsyncIterable<string>, limits: FileLimits): AsyncGenerator<Row[]> {
  const state: State = { text: "", line: 1, dialect: null };
  for await (const chunk of chunks) {
    state.text += chunk;
    if (state.text.length < blockChars) continue;
    const rows = takeRows(state, false, limits);
    if (rows.length > 0) yield rows;
  }
  const rows = state.text === "" ? [] : takeRows(state, true, limits);
  if (rows.length > 0) yield rows;
}

interface State {
  /** What is read and not yet parsed. */
  text: string;
  /** Physical line at which it begins. */
  line: number;
  dialect: Dialect | null;
}

/** Parses as much of the text as is sure to be whole records; all of it where no more follows. */
function takeRows(state: State, last: boolean, limits: FileLimits): Row[] {
  const dialect = state.dialect ?? findDialect(state);
  state.dialect = dialect;
  const { text, line } = state;
  const full = text.length >= limits.lineCharsMax;
  let end = last ? text.length : recordEnd(text, dialect);
  if (end === 0 && full) end = lastLineEnd(text, text.length, dialect);
  if (end === 0 && full) throw new ImportFileError("line_too_long", { line, limit: limits.lineCharsMax });
  if (end === 0) return [];
  const block = text.slice(0, end);
  const { rows, used } = rowsOf(block, line, dialect, last || full, limits);
  state.line += countLines(text, used, dialect);
  state.text = text.slice(used);
  return rows;
}

function findDialect(state: State): Dialect {
  // Old Macintosh files end lines with a carriage return alone.
  const newlines = state.text.includes("\n") ? ["\r\n", "\n"] : ["\r"];
  const hint = hintedDelimiter(state.text);
  if (hint !== null) {
    state.text = state.text.slice(state.text.indexOf("\n") + 1);
    state.line += 1;
  }
  return { newlines, delimiter: hint ?? detectDelimiter(state.text.slice(0, sampleChars)) };
}

function lastChar(dialect: Dialect): string {
  return dialect.newlines.at(-1) ?? "\n";
}

/** Where the last whole record of a text ends: the last line end before which quotes are paired. 0: nowhere. */
function recordEnd(text: string, dialect: Dialect): number {
  let end = lastLineEnd(text, text.length, dialect);
  let quotes = countQuotes(text, 0, end);
  while (end > 0 && quotes % 2 === 1) {
    const before = lastLineEnd(text, end - 1, dialect);
    quotes -= countQuotes(text, before, end);
    end = before;
  }
  return end;
}

/** Where the last line ends that ends at or before a position. */
function lastLineEnd(text: string, position: number, dialect: Dialect): number {
  return position <= 0 ? 0 : text.lastIndexOf(lastChar(dialect), position - 1) + 1;
}

function countQuotes(text: string, from: number, to: number): number {
  let quotes = 0;
  for (let at = text.indexOf('"', from); at >= 0 && at < to; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes;
}

function countLines(text: string, end: number, dialect: Dialect): number {
  const mark = lastChar(dialect);
  let lines = 0;
  for (let at = text.indexOf(mark); at >= 0 && at < end; at = text.indexOf(mark, at + 1)) lines += 1;
  return lines;
}

function rowsOf(
  block: string,
  firstLine: number,
  dialect: Dialect,
  last: boolean,
  limits: FileLimits,
): { rows: Row[]; used: number } {
  const records = tryParse(block, dialect, false);
  if (typeof records === "string") return rowsLineByLine(block, firstLine, dialect, last, limits);
  const rows: Row[] = [];
  // As many line ends as records: no cell holds one.
  const spread = countLines(block, block.length, dialect) > records.length;
  let line = firstLine;
  for (const cells of records) {
    rows.push(rowOf(line, cells, limits));
    line += spread ? 1 + lineEndsIn(cells) : 1;
  }
  return { rows, used: block.length };
}

/** Line ends inside quoted cells: the record spans that many lines more. */
function lineEndsIn(cells: readonly string[]): number {
  let lines = 0;
  for (const cell of cells) {
    if (!cell.includes("\n") && !cell.includes("\r")) continue;
    lines += cell.split(cell.includes("\n") ? "\n" : "\r").length - 1;
  }
  return lines;
}

function rowOf(line: number, cells: readonly string[], limits: FileLimits): Row {
  let longest = 0;
  for (const cell of cells) if (cell.length > longest) longest = cell.length;
  if (longest <= limits.cellCharsMax) return { line, cells };
  return {
    line,
    cells: cells.map((cell) => cell.slice(0, limits.cellCharsMax)),
    problem: problem("cell_too_long", { actual: longest, limit: limits.cellCharsMax }),
  };
}

type Refusal = "unclosed" | "stray";

/** The records of a text, or why csv-parse refused it. */
function tryParse(text: string, dialect: Dialect, relaxQuotes: boolean): string[][] | Refusal {
  try {
    return parse(text, {
      delimiter: dialect.delimiter,
      record_delimiter: [...dialect.newlines],
      relax_column_count: true,
      relax_quotes: relaxQuotes,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === "CSV_QUOTE_NOT_CLOSED" ? "unclosed" : "stray";
  }
}

/**
 * The slow way, for a block with a stray quote. A line that does not parse alone is joined with the following ones
 * as far as its quotes are paired; what still does not parse is reported, and reading goes on with the next line.
 */
function rowsLineByLine(
  block: string,
  firstLine: number,
  dialect: Dialect,
  last: boolean,
  limits: FileLimits,
): { rows: Row[]; used: number } {
  const lines = splitLines(block, dialect);
  const rows: Row[] = [];
  let used = 0;
  let at = 0;
  while (at < lines.length) {
    const text = lines[at] ?? "";
    const plain = plainLines(lines, at);
    if (plain > 0) {
      // Lines without quotes are records each, and go together.
      const joined = lines.slice(at, at + plain).join("");
      const records = tryParse(joined, dialect, false);
      if (typeof records === "string") throw new TypeError("csv-parse refused a text without quotes");
      for (const [index, cells] of records.entries()) rows.push(rowOf(firstLine + at + index, cells, limits));
      used += joined.length;
      at += plain;
      continue;
    }
    const count = recordLines(lines, at, dialect, limits.recordLinesMax);
    if (count === "unknown" && !last) break;
    if (typeof count === "number") {
      const joined = lines.slice(at, at + count).join("");
      const records = tryParse(joined, dialect, false);
      const cells = typeof records === "string" ? [] : (records[0] ?? []);
      rows.push(rowOf(firstLine + at, cells, limits));
      used += joined.length;
      at += count;
      continue;
    }
    rows.push(strayRow(text, firstLine + at, dialect, limits));
    used += text.length;
    at += 1;
  }
  return { rows, used };
}

/** Lines without any quote, from one on. */
function plainLines(lines: readonly string[], from: number): number {
  let to = from;
  while (to < lines.length && lines[to]?.includes('"') === false) to += 1;
  return to - from;
}

/**
 * Lines that the record beginning at a line takes; `none` where its quotes are wrong, `unknown` where that depends
 * on lines that are not read yet.
 */
function recordLines(
  lines: readonly string[],
  from: number,
  dialect: Dialect,
  recordLinesMax: number,
): number | "none" | "unknown" {
  let joined = "";
  let quotes = 0;
  for (let count = 1; count <= recordLinesMax; count += 1) {
    const text = lines[from + count - 1];
    if (text === undefined) return "unknown";
    joined += text;
    quotes += countQuotes(text, 0, text.length);
    // Past the first line, trying is of use only where the quotes have become paired.
    if (count > 1 && quotes % 2 === 1) continue;
    const records = tryParse(joined, dialect, false);
    if (typeof records !== "string") return count;
    // A stray quote in what is read so far does not go away by reading on.
    if (records === "stray" || count > 1) return "none";
  }
  return "none";
}

/** A line with quotes in the middle of a text (`5" nail`) keeps them; one with an opening quote alone is a problem. */
function strayRow(text: string, line: number, dialect: Dialect, limits: FileLimits): Row {
  const records = tryParse(text, dialect, true);
  const cells = typeof records === "string" ? undefined : records[0];
  if (cells !== undefined) return rowOf(line, cells, limits);
  const guess = text.replace(/[\r\n]+$/, "").split(dialect.delimiter);
  return { ...rowOf(line, guess, limits), problem: problem("quote_unclosed") };
}

/** Lines with their ends. */
function splitLines(block: string, dialect: Dialect): string[] {
  const mark = lastChar(dialect);
  const lines: string[] = [];
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(mark, start);
    const next = end < 0 ? block.length : end + 1;
    lines.push(block.slice(start, next));
    start = next;
  }
  return lines;
}
