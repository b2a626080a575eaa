import type { DatabaseSync, StatementSync } from "node:sqlite";
import { unpackEntries } from "../../domain/packed.ts";
import { movementsBySku } from "../sql/movements.ts";
import type { ShopId } from "../store.ts";
import type { Kept } from "./kept.ts";

/** New lines and movements are put into the indexes by SKU when there are so many: together they cost a fraction. */
export const foldLimits = { freshLinesMax: 4_096, tailMovementsMax: 4_096 } as const;

const lineQueues = [
  "folded = 1 and covered > 0",
  "folded = 1 and backlog > 0",
  "folded = 1 and deficit > 0",
  "folded = 1 and covered = 0 and backlog = 0 and deficit = 0",
] as const;

export const foldStatements = {
  lines: "update order_line set folded = 1 where shop_id = ? and folded = 0",
  foldedSeq: "select folded_seq from shop where shop_id = ?",
  tail: "select first_seq, entries from batch where shop_id = ? and first_seq > ? order by first_seq",
  addSkuBatch: "insert into sku_batch (shop_id, sku, first_seq, movements) values (?, ?, ?, ?)",
  setFolded: "update shop set folded_seq = ? where shop_id = ?",
  addBuyerSku: "insert into buyer_sku (shop_id, sku) values (?, ?)",
} as const;

/**
 * Puts rows into the indexes by SKU that a burst leaves out. A page of such an index holds the lines of one SKU, so a
 * batch that sells two hundred SKUs would write two hundred pages: many batches together write each page once.
 */
export class Folder {
  readonly #statements: Readonly<Record<keyof typeof foldStatements, StatementSync>>;
  readonly #indexByBuyer: readonly StatementSync[];

  constructor(database: DatabaseSync) {
    const prepared = Object.entries(foldStatements).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared) as Record<keyof typeof foldStatements, StatementSync>;
    this.#indexByBuyer = lineQueues.map((queue) =>
      database.prepare(
        `update order_line set by_buyer = 1
         where shop_id = ? and sku = ? and ${queue} and by_buyer = 0 and buyer is not null`,
      ),
    );
  }

  /** Folds what has become too much, in the transaction of a batch, after its rows were written. */
  foldWhereMany(shop: ShopId, kept: Kept): void {
    if (kept.freshLines > foldLimits.freshLinesMax) this.lines(shop, kept);
    if (kept.tailMovements > foldLimits.tailMovementsMax || !kept.tailWhole) this.#batches(shop, kept);
  }

  lines(shop: ShopId, kept: Kept): void {
    if (kept.freshLines === 0) return;
    this.#statements.lines.run(shop);
    kept.freshLines = 0;
  }

  /** Puts the SKU's lines into the index by buyer, and every later one. */
  byBuyer(shop: ShopId, sku: string, kept: Kept): void {
    if (kept.buyerSkus.has(sku)) return;
    this.lines(shop, kept);
    for (const statement of this.#indexByBuyer) statement.run(shop, sku);
    this.#statements.addBuyerSku.run(shop, sku);
    kept.buyerSkus.add(sku);
  }

  #batches(shop: ShopId, kept: Kept): void {
    if (!kept.tailWhole) this.#readTail(shop, kept);
    const bySku = new Map<string, [firstSeq: number, movements: number][]>();
    for (const { firstSeq, movements } of kept.tail) {
      for (const [sku, count] of movements) {
        const ofSku = bySku.get(sku);
        if (ofSku === undefined) bySku.set(sku, [[firstSeq, count]]);
        else ofSku.push([firstSeq, count]);
      }
    }
    for (const [sku, batches] of bySku) {
      for (const [firstSeq, count] of batches) this.#statements.addSkuBatch.run(shop, sku, firstSeq, count);
    }
    const last = kept.tail.at(-1);
    if (last !== undefined) this.#statements.setFolded.run(last.firstSeq, shop);
    kept.tail = [];
    kept.tailMovements = 0;
  }

  /** After a start, or after another process wrote: the batches since the last folding, from the journal. */
  #readTail(shop: ShopId, kept: Kept): void {
    const from = Number(this.#statements.foldedSeq.get(shop)?.folded_seq);
    const rows = this.#statements.tail.all(shop, from) as unknown as { first_seq: number; entries: string }[];
    kept.tail = rows.map((row) => ({
      firstSeq: row.first_seq,
      movements: movementsBySku(unpackEntries(row.entries)),
    }));
    kept.tailWhole = true;
  }
}
