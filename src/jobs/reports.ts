import type { SessionReport } from "../domain/report/session-report.ts";
import { hourMs } from "../domain/live/time.ts";
import type { Log } from "../engine/errors.ts";
import { tell, type Notice } from "../engine/notify/notice.ts";
import { isSettled, keepSession } from "../engine/after-live/kept-session.ts";
import type { DaySummary } from "../engine/after-live/reports.ts";
import type { OpenShop } from "../engine/shops.ts";
import { minorDigitsOf } from "../import/clean.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

export const reportJobLimits = {
  everyMs: 30_000,
  /** What ended longer ago is no news: books that begin with last year's orders tell nobody of each day. */
  newsMs: 48 * hourMs,
  /** As many days as that may touch. */
  newsDaysMax: 4,
  sessionsListedMax: 50,
  sessionsKeptPerTurn: 4,
  /** The window that the page of analyses opens with. */
  analysisDays: 30,
} as const;

/** Closes the business days that are over, and tells of their reports and of those of sessions that ended. */
export function reportsJob(store: Store, log: Log): Job {
  const told = new Set<string>();
  const kept = new Set<string>();
  return {
    name: "reports",
    everyMs: reportJobLimits.everyMs,
    run: async ({ shop, now }) => {
      const closed = await shop.reports.closeDue();
      // Worked out now, they are there when somebody asks.
      if (closed.length > 0) await shop.afterLive.prepare(reportJobLimits.analysisDays);
      for (const { date, balanced } of closed)
        if (!balanced)
          log.error({ shop: shop.id, day: date }, "the report of a day does not balance: run zaiku verify");
      let sent = 0;
      // Whoever opens a page after the cut closes the day as well, and a node may end between closing and telling.
      const from = shop.reports.dateOf(now - reportJobLimits.newsMs);
      for (const day of await shop.reports.list({ from, limit: reportJobLimits.newsDaysMax })) {
        const key = `${shop.id}/day/${day.date}`;
        if (day.to + reportJobLimits.newsMs < now || told.has(key)) continue;
        sent += await tell(store, shop.id, dayNotice(day, shop.shop.currency, now));
        told.add(key);
      }
      for (const open of await shop.sessions.list(reportJobLimits.sessionsListedMax)) {
        const { endedAt } = open.state;
        const key = `${shop.id}/${open.plan.id}/${endedAt ?? ""}`;
        if (endedAt === null || endedAt + reportJobLimits.newsMs < now || told.has(key)) continue;
        const made = await shop.afterLive.sessionReport(open.plan.id);
        if (made === null) continue;
        sent += await tell(store, shop.id, sessionReportNotice(made.report, shop, endedAt, now));
        told.add(key);
      }
      return { closed: closed.length, told: sent, kept: await keepSettled(shop, kept, now) };
    },
  };
}

/** Keeps the reports of sessions of which nothing is expected any more, a few at a turn: each reads much. */
async function keepSettled(shop: OpenShop, known: Set<string>, now: number): Promise<number> {
  let kept = 0;
  for (const { plan, state } of await shop.sessions.list(reportJobLimits.sessionsListedMax)) {
    const key = `${shop.id}/${plan.id}/${state.endedAt ?? ""}`;
    if (!isSettled(state, now) || known.has(key)) continue;
    const made = await shop.afterLive.sessionReport(plan.id);
    if (made !== null && (await keepSession(shop.batcher, made, { actor: "reports", at: now }))) kept += 1;
    known.add(key);
    if (kept >= reportJobLimits.sessionsKeptPerTurn) break;
  }
  return kept;
}

function dayNotice(day: DaySummary, currency: string, at: number): Notice {
  const { date, figures, sales, balanced, shortage } = day;
  const amount = moneyText(sales.amount, currency);
  const balanceZh = balanced ? "每行平衡" : "**不平，请先查差异**";
  const balanceEn = balanced ? "every row balances" : "**it does not balance: find out why first**";
  return {
    key: `report/day/${date}`,
    topic: "report",
    session: null,
    severity: balanced ? 1 : 3,
    title: { zh: `${date} 日报`, en: `Report of ${date}` },
    text: {
      zh: [
        `- 成交 **${figures.sold}** 件，**${amount}**，${sales.orders} 单`,
        `- 取消 ${figures.cancelled} 件，退款 ${figures.refunded} 件，预售 ${sales.presold} 件`,
        `- 期初 ${figures.opening}，发货 ${figures.shipped}，期末 **${figures.closing}**（${balanceZh}）`,
        `- 超卖欠货 **${shortage}** 件`,
      ].join("\n"),
      en: [
        `- sold **${figures.sold}** units, **${amount}**, ${sales.orders} orders`,
        `- cancelled ${figures.cancelled}, refunded ${figures.refunded}, presold ${sales.presold}`,
        `- opening ${figures.opening}, shipped ${figures.shipped}, closing **${figures.closing}** (${balanceEn})`,
        `- oversold and still owed: **${shortage}**`,
      ].join("\n"),
    },
    link: `/reports/days/${date}`,
    at,
  };
}

function sessionReportNotice(report: SessionReport, shop: OpenShop, endedAt: number, at: number): Notice {
  const { totals, answers, oversold } = report;
  const amount = moneyText(totals.amounts.sold, shop.shop.currency);
  const median = answers.medianAnswerSeconds;
  return {
    key: `report/session/${report.session}/${endedAt}`,
    topic: "report",
    session: report.session,
    severity: 1,
    title: { zh: `【${report.title}】场次报表`, en: `[${report.title}] session report` },
    text: {
      zh: [
        `- 成交 **${totals.sold + totals.presold}** 件，**${amount}**，${totals.orders} 单，播了 ${Math.round(report.liveMinutes)} 分钟`,
        `- 告警 ${answers.raised} 次${median === null ? "" : `，中位响应 ${Math.round(median)} 秒`}`,
        oversold === 0 ? "- 超卖 **0**" : `- 超卖 **${oversold}** 件，${report.oversells.length} 款`,
      ].join("\n"),
      en: [
        `- sold **${totals.sold + totals.presold}** units, **${amount}**, ${totals.orders} orders in ${Math.round(report.liveMinutes)} min`,
        `- ${answers.raised} alerts${median === null ? "" : `, answered in ${Math.round(median)} s (median)`}`,
        oversold === 0
          ? "- oversold: **0**"
          : `- oversold: **${oversold}** units of ${report.oversells.length} products`,
      ].join("\n"),
    },
    link: `/reports/sessions/${encodeURIComponent(report.session)}`,
    at,
  };
}

function moneyText(minor: number, currency: string): string {
  const digits = minorDigitsOf(currency);
  return `${(minor / 10 ** digits).toLocaleString("en-US", { minimumFractionDigits: digits })} ${currency}`;
}
