import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, type RefObject } from "react";

echarts.use([LineChart, BarChart, GridComponent, CanvasRenderer]);

export type ChartOption = Parameters<echarts.ECharts["setOption"]>[0];

/** What a chart draws is minutes long: more often than this nobody would see a difference. */
const drawMsMin = 1_500;
/** Charts take turns: two in one frame would be a frame that somebody sees stand still. */
const turnMs = 120;
let turnAt = -Infinity;

/** When the next chart may draw, at the earliest at `wanted`; milliseconds of `performance.now()`. */
function takeTurn(wanted: number): number {
  turnAt = Math.max(wanted, turnAt + turnMs);
  return turnAt;
}

/**
 * One chart for as long as the page stands: new figures are merged into it, never a new instance. `make` is
 * called when the chart is drawn, so that it costs nothing while it waits its turn.
 * @param inputs what `make` reads; the chart is drawn again when one of them is another object
 */
export function useChart(
  make: (box: HTMLElement) => ChartOption,
  inputs: readonly unknown[],
): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<Drawing | null>(null);
  const latest = useRef(make);
  useEffect(() => {
    latest.current = make;
  });
  useEffect(() => {
    if (box.current === null) return;
    const drawing = new Drawing(box.current, latest);
    chart.current = drawing;
    return () => {
      drawing.end();
      chart.current = null;
    };
  }, []);
  const seen = useRef<readonly unknown[]>([]);
  useEffect(() => {
    const before = seen.current;
    if (inputs.length === before.length && inputs.every((one, index) => Object.is(one, before[index])))
      return;
    seen.current = inputs;
    chart.current?.ask();
  });
  return box;
}

class Drawing {
  readonly #box: HTMLElement;
  readonly #make: RefObject<(box: HTMLElement) => ChartOption>;
  readonly #chart: echarts.ECharts;
  readonly #observer: ResizeObserver;
  #drawnAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(box: HTMLElement, make: RefObject<(box: HTMLElement) => ChartOption>) {
    this.#box = box;
    this.#make = make;
    this.#chart = echarts.init(box, null, { renderer: "canvas" });
    this.#observer = new ResizeObserver(() => {
      this.#chart.resize();
      this.#draw();
    });
    this.#observer.observe(box);
  }

  ask(): void {
    if (this.#timer !== undefined) return;
    const now = performance.now();
    const wait = takeTurn(Math.max(now, this.#drawnAt + drawMsMin)) - now;
    this.#timer = setTimeout(() => this.#draw(), wait);
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drawnAt = performance.now();
    if (this.#box.clientWidth === 0 || this.#box.clientHeight === 0) return;
    this.#chart.setOption(this.#make.current(this.#box), { lazyUpdate: true });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
    this.#chart.dispose();
  }
}
