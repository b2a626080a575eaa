import { abcPercentDefault, cyclePolicyDefault, type CyclePolicy } from "../../domain/count/plan.ts";
import {
  approvalDefault,
  noTolerance,
  type ApprovalLevel,
  type Tolerance,
} from "../../domain/count/tolerance.ts";
import type { ShopId, Store } from "../../store/store.ts";

/** How a shop counts: one document. */
export const countPolicyKind = "count-policy";
export const countPolicyId = "shop";

export interface CountPolicy extends CyclePolicy {
  /**
   * By warehouse, whether picks are scanned into the staging bins. Of a warehouse that is not named: not, once
   * anything was sold from it, for nobody has said where the goods were taken.
   */
  readonly picks: Readonly<Record<string, "scanned" | "unscanned">>;
  readonly tolerance: Tolerance;
  readonly levels: readonly ApprovalLevel[];
  readonly abcPercent: { readonly a: number; readonly b: number };
}

export const countPolicyDefault: CountPolicy = {
  ...cyclePolicyDefault,
  picks: {},
  tolerance: noTolerance,
  levels: approvalDefault,
  abcPercent: abcPercentDefault,
};

export async function readCountPolicy(
  read: Pick<Store["read"], "document">,
  shop: ShopId,
): Promise<{ readonly policy: CountPolicy; readonly version: number }> {
  const document = await read.document(shop, countPolicyKind, countPolicyId);
  return {
    policy: { ...countPolicyDefault, ...((document?.body ?? {}) as Partial<CountPolicy>) },
    version: document?.version ?? 0,
  };
}
