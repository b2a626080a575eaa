import type { ReplayData } from "../../../api/session-view.ts";
import { tokenValue } from "../../ui/theme.ts";
import type { ChartOption } from "./chart.ts";

function axis(gridIndex: number, data: readonly string[]) {
  return {
    type: "category" as const,
    gridIndex,
    data: [...data],
    axisTick: { show: false },
    axisLabel: { show: false },
    axisLine: { lineStyle: { color: tokenValue("--line") } },
  };
}

function scale(gridIndex: number, max: number) {
  return { type: "value" as const, gridIndex, min: 0, max: Math.max(1, max), show: false };
}

/** Three curves on one axis: a product's stock, the viewers, the orders of each minute. */
export function replayOption(data: ReplayData, sku: string | null): ChartOption {
  const stock = data.skus.find((one) => one.sku === sku)?.sellable ?? [];
  const times = data.minutes.map((minute) => minute.at);
  const orders = data.minutes.map((minute) =>
    Object.values(minute.orders).reduce((all, one) => all + one, 0),
  );
  const viewers = data.minutes.map((minute) => minute.viewers ?? "-");
  const known = data.minutes.map((minute) => minute.viewers ?? 0);
  const common = { silent: true, showSymbol: false, type: "line" as const };
  return {
    animation: false,
    grid: [
      { left: 0, right: 0, top: 6, height: "38%" },
      { left: 0, right: 0, top: "43%", height: "25%" },
      { left: 0, right: 0, top: "73%", height: "25%" },
    ],
    xAxis: [0, 1, 2].map((grid) => axis(grid, times)),
    yAxis: [
      scale(0, Math.max(0, ...stock)),
      scale(1, Math.max(0, ...known)),
      scale(2, Math.max(0, ...orders)),
    ],
    series: [
      {
        ...common,
        id: "stock",
        xAxisIndex: 0,
        yAxisIndex: 0,
        step: "end",
        data: [...stock],
        lineStyle: { color: tokenValue("--tier2"), width: 2 },
        itemStyle: { color: tokenValue("--tier2") },
        areaStyle: { color: tokenValue("--tier2"), opacity: 0.1 },
      },
      {
        ...common,
        id: "viewers",
        xAxisIndex: 1,
        yAxisIndex: 1,
        connectNulls: false,
        data: viewers,
        lineStyle: { color: tokenValue("--muted"), width: 2 },
        itemStyle: { color: tokenValue("--muted") },
      },
      {
        id: "orders",
        type: "bar",
        silent: true,
        xAxisIndex: 2,
        yAxisIndex: 2,
        barCategoryGap: "10%",
        data: orders,
        itemStyle: { color: tokenValue("--accent") },
      },
    ],
  };
}
