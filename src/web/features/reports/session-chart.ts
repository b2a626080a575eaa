import type { SessionReportItem } from "../../../api/after-live.ts";
import { chartStyle, type ChartOption } from "../../ui/chart.tsx";
import type { Format } from "../../ui/format.ts";
import { tokenValue } from "../../ui/theme.ts";

interface Names {
  readonly sold: string;
  readonly amount: string;
  readonly cancelled: string;
}

/** Five minutes a step: units and cancelled units as bars, the amount as a curve. */
export function timelineOption({ timeline }: SessionReportItem, format: Format, names: Names): ChartOption {
  const { axis, scale, tooltip } = chartStyle();
  return {
    animation: false,
    grid: { left: 44, right: 16, top: 16, bottom: 26 },
    tooltip: {
      ...tooltip,
      trigger: "axis",
      formatter: (points: readonly { dataIndex: number }[]) => {
        const step = timeline[points[0]?.dataIndex ?? 0];
        if (step === undefined) return "";
        return [
          format.minute(step.at),
          `${names.sold} <b>${format.number(step.sold)}</b>`,
          `${names.amount} <b>${format.money(step.amount)}</b>`,
          `${names.cancelled} <b>${format.number(step.cancelled)}</b>`,
        ].join("<br/>");
      },
    },
    xAxis: {
      type: "category",
      data: timeline.map(({ at }) => at),
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: (at: string) => format.minute(at) },
    },
    yAxis: [
      { type: "value", ...scale },
      { type: "value", show: false },
    ],
    series: [
      {
        type: "bar",
        barCategoryGap: "22%",
        itemStyle: { color: tokenValue("--accent") },
        data: timeline.map(({ sold }) => sold),
      },
      {
        type: "bar",
        itemStyle: { color: tokenValue("--tier2") },
        data: timeline.map(({ cancelled }) => cancelled),
      },
      {
        type: "line",
        yAxisIndex: 1,
        showSymbol: false,
        lineStyle: { color: tokenValue("--muted"), width: 2 },
        itemStyle: { color: tokenValue("--muted") },
        data: timeline.map(({ amount }) => amount),
      },
    ],
  };
}
