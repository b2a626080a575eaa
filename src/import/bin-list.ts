import { limits } from "../domain/limits.ts";
import { cleanId, parseInteger, wordKey } from "./clean.ts";
import type { Row } from "./file/row.ts";
import type { FileInput } from "./file/source.ts";
import { openTable } from "./file/table.ts";

/** A list of bins from a spreadsheet: one bin a row, in the order in which somebody walks past them. */

/** Which header means which field: the words of Chinese and English spreadsheets, the likeliest first. */
export const binListWords = {
  bin: [
    "库位",
    "库位码",
    "库位编码",
    "库位号",
    "货位",
    "货位码",
    "货位编码",
    "储位",
    "bin",
    "bin code",
    "location",
    "slot",
  ],
  zone: ["库区", "库区编码", "区域", "分区", "zone", "area"],
  route: [
    "拣货顺序",
    "路线顺序",
    "路径顺序",
    "动线",
    "动线顺序",
    "顺序",
    "序号",
    "route",
    "pick order",
    "sequence",
  ],
  unitsMax: ["容量", "最大容量", "容量(件)", "可放件数", "上限", "capacity", "max units", "units max"],
  active: ["启用", "状态", "是否启用", "active", "enabled", "status"],
} as const satisfies Record<string, readonly string[]>;
export type BinField = keyof typeof binListWords;

export interface ListedBin {
  readonly bin: string;
  /** Null: the bin's name says which. */
  readonly zone: string | null;
  /** Null: where it stands in the file. */
  readonly route: number | null;
  readonly unitsMax: number | null;
  readonly active: boolean;
}

export interface BinListProblem {
  /** As the file counts them, from 1, the header included. */
  readonly row: number;
  readonly zh: string;
  readonly en: string;
}

export interface BinListFile {
  readonly bins: readonly ListedBin[];
  readonly problems: readonly BinListProblem[];
  readonly columns: readonly { readonly header: string; readonly field: BinField | null }[];
}

const fields = Object.keys(binListWords) as BinField[];
const fieldOfWord = new Map(
  fields.flatMap((field) => binListWords[field].map((word) => [wordKey(word), field] as const)),
);
const off = new Set([
  "停用",
  "禁用",
  "否",
  "不启用",
  "关闭",
  "no",
  "n",
  "false",
  "0",
  "off",
  "disabled",
  "closed",
]);

/**
 * Reads a CSV file (UTF-8, GB18030 …) or an xlsx workbook.
 * @throws ImportFileError where the file is none of these
 */
export async function readBinList(input: FileInput, binsMax: number): Promise<BinListFile> {
  const table = await openTable(input);
  try {
    const taken = new Set<BinField>();
    const columns = table.headers.map((header) => {
      const field = fieldOfWord.get(wordKey(header)) ?? null;
      if (field === null || taken.has(field)) return { header, field: null };
      taken.add(field);
      return { header, field };
    });
    const bins: ListedBin[] = [];
    const problems: BinListProblem[] = [];
    if (!taken.has("bin")) return { bins, problems: [noBinColumn(table.headerLine)], columns };
    const rowOf = new Map<string, number>();
    for await (const row of table.rows) {
      if (bins.length >= binsMax) {
        problems.push(tooManyBins(row.line, binsMax));
        break;
      }
      const bin = readRow(row, columns, problems);
      if (bin === null) continue;
      const first = rowOf.get(bin.bin);
      if (first !== undefined) problems.push(twice(row.line, bin.bin, first));
      else {
        rowOf.set(bin.bin, row.line);
        bins.push(bin);
      }
    }
    return { bins, problems, columns };
  } finally {
    await table.close();
  }
}

function readRow(row: Row, columns: BinListFile["columns"], problems: BinListProblem[]): ListedBin | null {
  if (row.problem !== undefined) {
    problems.push({ row: row.line, zh: row.problem.zh, en: row.problem.en });
    return null;
  }
  const cells = new Map<BinField, string>();
  for (const [at, { field }] of columns.entries()) {
    const cell = cleanId(row.cells[at] ?? "");
    if (field !== null && cell !== "") cells.set(field, cell);
  }
  const bin = cells.get("bin") ?? "";
  if (bin === "") {
    // A row without any of it is a blank line of the sheet.
    if (cells.size > 0) problems.push(noBin(row.line));
    return null;
  }
  if (bin.length > limits.binCharsMax) {
    problems.push(tooLong(row.line));
    return null;
  }
  const numberOf = (field: "route" | "unitsMax", least: number): number | null => {
    const cell = cells.get(field);
    if (cell === undefined) return null;
    const value = parseInteger(cell);
    if (typeof value === "number" && value >= least && value <= limits.quantityMax) return value;
    problems.push(wrongNumber(row.line, cell));
    return null;
  };
  return {
    bin,
    zone: cells.get("zone") ?? null,
    route: numberOf("route", 0),
    unitsMax: numberOf("unitsMax", 1),
    active: !off.has((cells.get("active") ?? "").toLowerCase()),
  };
}

function noBinColumn(row: number): BinListProblem {
  return {
    row,
    zh: "没有找到库位这一列：请把表头写成「库位」",
    en: "No column holds the bins: name its header “bin”",
  };
}

function noBin(row: number): BinListProblem {
  return { row, zh: "这一行没有库位，已跳过", en: "There is no bin in this row: it was left out" };
}

function tooLong(row: number): BinListProblem {
  const max = limits.binCharsMax;
  return {
    row,
    zh: `库位超过 ${max} 个字，已跳过`,
    en: `The bin has more than ${max} characters: it was left out`,
  };
}

function twice(row: number, bin: string, first: number): BinListProblem {
  return {
    row,
    zh: `库位 ${bin} 在第 ${first} 行已有，这一行已跳过`,
    en: `Bin ${bin} stands in row ${first} already: this row was left out`,
  };
}

function wrongNumber(row: number, cell: string): BinListProblem {
  return {
    row,
    zh: `「${cell}」不是有效的数字，已留空`,
    en: `“${cell}” is not a valid number: it was left empty`,
  };
}

function tooManyBins(row: number, binsMax: number): BinListProblem {
  return {
    row,
    zh: `一次最多 ${binsMax} 个库位，从这一行起没有读入`,
    en: `At most ${binsMax} bins at once: this row and those after it were not read`,
  };
}
