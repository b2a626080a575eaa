import { median } from "./stats.ts";

/** A number that the project wants to reach. It is printed beside what was measured, never asserted. */
export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

/** One contender in one setting. */
export interface Row {
  readonly what: string;
  readonly setting: string;
  readonly unit: string;
  /** One number a round; none: it was not measured, and `note` says why. */
  readonly rounds: readonly number[];
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Processor time of the process that sells, in microseconds an order. */
  readonly cpuUs?: number;
  /** How many times another row, e.g. `0.61 of no-op`: the median over the rounds. */
  readonly ratio?: string;
  readonly goals?: readonly Goal[];
  readonly note?: string;
}

/** One question with its table. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

export function atLeast(value: number, wanted: number, of: string): Goal {
  return { text: `≥ ${number(wanted)} ${of}`.trim(), met: value >= wanted };
}

export function atMost(value: number, wanted: number, of: string): Goal {
  return { text: `≤ ${number(wanted)} ${of}`.trim(), met: value <= wanted };
}

/** Three digits that count, with thousands separated. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}

const columns = [
  "what",
  "setting",
  "median (min–max)",
  "unit",
  "p50 ms",
  "p99 ms",
  "CPU µs",
  "ratio",
  "goal",
];

/** A section as a Markdown table; columns that say nothing anywhere are left out. */
export function tableOf({ rows, notes }: Pick<Section, "rows" | "notes">): string {
  if (rows.length === 0) return `${notes.join("\n")}\n`;
  const cells = rows.map(cellsOf);
  const used = columns.map((_, index) => cells.some((row) => row[index] !== ""));
  const kept = [columns, ...cells].map((row) => row.filter((_, index) => used[index]));
  const widths = (kept[0] ?? []).map((_, index) => Math.max(...kept.map((row) => widthOf(row[index] ?? ""))));
  const lines = kept.map(
    (row) => `| ${row.map((cell, index) => pad(cell, widths[index] ?? 0)).join(" | ")} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return [...lines, "", ...notes.map((note) => `- ${note}`), ...(notes.length > 0 ? [""] : [])].join("\n");
}

function cellsOf(row: Row): string[] {
  const { rounds } = row;
  const range = rounds.length > 1 ? ` (${number(Math.min(...rounds))}–${number(Math.max(...rounds))})` : "";
  const measured = rounds.length === 0 ? (row.note ?? "not measured") : `${number(median(rounds))}${range}`;
  const goals = (row.goals ?? []).map(({ text, met }) => `${text}: ${met ? "met" : "MISSED"}`);
  return [
    row.what,
    row.setting,
    measured,
    row.unit,
    row.p50Ms === undefined ? "" : number(row.p50Ms),
    row.p99Ms === undefined ? "" : number(row.p99Ms),
    row.cpuUs === undefined ? "" : number(row.cpuUs),
    row.ratio ?? "",
    goals.join("; "),
  ];
}

/** Columns on a terminal: Chinese characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text) width += /[\u2e80-\u9fff\uff00-\uff60]/u.test(char) ? 2 : 1;
  return width;
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}
