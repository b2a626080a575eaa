import type { Language } from "../../domain/live/words.ts";
import type { SessionReport } from "../../domain/report/session-report.ts";
import type { Sheet, SheetCell } from "../../domain/report/sheet.ts";
import type { Instant } from "../../domain/rows.ts";
import type { SessionAnswer } from "./kept-session.ts";

/** How an instant of the session is written: in the shop's zone. */
export type TimeText = (at: Instant) => string;
type Say = (zh: string, en: string) => string;

/** The workbook of a session: its products, channels, minutes, alerts, estimates and oversells. */
export function sessionSheets(
  { report, names }: Pick<SessionAnswer, "report" | "names">,
  language: Language,
  timeText: TimeText,
): readonly Sheet[] {
  const say: Say = (zh, en) => (language === "zh" ? zh : en);
  const nameOf = (sku: string | null): SheetCell => text(sku === null ? "" : (names[sku] ?? ""));
  const sheets = [
    productSheet(report, say, nameOf, timeText),
    channelSheet(report, say),
    timelineSheet(report, say, timeText),
    alertSheet(report, say, nameOf, timeText),
    forecastSheet(report, say, nameOf, timeText),
    oversellSheet(report, say, nameOf),
  ];
  // The first is the report; of the others, those that say something.
  return sheets.filter(({ rows }, index) => index === 0 || rows.length > 1);
}

/** @param nameOf the SKU's name, as a text */
function productSheet(
  report: SessionReport,
  say: Say,
  nameOf: (sku: string) => SheetCell,
  timeText: TimeText,
): Sheet {
  const { products, totals } = report;
  const rows = products.map((one) => [
    text(one.sku),
    nameOf(one.sku),
    whole(one.target),
    whole(one.opening),
    whole(one.arrived),
    whole(one.sold),
    whole(one.presold),
    whole(one.cancelled),
    whole(one.closing),
    money(one.amount),
    whole(one.sellThrough === null ? null : Math.round(one.sellThrough)),
    whole(one.targetPercent === null ? null : Math.round(one.targetPercent)),
    text(one.soldOutAt === null ? "" : timeText(one.soldOutAt)),
    whole(Math.round(one.shownMinutes)),
  ]);
  const sums = [
    sumCell(products, 2, ({ target }) => target ?? 0),
    sumCell(products, 3, ({ opening }) => opening),
    sumCell(products, 4, ({ arrived }) => arrived),
    sumCell(products, 5, ({ sold }) => sold),
    sumCell(products, 6, ({ presold }) => presold),
    sumCell(products, 7, ({ cancelled }) => cancelled),
    sumCell(products, 8, ({ closing }) => closing),
    money(totals.amounts.sold),
  ];
  return {
    title: `${say("场次报表", "Session report")} ${report.title}`,
    headers: [
      say("商品编码", "SKU"),
      say("商品名称", "Name"),
      say("目标件数", "Target"),
      say("开播可售", "Sellable at the start"),
      say("播中到货", "Arrived"),
      say("成交件数", "Sold"),
      say("预售件数", "Presold"),
      say("取消件数", "Cancelled"),
      say("下播可售", "Sellable at the end"),
      say("成交金额", "Amount"),
      say("售罄率 %", "Sell-through %"),
      say("目标完成 %", "Of target %"),
      say("售罄时刻", "Sold out at"),
      say("讲解分钟", "Minutes shown"),
    ],
    rows: [...rows, [text(say("合计", "Total")), text(""), ...sums, empty, empty, empty, empty]],
  };
}

function channelSheet({ channels }: SessionReport, say: Say): Sheet {
  return {
    title: say("按渠道", "By channel"),
    headers: [say("渠道", "Channel"), say("订单数", "Orders"), say("件数", "Units"), say("金额", "Amount")],
    rows: [
      ...channels.map(({ channel, orders, units, amount }) => [
        text(channel),
        whole(orders),
        whole(units),
        money(amount),
      ]),
      [
        text(say("合计", "Total")),
        sumCell(channels, 1, ({ orders }) => orders),
        sumCell(channels, 2, ({ units }) => units),
        money(channels.reduce((sum, { amount }) => sum + amount, 0)),
      ],
    ],
  };
}

