import { Type, type Static } from "typebox";
import type { AccuracyReport } from "../domain/analysis/accuracy.ts";
import type { AbcItem, AgeBucket, CategoryFigures, GroupFigures } from "../domain/analysis/figures.ts";
import type { Replenishment } from "../domain/analysis/replenish.ts";
import type { SlowMover } from "../domain/analysis/slow.ts";
import type { Trend } from "../domain/analysis/trend.ts";
import { IdText, Quantity, SkuText, Time, closed } from "./text.ts";

/** What turns and what stands, of closed days: GET /analysis?days=30 */

export const AnalysisQuery = Type.Object(
  { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 30 })) },
  closed,
);
export type AnalysisQuery = Static<typeof AnalysisQuery>;

export interface AnalysisItem {
  /** Of closed days: the last of them, and how many there are in the window. */
  readonly through: string | null;
  readonly days: number;
  readonly all: GroupFigures;
  readonly categories: readonly CategoryFigures[];
  readonly abc: readonly (AbcItem & { readonly name: string })[];
  readonly ageing: readonly AgeBucket[];
  readonly slow: readonly (SlowMover & { readonly name: string })[];
  readonly trends: readonly (Trend & { readonly name: string })[];
  readonly replenish: readonly (Omit<Replenishment, "outAt"> & {
    readonly name: string;
    readonly outAt: string | null;
  })[];
  readonly accuracy: AccuracyReport;
  /** Day by day, for charts. */
  readonly daily: readonly {
    readonly date: string;
    readonly closing: number;
    readonly sold: number;
    readonly amount: number;
    readonly returned: number;
    readonly shortage: number;
  }[];
}

/** POST /analysis/orders: what was ordered at the supplier becomes deliveries that are expected. */
export const OrdersBody = Type.Object(
  {
    items: Type.Array(Type.Object({ sku: SkuText, units: Quantity }, closed), { minItems: 1, maxItems: 500 }),
  },
  closed,
);
export type OrdersBody = Static<typeof OrdersBody>;

export interface OrdersAnswer {
  /** Deliveries that are new; the others had been noted today already. */
  readonly expected: number;
  readonly known: number;
}

/** POST /analysis/plans: the chosen slow movers become the draft of a clearance session. */
export const PlanBody = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200 }),
    startsAt: Time,
    channels: Type.Array(IdText, { minItems: 1, maxItems: 50 }),
    chosen: Type.Array(Type.Object({ sku: IdText, action: Type.String({ maxLength: 32 }) }, closed), {
      minItems: 1,
      maxItems: 200,
    }),
  },
  closed,
);
export type PlanBody = Static<typeof PlanBody>;
