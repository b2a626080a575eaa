import type { AnalysisItem } from "../../../api/analysis.ts";
import { chartStyle, type ChartOption } from "../../ui/chart.tsx";
import { axisDay } from "../../ui/days.ts";
import type { Format } from "../../ui/format.ts";
import { tokenValue } from "../../ui/theme.ts";

type Point = AnalysisItem["accuracy"]["points"][number];

interface Names {
  readonly oversold: string;
  readonly cost: string;
  readonly ordered: string;
  readonly ira: string;
  readonly unitAccuracy: string;
}

/** Oversold units a day as bars, and how true the shelves were as two curves in per cent: days without a count are gaps. */
export function accuracyOption(points: readonly Point[], format: Format, names: Names): ChartOption {
  const { axis, scale, tooltip } = chartStyle();
  const percent = (value: number | null) => (value === null ? "—" : `${value.toFixed(1)}%`);
  const counted = points.flatMap(({ ira, unitAccuracy }) => [ira ?? 100, unitAccuracy ?? 100]);
  // The curves live near 100 %: an axis from 0 would show a straight line.
  const least = Math.max(0, Math.floor((Math.min(100, ...counted) - 2) / 5) * 5);
  const curve = (name: string, token: string, of: (point: Point) => number | null) => ({
    name,
    type: "line" as const,
    yAxisIndex: 1,
    connectNulls: true,
    symbolSize: 6,
    lineStyle: { color: tokenValue(token), width: 2 },
    itemStyle: { color: tokenValue(token) },
    data: points.map(of),
  });
  return {
    animation: false,
    grid: { left: 44, right: 48, top: 14, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (shown: readonly { dataIndex: number }[]) => {
        const point = points[shown[0]?.dataIndex ?? 0];
        if (point === undefined) return "";
        return [
          point.date,
          `${names.oversold} <b>${format.number(point.oversold)}</b> / ${names.ordered} ${format.number(point.ordered)}`,
          `${names.cost} <b>${format.money(point.oversellCost)}</b>`,
          `${names.ira} <b>${percent(point.ira)}</b>`,
          `${names.unitAccuracy} <b>${percent(point.unitAccuracy)}</b>`,
        ].join("<br/>");
      },
    },
    xAxis: {
      type: "category",
      data: points.map(({ date }) => date),
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: axisDay(points.map(({ date }) => date)) },
    },
    yAxis: [
      { type: "value", minInterval: 1, ...scale },
      {
        type: "value",
        min: least,
        max: 100,
        ...scale,
        splitLine: { show: false },
        axisLabel: { ...scale.axisLabel, formatter: (value: number) => `${value}%` },
      },
    ],
    series: [
      {
        name: names.oversold,
        type: "bar",
        barMaxWidth: 34,
        itemStyle: { color: tokenValue("--tier3"), borderRadius: [3, 3, 0, 0] },
        data: points.map(({ oversold }) => oversold),
      },
      curve(names.ira, "--ok", ({ ira }) => ira),
      curve(names.unitAccuracy, "--accent", ({ unitAccuracy }) => unitAccuracy),
    ],
  };
}
