import type { ViewBurnDown, ViewMinute } from "../../../api/session-view.ts";
import { tokenValue } from "../../ui/theme.ts";
import type { ChartOption } from "./chart.ts";
import type { ChannelColor } from "./figures.ts";

/** Words and figures that a chart writes into itself. */
export interface ChartWords {
  readonly minute: (time: string | number) => string;
  readonly number: (value: number) => string;
}

type Point = readonly [number, number | null];

/** A projection far longer than what was seen would only flatten the curve. */
const aheadShareMax = 0.45;
const aheadMsMin = 5 * 60_000;

export interface BurnCurve {
  readonly seen: readonly Point[];
  /** From now towards the moment of selling out, as far as it fits; empty when nothing sells. */
  readonly ahead: readonly Point[];
  /** Whether the end of `ahead` is the moment of selling out. */
  readonly reaches: boolean;
}

/** The curve so far and where it is heading. `now` in milliseconds of the server's clock. */
export function burnCurve(curve: ViewBurnDown, now: number): BurnCurve {
  const seen: Point[] = curve.points.map((point) => [Date.parse(point.at), point.sellable]);
  const first = seen[0];
  const last = seen.at(-1);
  if (first === undefined || last === undefined) return { seen, ahead: [], reaches: false };
  const left = last[1] ?? 0;
  const end = Math.max(now, last[0]);
  if (end > last[0]) seen.push([end, left]);
  if (curve.sellOutAt === null || left <= 0) return { seen, ahead: [], reaches: false };
  const lasts = Math.max(1, Date.parse(curve.sellOutAt) - end);
  const room = Math.max(aheadMsMin, (end - first[0]) * aheadShareMax);
  const share = Math.min(1, room / lasts);
  return {
    seen,
    ahead: [
      [end, left],
      [end + lasts * share, left * (1 - share)],
    ],
    reaches: share === 1,
  };
}

const noTicks = { axisTick: { show: false }, splitLine: { show: false } } as const;

/** Text sizes follow the screen: a wall of 4K is read from the same distance. */
function textPx(box: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(box).fontSize);
}

/** Room behind the end of the curve for the words that name it, in heights of a letter. */
export const labelEms = 5.8;

/** Where between the two ends of the curve the moment of `now` is, and whether words stand behind it. */
export function nowPlace(
  curve: ViewBurnDown,
  now: number,
): { readonly share: number; readonly labelled: boolean } {
  const { seen, ahead } = burnCurve(curve, now);
  const from = seen[0]?.[0] ?? now;
  const at = seen.at(-1)?.[0] ?? now;
  const to = ahead.at(-1)?.[0] ?? at;
  return { share: to <= from ? 1 : (at - from) / (to - from), labelled: ahead.length > 0 };
}

function timeAxis(min: number, max: number) {
  return {
    type: "time" as const,
    min,
    max,
    axisLine: { lineStyle: { color: tokenValue("--line") } },
    ...noTicks,
    axisLabel: { show: false },
  };
}

interface BurnLabels extends ChartWords {
  /** `21:47 售罄` */
  readonly soldOut: (time: string) => string;
}

export function burnOption(
  box: HTMLElement,
  curve: ViewBurnDown,
  now: number,
  tone: string,
  words: BurnLabels,
): ChartOption {
  const { seen, ahead, reaches } = burnCurve(curve, now);
  const color = tokenValue(tone);
  const size = textPx(box);
  const end = ahead.at(-1);
  const nowAt = seen.at(-1)?.[0] ?? now;
  const from = seen[0]?.[0] ?? now;
  const to = end?.[0] ?? nowAt;
  return {
    animation: false,
    grid: { left: 0, right: end === undefined ? 0 : size * labelEms, top: size * 0.6, bottom: 1 },
    xAxis: timeAxis(from, to),
    yAxis: { type: "value", min: 0, max: "dataMax", show: false },
    series: [
      {
        id: "seen",
        type: "line",
        step: "end",
        showSymbol: false,
        silent: true,
        lineStyle: { color, width: Math.max(1.5, size / 7) },
        itemStyle: { color },
        areaStyle: { color, opacity: 0.1 },
        data: seen.map((point) => [...point]),
      },
      {
        id: "ahead",
        type: "line",
        silent: true,
        lineStyle: { color, width: Math.max(1.5, size / 7), type: [4, 4] },
        itemStyle: { color },
        symbol: "none",
        data: ahead.map((point) => [...point]),
      },
      {
        // Where it ends, named: a line of one point.
        id: "end",
        type: "line",
        silent: true,
        symbol: "circle",
        symbolSize: reaches ? size / 2 : 0.01,
        itemStyle: { color },
        label: {
          show: curve.sellOutAt !== null && end !== undefined,
          position: "right",
          distance: size * 0.5,
          offset: [0, -size * 0.9],
          color,
          fontSize: size,
          fontWeight: 600,
          formatter: words.soldOut(curve.sellOutAt === null ? "" : words.minute(curve.sellOutAt)),
        },
        showSymbol: true,
        data: end === undefined ? [] : [[...end]],
      },
    ],
  };
}

