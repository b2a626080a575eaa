import { sayHit } from "../domain/odd/evidence.ts";
import { oddRules, ruleWords, thresholdRanges, type OddPolicy } from "../domain/odd/policy.ts";
import { unitsOfOrder } from "../domain/odd/order.ts";
import { readOddPolicy, scanOrders, type Period } from "../engine/after-live/odd-orders.ts";
import { DayReports } from "../engine/after-live/reports.ts";
import { systemClock } from "../engine/clock.ts";
import { grouped, tableLines, type Column } from "./columns.ts";
import { evaluate } from "./odd-evaluate.ts";
import { exitOk } from "./exit.ts";
import { CommandError, runCommand } from "./failure.ts";
import { nearestOf, parseFlags, UsageError, type Flags } from "./flags.ts";
import { say, type Io } from "./io.ts";
import { withBooks } from "./workspace.ts";

const shownMax = 20;

/** `odd evaluate --sim` measures the rules; `odd [--from DATE --to DATE] [--set bulkTimes=10]`: what the rules find in the books, and why. It changes nothing. */
export function run(argv: readonly string[], io: Io): Promise<number> {
  return runCommand("odd", argv, io, async () => {
    if (argv.includes("evaluate")) return evaluate(argv, io);
    const flags = parseFlags(argv, { flags: { from: "value", to: "value", set: "value" }, words: [] });
    return withBooks(flags, io, async (books) => {
      if (books === null) throw new CommandError("no_books", "还没有账", "There are no books yet");
      const { store, shop } = books;
      const options = { read: store.read, sides: store.orderSides, shop: shop.shop };
      const policy = changed((await readOddPolicy(options)).policy, flags.value("set"));
      const reports = new DayReports({ store, shop: { id: shop.shop, shop }, clock: systemClock });
      const period = periodOf(reports, flags);
      const { orders, findings } = await scanOrders(options, period, policy);
      if (flags.has("json"))
        io.out(JSON.stringify({ orders, odd: findings.filter(({ odd }) => odd).length, findings }));
      else tell(orders, findings, io);
      return exitOk;
    });
  });
}

function periodOf(reports: DayReports, flags: Flags): Period {
  const today = reports.dateOf(systemClock.now());
  const [from, to] = [flags.value("from") ?? today, flags.value("to") ?? flags.value("from") ?? today];
  for (const date of [from, to])
    if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date)))
      throw new UsageError(`日期写成 2026-11-11：${date}`, `A date is written 2026-11-11: ${date}`);
  return { from: reports.spanOf(from).from, to: reports.spanOf(to).to };
}

/** @throws UsageError for a threshold that there is not, or a value out of its range */
function changed(policy: OddPolicy, set: string | undefined): OddPolicy {
  if (set === undefined) return policy;
  const thresholds: Record<string, number> = { ...policy.thresholds };
  for (const part of set.split(",")) {
    const [name = "", text = ""] = part.split("=");
    if (!isThreshold(name)) {
      const nearest = nearestOf(name, Object.keys(thresholdRanges));
      throw new UsageError(
        `没有阈值 ${name}${nearest === null ? "" : `，是不是 ${nearest}？`}`,
        `There is no threshold ${name}${nearest === null ? "" : `; did you mean ${nearest}?`}`,
      );
    }
    const [least, most] = thresholdRanges[name];
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new UsageError(
        `${name} 要是 ${least} 到 ${most} 的整数`,
        `${name} takes a whole number from ${least} to ${most}`,
      );
    thresholds[name] = value;
  }
  return { ...policy, thresholds: thresholds as unknown as OddPolicy["thresholds"] };
}

function isThreshold(name: string): name is keyof typeof thresholdRanges {
  return Object.hasOwn(thresholdRanges, name);
}

function tell(orders: number, findings: Awaited<ReturnType<typeof scanOrders>>["findings"], io: Io): void {
  const odd = findings.filter((one) => one.odd);
  io.out(
    say(io, `${grouped(orders)} 单，异常 ${odd.length} 单`, `${grouped(orders)} orders, ${odd.length} odd`),
  );
  const language = say(io, "zh", "en") === "zh" ? "zh" : "en";
  for (const rule of oddRules) {
    const count = findings.filter(({ hits }) => hits.some((hit) => hit.rule === rule)).length;
    if (count > 0)
      io.out(`  ${String(count).padStart(6)}  ${ruleWords[rule][language].replaceAll(/\{\w+\}/g, "…")}`);
  }
  const columns: Column[] = [
    { title: say(io, "订单", "Order") },
    { title: say(io, "件数", "Units"), align: "right" },
    { title: say(io, "分", "Points"), align: "right" },
    { title: say(io, "为什么", "Why"), widthMax: 90 },
  ];
  const rows = odd
    .toSorted((a, b) => b.points - a.points || unitsOfOrder(b.order) - unitsOfOrder(a.order))
    .slice(0, shownMax)
    .map(({ order, points, hits }) => [
      `${order.channel}/${order.orderId}`,
      grouped(unitsOfOrder(order)),
      String(points),
      hits
        .map((hit) => `${hit.sku ?? ""} ${sayHit(hit, language)}`.trim())
        .join(language === "zh" ? "；" : "; "),
    ]);
  if (rows.length > 0) for (const line of tableLines(columns, rows)) io.out(line);
  if (odd.length > shownMax)
    io.out(say(io, `另有 ${odd.length - shownMax} 单，全部见 --json`, "All of them: --json"));
}
