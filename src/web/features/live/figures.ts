import type { SessionView, StockStatus, ViewChannel, ViewSku, ViewSlot } from "../../../api/session-view.ts";
import type { Tone } from "../../ui/tag.tsx";

/** The tint of each state of stock. */
export const statusTones: Readonly<Record<StockStatus, Tone>> = {
  fine: "ok",
  watch: "tier1",
  prepare: "tier2",
  last: "tier3",
  sold_out: "plain",
};

/** The class of base.css that colours a figure by the state of its stock; plenty needs no colour. */
export function statusClass(status: StockStatus): string {
  return status === "fine" ? "" : status === "sold_out" ? "tier3" : statusTones[status];
}

/** The token of tokens.css for the same. */
export function statusColor(status: StockStatus): string {
  if (status === "fine") return "--accent";
  return status === "sold_out" ? "--tier3" : `--${statusTones[status]}`;
}

/** Whole minutes as people say them: never more than there are, and at least one while something is left. */
export function wholeMinutes(minutes: number): number {
  return minutes <= 0 ? 0 : Math.max(1, Math.floor(minutes + 1e-9));
}

/** Beyond this many minutes nobody plans: a broadcast is over before. */
export const etaMinutesMax = 999;

/** The likely range of a forecast: `4–7`; what is beyond planning ends as `73–999+`. */
export function rangeOf(forecast: ViewSku["forecast"]): string | null {
  if (forecast === null) return null;
  const { p10, p90 } = forecast;
  const end = Math.max(p10, p90);
  if (p10 > etaMinutesMax) return null;
  return `${wholeMinutes(p10)}–${end > etaMinutesMax ? `${etaMinutesMax}+` : wholeMinutes(end)}`;
}

/** A row of the run-of-show: the slot with its product. */
export interface RunRow {
  readonly slot: ViewSlot;
  readonly sku: ViewSku;
}

/** The run-of-show with the products' figures; made anew only where something changed. */
export function rowsOf(view: Pick<SessionView, "slots" | "skus">): readonly RunRow[] {
  const skus = new Map(view.skus.map((sku) => [sku.sku, sku]));
  return view.slots.flatMap((slot) => {
    const sku = skus.get(slot.sku);
    return sku === undefined ? [] : [{ slot, sku }];
  });
}

/** The row that is on now; null before the first. */
export function currentRow(view: SessionView): RunRow | null {
  const slot = view.slots.find((one) => one.id === view.pointer?.slot);
  const sku = view.skus.find((one) => one.sku === slot?.sku);
  return slot === undefined || sku === undefined ? null : { slot, sku };
}

/** Which rows to show where only `fit` of `count` fit: the current one stays in the upper third. */
export function windowOf(count: number, current: number, fit: number): { from: number; to: number } {
  if (count <= fit) return { from: 0, to: count };
  const wanted = Math.max(0, current) - Math.floor(fit / 3);
  const from = Math.min(Math.max(0, wanted), count - fit);
  return { from, to: from + fit };
}

export interface ChannelColor {
  readonly channel: string;
  readonly name: string;
  readonly token: string;
}

const channelTokens = ["--accent", "--series-2", "--ok", "--tier1", "--series-5"] as const;

/** Each channel keeps its colour for the session: by its place in the plan, not by what it sells. */
export function channelColors(channels: readonly ViewChannel[]): readonly ChannelColor[] {
  return channels.map(({ channel, name }, index) => ({
    channel,
    name,
    token: channelTokens[index] ?? "--faint",
  }));
}

/** What is left of a product, as a share of all there was; null where there was nothing. */
export function leftShare({ sellable, opening, arrived }: ViewSku): number | null {
  const base = opening + arrived;
  return base <= 0 ? null : Math.min(1, sellable / base);
}

/** Hours, minutes and seconds as a clock: `01:42:18`. */
export function elapsedText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A spark as the path of a line in a box of `width` × `height`; a flat line lies on the floor. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return "";
  const highest = Math.max(1, ...values);
  const step = width / (values.length - 1);
  return values
    .map((value, index) => {
      const y = height - (value / highest) * height;
      return `${index === 0 ? "M" : "L"}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}
