import type { SoldSums } from "../domain/report/fold.ts";
import type { Instant } from "../domain/rows.ts";
import type { ShopId } from "./store.ts";

/**
 * Closed business days, beside the journal: what each SKU did on a day, kept when the day is closed and never
 * changed again. Reports read these rows and not the journal, analyses of months one text a day that is made of them.
 * The rows are sparse: a SKU that did not move on a day has none, and stands as its last row left it.
 */

/** A closed day. Quiet days have one too. */
export interface DayHead {
  /** The local date on which it began. */
  readonly date: string;
  readonly from: Instant;
  readonly to: Instant;
  /** The journal's last number when it was closed. */
  readonly seq: number;
  /** Every movement with a lower number is booked on this day or an earlier one. */
  readonly nextSeq: number;
  readonly closedAt: Instant;
  /** SHA-256 of the report's canonical text. */
  readonly hash: string;
  readonly balanced: boolean;
  /** JSON: what the report says of the whole day, its channels and its zones. */
  readonly body: string;
}

/** What an analysis wants of one SKU on one day. Units and minor units. */
export interface DaySkuFigures {
  readonly date: string;
  readonly sku: string;
  /** On hand at the end of the day, and of those the available ones. */
  readonly closing: number;
  readonly available: number;
  /** From the supplier or as opening stock. */
  readonly received: number;
  readonly sold: number;
  readonly amount: number;
  readonly returned: number;
  readonly shortage: number;
}

/** One SKU on a day on which it moved. */
export interface DaySkuRow extends DaySkuFigures {
  /** JSON: its name as it was, its opening and all its sums. */
  readonly body: string;
}

export interface Days {
  /**
   * Writes a day with its rows, all or nothing.
   * @returns false where the day is closed already: nothing was written
   */
  close(shop: ShopId, head: DayHead, rows: readonly DaySkuRow[]): Promise<boolean>;
  head(shop: ShopId, date: string): Promise<DayHead | null>;
  /** Closed days, the latest first. `from` and `to` are dates, both included. */
  heads(
    shop: ShopId,
    query: { readonly from?: string; readonly to?: string; readonly limit: number },
  ): Promise<readonly DayHead[]>;
  /** Numbers and ends of all closed days, the earliest first: what says on which day a late movement is booked. */
  closings(shop: ShopId): Promise<readonly Pick<DayHead, "date" | "to" | "seq">[]>;
  /** The rows of one day, by SKU. */
  rows(shop: ShopId, date: string): Promise<readonly DaySkuRow[]>;
  /** The last row of every SKU up to and with a date, by SKU. */
  latest(shop: ShopId, date: string): Promise<readonly DaySkuRow[]>;
  /** What every SKU did that moved, a text a day that `unpackFigures` reads, the earliest first. Dates, both included. */
  columns(
    shop: ShopId,
    query: { readonly from: string; readonly to: string },
  ): Promise<readonly { readonly date: string; readonly body: string }[]>;
  /** The rollups of a stretch of time added up by SKU and channel: instants, whole minutes, the last one excluded. */
  sold(shop: ShopId, span: { readonly from: Instant; readonly to: Instant }): Promise<readonly SoldSums[]>;
  /** The minute of the first rollup, as an instant; null: nothing was sold yet. */
  firstSold(shop: ShopId): Promise<Instant | null>;
}
