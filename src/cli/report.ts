import { writeFile } from "node:fs/promises";
import type { SessionPlan } from "../domain/live/session.ts";
import type { DayReport } from "../domain/report/day-report.ts";
import type { SessionReport } from "../domain/report/session-report.ts";
import { daySheets } from "../engine/after-live/day-sheets.ts";
import { DayReports } from "../engine/after-live/reports.ts";
import { makeSessionReport } from "../engine/after-live/session-reports.ts";
import { systemClock } from "../engine/clock.ts";
import { businessDayOf } from "../engine/day.ts";
import { Sessions } from "../engine/sessions/sessions.ts";
import { minorDigitsOf } from "../import/clean.ts";
import { csvOf, xlsxOf } from "../import/sheet-file.ts";
import { grouped, tableLines, type Column } from "./columns.ts";
import { exitFailure, exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { parseFlags, UsageError, type Flags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { filePath, withBooks, type Books } from "./workspace.ts";

const shownRowsMax = 20;

/** `report day [DATE]`, `report session S`: as text, or with --json, --xlsx F, --csv F as files. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("report", argv, io, async () => {
    const [kind, second] = argv;
    const dated = kind === "day" && second !== undefined && !second.startsWith("-");
    const words =
      kind === "day" && !dated ? ["day"] : ["day | session", say(io, "日期或场次", "day or session")];
    const flags = parseFlags(argv, { flags: { xlsx: "value", csv: "value" }, words });
    const [what, which] = flags.words;
    if (what !== "day" && what !== "session")
      throw new UsageError("写 report day 或 report session", "Say report day or report session");
    return withBooks(flags, io, async (books) => {
      if (books === null) throw new CommandError("no_books", "还没有账", "There are no books yet");
      return what === "day" ? dayOf(books, which, flags, io) : sessionOf(books, which ?? "", flags, io);
    });
  });
}

async function dayOf(
  { store, shop }: Books,
  date: string | undefined,
  flags: Flags,
  io: Io,
): Promise<number> {
  const reports = new DayReports({ store, shop: { id: shop.shop, shop }, clock: systemClock });
  const wanted = date ?? businessDayOf(systemClock.now(), shop).date;
  const answer = await reports.day(wanted);
  if (answer === null)
    throw new CommandError("no_day", `没有 ${wanted} 的账`, `There are no books of ${wanted}`);
  const { report } = answer;
  const digits = minorDigitsOf(report.currency);
  const sheets = daySheets(report, say(io, "zh", "en") === "zh" ? "zh" : "en");
  const [xlsx, csv] = [flags.value("xlsx"), flags.value("csv")];
  if (xlsx !== undefined) await writeFile(filePath(xlsx, io), await xlsxOf(sheets, digits));
  const [sheet] = sheets;
  if (csv !== undefined && sheet !== undefined) await writeFile(filePath(csv, io), csvOf(sheet, digits));
  if (flags.has("json")) io.out(JSON.stringify({ ...report, closedAt: answer.closedAt, hash: answer.hash }));
  else tellDay(report, answer.hash, digits, io);
  return report.balanced ? exitOk : exitFailure;
}

function tellDay(report: DayReport, hash: string | null, digits: number, io: Io): void {
  const { totals, rows, date } = report;
  const state =
    hash === null
      ? say(io, "还没有日结", "not closed yet")
      : `${say(io, "已日结", "closed")} ${hash.slice(0, 12)}`;
  io.out(`${date}  ${state}`);
  const right = { align: "right" } as const;
  const columns: Column[] = [
    { title: say(io, "商品", "SKU"), widthMax: 32 },
    { title: say(io, "期初", "Opening"), ...right },
    { title: say(io, "入库", "Received"), ...right },
    { title: say(io, "退回", "Returned"), ...right },
    { title: say(io, "盘点报损", "Adjusted"), ...right },
    { title: say(io, "发货", "Shipped"), ...right },
    { title: say(io, "期末", "Closing"), ...right },
    { title: say(io, "成交", "Sold"), ...right },
    { title: say(io, "金额", "Amount"), ...right },
    { title: say(io, "平衡", "Balanced") },
  ];
  const cells = (name: string, row: DayReport["totals"] | DayReport["rows"][number]): string[] => [
    name,
    ...[
      row.opening,
      row.openingStock + row.received,
      row.returned,
      row.adjusted,
      row.shipped,
      row.closing,
    ].map(grouped),
    grouped(row.sold),
    (row.sales.amount / 10 ** digits).toFixed(digits),
    row.balanced ? "✓" : row.faults.map(({ equation, off }) => `${equation} ${off}`).join(" "),
  ];
  const shown = rows
    .filter((row) => row.sold > 0 || !row.balanced)
    .toSorted((a, b) => Number(a.balanced) - Number(b.balanced) || b.sales.amount - a.sales.amount);
  const lines = [
    ...shown.slice(0, shownRowsMax).map((row) => cells(`${row.code} ${row.name}`, row)),
    cells(say(io, `合计 ${totals.skus} 款`, `Total of ${totals.skus}`), totals),
  ];
  for (const line of tableLines(columns, lines)) io.out(line);
  if (shown.length > shownRowsMax)
    io.out(
      say(io, `另有 ${shown.length - shownRowsMax} 款有成交，全部见 --xlsx`, "All of them: --xlsx FILE"),
    );
}

async function sessionOf({ store, shop }: Books, id: string, flags: Flags, io: Io): Promise<number> {
  const document = await store.read.document(shop.shop, "session", id);
  if (document === null)
    throw new CommandError("unknown_session", `没有场次 ${id}`, `There is no session ${id}`);
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  const batcher = { submit: () => Promise.reject(new Error("a report writes nothing")) };
  const sessions = new Sessions({ store, shop: shop.shop, clock: systemClock, log: quiet, batcher });
  try {
    const open = await sessions.get((document.body as SessionPlan).id);
    if (open === null)
      throw new CommandError("unknown_session", `没有场次 ${id}`, `There is no session ${id}`);
    const options = { store, shop: { id: shop.shop, shop }, sessions };
    const report = await makeSessionReport(options, open, systemClock.now());
    if (flags.has("json")) io.out(JSON.stringify(report));
    else tellSession(report, minorDigitsOf(report.currency), io);
    return exitOk;
  } finally {
    sessions.close();
  }
}

function tellSession(report: SessionReport, digits: number, io: Io): void {
  const { totals, answers } = report;
  const money = (minor: number): string => (minor / 10 ** digits).toFixed(digits);
  const minutes = Math.round(report.liveMinutes);
  io.out(report.title);
  io.out(
    say(
      io,
      `播了 ${minutes} 分钟，${totals.orders} 单，成交 ${totals.sold} 件，${money(totals.amounts.sold)} ${report.currency}`,
      `${minutes} min, ${totals.orders} orders, ${totals.sold} units, ${money(totals.amounts.sold)} ${report.currency}`,
    ),
  );
  const median = answers.medianAnswerSeconds === null ? "–" : `${Math.round(answers.medianAnswerSeconds)} s`;
  io.out(
    say(
      io,
      `告警 ${answers.raised} 次，中位响应 ${median}`,
      `${answers.raised} alerts, answered in ${median}`,
    ),
  );
  io.out(say(io, `超卖 ${report.oversold} 件`, `Oversold: ${report.oversold}`));
  const right = { align: "right" } as const;
  const columns: Column[] = [
    { title: "SKU" },
    { title: say(io, "计划", "Target"), ...right },
    { title: say(io, "成交", "Sold"), ...right },
    { title: say(io, "金额", "Amount"), ...right },
    { title: say(io, "开播", "Opening"), ...right },
    { title: say(io, "剩余", "Left"), ...right },
  ];
  const lines = report.products
    .slice(0, shownRowsMax)
    .map(({ sku, target, sold, presold, amount, opening, closing }) => [
      sku,
      target === null ? "–" : grouped(target),
      grouped(sold + presold),
      money(amount),
      grouped(opening),
      grouped(closing),
    ]);
  for (const line of tableLines(columns, lines)) io.out(line);
}
