import { compareChannelLines } from "../domain/reconcile/merge.ts";
import type { ChannelLine } from "../domain/reconcile/line.ts";
import { skuKey } from "../domain/text.ts";
import type { Table } from "./file/table.ts";
import type { Profile } from "./profile.ts";
import { readRecordBatches, type OrderLineRecord } from "./rows.ts";

/** A channel's own list of orders, out of the file that it exports, for the comparison with the books. */
export interface ChannelList {
  /** Sorted by order id and line id. */
  readonly lines: readonly ChannelLine[];
  /** Rows that the profile leaves out, and rows that are no order lines (cancellations by buyer, write-offs). */
  readonly skippedRows: number;
  readonly badRows: number;
  /** The first bad rows, to be told. */
  readonly problems: readonly { readonly line: number; readonly zh: string; readonly en: string }[];
}

const problemsMax = 20;

/**
 * Reads the whole list. Buyers are dropped: the comparison needs none.
 * @param table is not closed
 * @throws ImportFileError
 */
export async function readChannelList(table: Table, profile: Profile): Promise<ChannelList> {
  const lines: ChannelLine[] = [];
  const problems: { line: number; zh: string; en: string }[] = [];
  let skippedRows = 0;
  let badRows = 0;
  for await (const batch of readRecordBatches(table, profile)) {
    for (const record of batch) {
      if (record.as === "orderLine") lines.push(channelLineOf(record));
      else if (record.as === "problem") {
        badRows += 1;
        const [first] = record.problems;
        if (first !== undefined && problems.length < problemsMax)
          problems.push({ line: record.line, zh: first.zh, en: first.en });
      } else skippedRows += 1;
    }
  }
  return { lines: lines.toSorted(compareChannelLines), skippedRows, badRows, problems };
}

/** A row that names the product by its code and by its listing is known by its code, as an import books it. */
export function channelLineOf(record: OrderLineRecord): ChannelLine {
  const { orderId, lineId, quantity, stage, status, kind, placedAt, updatedAt, rank, refund } = record;
  return {
    orderId,
    lineId,
    sku: record.sku === null ? null : skuKey(record.sku),
    listing: record.sku === null ? record.listing : null,
    quantity,
    amount: record.amountMinor,
    stage,
    status,
    closed: record.closed ? quantity : 0,
    shipped: record.shipped ? quantity : 0,
    refund,
    kind,
    placedAt,
    updatedAt,
    rank,
  };
}
