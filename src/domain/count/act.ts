import type { Floor } from "../floor/floor.ts";
import { cellKey } from "../floor/shelf.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import type { BinClose, CountEntry, Resolution } from "./entry.ts";
import { linesOf, type CountLine, type PriceOf } from "./line.ts";
import type { ApprovedLine, CountFact, Sheet, SheetSpec } from "./sheet.ts";
import { mayApprove, type ApprovalLevel, type VarianceReason } from "./tolerance.ts";

/** Limits of counting, with their units. */
export const countLimits = {
  binsPerSheetMax: 20_000,
  cellsPerSheetMax: 5_000,
  /** Units in one entry; a barcode that slipped into the quantity is longer. */
  quantityMax: 1_000_000,
  linesPerApprovalMax: 5_000,
} as const;

/** In the order in which they are checked. */
export const countRefusals = [
  "nothing_to_count",
  "too_many",
  "quantity_invalid",
  "time_invalid",
  "sheet_over",
  "out_of_scope",
  "mode_needed",
  "entry_unknown",
  "line_unknown",
  "line_open",
  "line_approved",
  "variance_changed",
  "own_count",
  "reason_needed",
  "role_too_low",
  "lines_open",
] as const;
export type CountRefusal = (typeof countRefusals)[number];

export const countWords: Readonly<Record<CountRefusal, Words>> = {
  nothing_to_count: { zh: "请先选择要盘的库位或商品", en: "Choose bins or products to count first" },
  too_many: { zh: "一张盘点单放不下这么多，请分成几张", en: "Too many for one sheet: make several" },
  quantity_invalid: {
    zh: `数量要填 0 到 ${countLimits.quantityMax} 的整数`,
    en: `The quantity is a whole number from 0 to ${countLimits.quantityMax}`,
  },
  time_invalid: {
    zh: "盘点时间不对，请检查手机的时间",
    en: "The time of the count is wrong: check the phone's clock",
  },
  sheet_over: { zh: "这张盘点单已经结束", en: "This sheet is finished" },
  out_of_scope: { zh: "这个库位或商品不在这张盘点单里", en: "This bin or product is not on the sheet" },
  mode_needed: {
    zh: "您已经数过这里：请选「加上」或「重数」",
    en: "You have counted this already: add to it, or replace it",
  },
  entry_unknown: { zh: "没有这条待确认的记录", en: "There is no such entry to decide on" },
  line_unknown: { zh: "盘点单里没有这一行", en: "The sheet has no such line" },
  line_open: { zh: "这一行还没有数清楚，不能审核", en: "This line is not settled yet" },
  line_approved: { zh: "这一行已经审核过了", en: "This line is approved already" },
  variance_changed: {
    zh: "刚有出入库记录补到，差异变了：请看新的差异再审核",
    en: "A movement came in late and the difference has changed: look again, then approve",
  },
  own_count: { zh: "自己数的不能自己审核，请换一个人", en: "Who counted cannot approve: ask another person" },
  reason_needed: { zh: "有差异的每一行都要选原因", en: "Every line with a difference needs a reason" },
  role_too_low: { zh: "差异金额超出您的审核权限", en: "The difference is worth more than you may approve" },
  lines_open: { zh: "还有没数清楚或没审核的行", en: "Some lines are not settled or not approved yet" },
};

export type CountAnswer =
  | { readonly ok: true; readonly facts: readonly CountFact[] }
  | { readonly ok: false; readonly code: CountRefusal; readonly words: Words; readonly line: string | null };

function refuse(code: CountRefusal, line: string | null = null): CountAnswer {
  return { ok: false, code, words: countWords[code], line };
}

function accept(...facts: readonly CountFact[]): CountAnswer {
  return { ok: true, facts };
}

export function openSheet(spec: SheetSpec): CountAnswer {
  if (spec.bins.length === 0 && spec.cells.length === 0) return refuse("nothing_to_count");
  const { binsPerSheetMax, cellsPerSheetMax } = countLimits;
  if (spec.bins.length > binsPerSheetMax || spec.cells.length > cellsPerSheetMax) return refuse("too_many");
  return accept({ kind: "opened", body: { spec } });
}

/**
 * Somebody counted. An entry that waited on a phone (`queued`) is taken in whatever has happened since: nothing
 * that was counted is ever lost. The same entry again is accepted and adds nothing.
 */
export function enterCount(sheet: Sheet, floor: Floor, entry: CountEntry, queued: boolean): CountAnswer {
  if (sheet.entryIds.has(entry.id)) return accept();
  const { quantity, when, cell, recordedAt, by, mode } = entry;
  if (!Number.isSafeInteger(quantity) || quantity < 0 || quantity > countLimits.quantityMax)
    return refuse("quantity_invalid");
  if (when.from > when.to || when.to > recordedAt) return refuse("time_invalid");
  const over =
    sheet.status === "cancelled" || (sheet.status === "closed" && !countedBefore(sheet, when.from));
  if (over) return refuse("sheet_over");
  const { spec } = sheet;
  const asked = spec.cells.some((one) => cellKey(floor.cellOf(one)) === cellKey(floor.cellOf(cell)));
  const inBins = spec.bins.includes(cell.bin) && (spec.cells.length === 0 || asked);
  const onSheet = cell.warehouse === spec.warehouse && (inBins || (spec.bins.length === 0 && asked));
  if (!onSheet) return refuse("out_of_scope");
  const earlier = (sheet.entries.get(cellKey(cell)) ?? []).some((one) => one.by === by);
  if (earlier && mode === "first" && !queued) return refuse("mode_needed");
  return accept({ kind: "entry", body: { entry } });
}

