import type { JournalEntry } from "../store/store.ts";
import { grouped, tableLines, type Column } from "./columns.ts";
import { exitOk } from "./exit.ts";
import { runCommand } from "./failure.ts";
import { parseFlags, wholeNumber } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { withBooks } from "./workspace.ts";

const limitDefault = 20;
const limitMax = 100_000;
const pageRows = 1_000;

/**
 * `journal [--sku S] [--after N] [--limit N] [--json]`: movements of units. The latest, or those after a number,
 * oldest first.
 */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("journal", argv, io, async () => {
    const flags = parseFlags(argv, { flags: { sku: "value", after: "value", limit: "value" }, words: [] });
    const limit = wholeNumber(flags, "limit", limitMax) ?? limitDefault;
    const after = wholeNumber(flags, "after", Number.MAX_SAFE_INTEGER);
    const sku = flags.value("sku");
    return withBooks(flags, io, async (books) => {
      const entries: JournalEntry[] = [];
      while (books !== null && entries.length < limit) {
        const last = entries.at(-1)?.seq;
        const page = await books.store.read.journal(books.shop.shop, {
          ...(sku === undefined ? {} : { sku }),
          ...(after === undefined ? (last === undefined ? {} : { before: last }) : { after: last ?? after }),
          limit: Math.min(pageRows, limit - entries.length),
        });
        if (page.length === 0) break;
        entries.push(...page);
      }
      // The latest are read backwards; they are shown in the order in which they happened.
      const items = after === undefined ? entries.toReversed() : entries;
      if (flags.has("json")) {
        io.out(JSON.stringify({ items: items.map(jsonItem), next: items.at(-1)?.seq ?? after ?? 0 }));
      } else printJournal(items, books?.shop.timeZone ?? "UTC", io);
      return exitOk;
    });
  });
}

/** As the API shows it. */
function jsonItem(entry: JournalEntry): Record<string, string | number | null> {
  return {
    ...entry,
    at: new Date(entry.at).toISOString(),
    recordedAt: new Date(entry.recordedAt).toISOString(),
  };
}

function printJournal(entries: readonly JournalEntry[], timeZone: string, io: Io): void {
  const time = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  const columns: Column[] = [
    { title: say(io, "流水", "Seq"), align: "right" },
    { title: say(io, "时间", "Time") },
    { title: "SKU", widthMax: 24 },
    { title: say(io, "从", "From") },
    { title: say(io, "到", "To") },
    { title: say(io, "件数", "Units"), align: "right" },
    { title: say(io, "原因", "Reason") },
    { title: say(io, "单据", "Document"), widthMax: 36 },
    { title: say(io, "经手", "By"), widthMax: 20 },
  ];
  const place = (name: JournalEntry["from"]): string => say(io, placeNames[name], name);
  const rows = entries.map((entry) => [
    String(entry.seq),
    time.format(entry.at),
    entry.sku,
    place(entry.from),
    place(entry.to),
    grouped(entry.quantity),
    say(io, reasonNames[entry.reason], entry.reason),
    entry.orderId === null ? (entry.doc ?? "") : `${entry.channel} ${entry.orderId} #${entry.lineId}`,
    // People are written as their id and name.
    entry.actor.replace(/^[^/]*\//, ""),
  ]);
  for (const line of tableLines(columns, rows)) {
    if (io.closed) return;
    io.out(line);
  }
}

const placeNames: Record<JournalEntry["from"], string> = {
  available: "可用",
  held: "占用",
  committed: "待发",
  quarantine: "不良",
  loaned: "样品",
  supplier: "供应商",
  customer: "客户",
  lost: "损耗",
  shortage: "欠货",
  presale: "预售",
  demand: "需求",
};

const reasonNames: Record<JournalEntry["reason"], string> = {
  opening: "期初",
  receive: "收货",
  supplier_return: "退供应商",
  order: "下单",
  payment: "付款",
  unpay: "退回待付",
  cancel: "取消",
  expire: "超时释放",
  cover: "补上",
  displace: "让出",
  short: "欠货",
  ship: "发货",
  return: "退货入库",
  count_gain: "盘盈",
  count_loss: "盘亏",
  write_off: "报损",
  quarantine: "转不良",
  release: "不良转好",
  loan: "借样",
  loan_return: "还样",
  put_away: "上架",
  policy: "改资料",
  transfer_out: "调拨发出",
  transfer_in: "调拨到货",
};
