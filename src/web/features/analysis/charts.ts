import type { AnalysisItem } from "../../../api/analysis.ts";
import { chartStyle, type ChartOption } from "../../ui/chart.tsx";
import { axisDay } from "../../ui/days.ts";
import type { Format } from "../../ui/format.ts";
import { tokenValue } from "../../ui/theme.ts";

interface DailyNames {
  readonly sold: string;
  readonly closing: string;
  readonly amount: string;
}

/** Units sold a day as bars, what stood on the shelves at night as a curve on its own scale. */
export function dailyOption(
  daily: AnalysisItem["daily"],
  format: Format,
  short: (value: number) => string,
  names: DailyNames,
): ChartOption {
  const { axis, scale, tooltip } = chartStyle();
  return {
    animation: false,
    grid: { left: 48, right: 52, top: 14, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (points: readonly { dataIndex: number }[]) => {
        const day = daily[points[0]?.dataIndex ?? 0];
        if (day === undefined) return "";
        return [
          day.date,
          `${names.sold} <b>${format.number(day.sold)}</b>`,
          `${names.amount} <b>${format.money(day.amount)}</b>`,
          `${names.closing} <b>${format.number(day.closing)}</b>`,
        ].join("<br/>");
      },
    },
    xAxis: {
      type: "category",
      data: daily.map(({ date }) => date),
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: axisDay(daily.map(({ date }) => date)) },
    },
    yAxis: [
      { type: "value", minInterval: 1, ...scale, axisLabel: { ...scale.axisLabel, formatter: short } },
      {
        type: "value",
        minInterval: 1,
        ...scale,
        splitLine: { show: false },
        axisLabel: { ...scale.axisLabel, formatter: short },
      },
    ],
    series: [
      {
        type: "bar",
        barMaxWidth: 34,
        itemStyle: { color: tokenValue("--accent"), borderRadius: [3, 3, 0, 0] },
        data: daily.map(({ sold }) => sold),
      },
      {
        type: "line",
        yAxisIndex: 1,
        showSymbol: daily.length < 3,
        lineStyle: { color: tokenValue("--committed"), width: 2 },
        itemStyle: { color: tokenValue("--committed") },
        data: daily.map(({ closing }) => closing),
      },
    ],
  };
}

const classTokens = { A: "--accent", B: "--series-2", C: "--on-hand" } as const;
/** More bars than pixels would be a smear. */
const paretoBarsMax = 120;

/** The products by what they bring, and how much all down to each bring together: few bring most. */
export function paretoOption(
  abc: AnalysisItem["abc"],
  format: Format,
  short: (value: number) => string,
): ChartOption {
  const { axis, scale, tooltip } = chartStyle();
  const shown = abc.filter(({ amount }) => amount > 0).slice(0, paretoBarsMax);
  return {
    animation: false,
    grid: { left: 52, right: 46, top: 14, bottom: 12 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (points: readonly { dataIndex: number }[]) => {
        const item = shown[points[0]?.dataIndex ?? 0];
        if (item === undefined) return "";
        const name = document.createElement("b");
        name.textContent = item.name;
        return `${item.class} · ${name.outerHTML}<br/>${format.money(item.amount)} · ${item.cumulativePercent.toFixed(1)}%`;
      },
    },
    xAxis: {
      type: "category",
      data: shown.map(({ sku }) => sku),
      ...axis,
      axisLabel: { show: false },
    },
    yAxis: [
      {
        type: "value",
        ...scale,
        axisLabel: { ...scale.axisLabel, formatter: (minor: number) => short(minor / format.moneyScale) },
      },
      {
        type: "value",
        max: 100,
        ...scale,
        splitLine: { show: false },
        axisLabel: { ...scale.axisLabel, formatter: (value: number) => `${value}%` },
      },
    ],
    series: [
      {
        type: "bar",
        barCategoryGap: "10%",
        data: shown.map(({ amount, class: of }) => ({
          value: amount,
          itemStyle: { color: tokenValue(classTokens[of]) },
        })),
      },
      {
        type: "line",
        yAxisIndex: 1,
        showSymbol: false,
        lineStyle: { color: tokenValue("--muted"), width: 2 },
        itemStyle: { color: tokenValue("--muted") },
        data: shown.map(({ cumulativePercent }) => cumulativePercent),
      },
    ],
  };
}
