import type { Entry, Line, Placement, Sale, Stock } from "../../domain/rows.ts";
import { placeOf, reasonOf } from "../sql/codes.ts";
import { coversOf } from "../sql/rows.ts";
import type { JournalRow, LineRow, PlacementRow, SaleRow, StockRow } from "../sql/schema.ts";

/**
 * The rows of the long tables as arrays of values: a statement that returns arrays is twice as fast, all in all,
 * as one that returns objects. Each list of columns is the select list; its function takes them in that order.
 */

type ValuesOf<Row, Columns extends readonly (keyof Row)[]> = {
  readonly [Index in keyof Columns]: Row[Columns[Index]];
};

export const lineColumns = [
  "channel",
  "order_id",
  "line_id",
  "sku",
  "listing",
  "per",
  "quantity",
  "kind",
  "stage",
  "stamp_at",
  "stamp_rank",
  "closed",
  "shipped",
  "returned_good",
  "returned_bad",
  "refund",
  "refund_at",
  "deduct_at",
  "expired",
  "amount",
  "buyer",
  "region",
  "session",
  "placed_at",
  "expires_at",
  "covers",
  "gone",
] as const satisfies readonly (keyof LineRow)[];

export function lineFrom(values: ValuesOf<LineRow, typeof lineColumns>): Line {
  return {
    channel: values[0],
    orderId: values[1],
    lineId: values[2],
    sku: values[3],
    listing: values[4],
    per: values[5],
    quantity: values[6],
    kind: values[7] as Line["kind"],
    stage: values[8] as Line["stage"],
    stampAt: values[9],
    stampRank: values[10],
    closed: values[11],
    shipped: values[12],
    returnedGood: values[13],
    returnedBad: values[14],
    refund: values[15] as Line["refund"],
    refundAt: values[16],
    deductAt: values[17] as Line["deductAt"],
    expired: values[18] !== 0,
    amount: values[19],
    buyer: values[20],
    region: values[21],
    session: values[22],
    placedAt: values[23],
    expiresAt: values[24],
    covers: coversOf(values[25]),
    gone: values[26],
  };
}

export const entryColumns = [
  "sku",
  "warehouse",
  "place_from",
  "place_to",
  "quantity",
  "reason",
  "at",
  "actor",
  "channel",
  "order_id",
  "line_id",
  "doc",
  "from_bin",
  "to_bin",
  "lot",
  "seq",
] as const satisfies readonly (keyof JournalRow)[];

/** The entry, and at the end its number. */
export type EntryValues = ValuesOf<JournalRow, typeof entryColumns>;

export function entryFrom(values: EntryValues): Entry {
  return {
    sku: values[0],
    warehouse: values[1],
    from: placeOf(values[2]),
    to: placeOf(values[3]),
    quantity: values[4],
    reason: reasonOf(values[5]),
    at: values[6],
    actor: values[7],
    channel: values[8],
    orderId: values[9],
    lineId: values[10],
    doc: values[11],
    fromBin: values[12],
    toBin: values[13],
    lot: values[14],
  };
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
