import type { DayReport } from "../domain/report/day-report.ts";
import type { SessionReport } from "../domain/report/session-report.ts";
import { hourMs } from "../domain/live/time.ts";
import type { Log } from "../engine/errors.ts";
import { tell, type Notice } from "../engine/notify/notice.ts";
import { makeSessionReport } from "../engine/after-live/session-reports.ts";
import type { OpenShop } from "../engine/shops.ts";
import { minorDigitsOf } from "../import/clean.ts";
import type { Store } from "../store/store.ts";
import type { Job } from "./runner.ts";

export const reportJobLimits = {
  everyMs: 30_000,
  /** What ended longer ago is no news: books that begin with last year's orders tell nobody of each day. */
  newsMs: 48 * hourMs,
  sessionsListedMax: 50,
  /** The window that the page of analyses opens with. */
  analysisDays: 30,
} as const;

/** Closes the business days that are over, and tells of their reports and of those of sessions that ended. */
export function reportsJob(store: Store, log: Log): Job {
  const told = new Set<string>();
  return {
    name: "reports",
    everyMs: reportJobLimits.everyMs,
    run: async ({ shop, now }) => {
      const closed = await shop.reports.closeDue();
      // Worked out now, they are there when somebody asks.
      if (closed.length > 0) await shop.analyser.analyse(reportJobLimits.analysisDays);
      let sent = 0;
      for (const head of closed) {
        if (!head.balanced)
          log.error(
            { shop: shop.id, day: head.date },
            "the report of a day does not balance: run zaiku verify",
          );
        if (head.to + reportJobLimits.newsMs < now) continue;
        const answer = await shop.reports.day(head.date);
        if (answer !== null) sent += await tell(store, shop.id, dayNotice(answer.report, now));
      }
      for (const open of await shop.sessions.list(reportJobLimits.sessionsListedMax)) {
        const { endedAt } = open.state;
        const key = `${shop.id}/${open.plan.id}/${endedAt ?? ""}`;
        if (endedAt === null || endedAt + reportJobLimits.newsMs < now || told.has(key)) continue;
        const report = await makeSessionReport({ store, shop, sessions: shop.sessions }, open, now);
        sent += await tell(store, shop.id, sessionReportNotice(report, shop, endedAt, now));
        told.add(key);
      }
      return { closed: closed.length, told: sent };
    },
  };
}

function dayNotice(report: DayReport, at: number): Notice {
  const { date, totals, currency, balanced } = report;
  const amount = moneyText(totals.sales.amount, currency);
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
        `- 成交 **${totals.sold}** 件，**${amount}**，${totals.sales.orders} 单`,
        `- 取消 ${totals.cancelled} 件，退款 ${totals.refunded} 件，预售 ${totals.presale.sold} 件`,
        `- 期初 ${totals.opening}，发货 ${totals.shipped}，期末 **${totals.closing}**（${balanceZh}）`,
        `- 超卖欠货 **${totals.closingBalance.shortage}** 件`,
      ].join("\n"),
      en: [
        `- sold **${totals.sold}** units, **${amount}**, ${totals.sales.orders} orders`,
        `- cancelled ${totals.cancelled}, refunded ${totals.refunded}, presold ${totals.presale.sold}`,
        `- opening ${totals.opening}, shipped ${totals.shipped}, closing **${totals.closing}** (${balanceEn})`,
        `- oversold and still owed: **${totals.closingBalance.shortage}**`,
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
