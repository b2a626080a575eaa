import type { Instant, Line } from "./rows.ts";

/**
 * What can happen to a command. The refusals stand in the order in which they are checked: the first that
 * applies is the answer. docs/errors.md describes each; a test fails when one is missing there.
 */
export const outcomeCodes = [
  // Done, or done before.
  "applied",
  "shortage",
  "unmatched",
  "duplicate",
  "stale",
  // Refused, in order of precedence.
  "invalid_command",
  "key_conflict",
  "unknown_channel",
  "unknown_warehouse",
  "unknown_listing",
  "unknown_sku",
  "unknown_order",
  "version_conflict",
  "order_conflict",
  "order_closed",
  "already_shipped",
  "selling_stopped",
  "hold_expired",
  "purchase_limit",
  "presale_quota",
  "insufficient_stock",
  "insufficient_units",
] as const;

export type OutcomeCode = (typeof outcomeCodes)[number];

export type Outcome =
  | Applied
  | { readonly code: "duplicate"; readonly first: Outcome | null; readonly lines?: readonly Line[] }
  | { readonly code: "stale"; readonly knownAt: Instant }
  | Refusal;

export interface Applied {
  readonly code: "applied" | "shortage" | "unmatched";
  /** The journal's last number after this command. */
  readonly seq: number;
  /** Units that no unit covers, over the lines of this command. */
  readonly shortage?: number;
  /** Pieces of a close that matched no open line. */
  readonly unmatched?: number;
  readonly closed?: number;
  readonly lines?: readonly Line[];
  readonly version?: number;
}

export type Refusal = { readonly path: string } & (
  | { readonly code: "invalid_command"; readonly problem: string }
  | { readonly code: "key_conflict"; readonly field: string }
  | { readonly code: "unknown_channel"; readonly channel: string }
  | { readonly code: "unknown_warehouse"; readonly warehouse: string }
  | { readonly code: "unknown_listing"; readonly listing: string }
  | { readonly code: "unknown_sku"; readonly sku: string }
  | { readonly code: "unknown_order"; readonly channel: string; readonly orderId: string }
  | { readonly code: "version_conflict"; readonly version: number }
  | { readonly code: "order_conflict"; readonly field: string }
  | { readonly code: "order_closed" }
  | { readonly code: "already_shipped"; readonly shipped: number }
  | { readonly code: "selling_stopped"; readonly sku: string }
  | { readonly code: "hold_expired"; readonly sku: string; readonly expiresAt: Instant | null }
  | {
      readonly code: "purchase_limit";
      readonly sku: string;
      readonly scope: "order" | "buyer";
      readonly limit: number;
      /** Units this buyer has already, within the period. */
      readonly already: number;
      readonly requested: number;
    }
  | {
      readonly code: "presale_quota";
      readonly sku: string;
      readonly quota: number;
      readonly presold: number;
      readonly requested: number;
    }
  | {
      readonly code: "insufficient_stock";
      readonly sku: string;
      readonly requested: number;
      readonly sellable: number;
    }
  | {
      readonly code: "insufficient_units";
      readonly sku: string;
      readonly place: string;
      readonly requested: number;
      readonly present: number;
    }
);

export type RefusalCode = Refusal["code"];

export function isRefusal(outcome: Outcome): outcome is Refusal {
  return "path" in outcome;
}
