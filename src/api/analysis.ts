import { Type, type Static } from "typebox";
import type { AccuracyReport } from "../domain/analysis/accuracy.ts";
import type { AbcItem, AgeBucket, CategoryFigures, GroupFigures } from "../domain/analysis/figures.ts";
import type { ExpiringLot, Replenishment } from "../domain/analysis/replenish.ts";
import type { SlowScan } from "../domain/analysis/scan.ts";
import type { SlowMover } from "../domain/analysis/slow.ts";
import type { Trend } from "../domain/analysis/trend.ts";
import type { SessionItem } from "./sessions.ts";
import { IdText, NoteText, Quantity, SkuText, Time, closed } from "./text.ts";

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
  /** Lots that expire before they would be sold; `lot` null: reckoned from a delivery and the shelf life. */
  readonly expiring: readonly (Omit<ExpiringLot, "expiresAt"> & {
    readonly name: string;
    readonly expiresAt: string;
  })[];
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

/** GET /analysis/slow-scans: one a week, made on its Monday. */
export const ScansQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 60, default: 12 })) },
  closed,
);
export type ScansQuery = Static<typeof ScansQuery>;

export interface ScanList {
  readonly items: readonly SlowScan[];
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

/** POST /analysis/plans: the chosen slow movers become the draft of a session, and bundles listings of its channels. */
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

export interface PlanAnswer extends SessionItem {
  /** The listing of each bundle is mapped on every channel of the session; its price is that of both together. */
  readonly bundles: readonly {
    readonly sku: string;
    readonly partner: string;
    readonly price: number;
    readonly listing: string;
  }[];
}

/** POST /analysis/supplier-returns: free units are set aside in quarantine, where somebody sends them back. */
export const SupplierReturnBody = Type.Object(
  { skus: Type.Array(SkuText, { minItems: 1, maxItems: 200 }), reason: NoteText },
  closed,
);
export type SupplierReturnBody = Static<typeof SupplierReturnBody>;

export interface SupplierReturn {
  /** Nothing of a product that is all promised. */
  readonly items: readonly { readonly sku: string; readonly units: number }[];
  readonly units: number;
}
