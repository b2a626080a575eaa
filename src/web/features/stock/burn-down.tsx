import { LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { StockDetail } from "../../../api/stock.ts";
import { useFormat, type Format } from "../../ui/format.ts";
import { useNow } from "../../ui/hooks.ts";
import { tokenValue, useTheme } from "../../ui/theme.ts";
import { tierOf } from "./tiers.ts";
import css from "./burn-down.module.css";

echarts.use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

type Point = readonly [number, number];

/** A projection far longer than what was seen would only flatten the day's curve. */
const projectionShareMax = 0.5;

interface Curve {
  readonly seen: readonly Point[];
  /** From now to when nothing is left, as far as it fits. */
  readonly ahead: readonly Point[];
}

/** The day's curve, and where it is heading at the pace of the last half hour. */
export function curveOf(detail: StockDetail, now: number): Curve {
  const all: Point[] = detail.series.map((point) => [Date.parse(point.at), point.sellable]);
  const { sellable } = detail.item;
  const last = all.at(-1);
  if (last === undefined || last[0] < now) all.push([now, sellable]);
  const seen = withoutIdle(all, now);
  const first = seen[0]?.[0] ?? now;
  if (detail.etaMinutes === null || sellable === 0) return { seen, ahead: [] };
  const etaMs = detail.etaMinutes * 60_000;
  const roomMs = Math.max(10 * 60_000, (now - first) * projectionShareMax);
  const share = Math.min(1, roomMs / etaMs);
  return {
    seen,
    ahead: [
      [now, sellable],
      [now + etaMs * share, sellable * (1 - share)],
    ],
  };
}

/** Hours in which nothing happened before the first sale would press the rest of the day into a corner. */
const idleShareMax = 0.15;
const idleMsMin = 10 * 60_000;

function withoutIdle(points: readonly Point[], now: number): readonly Point[] {
  const [first] = points;
  const change = points.find((point) => point[1] !== first?.[1]);
  if (first === undefined || change === undefined) return points;
  const from = change[0] - Math.max(idleMsMin, (now - change[0]) * idleShareMax);
  if (from <= first[0]) return points;
  return [[from, first[1]], ...points.filter((point) => point[0] > from)];
}

export function BurnDown({ detail }: { detail: StockDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useTheme();
  const now = useNow(15_000);
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const curve = curveOf(detail, now);
  const highest = Math.max(...curve.seen.map((point) => point[1]));
  const moved = curve.seen.length > 2 || detail.sold30 > 0;

  useEffect(() => {
    if (box.current === null) return;
    const made = echarts.init(box.current);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [theme]);

  useEffect(() => {
    const tier = tierOf(detail.item);
    const name = tier === "" ? "--accent" : tier === "quiet" ? "--faint" : `--${tier}`;
    chart.current?.setOption(
      optionOf(curve, tokenValue(name), format, (n) =>
        t("burnDown.units", { count: n, n: format.number(n) }),
      ),
    );
  });

  const label = t("burnDown.label", {
    highest: format.number(highest),
    now: format.number(detail.item.sellable),
  });
  return (
    <figure className={css.figure}>
      <figcaption className={css.caption}>
        <span>{format.number(curve.seen[0]?.[1] ?? 0)}</span>
        {!moved && <span>{t("burnDown.still")}</span>}
        <b>{format.number(detail.item.sellable)}</b>
      </figcaption>
      <span className="only-read">{label}</span>
      <div ref={box} className={css.chart} aria-hidden="true" />
      <div className={css.axis}>
        <span>{format.minute(curve.seen[0]?.[0] ?? now)}</span>
        <span>
          {curve.ahead.length > 0 ? t("burnDown.now", { time: format.minute(now) }) : format.minute(now)}
        </span>
      </div>
    </figure>
  );
}

function optionOf(curve: Curve, color: string, format: Format, units: (n: number) => string) {
  const line = tokenValue("--line");
  const common = {
    type: "line",
    showSymbol: false,
    lineStyle: { color, width: 2 },
    itemStyle: { color },
  } as const;
  return {
    animation: false,
    grid: { left: 0, right: 2, top: 4, bottom: 1 },
    xAxis: {
      type: "time",
      min: curve.seen[0]?.[0],
      max: curve.ahead.at(-1)?.[0] ?? curve.seen.at(-1)?.[0],
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    yAxis: { type: "value", min: 0, show: false },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: tokenValue("--surface"),
      borderColor: line,
      padding: [4, 10],
      textStyle: { color: tokenValue("--text"), fontSize: 12 },
      axisPointer: { lineStyle: { color: tokenValue("--faint") } },
      formatter: (points: { value: Point }[]) => {
        const [at, value] = points[0]?.value ?? [0, 0];
        return `${format.clock(at)}  ${units(Math.round(value))}`;
      },
    },
    series: [
      { ...common, id: "seen", step: "end", data: curve.seen, areaStyle: { color, opacity: 0.08 } },
      { ...common, id: "ahead", data: curve.ahead, lineStyle: { color, width: 2, type: [4, 4] } },
    ],
  };
}
