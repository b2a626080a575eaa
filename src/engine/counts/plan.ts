import {
  accuracyBy,
  accuracyByCause,
  accuracyOf,
  accuracyOver,
  type CountedBin,
} from "../../domain/count/accuracy.ts";
import { abcClasses, planCycle, type PlannedBin } from "../../domain/count/plan.ts";
import type { Sheet } from "../../domain/count/sheet.ts";
import { groupBy } from "../../domain/floor/group.ts";
import { hourMs } from "../../domain/live/time.ts";
import type { Instant } from "../../domain/rows.ts";
import { compareText } from "../../domain/text.ts";
import { unpackFigures } from "../../store/day-columns.ts";
import type { ShopId, Store } from "../../store/store.ts";
import type { BusinessDay } from "../day.ts";
import type { FloorNow } from "./floor-book.ts";
import type { Good } from "./goods.ts";
import type { CountPolicy } from "./policy.ts";
import { skusByBin } from "./select.ts";

const dayMs = 24 * hourMs;
/** The period by whose sales products are classed. */
const classDays = 30;

export interface TodayPlan {
  readonly date: string;
  readonly today: readonly PlannedBin[];
  readonly later: readonly PlannedBin[];
}

interface PlanInputs {
  readonly store: Pick<Store, "read" | "days">;
  readonly shop: ShopId;
  readonly now: FloorNow;
  readonly warehouse: string;
  readonly policy: CountPolicy;
  readonly counted: ReadonlyMap<string, Instant>;
  readonly goods: ReadonlyMap<string, Good>;
  readonly today: BusinessDay;
  readonly at: Instant;
}

/** The cycle plan of a warehouse for a day. Bins are walked past in the order of their names. */
export async function planToday(inputs: PlanInputs): Promise<TodayPlan> {
  const { now, warehouse, policy, counted, goods, today } = inputs;
  const moved = await soldLately(inputs);
  const classes = abcClasses(
    Array.from(goods.values(), ({ sku, price }) => ({ sku, price, moved: moved.get(sku) ?? 0 })),
    policy.abcPercent,
  );
  const held = new Map(skusByBin(now.floor, warehouse));
  const doubtful = new Map<string, "negative" | "disputed">();
  for (const { cell, why } of now.floor.doubtful()) {
    const { bin, sku } = cell;
    if (cell.warehouse !== warehouse) continue;
    if (doubtful.get(bin) !== "negative") doubtful.set(bin, why);
    // By the books nothing may stand there: it is looked at all the same.
    held.set(bin, [...(held.get(bin) ?? []), sku]);
  }
  const day = dayNumber(today.date);
  const bins = [...held]
    .filter(([bin]) => bin !== "")
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([bin, skus], route) => {
      const at = counted.get(bin);
      // Whole days back from today: a count at any hour of the day before is one day old.
      const ago = at === undefined ? null : Math.max(0, Math.ceil((today.from - at) / dayMs));
      return { bin, route, skus, countedDay: ago === null ? null : day - ago };
    });
  // 1970-01-01 was a Thursday; Monday is 0.
  const plan = planCycle(bins, classes, doubtful, { day, weekday: (day + 3) % 7 }, policy);
  return { date: today.date, ...plan };
}

export function dayNumber(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs);
}

async function soldLately({ store, shop, today, at }: PlanInputs): Promise<ReadonlyMap<string, number>> {
  const sold = new Map<string, number>();
  const add = (sku: string, units: number): void => void sold.set(sku, (sold.get(sku) ?? 0) + units);
  const from = new Date(Date.parse(`${today.date}T00:00:00Z`) - classDays * dayMs).toISOString().slice(0, 10);
  for (const { body } of await store.days.columns(shop, { from, to: today.date }))
    unpackFigures(body, (sku, figures) => add(sku, figures.sold));
  for (const sale of await store.read.sales(shop, { from: today.from, to: at + 1 })) add(sale.sku, sale.sold);
  return sold;
}

/** When each bin of a warehouse was last looked at whole. */
export function lastCounted(sheets: readonly Sheet[], warehouse: string): ReadonlyMap<string, Instant> {
  const counted = new Map<string, Instant>();
  for (const { spec, status, closes } of sheets) {
    if (spec.warehouse !== warehouse || status === "cancelled" || spec.unscanned === true) continue;
    for (const [bin, own] of closes)
      for (const { when } of own) counted.set(bin, Math.max(when.to, counted.get(bin) ?? 0));
  }
  return counted;
}

/** Each bin of each finished sheet, with what was found in it. */
export function countedBins(
  sheets: readonly Sheet[],
  dayOf: (at: Instant) => string,
  zoneIn: (warehouse: string, bin: string) => string,
): readonly CountedBin[] {
  return sheets.flatMap((sheet): readonly CountedBin[] => {
    const { spec, status, approved, closes, openedAt, openedBy } = sheet;
    if (status !== "closed") return [];
    const lines = groupBy(approved.values(), (line) => line.cell.bin);
    // A warehouse whose picks are not scanned is counted as one: no bin of it can be told from another.
    const bins = spec.unscanned === true ? [""] : [...new Set([...spec.bins, ...lines.keys()])];
    return bins.map((bin) => {
      const own = lines.get(bin) ?? [];
      const first = (closes.get(bin) ?? [])[0]?.by ?? own[0]?.counters[0] ?? openedBy;
      const day = dayNumber(dayOf(sheet.closedAt ?? openedAt));
      return { bin, zone: zoneIn(spec.warehouse, bin), day, counter: first, lines: own };
    });
  });
}

/** Bins are called `A-01-2`: what stands before the first separator is the zone. */
export function zoneOf(bin: string): string {
  return bin.split(/[-_ ./]/u)[0] ?? "";
}

/** Each bin on each day on which somebody looked at it whole, of a warehouse's sheets that were not given up. */
export function looksByDay(
  sheets: readonly Sheet[],
  warehouse: string,
  dayOf: (at: Instant) => string,
): readonly { readonly day: number; readonly bin: string }[] {
  const looks: { day: number; bin: string }[] = [];
  for (const { spec, status, closes } of sheets) {
    if (spec.warehouse !== warehouse || status === "cancelled") continue;
    for (const [bin, own] of closes)
      for (const { when } of own) looks.push({ day: dayNumber(dayOf(when.to)), bin });
  }
  return looks;
}

/** Lines of one chart that can be told apart. */
const linesMax = 6;

export function accuracyReport(bins: readonly CountedBin[]) {
  return {
    total: accuracyOf(bins),
    byDay: accuracyBy(bins, "day"),
    byCounter: accuracyBy(bins, "counter"),
    byZone: accuracyBy(bins, "zone"),
    byCause: accuracyByCause(bins),
    zonesByDay: accuracyOver(bins, "zone", linesMax),
    countersByDay: accuracyOver(bins, "counter", linesMax),
  };
}
