import type { Kysely } from "kysely";
import type { Reads } from "../store.ts";
import { catalogReads } from "./read-catalog.ts";
import { journalReads } from "./read-journal.ts";
import { orderReads } from "./read-orders.ts";
import { stockReads } from "./read-stock.ts";
import type { Tables } from "./schema.ts";

/**
 * The reads that both databases share: everything but `audit`, whose moment each database holds in its own way.
 * No read opens a transaction. Every statement names the shop.
 */
export function createReads(db: Kysely<Tables>): Omit<Reads, "audit"> {
  return { ...stockReads(db), ...orderReads(db), ...journalReads(db), ...catalogReads(db) };
}