function minuteAxis(minutes: readonly ViewMinute[], line: string) {
  return {
    type: "category" as const,
    data: minutes.map((minute) => minute.at),
    axisLine: { lineStyle: { color: line } },
    ...noTicks,
    axisLabel: { show: false },
  };
}

function sumOf(orders: Readonly<Record<string, number>>): number {
  return Object.values(orders).reduce((sum, one) => sum + one, 0);
}

/** Which minute had the most, for its label. */
function highest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? 0) ? index : best), 0);
}

/** Orders a minute, one colour a channel, on top of each other. */
export function ordersOption(
  box: HTMLElement,
  minutes: readonly ViewMinute[],
  channels: readonly ChannelColor[],
  words: ChartWords,
): ChartOption {
  const size = textPx(box);
  const sums = minutes.map((minute) => sumOf(minute.orders));
  const top = highest(sums);
  const series = channels.map(({ channel, token }) => ({
    id: channel,
    type: "bar" as const,
    stack: "orders",
    silent: true,
    barCategoryGap: "18%",
    itemStyle: { color: tokenValue(token) },
    data: minutes.map((minute) => minute.orders[channel] ?? 0),
  }));
  return {
    animation: false,
    grid: { left: 0, right: 0, top: size * 1.6, bottom: 1 },
    xAxis: minuteAxis(minutes, tokenValue("--line")),
    yAxis: { type: "value", min: 0, show: false, max: Math.max(1, ...sums) },
    series: [
      ...series,
      {
        // The highest minute is named, above its bar.
        id: "peak",
        type: "line",
        silent: true,
        symbol: "none",
        lineStyle: { width: 0 },
        label: {
          show: true,
          position: "top",
          align: top > minutes.length * 0.9 ? "right" : "center",
          distance: size * 0.5,
          color: tokenValue("--muted"),
          fontSize: size,
          formatter: ({ value }: { value?: unknown }) =>
            typeof value === "number" ? words.number(value) : "",
        },
        showSymbol: true,
        symbolSize: 0.01,
        data: sums.map((sum, index) => (index === top && sum > 0 ? { value: sum, symbol: "circle" } : null)),
      },
    ],
  };
}

/** Viewers and amount a minute, each on its own scale; a minute that nobody measured is a gap. */
export function viewersOption(
  box: HTMLElement,
  minutes: readonly ViewMinute[],
  words: ChartWords,
): ChartOption {
  const size = textPx(box);
  const viewers = minutes.map((minute) => minute.viewers);
  const known = viewers.map((value) => value ?? 0);
  const top = highest(known);
  const width = Math.max(1.5, size / 7);
  const muted = tokenValue("--muted");
  const line = { type: "line" as const, silent: true, showSymbol: false, connectNulls: false };
  return {
    animation: false,
    grid: { left: 0, right: 0, top: size * 1.7, bottom: 1 },
    xAxis: { ...minuteAxis(minutes, tokenValue("--line")), boundaryGap: false },
    yAxis: [
      { type: "value", min: 0, show: false, max: Math.max(1, ...known) },
      {
        type: "value",
        min: 0,
        show: false,
        max: Math.max(1, ...minutes.map((minute) => minute.amount)) * 1.05,
      },
    ],
    series: [
      {
        ...line,
        id: "viewers",
        yAxisIndex: 0,
        showSymbol: true,
        symbol: "none",
        lineStyle: { color: muted, width },
        itemStyle: { color: muted },
        label: {
          show: true,
          position: "top",
          align: top > minutes.length * 0.9 ? "right" : "center",
          distance: size * 0.5,
          color: muted,
          fontSize: size,
          formatter: ({ value }: { value?: unknown }) =>
            typeof value === "number" ? words.number(value) : "",
        },
        data: viewers.map((value, index) =>
          index === top && value !== null && value > 0
            ? { value, symbol: "circle", symbolSize: size / 2.4, label: { show: true } }
            : { value: value ?? "-", label: { show: false } },
        ),
      },
      {
        ...line,
        id: "amount",
        yAxisIndex: 1,
        lineStyle: { color: tokenValue("--accent"), width },
        itemStyle: { color: tokenValue("--accent") },
        data: minutes.map((minute) => minute.amount),
      },
    ],
  };
}
