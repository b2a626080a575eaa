import { skuKey } from "../domain/text.ts";
import { sessionLimits } from "../domain/live/session.ts";
import { cleanId, parseInteger, parseMoneyMinor, toHalfWidth, wordKey, type NumberFault } from "./clean.ts";
import { openTable } from "./file/table.ts";
import type { FileInput } from "./file/source.ts";
import type { Row } from "./file/row.ts";

/** A run-of-show from a spreadsheet: one product a row, in the order in which they are shown. */

/** Which header means which field: the words of Chinese and English spreadsheets, the likeliest first. */
export const runOfShowWords = {
  sku: [
    "商家编码",
    "商品编码",
    "规格编码",
    "SKU编码",
    "SKU",
    "货号",
    "款号",
    "编码",
    "商品",
    "merchant code",
    "sku code",
    "code",
    "item code",
    "item",
    "product code",
    "product",
  ],
  minutes: [
    "讲解时长",
    "时长",
    "讲解时长(分钟)",
    "时长(分钟)",
    "讲解分钟",
    "分钟",
    "minutes",
    "slot minutes",
    "duration",
    "duration (min)",
    "min",
  ],
  target: [
    "计划销量",
    "目标销量",
    "预计销量",
    "目标",
    "计划",
    "目标件数",
    "计划件数",
    "target",
    "target units",
    "plan",
    "goal",
  ],
  price: ["直播价", "直播间价格", "活动价", "到手价", "售价", "价格", "live price", "price", "deal price"],
  buyerLimit: ["限购", "每人限购", "限购件数", "单人限购", "buyer limit", "limit per buyer", "limit"],
  buffer: ["安全预留", "预留", "安全库存", "预留库存", "buffer", "safety stock", "reserve"],
  allotment: ["专享库存", "直播库存", "直播专享", "直播专享库存", "上架库存", "allotment", "live stock"],
  alternates: ["备选", "备选商品", "备选编码", "替补", "替补商品", "alternates", "alternate", "backup"],
} as const satisfies Record<string, readonly string[]>;
export type RunOfShowField = keyof typeof runOfShowWords;

export interface RunOfShowSlot {
  /** Normalised. */
  readonly sku: string;
  readonly minutes?: number;
  readonly target?: number;
  readonly price?: number;
  readonly buyerLimit?: number;
  readonly buffer?: number;
  readonly allotment?: number;
  readonly alternates?: readonly string[];
}

/** Something wrong in a row; the row's good fields are taken all the same, a row without a product is not. */
export interface RunOfShowProblem {
  /** As the file counts them, from 1, the header included. */
  readonly row: number;
  readonly zh: string;
  readonly en: string;
}

export interface RunOfShowFile {
  readonly slots: readonly { readonly row: number; readonly slot: RunOfShowSlot }[];
  readonly problems: readonly RunOfShowProblem[];
  readonly columns: readonly { readonly header: string; readonly field: RunOfShowField | null }[];
}

const fields = Object.keys(runOfShowWords) as RunOfShowField[];
const fieldOfWord = new Map(
  fields.flatMap((field) => runOfShowWords[field].map((word) => [headerKey(word), field] as const)),
);
/** A duration may be written as `10`, `10分钟` or `10 min`. */
const minutesUnit = /\s*(?:分钟|分|minutes?|mins?)$/iu;

/**
 * Reads a CSV file (UTF-8, GB18030 …) or an xlsx workbook.
 * @param minorDigits decimals of the shop's currency
 * @throws ImportFileError where the file is none of these
 */
export async function readRunOfShow(input: FileInput, minorDigits: number): Promise<RunOfShowFile> {
  const table = await openTable(input);
  try {
    const taken = new Set<RunOfShowField>();
    const columns = table.headers.map((header) => {
      const field = fieldOfWord.get(headerKey(header)) ?? null;
      if (field === null || taken.has(field)) return { header, field: null };
      taken.add(field);
      return { header, field };
    });
    const slots: { row: number; slot: RunOfShowSlot }[] = [];
    const problems: RunOfShowProblem[] = [];
    if (!taken.has("sku")) return { slots, problems: [noProductColumn(table.headerLine)], columns };
    for await (const row of table.rows) {
      if (slots.length >= sessionLimits.slotsMax) {
        problems.push(tooManyRows(row.line));
        break;
      }
      const slot = readRow(row, columns, minorDigits, problems);
      if (slot !== null) slots.push({ row: row.line, slot });
    }
    return { slots, problems, columns };
  } finally {
    await table.close();
  }
}

