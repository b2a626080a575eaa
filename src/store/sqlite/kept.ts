import type { DatabaseSync } from "node:sqlite";
import { KeptRows } from "../../domain/bench.ts";
import type { ShopId } from "../store.ts";

/** Rows kept for one shop. Past this they are dropped and read again as they are needed. */
const keptRowsMax = 50_000;

/**
 * What is known of a shop from one batch to the next: true as long as the shop's version is the one that this
 * process wrote last. Another process that writes raises the version, and everything is read again.
 */
export interface Kept {
  version: number;
  readonly rows: KeptRows;
  /** SKUs whose lines are in the index by buyer. */
  readonly buyerSkus: Set<string>;
  /** Whether a reservation was ever refused: else nobody needs to look for one that was. */
  hasRefusals: boolean;
  /** Lines that are not in the indexes by SKU yet. */
  freshLines: number;
  /** The batches that are not in `sku_batch` yet, in order: how often each moved which SKU. */
  tail: { readonly firstSeq: number; readonly movements: ReadonlyMap<string, number> }[];
  tailMovements: number;
  /** False: `tail` does not go back to where the folding ended, and must be read. */
  tailWhole: boolean;
}

/** Of all records, those of refused reservations have this prefix: `reserveKey` of the domain. */
const refusals = "key >= 'reserve:' and key < 'reserve;'";

/** What is there before any row was kept. */
export function readKept(database: DatabaseSync, shop: ShopId, version: number): Kept {
  const skus = database.prepare("select sku from buyer_sku where shop_id = ?").all(shop);
  const refusal = database
    .prepare(`select 1 from record where shop_id = ? and ${refusals} limit 1`)
    .get(shop);
  const fresh = database
    .prepare("select count(*) as lines from order_line where shop_id = ? and folded = 0")
    .get(shop);
  return {
    version,
    rows: new KeptRows(),
    buyerSkus: new Set(skus.map(({ sku }) => String(sku))),
    hasRefusals: refusal !== undefined,
    freshLines: Number(fresh?.lines),
    tail: [],
    tailMovements: 0,
    tailWhole: false,
  };
}

/** Whether what is kept may be used by the next batch. */
export function isUsable(kept: Kept | undefined, version: number): kept is Kept {
  return kept !== undefined && kept.version === version && kept.rows.size <= keptRowsMax;
}
