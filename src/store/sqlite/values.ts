import type { Line, Placement, Sale, Stock } from "../../domain/rows.ts";
import { lineOf, type lineColumns } from "../sql/lines.ts";
import type { LineRow, PlacementRow, SaleRow, StockRow } from "../sql/schema.ts";

/**
 * The rows of the long tables as arrays of values: a statement that returns arrays is twice as fast, all in all,
 * as one that returns objects. Each list of columns is the select list; its function takes them in that order.
 */

type ValuesOf<Row, Columns extends readonly (keyof Row)[]> = {
  readonly [Index in keyof Columns]: Row[Columns[Index]];
};

export function lineFrom(values: ValuesOf<LineRow, typeof lineColumns>): Line {
  return lineOf({
    channel: values[0],
    order_id: values[1],
    line_id: values[2],
    sku: values[3],
    buyer: values[4],
    kind: values[5],
    stage: values[6],
    refund: values[7],
    live: values[8],
    covered: values[9],
    placed_at: values[10],
    facts: values[11],
  });
}

export const stockColumns = [
  "sku",
  "warehouse",
  "available",
  "held",
  "committed",
  "quarantine",
  "loaned",
  "supplier",
  "customer",
  "lost",
  "shortage",
  "presale",
  "seq",
] as const satisfies readonly (keyof StockRow)[];

export function stockFrom(values: ValuesOf<StockRow, typeof stockColumns>): Stock {
  return {
    sku: values[0],
    warehouse: values[1],
    available: values[2],
    held: values[3],
    committed: values[4],
    quarantine: values[5],
    loaned: values[6],
    supplier: values[7],
    customer: values[8],
    lost: values[9],
    shortage: values[10],
    presale: values[11],
    seq: values[12],
  };
}

export const placementColumns = [
  "sku",
  "warehouse",
  "bin",
  "lot",
  "quality",
  "quantity",
] as const satisfies readonly (keyof PlacementRow)[];

export function placementFrom(values: ValuesOf<PlacementRow, typeof placementColumns>): Placement {
  return {
    sku: values[0],
    warehouse: values[1],
    bin: values[2],
    lot: values[3],
    quality: values[4] as Placement["quality"],
    quantity: values[5],
  };
}

export const saleColumns = [
  "minute",
  "sku",
  "channel",
  "session",
  "orders",
  "ordered",
  "sold",
  "sold_amount",
  "presold",
  "cancelled",
  "cancelled_amount",
  "shipped",
  "returned",
] as const satisfies readonly (keyof SaleRow)[];

export function saleFrom(values: ValuesOf<SaleRow, typeof saleColumns>): Sale {
  return {
    minute: values[0],
    sku: values[1],
    channel: values[2],
    session: values[3],
    orders: values[4],
    ordered: values[5],
    sold: values[6],
    soldAmount: values[7],
    presold: values[8],
    cancelled: values[9],
    cancelledAmount: values[10],
    shipped: values[11],
    returned: values[12],
  };
}
