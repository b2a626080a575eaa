import type { Words, Language } from "../live/words.ts";
import type { DayReport, DayRow, DayTotal, Figures } from "./day-report.ts";

/**
 * A report as a sheet: what a file writer needs and nothing of a file's format. Texts are texts: whoever writes
 * a CSV keeps a name that begins with = + - @ from being taken for a formula.
 */
export type SheetCell =
  | { readonly as: "text"; readonly text: string }
  | { readonly as: "number"; readonly number: number }
  /** Minor units of the report's currency. */
  | { readonly as: "money"; readonly minor: number }
  /** A formula of this sheet, and what it gives. */
  | { readonly as: "formula"; readonly formula: string; readonly number: number }
  | { readonly as: "empty" };

export interface Sheet {
  readonly title: string;
  readonly headers: readonly string[];
  /** The first row under the headers is row 2 of the sheet. The last one is the sum, unless there is none. */
  readonly rows: readonly (readonly SheetCell[])[];
  /** Absent: true. */
  readonly hasSum?: boolean;
}

type Row = DayRow | DayTotal;

interface SheetColumn extends Words {
  readonly cell: (row: Row) => SheetCell;
}

const number = (value: number | null): SheetCell =>
  value === null ? { as: "empty" } : { as: "number", number: value };
const money = (value: number | null): SheetCell =>
  value === null ? { as: "empty" } : { as: "money", minor: value };
const text = (value: string): SheetCell => ({ as: "text", text: value });
const figure = (zh: string, en: string, name: keyof Figures): SheetColumn => ({
  zh,
  en,
  cell: (row) => number(row[name]),
});
const label = (zh: string, en: string, name: "code" | "name" | "category"): SheetColumn => ({
  zh,
  en,
  cell: (row) => text(name in row ? (row as DayRow)[name] : ""),
});

/** The columns up to the closing are those of the balance, in its order: the formulas below count on it. */
const columns: readonly SheetColumn[] = [
  label("商品编码", "SKU", "code"),
  label("商品名称", "Name", "name"),
  label("类目", "Category", "category"),
  figure("期初", "Opening", "opening"),
  figure("期初建账", "Opening stock", "openingStock"),
  figure("入库", "Received", "received"),
  figure("退回", "Returned", "returned"),
  figure("盘点与报损", "Adjusted", "adjusted"),
  figure("借样", "Loaned", "loaned"),
  figure("发货", "Shipped", "shipped"),
  figure("期末", "Closing", "closing"),
  figure("成交件数", "Sold", "sold"),
  figure("取消件数", "Cancelled", "cancelled"),
  figure("退款件数", "Refunded", "refunded"),
  { zh: "成交金额", en: "Amount", cell: (row) => money(row.sales.amount) },
  { zh: "退款金额", en: "Refunded amount", cell: (row) => money(row.sales.refundedAmount) },
  { zh: "预售件数", en: "Presold", cell: (row) => number(row.presale.sold) },
  { zh: "预售欠货", en: "Presale owed", cell: (row) => number(row.presale.closing) },
  { zh: "超卖欠货", en: "Shortage", cell: (row) => number(row.closingBalance.shortage) },
  figure("实盘", "Counted", "counted"),
  figure("差异", "Variance", "variance"),
];

const checkWords: Words = { zh: "平衡校验（应为 0）", en: "Balance (0 is right)" };
const totalWords: Words = { zh: "合计", en: "Total" };
const titleWords: Words = { zh: "进销存日报", en: "Day report" };

/** The day report as a sheet: a line per SKU, its balance as a formula that must give 0, and the sums. */
export function daySheet(report: DayReport, language: Language): Sheet {
  const lines = report.rows.map((row, index) => [
    ...columns.map(({ cell }) => cell(row)),
    balanceCell(row, index + 2),
  ]);
  return {
    title: `${titleWords[language]} ${report.date}`,
    headers: [...columns.map((column) => column[language]), checkWords[language]],
    rows: [...lines, totalLine(report, language)],
  };
}

/** Opening + opening stock + received + returned + adjusted − loaned − shipped − closing, of one row of the sheet. */
function balanceCell(row: Row, at: number): SheetCell {
  const { opening, openingStock, received, returned, adjusted, loaned, shipped, closing } = row;
  return {
    as: "formula",
    formula: `D${at}+E${at}+F${at}+G${at}+H${at}-I${at}-J${at}-K${at}`,
    number: opening + openingStock + received + returned + adjusted - loaned - shipped - closing,
  };
}

function totalLine({ rows, totals }: DayReport, language: Language): readonly SheetCell[] {
  const last = rows.length + 1;
  const cells = columns.map(({ cell }, index): SheetCell => {
    if (index === 0) return text(totalWords[language]);
    const known = cell(totals);
    if (known.as !== "number" || rows.length === 0) return known;
    const letter = letterOf(index);
    return { as: "formula", formula: `SUM(${letter}2:${letter}${last})`, number: known.number };
  });
  return [...cells, balanceCell(totals, last + 1)];
}

/** The name of a sheet's column: 0 is A. */
function letterOf(index: number): string {
  const letter = String.fromCodePoint(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}
