import type { CountAccuracy } from "../../../api/counts.ts";
import { chartStyle, type ChartOption } from "../../ui/chart.tsx";
import { percentText } from "../../ui/days.ts";
import type { Format } from "../../ui/format.ts";
import { tokenValue } from "../../ui/theme.ts";

/** What the charts of accuracy draw. */

type Day = CountAccuracy["byDay"][number];

/** One line of a chart, with the colour that its name has beside it. */
export interface AccuracyLine {
  readonly name: string;
  readonly token: string;
  readonly days: readonly Day[];
}

/** Colours that are told apart on both themes, in the order of the lines. */
export const lineTokens = ["--accent", "--ok", "--tier1", "--series-5", "--series-2", "--tier2"] as const;

/** Money with its losses below zero; the sums follow from the net and the gross value. */
function gainOf({ netMinor, grossMinor }: Day): number {
  return (grossMinor + netMinor) / 2;
}
function lossOf({ netMinor, grossMinor }: Day): number {
  return (grossMinor - netMinor) / 2;
}

function dateAxis(dates: readonly string[]) {
  const { axis } = chartStyle();
  const short = (date: string) => date.slice(5).replace("-", "/");
  return {
    type: "category" as const,
    data: [...dates],
    ...axis,
    axisLabel: { ...axis.axisLabel, formatter: short },
  };
}

function iraAxis(days: readonly Day[]) {
  const { scale } = chartStyle();
  const least = Math.min(90, ...days.map((day) => day.ira ?? 100));
  return {
    type: "value" as const,
    min: Math.floor(least / 10) * 10,
    max: 100,
    ...scale,
    axisLabel: { ...scale.axisLabel, formatter: "{value}%" },
  };
}

interface Point {
  readonly dataIndex: number;
}

/** The share of bins without a difference by day, over how many were counted. */
export function iraOption(days: readonly Day[], format: Format, ira: string, bins: string): ChartOption {
  const { tooltip } = chartStyle();
  return {
    animation: false,
    grid: { left: 46, right: 40, top: 16, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (points: readonly Point[]) => {
        const day = days[points[0]?.dataIndex ?? 0];
        if (day === undefined) return "";
        return `${day.date}<br/>${ira} <b>${percentText(day.ira, 1)}</b><br/>${bins} <b>${format.number(day.bins)}</b>`;
      },
    },
    xAxis: dateAxis(days.map(({ date }) => date)),
    yAxis: [iraAxis(days), { type: "value", show: false }],
    series: [
      {
        type: "bar",
        yAxisIndex: 1,
        barMaxWidth: 26,
        itemStyle: { color: tokenValue("--on-hand"), opacity: 0.6 },
        data: days.map((day) => day.bins),
      },
      {
        type: "line",
        connectNulls: true,
        symbolSize: 7,
        lineStyle: { color: tokenValue("--accent"), width: 2.5 },
        itemStyle: { color: tokenValue("--accent") },
        data: days.map((day) => day.ira),
      },
    ],
  };
}

/** Accuracy of each zone or counter over the same days; a day on which one counted nothing is no point of its line. */
export function linesOption(lines: readonly AccuracyLine[], format: Format, bins: string): ChartOption {
  const { tooltip } = chartStyle();
  const dates = [...new Set(lines.flatMap(({ days }) => days.map(({ date }) => date)))].toSorted();
  const byDate = lines.map(({ days }) => new Map(days.map((day) => [day.date, day])));
  return {
    animation: false,
    grid: { left: 46, right: 16, top: 16, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (points: readonly Point[]) => {
        const date = dates[points[0]?.dataIndex ?? 0] ?? "";
        const rows = lines.flatMap(({ name }, index) => {
          const day = byDate[index]?.get(date);
          return day === undefined
            ? []
            : [`${escaped(name)} <b>${percentText(day.ira, 1)}</b> · ${bins} ${format.number(day.bins)}`];
        });
        return [date, ...rows].join("<br/>");
      },
    },
    xAxis: dateAxis(dates),
    yAxis: iraAxis(lines.flatMap(({ days }) => days)),
    series: lines.map(({ token }, index) => ({
      type: "line" as const,
      connectNulls: true,
      symbolSize: 7,
      lineStyle: { color: tokenValue(token), width: 2 },
      itemStyle: { color: tokenValue(token) },
      data: dates.map((date) => byDate[index]?.get(date)?.ira ?? null),
    })),
  };
}

/** A name is somebody's text, and a tooltip is HTML. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export interface ValueWords {
  readonly gain: string;
  readonly loss: string;
  readonly net: string;
}

/** What was found up, what is missing down: in units, or in money with the net of each day as a line. */
export function valuesOption(
  days: readonly Day[],
  measure: "units" | "money",
  { format, words, short }: { format: Format; words: ValueWords; short: (value: number) => string },
): ChartOption {
  const { scale, tooltip } = chartStyle();
  const bar = { type: "bar" as const, stack: "both", barMaxWidth: 26 };
  const money = measure === "money";
  const [up, down] = money ? [gainOf, lossOf] : [(day: Day) => day.gain, (day: Day) => day.loss];
  const text = (value: number) => (money ? format.money(value) : format.number(value));
  const net = (day: Day) => (money ? day.netMinor : day.gain - day.loss);
  const onAxis = (value: number) => (money ? short(value / format.moneyScale) : short(value));
  const line = tokenValue("--text");
  return {
    animation: false,
    grid: { left: 56, right: 16, top: 16, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (points: readonly Point[]) => {
        const day = days[points[0]?.dataIndex ?? 0];
        if (day === undefined) return "";
        return [
          day.date,
          `${words.gain} <b>${text(up(day))}</b>`,
          `${words.loss} <b>${text(down(day))}</b>`,
          `${words.net} <b>${text(net(day))}</b>`,
        ].join("<br/>");
      },
    },
    xAxis: dateAxis(days.map(({ date }) => date)),
    yAxis: { type: "value", minInterval: 1, ...scale, axisLabel: { ...scale.axisLabel, formatter: onAxis } },
    series: [
      { ...bar, itemStyle: { color: tokenValue("--ok") }, data: days.map(up) },
      { ...bar, itemStyle: { color: tokenValue("--tier3") }, data: days.map((day) => -down(day)) },
      {
        type: "line",
        symbolSize: 6,
        lineStyle: { color: line, width: 1.5 },
        itemStyle: { color: line },
        data: days.map(net),
      },
    ],
  };
}
