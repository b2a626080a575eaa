import { groupBy } from "../floor/group.ts";
import type { Floor } from "../floor/floor.ts";
import type { Standing } from "../floor/shelf.ts";
import { orderOf, type When } from "../floor/when.ts";
import { compareText } from "../text.ts";

/** How much a product matters: A carries most of the money that moves, C little. */
export type AbcClass = "A" | "B" | "C";

export interface AbcInput {
  readonly sku: string;
  /** Minor units for one unit. */
  readonly price: number;
  /** Units that left in the period. */
  readonly moved: number;
}

/** Per cent of all the value that moved: up to the first is A, up to the second B, the rest and what did not move C. */
export const abcPercentDefault = { a: 80, b: 95 } as const;

/** The class of each product by price × units moved, the products with most first. */
export function abcClasses(
  inputs: readonly AbcInput[],
  percent: { readonly a: number; readonly b: number } = abcPercentDefault,
): ReadonlyMap<string, AbcClass> {
  const ranked = inputs
    .map(({ sku, price, moved }) => ({ sku, value: BigInt(price) * BigInt(moved) }))
    .toSorted((x, y) => (x.value === y.value ? compareText(x.sku, y.sku) : x.value > y.value ? -1 : 1));
  const total = ranked.reduce((sum, one) => sum + one.value, 0n);
  const classes = new Map<string, AbcClass>();
  let before = 0n;
  for (const { sku, value } of ranked) {
    // A product is in the class in which its share begins, so that the first is always A.
    const within = (limit: number): boolean => value > 0n && before * 100n < total * BigInt(limit);
    classes.set(sku, within(percent.a) ? "A" : within(percent.b) ? "B" : "C");
    before += value;
  }
  return classes;
}

export interface CyclePolicy {
  /** Days after which a bin with goods of the class is due again. */
  readonly everyDays: Readonly<Record<AbcClass, number>>;
  /** How many bins are counted on each weekday, Monday first; 0: none. */
  readonly binsByWeekday: readonly number[];
}

export const cyclePolicyDefault: CyclePolicy = {
  everyDays: { A: 7, B: 30, C: 90 },
  binsByWeekday: [40, 40, 40, 40, 40, 0, 0],
};

export interface PlanBin {
  readonly bin: string;
  readonly route: number;
  /** What stands in it. */
  readonly skus: readonly string[];
  /** The day on which it was last counted, as a number of days; null: never. */
  readonly countedDay: number | null;
}

export const planReasons = ["negative", "disputed", "never", "due"] as const;
export type PlanReason = (typeof planReasons)[number];

export interface PlannedBin {
  readonly bin: string;
  readonly class: AbcClass;
  readonly why: PlanReason;
  readonly daysOverdue: number;
}

/** The bins to count on a day. */
export interface CyclePlan {
  /** As many as the day has room for; doubtful ones always, even above that. In the order of the route. */
  readonly today: readonly PlannedBin[];
  /** What is due as well but has no room. */
  readonly later: readonly PlannedBin[];
}

/**
 * What to count on a day: first the bins that cannot be right, then those that were never counted, then what is
 * most overdue by its class. A bin is of the best class that stands in it.
 * @param day number of the day; `weekday` 0 is Monday
 */
export function planCycle(
  bins: readonly PlanBin[],
  classes: ReadonlyMap<string, AbcClass>,
  doubtful: ReadonlyMap<string, "negative" | "disputed">,
  { day, weekday }: { readonly day: number; readonly weekday: number },
  policy: CyclePolicy = cyclePolicyDefault,
): CyclePlan {
  const due = bins
    .map((bin) => plannedBin(bin, classes, doubtful, day, policy))
    .filter((one) => one !== null)
    .toSorted(
      (a, b) =>
        planReasons.indexOf(a.why) - planReasons.indexOf(b.why) ||
        compareText(a.class, b.class) ||
        b.daysOverdue - a.daysOverdue ||
        compareText(a.bin, b.bin),
    );
  const must = due.filter((one) => one.why === "negative" || one.why === "disputed").length;
  const room = Math.max(must, policy.binsByWeekday[weekday] ?? 0);
  const route = new Map(bins.map((bin) => [bin.bin, bin.route]));
  return {
    today: due
      .slice(0, room)
      .toSorted((a, b) => (route.get(a.bin) ?? 0) - (route.get(b.bin) ?? 0) || compareText(a.bin, b.bin)),
    later: due.slice(room),
  };
}

function plannedBin(
  { bin, skus, countedDay }: PlanBin,
  classes: ReadonlyMap<string, AbcClass>,
  doubtful: ReadonlyMap<string, "negative" | "disputed">,
  day: number,
  policy: CyclePolicy,
): PlannedBin | null {
  const best = skus.map((sku) => classes.get(sku) ?? "C").toSorted(compareText)[0] ?? "C";
  const every = policy.everyDays[best];
  const daysOverdue = countedDay === null ? every : day - countedDay - every;
  const why = doubtful.get(bin) ?? (countedDay === null ? "never" : "due");
  if (why === "due" && daysOverdue < 0) return null;
  return { bin, class: best, why, daysOverdue };
}

/** The bins where something moved, or may have moved, in a time (动碰盘点). */
export function touchedBins(floor: Floor, warehouse: string, when: When): readonly string[] {
  const bins = new Set<string>();
  for (const one of floor.standing()) {
    if (one.warehouse === warehouse && !bins.has(one.bin) && floor.touched(one, when).length > 0)
      bins.add(one.bin);
  }
  return [...bins].sort(compareText);
}

/**
 * The bins that should be empty and that nobody has looked at since they became so (零位确认): a look is enough.
 * First those that were emptied, then those of the list that nobody ever looked at: goods may be misplaced there.
 * @param emptied when the last unit left each bin
 * @param lastCounted when each bin was last counted
 * @param listed the bins in use, those that never held anything among them
 */
export function zeroBins(
  standing: readonly Standing[],
  emptied: ReadonlyMap<string, When>,
  lastCounted: ReadonlyMap<string, When>,
  listed: readonly string[] = [],
): readonly string[] {
  const known = groupBy(standing, (one) => one.bin);
  const isEmpty = (bin: string): boolean => (known.get(bin) ?? []).every((cell) => cell.quantity === 0);
  const left = [...known.keys()].filter((bin) => {
    const out = emptied.get(bin);
    const counted = lastCounted.get(bin);
    return isEmpty(bin) && out !== undefined && (counted === undefined || orderOf(out, counted) !== "before");
  });
  const unseen = listed.filter((bin) => isEmpty(bin) && !emptied.has(bin) && !lastCounted.has(bin));
  return [...left.toSorted(compareText), ...unseen.toSorted(compareText)];
}
