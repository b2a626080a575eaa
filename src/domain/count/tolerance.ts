import type { Words } from "../live/words.ts";

/** How far a first count may be off without a second one. Every limit that is set must hold; null sets none. */
export interface Tolerance {
  readonly units: number | null;
  /** Per cent of what was expected. */
  readonly percent: number | null;
  /** Minor units of money. */
  readonly valueMinor: number | null;
}

/** Nothing is tolerated: whatever differs is counted again. */
export const noTolerance: Tolerance = { units: 0, percent: null, valueMinor: null };

/** @param price minor units for one unit */
export function isTolerated(
  { units, percent, valueMinor }: Tolerance,
  variance: number,
  expected: number,
  price: number,
): boolean {
  const off = Math.abs(variance);
  if (off === 0) return true;
  if (units === null && percent === null && valueMinor === null) return false;
  if (units !== null && off > units) return false;
  // Multiplied, not divided: whole numbers stay exact. Of nothing expected every unit is too many.
  if (percent !== null && off * 100 > percent * Math.max(0, expected)) return false;
  return valueMinor === null || off * price <= valueMinor;
}

/** Who may approve differences up to which value: minor units of money; null is without limit. */
export interface ApprovalLevel {
  readonly role: string;
  readonly valueMinorMax: number | null;
}

export const approvalDefault: readonly ApprovalLevel[] = [
  { role: "warehouse", valueMinorMax: 50_000 },
  { role: "operator", valueMinorMax: 500_000 },
  { role: "owner", valueMinorMax: null },
];

/** Whether a role may approve differences that are worth so much, gains and losses added up without sign. */
export function mayApprove(levels: readonly ApprovalLevel[], role: string, valueMinor: number): boolean {
  const level = levels.find((one) => one.role === role);
  if (level === undefined) return false;
  return level.valueMinorMax === null || valueMinor <= level.valueMinorMax;
}

/** Why units differ, as the person who approves it says. */
export const varianceReasons = [
  "unknown",
  "damaged",
  "theft",
  "miscount_before",
  "wrong_item_sent",
  "misplaced",
  "sample",
  "return_unposted",
  "receipt_wrong",
  "pick_unscanned",
  "supplier_short",
] as const;
export type VarianceReason = (typeof varianceReasons)[number];

export const varianceReasonWords: Readonly<Record<VarianceReason, Words>> = {
  unknown: { zh: "原因不明", en: "unknown" },
  damaged: { zh: "破损未登记", en: "damaged, not recorded" },
  theft: { zh: "丢失或被盗", en: "lost or stolen" },
  miscount_before: { zh: "上次盘错", en: "miscounted before" },
  wrong_item_sent: { zh: "错发", en: "the wrong item was sent" },
  misplaced: { zh: "放错库位", en: "put into another bin" },
  sample: { zh: "样品未登记", en: "a sample, not recorded" },
  return_unposted: { zh: "退货未入账", en: "a return, not booked" },
  receipt_wrong: { zh: "收货数量有误", en: "a receipt was booked wrongly" },
  pick_unscanned: { zh: "拣货未扫码", en: "picked without a scan" },
  supplier_short: { zh: "供应商少发", en: "the supplier sent fewer" },
};
