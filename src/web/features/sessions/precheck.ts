import type { FixBody, PrecheckItem, PrecheckLineItem } from "../../../api/sessions.ts";

/** The list of a precheck as people work through it: by product, the worst first. */

export type Result = PrecheckLineItem["result"];

export interface Group {
  /** Null: what belongs to no product, such as channels and robots. */
  readonly sku: string | null;
  readonly name: string | null;
  readonly worst: Result;
  /** What needs somebody, the worst first. */
  readonly open: readonly PrecheckLineItem[];
  readonly passed: readonly PrecheckLineItem[];
}

const badness: Readonly<Record<Result, number>> = { fail: 2, warn: 1, pass: 0 };

/** Groups keep the order of the run-of-show among those that are equally bad. */
export function groupsOf(lines: readonly PrecheckLineItem[]): readonly Group[] {
  const bySku = new Map<string | null, PrecheckLineItem[]>();
  for (const line of lines) {
    const list = bySku.get(line.sku) ?? [];
    list.push(line);
    bySku.set(line.sku, list);
  }
  const groups = [...bySku].map(([sku, list]): Group => {
    const sorted = list.toSorted((a, b) => badness[b.result] - badness[a.result]);
    return {
      sku,
      name: list[0]?.name ?? null,
      worst: sorted[0]?.result ?? "pass",
      open: sorted.filter((line) => line.result !== "pass"),
      passed: sorted.filter((line) => line.result === "pass"),
    };
  });
  return groups.toSorted((a, b) => badness[b.worst] - badness[a.worst]);
}

/** How much of the list is done, in whole per cent: a list with anything open is never at 100. */
export function donePercent({ pass, warn, fail }: PrecheckItem["sums"]): number {
  const all = pass + warn + fail;
  return all === 0 ? 100 : Math.floor((100 * pass) / all);
}

/** Fixes that move units: the only ones that ask before they act. */
export const movingFixes: ReadonlySet<string> = new Set(["move_to_quarantine", "put_away", "set_aside"]);

/** Fixes that are the same deed for every product; the others are a decision about one. */
const alikeFixes = ["open_spot_count", "set_aside", "set_limit", "set_buffer", "resume_selling"] as const;

export interface Alike {
  readonly action: (typeof alikeFixes)[number];
  /** As a tap on each line would send them. */
  readonly fixes: readonly FixBody[];
}

/** The fixes that two or more open lines offer in the same way, in the order of `alikeFixes`. */
export function alikeOf(lines: readonly PrecheckLineItem[]): readonly Alike[] {
  return alikeFixes.flatMap((action) => {
    const fixes = lines.flatMap((line) => {
      const fix = line.result === "pass" ? undefined : line.fixes.find((one) => one.action === action);
      return fix === undefined ? [] : [{ line: line.id, ...fix }];
    });
    return fixes.length < 2 ? [] : [{ action, fixes }];
  });
}
