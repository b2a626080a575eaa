import type { Adjust } from "../command.ts";
import type { Shelf } from "../floor/shelf.ts";
import { hourMs } from "../live/time.ts";
import type { Words } from "../live/words.ts";
import type { Instant } from "../rows.ts";
import { compareText } from "../text.ts";

/** What becomes of units that cannot be sent. A repair is decided first and ends as `resell`, or as another. */
export const decisions = ["repair", "resell", "supplier", "destroy"] as const;
export type Decision = (typeof decisions)[number];

export const decisionWords: Readonly<Record<Decision, Words>> = {
  repair: { zh: "维修", en: "repair" },
  resell: { zh: "转良品销售", en: "sell as good" },
  supplier: { zh: "退供应商", en: "back to the supplier" },
  destroy: { zh: "销毁", en: "destroy" },
};

/** Units that came into quarantine together. */
export interface Quarantined {
  readonly item: string;
  readonly seq: number;
  readonly sku: string;
  readonly shelf: Shelf;
  readonly cause: string;
  readonly since: Instant;
  readonly units: number;
  readonly repairing: number;
  /** What left, and how. */
  readonly left: Readonly<Record<Exclude<Decision, "repair">, number>>;
}

export type QuarantineEvent = {
  readonly seq: number;
  readonly item: string;
  readonly at: Instant;
  readonly actor: string;
} & (
  | {
      readonly kind: "entered";
      readonly sku: string;
      readonly shelf: Shelf;
      readonly cause: string;
      readonly units: number;
    }
  | { readonly kind: "decided"; readonly decision: Decision; readonly units: number; readonly reason: string }
);

export function foldQuarantine(state: Quarantined | null, event: QuarantineEvent): Quarantined | null {
  if (state === null) {
    if (event.kind !== "entered") return null;
    const { item, seq, sku, shelf, cause, at, units } = event;
    const left = { resell: 0, supplier: 0, destroy: 0 };
    return { item, seq, sku, shelf, cause, since: at, units, repairing: 0, left };
  }
  if (event.item !== state.item || event.seq <= state.seq) return state;
  const next = { ...state, seq: event.seq };
  if (event.kind !== "decided") return next;
  const { decision, units } = event;
  if (decision === "repair") return { ...next, repairing: state.repairing + units };
  // What leaves is first what was repaired: it is why somebody decides again.
  return {
    ...next,
    repairing: state.repairing - Math.min(state.repairing, units),
    left: { ...state.left, [decision]: state.left[decision] + units },
  };
}

/** Units that are still there. */
export function quarantineOpen({ units, left }: Pick<Quarantined, "units" | "left">): number {
  return units - left.resell - left.supplier - left.destroy;
}

export type QuarantineRefusal = "units_invalid" | "reason_needed";

export const quarantineWords: Readonly<Record<QuarantineRefusal, Words>> = {
  units_invalid: {
    zh: "数量要是 1 以上的整数，且不超过待处理的数量",
    en: "A whole number from 1, no more than is there",
  },
  reason_needed: { zh: "请写明原因", en: "Say why" },
};

export function decideProblem(
  item: Quarantined,
  decision: Decision,
  units: number,
  reason: string,
): QuarantineRefusal | null {
  const open = quarantineOpen(item) - (decision === "repair" ? item.repairing : 0);
  if (!Number.isSafeInteger(units) || units < 1 || units > open) return "units_invalid";
  return reason.trim() === "" ? "reason_needed" : null;
}

/** The ledger's command for a decision; a repair moves nothing. */
export function decisionAdjust(
  item: Quarantined,
  decision: Decision,
  units: number,
  command: { readonly key: string; readonly actor: string; readonly at: Instant; readonly note: string },
): Adjust | null {
  if (decision === "repair") return null;
  const actions = { resell: "release", supplier: "supplier_return", destroy: "destroy" } as const;
  const { warehouse, bin, lot } = item.shelf;
  return {
    type: "adjust",
    action: actions[decision],
    warehouse,
    sku: item.sku,
    quantity: units,
    quality: "bad",
    ...(bin === "" ? {} : { bin }),
    ...(lot === "" ? {} : { lot }),
    ...command,
  };
}

export interface QuarantineRow {
  readonly item: Quarantined;
  readonly open: number;
  /** Whole days since it came. */
  readonly days: number;
  readonly old: boolean;
}

/** After how many days somebody must decide. */
export const quarantineOldDays = 7;

/** What waits for a decision, the oldest first. */
export function quarantineList(items: readonly Quarantined[], now: Instant): readonly QuarantineRow[] {
  return items
    .filter((item) => quarantineOpen(item) > 0)
    .toSorted((a, b) => a.since - b.since || compareText(a.item, b.item))
    .map((item) => {
      const days = Math.floor((now - item.since) / (24 * hourMs));
      return { item, open: quarantineOpen(item), days, old: days >= quarantineOldDays };
    });
}