function timelineSheet({ timeline }: SessionReport, say: Say, timeText: TimeText): Sheet {
  return {
    title: say("时间线", "Timeline"),
    headers: [
      say("时刻", "Time"),
      say("分钟", "Minutes"),
      say("订单数", "Orders"),
      say("件数", "Units"),
      say("金额", "Amount"),
      say("取消件数", "Cancelled"),
    ],
    rows: [
      ...timeline.map((step) => [
        text(timeText(step.at)),
        whole(step.minutes),
        whole(step.orders),
        whole(step.sold),
        money(step.amount),
        whole(step.cancelled),
      ]),
      [
        text(say("合计", "Total")),
        sumCell(timeline, 1, ({ minutes }) => minutes),
        sumCell(timeline, 2, ({ orders }) => orders),
        sumCell(timeline, 3, ({ sold }) => sold),
        money(timeline.reduce((sum, { amount }) => sum + amount, 0)),
        sumCell(timeline, 5, ({ cancelled }) => cancelled),
      ],
    ],
  };
}

function alertSheet(
  { answers }: SessionReport,
  say: Say,
  nameOf: (sku: string | null) => SheetCell,
  timeText: TimeText,
): Sheet {
  return {
    title: say("告警与响应", "Alerts and answers"),
    headers: [
      say("时刻", "Time"),
      say("规则", "Rule"),
      say("级别", "Severity"),
      say("商品编码", "SKU"),
      say("商品名称", "Name"),
      say("响应秒数", "Answered in s"),
      say("持续秒数", "Open for s"),
      say("处理人", "By"),
    ],
    rows: [
      ...answers.alerts.map((alert) => [
        text(timeText(alert.raisedAt)),
        text(alert.rule),
        whole(alert.severity),
        text(alert.sku ?? ""),
        nameOf(alert.sku),
        whole(alert.answerSeconds === null ? null : Math.round(alert.answerSeconds)),
        whole(alert.openSeconds === null ? null : Math.round(alert.openSeconds)),
        text(alert.by ?? ""),
      ]),
      [
        text(say("次数", "Alerts")),
        empty,
        empty,
        empty,
        empty,
        whole(answers.acknowledged),
        whole(answers.raised),
        empty,
      ],
    ],
  };
}

function forecastSheet(
  { forecasts }: SessionReport,
  say: Say,
  nameOf: (sku: string) => SheetCell,
  timeText: TimeText,
): Sheet {
  return {
    title: say("预测与实际", "Forecast and fact"),
    headers: [
      say("时刻", "Time"),
      say("商品编码", "SKU"),
      say("商品名称", "Name"),
      say("预计几分钟售罄", "Said: sold out in min"),
      say("实际几分钟售罄", "Happened after min"),
    ],
    rows: [
      ...forecasts.map((one) => [
        text(timeText(one.at)),
        text(one.sku),
        nameOf(one.sku),
        whole(Math.round(one.saidMinutes)),
        whole(one.happenedMinutes === null ? null : Math.round(one.happenedMinutes)),
      ]),
      [text(say("条数", "Estimates")), empty, empty, whole(forecasts.length), empty],
    ],
  };
}

function oversellSheet({ oversells }: SessionReport, say: Say, nameOf: (sku: string) => SheetCell): Sheet {
  return {
    title: say("超卖", "Oversold"),
    headers: [
      say("商品编码", "SKU"),
      say("商品名称", "Name"),
      say("最多超卖", "Most"),
      say("仍欠", "Still owed"),
    ],
    rows: [
      ...oversells.map(({ sku, most, open }) => [text(sku), nameOf(sku), whole(most), whole(open)]),
      [
        text(say("合计", "Total")),
        empty,
        sumCell(oversells, 2, ({ most }) => most),
        sumCell(oversells, 3, ({ open }) => open),
      ],
    ],
  };
}

const empty: SheetCell = { as: "empty" };

function text(value: string): SheetCell {
  return { as: "text", text: value };
}

function whole(value: number | null): SheetCell {
  return value === null ? empty : { as: "number", number: value };
}

function money(minor: number): SheetCell {
  return { as: "money", minor };
}

/** The sum of a column as a formula over the rows above; a fixed 0 where there are none. */
function sumCell<Row>(rows: readonly Row[], column: number, of: (row: Row) => number): SheetCell {
  const sum = rows.reduce((all, row) => all + of(row), 0);
  if (rows.length === 0) return whole(0);
  const letter = String.fromCodePoint(65 + column);
  return { as: "formula", formula: `SUM(${letter}2:${letter}${rows.length + 1})`, number: sum };
}
