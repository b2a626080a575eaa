import { BarChart, LineChart, TreemapChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { cx } from "./cx.ts";
import { tokenValue, useTheme } from "./theme.ts";
import css from "./chart.module.css";

echarts.use([BarChart, LineChart, TreemapChart, GridComponent, TooltipComponent, CanvasRenderer]);

export type ChartOption = Parameters<echarts.ECharts["setOption"]>[0];

interface ChartProps {
  /** Called when it is drawn, so that it reads the colours of the theme that is on screen. */
  readonly make: (box: HTMLElement) => ChartOption;
  /** What `make` reads: the chart is drawn again when one of them is another object. */
  readonly inputs: readonly unknown[];
  /** What the chart says, for who cannot see it. */
  readonly label: string;
  readonly size?: "low" | "middle" | "high";
  /** The name of what was clicked. */
  readonly onPick?: (name: string) => void;
}

/** A chart that fills its box and is drawn anew when its figures, its size or the theme change. */
export function Chart({ make, inputs, label, size = "middle", onPick }: ChartProps) {
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const latest = useRef({ make, onPick });
  useEffect(() => {
    latest.current = { make, onPick };
  });
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = echarts.init(element, null, { renderer: "canvas" });
    chart.current = made;
    made.on("click", ({ name }) => latest.current.onPick?.(name));
    const observer = new ResizeObserver(() => {
      made.resize();
      draw(made, element, latest.current.make);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    if (chart.current !== null && box.current !== null) draw(chart.current, box.current, latest.current.make);
    // oxlint-disable-next-line react/exhaustive-deps -- the caller names what its chart is made of
  }, [theme, ...inputs]);
  return (
    <figure className={css.figure} aria-label={label}>
      <div ref={box} className={cx(css.box, css[size])} aria-hidden="true" />
    </figure>
  );
}

function draw(chart: echarts.ECharts, box: HTMLElement, make: (box: HTMLElement) => ChartOption): void {
  if (box.clientWidth === 0 || box.clientHeight === 0) return;
  chart.setOption(make(box), { notMerge: true });
  // Printing takes the picture at once, before the next frame.
  chart.getZr().flush();
}

/** Looks that all charts share. */
export function chartStyle() {
  const [line, muted, text] = ["--line", "--muted", "--text"].map(tokenValue);
  return {
    axis: {
      axisLine: { lineStyle: { color: line } },
      axisTick: { show: false },
      axisLabel: { color: muted, fontSize: 12, hideOverlap: true },
      splitLine: { show: false },
    },
    scale: {
      axisLabel: { color: muted, fontSize: 12 },
      splitLine: { lineStyle: { color: line, opacity: 0.6 } },
      splitNumber: 3,
    },
    tooltip: {
      confine: true,
      backgroundColor: tokenValue("--surface"),
      borderColor: line,
      padding: [6, 10],
      textStyle: { color: text, fontSize: 12 },
    },
  };
}

/** A long number on an axis: 12,000 stays, 1,200,000 becomes `1.2M` or `120万`. */
export function compact(language: string): (value: number) => string {
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  return (value) => short.format(value);
}