/** `直播价（元）` and `直播价` are one header. */
function headerKey(header: string): string {
  return wordKey(header).replace(/\((?:元|件|分钟?|min|units?)\)$/u, "");
}

function readRow(
  row: Row,
  columns: RunOfShowFile["columns"],
  minorDigits: number,
  problems: RunOfShowProblem[],
): RunOfShowSlot | null {
  if (row.problem !== undefined) {
    problems.push({ row: row.line, zh: row.problem.zh, en: row.problem.en });
    return null;
  }
  const slot: { -readonly [Field in keyof RunOfShowSlot]: RunOfShowSlot[Field] } = { sku: "" };
  for (const [at, { header, field }] of columns.entries()) {
    const cell = cleanId(row.cells[at] ?? "");
    if (field === null || cell === "") continue;
    if (field === "sku") slot.sku = skuKey(cell);
    else if (field === "alternates") slot.alternates = alternatesOf(cell);
    else {
      const value = numberIn(field, cell, minorDigits);
      if (typeof value === "number") slot[field] = value;
      else problems.push(wrongNumber(row.line, header, cell, value));
    }
  }
  if (slot.sku !== "") return slot;
  problems.push({
    row: row.line,
    zh: "这一行没有商品编码，已跳过",
    en: "There is no product code in this row: it was left out",
  });
  return null;
}

type NumberField = Exclude<RunOfShowField, "sku" | "alternates">;

const least: Readonly<Record<NumberField, number>> = {
  minutes: 1,
  target: 1,
  price: 0,
  buyerLimit: 1,
  buffer: 0,
  allotment: 0,
};

function numberIn(
  field: NumberField,
  cell: string,
  minorDigits: number,
): number | NumberFault | "out_of_range" {
  const value =
    field === "price"
      ? parseMoneyMinor(cell, minorDigits)
      : parseInteger(field === "minutes" ? toHalfWidth(cell).replace(minutesUnit, "") : cell);
  if (typeof value !== "number") return value;
  const most =
    field === "minutes"
      ? sessionLimits.slotMinutesMax
      : field === "price"
        ? Number.MAX_SAFE_INTEGER
        : sessionLimits.unitsMax;
  return value < least[field] || value > most ? "out_of_range" : value;
}

function alternatesOf(cell: string): readonly string[] {
  const codes = cell.split(/[,，、;；/|\s]+/u).map((code) => skuKey(code));
  return [...new Set(codes.filter((code) => code !== ""))].slice(0, sessionLimits.alternatesPerSlotMax);
}

const valueCharsMax = 40;

function wrongNumber(
  row: number,
  header: string,
  cell: string,
  fault: NumberFault | "out_of_range",
): RunOfShowProblem {
  const value = Array.from(cell).slice(0, valueCharsMax).join("");
  const range = fault === "out_of_range" || fault === "too_large";
  return {
    row,
    zh: range ? `「${header}」超出范围：${value}，已留空` : `「${header}」不是有效的数字：${value}，已留空`,
    en: range
      ? `“${header}” is out of range: ${value}; it was left empty`
      : `“${header}” is not a valid number: ${value}; it was left empty`,
  };
}

function noProductColumn(row: number): RunOfShowProblem {
  return {
    row,
    zh: "没有找到商品编码这一列：请把表头写成「商家编码」或「SKU」",
    en: "No column holds the product codes: name its header “SKU” or “merchant code”",
  };
}

function tooManyRows(row: number): RunOfShowProblem {
  const limit = sessionLimits.slotsMax;
  return {
    row,
    zh: `排品最多 ${limit} 项，从这一行起没有读入`,
    en: `A run-of-show has at most ${limit} slots: this row and those after it were not read`,
  };
}