function countedBefore(sheet: Sheet, at: Instant): boolean {
  return sheet.closedAt !== null && at <= sheet.closedAt;
}

/** Somebody has seen the whole bin. */
export function closeBin(sheet: Sheet, close: BinClose): CountAnswer {
  if (close.when.from > close.when.to || close.when.to > close.recordedAt) return refuse("time_invalid");
  const over =
    sheet.status === "cancelled" || (sheet.status === "closed" && !countedBefore(sheet, close.when.from));
  if (over) return refuse("sheet_over");
  if (close.warehouse !== sheet.spec.warehouse || !sheet.spec.bins.includes(close.bin))
    return refuse("out_of_scope");
  return accept({ kind: "bin_closed", body: { close } });
}

/** Says what an unclear entry meant. */
export function resolveEntry(sheet: Sheet, floor: Floor, entry: string, as: Resolution): CountAnswer {
  if (sheet.status === "cancelled") return refuse("sheet_over");
  const cell = [...sheet.entries.values()].flat().find((one) => one.id === entry)?.cell;
  if (cell === undefined) return refuse("entry_unknown");
  const lines = linesOf(sheet, floor, () => 0, new Set([cell.bin]));
  const known = lines.some((line) => line.unclear.some((one) => one.id === entry));
  return known ? accept({ kind: "resolved", body: { entry, as } }) : refuse("entry_unknown");
}

/** Asks for lines to be counted once more. */
export function askRecount(
  sheet: Sheet,
  lines: readonly CountLine[],
  keys: readonly string[],
  reason: string,
): CountAnswer {
  if (sheet.status !== "open") return refuse("sheet_over");
  const byKey = new Map(lines.map((line) => [line.key, line]));
  for (const key of keys) {
    const line = byKey.get(key);
    if (line === undefined) return refuse("line_unknown", key);
    if (line.status === "approved") return refuse("line_approved", key);
  }
  return accept({ kind: "recount", body: { lines: keys, reason } });
}

export interface Approver {
  readonly by: string;
  readonly role: string;
  readonly levels: readonly ApprovalLevel[];
}

/** A line as the approver saw it. */
export interface Approval {
  readonly key: string;
  readonly variance: number;
  readonly reason: VarianceReason | null;
}

/**
 * Approves lines: all or none. Whoever counted a line that differs does not approve it, and the differences
 * together are within what the role may sign.
 */
export function approveLines(
  sheet: Sheet,
  lines: readonly CountLine[],
  approvals: readonly Approval[],
  approver: Approver,
  priceOf: PriceOf,
): CountAnswer {
  if (sheet.status !== "open") return refuse("sheet_over");
  if (approvals.length > countLimits.linesPerApprovalMax) return refuse("too_many");
  const byKey = new Map(lines.map((line) => [line.key, line]));
  const approved: ApprovedLine[] = [];
  for (const { key, variance, reason } of approvals) {
    const line = byKey.get(key);
    if (line === undefined) return refuse("line_unknown", key);
    if (line.status === "approved") return refuse("line_approved", key);
    if (line.settled === null) return refuse("line_open", key);
    if (line.settled.variance !== variance) return refuse("variance_changed", key);
    if (variance !== 0 && line.settled.counters.includes(approver.by)) return refuse("own_count", key);
    if (variance !== 0 && reason === null) return refuse("reason_needed", key);
    approved.push(approvedOf(line, line.settled, priceOf, variance === 0 ? null : reason));
  }
  const valueMinor = approved.reduce((sum, line) => sum + Math.abs(line.valueMinor), 0);
  if (!mayApprove(approver.levels, approver.role, valueMinor)) return refuse("role_too_low");
  return accept({ kind: "approved", body: { lines: approved, role: approver.role } });
}

function approvedOf(
  { cell }: CountLine,
  { quantity, when, variance, counters }: NonNullable<CountLine["settled"]>,
  priceOf: PriceOf,
  reason: VarianceReason | null,
): ApprovedLine {
  return { cell, quantity, when, variance, valueMinor: variance * priceOf(cell.sku), reason, counters };
}

/** Finishes the sheet: what matches is kept as proof. Every other line must be approved, every bin looked at. */
export function closeSheet(sheet: Sheet, lines: readonly CountLine[], priceOf: PriceOf): CountAnswer {
  if (sheet.status !== "open") return refuse("sheet_over");
  if (sheet.spec.bins.some((bin) => (sheet.closes.get(bin) ?? []).length === 0)) return refuse("lines_open");
  const proof: ApprovedLine[] = [];
  for (const line of lines) {
    if (line.status === "approved") continue;
    if (line.status !== "matched" || line.settled === null) return refuse("lines_open", line.key);
    proof.push(approvedOf(line, line.settled, priceOf, null));
  }
  return accept({ kind: "closed", body: { proof } });
}

export function cancelSheet(sheet: Sheet, reason: string): CountAnswer {
  if (sheet.status !== "open") return refuse("sheet_over");
  if (reason.trim() === "") return refuse("reason_needed");
  return accept({ kind: "cancelled", body: { reason } });
}
