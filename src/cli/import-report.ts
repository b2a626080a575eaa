import type { DryRunResult, SkuChange } from "../import/apply/dry-run.ts";
import type { ImportResult, ListedAs, ListedRow, TallyName } from "../import/apply/result.ts";
import { fit, grouped, tableLines, type Column } from "./columns.ts";
import { say, type Io } from "./io.ts";

export interface ImportReport {
  readonly result: ImportResult | DryRunResult;
  /** As the person wrote it. */
  readonly name: string;
  readonly encoding: string;
  readonly listed: readonly ListedRow[];
  readonly isDryRun: boolean;
}

/** Rows and SKUs that a terminal shows; a file or `--json` has all. */
const listedShownMax = 20;
const changesShownMax = 20;
const reasonWidthMax = 96;

const tallyText: Record<TallyName, { zh: string; en: string }> = {
  skus: { zh: "SKU 新建或更新", en: "SKUs created or changed" },
  received: { zh: "期初入库", en: "Opening stock received" },
  lines: { zh: "订单行", en: "Order lines" },
  held: { zh: "　占用", en: "  held" },
  committed: { zh: "　已售待发", en: "  committed" },
  shipped: { zh: "　已发货", en: "  shipped" },
  shortage: { zh: "　欠货", en: "  short" },
  presale: { zh: "　预售", en: "  presale" },
  closed: { zh: "关闭（取消）", en: "Closed" },
  lost: { zh: "报损", en: "Written off" },
  unmatched: { zh: "取消未匹配", en: "Unmatched cancellations" },
  refused: { zh: "报损被拒", en: "Write-offs refused" },
  skipped: { zh: "跳过", en: "Left out" },
  duplicates: { zh: "以前已导入", en: "Imported before" },
  problems: { zh: "有问题", en: "Problems" },
  warnings: { zh: "请留意", en: "Warnings" },
};

const listedText: Record<ListedAs, { zh: string; en: string }> = {
  problem: { zh: "有问题", en: "problem" },
  refused: { zh: "被拒", en: "refused" },
  unmatched: { zh: "未匹配", en: "unmatched" },
  skipped: { zh: "跳过", en: "left out" },
  warning: { zh: "留意", en: "warning" },
};

/** Tells a person what an import did, or would do. */
export function printImport(report: ImportReport, io: Io): void {
  const { result, name, encoding, isDryRun } = report;
  const { profile, rows, seconds } = result;
  io.out(
    say(
      io,
      `${name}：${encoding}，方案 ${profile}，${grouped(rows)} 行，用时 ${seconds.toFixed(1)} 秒`,
      `${name}: ${encoding}, profile ${profile}, ${grouped(rows)} rows in ${seconds.toFixed(1)} s`,
    ),
  );
  if (isDryRun) io.out(say(io, "试算：什么都没有写入", "Dry run: nothing was written"));
  else if (isUnchanged(result))
    io.out(say(io, "这份文件已经导入过，没有任何变化", "This file was imported before: nothing changed"));
  io.out("");
  printSummary(result, io);
  for (const [ids, zh, en] of [
    [result.newChannels, "新建渠道", "New channels"],
    [result.newWarehouses, "新建仓库（请在渠道里选它发货）", "New warehouses (let channels sell from them)"],
  ] as const) {
    if (ids.length > 0) io.out(say(io, `${zh}：${ids.join("、")}`, `${en}: ${ids.join(", ")}`));
  }
  if ("changes" in result) printChanges(result.changes, io);
  printListed(report.listed, io);
}

function isUnchanged({ summary, rows }: ImportResult): boolean {
  return (
    rows > 0 &&
    summary.duplicates.rows > 0 &&
    (["skus", "received", "lines", "closed", "lost"] as const).every((name) => summary[name].rows === 0)
  );
}

function printSummary({ summary }: ImportResult, io: Io): void {
  const columns: Column[] = [
    { title: "" },
    { title: say(io, "行", "Rows"), align: "right" },
    { title: say(io, "件", "Units"), align: "right" },
  ];
  const rows = Object.entries(summary)
    .filter(([, tally]) => tally.rows > 0)
    .map(([name, tally]) => {
      const { zh, en } = tallyText[name as TallyName];
      return [say(io, zh, en), grouped(tally.rows), tally.units === 0 ? "" : grouped(tally.units)];
    });
  for (const line of tableLines(columns, rows)) io.out(line);
}

function printChanges(changes: readonly SkuChange[], io: Io): void {
  if (changes.length === 0) return;
  io.out("");
  io.out(say(io, "变化最大的 SKU（前 → 后）", "SKUs that change most (before → after)"));
  const columns: Column[] = [
    { title: "SKU", widthMax: 24 },
    { title: say(io, "名称", "Name"), widthMax: 32 },
    { title: say(io, "可用", "Available"), align: "right" },
    { title: say(io, "占用", "Held"), align: "right" },
    { title: say(io, "待发", "Committed"), align: "right" },
    { title: say(io, "欠货", "Shortage"), align: "right" },
  ];
  const rows = changes.slice(0, changesShownMax).map(({ sku, name, before, after }) => {
    const pair = (field: "available" | "held" | "committed" | "shortage"): string => {
      const was = before?.[field] ?? 0;
      return was === after[field] ? grouped(was) : `${grouped(was)} → ${grouped(after[field])}`;
    };
    return [sku, name, pair("available"), pair("held"), pair("committed"), pair("shortage")];
  });
  for (const line of tableLines(columns, rows)) io.out(line);
}

function printListed(listed: readonly ListedRow[], io: Io): void {
  if (listed.length === 0) return;
  io.out("");
  io.out(say(io, "请看这些行（--problems 文件 可全部存下）", "Rows to look at (--problems FILE keeps all)"));
  const columns: Column[] = [
    { title: say(io, "行号", "Line"), align: "right" },
    { title: "" },
    { title: "SKU", widthMax: 20 },
    { title: say(io, "原因", "Reason"), widthMax: reasonWidthMax },
  ];
  const rows = listed.slice(0, listedShownMax).map(({ line, as, sku, reasons }) => {
    const said = reasons.map(({ zh, en }) => say(io, zh, en)).join("; ");
    return [
      String(line),
      say(io, listedText[as].zh, listedText[as].en),
      sku ?? "",
      fit(said, reasonWidthMax),
    ];
  });
  for (const line of tableLines(columns, rows)) io.out(line);
  if (listed.length > listedShownMax)
    io.out(
      say(
        io,
        `……还有 ${grouped(listed.length - listedShownMax)} 行`,
        `… and ${grouped(listed.length - listedShownMax)} more`,
      ),
    );
}
